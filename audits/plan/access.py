"""Parts of the plan loaded for somebody who may see or keep it; "not found" for what is not."""

import datetime as dt
from typing import Any, TypeVar

from django.db.models import Model
from django.shortcuts import get_object_or_404

from audits.plan.models import Action, Aim, Outcome, Plan, Theme
from audits.plan.permissions import PlanPermission
from teams.permissions import Authority, require, require_anywhere
from teams.quarters import Quarter

ModelT = TypeVar("ModelT", bound=Model)

# Each with what its pages show.
_LOADED: dict[type[Model], Any] = {
    Plan: Plan.objects.all(),
    Theme: Theme.objects.select_related("plan"),
    Outcome: Outcome.objects.select_related("theme__plan"),
    Aim: Aim.objects.select_related("outcome__theme__plan", "measure", "locality"),
    Action: Action.objects.for_pages(),
}


def seen(authority: Authority, model: type[ModelT], **which: int) -> ModelT:
    """A part of the plan, for who may see the plan."""
    require_anywhere(authority, [PlanPermission.SEE_PLAN])
    row: ModelT = get_object_or_404(_LOADED[model], **which)
    return row


def kept(authority: Authority, model: type[ModelT], **which: int) -> ModelT:
    """The same, for who keeps the plan."""
    row = seen(authority, model, **which)
    require(authority, PlanPermission.KEEP_PLAN)
    return row


def current_plan(today: dt.date) -> Plan | None:
    """The plan of the financial year that ``today`` lies in, or the latest before it, or any."""
    year = Quarter.containing(today).year.start
    begun = Plan.objects.filter(year__lte=year).order_by("-year").first()
    return begun or Plan.objects.order_by("year").first()
