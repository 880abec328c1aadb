"""Jobs that wait or were given up: to look at, and to be tried again."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from earlyhelp.core.work.models import Job
from teams.admin.base import ReadOnly, may
from teams.permissions import TeamsPermission


@admin.register(Job)
class JobAdmin(ReadOnly, admin.ModelAdmin):
    """Mail and other work outside of pages; of what a job holds only whose address was refused."""

    kept_by = TeamsPermission.KEEP_PEOPLE
    list_display = ["kind", "created_at", "due_at", "attempts", "given_up_at", "error", "to"]
    list_filter = ["kind", "given_up_at"]
    ordering = ["given_up_at", "due_at"]
    fields = ["kind", "created_at", "due_at", "attempts", "taken_at", "given_up_at", "error"]
    actions = ["try_again"]

    @admin.display(description="to", empty_value="")
    def to(self, job: Job) -> str:
        """To whom mail could not be sent: an address to be looked at in People."""
        return ", ".join(job.payload.get("to", [])) if job.given_up_at else ""

    def has_try_permission(self, request: HttpRequest) -> bool:
        """Those who keep people."""
        return may(request, self.kept_by)

    @admin.action(description="Try again what was given up", permissions=["try"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        """Have it done once more."""
        again: Any = queryset.filter(given_up_at__isnull=False)
        count = again.update(given_up_at=None, taken_at=None, error="", attempts=0)
        self.message_user(request, f"{count} will be tried again.")
