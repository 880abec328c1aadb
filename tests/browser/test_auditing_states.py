"""The pages around a case in every state they have: empty, full, refused, overtaken by others.

``test_every_page`` opens each address once; here are the states that an address does not tell.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from audits.allocation import actions as allocation
from audits.casework.answers import CaseAnswer
from audits.rounds import actions as rounds
from audits.safety import actions as safety
from tests.audits.making import DUE, Casework, make_casework, on_day
from tests.browser.conftest import Enter
from tests.browser.test_auditing import PEOPLE, grade, grading
from tests.cast import Cast

pytestmark = pytest.mark.browser

Check = Callable[[Page], None]
State = Callable[[Casework, Enter], Page]


def _of(casework: Casework, page: str, serial: int = 1) -> str:
    return f"/audits/cases/{casework.audit(serial).pk}/{page}"


def _refused(casework: Casework, enter: Enter) -> Page:
    page = enter("auditor", grading(casework.audit(1)))
    grade(page, "1. Assessment", "Inadequate", "x" * 4001)
    page.get_by_label("Areas for improvement").fill("x" * 4001)
    page.get_by_role("button", name="Save and check answers").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    return page


def _pointed_out(casework: Casework, enter: Enter) -> Page:
    casework.save(1, assessment=CaseAnswer("good", PEOPLE))
    page = enter("auditor", grading(casework.audit(1)))
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    expect(page.get_by_text("4 things you wrote could tell who a person is.")).to_be_visible()
    return page


def _conflict(casework: Casework, enter: Enter) -> Page:
    page = enter("auditor", grading(casework.audit(1)))
    casework.save(1, assessment="inadequate", plan="good")
    grade(page, "1. Assessment", "Good", "It says what life is like.")
    page.get_by_role("button", name="Save and check answers").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("in another tab")
    return page


def _undecided(casework: Casework, enter: Enter) -> Page:
    page = _conflict(casework, enter)
    page.get_by_role("button", name="Save and leave").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    return page


def _locked(casework: Casework, enter: Enter) -> Page:
    page = enter("auditor", grading(casework.audit(1)))
    rounds.close_round(casework.round, reason="Time", by=casework.cast.actor("officer"))
    grade(page, "1. Assessment", "Good", "It says what life is like.")
    page.get_by_role("button", name="Save and leave").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You can no longer change this audit")
    return page


def _incomplete(casework: Casework, enter: Enter) -> Page:
    casework.save(1, assessment="good")
    page = enter("auditor", _of(casework, "check/"))
    expect(page.get_by_text("Still missing")).to_be_visible()
    return page


def _not_confirmed(casework: Casework, enter: Enter) -> Page:
    casework.complete(1, "inadequate", plan=CaseAnswer("good", PEOPLE))
    page = enter("auditor", _of(casework, "check/"))
    page.get_by_role("button", name="Submit Case 1").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    return page


def _told(casework: Casework, enter: Enter) -> Page:
    casework.submit(1, "inadequate")
    page = enter("auditor", _of(casework, "receipt/"))
    expect(page.get_by_text("were told at once")).to_be_visible()
    return page


def _moderation_refused(casework: Casework, enter: Enter) -> Page:
    casework.submit(1)
    page = enter("other_head", _of(casework, "moderate/"))
    page.get_by_role("group", name="1. Assessment").get_by_label("Inadequate").check()
    page.get_by_role("group", name="Overall judgement").get_by_label("Inadequate").check()
    page.get_by_label("Why, if you change it").nth(1).fill(PEOPLE)
    page.get_by_role("button", name="Moderate Case 1").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    return page


def _moderated_by_another(casework: Casework, enter: Enter) -> Page:
    audit = casework.submit(1)
    page = enter("other_head", _of(casework, "moderate/"))
    officer = casework.cast.person["officer"]
    allocation.name_moderator([audit], moderator=officer, by=casework.cast.actor("officer"))
    page.get_by_role("group", name="1. Assessment").get_by_label("Inadequate").check()
    page.get_by_role("button", name="Moderate Case 1").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "You can no longer moderate this audit"
    )
    return page


def _remedy_refused(casework: Casework, enter: Enter) -> Page:
    casework.submit(1, "inadequate")
    page = enter("manager", _of(casework, "put-right/"))
    page.get_by_label("What has to be done").fill("Ask Peter Smith")
    for box, words in enumerate(("8", "7", "2016")):
        page.locator(f"[name=due_on_{box}]").fill(words)
    page.get_by_role("button", name="Set it to be done").click()
    expect(page.get_by_label("Keep the words")).to_be_visible()
    return page


def _done_refused(casework: Casework, enter: Enter) -> Page:
    audit = casework.submit(1, "unsafe")
    manager = on_day(casework.cast, "manager")
    for what in ("See the child", "Call the school"):
        safety.set_remedial(audit, what=what, due_on=DUE, **manager)
    page = enter("manager", _of(casework, ""))
    page.get_by_text("Say that it is done: Call the school").click()
    page.get_by_role("button", name="Say that it is done").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    return page


def _called_home(casework: Casework, enter: Enter) -> Page:
    casework.submit(1, "inadequate")
    casework.submit(4)
    page = enter("head", "/")
    expect(page.get_by_text("needs you.")).to_be_visible()
    return page


def _city_called_home(casework: Casework, enter: Enter) -> Page:
    casework.submit(1, "inadequate")
    page = enter("director", "/")
    expect(page.get_by_text("not put right")).to_be_visible()
    return page


STATES: list[State] = [
    _refused,
    _pointed_out,
    _conflict,
    _undecided,
    _locked,
    _incomplete,
    _not_confirmed,
    _told,
    _moderation_refused,
    _moderated_by_another,
    _remedy_refused,
    _done_refused,
    _called_home,
    _city_called_home,
]


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__.strip("_"))
def test_a_state_is_accessible_and_fits_a_phone(
    council: Cast, enter: Enter, accessible: Check, fits_a_phone: Check, state: State
) -> None:
    page = state(make_casework(council), enter)
    _holds(page, accessible, fits_a_phone)


@pytest.mark.looks
@pytest.mark.parametrize(
    ("person", "path", "says"),
    [
        ("auditor", "/audits/mine/", "You have no case to audit."),
        ("officer", "/audits/mine/", "No cases wait for you to moderate."),
        ("manager", "/audits/concerns/", "No case of concern is open."),
        ("manager", "/audits/read/", "Nothing has been submitted yet."),
        ("head", "/audits/", "There are no rounds to read yet."),
    ],
)
def test_an_empty_page_says_so(
    council: Cast,
    enter: Enter,
    accessible: Check,
    fits_a_phone: Check,
    person: str,
    path: str,
    says: str,
) -> None:
    page = enter(person, path)
    expect(page.get_by_text(says)).to_be_visible()
    _holds(page, accessible, fits_a_phone)


def _holds(page: Page, accessible: Check, fits_a_phone: Check) -> None:
    expect(page.locator("h1")).to_have_count(1)
    accessible(page)
    fits_a_phone(page)
