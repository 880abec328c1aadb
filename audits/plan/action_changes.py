"""The actions of a plan: added, changed, moved to another date, carried into a later plan."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any, NotRequired, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from audits.plan import sources
from audits.plan.models import Action, Occurrence, Outcome, Owner, Source, TimingChange
from audits.plan.permissions import PlanPermission
from audits.plan.timing import ActionTiming, TimingKind
from audits.plan.verbs import PlanVerb
from audits.plan.workflow import ACTION, ActionAct
from earlyhelp.core.change import Details, changing, create, lock, move, required
from earlyhelp.core.workflow import NotAllowed
from measures.models import Measure
from teams.authority import Actor
from teams.models import Locality, User
from teams.permissions import require
from teams.roles import Role


@dataclass(frozen=True)
class By:
    """One owner: a role, a person or a body, exactly one of them."""

    role: Role | None = None
    person: User | None = None
    body: str = ""


class ActionParts(TypedDict):
    """What an action of the plan says."""

    text: str
    timing: ActionTiming
    owners: Sequence[By]
    rationale: NotRequired[str]
    source: NotRequired[Source]
    measure: NotRequired[Measure | None]
    for_every_locality: NotRequired[bool]


def add_action(outcome: Outcome, *, by: Actor, **parts: Unpack[ActionParts]) -> Action:
    """An action of an outcome, lettered next, with its owners and its several times.

    Raises ``Refused`` or ValidationError by field.
    """
    require(by.authority, PlanPermission.KEEP_PLAN)
    timing, owners = parts["timing"], parts["owners"]
    with transaction.atomic():
        outcome = lock(outcome)
        action = Action(
            outcome=outcome,
            position=(outcome.actions.aggregate(last=Max("position"))["last"] or 0) + 1,
            text=parts["text"].strip(),
            rationale=parts.get("rationale", "").strip(),
            source=parts.get("source", Source.OTHER),
            measure=parts.get("measure"),
            for_every_locality=parts.get("for_every_locality", False),
        )
        action.timing = timing
        after = _plain(action, owners)
        create(action, PlanVerb.ACTION_ADDED, by, note=action.text, after=after)
        _own(action, owners)
        _occur(action, timing.occurrences)
    return action


def change_action(
    action: Action,
    *,
    text: str,
    owners: Sequence[By],
    rationale: str,
    version: int,
    by: Actor,
) -> Action:
    """Change an open action's words or owners; its date is moved (``move_date``) instead.

    Raises ``Refused``, ``NotAllowed``, ``Stale`` or ValidationError by field.
    """
    require(by.authority, PlanPermission.KEEP_PLAN)
    verb, text, details = PlanVerb.ACTION_CHANGED, text.strip(), Details()
    with changing(action, verb, by, version=version, note=text, details=details) as action:
        move(action, ACTION, ActionAct.CHANGE, by)
        details.before = _plain(action, owners_of(action))
        action.text, action.rationale = text, rationale.strip()
        action.owners.all().delete()
        _own(action, owners)
        details.after = _plain(action, owners)
    return action


def move_date(
    action: Action, *, timing: ActionTiming, reason: str, version: int, by: Actor
) -> Action:
    """Move an open action's date; the old one and the reason are kept.

    Times that were done stay as they were; the others become those of the new timing. Raises
    ``Refused``, ``NotAllowed``, ``Stale``, or ValidationError without a reason.
    """
    require(by.authority, PlanPermission.KEEP_PLAN)
    reason = required("reason", reason, "Enter why the date moves: the old one stays on record")
    verb, details = PlanVerb.DATE_MOVED, Details()
    with changing(action, verb, by, version=version, reason=reason, details=details) as action:
        move(action, ACTION, ActionAct.CHANGE, by)
        times = sorted(set(action.occurrences.values_list("due_on", flat=True)))
        before = replace(action.timing, occurrences=tuple(times))
        if _dates(timing) != _dates(before):
            action.timing = timing
            action.occurrences.filter(done_at__isnull=True).delete()
            _occur(action, timing.occurrences)
            TimingChange.objects.create(
                action=action,
                before_words=before.words,
                before_due=before.due,
                after_words=timing.words,
                after_due=timing.due,
                reason=reason,
                at=by.now,
                by=by.person,
            )
            details.before, details.after = _with_times(before), _with_times(timing)
    return action


def _dates(timing: ActionTiming) -> tuple[Any, ...]:
    """What makes a timing another: a recurrence that is read again on a later day is the same."""
    days = () if timing.kind == TimingKind.EVERY else timing.occurrences
    return timing.words, timing.due, timing.every, days


def carry_over(
    action: Action, outcome: Outcome, *, by: Actor, timing: ActionTiming | None = None
) -> Action:
    """Carry an unfinished action into an outcome of a later plan, its history with it.

    The old one is then *carried over* and the new one points back to it, so that its updates
    and moved dates can be read on. Raises ``Refused``, ``NotAllowed`` or ValidationError.
    """
    require(by.authority, PlanPermission.KEEP_PLAN)
    details = Details()
    with changing(action, PlanVerb.ACTION_CARRIED_OVER, by, details=details) as old:
        move(old, ACTION, ActionAct.CARRY_OVER, by)
        if outcome.plan.year <= old.plan.year:
            raise NotAllowed("An action is carried over into a later year's plan.")
        new = add_action(
            outcome,
            text=old.text,
            timing=timing or old.timing,
            owners=owners_of(old),
            rationale=old.rationale,
            source=Source(old.source),
            measure=old.measure,
            for_every_locality=old.for_every_locality,
            by=by,
        )
        new.carried_from = old
        new.save(update_fields=["carried_from"])
        sources.carry_over(old, new, by=by)
        if timing is None:
            waiting = old.occurrences.filter(done_at__isnull=True)
            _occur(new, sorted(set(waiting.values_list("due_on", flat=True))))
        details.after = {"to": new.pk}
    return new


def owners_of(action: Action) -> list[By]:
    """The action's owners as they were written, in order."""
    return [
        By(Role(owner.role) if owner.role else None, owner.person, owner.body)
        for owner in action.owners.select_related("person")
    ]


