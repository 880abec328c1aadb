"""What the figures of closed quarters add up to, kept so that no page adds them up again."""

from django.db import models
from django.db.models import Q

from measures.models.framework import DataItem, ReportingQuarter
from teams.models import Locality, TeamType


class KeptSum(models.Model):
    """The sum of one question over the returns of an area, of one kind of team, in a quarter.

    A closed quarter has one for each locality (none: city-wide) and one for the whole council
    (``is_whole``), by kind of team, question, and whether the returns are signed off (others
    speak on the provisional basis alone); or it has none at all, and its figures are added up
    when they are asked for. ``total`` counts units of the question's last decimal. Only
    ``actions.sums`` writes them, and the database itself takes them out as soon as a figure or
    a return of the quarter changes (``measures.triggers``).
    """

    # One index serves every question that is asked of them.
    quarter = models.ForeignKey(ReportingQuarter, models.PROTECT, related_name="+", db_index=False)
    locality = models.ForeignKey(
        Locality, models.PROTECT, null=True, related_name="+", db_index=False
    )
    is_whole = models.BooleanField(default=False)
    team_type = models.ForeignKey(TeamType, models.PROTECT, related_name="+", db_index=False)
    item = models.ForeignKey(DataItem, models.PROTECT, related_name="+", db_index=False)
    is_signed_off = models.BooleanField()
    total = models.BigIntegerField()

    class Meta:
        indexes = [
            # Carries the total, so that the rows themselves are never read.
            models.Index(
                fields=[
                    *("quarter", "is_whole", "locality", "is_signed_off"),
                    *("team_type", "item", "total"),
                ],
                name="kept_sum",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["quarter", "locality", "team_type", "item", "is_signed_off"],
                name="one_kept_sum_in_a_locality",
            ),
            models.UniqueConstraint(
                fields=["quarter", "is_whole", "team_type", "item", "is_signed_off"],
                condition=Q(locality__isnull=True),
                name="one_kept_sum_without_a_locality",
            ),
            models.CheckConstraint(
                condition=Q(is_whole=False) | Q(locality__isnull=True),
                name="a_sum_of_the_whole_has_no_locality",
            ),
            models.CheckConstraint(condition=Q(total__gte=0), name="kept_sum_is_not_below_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.item}, {self.quarter}: {self.total}"
