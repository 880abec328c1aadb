"""An officer plans a round, chooses its cases and opens it, in a browser."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from playwright.sync_api import Locator, Page, expect

from audits.models import Draw, Round, Tool
from audits.workflow import RoundState, ToolState
from tests.audits.access.rounds import concern, plan_one
from tests.audits.making import make_tool
from tests.browser.conftest import Enter
from tests.cast import Cast

pytestmark = pytest.mark.browser

Check = Callable[[Page], None]
LIST = "\n".join(f"EH{at:03}, South family, Family worker" for at in range(1, 31))


def fill_day(page: Page, name: str, day: str, month: str, year: str) -> None:
    """Fill the three boxes of a day."""
    for box, words in enumerate((day, month, year)):
        page.locator(f"[name={name}_{box}]").fill(words)


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_an_officer_plans_draws_allocates_and_opens(
    council: Cast, enter: Enter, javascript: bool
) -> None:
    make_tool(council)
    page = enter("officer", "/audits/", javascript=javascript)
    page.get_by_role("link", name="Plan a round").click()
    page.get_by_label("Theme").fill("Under 11s casework")
    page.get_by_label("Period, as people call it").fill("June 2016")
    fill_day(page, "starts", "1", "6", "2016")
    fill_day(page, "ends", "30", "6", "2016")
    page.get_by_label("Audit tool").select_option(label="Casework, version 1")
    page.get_by_role("button", name="Plan the round").click()
    expect(page.get_by_text("is planned. Add its cases next.")).to_be_visible()

    page.get_by_role("link", name="By hand, or from a pasted list").click()
    page.get_by_label("Team of the cases that name none").select_option(label="North family")
    page.get_by_label("Cases", exact=True).fill("AB1\nAB2, East")
    page.get_by_role("button", name="Add these cases").click()
    page.get_by_role("link", name="Line 2: there is no team “East”").click()
    expect(page.get_by_label("Cases", exact=True)).to_have_value("AB1\nAB2, East")
    page.get_by_label("Cases", exact=True).fill("AB1\nAB2")
    page.get_by_role("button", name="Add these cases").click()
    expect(page.get_by_text("2 cases added. Allocate them next.")).to_be_visible()

    page.get_by_role("link", name="Drawn at random from a list").click()
    page.get_by_label("Cases", exact=True).fill(LIST)
    page.get_by_label("How many to draw").fill("4")
    page.get_by_role("button", name="Draw the cases").click()
    expect(page.get_by_text("4 cases drawn from 30 and added to the round.")).to_be_visible()
    expect(page.get_by_text(Draw.objects.get().seed)).to_be_visible()
    page.get_by_label("The list that was drawn from").fill(LIST)
    page.get_by_role("button", name="Draw again and compare").click()
    expect(page.get_by_text("The draw was fair.")).to_be_visible()

    page.get_by_role("link", name="Under 11s casework, June 2016").click()
    page.get_by_role("link", name="Allocate cases").click()
    page.get_by_role("link", name="South family (4)").click()
    page.get_by_label("Auditor").select_option(label="Auditor (Auditor)")
    fill_day(page, "due_on", "20", "7", "2016")
    page.get_by_role("button", name="Allocate them").click()
    expect(page.get_by_text("4 cases allocated to Auditor, due on 20 July 2016.")).to_be_visible()
    page.get_by_role("link", name="All 2").click()
    page.get_by_label("Auditor").select_option(
        label="Manager (Team manager, North family; Team manager, North centre)"
    )
    fill_day(page, "due_on", "20", "7", "2016")
    page.get_by_role("button", name="Allocate them").click()
    expect(page.get_by_role("link", name="Case 1 is of Manager's own line")).to_be_visible()
    page.get_by_label("Auditor").select_option(label="Auditor (Auditor)")
    page.get_by_role("button", name="Allocate them").click()
    expect(page.get_by_text("6 cases, all allocated.")).to_be_visible()

    page.get_by_role("link", name="Open the round").click()
    expect(page.get_by_text("6 cases go to 1 auditor, who can begin at once.")).to_be_visible()
    page.get_by_role("button", name="Open the round").click()
    expect(page.get_by_text("is open. Its auditors can begin.")).to_be_visible()
    assert Round.objects.get().state == RoundState.AUDITING


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_a_tool_is_written_with_rows_added_and_moved(
    council: Cast, enter: Enter, javascript: bool
) -> None:
    page = enter("officer", "/audits/tools/new/", javascript=javascript)
    page.get_by_label("Name of the tool").fill("Dip sample")
    names = page.get_by_label("What it looks at")
    for place, words in enumerate(["Plan", "Reviews", "Assessment"]):
        names.nth(place).fill(words)
    page.get_by_role("button", name="Add another indicator").click()
    names.nth(3).fill("Issues")
    page.get_by_label("How it is answered").nth(3).select_option("One or more of a list")
    page.get_by_text("The list to choose from").nth(3).click()
    page.get_by_label("Choices, one a line").nth(3).fill("Neglect\nBehaviour")
    page.get_by_role("button", name="Move up indicator 3").click()
    expect(names.nth(1)).to_have_value("Assessment")
    page.get_by_role("button", name="Take out indicator 3").click()
    expect(names).to_have_count(3)
    # Enter in a box saves; it does not press the first of the other buttons.
    names.nth(0).press("Enter")
    expect(page.get_by_text("Dip sample, version 1 is saved as a draft.")).to_be_visible()
    asked = [one.name for one in Tool.objects.get().indicators.all()]
    assert asked == ["Plan", "Assessment", "Issues"]
    page.get_by_role("button", name="Put it in use").click()
    expect(page.get_by_text("Dip sample, version 1 is in use.")).to_be_visible()
    assert Tool.objects.get().state == ToolState.IN_USE


def focus_by_tab(page: Page, wanted: Locator) -> None:
    """Press Tab until ``wanted`` has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if wanted.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError("The keyboard does not get there")


