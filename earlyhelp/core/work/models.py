"""Jobs that wait: one row each, gone once it is done."""

import datetime as dt

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
