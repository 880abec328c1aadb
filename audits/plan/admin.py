"""The plan, to look at only: it is kept on the site's own pages."""

from django.contrib import admin

from audits.plan.models import Action, Plan, Theme
from audits.plan.permissions import PlanPermission
from teams.admin.base import ReadOnly
from teams.admin.history import WithHistory


class ThemeRows(ReadOnly, admin.TabularInline):
    """The themes of a plan."""

    kept_by = PlanPermission.KEEP_PLAN
    model = Theme
    fields = ["number", "name"]
    extra = 0
    ordering = ["number"]


@admin.register(Plan)
class PlanPages(ReadOnly, WithHistory):
    """Action plans, a year each."""

    kept_by = PlanPermission.KEEP_PLAN
    list_display = ["title", "year"]
    inlines = [ThemeRows]


@admin.register(Action)
class ActionPages(ReadOnly, WithHistory):
    """Actions of the plans, as they stand; progress is read on the plan's own pages."""

    kept_by = PlanPermission.KEEP_PLAN
    list_display = ["text", "outcome", "state", "due_on"]
    list_filter = ["state", "outcome__theme__plan"]
    list_select_related = ["outcome__theme"]
    fields = ["outcome", "text", "timing_words", "due_on", "rationale", "source", "state"]
    search_fields = ["text"]
