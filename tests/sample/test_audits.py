"""The sample's audits come to what the report says, read as pages read them."""

import csv
import datetime as dt
import io
import json
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.models import CharField, Model, TextField

from audits.grades import Grade
from audits.models import CaseAudit, Draw, Finding, Given, Round, SampledCase
from audits.permissions import own_line
from audits.querysets import TO_DO
from audits.results import scored_rounds as results
from audits.results.scored_rounds import IndicatorResult, RoundResults
from audits.rounds.pages.audits import audits_page
from audits.rounds.pages.planning import compare
from audits.safety import loop as safety
from audits.safety.loop import Step
from audits.scoring import Share
from audits.workflow import RoundState
from earlyhelp import sample
from earlyhelp.core import personal_data as names
from earlyhelp.core.actor import Route
from earlyhelp.core.events.models import Event, Remark
from earlyhelp.sample.story import TODAY
from measures.models import Figure
from teams.authority import authority_of
from teams.models import Locality, Team, User
from teams.quarters import FinancialYear, Quarter

# Says that the test database is needed; the sample is loaded once for this folder.
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]

SUMMER = "early-help-summer-2016"
DECEMBER = "under-11s-december-2015"


def _totals() -> list[dict[str, str]]:
    path = Path(sample.__file__).parent / "audit_totals.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _found(code: str) -> RoundResults:
    return results.ScoredRound(Round.objects.select_related("tool").get(code=code)).results(
        results.CITY, TODAY
    )


def _indicator(code: str, indicator: str) -> IndicatorResult:
    return next(one for one in _found(code).indicators if one.indicator.code == indicator)


def _share(row: dict[str, str]) -> Share:
    """What the application works out for a line of the totals."""
    kind, _, year = row["round"].partition(" ")
    if kind == "year":
        return results.completion_of(results.audits_of_year(FinancialYear.parse(year)), TODAY).done
    if row["indicator"] == "unsafe":
        found = _found(row["round"])
        return Share(found.unsafe, found.cases)
    one = _indicator(row["round"], row["indicator"])
    if row["answer"] == "yes":
        return one.tally.yes
    if row["answer"] in Grade.values:
        return Share(one.tally[Grade(row["answer"])], one.tally.applied)
    return next(choice.share for choice in one.choices if choice.label == row["answer"])


@pytest.mark.parametrize(
    "row",
    [row for row in _totals() if row["indicator"] != "every"],
    ids=lambda row: f"{row['round']} {row['indicator']} {row['answer']}",
)
def test_a_count_of_the_report_comes_out(row: dict[str, str]) -> None:
    share = _share(row)
    assert str(share) == f"{row['count']} of {row['of']}"
    assert row["share"] in ("", share.percent)


def test_the_counts_are_listed() -> None:
    assert len(_totals()) == 47
    assert {row["status"] for row in _totals()} == {"published", "implied", "illustrative"}


def test_in_december_2015_nothing_was_outstanding_and_everything_scored_less() -> None:
    now, before = _found(DECEMBER), _found("under-11s-2014-15")
    earlier = {one.indicator.code: one.tally.average for one in before.indicators}
    assert len(now.indicators) == 9
    for one in now.indicators:
        average, last = one.tally.average, earlier[one.indicator.code]
        assert one.tally[Grade.OUTSTANDING] == 0
        assert average is not None
        assert last is not None
        assert average < last
        assert one.compared.before is not None
    assert str(before.completion.done) == "14 of 30"


def test_strengths_rank_first_and_areas_for_improvement_last() -> None:
    ranked = [one.indicator.code for one in _found(DECEMBER).ranked]
    assert set(ranked[:3]) == {"risk-analysis", "management-oversight", "indirect-work"}
    assert set(ranked[4:]) == {"assessment", "direct-work", "diversity", "plan", "user-feedback"}


