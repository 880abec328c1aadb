"""All of a person's teams on one sheet, in a browser: typed, pasted, undone, on a phone."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from measures.models import Figure, Return
from measures.returns.forms import prefix_of
from measures.workflow import ReturnState
from tests.browser.conftest import Enter
from tests.cast import OPEN, Cast
from tests.keystrokes import Keyboard

pytestmark = pytest.mark.browser

Check = Callable[[Page], None]
SHEET = f"/returns/{OPEN.slug}/together/"
FAMILY, CENTRE = "north-family", "north-centre"
SAVED = re.compile(r"^Saved \d\d:\d\d$")
# What each of the two teams counts, question by question; a gap is not asked of that team.
TYPED = {
    "open-cases": ("41", "31"),
    "cases-closed": ("21", "11"),
    "cases-reopened": ("3", "2"),
    "surveys-received": ("13", "7"),
    "surveys-helped": ("10", "6"),
    "staff": ("", "6.6"),
}
PASTE = """(box, text) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  box.focus();
  box.dispatchEvent(new ClipboardEvent("paste", {
    clipboardData: data, bubbles: true, cancelable: true,
  }));
}"""


def box(page: Page, council: Cast, team: str, code: str) -> Locator:
    """Where one team's answer to one question is typed."""
    return page.locator(f"[id='{prefix_of(council.made(team))}value-{code}']")


def numbers(made: Return) -> dict[str, str]:
    """The return's numbers as they are stored, by question."""
    return {
        figure.item.code: str(figure.number)
        for figure in Figure.objects.of(made)
        if figure.value is not None
    }


def paste(page: Page, council: Cast, text: str) -> None:
    """A block from a spreadsheet, into the sheet's first box."""
    box(page, council, FAMILY, "open-cases").evaluate(PASTE, text)


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_both_teams_are_filled_in_checked_and_submitted(
    council: Cast, enter: Enter, accessible: Check, javascript: bool
) -> None:
    page = enter("manager", "/", javascript=javascript)
    page.get_by_role("button", name="Fill in both on one sheet").click()
    expect(page.get_by_role("heading", name="All your teams")).to_be_visible()
    if javascript:
        accessible(page)
    for code, values in TYPED.items():
        for team, value in zip((FAMILY, CENTRE), values, strict=True):
            if value:
                box(page, council, team, code).fill(value)
    page.get_by_role("button", name="Save and check answers").last.click()
    page.get_by_role("button", name="Submit my 2 returns").click()
    expect(page.get_by_role("heading", name="2 of 2 returns submitted")).to_be_visible()
    for place, team in enumerate((FAMILY, CENTRE)):
        made = council.made(team)
        assert made.state == ReturnState.SUBMITTED
        assert numbers(made) == {code: one[place] for code, one in TYPED.items() if one[place]}


def test_without_scripts_a_bad_box_keeps_the_other_team(council: Cast, enter: Enter) -> None:
    page = enter("manager", SHEET, javascript=False)
    box(page, council, FAMILY, "open-cases").fill("forty")
    box(page, council, CENTRE, "open-cases").fill("31")
    page.get_by_role("button", name="Save and leave").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("Open cases")
    expect(box(page, council, FAMILY, "open-cases")).to_have_value("forty")
    assert numbers(council.made(CENTRE)) == {"open-cases": "31"}


def test_each_team_saves_itself_and_what_is_not_saved_stays_said(
    council: Cast, enter: Enter
) -> None:
    page = enter("manager", SHEET)
    said = page.locator("[data-save-state]")
    family, centre = (box(page, council, team, "open-cases") for team in (FAMILY, CENTRE))
    centre.fill("30")
    centre.press("Tab")
    expect(said).to_have_text(SAVED)
    assert numbers(council.made(CENTRE)) == {"open-cases": "30"}
    family.fill("forty")
    family.press("Tab")
    wrong = "North family: Not saved: Open cases must be a whole number, like 71"
    expect(said).to_have_text(wrong)
    # The other team is saved, and nobody reads that all is.
    centre.fill("31")
    centre.press("Tab")
    expect(said).to_have_text(re.compile(f"^{wrong}. Saved \\d\\d:\\d\\d$"))
    assert numbers(council.made(CENTRE)) == {"open-cases": "31"}
    family.fill("41,")
    family.press("Tab")
    expect(said).to_have_text(re.compile("Not saved: a number is half typed.$"))
    assert numbers(council.made(FAMILY)) == {}
    family.fill("")
    family.press("Tab")
    expect(said).not_to_have_text(re.compile("Not saved"))
    council.fill_in(FAMILY, "contributor", open_cases=60)
    family.fill("44")
    family.press("Tab")
    expect(said).to_have_text(re.compile("^North family: Not saved: somebody else saved meanwhile"))
    page.route("**/fill-in/", lambda route: route.abort())
    centre.fill("32")
    centre.press("Tab")
    expect(said).to_have_text(re.compile("North family: .* Not saved: there is no connection"))
    assert numbers(council.made(FAMILY))["open-cases"] == "60"
    assert numbers(council.made(CENTRE)) == {"open-cases": "31"}


def test_keys_go_down_a_team_and_across(council: Cast, enter: Enter) -> None:
    page = enter("manager", SHEET)
    hands = Keyboard(page)
    hands.tab_to(box(page, council, FAMILY, "open-cases"))
    hands.type("41")
    hands.press("Enter")
    expect(box(page, council, FAMILY, "cases-closed")).to_be_focused()
    hands.press("ArrowRight")
    expect(box(page, council, CENTRE, "cases-closed")).to_be_focused()
    hands.press("ArrowUp")
    expect(box(page, council, CENTRE, "open-cases")).to_be_focused()
    hands.press("ArrowLeft")
    expect(box(page, council, FAMILY, "open-cases")).to_be_focused()


