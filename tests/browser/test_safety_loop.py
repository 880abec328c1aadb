"""An inadequate case in a browser: who is told, what is put right, and how its loop closes."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from audits.models import RemedialAction
from tests.audits.making import CANARY, make_casework
from tests.browser.conftest import Enter
from tests.browser.test_auditing import grade_everything
from tests.browser.test_rounds import fill_day
from tests.cast import TODAY, Cast

pytestmark = pytest.mark.browser

CALLOUT = "A case was found inadequate or unsafe and needs you."
# What a mail would give away: the case, its number, the team, the round, what was found.
DETAILS = (CANARY, "Case 1", "North", "Under 11s", "Nobody saw", "nadequate", "nsafe")


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_an_inadequate_case_reaches_its_manager_and_is_audited_again(
    council: Cast, enter: Enter, mailoutbox: list[Any], javascript: bool
) -> None:
    casework = make_casework(council)
    audit = casework.complete(1, "inadequate")
    manager = enter("manager", "/", javascript=javascript)
    expect(manager.get_by_text(CALLOUT)).to_have_count(0)

    auditor = enter("auditor", f"/audits/cases/{audit.pk}/check/", javascript=javascript)
    expect(auditor.get_by_text("are told at once")).to_be_visible()
    auditor.get_by_role("button", name="Submit Case 1").click()
    expect(auditor.get_by_text("Head and Manager were told at once")).to_be_visible()
    assert sorted(letter.to[0] for letter in mailoutbox) == [
        "head@testshire.example",
        "manager@testshire.example",
    ]
    for letter in mailoutbox:
        said = f"{letter.subject}\n{letter.body}"
        assert [word for word in DETAILS if word in said] == []
        assert f"/audits/cases/{audit.pk}/" in said

    # At once, and before anything else, for its manager and its head; for nobody else.
    head = enter("head", "/", javascript=javascript)
    manager.reload()
    for page in (manager, head):
        first = page.locator("main h1 + *")
        expect(first).to_contain_text(CALLOUT)
        expect(page.get_by_role("table", name="To put right")).to_contain_text(
            "Nothing set to be done yet"
        )
    for stranger in ("other_manager", "other_head"):
        expect(enter(stranger, "/").get_by_text(CALLOUT)).to_have_count(0)

    manager.get_by_role("table", name="To put right").get_by_role("link", name="Case 1").click()
    manager.get_by_role("link", name="Set something to be done").click()
    manager.get_by_label("What has to be done").fill("See the child and agree a plan")
    fill_day(manager, "due_on", "8", "7", "2016")
    manager.get_by_role("button", name="Set it to be done").click()
    expect(manager.get_by_text("Set by Manager, to be done by 8 July 2016.")).to_be_visible()
    head.reload()
    row = head.get_by_role("row", name="Case 1")
    expect(row).to_contain_text("Being put right")
    expect(row).to_contain_text("1 to do, due 8 July 2016")

    manager.get_by_text("Say that it is done: See the child").click()
    fill_day(manager, "done_on", "5", "7", "2016")
    manager.get_by_label("What was found, if you like").fill("Seen, and well")
    manager.get_by_role("button", name="Say that it is done").click()
    expect(manager.get_by_text("It is done.", exact=True)).to_be_visible()
    remedy = RemedialAction.objects.get()
    assert (remedy.done_on, remedy.done_by) == (TODAY, council.person["manager"])
    manager.goto("/")
    expect(manager.get_by_text(CALLOUT)).to_have_count(0)

    officer = enter("officer", "/", javascript=javascript)
    expect(officer.get_by_text("not put right")).to_be_visible()
    officer.get_by_role("link", name="not put right").click()
    officer.get_by_role("link", name="Case 1").click()
    officer.get_by_role("link", name="Have it audited again").click()
    officer.get_by_label("Auditor").select_option(label="Auditor (Auditor)")
    fill_day(officer, "due_on", "25", "7", "2016")
    officer.get_by_role("button", name=re.compile("again")).click()
    officer.goto("/audits/concerns/")
    expect(officer.get_by_role("row", name="Case 1")).to_contain_text("Being audited again")

    auditor.goto("/")
    auditor.get_by_role("link", name="Start Case 1, audited again").click()
    grade_everything(auditor)
    auditor.get_by_role("button", name="Save and check answers").click()
    auditor.get_by_role("button", name="Submit Case 1, audited again").click()
    expect(auditor.get_by_role("heading", name="Audit submitted")).to_be_visible()
    assert len(mailoutbox) == 2, "a sound case tells nobody"

    officer.reload()
    expect(officer.get_by_text("No case of concern is open.")).to_be_visible()
    officer.goto("/audits/rounds/july/?show=concerns")
    expect(officer.get_by_text("not put right yet")).to_have_count(0)
    expect(officer.get_by_role("row", name=f"Case 1 {CANARY}1")).to_contain_text("Closed")
    head.goto(f"/audits/cases/{audit.pk}/")
    expect(head.get_by_text("Seen, and well").first).to_be_visible()
    expect(head.get_by_role("link", name="Case 1, audited again")).to_be_visible()
