"""Tools and rounds, to look at only: they are kept on the site's own pages.

What auditors wrote, and the recording system's case numbers, are not here at all.
"""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from audits.models import Indicator, Round, SampledCase, Tool
from audits.permissions import AuditsPermission
from teams.admin.base import ReadOnly
from teams.admin.history import WithHistory


class IndicatorRows(ReadOnly, admin.TabularInline):
    """What a tool asks, in order."""

    kept_by = AuditsPermission.KEEP_TOOLS
    model = Indicator
    fields = ["position", "name", "kind", "code"]
    extra = 0
    ordering = ["position"]


@admin.register(Tool)
class ToolPages(ReadOnly, WithHistory):
    """Audit tools in all their versions."""

    kept_by = AuditsPermission.KEEP_TOOLS
    list_display = ["name", "version", "state", "in_use_at", "retired_at"]
    list_filter = ["state"]
    search_fields = ["name"]
    inlines = [IndicatorRows]


class CaseRows(ReadOnly, admin.TabularInline):
    """The cases of a round by their serials, without the recording system's number."""

    kept_by = AuditsPermission.RUN_ROUNDS
    model = SampledCase
    fields = ["serial", "team", "locality", "worker_role", "draw"]
    extra = 0
    ordering = ["serial"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the names that the rows show."""
        names = super().get_queryset(request).select_related("team", "locality", "draw__round")
        return names.defer("case_number")


@admin.register(Round)
class RoundPages(ReadOnly, WithHistory):
    """Rounds in any state."""

    kept_by = AuditsPermission.RUN_ROUNDS
    list_display = ["theme", "period_name", "kind", "tool", "state", "opened_at", "closed_at"]
    list_filter = ["state", "kind"]
    list_select_related = ["tool"]
    search_fields = ["theme", "code"]
    inlines = [CaseRows]
