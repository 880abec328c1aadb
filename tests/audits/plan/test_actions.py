"""Keeping the plan: themes, outcomes, aims, actions, moved dates, next year's plan."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from audits.findings import actions as findings
from audits.findings.actions import Found
from audits.models import FindingKind
from audits.plan import action_changes
from audits.plan import actions as plan
from audits.plan import progress_actions as doing
from audits.plan.action_changes import By
from audits.plan.models import Action, Aim, Outcome, Source
from audits.plan.progress import by_locality, progress, with_history
from audits.plan.timing import Status, TimingKind
from audits.plan.workflow import ActionState
from audits.workflow import NotAllowed
from earlyhelp.core.change import Stale
from earlyhelp.core.events.models import Event, Remark
from teams.models import Locality
from teams.permissions import Refused
from teams.quarters import FinancialYear
from teams.roles import Role
from tests.audits.making import (
    by_when,
    claimed,
    make_action,
    make_aim,
    make_casework,
    make_plan,
    on_day,
    who,
)
from tests.cast import TODAY, Cast

YEAR = FinancialYear(2016)


def test_outcomes_are_numbered_and_read_as_people_count(council: Cast) -> None:
    """3.10 comes after 3.9."""
    officer = who(council, "officer")
    made, _ = make_plan(council)
    theme = plan.add_theme(made, name="Themes of audits", number=3, **officer)
    outcomes = [plan.add_outcome(theme, text=f"Outcome {n}", **officer) for n in range(10)]
    for outcome in reversed(outcomes):
        make_action(council, outcome)
    make_action(council, outcomes[3])
    refs = [action.ref for action in Action.objects.in_order().for_pages()]
    assert refs[:5] == ["3.1 a", "3.2 a", "3.3 a", "3.4 a", "3.4 b"]
    assert refs[-2:] == ["3.9 a", "3.10 a"]


def test_letters_go_on_after_z() -> None:
    assert [Action(position=place).letter for place in (1, 2, 26, 27, 28, 53)] == [
        "a",
        "b",
        "z",
        "aa",
        "ab",
        "ba",
    ]


def test_an_action_keeps_the_words_and_what_they_mean(council: Cast, outcome: Outcome) -> None:
    owners = [
        By(role=Role.TEAM_MANAGER),
        By(person=council.person["head"]),
        By(body="IT teams"),
    ]
    made = make_action(council, outcome, "From June 2016", owners=owners)
    found = Action.objects.get(pk=made.pk)
    assert (found.timing_words, found.timing_kind) == ("From June 2016", TimingKind.FROM)
    assert (found.starts_on, found.due_on) == (dt.date(2016, 6, 1), None)
    assert [str(owner) for owner in found.owners.all()] == ["Team manager", "Head", "IT teams"]
    assert action_changes.owners_of(found) == owners
    assert found.timing == by_when("From June 2016")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"owners": []}, "Select who does it"),
        ({"owners": [By()]}, "a role, a person or a body"),
        ({"owners": [By(role=Role.AUDITOR, body="IT")]}, "a role, a person or a body"),
        ({"owners": [By(body="IT"), By(body="IT")]}, "stands there twice"),
        ({"text": " "}, "cannot be blank"),
    ],
)
def test_an_action_that_cannot_be(
    council: Cast, outcome: Outcome, changes: dict[str, Any], says: str
) -> None:
    with pytest.raises(ValidationError, match=says):
        make_action(council, outcome, **changes)
    assert not Action.objects.exists()


def test_an_action_comes_from_what_its_source_says(council: Cast, outcome: Outcome) -> None:
    with pytest.raises(ValidationError, match="action_comes_from"):
        make_action(council, outcome, measure=council.measure["helped"])
    made = make_action(council, outcome, measure=council.measure["helped"], source=Source.MEASURE)
    assert made.measure == council.measure["helped"]


def test_a_recurring_action_has_its_times_in_every_locality(
    council: Cast, outcome: Outcome
) -> None:
    made = make_action(
        council,
        outcome,
        "every quarter until 1.4.17",
        for_every_locality=True,
        owners=[By(role=Role.HEAD_OF_SERVICE)],
    )
    assert made.occurrences.count() == 4 * Locality.objects.count() == 8
    north = made.occurrences.get(locality=council.locality["north"], due_on=dt.date(2016, 6, 30))
    doing.do_occurrence(north, done_on=dt.date(2016, 6, 28), **on_day(council, "head"))
    found = Action.objects.for_pages().get(pk=made.pk)
    sides = by_locality(found, Locality.objects.all(), TODAY)
    assert [(one.locality.name, one.has_answered, one.status) for one in sides] == [
        ("North", True, Status.IN_PROGRESS),
        ("South", False, Status.OVERDUE),
    ]
    whole = progress(found, TODAY)
    assert (whole.status, whole.late_since) == (Status.OVERDUE, dt.date(2016, 6, 30))
    assert whole.times_done == (1, 8)


def test_words_and_owners_change_while_it_is_open(council: Cast, outcome: Outcome) -> None:
    made, officer = make_action(council, outcome), who(council, "officer")
    change: dict[str, Any] = {"owners": [By(body="IT")], "rationale": "Asked", **officer}
    changed = action_changes.change_action(made, text="Share two plans", version=0, **change)
    assert (changed.text, str(changed.owners.get())) == ("Share two plans", "IT")
    with pytest.raises(Stale) as stale:
        action_changes.change_action(made, text="Share three", version=0, **change)
    assert stale.value.current.text == "Share two plans"


def test_a_moved_date_keeps_the_old_one_and_why(council: Cast, outcome: Outcome) -> None:
    made, officer = make_action(council, outcome), who(council, "officer")
    later = by_when("December 2016")
    with pytest.raises(ValidationError, match="Enter why the date moves"):
        action_changes.move_date(made, timing=later, reason=" ", version=0, **officer)
    moved = action_changes.move_date(made, timing=later, reason="No trainer", version=0, **officer)
    kept = moved.timing_changes.get()
    assert (kept.before_words, kept.after_words, kept.reason) == (
        "1.9.16",
        "December 2016",
        "No trainer",
    )
    assert (kept.before_due, moved.due_on) == (dt.date(2016, 9, 1), dt.date(2016, 12, 31))
    again = action_changes.move_date(moved, timing=later, reason="No trainer", version=0, **officer)
    assert again.timing_changes.count() == 1
    with pytest.raises(Stale):
        action_changes.move_date(
            made, timing=by_when("May 2017"), reason="So", version=0, **officer
        )


def test_moving_a_date_keeps_the_times_that_were_done(council: Cast, outcome: Outcome) -> None:
    made = make_action(council, outcome, "May 2016 and November 2016")
    first = made.occurrences.all()[0]
    doing.do_occurrence(first, done_on=dt.date(2016, 5, 20), **on_day(council, "manager"))
    moved = action_changes.move_date(
        made,
        timing=by_when("May 2016 and February 2017"),
        reason="Ill",
        version=0,
        **who(council, "officer"),
    )
    assert [(one.due_on.isoformat(), one.is_done) for one in moved.occurrences.all()] == [
        ("2016-05-31", True),
        ("2017-02-28", False),
    ]


def test_an_unfinished_action_is_carried_over_with_its_history(council: Cast) -> None:
    officer = who(council, "officer")
    old = make_action(council, make_plan(council, 2015)[1], "March 2016")
    doing.report(old, text="Half of it", **on_day(council, "manager"))
    outcome = make_plan(council, 2016)[1]
    new = action_changes.carry_over(old, outcome, timing=by_when("September 2016"), **officer)
    old.refresh_from_db()
    assert (old.state, new.state) == (ActionState.CARRIED_OVER, ActionState.OPEN)
    assert (new.text, action_changes.owners_of(new)) == (old.text, action_changes.owners_of(old))
    assert with_history(new) == [new, old]
    assert [update.text for update in with_history(new)[1].updates.all()] == ["Half of it"]
    assert progress(old, dt.date(2017, 1, 1)).status == Status.CARRIED_OVER
    with pytest.raises(NotAllowed, match="carried over into a later plan"):
        action_changes.carry_over(old, outcome, **officer)
    with pytest.raises(NotAllowed, match="a later year"):
        action_changes.carry_over(new, outcome, **officer)


def test_a_carried_over_action_is_the_same_action(council: Cast) -> None:
    officer = who(council, "officer")
    made = make_casework(council).round
    found = Found(FindingKind.IMPROVEMENT, "No plan")
    finding = findings.add_finding(made, found, **officer)
    old = findings.to_action(
        finding,
        make_plan(council, 2015)[1],
        text="Share an exemplar plan",
        timing=by_when("June 2016 and May 2017", 2015),
        owners=[By(role=Role.TEAM_MANAGER)],
        rationale="Asked for",
        for_every_locality=True,
        **officer,
    )
    north = old.occurrences.get(due_on=dt.date(2016, 6, 30), locality=council.locality["north"])
    doing.do_occurrence(north, done_on=TODAY, **on_day(council, "officer"))
    measured = make_action(
        council, old.outcome, source=Source.MEASURE, measure=council.measure["helped"]
    )
    outcome = make_plan(council)[1]
    new = action_changes.carry_over(old, outcome, **officer)
    assert (new.rationale, new.source) == ("Asked for", "audit-finding")
    assert set(finding.actions.all()) == {old, new}
    assert new.for_every_locality
    assert (
        action_changes.carry_over(measured, outcome, **officer).measure == council.measure["helped"]
    )
    days = {(one.due_on, str(one.locality)) for one in new.occurrences.all()}
    assert days == {
        (day, place)
        for day in (dt.date(2016, 6, 30), dt.date(2017, 5, 31))
        for place in ("North", "South")
    }


def test_only_the_times_that_wait_are_carried_over(council: Cast) -> None:
    old = make_action(council, make_plan(council, 2015)[1], "June 2016 and May 2017")
    first = old.occurrences.all()[0]
    doing.do_occurrence(first, done_on=TODAY, **on_day(council, "officer"))
    new = action_changes.carry_over(old, make_plan(council)[1], **who(council, "officer"))
    assert [one.due_on for one in new.occurrences.all()] == [dt.date(2017, 5, 31)]


def test_a_complete_action_is_not_carried_over(council: Cast) -> None:
    old = make_action(council, make_plan(council, 2015)[1], "March 2016")
    doing.accept(claimed(council, old), **who(council, "head"))
    with pytest.raises(NotAllowed, match="it is complete"):
        action_changes.carry_over(old, make_plan(council, 2016)[1], **who(council, "officer"))


def test_an_outcome_aims_at_several_levels(council: Cast, outcome: Outcome) -> None:
    officer = who(council, "officer")
    plan.add_aim(
        outcome,
        measure=council.measure["feedback"],
        year=YEAR,
        start=Decimal("71.2"),
        level=Decimal(75),
        **officer,
    )
    plan.add_aim(
        outcome, measure=council.measure["helped"], year=YEAR, level=Decimal(85), **officer
    )
    assert [str(aim) for aim in outcome.aims.all()] == [
        "Families feeding back to 75",
        "Helped with identified issues to 85",
    ]
    with pytest.raises(ValidationError):
        plan.add_aim(
            outcome, measure=council.measure["helped"], year=YEAR, level=Decimal(90), **officer
        )
    assert Aim.objects.count() == 2


def _aimed_at(aim: Aim, **changes: Any) -> dict[str, Any]:
    """The aim as it is, but for ``changes``, as ``change_aim`` takes it."""
    said = {
        "measure": aim.measure,
        "year": aim.financial_year,
        "start": aim.start,
        "level": aim.level,
        "locality": aim.locality,
        "reason": "Asked too little",
    }
    return said | changes


def test_an_aim_is_changed_and_the_old_one_stays(council: Cast, outcome: Outcome) -> None:
    officer = who(council, "officer")
    old = make_aim(council, outcome)
    north = council.locality["north"]
    said = _aimed_at(old, level=Decimal(80), locality=north, year=YEAR.next)
    new = plan.change_aim(old, **said, **officer)
    old.refresh_from_db()
    assert list(outcome.aims.in_force()) == [new]
    assert (old.level, old.locality, old.year) == (75, None, 2016)
    assert (new.level, new.locality, new.year, new.replaces) == (80, north, 2017, old)
    assert (old.ended_by, old.ended_why) == (council.person["officer"], "Asked too little")
    event = Event.objects.about(outcome).latest("id")
    assert event.verb == "aim changed"
    assert event.before == {
        "measure": "feedback",
        "locality": "",
        "year": "2016-17",
        "from": "71.2",
        "to": "75",
    }
    assert event.after == event.before | {"locality": "north", "year": "2017-18", "to": "80"}
    assert [one.text for one in event.remarks.all()] == ["Asked too little"]


def test_the_same_aim_again_changes_nothing(council: Cast, outcome: Outcome) -> None:
    aim = make_aim(council, outcome)
    before = Event.objects.count()
    assert plan.change_aim(aim, **_aimed_at(aim), **who(council, "officer")) == aim
    assert Event.objects.count() == before
    assert Aim.objects.get().ended_at is None


def test_changing_or_removing_an_aim_needs_a_reason(council: Cast, outcome: Outcome) -> None:
    aim, officer = make_aim(council, outcome), who(council, "officer")
    with pytest.raises(ValidationError, match="Enter why the aim changes"):
        plan.change_aim(aim, **_aimed_at(aim, level=Decimal(80), reason=" "), **officer)
    with pytest.raises(ValidationError, match="Enter why the aim is removed"):
        plan.remove_aim(aim, reason=" ", **officer)
    assert Aim.objects.get().ended_at is None


def test_an_aim_does_not_become_another_that_there_is(council: Cast, outcome: Outcome) -> None:
    officer = who(council, "officer")
    aim = make_aim(council, outcome)
    make_aim(council, outcome, measure=council.measure["helped"])
    with pytest.raises(ValidationError, match="aims at this measure there already"):
        plan.change_aim(aim, **_aimed_at(aim, measure=council.measure["helped"]), **officer)
    assert outcome.aims.in_force().count() == 2


def test_two_people_change_one_aim(council: Cast, outcome: Outcome) -> None:
    officer = who(council, "officer")
    aim = make_aim(council, outcome)
    theirs = plan.change_aim(aim, **_aimed_at(aim, level=Decimal(80)), **officer)
    theirs = plan.change_aim(theirs, **_aimed_at(theirs, level=Decimal(82)), **officer)
    for act in (
        lambda: plan.change_aim(aim, **_aimed_at(aim, level=Decimal(85)), **officer),
        lambda: plan.remove_aim(aim, reason="No longer counted", **officer),
    ):
        with pytest.raises(Stale) as stale:
            act()
        assert stale.value.current == theirs
    same = _aimed_at(aim, level=Decimal(82))
    assert plan.change_aim(aim, **same, **officer) == theirs, "both wanted the same"
    assert outcome.aims.in_force().get() == theirs


def test_a_removed_aim_stays_on_record_and_can_come_again(council: Cast, outcome: Outcome) -> None:
    officer = who(council, "officer")
    aim = make_aim(council, outcome)
    for _ in range(2):
        removed = plan.remove_aim(aim, reason="No longer counted", **officer)
        assert removed.ended_why == "No longer counted"
    assert [event.verb for event in Event.objects.about(outcome).order_by("id")][-2:] == [
        "aim added",
        "aim removed",
    ]
    with pytest.raises(NotAllowed, match="removed this aim meanwhile"):
        plan.change_aim(aim, **_aimed_at(aim, level=Decimal(80)), **officer)
    again = make_aim(council, outcome)
    assert list(outcome.aims.in_force()) == [again]


def test_what_is_said_when_the_year_is_over(council: Cast) -> None:
    made, outcome = make_plan(council)
    officer = who(council, "officer")
    for part in (made, outcome.theme):
        closed = plan.write_closing(part, text=" It went well ", version=0, **officer)
        assert closed.closing_statement == "It went well"
        with pytest.raises(Stale):
            plan.write_closing(part, text="Mine", version=0, **officer)


def test_an_outcome_is_reworded(council: Cast, outcome: Outcome) -> None:
    officer = who(council, "officer")
    plan.reword_outcome(outcome, text="Plans are clear to families", version=0, **officer)
    with pytest.raises(Stale) as stale:
        plan.reword_outcome(outcome, text="Mine", version=0, **officer)
    assert str(stale.value.current) == "1.1 Plans are clear to families"


def test_the_words_of_the_plan_stand_beside_the_record(council: Cast, outcome: Outcome) -> None:
    make_action(council, outcome, text="CANARY words", rationale="CANARY why")
    assert "CANARY" not in repr(list(Event.objects.values_list("before", "after", "part")))
    assert Remark.objects.filter(text="CANARY words").exists()


@pytest.mark.parametrize("person", ["head", "manager", "director", "auditor", "board_member"])
def test_only_a_performance_officer_keeps_the_plan(
    council: Cast, outcome: Outcome, person: str
) -> None:
    made, asking = make_action(council, outcome), who(council, person)
    aim = make_aim(council, outcome)
    when = by_when("May 2017")
    acts: list[Any] = [
        lambda: plan.create_plan(year=YEAR.next, title="Mine", **asking),
        lambda: plan.add_theme(outcome.theme.plan, name="Mine", **asking),
        lambda: plan.add_outcome(outcome.theme, text="Mine", **asking),
        lambda: plan.reword_outcome(outcome, text="Mine", version=0, **asking),
        lambda: plan.add_aim(
            outcome, measure=council.measure["helped"], year=YEAR, level=Decimal(1), **asking
        ),
        lambda: plan.change_aim(aim, **_aimed_at(aim), **asking),
        lambda: plan.remove_aim(aim, reason="So", **asking),
        lambda: plan.write_closing(outcome.theme, text="Mine", version=0, **asking),
        lambda: make_action(council, outcome, **asking),
        lambda: action_changes.change_action(
            made, text="Mine", owners=[By(body="IT")], rationale="", version=0, **asking
        ),
        lambda: action_changes.move_date(made, timing=when, reason="So", version=0, **asking),
        lambda: action_changes.carry_over(made, outcome, **asking),
    ]
    for act in acts:
        with pytest.raises(Refused, match="keep the action plan"):
            act()
