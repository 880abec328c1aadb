"""The record: who did what, when, by which route. It is added to and never changed.

The database itself refuses to update or delete an event (``events.triggers``). What people
wrote in their own words stands beside the record in ``Remark``, so that a name typed by
mistake can be taken out, on record.
"""

from collections.abc import Sequence
from typing import Any, Self, cast

from django.conf import settings
from django.db import models
from django.db.models import Q

from earlyhelp.core.actor import Actor, Route
from earlyhelp.core.events import scopes


class EventQuerySet(models.QuerySet["Event"]):
    """The record of what was done, oldest first."""

    def about(self, *subjects: models.Model) -> Self:
        """What was done to subjects of one kind, for a rule; what is shown is ``visible_to``."""
        ids = [subject.pk for subject in subjects]
        kind = subjects[0]._meta.model_name
        if len(ids) == 1:
            return self.filter(subject_type=kind, subject_id=ids[0])
        return self.filter(subject_type=kind, subject_id__in=ids)

    def visible_to(
        self, by: Actor[Any, Any], *, about: models.Model | Sequence[models.Model] = ()
    ) -> Self:
        """What ``by`` may read, as they may see the rows that it is about; or ``about`` these."""
        rows = [about] if isinstance(about, models.Model) else about
        if rows:
            kind = str(rows[0]._meta.model_name)
            return self.about(*rows).filter(scopes.about_what_is_seen(by, [kind]))
        seen = scopes.about_what_is_seen(by)
        # What was done to words is seen by who sees the words.
        words = Remark.objects.filter(event__in=Event.objects.filter(seen)).order_by()
        about_words = Q(subject_type=Remark._meta.model_name, subject_id__in=words.values("pk"))
        return self.filter(seen | about_words)


class Event(models.Model):
    """One thing that was done to one subject; ``id`` gives the order of events.

    The events of a subject are a chain (``events.chain``), numbered by ``sequence``.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    route = models.CharField(max_length=10, choices=Route.choices)
    verb = models.CharField(max_length=40)
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    part = models.CharField(
        max_length=60, blank=True, help_text="Which part of the subject: a question's code"
    )
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    sequence = models.PositiveIntegerField(help_text="Its place in the chain of its subject")
    digest = models.CharField(max_length=64, help_text="Of what it says and the one before")

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_type", "subject_id", "sequence"], name="event_chains_do_not_fork"
            ),
            models.CheckConstraint(
                condition=Q(by__isnull=False) | Q(route__in=[Route.IMPORT, Route.COMMAND]),
                name="event_on_a_page_has_a_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject_type} {self.subject_id} {self.part}".strip()

    @property
    def who(self) -> str:
        """The person, or in words who stands behind what nobody did in person."""
        return str(self.by or Route(self.route).nobody)

    @property
    def way(self) -> str:
        """By which route, in words for readers."""
        return Route(self.route).said


class RemarkQuerySet(models.QuerySet["Remark"]):
    """Words beside the record."""

    def visible_to(self, by: Actor[Any, Any]) -> Self:
        """Those that stand beside events that ``by`` may read."""
        return self.filter(event__in=Event.objects.visible_to(by).order_by())


class VersionOnRecord:
    """A row whose version is how often it was put on record, by whatever route."""

    @property
    def version(self) -> int:
        """The number of its last event; one query."""
        about = Event.objects.about(cast("models.Model", self))
        return about.aggregate(last=models.Max("sequence"))["last"] or 0


class Remark(models.Model):
    """Words that somebody wrote when they did something: a reason, a note, an explanation."""

    class Kind(models.TextChoices):
        REASON = "reason", "Reason"
        NOTE = "note", "Note"
        EXPLANATION = "explanation", "Explanation"

    event = models.ForeignKey(Event, models.PROTECT, related_name="remarks")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    text = models.TextField(blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = RemarkQuerySet.as_manager()

    class Meta:
        ordering = ["event", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "kind"], name="one_remark_of_a_kind_per_event"
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removed_by__isnull=True)
                | Q(removed_at__isnull=False, removed_by__isnull=False, text=""),
                name="removed_remark_has_who_and_when_and_no_text",
            ),
        ]

    def __str__(self) -> str:
        return self.text
