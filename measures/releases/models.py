"""Releases as they were made, what is known besides, and what is left out of them.

The database refuses to change or delete a release (``core.events.triggers``). One whose closing
is undone stays, with ``VoidedQuarter`` beside it: whoever has seen it still knows it.
"""

from django.db import models
from django.db.models import F, Q

from measures.models import Measure, ReportingQuarter
from teams.models import Locality, User


class Release(models.Model):
    """What outsiders get when a quarter closes: what is new then, and what changed.

    ``ground`` is what the lines were worked out from (``lines.Ground``), for the releases after it.
    ``cost`` is what hiding takes, ``bound`` what it would take at the least.
    """

    quarter = models.ForeignKey(ReportingQuarter, models.PROTECT, related_name="releases")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    ground = models.JSONField()
    left_out = models.JSONField(default=list, blank=True)
    cost = models.PositiveIntegerField()
    bound = models.PositiveIntegerField()

    on_record = ()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(bound__lte=F("cost")), name="a_release_costs_no_less_than_its_bound"
            )
        ]

    def __str__(self) -> str:
        return f"Release of {self.quarter}"


class ReleasedQuarter(models.Model):
    """A quarter of a release, and who was asked what in it, as it was (``asked.Asked``)."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="quarters")
    quarter = models.ForeignKey(ReportingQuarter, models.PROTECT, related_name="+")
    asked = models.JSONField()

    class Meta:
        ordering = ["release", "quarter"]
        constraints = [
            models.UniqueConstraint(
                fields=["release", "quarter"], name="a_quarter_stands_once_in_a_release"
            )
        ]

    def __str__(self) -> str:
        return f"{self.quarter} in {self.release}"


class ReleasedLine(models.Model):
    """A measure in an area and a period as it was released; without a locality it is the city.

    ``numerator`` and ``denominator`` stand here whether or not they are shown: ``is_hidden`` says.
    ``why`` is why a line is hidden for itself; one that only protects others names these.
    ``teams_answered`` of ``teams_expected`` answered in the whole period. ``bears`` is whether the
    figure can be held against a target. ``revised`` are the days and kinds of what changed since
    it was released before.
    """

    release = models.ForeignKey(Release, models.PROTECT, related_name="lines")
    measure = models.ForeignKey(Measure, models.PROTECT, related_name="+")
    locality = models.ForeignKey(Locality, models.PROTECT, null=True, related_name="+")
    period = models.CharField(max_length=10)
    numerator = models.BigIntegerField(null=True)
    denominator = models.BigIntegerField(null=True)
    answered = models.PositiveIntegerField()
    expected = models.PositiveIntegerField()
    not_provided = models.PositiveIntegerField()
    last = models.SmallIntegerField(null=True)
    teams_answered = models.PositiveIntegerField()
    teams_expected = models.PositiveIntegerField()
    bears = models.BooleanField()
    is_hidden = models.BooleanField()
    why = models.CharField(max_length=40, blank=True)
    protects = models.JSONField(default=list)
    revised = models.JSONField(default=list)

    class Meta:
        ordering = ["release", "measure", "locality", "period"]
        indexes = [models.Index(fields=["period", "measure"], name="released_lines_by_period")]
        constraints = [
            models.UniqueConstraint(
                fields=["release", "measure", "locality", "period"], name="a_line_is_released_once"
            ),
            models.UniqueConstraint(
                fields=["release", "measure", "period"],
                condition=Q(locality__isnull=True),
                name="a_city_line_is_released_once",
            ),
            models.CheckConstraint(
                condition=Q(is_hidden=True) | Q(why="", protects=[]),
                name="only_a_hidden_line_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure}, {self.locality or 'city'}, {self.period}"


class VoidedQuarter(models.Model):
    """A quarter whose closing was undone: what the releases up to then say of it is void.

    And what they say of its year.
    """

    quarter = models.ForeignKey(ReportingQuarter, models.PROTECT, related_name="voided")
    up_to = models.ForeignKey(Release, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["quarter", "up_to"]
        constraints = [
            models.UniqueConstraint(
                fields=["quarter", "up_to"], name="a_quarter_of_a_release_is_voided_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.quarter}, void up to {self.up_to}"


class LocalitiesLeftOut(models.Model):
    """A measure whose localities the director leaves out of releases, from then on."""

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="+")
    reason = models.TextField()
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    on_record = ("ended_at",)

    class Meta:
        ordering = ["measure", "decided_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["measure"],
                condition=Q(ended_at__isnull=True),
                name="a_measure_is_left_out_once",
                violation_error_message="The localities of this measure are left out already",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="leaving_out_has_a_reason"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="taking_in_again_has_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure} without its localities"


class KnownNumber(models.Model):
    """A number that was published before or elsewhere, and where (``load_known``)."""

    class KnownPart(models.TextChoices):
        NUMERATOR = "numerator", "Numerator"
        DENOMINATOR = "denominator", "Denominator"
        VALUE = "value", "Value"

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="+")
    locality = models.ForeignKey(Locality, models.PROTECT, null=True, blank=True, related_name="+")
    period = models.CharField(max_length=10)
    part = models.CharField(max_length=11, choices=KnownPart.choices)
    value = models.DecimalField(max_digits=16, decimal_places=4)
    decimals = models.PositiveSmallIntegerField()
    where = models.CharField(max_length=200)

    on_record = ("period", "part", "value")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "locality", "period", "part", "where"],
                name="a_known_number_is_loaded_once",
            ),
            models.UniqueConstraint(
                fields=["measure", "period", "part", "where"],
                condition=Q(locality__isnull=True),
                name="a_known_city_number_is_loaded_once",
            ),
            models.CheckConstraint(condition=~Q(where=""), name="a_known_number_says_where"),
            models.CheckConstraint(
                condition=Q(part__in=["numerator", "denominator", "value"]),
                name="a_known_part_is_known",
            ),
            models.CheckConstraint(
                condition=Q(value__gte=0), name="a_known_number_is_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure}, {self.period}: {self.value}"
