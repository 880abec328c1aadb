"""The action plan in a browser: updated in two clicks, late, accepted, given out, kept by two."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from playwright.sync_api import Page, expect

from audits.plan.action_changes import By
from audits.plan.models import Action, Outcome, Update
from audits.plan.workflow import ActionState
from teams.roles import Role
from tests.audits.making import claimed, make_action, make_plan
from tests.browser.conftest import Enter
from tests.cast import Cast

pytestmark = pytest.mark.browser

Check = Callable[[Page], None]


@pytest.fixture
def outcome(council: Cast) -> Outcome:
    """Outcome 1.1 of the plan for 2016-17."""
    return make_plan(council)[1]


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_updated_from_home_late_by_a_given_date_and_exported(
    council: Cast,
    outcome: Outcome,
    enter: Enter,
    settings: Any,
    tmp_path: Path,
    javascript: bool,
) -> None:
    made = make_action(council, outcome, "1.9.16")
    make_action(council, outcome, "May 2017", text="Look back", owners=[By(body="IT teams")])
    settings.BUSINESS_DATE = dt.date(2016, 8, 10)
    manager = enter("manager", "/", javascript=javascript)
    manager.get_by_role("link", name="Update 1.1 a").click()
    manager.get_by_label("How far is it?").fill("The exemplar is with two teams.")
    manager.get_by_role("button", name="Save").click()
    expect(manager.get_by_role("heading", name="Your actions")).to_be_visible()
    expect(manager.get_by_text("Your update of 1.1 a is saved.")).to_be_visible()
    assert Update.objects.get().text == "The exemplar is with two teams."

    head = enter("head", "/actions/", javascript=javascript)
    row = head.get_by_role("row", name="Share an exemplar plan")
    expect(row).to_contain_text("In progress")
    settings.BUSINESS_DATE = dt.date(2016, 9, 1)
    head.reload()
    expect(row).to_contain_text("In progress")
    settings.BUSINESS_DATE = dt.date(2016, 9, 2)
    head.reload()
    expect(row).to_contain_text("Overdue was due 1 September 2016")
    head.get_by_role("link", name="Late (1)").click()
    expect(row).to_be_visible()
    expect(head.get_by_text("Look back")).to_have_count(0)
    head.get_by_role("link", name="All (2)").click()

    with head.expect_download() as download:
        head.get_by_role("link", name="Word", exact=True).click()
    file = tmp_path / "plan.docx"
    download.value.save_as(file)
    assert download.value.suggested_filename == "action-plan-2016-17.docx"
    [table] = Document(str(file)).tables
    cells = [[cell.text for cell in line.cells] for line in table.rows]
    assert [line[0] for line in cells] == ["", "1.1 a", "1.1 b"]
    assert cells[1][2:5] == ["Share an exemplar plan", "Team managers", "1.9.16"]
    assert cells[1][6] == (
        "Overdue (was due 1 September 2016)\n10 August 2016: The exemplar is with two teams."
    )
    assert cells[2][2:5] == ["Look back", "IT teams", "May 2017"]
    made.refresh_from_db()
    assert made.state == ActionState.OPEN, "late is worked out, never kept"


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_claimed_and_accepted_by_somebody_else(
    council: Cast, outcome: Outcome, enter: Enter, javascript: bool
) -> None:
    made = make_action(council, outcome)
    manager = enter("manager", f"/actions/action/{made.pk}/", javascript=javascript)
    manager.get_by_role("link", name="Claim it complete").click()
    manager.get_by_label("What shows that it is complete?").fill("Every team has it.")
    manager.get_by_role("button", name="Claim it complete").click()
    expect(manager.get_by_text("It waits for a head of service.")).to_be_visible()
    head = enter("head", "/", javascript=javascript)
    head.get_by_role("link", name="Look at 1.1 a").click()
    expect(head.get_by_text("Every team has it.").first).to_be_visible()
    head.get_by_role("button", name="Accept that it is complete").click()
    expect(head.get_by_text("1.1 a is complete.")).to_be_visible()
    made.refresh_from_db()
    assert (made.state, made.accepted_by) == (ActionState.COMPLETE, council.person["head"])


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_two_windows_change_one_action(
    council: Cast, outcome: Outcome, enter: Enter, accessible: Check, javascript: bool
) -> None:
    made = make_action(council, outcome)
    address = f"/actions/action/{made.pk}/edit/"
    mine = enter("officer", address, javascript=javascript)
    theirs = enter("officer", address, javascript=javascript)
    theirs.get_by_label("What is to be done").fill("Share two plans")
    theirs.get_by_role("button", name="Save the action").click()
    expect(theirs.get_by_text("1.1 a is saved.")).to_be_visible()
    mine.get_by_label("What is to be done").fill("Share three plans")
    mine.get_by_label("Heads of service").check()
    mine.get_by_role("button", name="Save the action").click()
    title = "You saved this in another tab or window at"
    expect(mine.get_by_role("heading", level=1)).to_contain_text(title)
    expect(mine.get_by_text("Share two plans")).to_be_visible()
    expect(mine.get_by_text("Share three plans")).to_be_visible()
    # Only this window changed who does it: kept without asking.
    mine.get_by_text("1 other change is kept: 1 from this one").click()
    expect(mine.get_by_role("heading", name="By whom")).to_be_visible()
    mine.get_by_role("group", name="What is to be done").get_by_role("radio").nth(1).check()
    if javascript:
        accessible(mine)
    made.refresh_from_db()
    assert made.text == "Share two plans"
    mine.get_by_role("button", name="Save", exact=True).click()
    expect(mine.get_by_text("1.1 a is saved.")).to_be_visible()
    made.refresh_from_db()
    assert made.text == "Share three plans"
    assert [str(one) for one in made.owners.all()] == ["Team manager", "Head of service"]


def test_a_new_action_asks_back_what_was_understood(
    council: Cast, outcome: Outcome, enter: Enter, accessible: Check, fits_a_phone: Check
) -> None:
    page = enter("officer", "/actions/")
    expect(page.get_by_role("link", name="Add an action to 1.1")).to_have_count(0)
    page.get_by_role("link", name="Change the plan").click()
    page.get_by_role("link", name="Add an action to 1.1").click()
    page.get_by_label("What is to be done").fill("Ask the staff")
    page.get_by_label("Team managers").check()
    page.get_by_label("By when").fill("some day")
    page.get_by_role("button", name="Save the action").click()
    page.get_by_role("link", name="“some day” does not say when.").click()
    expect(page.get_by_label("By when")).to_be_focused()
    accessible(page)
    fits_a_phone(page)
    page.get_by_label("By when").fill("September 2016")
    page.get_by_role("button", name="Save the action").click()
    expect(page.get_by_text("Due 30 September 2016.")).to_be_visible()
    expect(page.get_by_text("Save again if that is right")).to_be_visible()
    accessible(page)
    page.get_by_role("button", name="Save the action").click()
    expect(page.get_by_text("1.1 a is added. Due 30 September 2016.")).to_be_visible()
    assert Action.objects.get().due_on == dt.date(2016, 9, 30)


def test_an_update_by_keyboard_alone(council: Cast, outcome: Outcome, enter: Enter) -> None:
    make_action(council, outcome, "1.8.16")
    page = enter("manager", "/")
    _tab_to(page, "a", "Update 1.1 a")
    page.keyboard.press("Enter")
    expect(page.get_by_label("How far is it?")).to_be_visible()
    _tab_to(page, "textarea", "")
    page.keyboard.type("Half of the teams have it.")
    _tab_to(page, "button", "Save")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Your update of 1.1 a is saved.")).to_be_visible()
    assert Update.objects.get().text == "Half of the teams have it."


def _tab_to(page: Page, kind: str, words: str) -> None:
    """Press Tab until the thing of this kind with these words has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        here: list[str] = page.evaluate(
            "[document.activeElement.localName, "
            "document.activeElement.textContent.replace(/\\s+/g, ' ').trim()]"
        )
        if here[0] == kind and (not words or here[1] == words):
            return
    raise AssertionError(f"Tab does not reach {words or kind}")