def test_each_question_has_one_stop_between_its_boxes_and_the_next(
    council: Cast, enter: Enter
) -> None:
    """One for all teams, not one for each; what asks back comes right after its own box."""
    page = enter("manager", SHEET)
    family, centre = (box(page, council, team, "open-cases") for team in (FAMILY, CENTRE))
    family.fill("41")
    family.press("Tab")
    expect(centre).to_be_focused()
    page.keyboard.type("31")
    page.keyboard.press("Tab")
    expect(page.locator("summary", has_text="open cases")).to_be_focused()
    page.keyboard.press("Tab")
    expect(box(page, council, FAMILY, "cases-closed")).to_be_focused()
    family.fill("400")
    family.press("Tab")
    prefix = prefix_of(council.made(FAMILY))
    reasons = page.locator(f"[data-asks='{prefix}open-cases'] :is(input, textarea):visible")
    expect(reasons.first).to_be_focused()
    for _ in range(reasons.count()):
        page.keyboard.press("Tab")
    expect(centre).to_be_focused()


def test_a_block_is_shown_first_falls_down_and_across_and_is_undone(
    council: Cast, enter: Enter, accessible: Check
) -> None:
    page = enter("manager", SHEET)
    box(page, council, CENTRE, "open-cases").fill("30")
    paste(page, council, "41\t31\n21\tmany\n")
    shown = page.get_by_role("dialog")
    expect(shown.get_by_role("heading", name="Put 3 numbers into the boxes?")).to_be_visible()
    expect(shown).to_contain_text("“many” is left out: Cases closed, North centre")
    expect(shown).to_contain_text("1 number typed before is replaced")
    accessible(page)
    # Nothing has fallen yet.
    expect(box(page, council, FAMILY, "open-cases")).to_have_value("")
    shown.locator("[data-put]").click()
    expect(box(page, council, FAMILY, "open-cases")).to_have_value("41")
    expect(box(page, council, CENTRE, "open-cases")).to_have_value("31")
    expect(box(page, council, FAMILY, "cases-closed")).to_have_value("21")
    expect(box(page, council, CENTRE, "cases-closed")).to_have_value("")
    expect(page.locator("[data-pasted]")).to_contain_text(
        "3 numbers put in. Left out: Cases closed"
    )
    page.keyboard.press("Control+z")
    expect(page.locator("[data-pasted]")).to_have_text("What was pasted is taken back.")
    expect(box(page, council, FAMILY, "open-cases")).to_have_value("")
    expect(box(page, council, CENTRE, "open-cases")).to_have_value("30")
    expect(box(page, council, FAMILY, "open-cases")).to_be_focused()


def test_one_line_says_how_many_of_the_pasted_numbers_ask_back(council: Cast, enter: Enter) -> None:
    page = enter("manager", SHEET)
    paste(page, council, "400\t300\n24\t12\n")
    page.locator("[data-put]").click()
    line = page.get_by_role("status").filter(has_text="put in")
    expect(line).to_have_text("4 numbers put in. 2 to explain.")
    expect(page.locator("[data-to-explain]")).to_have_text(" · 2 to explain")
    expect(box(page, council, FAMILY, "open-cases")).to_be_focused()


def test_what_is_far_from_the_usual_stands_behind_its_percentage(
    council: Cast, enter: Enter
) -> None:
    """In one line with it: no line begins with a colon."""
    page = enter("manager", SHEET)
    for code, typed in (("cases-closed", "7"), ("surveys-received", "24")):
        box(page, council, FAMILY, code).fill(typed)
    line = page.locator("[data-numerator=surveys-received]", has_text="North family")
    expect(line).to_contain_text("342.9% (24 of 7): well above this team's usual")
    assert "342.9% (24 of 7): well above" in line.inner_text()


def test_what_was_pasted_and_undone_is_what_is_saved(council: Cast, enter: Enter) -> None:
    page = enter("manager", SHEET)
    paste(page, council, "41\t31")
    page.get_by_role("dialog").locator("[data-put]").click()
    page.locator("[data-undo]").click()
    box(page, council, CENTRE, "open-cases").fill("33")
    page.get_by_role("button", name="Save and leave").click()
    expect(page.get_by_role("heading", name="2 returns to fill in")).to_be_visible()
    assert numbers(council.made(FAMILY)) == {}
    assert numbers(council.made(CENTRE)) == {"open-cases": "33"}


def test_on_a_phone_one_team_is_seen_at_a_time(
    council: Cast, enter: Enter, accessible: Check, fits_a_phone: Check
) -> None:
    page = enter("manager", SHEET)
    page.set_viewport_size({"width": 320, "height": 640})
    family, centre = (box(page, council, team, "open-cases") for team in (FAMILY, CENTRE))
    expect(family).to_be_visible()
    expect(centre).to_be_hidden()
    family.fill("41")
    page.get_by_role("radio", name="North centre").check()
    expect(centre).to_be_visible()
    expect(family).to_be_hidden()
    expect(box(page, council, CENTRE, "staff")).to_be_visible()
    accessible(page)
    fits_a_phone(page)
    centre.fill("31")
    page.get_by_role("button", name="Save and leave").click()
    expect(page.get_by_role("heading", name="2 returns to fill in")).to_be_visible()
    assert numbers(council.made(FAMILY)) == {"open-cases": "41"}
    assert numbers(council.made(CENTRE)) == {"open-cases": "31"}
