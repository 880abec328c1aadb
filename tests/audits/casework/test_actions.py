"""An auditor's work and a moderator's: saved as they go, submitted, confirmed or changed."""

import datetime as dt
from typing import Any

import pytest

from audits.allocation import actions as allocation
from audits.casework import actions as acting
from audits.casework.actions import AuditRefused
from audits.casework.answers import CaseAnswer, GradeDecision, Judgement
from audits.models import Given
from audits.workflow import CaseState, NotAllowed
from earlyhelp.core.change import Stale
from earlyhelp.core.events.models import Event, Remark
from teams.permissions import Refused
from teams.roles import Role
from tests.audits.making import Casework, on_day, who
from tests.cast import TODAY
from tests.factories import AppointmentFactory


def test_answers_are_saved_as_they_go(casework: Casework) -> None:
    audit = casework.save(1, assessment=CaseAnswer("inadequate", " No voice of the child "))
    assert (audit.state, audit.version) == (CaseState.IN_PROGRESS, 1)
    choices = {one.code: one.pk for one in casework.indicator["issues"].choices.all()}
    chosen = frozenset([choices["neglect"], choices["behaviour"]])
    audit = casework.save(
        1, Judgement("good", "right", strengths="Seen alone"), issues=CaseAnswer(chosen=chosen)
    )
    given = {row.indicator.code: row for row in Given.objects.of(audit)}
    assert given["assessment"].comment == "No voice of the child"
    assert CaseAnswer.of(given["issues"]).chosen == chosen
    assert Judgement.of(audit) == Judgement("good", "right", strengths="Seen alone")


def test_only_what_differs_is_written_and_put_on_record(casework: Casework) -> None:
    casework.save(1, assessment="good", plan="good")
    audit = casework.audit(1)
    casework.save(1, Judgement("good"), assessment="good", plan="requires-improvement")
    parts = [
        (event.part, event.before, event.after)
        for event in Event.objects.about(audit).filter(verb__in=["answered", "judged"])
    ]
    assert parts == [
        ("assessment", {"grade": ""}, {"grade": "good"}),
        ("plan", {"grade": ""}, {"grade": "good"}),
        ("plan", {"grade": "good"}, {"grade": "requires-improvement"}),
        ("overall", "", "good"),
    ]


def test_saving_what_is_there_changes_nothing_whatever_the_version(casework: Casework) -> None:
    audit = casework.save(1, assessment="good")
    again = acting.save(
        audit, casework.answers(assessment="good"), version=0, **who(casework.cast, "auditor")
    )
    assert again.version == 1


def test_a_save_from_an_older_version_shows_both(casework: Casework) -> None:
    audit = casework.audit(1)
    casework.save(1, assessment="good")
    with pytest.raises(Stale) as stale:
        acting.save(
            audit, casework.answers(plan="good"), version=0, **who(casework.cast, "auditor")
        )
    assert stale.value.current.version == 1
    assert [row.indicator.code for row in Given.objects.of(audit)] == ["assessment"]


def test_what_people_write_stands_beside_the_record(casework: Casework) -> None:
    judgement = Judgement("good", strengths="WORDS of praise", improvements="WORDS of blame")
    casework.save(
        1,
        judgement,
        assessment=CaseAnswer("good", "WORDS here"),
        duration=CaseAnswer(text="WORDS long"),
    )
    assert "WORDS" not in repr(list(Event.objects.values_list("before", "after", "part")))
    told = sorted(Remark.objects.filter(text__startswith="WORDS").values_list("kind", "text"))
    assert told == [
        ("explanation", "WORDS long"),
        ("note", "WORDS here"),
        ("note", "WORDS of blame"),
        ("note", "WORDS of praise"),
    ]


@pytest.mark.parametrize(
    ("code", "answer", "says"),
    [
        ("assessment", CaseAnswer("yes"), "one of the answers to “Assessment”"),
        ("supervision", CaseAnswer("good"), "one of the answers to “Supervision"),
        ("supervision", CaseAnswer("not-found"), "one of the answers to “Supervision"),
        ("assessment", CaseAnswer("splendid"), "one of the answers"),
        ("assessment", CaseAnswer(text="Good, I think"), "in its comment"),
        ("issues", CaseAnswer(chosen=frozenset([0])), "from the list of “Issues”"),
        ("duration", CaseAnswer("not-applicable", text="A year"), "not both"),
    ],
)
def test_an_answer_that_is_not_offered_is_refused(
    casework: Casework, code: str, answer: CaseAnswer, says: str
) -> None:
    with pytest.raises(AuditRefused, match=says):
        acting.save(
            casework.audit(1),
            casework.answers(**{code: answer}),
            version=0,
            **who(casework.cast, "auditor"),
        )
    assert casework.audit(1).version == 0


