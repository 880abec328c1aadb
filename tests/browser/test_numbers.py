"""Numbers while somebody types: the server's grammar, its rules, and what is unusual."""

from typing import Any

from playwright.sync_api import Page, expect

from measures.models import Return
from tests.browser.conftest import Enter
from tests.cast import HISTORY, Cast
from tests.measures.acting import figure
from tests.numbers import CASES

READ = """cases => cases.map(one => {
    const found = window.earlyHelpNumbers.parse(one.typed, one.decimals);
    return { units: found.units?.toString(), says: found.wrong };
})"""


def fill_in(made: Return) -> str:
    return f"/returns/{made.pk}/fill-in/"


def leave(page: Page, code: str, typed: str) -> None:
    """Type into a box and go on to the next."""
    page.locator(f"#value-{code}").fill(typed)
    page.locator(f"#value-{code}").press("Tab")


def test_the_script_reads_every_case_as_the_server_does(council: Cast, enter: Enter) -> None:
    page = enter("manager", fill_in(council.made("north-family")))
    wanted = [
        {"units": str(case["units"])} if "units" in case else {"says": case["says"]}
        for case in CASES
    ]
    found: list[dict[str, Any]] = page.evaluate(READ, CASES)
    assert [
        {key: value for key, value in one.items() if value is not None} for one in found
    ] == wanted


def test_a_comma_is_never_read_as_nothing(council: Cast, enter: Enter, accessible: Any) -> None:
    """1,5 is no 15: not in the percentage, and it is said beside the box, once it is left."""
    page = enter("manager", fill_in(council.made("north-family")))
    leave(page, "surveys-received", "15")
    leave(page, "surveys-helped", "1,5")
    line = page.locator("[data-numerator=surveys-helped]")
    expect(line.locator("[data-worked]")).to_have_text("not all answered yet")
    said = (
        "Helped must be a whole number, like 71: a comma groups thousands (1,061), and a decimal "
        "is written 1.5"
    )
    box = page.locator("#value-surveys-helped")
    message = page.locator("#typed-value-surveys-helped")
    expect(message).to_have_text(f"Error: {said}")
    expect(page.locator("[role=status]").last).to_have_text(said)
    expect(box).to_have_attribute("aria-invalid", "true")
    assert "typed-value-surveys-helped" in (box.get_attribute("aria-describedby") or "")
    accessible(page)
    box.fill("1 2")
    expect(message).to_contain_text("“1 2” is not grouped in thousands")
    box.fill("12")
    expect(message).to_be_hidden()
    expect(box).not_to_have_attribute("aria-invalid", "true")
    expect(line.locator("[data-worked]")).to_have_text("80.0% (12 of 15)")


def test_a_number_that_stands_still_is_told_while_it_is_typed(council: Cast, enter: Enter) -> None:
    page = enter("manager", fill_in(council.made("north-family")))
    page.locator("#value-open-cases").press_sequentially("4o")
    message = page.locator("#typed-value-open-cases")
    expect(message).to_have_text("Error: Open cases must be a whole number, like 71")
    expect(page.locator("#value-open-cases")).to_be_focused()


def test_a_part_that_is_more_than_its_whole_gives_no_percentage(
    council: Cast, enter: Enter
) -> None:
    page = enter("manager", fill_in(council.made("north-family")))
    leave(page, "surveys-received", "5")
    leave(page, "surveys-helped", "9")
    refused = "“Helped” (9) cannot be more than “Surveys received” (5)"
    line = page.locator("[data-numerator=surveys-helped]")
    expect(line).to_contain_text(f"not worked out: {refused}")
    message = page.locator("#typed-value-surveys-helped")
    expect(message).to_have_text(f"Error: {refused}")
    leave(page, "surveys-received", "10")
    expect(message).to_be_hidden()
    expect(line.locator("[data-worked]")).to_have_text("90.0% (9 of 10)")
    expect(line.locator("[data-odd]")).to_be_empty()


def test_the_server_s_own_message_gives_way(council: Cast, enter: Enter) -> None:
    page = enter("manager", fill_in(council.made("north-family")))
    leave(page, "open-cases", "many")
    page.get_by_role("button", name="Save and check answers").click()
    error = page.locator("#error-open-cases")
    expect(error).to_contain_text("Open cases must be a whole number, like 71")
    page.locator("#value-open-cases").fill("-3")
    expect(error).to_contain_text("Open cases must be 0 or more")
    page.locator("#value-open-cases").fill("3")
    expect(error).to_be_hidden()


def test_a_percentage_far_from_the_usual_is_told_as_the_server_tells_it(
    council: Cast, enter: Enter
) -> None:
    """785.7% passed: it is asked about where the surveys stand, and takes a sentence."""
    made = council.made("north-family")
    page = enter("manager", fill_in(made))
    for code, typed in [
        ("open-cases", "41"), ("cases-closed", "7"), ("cases-reopened", "2"),
        ("surveys-received", "24"), ("surveys-helped", "10"),
    ]:  # fmt: skip
        leave(page, code, typed)
    line = page.locator("[data-numerator=surveys-received]")
    typed_line = line.inner_text()
    assert "342.9% (24 of 7): well above this team's usual" in typed_line
    page.get_by_role("button", name="Save and check answers").click()
    why = page.locator("#why-surveys-received")
    expect(page.locator("#asks-surveys-received")).to_contain_text(
        "Families feeding back comes to 342.9% (24 of 7), well above this team's usual"
    )
    assert page.locator("[data-numerator=surveys-received]").inner_text() == typed_line
    why.fill("Two quarters' surveys came at once.")
    page.get_by_role("button", name="Save and check answers").click()
    expect(page.get_by_role("heading", name="Check your answers")).to_be_visible()


def test_a_correction_is_read_by_the_same_grammar(council: Cast, enter: Enter) -> None:
    closed = figure(council, "north-family", "cases-closed", HISTORY[0])
    page = enter("officer", f"/corrections/new/?return={closed.return_made_id}")
    page.locator(f"#value-{closed.pk}").fill("1,5")
    page.locator(f"#value-{closed.pk}").press("Tab")
    expect(page.locator(f"#typed-value-{closed.pk}")).to_contain_text(
        "Cases closed must be a whole number, like 71: a comma groups thousands"
    )