def test_outcomes_of_the_cohort_overlap() -> None:
    """30, 10 and 27 cases are 67 together, on 51 cases that escalated."""
    yes = Given.objects.filter(audit__case__round__code="cohort-2012-13", grade=Grade.YES)
    cases = {
        code: set(yes.filter(indicator__code=code).values_list("audit__case", flat=True))
        for code in ("escalated", "child-in-need", "child-protection", "looked-after")
    }
    escalated = cases.pop("escalated")
    assert len(escalated) == 51
    assert all(met < escalated for met in cases.values())
    counts = [len(met) for met in cases.values()]
    assert len(set.union(*cases.values())) < sum(counts)
    assert counts == [30, 10, 27]
    assert set(SampledCase.objects.filter(round__code="cohort-2012-13").values_list("team")) == {
        (None,)
    }


def test_the_issues_of_the_deep_dive_are_eleven_on_six_cases() -> None:
    one = _indicator("escalated-2015-16", "issues")
    assert sum(choice.share.part for choice in one.choices) == 11
    assert _indicator("escalated-2015-16", "gaps").texts == 6


def test_three_agencies_graded_the_same_six_cases() -> None:
    found = _found("neglect-december-2015")
    assert (found.audits, found.cases) == (18, 6)
    agencies = CaseAudit.objects.filter(case__round=found.round).values_list("agency", flat=True)
    assert len(set(agencies)) == 3


@pytest.mark.parametrize("quarter", ["2015-16 Q1", "2015-16 Q2", "2015-16 Q3", "2015-16 Q4"])
def test_the_rounds_of_a_quarter_agree_with_its_return(quarter: str) -> None:
    """So that what is offered to the person who fills it in is what was published."""
    asked = Quarter.parse(quarter)
    figures = Figure.objects.filter(return_made__quarter=asked.index)
    said = figures.get(item__code="case-audits-completed").value
    due = figures.get(item__code="case-audits-due").value
    assert results.cases_audited(asked) == said
    assert str(results.audits_due(asked)) == f"{said} of {due}"


def test_recurring_comments_say_on_how_many_cases() -> None:
    noted = Finding.objects.filter(round__code=DECEMBER, cases__isnull=False)
    assert sorted(noted.values_list("cases", flat=True)) == [2, 6]


def test_what_is_illustrative_says_so_and_every_round_says_where_it_comes_from() -> None:
    real = {"neglect-december-2015", "cohort-2012-13", "escalated-2015-16", "oversight-2016-17-q1"}
    assert set(Round.objects.exclude(is_illustrative=True).values_list("code", flat=True)) == real
    assert not Round.objects.filter(source_note="").exists()


def test_rounds_are_listed_latest_first() -> None:
    """Counting their audits in the same query must not lose the order."""
    page = audits_page(authority_of(User.objects.get(email="officer@derby.example"), TODAY), TODAY)
    closed = [row.round.ends for row in dict(page.groups)["Closed"]]
    assert len(closed) == 11
    assert closed == sorted(closed, reverse=True)


# -- the round under way ----------------------------------------------------------------------


def _mine(name: str) -> list[tuple[int, str, bool]]:
    person = User.objects.get(email=f"{name}@derby.example")
    return [
        (audit.case.serial, audit.state, audit.due_on < TODAY)
        for audit in CaseAudit.objects.to_be_done_by(person.pk).select_related("case")
    ]


def test_one_round_is_under_way_with_due_and_late_cases() -> None:
    assert [made.code for made in Round.objects.filter(state=RoundState.AUDITING)] == [SUMMER]
    assert _mine("auditor") == [
        (2, "in-progress", True),
        (4, "allocated", True),
        (10, "allocated", False),
        (8, "allocated", False),
        (12, "allocated", False),
    ]
    assert _mine("auditor-2") == [(10, "in-progress", False)]
    assert _mine("head-3-4") == [(3, "allocated", True)]
    completion = _found(SUMMER).completion
    assert (str(completion.done), completion.overdue) == ("4 of 12", 3)