def test_a_save_keeps_what_is_valid(casework: Casework) -> None:
    given = casework.answers(assessment="good", plan="splendid")
    judgement = Judgement("good", "sideways", strengths="A chronology")
    by = who(casework.cast, "auditor")
    saved = acting.save_valid(casework.audit(1), given, judgement, version=0, **by)
    assert set(saved.refused) == {casework.indicator["plan"].pk, "threshold"}
    audit = casework.audit(1)
    assert (saved.is_new, audit.version, saved.row.version) == (True, 1, 1)
    assert (audit.overall, audit.threshold, audit.strengths) == ("good", "", "A chronology")
    assert [row.indicator.code for row in Given.objects.of(audit)] == ["assessment"]
    again = acting.save_valid(audit, casework.answers(plan="splendid"), version=1, **by)
    assert (again.is_new, again.row.version, casework.audit(1).version) == (False, 1, 1)


def test_a_judgement_that_is_not_offered_is_refused(casework: Casework) -> None:
    with pytest.raises(AuditRefused) as refused:
        casework.save(1, Judgement("not-found", "sideways"))
    assert set(refused.value.errors) == {"overall", "threshold"}


def test_what_is_missing_is_said_in_the_tools_order(casework: Casework) -> None:
    casework.save(
        1,
        Judgement(is_unsafe=True),
        assessment=CaseAnswer("inadequate"),
        plan=CaseAnswer("not-found"),
        issues=CaseAnswer(comment="A comment is no answer"),
    )
    audit = casework.audit(1)
    with pytest.raises(AuditRefused) as refused:
        acting.submit(audit, version=audit.version, **on_day(casework.cast, "auditor"))
    ids = casework.indicator
    assert refused.value.errors == {
        ids["assessment"].pk: "Enter a comment that says why “Assessment” is inadequate",
        ids["plan"].pk: "Enter a comment that says why “Early Help plan” is not found on file",
        ids["supervision"].pk: "Answer “Supervision in line with policy”",
        ids["issues"].pk: "Answer “Issues”",
        ids["duration"].pk: "Answer “How long it was open”",
        "overall": "Select an overall judgement",
        "improvements": "Enter what makes this case unsafe",
    }
    assert list(refused.value.errors) == list(acting.what_is_missing(audit))


def test_submitting_twice_is_submitting_once(casework: Casework) -> None:
    audit = casework.complete(1)
    auditor = on_day(casework.cast, "auditor")
    first = acting.submit(audit, version=audit.version, **auditor).audit
    again = acting.submit(audit, version=audit.version, **auditor).audit
    assert first.submitted_at == again.submitted_at
    assert (again.state, again.submitted_on) == (CaseState.SUBMITTED, TODAY)
    assert Event.objects.about(audit).filter(verb="submitted").count() == 1
    with pytest.raises(NotAllowed, match="it has been submitted"):
        casework.save(1, plan="good")


def test_an_unsaved_version_is_not_submitted(casework: Casework) -> None:
    audit = casework.complete(1)
    with pytest.raises(Stale):
        acting.submit(audit, version=audit.version - 1, **on_day(casework.cast, "auditor"))


@pytest.mark.parametrize("person", ["head", "other_head", "manager", "officer", "director"])
def test_only_the_auditor_of_a_case_audits_it(casework: Casework, person: str) -> None:
    with pytest.raises(Refused, match="allocated to somebody else"):
        casework.save(1, by=person, assessment="good")
    audit = casework.complete(2)
    with pytest.raises(Refused, match="allocated to somebody else"):
        acting.submit(audit, version=audit.version, **on_day(casework.cast, person))


def test_an_auditor_who_joins_the_line_stops_auditing_it(casework: Casework) -> None:
    """The own-line rule is asked at every save, not only at allocation."""
    cast = casework.cast
    team = cast.team["north-family"]
    AppointmentFactory(person=cast.person["auditor"], role=Role.TEAM_MANAGER, team=team)
    with pytest.raises(Refused, match="of your own line"):
        casework.save(1, assessment="good")
    assert casework.save(4, assessment="good").version == 1


