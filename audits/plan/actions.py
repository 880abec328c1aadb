"""Keeping the action plan: its themes, outcomes and aims, and what is said when it is over.

Its actions are kept in ``planned``; their names can be imported from here too, so that
whoever keeps a plan needs one import.
"""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from audits.models import Aim, Outcome, Plan, Theme
from audits.permissions import AuditsPermission
from audits.plan.action_changes import (
    By,
    add_action,
    carry_over,
    change_action,
    lock_action,
    move_date,
    note,
    owners_of,
)
from audits.plan.verbs import PlanVerb
from audits.stale import StaleAim, StalePlan
from audits.workflow import NotAllowed
from earlyhelp.core import clock
from measures.models import Measure
from teams import record
from teams.models import Locality, Route, User
from teams.permissions import Standing, require
from teams.quarters import FinancialYear

__all__ = [
    "By",
    "add_action",
    "add_aim",
    "add_outcome",
    "add_theme",
    "carry_over",
    "change_action",
    "change_aim",
    "create_plan",
    "lock_action",
    "move_date",
    "owners_of",
    "remove_aim",
    "reword_outcome",
    "write_closing",
]


def create_plan(
    *,
    year: FinancialYear,
    title: str,
    by: User,
    standing: Standing,
    route: Route = Route.FORM,
    at: dt.datetime | None = None,
) -> Plan:
    """A year's plan, empty. Raises ``Refused`` or ValidationError by field."""
    require(standing, AuditsPermission.KEEP_PLAN)
    with transaction.atomic():
        plan = Plan(year=year.start, title=title.strip())
        plan.full_clean()
        plan.save()
        note(
            PlanVerb.PLAN_MADE, plan, by, route, at, after={"year": plan.year, "title": plan.title}
        )
    return plan


def add_theme(
    plan: Plan,
    *,
    name: str,
    by: User,
    standing: Standing,
    number: int | None = None,
    route: Route = Route.FORM,
    at: dt.datetime | None = None,
) -> Theme:
    """A theme of the plan, numbered next unless a number is given."""
    require(standing, AuditsPermission.KEEP_PLAN)
    with transaction.atomic():
        plan = Plan.objects.select_for_update().get(pk=plan.pk)
        if number is None:
            number = (plan.themes.aggregate(last=Max("number"))["last"] or 0) + 1
        theme = Theme(plan=plan, number=number, name=name.strip())
        theme.full_clean()
        theme.save()
        note(
            PlanVerb.THEME_ADDED, theme, by, route, at, after={"number": number, "name": theme.name}
        )
    return theme


def add_outcome(
    theme: Theme,
    *,
    text: str,
    by: User,
    standing: Standing,
    number: int | None = None,
    route: Route = Route.FORM,
    at: dt.datetime | None = None,
) -> Outcome:
    """An outcome of a theme, numbered next unless a number is given."""
    require(standing, AuditsPermission.KEEP_PLAN)
    with transaction.atomic():
        theme = Theme.objects.select_for_update().get(pk=theme.pk)
        if number is None:
            number = (theme.outcomes.aggregate(last=Max("number"))["last"] or 0) + 1
        outcome = Outcome(theme=theme, number=number, text=text.strip())
        outcome.full_clean()
        outcome.save()
        note(
            PlanVerb.OUTCOME_ADDED,
            outcome,
            by,
            route,
            at,
            words=outcome.text,
            after={"ref": outcome.ref},
        )
    return outcome


def reword_outcome(
    outcome: Outcome,
    *,
    text: str,
    version: int,
    by: User,
    standing: Standing,
    route: Route = Route.FORM,
    at: dt.datetime | None = None,
) -> Outcome:
    """Change an outcome's words. Raises ``Refused``, ``StalePlan`` or ValidationError."""
    require(standing, AuditsPermission.KEEP_PLAN)
    words = text.strip()
    if not words:
        raise ValidationError({"text": "Say what the outcome is"})
    with transaction.atomic():
        found = Outcome.objects.select_for_update().get(pk=outcome.pk)
        if found.text == words:
            return found
        if found.version != version:
            raise StalePlan(found)
        found.text = words
        found.version += 1
        found.save()
        note(PlanVerb.OUTCOME_REWORDED, found, by, route, at, words=words)
    return found


def add_aim(
    outcome: Outcome,
    *,
    measure: Measure,
    year: FinancialYear,
    level: Decimal,
    by: User,
    standing: Standing,
    start: Decimal | None = None,
    locality: Locality | None = None,
    route: Route = Route.FORM,
    at: dt.datetime | None = None,
) -> Aim:
    """Have an outcome aim at a level of a measure by a year's end, for the city or a locality.

    Raises ``Refused`` or ValidationError by field.
    """
    require(standing, AuditsPermission.KEEP_PLAN)
    with transaction.atomic():
        outcome = Outcome.objects.select_for_update().select_related("theme").get(pk=outcome.pk)
        _refuse_second_aim(outcome, measure, locality)
        aim = Aim(
            outcome=outcome,
            measure=measure,
            year=year.start,
            level=level,
            start=start,
            locality=locality,
        )
        aim.full_clean()
        aim.save()
        note(PlanVerb.AIM_ADDED, outcome, by, route, at, after=_aimed(aim))
    return aim


