"""Owners report and claim; a head of service accepts, declines, stops, judges."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from audits.plan import actions as plan
from audits.plan import progress_actions as doing
from audits.plan.action_changes import By
from audits.plan.models import Action, Judged, Outcome, Update
from audits.plan.progress import by_locality, progress
from audits.plan.timing import Status
from audits.plan.workflow import ActionState
from audits.workflow import NotAllowed
from earlyhelp.core.change import Stale
from earlyhelp.core.events.models import Event
from teams.models import Locality
from teams.permissions import Refused
from teams.roles import Role
from tests.audits.making import claimed, make_action, on_day, who
from tests.cast import TODAY, Cast


def status_of(action: Action, today: dt.date = TODAY) -> Status:
    return progress(Action.objects.for_pages().get(pk=action.pk), today).status


def test_an_update_is_added_and_nothing_is_overwritten(council: Cast, outcome: Outcome) -> None:
    made = make_action(council, outcome)
    assert status_of(made) == Status.NOT_STARTED
    manager = on_day(council, "manager")
    doing.report(made, text="A first draft", **manager)
    doing.report(made, text="A second draft", evidence_link="https://intranet.example/1", **manager)
    doing.report(made, text="A second draft", **manager)
    assert [update.text for update in made.updates.all()] == ["A first draft", "A second draft"]
    assert status_of(made) == Status.IN_PROGRESS
    assert status_of(made, dt.date(2016, 9, 2)) == Status.OVERDUE


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"text": " "}, "Enter how far it is"),
        ({"text": "x", "on": TODAY + dt.timedelta(1)}, "up to today"),
        ({"text": "x", "evidence_link": "javascript:alert(1)"}, "valid URL"),
    ],
)
def test_an_update_that_cannot_be(
    council: Cast, outcome: Outcome, said: dict[str, Any], says: str
) -> None:
    made = make_action(council, outcome)
    with pytest.raises(ValidationError, match=says):
        doing.report(made, **said, **on_day(council, "manager"))
    assert not Update.objects.exists()


def test_words_can_be_taken_out_of_an_update_on_record(council: Cast, outcome: Outcome) -> None:
    made = make_action(council, outcome)
    update = doing.report(made, text="Jayden Carter came", **on_day(council, "manager"))
    with pytest.raises(Refused):
        doing.take_out_update(update, reason="A name", **who(council, "manager"))
    doing.take_out_update(update, reason="A name", **who(council, "officer"))
    update.refresh_from_db()
    assert (update.text, update.removed_by) == ("", council.person["officer"])
    assert status_of(made) == Status.NOT_STARTED
    assert "Jayden" not in repr(list(Event.objects.values_list("before", "after")))


@pytest.mark.parametrize(
    ("person", "may"),
    [
        ("manager", True),
        ("other_manager", True),
        ("officer", True),
        ("head", False),
        ("director", False),
        ("contributor", False),
        ("auditor", False),
        ("leaver", False),
    ],
)
def test_owners_by_role_report_and_a_performance_officer(
    council: Cast, outcome: Outcome, person: str, may: bool
) -> None:
    made = make_action(council, outcome)
    if may:
        doing.report(made, text="Done half", **on_day(council, person))
        return
    with pytest.raises(Refused, match="has other owners"):
        doing.report(made, text="Done half", **on_day(council, person))


def test_owners_by_name_report(council: Cast, outcome: Outcome) -> None:
    made = make_action(council, outcome, owners=[By(person=council.person["head"])])
    doing.report(made, text="Done half", **on_day(council, "head"))
    with pytest.raises(Refused):
        doing.report(made, text="Done half", **on_day(council, "other_head"))
    assert list(Action.objects.owned_by(council.authority("head"))) == [made]
    assert list(Action.objects.owned_by(council.authority("other_head"))) == []


def test_every_locality_answers_for_itself(council: Cast, outcome: Outcome) -> None:
    made = make_action(
        council,
        outcome,
        for_every_locality=True,
        owners=[By(role=Role.TEAM_MANAGER), By(role=Role.HEAD_OF_SERVICE)],
    )
    north, south = council.locality["north"], council.locality["south"]
    doing.report(made, text="Briefed", locality=north, **on_day(council, "manager"))
    with pytest.raises(Refused, match="not appointed in this locality"):
        doing.report(made, text="Briefed", locality=south, **on_day(council, "head"))
    found = Action.objects.for_pages().get(pk=made.pk)
    sides = by_locality(found, Locality.objects.all(), TODAY)
    assert [(one.locality, one.has_answered) for one in sides] == [(north, True), (south, False)]
    doing.report(made, text="Briefed too", locality=north, **on_day(council, "head"))
    again = Action.objects.for_pages().get(pk=made.pk)
    sides = by_locality(again, Locality.objects.all(), TODAY)
    assert [one.updates[-1].text for one in sides if one.updates] == ["Briefed too"]


def test_only_an_action_for_every_locality_is_reported_by_one(
    council: Cast, outcome: Outcome
) -> None:
    with pytest.raises(ValidationError, match="not reported by locality"):
        doing.report(
            make_action(council, outcome),
            text="x",
            locality=council.locality["north"],
            **on_day(council, "manager"),
        )


def test_complete_is_claimed_with_evidence_and_accepted_by_a_head(
    council: Cast, outcome: Outcome
) -> None:
    made = make_action(council, outcome)
    with pytest.raises(ValidationError, match="what shows that it is complete"):
        doing.claim(made, evidence=" ", **on_day(council, "manager"))
    found = claimed(council, made)
    assert claimed(council, made).claimed_at == found.claimed_at
    assert status_of(made, dt.date(2030, 1, 1)) == Status.CLAIMED
    for person in ("manager", "officer", "auditor", "board_member"):
        with pytest.raises(Refused, match="A head of service accepts"):
            doing.accept(made, **who(council, person))
    accepted = doing.accept(made, **who(council, "head"))
    assert doing.accept(made, **who(council, "head")).accepted_at == accepted.accepted_at
    assert status_of(made) == Status.COMPLETE
    with pytest.raises(NotAllowed, match="it is complete"):
        doing.report(made, text="More", **on_day(council, "manager"))
    verbs = [event.verb for event in Event.objects.about(made)]
    assert verbs == ["action added", "claimed complete", "accepted as complete"]


@pytest.mark.parametrize("words", ["1.9.16", "From June 2016"])
def test_what_was_claimed_complete_has_begun_when_it_is_open_again(
    council: Cast, outcome: Outcome, words: str
) -> None:
    """Reported on by nothing but a claim: accepted and opened again, or declined."""
    head = who(council, "head")
    reopened = claimed(council, make_action(council, outcome, words))
    doing.accept(reopened, **head)
    doing.reopen(reopened, reason="The plans went missing", **head)
    declined = claimed(council, make_action(council, outcome, words))
    doing.decline(declined, reason="South has none", **head)
    untouched = make_action(council, outcome, words)
    today = dt.date(2016, 8, 1)
    for made in (reopened, declined):
        assert status_of(made, today) == Status.IN_PROGRESS
        assert not progress(Action.objects.for_pages().get(pk=made.pk), today).is_late
    assert status_of(untouched, today) == Status.NOT_STARTED


def test_nobody_accepts_their_own_claim(council: Cast, outcome: Outcome) -> None:
    made = make_action(council, outcome, owners=[By(role=Role.HEAD_OF_SERVICE)])
    claimed(council, made, "head")
    with pytest.raises(Refused, match="You claimed this action complete"):
        doing.accept(made, **who(council, "head"))
    assert doing.accept(made, **who(council, "other_head")).state == ActionState.COMPLETE


def test_a_declined_claim_is_open_again_and_stays_on_record(
    council: Cast, outcome: Outcome
) -> None:
    made = claimed(council, make_action(council, outcome))
    with pytest.raises(ValidationError, match="what is missing"):
        doing.decline(made, reason="", **who(council, "head"))
    found = doing.decline(made, reason="South has none", **who(council, "head"))
    assert (found.state, found.evidence, found.claimed_at) == (ActionState.OPEN, "", None)
    said = [event.remarks.get().text for event in Event.objects.about(made)][1:]
    assert said == ["Sent to every team", "South has none"]


def test_no_longer_needed_has_a_reason_and_can_be_opened_again(
    council: Cast, outcome: Outcome
) -> None:
    made = make_action(council, outcome)
    head = who(council, "head")
    with pytest.raises(ValidationError, match="no longer needed"):
        doing.stop(made, reason=" ", **head)
    with pytest.raises(Refused, match="A head of service says"):
        doing.stop(made, reason="Overtaken", **who(council, "manager"))
    assert doing.stop(made, reason="Overtaken", **head).stop_reason == "Overtaken"
    assert status_of(made) == Status.NO_LONGER_NEEDED
    with pytest.raises(Refused, match="A head of service opens"):
        doing.reopen(made, reason="Needed after all", **who(council, "manager"))
    assert doing.reopen(made, reason="Needed after all", **head).state == ActionState.OPEN


def test_a_time_of_a_recurring_action_is_done_once(council: Cast, outcome: Outcome) -> None:
    made = make_action(council, outcome, "five cases every month from 1.6.16 to 1.9.16")
    assert status_of(made) == Status.OVERDUE
    first = made.occurrences.all()[0]
    manager = on_day(council, "manager")
    with pytest.raises(ValidationError, match="up to today"):
        doing.do_occurrence(first, done_on=TODAY + dt.timedelta(1), **manager)
    done = doing.do_occurrence(first, done_on=dt.date(2016, 6, 29), note="Five", **manager)
    again = doing.do_occurrence(first, done_on=TODAY, note="Six", **manager)
    assert (again.done_on, again.note, again.done_at) == (done.done_on, "Five", done.done_at)
    assert status_of(made) == Status.IN_PROGRESS
    with pytest.raises(Refused, match="has other owners"):
        doing.do_occurrence(made.occurrences.all()[1], done_on=TODAY, **on_day(council, "head"))


def test_no_time_is_done_of_an_action_that_is_no_longer_needed(
    council: Cast, outcome: Outcome
) -> None:
    made = make_action(council, outcome, "every quarter until 1.4.17")
    doing.stop(made, reason="The team closed", **who(council, "head"))
    with pytest.raises(NotAllowed, match="no longer needed"):
        doing.do_occurrence(made.occurrences.all()[0], done_on=TODAY, **on_day(council, "manager"))
    assert not made.occurrences.filter(done_on__isnull=False).exists()


def test_a_time_of_one_locality_is_done_by_somebody_there(council: Cast, outcome: Outcome) -> None:
    owners = [By(role=Role.HEAD_OF_SERVICE)]
    made = make_action(
        council, outcome, "every quarter until 1.4.17", owners=owners, for_every_locality=True
    )
    south = made.occurrences.filter(locality=council.locality["south"])[0]
    with pytest.raises(Refused, match="not appointed in this locality"):
        doing.do_occurrence(south, done_on=TODAY, **on_day(council, "head"))
    doing.do_occurrence(south, done_on=TODAY, **on_day(council, "other_head"))
    assert made.occurrences.get(done_on=TODAY) == south


def test_the_same_words_for_two_localities_are_two_updates(council: Cast, outcome: Outcome) -> None:
    made = make_action(council, outcome, for_every_locality=True)
    for name in ("north", "south", "south"):
        place = council.locality[name]
        doing.report(made, text="Half of it", locality=place, **on_day(council, "officer"))
    said = [update.locality and update.locality.name for update in made.updates.all()]
    assert said == ["North", "South"]


def test_a_locality_whose_words_were_taken_out_has_not_answered(
    council: Cast, outcome: Outcome
) -> None:
    made, north = make_action(council, outcome, for_every_locality=True), council.locality["north"]
    update = doing.report(made, text="A name", locality=north, **on_day(council, "officer"))
    doing.take_out_update(update, reason="A name", **who(council, "officer"))
    found = Action.objects.for_pages().get(pk=made.pk)
    assert not any(one.has_answered for one in by_locality(found, [north], TODAY))


def test_the_same_judgement_again_is_one(council: Cast, outcome: Outcome) -> None:
    head, other = who(council, "head"), who(council, "other_head")
    judged: dict[str, Any] = {"judged": Judged.PARTLY, "why": "Half of them do", "version": 0}
    plan.judge_outcome(outcome, **judged, **head)
    again = plan.judge_outcome(outcome, **judged, **other)
    assert (again.version, again.judged_by) == (1, council.person["head"])
    assert Event.objects.filter(verb="outcome judged").count() == 1


def test_an_outcome_is_judged_apart_from_its_actions(council: Cast, outcome: Outcome) -> None:
    head = who(council, "head")
    with pytest.raises(ValidationError, match="rests on"):
        plan.judge_outcome(outcome, judged=Judged.PARTLY, why=" ", version=0, **head)
    with pytest.raises(Refused, match="A head of service judges"):
        plan.judge_outcome(
            outcome, judged=Judged.PARTLY, why="So", version=0, **who(council, "officer")
        )
    found = plan.judge_outcome(outcome, judged=Judged.PARTLY, why="Half", version=0, **head)
    assert (found.judged, found.judged_by) == (Judged.PARTLY, council.person["head"])
    with pytest.raises(Stale):
        plan.judge_outcome(outcome, judged=Judged.NOT, why="None", version=0, **head)
