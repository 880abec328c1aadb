"""The record, to look at; and words that should not have been written, to take out."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from earlyhelp.core.events.models import Event, Remark
from teams.actions import take_out_words
from teams.admin.base import ReadOnly, actor_in, with_reason
from teams.admin.history import WithHistory
from teams.permissions import TeamsPermission


class Recorded(ReadOnly, WithHistory):
    """The record about what the person asking may see, and about nothing else.

    Figures are on it, which administrators do not see, appointments, which they alone do, and
    grades, which nobody but the auditor does before they are submitted.
    """

    kept_by = TeamsPermission.KEEP_ORGANISATION
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """What is about rows that the person asking may see."""
        rows: Any = super().get_queryset(request)
        return rows.visible_to(actor_in(request))  # type: ignore[no-any-return]


@admin.register(Event)
class EventPages(Recorded):
    """What was done, newest first."""

    ordering = ["-id"]
    list_display = ["at", "by", "verb", "subject_type", "subject_id", "part", "route"]
    list_filter = ["subject_type", "route"]
    list_select_related = ["by"]
    search_fields = ["=verb", "=part", "=subject_id"]
    fields = [
        "at", "by", "route", "verb", "subject_type", "subject_id", "part", "before", "after",
    ]  # fmt: skip


@admin.register(Remark)
class RemarkPages(Recorded):
    """What people wrote when they did something."""

    seen_by = (TeamsPermission.KEEP_PEOPLE,)
    ordering = ["-id"]
    list_display = ["text", "kind", "event", "removed_at", "removed_by"]
    list_filter = ["kind", ("removed_at", admin.EmptyFieldListFilter)]
    list_select_related = ["event", "removed_by"]
    search_fields = ["text"]
    fields = ["event", "kind", "text", "removed_at", "removed_by"]
    actions = ["take_out"]

    def has_take_out_permission(self, request: HttpRequest) -> bool:
        """Those who see what the words are about."""
        return self.has_view_permission(request)

    @with_reason(
        "Take these words out",
        "take_out",
        title="Take out words that should not have been written",
        button="Take them out",
    )
    def take_out(self, request: HttpRequest, remarks: QuerySet[Remark], why: str) -> None:
        """Empty the remarks; that they were emptied, by whom and why stays on record."""
        for remark in remarks.filter(removed_at__isnull=True):
            take_out_words(remark, by=actor_in(request), reason=why)
        self.message_user(request, "The words were taken out.")