def change_aim(
    aim: Aim,
    *,
    measure: Measure,
    year: FinancialYear,
    level: Decimal,
    start: Decimal | None,
    locality: Locality | None,
    reason: str,
    by: User,
    standing: Standing,
    route: Route = Route.FORM,
    at: dt.datetime | None = None,
) -> Aim:
    """Have an outcome aim at something else instead; the old aim stays, with why it ended.

    Gives the aim in its place; the same again changes nothing. Raises ``Refused``,
    ``StaleAim``, ``NotAllowed`` for one that was removed, or ValidationError by field.
    """
    require(standing, AuditsPermission.KEEP_PLAN)
    at = at or clock.now()
    if not reason.strip():
        raise ValidationError({"reason": "Say why the aim changes: the old one stays on record"})
    with transaction.atomic():
        found, outcome = _lock_aim(aim)
        new = Aim(
            outcome=outcome,
            measure=measure,
            year=year.start,
            level=level,
            start=start,
            locality=locality,
            replaces=found,
        )
        now = _in_force(found)
        if _aimed(new) == _aimed(now):
            return now
        if now != found:
            raise StaleAim(now)
        _refuse_second_aim(outcome, measure, locality, besides=found)
        _end(found, reason, by, at)
        new.full_clean()
        new.save()
        record.note(
            PlanVerb.AIM_CHANGED,
            outcome,
            by=by,
            route=route,
            at=at,
            reason=reason.strip(),
            before=_aimed(found),
            after=_aimed(new),
        )
    return new


def remove_aim(
    aim: Aim,
    *,
    reason: str,
    by: User,
    standing: Standing,
    route: Route = Route.FORM,
    at: dt.datetime | None = None,
) -> Aim:
    """Have an outcome no longer aim at this; the aim stays, with who removed it and why.

    Removing it again changes nothing. Raises ``Refused``, ``StaleAim`` where another came in
    its place, or ValidationError without a reason.
    """
    require(standing, AuditsPermission.KEEP_PLAN)
    at = at or clock.now()
    if not reason.strip():
        raise ValidationError({"reason": "Say why the aim is removed: it stays on record"})
    with transaction.atomic():
        found, outcome = _lock_aim(aim)
        now = _latest(found)
        if now != found:
            raise StaleAim(now)
        if found.ended_at is not None:
            return found
        _end(found, reason, by, at)
        record.note(
            PlanVerb.AIM_REMOVED,
            outcome,
            by=by,
            route=route,
            at=at,
            reason=reason.strip(),
            before=_aimed(found),
        )
    return found


def _lock_aim(aim: Aim) -> tuple[Aim, Outcome]:
    """The aim as it stands; aims of an outcome wait for one another at the outcome's row."""
    outcome = Outcome.objects.select_for_update().select_related("theme").get(pk=aim.outcome_id)
    return Aim.objects.select_related("measure", "locality").get(pk=aim.pk), outcome


def _latest(aim: Aim) -> Aim:
    """What came in its place last, or itself; one query for each change since."""
    found = aim
    while found.ended_at is not None:
        later = Aim.objects.select_related("measure", "locality").filter(replaces=found).first()
        if later is None:
            break
        found = later
    return found


def _in_force(aim: Aim) -> Aim:
    """What holds in its place, or itself; raises ``NotAllowed`` where it was removed."""
    found = _latest(aim)
    if found.ended_at is not None:
        raise NotAllowed("Somebody removed this aim meanwhile. Add it anew if it is to hold.")
    return found


def _refuse_second_aim(
    outcome: Outcome, measure: Measure, locality: Locality | None, besides: Aim | None = None
) -> None:
    there = outcome.aims.standing().filter(measure=measure, locality=locality)
    if besides is not None:
        there = there.exclude(pk=besides.pk)
    if there.exists():
        raise ValidationError({"measure": "This outcome aims at this measure there already"})


def _end(aim: Aim, reason: str, by: User, at: dt.datetime) -> None:
    aim.ended_at, aim.ended_by, aim.ended_why = at, by, reason.strip()
    aim.save(update_fields=["ended_at", "ended_by", "ended_why"])


def _aimed(aim: Aim) -> dict[str, Any]:
    """The aim for the record."""
    return {
        "measure": aim.measure.code,
        "locality": aim.locality.code if aim.locality else "",
        "year": str(aim.financial_year),
        "from": None if aim.start is None else f"{aim.start.normalize():f}",
        "to": f"{aim.level.normalize():f}",
    }


def write_closing(
    part: Plan | Theme,
    *,
    text: str,
    version: int,
    by: User,
    standing: Standing,
    route: Route = Route.FORM,
    at: dt.datetime | None = None,
) -> Plan | Theme:
    """What is said of a plan or a theme when its year is over.

    Raises ``Refused`` or ``StalePlan``.
    """
    require(standing, AuditsPermission.KEEP_PLAN)
    words = text.strip()
    with transaction.atomic():
        found: Plan | Theme = type(part).objects.select_for_update().get(pk=part.pk)
        if found.closing_statement == words:
            return found
        if found.version != version:
            raise StalePlan(found)
        found.closing_statement = words
        found.version += 1
        found.save()
        note(PlanVerb.CLOSING_STATEMENT_WRITTEN, found, by, route, at, words=words)
    return found
