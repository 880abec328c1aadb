"""Parts of the plan loaded for somebody who may see it; "not found" for what there is not."""

import datetime as dt
from typing import TypeVar

from django.db.models import Model, QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse

from audits.plan.models import Action, Outcome, Plan, Theme
from audits.plan.permissions import PlanPermission
from teams.permissions import Authority, require_anywhere
from teams.quarters import Quarter

ModelT = TypeVar("ModelT", bound=Model)


def _seen(authority: Authority, rows: QuerySet[ModelT], **which: int) -> ModelT:
    require_anywhere(authority, [PlanPermission.SEE_PLAN])
    return get_object_or_404(rows, **which)


def seen_plan(authority: Authority, year: int) -> Plan:
    """The plan of a year."""
    return _seen(authority, Plan.objects.all(), year=year)


def seen_theme(authority: Authority, pk: int) -> Theme:
    """A theme with its plan."""
    return _seen(authority, Theme.objects.select_related("plan"), pk=pk)


def seen_outcome(authority: Authority, pk: int) -> Outcome:
    """An outcome with its theme and plan."""
    return _seen(authority, Outcome.objects.select_related("theme__plan"), pk=pk)


def seen_action(authority: Authority, pk: int) -> Action:
    """An action with everything that its pages show."""
    return _seen(authority, Action.objects.for_pages(), pk=pk)


def crumbs_of(plan: Plan) -> list[tuple[str, str]]:
    """The way back to a plan."""
    return [(f"Action plan {plan.financial_year}", reverse("plan", args=[plan.year]))]


def current_plan(today: dt.date) -> Plan | None:
    """The plan of the financial year that ``today`` lies in, or the latest before it, or any."""
    year = Quarter.containing(today).year.start
    begun = Plan.objects.filter(year__lte=year).order_by("-year").first()
    return begun or Plan.objects.order_by("year").first()
