"""The safety loop: an inadequate or unsafe case tells somebody, is acted on, is audited again."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from audits.allocation import actions as allocation
from audits.casework import actions as acting
from audits.models import CaseAudit, RemedialAction
from audits.rounds import actions as rounds
from audits.safety import actions as looking
from audits.safety import loop as safety
from audits.safety.loop import Step
from audits.workflow import NotAllowed
from earlyhelp.core.events.models import Event
from teams.permissions import Refused
from tests.audits.making import DUE, Casework, on_day
from tests.cast import TODAY


def told(casework: Casework, serial: int, overall: str) -> list[str]:
    audit = casework.complete(serial, overall)
    found = acting.submit(audit, version=audit.version, **on_day(casework.cast, "auditor"))
    return [person.name for person in found.told]


def loop(audit: CaseAudit) -> Step:
    later = CaseAudit.objects.filter(case=audit.case_id, turn__gt=audit.turn)
    return safety.step(audit.remedial_actions.all(), later)


@pytest.mark.parametrize("overall", ["inadequate", "unsafe"])
def test_the_manager_and_the_head_are_told_at_once(casework: Casework, overall: str) -> None:
    assert told(casework, 1, overall) == ["Head", "Manager"]
    event = Event.objects.about(casework.audit(1)).get(verb="told")
    people = casework.cast.person
    assert event.after == {"people": [people["head"].pk, people["manager"].pk]}


def test_nobody_is_told_of_a_sound_case(casework: Casework) -> None:
    assert told(casework, 1, "requires-improvement") == []
    assert not CaseAudit.objects.concerns().exists()


def test_submitting_again_tells_nobody_again(casework: Casework) -> None:
    audit = casework.complete(1, "inadequate")
    auditor = on_day(casework.cast, "auditor")
    first = acting.submit(audit, version=audit.version, **auditor)
    again = acting.submit(audit, version=audit.version, **auditor)
    assert (len(first.told), again.told) == (2, ())


def test_a_case_of_nobody_known_tells_the_director_and_the_officer(casework: Casework) -> None:
    assert told(casework, 6, "inadequate") == ["Director", "Officer"]


def test_a_moderator_who_sees_the_danger_tells_too(casework: Casework) -> None:
    audit = casework.submit(1)
    found = acting.moderate(
        audit,
        {},
        overall="inadequate",
        is_unsafe=True,
        comment="The child was not seen",
        version=audit.version,
        **on_day(casework.cast, "other_head"),
    )
    assert [person.name for person in found.told] == ["Head", "Manager"]
    assert list(CaseAudit.objects.concerns()) == [found.audit]


def test_a_moderator_can_lift_a_concern_and_both_are_kept(casework: Casework) -> None:
    audit = casework.submit(1, "inadequate")
    found = acting.moderate(
        audit,
        {},
        overall="requires-improvement",
        is_unsafe=False,
        comment="It was put right",
        version=audit.version,
        **on_day(casework.cast, "other_head"),
    ).audit
    assert (found.overall, found.counted_overall) == ("inadequate", "requires-improvement")
    assert not CaseAudit.objects.concerns().exists()


def test_the_loop_from_beginning_to_end(casework: Casework) -> None:
    """Open until something was done, all of it, and the case was audited again; also closed."""
    cast = casework.cast
    audit = casework.submit(1, "inadequate")
    everything = CaseAudit.objects.all()

    def step_now() -> tuple[Step, list[CaseAudit]]:
        return loop(audit), list(safety.open_concerns(everything))

    assert step_now() == (Step.NOTHING_SET, [audit])
    manager = on_day(cast, "manager")
    remedy = looking.set_remedial(audit, what="See the child", due_on=DUE, **manager)
    assert step_now() == (Step.BEING_DONE, [audit])
    rounds.close_round(casework.round, reason="Time", by=cast.actor("officer"))
    looking.finish_remedial(remedy, done_on=TODAY, note="Seen", **manager)
    assert step_now() == (Step.TO_BE_AUDITED_AGAIN, [audit])
    officer = cast.actor("officer")
    again = allocation.audit_again(audit, auditor=cast.person["auditor"], due_on=DUE, by=officer)
    same = allocation.audit_again(audit, auditor=cast.person["auditor"], due_on=DUE, by=officer)
    assert again == same
    assert step_now() == (Step.BEING_AUDITED_AGAIN, [audit])
    second = casework.submit(1, "good", turn=2)
    assert step_now() == (Step.CLOSED, [])
    assert second.turn == 2


def test_a_second_look_that_is_a_concern_starts_a_loop_of_its_own(casework: Casework) -> None:
    cast = casework.cast
    audit = casework.submit(1, "inadequate")
    head = on_day(cast, "head")
    remedy = looking.set_remedial(audit, what="See the child", due_on=DUE, **head)
    looking.finish_remedial(remedy, done_on=TODAY, **head)
    allocation.audit_again(
        audit, auditor=cast.person["auditor"], due_on=DUE, by=cast.actor("officer")
    )
    second = casework.submit(1, "unsafe", turn=2)
    assert list(safety.open_concerns(CaseAudit.objects.all())) == [second]


def test_a_sound_case_is_not_audited_again_and_gets_no_remedy(casework: Casework) -> None:
    audit = casework.submit(1)
    with pytest.raises(NotAllowed, match="inadequate or unsafe is audited again"):
        allocation.audit_again(
            audit,
            auditor=casework.cast.person["auditor"],
            due_on=DUE,
            by=casework.cast.actor("officer"),
        )
    with pytest.raises(NotAllowed, match="inadequate or unsafe gets"):
        looking.set_remedial(
            audit, what="See the child", due_on=DUE, **on_day(casework.cast, "manager")
        )


@pytest.mark.parametrize("person", ["other_manager", "other_head", "board_member", "contributor"])
def test_who_does_not_look_after_a_case(casework: Casework, person: str) -> None:
    audit = casework.submit(1, "inadequate")
    someone = on_day(casework.cast, person)
    with pytest.raises(Refused, match="not appointed to look after"):
        looking.set_remedial(audit, what="See the child", due_on=DUE, **someone)
    remedy = looking.set_remedial(
        audit, what="See the child", due_on=DUE, **on_day(casework.cast, "auditor")
    )
    with pytest.raises(Refused, match="not appointed to look after"):
        looking.finish_remedial(remedy, done_on=TODAY, **someone)


def test_a_remedy_has_words_and_a_day_from_today(casework: Casework) -> None:
    audit = casework.submit(1, "inadequate")
    manager = on_day(casework.cast, "manager")
    with pytest.raises(ValidationError) as refused:
        looking.set_remedial(audit, what=" ", due_on=TODAY - dt.timedelta(1), **manager)
    assert set(refused.value.message_dict) == {"what", "due_on"}
    remedy = looking.set_remedial(audit, what="See the child", due_on=TODAY, **manager)
    with pytest.raises(ValidationError, match="up to today"):
        looking.finish_remedial(remedy, done_on=TODAY + dt.timedelta(1), **manager)
    first = looking.finish_remedial(remedy, done_on=TODAY, note="Seen", **manager)
    again = looking.finish_remedial(remedy, done_on=TODAY, note="Other", **manager)
    assert (again.done_at, again.note) == (first.done_at, "Seen")
    assert not RemedialAction.objects.open().exists()


def test_the_same_remedy_set_twice_is_one_until_it_is_done(casework: Casework) -> None:
    audit = casework.submit(1, "inadequate")
    manager = on_day(casework.cast, "manager")
    first = looking.set_remedial(audit, what="See the child", due_on=DUE, **manager)
    again = looking.set_remedial(audit, what=" See the child ", due_on=DUE, **manager)
    assert again == first
    looking.finish_remedial(first, done_on=TODAY, **manager)
    anew = looking.set_remedial(audit, what="See the child", due_on=DUE, **manager)
    assert anew != first
