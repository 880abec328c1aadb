"""What owners and heads of service do with an action: report, claim, accept, stop, open again."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction

from audits.plan.models import Action, Occurrence, Update
from audits.plan.permissions import PlanPermission, why_not_accept, why_not_report
from audits.plan.verbs import PlanVerb
from audits.plan.workflow import ACTION, ActionAct
from earlyhelp.core.change import (
    Details,
    Entry,
    changing,
    lock,
    move,
    not_after_today,
    record,
    refuse,
    required,
)
from teams.authority import Actor, stands_in
from teams.models import Locality
from teams.permissions import require

# Empty on an action that is open; what was claimed, accepted or stopped is on record.
_DECIDED = (
    *("claimed_at", "claimed_by", "evidence", "evidence_link"),
    *("accepted_at", "accepted_by", "stopped_at", "stopped_by", "stop_reason"),
)


def report(
    action: Action,
    *,
    text: str,
    by: Actor,
    locality: Locality | None = None,
    evidence_link: str = "",
    on: dt.date | None = None,
) -> Update:
    """Add a progress update; earlier ones stay as they are.

    ``on`` is the day that it speaks of, today unless said otherwise. The same words twice on
    one day from one person are one update. Raises ``Refused``, ``NotAllowed`` or
    ValidationError by field.
    """
    on = on or by.today
    with transaction.atomic():
        action = _to_report(action, by, locality)
        if locality is not None and not action.for_every_locality:
            raise ValidationError({"locality": "This action is not reported by locality"})
        not_after_today("on", on, by, "Enter the day that this speaks of, up to today")
        text = required("text", text, "Enter how far it is")
        same = {"by": by.person, "on": on, "text": text, "locality": locality}
        if there := action.updates.filter(**same, removed_at__isnull=True).first():
            return there
        link = evidence_link.strip()
        update = Update(action=action, at=by.now, evidence_link=link, **same)
        update.full_clean()
        update.save()
        after = {
            "update": update.pk,
            "on": on.isoformat(),
            "locality": locality.code if locality else "",
        }
        record([Entry(PlanVerb.PROGRESS_REPORTED, action, after=after)], by)
    return update


def _to_report(action: Action, by: Actor, locality: Locality | None) -> Action:
    """The action, locked, for somebody who may report on it while it is unfinished."""
    action = lock(action)
    _refuse_reporter(action, by, locality)
    ACTION.next(ActionAct.UPDATE, action.state)
    return action


def _refuse_reporter(action: Action, by: Actor, locality: Locality | None = None) -> None:
    refuse(
        why_not_report(
            by.authority,
            list(action.owners.all()),
            locality_id=locality.pk if locality else None,
            stands_in=stands_in(by.authority, by.today) if locality else (),
        )
    )


def take_out_update(update: Update, *, reason: str, by: Actor) -> Update:
    """Empty an update that should not have been written (a name, say), on record.

    Raises ``Refused``, or ValidationError without a reason.
    """
    require(by.authority, PlanPermission.KEEP_PLAN)
    reason = required("reason", reason, "Enter why these words are taken out")
    verb, details = PlanVerb.UPDATE_TAKEN_OUT, Details()
    with transaction.atomic():
        about = lock(update.action)
        with changing(update, verb, by, reason=reason, about=about, details=details) as update:
            if update.removed_at is None:
                update.text = update.evidence_link = ""
                update.removed_at, update.removed_by = by.now, by.person
                details.before = {"update": update.pk}
    return update


def do_occurrence(
    occurrence: Occurrence, *, done_on: dt.date, by: Actor, note: str = ""
) -> Occurrence:
    """Say that one of several or recurring times was done; saying it again changes nothing.

    Raises ``Refused``, ``NotAllowed``, or ValidationError for a day still to come.
    """
    verb, note, details = PlanVerb.TIME_DONE, note.strip(), Details()
    with transaction.atomic():
        action = _to_report(occurrence.action, by, occurrence.locality)
        not_after_today("done_on", done_on, by, "Enter the day on which it was done, up to today")
        with changing(occurrence, verb, by, reason=note, about=action, details=details) as time:
            if time.done_at is None:
                time.done_on, time.done_at, time.done_by = done_on, by.now, by.person
                time.note = note
                details.after = {
                    "occurrence": time.pk,
                    "due_on": time.due_on.isoformat(),
                    "done_on": done_on.isoformat(),
                }
    return time


def claim(action: Action, *, evidence: str, by: Actor, evidence_link: str = "") -> Action:
    """An owner says that an action is complete, with the evidence; claiming twice is once.

    Raises ``Refused``, ``NotAllowed`` or ValidationError by field.
    """
    evidence = required("evidence", evidence, "Enter what shows that it is complete")
    with changing(action, PlanVerb.CLAIMED, by, reason=evidence) as action:
        _refuse_reporter(action, by)
        move(action, ACTION, ActionAct.CLAIM, by)
        action.was_claimed = True
        action.evidence, action.evidence_link = evidence, evidence_link.strip()
    return action


def accept(action: Action, *, by: Actor) -> Action:
    """A head of service accepts a claim that is not their own; accepting twice is once.

    Raises ``Refused`` or ``NotAllowed``.
    """
    with changing(action, PlanVerb.ACCEPTED, by) as action:
        refuse(why_not_accept(by.authority, action.claimed_by_id))
        move(action, ACTION, ActionAct.ACCEPT, by)
    return action


def decline(action: Action, *, reason: str, by: Actor) -> Action:
    """A head of service does not accept a claim, saying what is missing; it is open again.

    Raises ``Refused``, ``NotAllowed``, or ValidationError without a reason.
    """
    reason = required("reason", reason, "Enter what is missing: the owners will see this")
    with changing(action, PlanVerb.CLAIM_DECLINED, by, reason=reason) as action:
        refuse(why_not_accept(by.authority, action.claimed_by_id))
        _open(action, ActionAct.DECLINE, by)
    return action


def stop(action: Action, *, reason: str, by: Actor) -> Action:
    """A head of service says that an action is no longer needed, and why.

    Raises ``Refused``, ``NotAllowed``, or ValidationError without a reason.
    """
    reason = required("reason", reason, "Enter why this is no longer needed")
    with changing(action, PlanVerb.NO_LONGER_NEEDED, by, reason=reason) as action:
        _refuse_all_but_heads(by, "A head of service says that an action is no longer needed.")
        # Another reason is not the same said again, so it is refused and not passed over.
        action.state = ACTION.next(ActionAct.STOP, action.state)
        action.stopped_at, action.stopped_by = by.now, by.person
        action.stop_reason = reason
    return action


def reopen(action: Action, *, reason: str, by: Actor) -> Action:
    """A head of service opens a complete or no longer needed action again, and says why.

    Raises ``Refused``, ``NotAllowed``, or ValidationError without a reason.
    """
    reason = required("reason", reason, "Enter why it is open again")
    with changing(action, PlanVerb.OPENED_AGAIN, by, reason=reason) as action:
        _refuse_all_but_heads(by, "A head of service opens an action again.")
        _open(action, ActionAct.REOPEN, by)
    return action


def _refuse_all_but_heads(by: Actor, refusal: str) -> None:
    if not by.authority.holds(PlanPermission.ACCEPT_COMPLETION):
        refuse(refusal)


def _open(action: Action, act: ActionAct, by: Actor) -> None:
    """Back to open: what was claimed, accepted or stopped is cleared and stays on record."""
    move(action, ACTION, act, by)
    empty = Action()
    for name in _DECIDED:
        setattr(action, name, getattr(empty, name))