def test_the_print_page_is_a_table_across_the_paper_with_its_headings_on_every_sheet(
    council: Cast, outcome: Outcome, enter: Enter
) -> None:
    for number in range(30):
        make_action(council, outcome, text=f"Action number {number} " + "of the plan " * 20)
    page = enter("head", "/actions/2016/print/")
    page.emulate_media(media="print")
    heading = page.locator(".eh-plan thead")
    assert heading.evaluate("one => getComputedStyle(one).display") == "table-header-group"
    expect(page.get_by_text("Print this page with your browser")).to_be_hidden()
    paper = page.pdf(prefer_css_page_size=True)
    sheets = _boxes(paper)
    assert len(sheets) > 2
    assert all(width > height for width, height in sheets)
    assert page.locator("main a[href]").count() == 0


def _boxes(paper: bytes) -> list[tuple[float, float]]:
    """The width and height of every sheet of a PDF."""
    found = []
    for part in paper.split(b"/MediaBox [")[1:]:
        left, top, right, bottom = (float(one) for one in part.split(b"]")[0].split())
        found.append((right - left, bottom - top))
    return found


def test_a_late_action_of_a_role_and_pages_for_a_phone(
    council: Cast, outcome: Outcome, enter: Enter, fits_a_phone: Check, accessible: Check
) -> None:
    made = make_action(
        council,
        outcome,
        "every quarter until 1.4.17",
        for_every_locality=True,
        owners=[By(role=Role.HEAD_OF_SERVICE)],
    )
    # The longest of all statuses, which has to fit the narrowest column.
    claimed(council, make_action(council, outcome))
    page = enter("head", "/")
    expect(page.get_by_text("Your action is late.")).to_be_visible()
    for address in [
        "/",
        "/actions/",
        "/actions/?show=late",
        "/actions/?show=mine",
        "/actions/?edit=yes",
        f"/actions/action/{made.pk}/",
    ]:
        page.goto(address)
        accessible(page)
        fits_a_phone(page)
    page.get_by_role("link", name="It is done : the time due 30 June 2016, North").click()
    page.get_by_role("button", name="It is done").click()
    expect(page.get_by_text("Done: 1.1 a, the time due 30 June 2016, North.")).to_be_visible()
    expect(page.get_by_role("link", name="Actions", exact=True)).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False])
def test_on_a_phone_what_is_shown_is_chosen_behind_one_line(
    council: Cast, outcome: Outcome, enter: Enter, javascript: bool
) -> None:
    make_action(council, outcome)
    page = enter("head", "/actions/2016/", javascript=javascript)
    page.set_viewport_size({"width": 320, "height": 640})
    late = page.get_by_role("link", name="Late (")
    expect(late).to_be_hidden()
    folded = page.locator("summary", has_text="Change what is shown")
    expect(folded).to_contain_text("The whole plan")
    folded.press("Enter")
    late.click()
    expect(folded).to_contain_text("Late")
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(folded).to_be_hidden()
    expect(late).to_be_visible()
