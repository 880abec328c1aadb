"""Results of rounds, held against what a real round counted."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audits.allocation import actions as allocation
from audits.casework import actions as acting
from audits.casework.answers import CaseAnswer, GradeDecision
from audits.grades import Grade, IndicatorKind
from audits.models import Round
from audits.results import scored_rounds as results
from audits.results.scored_rounds import CITY, CaseArea, RoundResults, ScoredRound
from audits.scoring import Share, ShareChange
from audits.tools.actions import IndicatorSpec
from teams.quarters import FinancialYear, Quarter
from tests.audits.making import Casework, make_round_of, make_tool, on_day
from tests.cast import TODAY, Cast

COUNTS = {
    "assessment": {"good": 6, "requires-improvement": 7, "inadequate": 1, "not-found": 6},
    "plan": {"good": 4, "requires-improvement": 10, "inadequate": 1, "not-found": 5},
    "review": {
        "good": 6,
        "requires-improvement": 7,
        "inadequate": 3,
        "not-found": 1,
        "not-applicable": 3,
    },
    "oversight": {
        "good": 9,
        "requires-improvement": 7,
        "inadequate": 1,
        "not-applicable": 3,
    },
}
FOUR = [IndicatorSpec(code.capitalize(), code=code) for code in COUNTS]


def spread(counts: dict[str, dict[str, int]]) -> list[dict[str, str]]:
    """Twenty cases whose grades come to these counts."""
    columns = {
        code: [grade for grade, count in grades.items() for _ in range(count)]
        for code, grades in counts.items()
    }
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def results_of(audit_round: Round, area: CaseArea = CITY) -> RoundResults:
    return ScoredRound(audit_round).results(area, TODAY)


@pytest.fixture
def december(council: Cast) -> Round:
    tool = make_tool(council, asked=FOUR)
    return make_round_of(council, tool, spread(COUNTS), "december")


def test_a_round_comes_to_what_was_counted(december: Round) -> None:
    found = results_of(december)
    assert str(found.completion.done) == "20 of 20"
    shown = [(one.indicator.code, str(one.share), one.share.percent) for one in found.ranked]
    assert shown == [
        ("oversight", "9 of 17", "52.9%"),
        ("review", "6 of 17", "35.3%"),
        ("assessment", "6 of 20", "30.0%"),
        ("plan", "4 of 20", "20.0%"),
    ]
    assert found.graded[Grade.NOT_FOUND] == 12
    assert found.graded[Grade.OUTSTANDING] == 0
    assert min(found.bases) == 17
    assert {one.compared.change for one in found.indicators} == {ShareChange.FIRST}


def test_beside_the_last_round_indicators_are_matched_by_code(council: Cast) -> None:
    tool = make_tool(council, asked=FOUR[:2])
    before = make_round_of(
        council,
        tool,
        [{"assessment": "good", "plan": "inadequate"}] * 10,
        "before",
        starts=dt.date(2016, 1, 1),
        ends=dt.date(2016, 1, 31),
    )
    after = make_round_of(
        council,
        make_tool(council, "Other", FOUR[1:3]),
        [{"plan": "good", "review": "good"}] * 10,
        "after",
        compares_with=before,
    )
    found = results_of(after)
    assert [(one.compared.change, one.compared.before) for one in found.indicators] == [
        (ShareChange.IMPROVED, Share(0, 10)),
        (ShareChange.FIRST, None),
    ]


def test_yes_and_no_and_choices_and_words(casework: Casework) -> None:
    for serial in (1, 2, 3, 4):
        casework.submit(serial, supervision="no" if serial == 1 else "yes")
    issues = {one.code: one.pk for one in casework.indicator["issues"].choices.all()}
    casework.submit(
        5,
        issues=CaseAnswer(chosen=frozenset([issues["neglect"], issues["behaviour"]])),
        supervision="not-applicable",
        duration=CaseAnswer("not-found", "No dates"),
    )
    casework.save(6, assessment="inadequate")
    found = {one.indicator.code: one for one in results_of(casework.round).indicators}
    assert found["supervision"].share == Share(3, 4)
    assert [(one.label, str(one.share)) for one in found["issues"].choices] == [
        ("Neglect", "5 of 5"),
        ("Behaviour", "1 of 5"),
        ("Something else", "0 of 5"),
    ]
    assert found["assessment"].tally.applied == 5
    assert found["supervision"].indicator.kind == IndicatorKind.YES_NO


def test_the_moderated_grade_counts_and_agreement_is_worked_out(casework: Casework) -> None:
    for serial in (1, 2):
        audit = casework.submit(serial, plan="good")
        decisions = (
            {casework.indicator["plan"].pk: GradeDecision("inadequate", "Two years old")}
            if serial == 1
            else {}
        )
        acting.moderate(
            audit,
            decisions,
            overall="good",
            is_unsafe=False,
            version=audit.version,
            **on_day(casework.cast, "other_head"),
        )
    casework.submit(4, plan="good")
    found = {one.indicator.code: one for one in results_of(casework.round).indicators}
    assert found["plan"].share == Share(2, 3)
    assert found["plan"].agreement.agreed == Share(1, 2)
    assert found["plan"].agreement.kappa == 0
    assert found["assessment"].agreement.kappa is None


def test_results_by_locality_and_team(casework: Casework) -> None:
    for serial in range(1, 7):
        casework.submit(serial, assessment="good" if serial < 3 else "inadequate")
    cast = casework.cast
    areas = [
        CITY,
        CaseArea("locality", cast.locality["north"].pk),
        CaseArea("locality", cast.locality["south"].pk),
        CaseArea("team", cast.team["north-centre"].pk),
    ]
    shares = [str(results_of(casework.round, area).indicators[0].share) for area in areas]
    assert shares == ["2 of 6", "2 of 3", "0 of 2", "0 of 1"]


def test_a_case_audited_again_is_not_counted_twice(casework: Casework) -> None:
    audit = casework.submit(1, "inadequate")
    allocation.audit_again(
        audit,
        auditor=casework.cast.person["auditor"],
        due_on=TODAY,
        by=casework.cast.actor("officer"),
    )
    casework.submit(1, turn=2)
    found = results_of(casework.round)
    assert (found.cases, str(found.completion.done)) == (1, "1 of 6")
    assert found.overall[Grade.INADEQUATE] == 1


def test_completion_of_a_year_and_of_a_quarter(casework: Casework) -> None:
    casework.submit(1)
    casework.submit(4, today=dt.date(2016, 7, 25))
    later = dt.date(2016, 8, 1)
    found = results.completion_of(results.audits_of_year(FinancialYear(2016)), later)
    assert (str(found.done), found.on_time, found.late, found.overdue) == ("2 of 6", 1, 1, 4)
    assert (
        str(results.completion_of(results.audits_of_year(FinancialYear(2015)), later).done)
        == "0 of 0"
    )
    quarter = Quarter.containing(TODAY)
    assert results.cases_audited(quarter) == 2
    assert results.cases_audited(quarter, team_id=casework.cast.team["north-family"].pk) == 1
    assert results.cases_audited(quarter - 1) == 0


def test_a_board_member_is_shown_no_result_of_few_cases(casework: Casework) -> None:
    for serial in range(1, 6):
        casework.submit(serial)
    assert results_of(casework.round).shown_to_board(6) is None
    casework.submit(6, supervision="not-applicable")
    shown = results_of(casework.round).shown_to_board(6)
    assert shown is not None
    assert [one.indicator.code for one in shown.indicators] == [
        "assessment",
        "plan",
        "issues",
        "duration",
    ]


def test_results_cost_the_same_for_any_number_of_cases(casework: Casework) -> None:
    casework.submit(1)
    with CaptureQueriesContext(connection) as few:
        results_of(Round.objects.select_related("tool").get())
    for serial in range(2, 7):
        casework.submit(serial)
    with CaptureQueriesContext(connection) as many:
        results_of(Round.objects.select_related("tool").get())
    assert len(few) == len(many) <= 10
