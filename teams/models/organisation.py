"""The council's shape: localities, kinds of team, teams, and where each team stood when."""

import datetime as dt

from django.db import models
from django.db.models import F, Q

from earlyhelp.core.events.models import VersionOnRecord
from teams.quarters import Quarter, QuarterField
from teams.querysets import TeamQuerySet


class Coded(VersionOnRecord, models.Model):
    """Something that files name by a code and pages by a name, in the framework's order."""

    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    position = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        abstract = True
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name


class Council(models.Model):
    """The council whose framework this is; there is one."""

    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    area_name = models.CharField(
        "name of the whole area", max_length=200, help_text="Like “Derby city”"
    )

    def __str__(self) -> str:
        return self.name

    @classmethod
    def whole_area(cls) -> str:
        """What the whole area is called: "Derby city", or a county's name."""
        name = cls.objects.values_list("area_name", flat=True).first()
        return name or "the whole area"


class Locality(Coded):
    """A part of the council's area with teams of its own."""

    class Meta(Coded.Meta):
        verbose_name_plural = "localities"


class TeamType(Coded):
    """A kind of team: what decides which questions it is asked."""


class Team(Coded):
    """A team that makes returns; without a locality it counts for the city as a whole."""

    type = models.ForeignKey(TeamType, models.PROTECT, related_name="teams")
    locality = models.ForeignKey(
        Locality,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="first_teams",
        verbose_name="first locality",
        help_text="Where it was at first; leave empty for a city-wide team",
    )
    opened = models.DateField(null=True, blank=True)
    closed = models.DateField("last open day", null=True, blank=True)
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="predecessors"
    )

    objects = TeamQuerySet.as_manager()

    class Meta(Coded.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(closed__isnull=True)
                | Q(opened__isnull=True)
                | Q(closed__gte=F("opened")),
                name="team_closes_after_it_opens",
                violation_error_message="A team cannot close before it opens",
            ),
            models.CheckConstraint(
                condition=Q(successor__isnull=True) | ~Q(successor=F("id")),
                name="team_does_not_succeed_itself",
                violation_error_message="A team cannot be its own successor",
            ),
        ]

    def is_open_on(self, day: dt.date) -> bool:
        """Whether the team works on ``day``; the closing date is its last open day."""
        return (self.opened is None or self.opened <= day) and (
            self.closed is None or day <= self.closed
        )

    def is_open_in(self, quarter: Quarter) -> bool:
        """Whether the team is open on any day of ``quarter``, so that a return is due."""
        return (self.opened is None or self.opened <= quarter.last_day) and (
            self.closed is None or quarter.first_day <= self.closed
        )

    def locality_id_in(self, quarter: Quarter) -> int | None:
        """The locality in which the team stands in ``quarter`` (product.md, rule 6).

        Reads the team's placements, which the caller should have prefetched.
        """
        moves = [p for p in self.placements.all() if p.from_quarter <= quarter]
        if not moves:
            return self.locality_id
        return max(moves, key=lambda move: move.from_quarter).locality_id


class Placement(VersionOnRecord, models.Model):
    """A team's move: from this quarter on it stands in this locality, until the next one."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="placements")
    locality = models.ForeignKey(Locality, models.PROTECT, related_name="placements")
    from_quarter = QuarterField()

    class Meta:
        ordering = ["team", "from_quarter"]
        constraints = [
            models.UniqueConstraint(
                fields=["team", "from_quarter"],
                name="one_placement_per_team_and_starting_quarter",
                violation_error_message="This team already moves in that quarter",
            )
        ]

    def __str__(self) -> str:
        return f"{self.team} in {self.locality} from {self.from_quarter}"