def test_submitted_cases_wait_for_their_moderators() -> None:
    waiting = CaseAudit.objects.filter(case__round__code=SUMMER).to_be_moderated()
    assert {(one.case.serial, one.moderator and one.moderator.email) for one in waiting} == {
        (5, "head-1-5@derby.example"),
        (6, "head-2@derby.example"),
        (7, "head-2@derby.example"),
    }


def test_an_unsafe_case_reached_its_manager_and_head_and_is_being_put_right() -> None:
    steps = {
        (one.case.round.code, one.case.serial): safety.step(
            one.remedial_actions.all(), one.case.audits.filter(turn__gt=one.turn)
        )
        for one in CaseAudit.objects.concerns()
    }
    assert steps == {
        (SUMMER, 5): Step.NOTHING_SET,
        (SUMMER, 7): Step.BEING_DONE,
        (DECEMBER, 4): Step.CLOSED,
        (DECEMBER, 10): Step.BEING_AUDITED_AGAIN,
    }
    unsafe = CaseAudit.objects.get(case__round__code=SUMMER, case__serial=7)
    assert unsafe.is_unsafe
    told = Event.objects.get(verb="told", subject_type="caseaudit", subject_id=unsafe.pk)
    people = User.objects.filter(pk__in=told.after["people"]).order_by("email")
    assert [one.email.split("@")[0] for one in people] == ["head-1-5", "manager-1"]


def test_nobody_audits_or_moderates_their_own_line() -> None:
    for audit in CaseAudit.objects.select_related("case", "auditor", "moderator"):
        where = audit.case.team_id, audit.case.locality_id
        on = audit.submitted_on or min(audit.due_on, TODAY)
        for person in filter(None, [audit.auditor, audit.moderator, audit.moderated_by]):
            assert not own_line(authority_of(person, on), *where), (audit, person)


def test_a_draw_can_be_shown_to_have_been_fair() -> None:
    for drawn in Draw.objects.prefetch_related("cases"):
        numbers = [case.case_number for case in drawn.cases.all()]
        listed = [f"{numbers[0][:4]}{place:03}" for place in range(1, drawn.population + 1)]
        assert compare(drawn, listed).is_same
    assert Draw.objects.count() == 2


# -- the record ---------------------------------------------------------------------------------


def _models() -> list[type[Model]]:
    return [
        model for label in ("plan", "audits") for model in apps.get_app_config(label).get_models()
    ]


def _events() -> list[Event]:
    ours = [model._meta.model_name for model in _models()]
    return list(Event.objects.filter(subject_type__in=ours).select_related("by"))


def test_the_record_shows_the_days_on_which_things_happened() -> None:
    events = _events()
    assert len(events) > 2000
    days = [event.at.date() for event in events]
    assert min(days) == dt.date(2014, 4, 7)
    assert max(days) < TODAY
    assert all(event.by is not None and event.route == Route.COMMAND for event in events)
    undone = CaseAudit.objects.filter(state__in=TO_DO, case__round__state=RoundState.CLOSED)
    assert undone.filter(turn=1).count() == 16 + 37 + 5


def test_no_case_number_stands_in_the_record() -> None:
    numbers = set(SampledCase.objects.values_list("case_number", flat=True))
    assert all(re.fullmatch(r"EX\d{5}", number) for number in numbers)
    words = [json.dumps([event.before, event.after]) for event in _events()]
    words += Remark.objects.values_list("text", flat=True)
    assert not [text for text in words if re.search(r"EX\d", text)]


def test_nothing_in_audits_and_plan_looks_like_a_private_person() -> None:
    ours = [one.name for one in [*Team.objects.all(), *Locality.objects.all()]]
    looked_at = 0
    for model in _models():
        for column in model._meta.get_fields():
            if isinstance(column, CharField | TextField) and not column.choices:
                for text in set(model._default_manager.values_list(column.name, flat=True)):
                    assert names.warnings(text, ours) == [], (model, column.name)
                    looked_at += 1
    assert looked_at > 300


def test_a_filled_database_is_left_as_it_is() -> None:
    before = Event.objects.count()
    call_command("load_sample", "--if-empty", stdout=io.StringIO())
    assert Event.objects.count() == before
