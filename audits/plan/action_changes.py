"""The actions of a plan: added, changed, moved to another date, carried into a later plan."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from audits import plan_sources
from audits.models import (
    Action,
    Occurrence,
    Outcome,
    Owner,
    Plan,
    Source,
    Theme,
    TimingChange,
)
from audits.permissions import AuditsPermission
from audits.plan.timing import Timing
from audits.plan.verbs import PlanVerb
from audits.plan.workflow import ACTION, ActionAct
from audits.stale import StaleAction
from audits.workflow import NotAllowed
from earlyhelp.core import clock
from earlyhelp.core.events.verbs import Verb
from measures.models import Measure
from teams import record
from teams.models import Locality, Route, User
from teams.permissions import Standing, require
from teams.roles import Role


@dataclass(frozen=True)
class By:
    """One owner: a role, a person or a body, exactly one of them."""

    role: Role | None = None
    person: User | None = None
    body: str = ""


def add_action(
    outcome: Outcome,
    *,
    text: str,
    timing: Timing,
    owners: Sequence[By],
    by: User,
    standing: Standing,
    rationale: str = "",
    source: Source = Source.OTHER,
    measure: Measure | None = None,
    for_every_locality: bool = False,
    route: Route = Route.FORM,
    at: dt.datetime | None = None,
) -> Action:
    """An action of an outcome, lettered next, with its owners and its several times.

    Raises ``Refused`` or ValidationError by field.
    """
    require(standing, AuditsPermission.KEEP_PLAN)
    with transaction.atomic():
        outcome = Outcome.objects.select_for_update().select_related("theme").get(pk=outcome.pk)
        action = Action(
            outcome=outcome,
            position=(outcome.actions.aggregate(last=Max("position"))["last"] or 0) + 1,
            text=text.strip(),
            rationale=rationale.strip(),
            source=source,
            measure=measure,
            for_every_locality=for_every_locality,
        )
        action.timing = timing
        action.full_clean()
        action.save()
        _own(action, owners)
        _occur(action, timing.occurrences)
        note(
            PlanVerb.ACTION_ADDED,
            action,
            by,
            route,
            at,
            words=action.text,
            after=_plain(action, owners),
        )
    return action


def change_action(
    action: Action,
    *,
    text: str,
    owners: Sequence[By],
    rationale: str,
    version: int,
    by: User,
    standing: Standing,
    route: Route = Route.FORM,
    at: dt.datetime | None = None,
) -> Action:
    """Change an open action's words or owners; its date is moved (``move_date``) instead.

    Raises ``Refused``, ``NotAllowed``, ``StaleAction`` or ValidationError by field.
    """
    require(standing, AuditsPermission.KEEP_PLAN)
    with transaction.atomic():
        found = lock_action(action)
        ACTION.next(ActionAct.CHANGE, found.state)
        if found.version != version:
            raise StaleAction(found)
        before = _plain(found, owners_of(found))
        found.text, found.rationale = text.strip(), rationale.strip()
        found.version += 1
        found.full_clean()
        found.save()
        found.owners.all().delete()
        _own(found, owners)
        note(
            PlanVerb.ACTION_CHANGED,
            found,
            by,
            route,
            at,
            words=found.text,
            before=before,
            after=_plain(found, owners),
        )
    return found


def move_date(
    action: Action,
    *,
    timing: Timing,
    reason: str,
    version: int,
    by: User,
    standing: Standing,
    route: Route = Route.FORM,
    at: dt.datetime | None = None,
) -> Action:
    """Move an open action's date; the old one and the reason are kept.

    Times that were done stay as they were; the others become those of the new timing. Raises
    ``Refused``, ``NotAllowed``, ``StaleAction``, or ValidationError without a reason.
    """
    require(standing, AuditsPermission.KEEP_PLAN)
    at = at or clock.now()
    if not reason.strip():
        raise ValidationError({"reason": "Say why the date moves: the old one stays on record"})
    with transaction.atomic():
        found = lock_action(action)
        ACTION.next(ActionAct.CHANGE, found.state)
        before = found.timing
        times = sorted(set(found.occurrences.values_list("due_on", flat=True)))
        unmoved = (timing.words, timing.due, list(timing.occurrences)) == (
            before.words,
            before.due,
            times,
        )
        if unmoved:
            return found
        if found.version != version:
            raise StaleAction(found)
        found.timing = timing
        found.version += 1
        found.full_clean()
        found.save()
        found.occurrences.filter(done_at__isnull=True).delete()
        _occur(found, timing.occurrences)
        TimingChange.objects.create(
            action=found,
            before_words=before.words,
            before_due=before.due,
            after_words=timing.words,
            after_due=timing.due,
            reason=reason.strip(),
            at=at,
            by=by,
        )
        record.note(
            PlanVerb.DATE_MOVED,
            found,
            by=by,
            route=route,
            at=at,
            reason=reason.strip(),
            before=_when(before),
            after=_when(timing),
        )
    return found


def carry_over(
    action: Action,
    outcome: Outcome,
    *,
    by: User,
    standing: Standing,
    timing: Timing | None = None,
    route: Route = Route.FORM,
    at: dt.datetime | None = None,
) -> Action:
    """Carry an unfinished action into an outcome of a later plan, its history with it.

    The old one is then *carried over* and the new one points back to it, so that its updates
    and moved dates can be read on. Raises ``Refused``, ``NotAllowed`` or ValidationError.
    """
    require(standing, AuditsPermission.KEEP_PLAN)
    at = at or clock.now()
    with transaction.atomic():
        old = lock_action(action)
        before, after = old.state, ACTION.next(ActionAct.CARRY_OVER, old.state)
        if outcome.theme.plan.year <= old.outcome.theme.plan.year:
            raise NotAllowed("An action is carried over into a later year's plan.")
        becomes = timing or old.timing
        new = add_action(
            outcome,
            text=old.text,
            timing=becomes,
            owners=owners_of(old),
            rationale=old.rationale,
            source=Source(old.source),
            measure=old.measure,
            for_every_locality=old.for_every_locality,
            by=by,
            standing=standing,
            route=route,
            at=at,
        )
        new.carried_from = old
        new.save(update_fields=["carried_from"])
        plan_sources.carry_over(old, new, by=by, route=route, at=at)
        if timing is None:
            waiting = old.occurrences.filter(done_at__isnull=True)
            _occur(new, sorted(set(waiting.values_list("due_on", flat=True))))
        old.state = after
        old.version += 1
        old.save(update_fields=["state", "version"])
        note(
            PlanVerb.ACTION_CARRIED_OVER,
            old,
            by,
            route,
            at,
            before=before,
            after={"state": after, "to": new.pk},
        )
    return new


def lock_action(action: Action) -> Action:
    """The action as it stands, locked until the transaction ends; its plan is read after it."""
    found = Action.objects.select_for_update().get(pk=action.pk)
    found.outcome = Outcome.objects.select_related("theme__plan").get(pk=found.outcome_id)
    return found


def owners_of(action: Action) -> list[By]:
    """The action's owners as they were written, in order."""
    return [
        By(Role(owner.role) if owner.role else None, owner.person, owner.body)
        for owner in action.owners.select_related("person")
    ]


def _own(action: Action, owners: Sequence[By]) -> None:
    if not owners:
        raise ValidationError({"owners": "Say who does it"})
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


def _when(timing: Timing) -> dict[str, Any]:
    return {
        "by_when": timing.words,
        "kind": str(timing.kind),
        "starts": timing.starts.isoformat() if timing.starts else None,
        "due": timing.due.isoformat() if timing.due else None,
    }


def note(
    verb: Verb,
    subject: Plan | Theme | Outcome | Action,
    by: User,
    route: Route,
    at: dt.datetime | None,
    *,
    words: str = "",
    before: Any = None,
    after: Any = None,
) -> None:
    """Put one thing done to a part of the plan on record, its words beside the record."""
    entry = record.Entry(verb, subject, "", before, after, {"note": words})
    record.write([entry], by=by, route=route, at=at or clock.now())
