"""A team's quarter in a browser: by mouse, by keyboard alone, without scripts, on a phone."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from measures.models import Figure, Return
from measures.review import actions as review
from measures.workflow import ReturnState
from tests.browser.conftest import Enter
from tests.cast import HISTORY, Cast

pytestmark = pytest.mark.browser

Check = Callable[[Page], None]


def fill_in(made: Return) -> str:
    return f"/returns/{made.pk}/fill-in/"


def type_all(page: Page, **values: str) -> None:
    page.locator("#value-open-cases").wait_for()
    page.wait_for_load_state()  # the script is there: nothing is typed ahead of it
    plausible = {
        "open-cases": "44",
        "cases-closed": "24",
        "cases-reopened": "2",
        "surveys-received": "12",
        "surveys-helped": "9",
    }
    for code, value in (plausible | values).items():
        page.locator(f"#value-{code}").fill(value)


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_a_manager_fills_in_is_asked_explains_and_submits(
    council: Cast, enter: Enter, javascript: bool
) -> None:
    page = enter("manager", "/", javascript=javascript)
    page.get_by_role("link", name="Start North family, Q1 2016-17").click()
    type_all(page, **{"open-cases": "400"})
    page.get_by_role("button", name="Save and check answers").click()
    if not javascript:
        # Without scripts the question comes after saving; with them it came while typing.
        expect(page.get_by_text("One figure looks unusual.")).to_be_visible()
    else:
        page.get_by_role("link", name="Say why “Open cases” is right").click()
    expect(page.locator("#why-open-cases")).to_be_visible()
    expect(page.get_by_text("400 is well above this team's usual")).to_be_visible()
    page.locator("#why-open-cases").fill("Two teams became one in May.")
    page.get_by_role("button", name="Save and check answers").click()
    expect(page.get_by_role("heading", name="Check your answers")).to_be_visible()
    expect(page.get_by_text("Two teams became one in May.")).to_be_visible()
    page.get_by_role("button", name="Submit North family").click()
    expect(page.get_by_role("heading", name="Return submitted")).to_be_visible()
    made = council.made("north-family")
    assert made.state == ReturnState.SUBMITTED
    figure = Figure.objects.get(return_made=made, item__code="open-cases")
    assert (figure.value, figure.explanation) == (400, "Two teams became one in May.")
    # Back and again: the same receipt.
    page.go_back()
    page.goto(f"/returns/{made.pk}/fill-in/")
    expect(page.get_by_text("it has been submitted")).to_be_visible()


def test_percentages_and_progress_follow_the_typing(council: Cast, enter: Enter) -> None:
    made = council.made("north-family")
    page = enter("manager", fill_in(made))
    helped = page.locator("[data-numerator=surveys-helped] [data-worked]")
    expect(helped).to_have_text("not all answered yet")
    type_all(page, **{"surveys-received": "1,600", "surveys-helped": "1"})
    # 1 of 1,600 is 0.0625 per cent.
    expect(helped).to_have_text("0.1% (1 of 1,600)")
    expect(page.locator("[data-numerator=cases-reopened] [data-worked]")).to_have_text(
        "2.9% (2 of 68)"
    )
    expect(page.locator("#progress")).to_have_text("5 of 5 answered")
    page.locator("#value-surveys-received").fill("0")
    page.locator("#value-surveys-helped").fill("0")
    expect(helped).to_have_text("no cases")
    page.locator("#value-surveys-received").fill("many")
    expect(helped).to_have_text("not all answered yet")


@pytest.mark.parametrize(
    ("received", "helped"),
    [("8", "5"), ("16", "1"), ("1000", "125"), ("2000", "1"), ("3", "2"), ("7", "7")],
)
def test_the_script_rounds_as_the_server_does(
    council: Cast, enter: Enter, received: str, helped: str
) -> None:
    made = council.made("north-family")
    page = enter("manager", fill_in(made))
    type_all(page, **{"surveys-received": received, "surveys-helped": helped})
    typed = page.locator("[data-numerator=surveys-helped] [data-worked]").inner_text()
    page.get_by_role("button", name="Save and leave").click()
    expect(page.get_by_text("North family is saved")).to_be_visible()
    page.goto(fill_in(made))
    expect(page.locator("[data-numerator=surveys-helped] [data-worked]")).to_have_text(typed)


def test_what_is_typed_before_the_script_comes_is_asked_about(council: Cast, enter: Enter) -> None:
    page = enter("manager")
    late: list[Route] = []
    page.route("**/return*.js", lambda route: late.append(route))
    page.goto(fill_in(council.made("north-family")), wait_until="commit")
    page.locator("#value-open-cases").fill("400")
    expect(page.locator("#asks-open-cases")).to_be_hidden()
    late[0].continue_()
    expect(page.locator("#asks-open-cases")).to_be_visible()
    expect(page.locator("#progress")).to_have_text("1 of 5 answered")


def test_the_script_asks_in_the_servers_words(council: Cast, enter: Enter) -> None:
    made = council.made("north-family")
    page = enter("manager", fill_in(made))
    asks = page.locator("#asks-open-cases")
    expect(asks).to_be_hidden()
    page.locator("#value-open-cases").fill("400")
    page.locator("#value-open-cases").press("Tab")
    expect(asks).to_be_visible()
    typed = asks.inner_text()
    page.locator("#value-open-cases").fill("44")
    page.locator("#value-open-cases").press("Tab")
    expect(asks).to_be_hidden()
    page.locator("#value-open-cases").fill("400")
    page.get_by_role("button", name="Save and leave").click()
    expect(page.get_by_text("North family is saved")).to_be_visible()
    page.goto(fill_in(made))
    assert asks.inner_text() == typed


def test_a_question_that_appears_never_swallows_the_click_that_saves(
    council: Cast, enter: Enter
) -> None:
    """The last figure typed is unusual, and the mouse goes straight to the button below it."""
    made = council.made("north-family")
    page = enter("manager", fill_in(made))
    page.locator("#value-surveys-helped").fill("9")
    page.locator("#value-surveys-received").fill("900")
    save = page.get_by_role("button", name="Save and check answers")
    save.scroll_into_view_if_needed()
    button = save.bounding_box()
    assert button is not None
    page.mouse.click(button["x"] + 20, button["y"] + 10)
    # It was saved, and is asked about where the save leads.
    asked = page.get_by_text("One figure looks unusual.")
    missing = page.get_by_role("link", name="Say why “Surveys received” is right")
    expect(asked.or_(missing)).to_be_visible()
    assert Figure.objects.get(return_made=made, item__code="surveys-received").value == 900


def test_by_keyboard_alone(council: Cast, enter: Enter) -> None:
    made = council.made("north-family")
    page = enter("manager", fill_in(made))
    page.locator("#value-open-cases").focus()
    for code, value in [
        ("open-cases", "44"),
        ("cases-closed", "24"),
        ("cases-reopened", "2"),
        ("surveys-received", "12"),
        ("surveys-helped", "9"),
    ]:
        expect(page.locator(f"#value-{code}")).to_be_focused()
        page.keyboard.type(value)
        page.keyboard.press("Enter")
    # Enter in the last box leads to the button, and nowhere else yet.
    expect(page.get_by_role("button", name="Save and check answers")).to_be_focused()
    expect(page).to_have_url(re.compile(f"{fill_in(made)}$"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Check your answers")).to_be_visible()
    submit = page.get_by_role("button", name="Submit North family")
    for _ in range(60):
        page.keyboard.press("Tab")
        if submit.evaluate("button => button === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Return submitted")).to_be_visible()


def test_cant_give_it_opens_and_answers_by_keyboard(council: Cast, enter: Enter) -> None:
    made = council.made("north-family")
    page = enter("manager", fill_in(made))
    page.locator("#value-open-cases").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("The system was down")
    page.locator("#value-cases-closed").focus()
    page.get_by_role("button", name="Save and leave").click()
    expect(page.get_by_text("North family is saved")).to_be_visible()
    figure = Figure.objects.get(return_made=made, item__code="open-cases")
    assert (figure.answer, figure.note) == ("not-provided", "The system was down")


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_two_managers_collide_and_nothing_typed_is_lost(
    council: Cast, enter: Enter, javascript: bool
) -> None:
    made = council.made("north-family")
    mine = enter("manager", fill_in(made), javascript=javascript)
    theirs = enter("contributor", fill_in(made), javascript=javascript)
    theirs.locator("#value-open-cases").fill("42")
    theirs.locator("#value-surveys-received").fill("13")
    theirs.get_by_role("button", name="Save and leave").click()
    expect(theirs.get_by_text("North family is saved")).to_be_visible()
    mine.locator("#value-open-cases").fill("45")
    mine.locator("#value-cases-closed").fill("21")
    mine.get_by_role("button", name="Save and check answers").click()
    expect(mine.get_by_role("heading", name="Somebody else saved this return")).to_be_visible()
    # What only one of us changed is kept without asking; what both did, is asked.
    expect(mine.get_by_role("radio")).to_have_count(2)
    mine.get_by_text("2 other changes are kept: 1 of theirs, 1 of yours").click()
    expect(mine.get_by_role("heading", name="Surveys received")).to_be_visible()
    mine.get_by_role("button", name="Save and leave").click()
    expect(mine.get_by_role("link", name="Select which to keep")).to_be_visible()
    expect(mine.locator("#keep-open-cases-mine")).not_to_be_checked()
    mine.locator("#keep-open-cases-mine").check()
    mine.get_by_role("button", name="Save and leave").click()
    expect(mine.get_by_text("North family is saved")).to_be_visible()
    values = dict(Figure.objects.filter(return_made=made).values_list("item__code", "value"))
    assert (values["open-cases"], values["cases-closed"], values["surveys-received"]) == (
        45,
        21,
        13,
    )


def test_errors_keep_what_was_typed(council: Cast, enter: Enter, accessible: Check) -> None:
    made = council.made("north-family")
    page = enter("manager", fill_in(made))
    type_all(page, **{"open-cases": "about forty"})
    page.get_by_role("button", name="Save and check answers").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    expect(page.locator("#value-open-cases")).to_have_value("about forty")
    expect(page.locator("#value-cases-closed")).to_have_value("24")
    accessible(page)
    page.get_by_role("link", name="Open cases must be a whole number, like 71").click()
    expect(page.locator("#value-open-cases")).to_be_focused()


def test_every_page_is_accessible_and_fits_a_phone(
    council: Cast, enter: Enter, accessible: Check, fits_a_phone: Check
) -> None:
    made = council.submit("north-family", open_cases=400)
    review.send_back(
        made,
        reason="Are transfers in here?",
        item_ids=[council.item["cases-closed"].pk],
        version=made.version,
        by=council.actor("head"),
    )
    past = council.made("north-family", HISTORY[-1])
    submitted = council.submit("north-centre")
    page = enter("manager", "/")
    for path in [
        "/",
        "/returns/",
        f"/returns/{made.pk}/",
        f"/returns/{made.pk}/fill-in/",
        f"/returns/{made.pk}/check/",
        f"/returns/{made.pk}/history/",
        f"/returns/{made.pk}/figures/open-cases/",
        f"/returns/{past.pk}/",
        f"/returns/{submitted.pk}/receipt/",
    ]:
        page.goto(path)
        for closed in page.locator("details:not([open]) > summary").all()[:3]:
            closed.click()
        expect(page.locator("h1")).to_have_count(1)
        accessible(page)
        fits_a_phone(page)
    page.goto(f"/returns/{made.pk}/fill-in/")
    council.fill_in("north-family", "contributor", cases_closed=19)
    page.locator("#value-cases-closed").fill("18")
    page.get_by_role("button", name="Save and leave").click()
    expect(page.get_by_role("heading", name="Somebody else saved this return")).to_be_visible()
    accessible(page)
    fits_a_phone(page)


@pytest.mark.looks
@pytest.mark.parametrize(
    "person", ["contributor", "head", "director", "officer", "auditor", "administrator", "leaver"]
)
def test_everybodys_home_is_accessible_and_fits_a_phone(
    council: Cast, enter: Enter, accessible: Check, fits_a_phone: Check, person: str
) -> None:
    council.submit("north-family")
    page = enter(person, "/")
    expect(page.locator("h1")).to_have_count(1)
    accessible(page)
    fits_a_phone(page)


def test_each_question_has_one_stop_between_its_box_and_the_next(
    council: Cast, enter: Enter
) -> None:
    """What asks back is said politely and is where Tab goes next; it never takes the focus."""
    page = enter("manager", fill_in(council.made("north-family")))
    first, second = page.locator("#value-open-cases"), page.locator("#value-cases-closed")
    first.fill("44")
    first.press("Tab")
    expect(page.locator("summary", has_text="open cases")).to_be_focused()
    page.keyboard.press("Tab")
    expect(second).to_be_focused()
    first.fill("400")
    first.press("Tab")
    expect(page.locator("#because-grew-open-cases")).to_be_focused()
    said = page.get_by_role("status").filter(has_text="is this right?")
    expect(said).to_contain_text("400 is well above this team's usual")
    # Enter goes on to the next box all the same.
    second.fill("400")
    second.press("Enter")
    expect(page.locator("#asks-cases-closed")).to_be_visible()
    expect(page.locator("#value-cases-reopened")).to_be_focused()


def test_the_heads_of_the_columns_stay_in_sight(council: Cast, enter: Enter) -> None:
    page = enter("manager", fill_in(council.made("north-family")))
    page.set_viewport_size({"width": 1240, "height": 500})
    page.locator("#value-surveys-helped").scroll_into_view_if_needed()
    assert page.evaluate("window.scrollY") > 100
    expect(page.get_by_text("This quarter", exact=True)).to_be_in_viewport()