def test_lateness_is_held_against_the_day_of_submission(casework: Casework) -> None:
    late = casework.submit(1, today=dt.date(2016, 7, 23))
    assert late.days_late_on(dt.date(2016, 12, 1)) == 3
    assert casework.submit(2).days_late_on(dt.date(2016, 12, 1)) == 0
    assert casework.audit(3).days_late_on(dt.date(2016, 7, 20)) == 0
    assert casework.audit(3).days_late_on(dt.date(2016, 7, 21)) == 1


# -- the moderator --------------------------------------------------------------------------


def moderate(casework: Casework, serial: int, by: str = "other_head", **said: Any) -> Any:
    audit = casework.audit(serial)
    decisions = said.pop("decisions", {})
    return acting.moderate(
        audit,
        {casework.indicator[code].pk: decision for code, decision in decisions.items()},
        **{
            "overall": audit.overall,
            "is_unsafe": audit.is_unsafe,
            "version": audit.version,
            **on_day(casework.cast, by),
            **said,
        },
    )


def test_a_moderator_changes_one_grade_and_confirms_the_others(casework: Casework) -> None:
    casework.submit(1, plan="good")
    found = moderate(casework, 1, decisions={"plan": GradeDecision("inadequate", "Two years old")})
    given = {row.indicator.code: row for row in Given.objects.of(found.audit)}
    assert (given["plan"].grade, given["plan"].moderated_grade) == ("good", "inadequate")
    assert given["plan"].counted == "inadequate"
    assert given["assessment"].moderated_grade == given["assessment"].grade == "good"
    assert given["issues"].moderated_grade == ""
    assert found.audit.state == CaseState.MODERATED
    verbs = [event.verb for event in Event.objects.about(found.audit)]
    assert verbs[-2:] == ["grade changed", "moderated"]


def test_a_change_needs_its_comment(casework: Casework) -> None:
    casework.submit(1)
    with pytest.raises(AuditRefused, match="Enter why the grade of “Early Help plan” changes"):
        moderate(casework, 1, decisions={"plan": GradeDecision("good")})
    with pytest.raises(AuditRefused, match="Enter why the judgement changes"):
        moderate(casework, 1, overall="requires-improvement")
    with pytest.raises(AuditRefused, match="one of the answers"):
        moderate(casework, 1, decisions={"supervision": GradeDecision("good", "So")})
    with pytest.raises(AuditRefused, match="Confirm or change the overall"):
        moderate(casework, 1, overall="", comment="So")
    with pytest.raises(AuditRefused, match="no grade here"):
        moderate(casework, 1, decisions={"issues": GradeDecision("not-found", "So")})
    assert casework.audit(1).state == CaseState.SUBMITTED


def test_moderating_twice_is_moderating_once(casework: Casework) -> None:
    version = casework.submit(1).version
    moderate(casework, 1)
    again = moderate(casework, 1, version=version).audit
    assert again.state == CaseState.MODERATED
    assert Event.objects.about(again).filter(verb="moderated").count() == 1


def test_a_draft_is_not_moderated_and_a_stale_one_shows_both(casework: Casework) -> None:
    casework.complete(1)
    with pytest.raises(NotAllowed, match="not been submitted yet"):
        moderate(casework, 1)
    casework.submit(2)
    with pytest.raises(Stale):
        moderate(casework, 2, version=0)


@pytest.mark.parametrize(
    ("person", "says"),
    [
        ("auditor", "You audited this case"),
        ("head", "of your own line"),
        ("manager", "not appointed to moderate"),
        ("director", "not appointed to moderate"),
    ],
)
def test_who_does_not_moderate(casework: Casework, person: str, says: str) -> None:
    casework.submit(1)
    with pytest.raises(Refused, match=says):
        moderate(casework, 1, by=person)


def test_a_head_moderates_only_where_asked_and_an_officer_anywhere(casework: Casework) -> None:
    casework.submit(4)
    with pytest.raises(Refused, match="Somebody else was asked"):
        moderate(casework, 4, by="head")
    audit = casework.audit(4)
    allocation.name_moderator(
        [audit], moderator=casework.cast.person["head"], by=casework.cast.actor("officer")
    )
    assert moderate(casework, 4, by="head").audit.moderated_by == casework.cast.person["head"]
    casework.submit(5)
    assert moderate(casework, 5, by="officer").audit.state == CaseState.MODERATED