def test_allocating_by_keyboard_alone(council: Cast, enter: Enter) -> None:
    _, cases = plan_one(council)
    page = enter("officer", "/audits/rounds/july/allocate/")
    focus_by_tab(page, page.get_by_label("Case 1:"))
    page.keyboard.press("Space")
    focus_by_tab(page, page.get_by_label("Auditor"))
    page.keyboard.type("Auditor")
    focus_by_tab(page, page.get_by_label("Day"))
    for words in ("20", "7", "2016"):
        page.keyboard.type(words)
        page.keyboard.press("Tab")
    focus_by_tab(page, page.get_by_role("button", name="Allocate them"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 case allocated to Auditor, due on 20 July 2016.")).to_be_visible()
    assert cases[0].audits.get().auditor == council.person["auditor"]


def test_headings_of_a_round_come_in_order(council: Cast, enter: Enter) -> None:
    concern(council)
    page = enter("officer", "/audits/rounds/july/")
    levels = page.locator("main h1, main h2, main h3").evaluate_all(
        "found => found.map(one => Number(one.tagName[1]))"
    )
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


@pytest.mark.parametrize(
    "path",
    [
        "/audits/",
        "/audits/rounds/july/?show=concerns",
        "/audits/tools/new/",
        "/audits/rounds/july/close/",
    ],
)
def test_pages_read_well_and_fit_a_phone_with_everything_open(
    council: Cast, enter: Enter, accessible: Check, fits_a_phone: Check, path: str
) -> None:
    concern(council)
    page = enter("officer", path)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    accessible(page)
    fits_a_phone(page)


def test_what_is_wrong_is_announced(council: Cast, enter: Enter, accessible: Check) -> None:
    page = enter("officer", "/audits/tools/new/")
    page.get_by_label("Guidance for the auditor (optional)").first.fill("Look twice")
    page.get_by_role("button", name="Save the draft").click()
    accessible(page)
    page.get_by_role("link", name="Every indicator needs a name").click()
    expect(page.get_by_label("What it looks at").first).to_be_focused()
    expect(page).to_have_title("Error: New audit tool – Early Help performance – Testshire Council")
