"""Rows that are there for a while: jobs, gone once done, and forms that were finished."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q


class JobQuerySet(models.QuerySet["Job"]):
    """Jobs by what is to happen with them."""

    def waiting(self) -> "JobQuerySet":
        """Those that nobody is doing and nobody has given up."""
        return self.filter(taken_at__isnull=True, given_up_at__isnull=True)

    def due(self, now: dt.datetime) -> "JobQuerySet":
        """Those to be done now, in the order in which they came."""
        return self.waiting().filter(due_at__lte=now).order_by("due_at", "pk")

    def broken_off(self, before: dt.datetime) -> "JobQuerySet":
        """Those that somebody began before this moment and never ended."""
        return self.filter(taken_at__lt=before, given_up_at__isnull=True)


class Job(models.Model):
    """Something to be done outside a request.

    ``error`` holds the kind of the last error, never its words: they may quote an address.
    """

    kind = models.CharField(max_length=40)
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    taken_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=100, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(kind=""), name="a_job_has_its_kind"),
            models.CheckConstraint(
                condition=Q(given_up_at__isnull=True) | ~Q(error=""),
                name="a_job_that_was_given_up_says_why",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(taken_at__isnull=True, given_up_at__isnull=True),
                name="jobs_that_wait",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.created_at:%d %B %Y %H:%M}"


class FinishedForm(models.Model):
    """A form that was acted on, so that the same once more is only answered (``core.pages.once``).

    ``key`` is the digest of what was sent, with the form's own key; ``said`` the messages.
    """

    key = models.CharField(max_length=64, unique=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    finished_at = models.DateTimeField(db_index=True)
    led_to = models.TextField()
    said = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(key="") & ~Q(led_to=""), name="a_finished_form_led_somewhere"
            ),
        ]

    def __str__(self) -> str:
        return f"A form of {self.person}, {self.finished_at:%d %B %Y %H:%M}"
