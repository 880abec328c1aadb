"""Before approving: what refuses, and what is answered by name and kept with the report."""

import datetime as dt
from collections.abc import Sequence

import pytest

from earlyhelp.core.workflow import NotAllowed
from earlyhelp.report.content import content_digest
from earlyhelp.report.models import BlockKind, Report
from earlyhelp.report.publishing import actions as publishing
from earlyhelp.report.writing import actions as writing
from measures.framework import actions as keeping
from measures.models import Target
from teams.authority import command_actor
from tests.audits.making import Casework, make_action, make_casework, make_plan
from tests.cast import TODAY, Cast
from tests.report import making

pytestmark = pytest.mark.django_db


def errors(report: Report) -> Sequence[str]:
    return [one.text for one in publishing.prepare(report, TODAY).checklist.errors]


def warnings(report: Report) -> Sequence[str]:
    return [one.text for one in publishing.prepare(report, TODAY).checklist.warnings]


def test_a_placed_figure_that_nobody_signed_off_stops_approving(council: Cast) -> None:
    report = making.begun(council, "There were {{open-cases in 2016-17 Q1}} open cases.")
    [said] = [one for one in errors(report) if "signed off" in one]
    assert said == "2015-16/1 shows no figure that is signed off yet: Open cases, 2016-17 Q1"
    council.sign_off("north-family")
    assert not [one for one in errors(report) if "signed off" in one]
    assert [one for one in warnings(report) if "1 of 4 returns reported" in one]


@pytest.mark.parametrize(
    ("words", "kind", "is_asked"),
    [
        ("Of families {{helped}} were helped.", BlockKind.FRAMEWORK, False),
        ("Families were met.", BlockKind.FRAMEWORK, True),
        ("Families were met.", BlockKind.MEASURE, False),
    ],
)
def test_a_missed_target_is_spoken_of_or_answered(
    words: str, kind: str, is_asked: bool, council: Cast
) -> None:
    """That a table shows it is not enough."""
    measure = council.measure["helped"]
    target = Target(measure=measure, year=2015, target=99, close_within=0)
    keeping.set_target(target, by=command_actor())
    report = making.begun(council, words)
    by = council.actor("officer")
    writing.add_block(making.section_of(report), kind=kind, data={"measures": ["helped"]}, by=by)
    said = f"{measure.name} missed its target, and the report does not speak of it"
    assert (said in warnings(report)) == is_asked


def test_an_overdue_action_without_an_update_is_told(council: Cast) -> None:
    _, outcome = make_plan(council)
    action = make_action(council, outcome, "1.6.16")
    by = council.actor("officer")
    report = writing.begin_report(code="2016-17", period="2016-17", title="Early help", by=by)
    said = f"Action {action.ref} is overdue, and nobody has reported on it"
    assert said in warnings(report)


def test_a_review_of_few_cases_is_read_by_somebody(council: Cast) -> None:
    casework: Casework = make_casework(council)
    casework.submit(1, assessment="good")
    report = making.begun(council, f"{{{{cases of round {casework.round.code}}}}} cases were read.")
    assert [one for one in warnings(report) if "nobody can be recognised" in one]


def test_the_day_of_the_next_report_and_the_reader_are_asked_for(council: Cast) -> None:
    report = making.in_review(council)
    assert "The report does not say when the next one is due." in warnings(report)
    assert [one for one in errors(report) if "has not signed it as it stands" in one]
    Report.objects.filter(pk=report.pk).update(next_report_on=dt.date(2016, 12, 1))
    report.refresh_from_db()
    assert "The report does not say when the next one is due." not in warnings(report)


def test_a_warning_without_an_answer_stops_approving_and_answers_stay(council: Cast) -> None:
    report, director = making.signed(council), council.actor("director")
    assert report.answers.count() == len(warnings(report)) > 0
    gone = report.answers.first()
    assert gone is not None
    gone.delete()
    with pytest.raises(NotAllowed, match="answer each warning first"):
        publishing.approve(report, content=content_digest(report), by=director)
    edition = making.approve(council, making.answer_all(council, report))
    publishing.publish(edition, by=director)
    kept = edition.report.answers.values_list("text", "by__name")
    assert set(kept) == {("It is as it should be", council.person["officer"].name)}