def _own(action: Action, owners: Sequence[By]) -> None:
    if not owners:
        raise ValidationError({"owners": "Select who does it"})
    if len(set(owners)) != len(owners):
        raise ValidationError({"owners": "An owner stands there twice"})
    for one in owners:
        if sum([one.role is not None, one.person is not None, bool(one.body.strip())]) != 1:
            raise ValidationError({"owners": "An owner is a role, a person or a body"})
    Owner.objects.bulk_create(
        Owner(
            action=action,
            position=place,
            role=one.role or "",
            person=one.person,
            body=one.body.strip(),
        )
        for place, one in enumerate(owners, 1)
    )


def _occur(action: Action, days: Collection[dt.date]) -> None:
    """Make the times that are not there yet, one for each locality where all have to do it."""
    if not days:
        return
    places: list[Locality | None] = [None]
    if action.for_every_locality:
        places = list(Locality.objects.all())
    there = set(action.occurrences.values_list("due_on", "locality"))
    Occurrence.objects.bulk_create(
        Occurrence(action=action, due_on=day, locality=place)
        for day in days
        for place in places
        if (day, place.pk if place else None) not in there
    )


def _plain(action: Action, owners: Sequence[By]) -> dict[str, Any]:
    """The action for the record: no words of its own but when it is due."""
    return _when(action.timing) | {
        "ref": action.ref,
        "source": str(action.source),
        "for_every_locality": action.for_every_locality,
        "owners": [
            one.role or (one.person.pk if one.person else one.body.strip()) for one in owners
        ],
    }


def _when(timing: ActionTiming) -> dict[str, Any]:
    return {
        "by_when": timing.words,
        "kind": str(timing.kind),
        "starts": timing.starts.isoformat() if timing.starts else None,
        "due": timing.due.isoformat() if timing.due else None,
    }


def _with_times(timing: ActionTiming) -> dict[str, Any]:
    return _when(timing) | {"times": [day.isoformat() for day in timing.occurrences]}
