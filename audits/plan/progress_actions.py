"""What owners and heads of service do with an action: report, claim, accept, judge."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction

from audits import workflow
from audits.models import Action, Judged, Occurrence, Outcome, Update
from audits.permissions import AuditsPermission, why_not_accept, why_not_report
from audits.plan.actions import lock_action
from audits.responsible import stands_in
from audits.stale import StalePlan
from audits.workflow import Act, ActionState
from earlyhelp.core import clock
from teams import record
from teams.models import Locality, Route, User
from teams.permissions import Refused, Standing, require


def _refuse_reporter(
    action: Action, standing: Standing, locality: Locality | None, today: dt.date
) -> None:
    refusal = why_not_report(
        standing,
        list(action.owners.all()),
        locality_id=locality.pk if locality else None,
        stands_in=stands_in(standing, today) if locality else (),
    )
    if refusal:
        raise Refused(refusal)


def report(
    action: Action,
    *,
    text: str,
    by: User,
    standing: Standing,
    today: dt.date,
    locality: Locality | None = None,
    evidence_link: str = "",
    on: dt.date | None = None,
    route: Route = Route.FORM,
    at: dt.datetime | None = None,
) -> Update:
    """Add a progress update; earlier ones stay as they are.

    ``on`` is the day that it speaks of, today unless said otherwise. The same words twice on
    one day from one person are one update. Raises ``Refused``, ``NotAllowed`` or
    ValidationError by field.
    """
    at, on = at or clock.now(), on or today
    with transaction.atomic():
        found = lock_action(action)
        _refuse_reporter(found, standing, locality, today)
        workflow.next_action(Act.UPDATE, found.state)
        if locality is not None and not found.for_every_locality:
            raise ValidationError({"locality": "This action is not reported by locality"})
        if on > today:
            raise ValidationError({"on": "Give the day that this speaks of, up to today"})
        if not text.strip():
            raise ValidationError({"text": "Say how far it is"})
        again = found.updates.filter(
            by=by, on=on, text=text.strip(), locality=locality, removed_at__isnull=True
        ).first()
        if again is not None:
            return again
        update = Update(
            action=found,
            on=on,
            at=at,
            by=by,
            text=text.strip(),
            locality=locality,
            evidence_link=evidence_link.strip(),
        )
        update.full_clean()
        update.save()
        record.note(
            "progress reported",
            found,
            by=by,
            route=route,
            at=at,
            after={
                "update": update.pk,
                "on": on.isoformat(),
                "locality": locality.code if locality else "",
            },
        )
    return update


def take_out_update(
    update: Update,
    *,
    reason: str,
    by: User,
    standing: Standing,
    route: Route = Route.FORM,
    at: dt.datetime | None = None,
) -> Update:
    """Empty an update that should not have been written (a name, say), on record.

    Raises ``Refused``, or ValidationError without a reason.
    """
    require(standing, AuditsPermission.KEEP_PLAN)
    at = at or clock.now()
    if not reason.strip():
        raise ValidationError({"reason": "Say why these words are taken out"})
    with transaction.atomic():
        action = lock_action(update.action)
        found = Update.objects.select_for_update().get(pk=update.pk)
        if found.removed_at is not None:
            return found
        found.text = found.evidence_link = ""
        found.removed_at, found.removed_by = at, by
        found.save()
        record.note(
            "update taken out",
            action,
            by=by,
            route=route,
            at=at,
            reason=reason.strip(),
            before={"update": found.pk},
        )
    return found


def do_occurrence(
    occurrence: Occurrence,
    *,
    done_on: dt.date,
    by: User,
    standing: Standing,
    today: dt.date,
    note: str = "",
    route: Route = Route.FORM,
    at: dt.datetime | None = None,
) -> Occurrence:
    """Say that one of several or recurring times was done; saying it again changes nothing.

    Raises ``Refused``, ``NotAllowed``, or ValidationError for a day still to come.
    """
    at = at or clock.now()
    with transaction.atomic():
        action = lock_action(occurrence.action)
        found = Occurrence.objects.select_for_update().get(pk=occurrence.pk)
        where = Locality.objects.get(pk=found.locality_id) if found.locality_id else None
        _refuse_reporter(action, standing, where, today)
        workflow.next_action(Act.UPDATE, action.state)
        if done_on > today:
            raise ValidationError({"done_on": "Give the day on which it was done, up to today"})
        if found.done_at is not None:
            return found
        found.done_on, found.done_at, found.done_by = done_on, at, by
        found.note = note.strip()
        found.save()
        record.note(
            "one time done",
            action,
            by=by,
            route=route,
            at=at,
            reason=found.note,
            after={
                "occurrence": found.pk,
                "due_on": found.due_on.isoformat(),
                "done_on": done_on.isoformat(),
            },
        )
    return found


def claim(
    action: Action,
    *,
    evidence: str,
    by: User,
    standing: Standing,
    today: dt.date,
    evidence_link: str = "",
    route: Route = Route.FORM,
    at: dt.datetime | None = None,
) -> Action:
    """An owner says that an action is complete, with the evidence; claiming twice is once.

    Raises ``Refused``, ``NotAllowed`` or ValidationError by field.
    """
    at = at or clock.now()
    if not evidence.strip():
        raise ValidationError({"evidence": "Say what shows that it is complete"})
    with transaction.atomic():
        found = lock_action(action)
        _refuse_reporter(found, standing, None, today)
        if found.state == ActionState.CLAIMED and found.claimed_by_id == by.pk:
            return found
        before, after = found.state, workflow.next_action(Act.CLAIM, found.state)
        found.state = after
        found.version += 1
        found.claimed_at, found.claimed_by = at, by
        found.evidence, found.evidence_link = evidence.strip(), evidence_link.strip()
        found.full_clean()
        found.save()
        record.note(
            "claimed complete",
            found,
            by=by,
            route=route,
            at=at,
            reason=found.evidence,
            before=before,
            after=after,
        )
    return found


def accept(
    action: Action,
    *,
    by: User,
    standing: Standing,
    route: Route = Route.FORM,
    at: dt.datetime | None = None,
) -> Action:
    """A head of service accepts a claim that is not their own; accepting twice is once.

    Raises ``Refused`` or ``NotAllowed``.
    """
    at = at or clock.now()
    with transaction.atomic():
        found = lock_action(action)
        refusal = why_not_accept(standing, found.claimed_by_id)
        if refusal:
            raise Refused(refusal)
        if found.state == ActionState.COMPLETE and found.accepted_by_id == by.pk:
            return found
        before, after = found.state, workflow.next_action(Act.ACCEPT, found.state)
        found.state = after
        found.version += 1
        found.accepted_at, found.accepted_by = at, by
        found.save()
        record.note(
            "accepted as complete", found, by=by, route=route, at=at, before=before, after=after
        )
    return found


def decline(
    action: Action,
    *,
    reason: str,
    by: User,
    standing: Standing,
    route: Route = Route.FORM,
    at: dt.datetime | None = None,
) -> Action:
    """A head of service does not accept a claim, saying what is missing; it is open again.

    Raises ``Refused``, ``NotAllowed``, or ValidationError without a reason.
    """
    at = at or clock.now()
    if not reason.strip():
        raise ValidationError({"reason": "Say what is missing: the owners will see this"})
    with transaction.atomic():
        found = lock_action(action)
        refusal = why_not_accept(standing, found.claimed_by_id)
        if refusal:
            raise Refused(refusal)
        after = workflow.next_action(Act.DECLINE, found.state)
        _open_again(found, after, "claim declined", reason, by, route, at)
    return found


def stop(
    action: Action,
    *,
    reason: str,
    by: User,
    standing: Standing,
    route: Route = Route.FORM,
    at: dt.datetime | None = None,
) -> Action:
    """A head of service says that an action is no longer needed, and why.

    Raises ``Refused``, ``NotAllowed``, or ValidationError without a reason.
    """
    at = at or clock.now()
    if not reason.strip():
        raise ValidationError({"reason": "Say why this is no longer needed"})
    with transaction.atomic():
        found = lock_action(action)
        if not standing.holds(AuditsPermission.ACCEPT_COMPLETION):
            raise Refused("A head of service says that an action is no longer needed.")
        before, after = found.state, workflow.next_action(Act.STOP, found.state)
        found.state = after
        found.version += 1
        found.stopped_at, found.stopped_by = at, by
        found.stop_reason = reason.strip()
        found.save()
        record.note(
            "no longer needed",
            found,
            by=by,
            route=route,
            at=at,
            reason=found.stop_reason,
            before=before,
            after=after,
        )
    return found


def reopen(
    action: Action,
    *,
    reason: str,
    by: User,
    standing: Standing,
    route: Route = Route.FORM,
    at: dt.datetime | None = None,
) -> Action:
    """A head of service opens a complete or no longer needed action again, and says why.

    Raises ``Refused``, ``NotAllowed``, or ValidationError without a reason.
    """
    at = at or clock.now()
    if not reason.strip():
        raise ValidationError({"reason": "Say why it is open again"})
    with transaction.atomic():
        found = lock_action(action)
        if not standing.holds(AuditsPermission.ACCEPT_COMPLETION):
            raise Refused("A head of service opens an action again.")
        after = workflow.next_action(Act.REOPEN, found.state)
        _open_again(found, after, "opened again", reason, by, route, at)
    return found


def _open_again(
    action: Action,
    after: ActionState,
    verb: str,
    reason: str,
    by: User,
    route: Route,
    at: dt.datetime,
) -> None:
    """Back to open: what was claimed, accepted or stopped is cleared and stays on record."""
    before = action.state
    action.state = after
    action.version += 1
    action.claimed_at = action.claimed_by = None
    action.evidence = action.evidence_link = ""
    action.accepted_at = action.accepted_by = None
    action.stopped_at = action.stopped_by = None
    action.stop_reason = ""
    action.save()
    record.note(
        verb, action, by=by, route=route, at=at, reason=reason.strip(), before=before, after=after
    )


def judge_outcome(
    outcome: Outcome,
    *,
    judged: Judged,
    why: str,
    version: int,
    by: User,
    standing: Standing,
    route: Route = Route.FORM,
    at: dt.datetime | None = None,
) -> Outcome:
    """A head of service judges whether an outcome was achieved, apart from its actions.

    Judging it anew keeps the old judgement on record. Raises ``Refused``, ``StalePlan`` or
    ValidationError by field.
    """
    at = at or clock.now()
    if not standing.holds(AuditsPermission.JUDGE_OUTCOMES):
        raise Refused("A head of service judges whether an outcome was achieved.")
    if not why.strip():
        raise ValidationError({"why": "Say what this judgement rests on"})
    with transaction.atomic():
        found = Outcome.objects.select_for_update().get(pk=outcome.pk)
        before = found.judged
        if (before, found.judged_why) == (judged, why.strip()):
            return found
        if found.version != version:
            raise StalePlan(found)
        found.judged, found.judged_why = judged, why.strip()
        found.judged_at, found.judged_by = at, by
        found.version += 1
        found.save()
        record.note(
            "outcome judged",
            found,
            by=by,
            route=route,
            at=at,
            reason=found.judged_why,
            before=before,
            after=str(judged),
        )
    return found
