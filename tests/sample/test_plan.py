"""The sample's action plans: the published outcomes, actions and dates, as of their day."""

import csv
import datetime as dt
from decimal import Decimal

import pytest

from audits.models import FindingAction
from audits.plan import progress
from audits.plan.models import (
    Action,
    Aim,
    Judged,
    Outcome,
    Owner,
    Plan,
    Source,
    TimingChange,
    Update,
)
from audits.plan.progress import ActionProgress
from audits.plan.timing import Status, TimingKind
from earlyhelp.sample.stage import FOLDER
from earlyhelp.sample.story import TODAY
from teams.models import Locality

# Says that the test database is needed; the sample is loaded once for this folder.
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]

# Every action of the published plan with the last day that it names; without one it goes on.
DATES = {
    "1.1 a": "2016-09-30", "1.2 a": "2016-09-30", "1.3 a": "2016-12-31",
    "2.1 a": "2017-05-31", "2.2 a": "2016-06-30", "2.3 a": "2016-11-30",
    "3.1 a": "2016-12-31", "3.2 a": "",
    "3.3 a": "2017-04-01", "3.3 b": "2016-09-01", "3.3 c": "",
    "3.4 a": "2016-07-31", "3.4 b": "2016-09-30", "3.4 c": "2016-12-01",
    "3.5 a": "2016-09-01", "3.6 a": "", "3.7 a": "",
    "3.8 a": "2016-09-01", "3.8 b": "2016-09-01",
    "3.9 a": "2016-08-01", "3.9 b": "2017-04-01",
    "3.10 a": "2016-09-01", "3.10 b": "2017-04-01",
    "3.11 a": "2017-04-01", "3.11 b": "2017-02-28",
    "3.12 a": "2016-08-01", "3.13 a": "2016-09-01",
}  # fmt: skip


def _plan(year: int = 2016) -> dict[str, ActionProgress]:
    actions = Action.objects.filter(outcome__theme__plan__year=year).for_pages().in_order()
    return {action.ref: progress.progress(action, TODAY) for action in actions}


def test_the_plan_has_the_outcomes_and_actions_that_were_published() -> None:
    assert Outcome.objects.filter(theme__plan__year=2016).count() == 19
    assert list(_plan()) == list(DATES)
    assert len(DATES) == 27


def test_every_action_has_its_published_date() -> None:
    due = {ref: one.action.due_on for ref, one in _plan().items()}
    assert due == {ref: dt.date.fromisoformat(day) if day else None for ref, day in DATES.items()}
    for ref, one in _plan().items():
        if not DATES[ref]:
            assert one.action.timing_kind == TimingKind.FROM
            assert one.action.timing_words == "From June 2016"


def test_nothing_later_than_the_sample_stands_at_is_known() -> None:
    with (FOLDER / "plan" / "doings.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    days = [row["on"] for row in rows if row["year"] == "2016-17"]
    assert max(days) < TODAY.isoformat()
    assert not Update.objects.filter(on__gte=TODAY).exists()


def test_actions_stand_in_every_status() -> None:
    now = {ref: one.status for ref, one in _plan().items()}
    assert set(now.values()) == {
        Status.NOT_STARTED,
        Status.IN_PROGRESS,
        Status.OVERDUE,
        Status.CLAIMED,
        Status.COMPLETE,
    }
    assert now["2.2 a"] == Status.CLAIMED
    assert now["3.5 a"] == Status.COMPLETE
    assert {ref for ref, status in now.items() if status == Status.OVERDUE} == {"1.2 a", "3.10 b"}
    before = {one.status for one in _plan(2015).values()}
    assert before == {Status.COMPLETE, Status.NO_LONGER_NEEDED, Status.CARRIED_OVER}


def test_one_that_should_have_begun_is_late_without_being_overdue() -> None:
    one = _plan()["3.3 c"]
    assert (one.status, one.late_since) == (Status.NOT_STARTED, dt.date(2016, 6, 30))


def test_five_cases_every_month_show_who_did_june_and_who_did_not() -> None:
    one = _plan()["1.2 a"]
    assert one.times_done == (4, 20)
    where = progress.by_locality(one.action, Locality.objects.all(), TODAY)
    assert [each.locality.code for each in where if not each.has_answered] == ["locality-2"]
    assert [each.times_done for each in where if each.has_answered] == [(1, 4)] * 4


def test_localities_that_have_not_answered_are_known() -> None:
    unanswered = {
        ref: [
            each.locality.code[-1]
            for each in progress.by_locality(_plan()[ref].action, Locality.objects.all(), TODAY)
            if not each.has_answered
        ]
        for ref in ("3.2 a", "3.6 a")
    }
    assert unanswered == {"3.2 a": ["2", "3", "4"], "3.6 a": ["2"]}


def test_a_moved_date_keeps_the_old_one_and_why() -> None:
    moved = TimingChange.objects.get()
    assert (moved.action.ref, moved.before_words, moved.after_words) == (
        "3.4 b",
        "July 2016",
        "September 2016",
    )
    assert moved.reason


def test_an_unfinished_action_of_last_year_was_carried_over_with_its_history() -> None:
    action = _plan()["1.1 a"].action
    assert [one.ref for one in progress.with_history(action)] == ["1.1 a", "1.2 b"]
    assert action.carried_from is not None
    assert action.carried_from.outcome.theme.plan.year == 2015
    assert action.text


def test_actions_come_from_findings_and_measures() -> None:
    for ref, one in _plan().items():
        theme = ref.split(".")[0]
        expected = Source.AUDIT_FINDING if theme == "3" else Source.MEASURE
        assert one.action.source == expected
    links = FindingAction.objects.select_related("finding__round")
    found = {one.action_id: one.finding.round.code for one in links}
    assert set(found) == {one.action.pk for ref, one in _plan().items() if ref.startswith("3.")}
    assert set(found.values()) == {
        "neglect-december-2015",
        "under-11s-december-2015",
        "escalated-2015-16",
    }


def test_the_first_outcome_aims_at_two_measures() -> None:
    aims = {(one.measure.code, one.start, one.level) for one in Aim.objects.all()}
    assert aims == {
        ("families-feeding-back", Decimal("71.2"), Decimal(75)),
        ("helped", None, Decimal(85)),
    }


def test_last_years_plan_is_closed_theme_by_theme() -> None:
    last = Plan.objects.get(year=2015)
    statements = [theme.closing_statement for theme in last.themes.all()]
    assert len(statements) == 6
    assert all(statements)
    assert last.closing_statement
    judged = set(Outcome.objects.filter(theme__plan=last).values_list("judged", flat=True))
    assert judged == set(Judged.values)
    assert not Outcome.objects.filter(theme__plan__year=2016).exclude(judged="").exists()


def test_owners_are_roles_and_bodies() -> None:
    owners = Owner.objects.filter(action__outcome__theme__plan__year=2016)
    assert not owners.filter(person__isnull=False).exists()
    assert owners.exclude(role="").exists()
    assert owners.exclude(body="").exists()
