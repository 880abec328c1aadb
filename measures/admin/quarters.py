"""Administration pages for quarters: when returns are due. Opening and closing is elsewhere."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from measures.exchange.framework import QuarterResource
from measures.models import ReportingQuarter
from measures.permissions import MeasuresPermission
from measures.quarters import actions as quarters
from measures.workflow import NotAllowed, QuarterState
from teams.admin.base import Kept, KeptForm
from teams.quarters import Quarter

_SEEN = ["state", "opened_at", "opened_by", "closed_at", "closed_by", "closing_reason"]


class QuarterForm(KeptForm):
    """A quarter that is not opened yet, or another due date for one that is not closed."""

    quarter = forms.CharField(help_text="Like 2016-17 Q2")

    class Meta:
        model = ReportingQuarter
        fields = ["due_on"]
        widgets = {"due_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
        error_messages = {"due_on": {"required": "Enter the due date"}}

    def clean_quarter(self) -> Quarter:
        """As people write it; one that is here already is changed, not added."""
        try:
            quarter = Quarter.parse(self.cleaned_data["quarter"])
        except ValueError as wrong:
            raise ValidationError(str(wrong)) from wrong
        if ReportingQuarter.objects.filter(pk=quarter.index).exists():
            raise ValidationError(f"{quarter} is here already: change its due date instead")
        return quarter

    def act(self, row: ReportingQuarter) -> None:
        """Through the actions that plan quarters and move due dates."""
        if row._state.adding:
            self._plan(row)
            return
        due_on: dt.date = self.cleaned_data["due_on"]
        if due_on == ReportingQuarter.objects.get(pk=row.pk).due_on:
            return
        try:
            quarters.move_due_date(row, due_on=due_on, reason=self.reason, by=self.by)
        except NotAllowed as refused:
            raise ValidationError({"due_on": str(refused)}) from refused
        except ValidationError as refused:
            # The action speaks of a reason; the box here is called why.
            errors = dict(refused.error_dict)
            raise ValidationError(
                {"why" if name == "reason" else name: said for name, said in errors.items()}
            ) from refused

    def _plan(self, row: ReportingQuarter) -> None:
        planned = quarters.plan_quarter(
            self.cleaned_data["quarter"],
            due_on=self.cleaned_data["due_on"],
            by=self.by,
            reason=self.reason,
        )
        row.index, row._state = planned.index, planned._state


@admin.register(ReportingQuarter)
class QuarterPages(Kept):
    """Quarters and their due dates."""

    kept_by = MeasuresPermission.RUN_QUARTERS
    form = QuarterForm
    resource_classes = [QuarterResource]
    list_display = ["quarter", "due_on", "state", "opened_at", "closed_at"]
    list_filter = ["state"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A quarter is named once; its state is moved on the site's own pages."""
        if obj is None:
            return ["quarter", "due_on", "why"]
        return ["due_on", *(["why"] if self.has_change_permission(request, obj) else []), *_SEEN]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """All but the due date."""
        return [] if obj is None else ["quarter", *_SEEN]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is due any more in a quarter that is closed."""
        closed = obj is not None and obj.state == QuarterState.CLOSED
        return super().has_change_permission(request, obj) and not closed

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only one that was planned by mistake and never opened."""
        planned = obj is None or obj.state == QuarterState.UPCOMING
        return super().has_delete_permission(request, obj) and planned

    def has_import_permission(self, request: HttpRequest) -> bool:
        """Out only: a file could open and close."""
        return False
