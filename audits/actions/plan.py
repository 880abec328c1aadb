"""Keeping the action plan: its themes, outcomes and aims, and what is said when it is over.

Its actions are kept in ``planned``; their names can be imported from here too, so that
whoever keeps a plan needs one import.
"""

import datetime as dt
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from audits.actions.planned import (
    By,
    add_action,
    carry_over,
    change_action,
    lock_action,
    move_date,
    note,
    owners_of,
)
from audits.actions.stale import StalePlan
from audits.models import Aim, Outcome, Plan, Theme
from audits.permissions import AuditsPermission
from measures.models import Measure
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
    "create_plan",
    "lock_action",
    "move_date",
    "owners_of",
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
        note("plan made", plan, by, route, at, after={"year": plan.year, "title": plan.title})
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
        note("theme added", theme, by, route, at, after={"number": number, "name": theme.name})
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
            "outcome added",
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
        note("outcome reworded", found, by, route, at, words=words)
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
        if outcome.aims.filter(measure=measure, locality=locality).exists():
            raise ValidationError({"measure": "This outcome aims at this measure there already"})
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
        note(
            "aim added",
            outcome,
            by,
            route,
            at,
            after={
                "measure": measure.code,
                "locality": locality.code if locality else "",
                "year": str(year),
                "from": None if start is None else str(start),
                "to": str(level),
            },
        )
    return aim


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
        note("closing statement written", found, by, route, at, words=words)
    return found
