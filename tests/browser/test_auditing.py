"""A case in a browser: graded, by mouse, by keyboard alone and without scripts; moderated."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from audits.casework.answers import CaseAnswer, Judgement
from audits.grades import Grade
from audits.models import CaseAudit, Given
from audits.workflow import CaseState
from tests.audits.making import Casework, make_casework
from tests.browser.conftest import Enter
from tests.browser.test_rounds import focus_by_tab
from tests.cast import Cast

pytestmark = pytest.mark.browser

Check = Callable[[Page], None]
SCRIPTS = pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])


def grading(audit: CaseAudit) -> str:
    """The address of the page on which a case is graded."""
    return f"/audits/cases/{audit.pk}/grade/"


def indicator(page: Page, name: str) -> Locator:
    """An indicator with its boxes, or a part of the judgement."""
    return page.get_by_role("group", name=name)


def grade(page: Page, name: str, answer: str, comment: str = "") -> None:
    """Choose an answer, and write why."""
    indicator(page, name).get_by_label(answer, exact=True).check()
    if comment:
        indicator(page, name).get_by_label("Comment").fill(comment)


def grade_everything(page: Page, overall: str = "Good") -> None:
    """Answer a case of ``make_casework`` plausibly, without saving it."""
    grade(page, "1. Assessment", "Good")
    grade(page, "2. Early Help plan", "Not found on file", "No plan is on the case.")
    grade(page, "3. Supervision", "Yes")
    grade(page, "4. Issues", "Behaviour")
    page.get_by_label("Your answer").fill("Eleven months")
    indicator(page, "Overall judgement").get_by_label(overall, exact=True).check()
    page.get_by_label("The right level of help").check()
    page.get_by_label("Areas for improvement").fill("Write a plan with the family.")


def answers(audit: CaseAudit) -> dict[str, CaseAnswer]:
    """What is saved of a case, by indicator code."""
    return {row.indicator.code: CaseAnswer.of(row) for row in Given.objects.of(audit)}


@SCRIPTS
def test_a_case_is_graded_checked_and_submitted(
    council: Cast, enter: Enter, javascript: bool
) -> None:
    casework = make_casework(council)
    page = enter("auditor", "/", javascript=javascript)
    page.get_by_role("link", name="Start Case 1, Under 11s casework").click()
    expect(page.get_by_text("CASENO1")).to_be_visible()
    grade_everything(page)
    indicator(page, "2. Early Help plan").get_by_label("Comment").fill("")
    page.get_by_role("button", name="Save and check answers").click()
    # What is missing leads to its box; nothing else has to be typed again.
    expect(page.get_by_role("button", name="Submit Case 1")).to_have_count(0)
    page.get_by_role(
        "link", name="Enter a comment that says why “Early Help plan” is not found"
    ).click()
    comment = indicator(page, "2. Early Help plan").get_by_label("Comment")
    expect(comment).to_be_in_viewport()
    comment.fill("No plan is on the case.")
    page.get_by_role("button", name="Save and check answers").click()
    expect(page.get_by_text("5 of 5 answered.")).to_be_visible()
    expect(page.get_by_role("row", name="How long it was open")).to_contain_text("Eleven months")
    page.get_by_role("button", name="Submit Case 1").click()
    expect(page.get_by_role("heading", name="Audit submitted")).to_be_visible()
    expect(page.get_by_text("Other head moderates it")).to_be_visible()
    audit = casework.audit(1)
    assert (audit.state, audit.overall, audit.threshold) == (
        CaseState.SUBMITTED,
        "good",
        "right",
    )
    said = answers(audit)
    assert said["plan"] == CaseAnswer("not-found", "No plan is on the case.")
    assert said["issues"].chosen == {casework.indicator["issues"].choices.all()[1].pk}
    assert said["duration"].text == "Eleven months"
    # Back and again: it can be read, and no longer graded.
    page.goto(grading(audit))
    expect(page.get_by_text("it has been submitted")).to_be_visible()
    expect(page.get_by_role("row", name="Early Help plan")).to_contain_text("Not found on file")


def test_progress_and_the_comment_that_is_needed_follow_what_is_chosen(
    council: Cast, enter: Enter
) -> None:
    casework = make_casework(council)
    page = enter("auditor", grading(casework.audit(1)))
    assessment, why = indicator(page, "1. Assessment"), "Say why: a comment is needed"
    progress = page.get_by_role("complementary").get_by_role("heading")
    expect(progress).to_have_text("0 of 5 answered")
    expect(assessment.get_by_text(why)).to_be_hidden()
    grade(page, "1. Assessment", "Inadequate")
    expect(assessment.get_by_text(why)).to_be_visible()
    state = page.locator("[data-state-of=assessment]")
    expect(state).to_have_text("comment needed")
    assessment.get_by_label("Comment").fill("The child was not seen.")
    expect(state).to_have_text("answered")
    grade(page, "4. Issues", "Neglect")
    expect(progress).to_have_text("2 of 5 answered")
    page.get_by_role("button", name="Save and stay", exact=True).click()
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    expect(progress).to_have_text("2 of 5 answered")


def test_leaving_with_words_that_are_not_saved_asks_first(council: Cast, enter: Enter) -> None:
    casework = make_casework(council)
    page = enter("auditor", grading(casework.audit(1)))
    page.route("**/grade/", lambda route: route.abort())  # nothing is saved by itself
    page.get_by_label("Strengths").press_sequentially("A chronology")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.get_by_role("link", name="Your cases").click()
    expect(page.get_by_label("Strengths")).to_have_value("A chronology")
    assert asked == ["beforeunload"]
    page.unroute("**/grade/")
    page.get_by_role("button", name="Save and leave").click()
    expect(page.get_by_text("Case 1 is saved. Carry on when you like.")).to_be_visible()
    assert asked == ["beforeunload"], "a save leaves without being asked"


def test_a_whole_audit_by_keyboard_alone(council: Cast, enter: Enter) -> None:
    casework = make_casework(council)
    page = enter("auditor", "/audits/mine/")
    keys = page.keyboard
    focus_by_tab(page, page.get_by_role("link", name="Start Case 1, Under 11s casework"))
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Case 1, North family")

    def choose(group: str, down: int) -> None:
        """Tab to the first of some radio buttons, and go down from it."""
        first = indicator(page, group).get_by_role("radio").first
        focus_by_tab(page, first)
        keys.press("Space")
        for _ in range(down):
            keys.press("ArrowDown")

    choose("1. Assessment", 3)
    keys.press("Enter")  # which would save the page by surprise
    expect(page.get_by_label("Inadequate").first).to_be_focused()
    expect(page).to_have_url(re.compile(f"{grading(casework.audit(1))}$"))
    focus_by_tab(page, indicator(page, "1. Assessment").get_by_label("Comment"))
    keys.type("The child was not seen.")
    choose("2. Early Help plan", 1)
    choose("3. Supervision", 0)
    focus_by_tab(page, page.get_by_role("checkbox", name="Behaviour"))
    keys.press("Space")
    focus_by_tab(page, page.get_by_label("Your answer"))
    keys.type("Eleven months")
    choose("Overall judgement", 2)
    choose("Did the family have the right level of help?", 1)
    focus_by_tab(page, page.get_by_label("Strengths"))
    keys.type("A chronology that is kept.")
    focus_by_tab(page, page.get_by_role("button", name="Save and check answers"))
    keys.press("Enter")
    expect(page.get_by_role("heading", name="Check your answers")).to_be_visible()
    focus_by_tab(page, page.get_by_role("button", name="Submit Case 1"))
    keys.press("Enter")
    expect(page.get_by_role("heading", name="Audit submitted")).to_be_visible()

    audit = casework.audit(1)
    assert Judgement.of(audit) == Judgement(
        overall="requires-improvement",
        threshold="step-up",
        strengths="A chronology that is kept.",
    )
    said = answers(audit)
    assert said["assessment"] == CaseAnswer("inadequate", "The child was not seen.")
    assert [said[code].grade for code in ("plan", "supervision")] == ["good", "yes"]
    assert said["issues"].chosen == {casework.indicator["issues"].choices.all()[1].pk}
    assert said["duration"].text == "Eleven months"


@SCRIPTS
def test_one_case_in_two_windows_shows_both_versions_and_loses_nothing(
    council: Cast, enter: Enter, javascript: bool
) -> None:
    casework = make_casework(council)
    address = grading(casework.audit(1))
    mine = enter("auditor", address, javascript=javascript)
    theirs = enter("auditor", address, javascript=javascript)
    grade(theirs, "1. Assessment", "Inadequate", "It is from 2014.")
    grade(theirs, "3. Supervision", "No")
    theirs.get_by_label("Strengths").fill("A chronology")
    theirs.get_by_role("button", name="Save and leave").click()
    expect(theirs.get_by_text("Case 1 is saved.")).to_be_visible()

    grade(mine, "1. Assessment", "Good", "It says what life is like.")
    grade(mine, "2. Early Help plan", "Good")
    mine.get_by_label("Strengths").fill("The plan is short")
    mine.get_by_role("button", name="Save and check answers").click()
    title = "You saved this in another tab or window at"
    expect(mine.get_by_role("heading", level=1)).to_contain_text(title)
    assert answers(casework.audit(1))["assessment"].grade == "inadequate"
    assessment, strengths = indicator(mine, "Assessment"), indicator(mine, "Strengths")
    for words in ("Inadequate", "It is from 2014.", "Good", "It says what life is like."):
        expect(assessment).to_contain_text(words)
    expect(strengths).to_contain_text("A chronology")
    expect(strengths).to_contain_text("The plan is short")
    saved, typed = (assessment.get_by_role("radio").nth(place) for place in (0, 1))
    left, right = saved.bounding_box(), typed.bounding_box()
    assert left and right and left["y"] == right["y"] and left["x"] < right["x"]
    # What only one of the two changed is kept, and said in one line; what both did is asked.
    expect(mine.get_by_text("2 other changes are kept")).to_be_visible()
    for _ in range(2):
        expect(assessment.get_by_role("radio", checked=True)).to_have_count(0)
        expect(strengths.get_by_role("radio", checked=True)).to_have_count(0)
        mine.get_by_role("button", name="Save and carry on").click()
        expect(
            mine.get_by_role("link", name="Select which to keep for “Strengths”")
        ).to_be_visible()
    mine.get_by_role("link", name="Select which to keep for “Assessment”").click()
    if javascript:
        expect(saved).to_be_focused()
    typed.check()
    strengths.get_by_label("Saved in the other one").check()
    mine.get_by_role("button", name="Save and carry on").click()

    expect(mine.get_by_text("Saved.", exact=True)).to_be_visible()
    expect(indicator(mine, "1. Assessment").get_by_label("Good")).to_be_checked()
    expect(indicator(mine, "1. Assessment").get_by_label("Comment")).to_have_value(
        "It says what life is like."
    )
    expect(indicator(mine, "3. Supervision").get_by_label("No", exact=True)).to_be_checked()
    expect(mine.get_by_label("Strengths")).to_have_value("A chronology")
    audit = casework.audit(1)
    said = answers(audit)
    assert said["assessment"] == CaseAnswer("good", "It says what life is like.")
    assert [said[code].grade for code in ("plan", "supervision")] == ["good", "no"]
    assert audit.strengths == "A chronology"


PEOPLE = "Peter Smith, born 3.4.2009, of 14 Station Road was not seen. His number is 943 476 5919."


@SCRIPTS
def test_words_that_could_tell_who_somebody_is_are_pointed_out(
    council: Cast, enter: Enter, javascript: bool
) -> None:
    casework = make_casework(council)
    page = enter("auditor", grading(casework.audit(1)), javascript=javascript)
    grade_everything(page)
    page.get_by_label("Areas for improvement").fill(PEOPLE)
    page.get_by_role("button", name="Save and stay", exact=True).click()
    pointed_out = page.locator(".eh-callout--warn")
    expect(pointed_out.get_by_role("listitem")).to_have_text(
        [
            "Areas for improvement: “Peter Smith” looks like a person's name. Please leave it out.",
            "Areas for improvement: “3.4.2009” looks like a date of birth. Please leave it out.",
            "Areas for improvement: “14 Station Road” looks like an address. Please leave it out.",
            "Areas for improvement: “943 476 5919” looks like an NHS number. Please leave it out.",
        ]
    )
    expect(page.get_by_label("Areas for improvement")).to_have_value(PEOPLE)
    # It cannot be submitted by oversight, and what was meant otherwise can be kept.
    page.get_by_role("button", name="Save and check answers").click()
    page.get_by_role("button", name="Submit Case 1").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    assert casework.audit(1).state == CaseState.IN_PROGRESS
    page.locator(".eh-callout--warn").get_by_role("link").first.click()
    expect(page.get_by_label("Areas for improvement")).to_be_in_viewport()
    page.get_by_label("Areas for improvement").fill("Ask for a place at Forest Lodge.")
    page.get_by_role("button", name="Save and check answers").click()
    expect(page.locator(".eh-callout--warn").get_by_role("listitem")).to_have_count(1)
    page.get_by_label("Keep the words that are pointed out").check()
    page.get_by_role("button", name="Submit Case 1").click()
    expect(page.get_by_role("heading", name="Audit submitted")).to_be_visible()


def test_what_cannot_be_saved_is_said_at_its_box(council: Cast, enter: Enter) -> None:
    casework = make_casework(council)
    page = enter("auditor", grading(casework.audit(1)))
    grade(page, "1. Assessment", "Good", "x" * 4001)
    page.get_by_label("Strengths").fill("Typed with care")
    page.get_by_role("button", name="Save and check answers").click()
    page.get_by_role("link", name="Shorten the comment on “Assessment”").click()
    comment = indicator(page, "1. Assessment").get_by_label("Comment")
    expect(comment).to_be_focused()
    expect(comment).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Strengths")).to_have_value("Typed with care")
    expect(page).to_have_title(re.compile("^Error: Audit Case 1"))


# -- moderation ---------------------------------------------------------------------------------


def moderate(page: Page, casework: Casework, serial: int) -> None:
    """Confirm everything of a case."""
    page.goto(f"/audits/cases/{casework.audit(serial).pk}/moderate/")
    page.get_by_role("button", name=f"Moderate Case {serial}").click()


@SCRIPTS
def test_a_moderator_disagrees_and_both_grades_are_kept(
    council: Cast, enter: Enter, javascript: bool
) -> None:
    casework = make_casework(council)
    casework.submit(1)
    casework.submit(2, assessment="requires-improvement")
    casework.submit(3)
    page = enter("other_head", "/", javascript=javascript)
    page.get_by_role("link", name="Moderate Case 1, Under 11s casework").click()
    grade = indicator(page, "1. Assessment")
    expect(grade.get_by_label("Good", exact=True)).to_be_checked()
    grade.get_by_label("Inadequate", exact=True).check()
    page.get_by_role("button", name="Moderate Case 1").click()
    page.get_by_role("link", name="Enter why the grade of “Assessment” changes").click()
    expect(grade.get_by_label("Inadequate", exact=True)).to_be_checked()
    grade.get_by_label("Why, if you change it").fill("The child was not seen.")
    page.get_by_role("button", name="Moderate Case 1").click()
    expect(
        page.get_by_text("Case 1 is moderated. Both grades are kept; yours count.")
    ).to_be_visible()
    row = page.get_by_role("row", name="Assessment")
    for words in ("Good", "Inadequate", "counts", "The child was not seen."):
        expect(row).to_contain_text(words)
    expect(page.get_by_role("row", name="Early Help plan")).to_contain_text("Confirmed")
    for serial in (2, 3):
        moderate(page, casework, serial)
        expect(page.get_by_text(f"Case {serial} is moderated.")).to_be_visible()
    kept = Given.objects.get(audit=casework.audit(1), indicator__code="assessment")
    assert (kept.grade, kept.moderated_grade) == (Grade.GOOD, Grade.INADEQUATE)

    # Good, requires improvement, good became inadequate, requires improvement, good: two of three
    # agreed, where a third would by chance (2/3 x 1/3 + 1/3 x 1/3): (2/3 - 1/3) / (1 - 1/3) = 0.5.
    head = enter("head", "/audits/rounds/july/results/", javascript=javascript)
    table = head.get_by_role("table").filter(has=head.get_by_role("columnheader", name="Moderator"))
    row = table.get_by_role("row", name="Assessment")
    expect(row).to_contain_text("66.7%")
    expect(row).to_contain_text("2 of 3, 0.50 beyond chance")
    expect(row.get_by_role("img")).to_have_accessible_name(
        "1 good, 1 requires improvement, 1 inadequate"
    )
    expect(row).to_contain_text("33.3%")
    # The manager, whose case it is, reads both as well.
    manager = enter("manager", "/audits/read/", javascript=javascript)
    manager.get_by_role("link", name="Case 1").click()
    expect(manager.get_by_role("row", name="Assessment")).to_contain_text("The child was not seen.")


def test_the_moderators_grade_stays_in_its_column(
    council: Cast, enter: Enter, fits_a_phone: Callable[[Page], None]
) -> None:
    casework = make_casework(council)
    casework.submit(1)
    page = enter("other_head", f"/audits/cases/{casework.audit(1).pk}/moderate/")
    grade = indicator(page, "1. Assessment")
    grade.get_by_label("Requires improvement", exact=True).check()
    grade.get_by_label("Why, if you change it").fill("The child was not seen.")
    page.get_by_role("button", name="Moderate Case 1").click()
    expect(page.get_by_role("row", name="Assessment")).to_contain_text("counts")
    fits_a_phone(page)
