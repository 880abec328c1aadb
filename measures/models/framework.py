"""The framework: quarters, what is counted in them, and how it is reported."""

from collections.abc import Callable, Mapping
from typing import ClassVar

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q

from earlyhelp.core.events.models import VersionOnRecord
from measures.querysets import DataItemQuerySet, QuarterQuerySet
from measures.workflow import QuarterState
from teams.models import Locality, TeamType, User
from teams.models.organisation import Coded
from teams.quarters import FinancialYear, Quarter, QuarterField


class ReportingQuarter(models.Model):
    """A quarter for which figures are collected; its key is the quarter's index."""

    index = models.SmallIntegerField(primary_key=True, editable=False)
    due_on = models.DateField("returns due on")
    state = models.CharField(
        max_length=10, choices=QuarterState.choices, default=QuarterState.UPCOMING, editable=False
    )
    opened_at = models.DateTimeField(null=True, blank=True, editable=False)
    opened_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    closed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    closing_reason = models.TextField(blank=True, editable=False)

    objects = QuarterQuerySet.as_manager()

    on_record = "state"

    class Meta:
        ordering = ["index"]
        verbose_name = "quarter"
        constraints = [
            models.CheckConstraint(
                condition=Q(opened_at__isnull=False) | Q(opened_by__isnull=True),
                name="quarter_opened_by_somebody_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=False) | Q(closed_by__isnull=True),
                name="quarter_closed_by_somebody_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state=QuarterState.UPCOMING, opened_at__isnull=True)
                | Q(
                    state__in=[QuarterState.OPEN, QuarterState.CLOSED],
                    opened_at__isnull=False,
                ),
                name="quarter_is_opened_when_its_state_says_so",
            ),
            models.CheckConstraint(
                condition=Q(state=QuarterState.CLOSED, closed_at__isnull=False)
                | Q(
                    state__in=[QuarterState.UPCOMING, QuarterState.OPEN],
                    closed_at__isnull=True,
                    closing_reason="",
                ),
                name="quarter_is_closed_when_its_state_says_so",
            ),
        ]

    def __str__(self) -> str:
        return str(self.quarter)

    @property
    def quarter(self) -> Quarter:
        """The quarter as a value."""
        return Quarter(self.index)

    @property
    def is_open(self) -> bool:
        """Whether figures can be entered."""
        return self.state == QuarterState.OPEN

    @property
    def is_closed(self) -> bool:
        """Whether it is locked for everyone."""
        return self.state == QuarterState.CLOSED

    @property
    def colour(self) -> str:
        """The colour of its state's tag."""
        return QuarterState(self.state).colour


class Timing(models.TextChoices):
    """How an item is counted over time (product.md, Words)."""

    SNAPSHOT = "snapshot", "At quarter end"
    FLOW = "flow", "In the quarter"


class Protect(models.TextChoices):
    """Whether small numbers of a question can say something about somebody."""

    YES = "yes", "Yes: hide small numbers from outsiders"
    NO = "no", "No"


# What small numbers can tell on: questions that count these are protected unless they say no.
PROTECTED = frozenset({"children", "families", "people", "cases"})


def is_protected(protect: str, counts: str) -> bool:
    """Whether small numbers of a question are hidden from outsiders: as it says, or its noun."""
    return protect == Protect.YES if protect else counts.strip().lower() in PROTECTED


class AlsoCalled(Coded):
    """What has other names than its own, by which texts may speak of it."""

    also_called = models.CharField(
        max_length=500,
        blank=True,
        default="",
        db_default="",
        help_text="Other names for it in reports, separated by semicolons",
    )

    class Meta(Coded.Meta):
        abstract = True


class DataItem(AlsoCalled):
    """One thing that is counted and entered once; pages call it a question."""

    group = models.CharField(max_length=100, help_text="The part of the return it stands in")
    timing = models.CharField(max_length=10, choices=Timing.choices)
    decimals = models.PositiveSmallIntegerField(
        default=0,
        validators=[MaxValueValidator(2)],
        help_text="0 for whole numbers; 1 or 2 for full-time equivalents and hours",
    )
    part_of = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="parts",
        help_text="The question that this one cannot exceed",
    )
    team_types = models.ManyToManyField(
        TeamType, related_name="data_items", verbose_name="asked of", blank=True
    )
    definition = models.TextField(help_text="What counts and what does not")
    counts = models.CharField(
        max_length=60, blank=True, help_text="What it counts, in the plural: cases, families"
    )
    distinct = models.BooleanField(
        "different people", default=False, help_text="Counts each person once in the quarter"
    )
    from_quarter = QuarterField(null=True, blank=True)
    to_quarter = QuarterField(null=True, blank=True)
    protect = models.CharField(
        max_length=3,
        choices=Protect.choices,
        blank=True,
        default="",
        db_default="",
        help_text="Hide small numbers from board members; empty: yes where it counts "
        "children, families, people or cases",
    )

    objects = DataItemQuerySet.as_manager()

    class Meta(Coded.Meta):
        verbose_name = "question"
        constraints = [
            models.CheckConstraint(
                condition=Q(timing__in=Timing.values), name="item_timing_is_snapshot_or_flow"
            ),
            models.CheckConstraint(condition=Q(decimals__lte=2), name="item_decimals_at_most_2"),
            models.CheckConstraint(
                condition=Q(protect__in=["", *Protect.values]),
                name="item_protect_is_yes_no_or_empty",
            ),
            models.CheckConstraint(
                condition=Q(part_of__isnull=True) | ~Q(part_of=F("id")),
                name="item_is_not_part_of_itself",
                violation_error_message="A question cannot be part of itself",
            ),
            models.CheckConstraint(
                condition=Q(from_quarter__isnull=True)
                | Q(to_quarter__isnull=True)
                | Q(to_quarter__gte=F("from_quarter")),
                name="item_ends_after_it_starts",
                violation_error_message="The last quarter cannot be before the first",
            ),
        ]

    @property
    def is_snapshot(self) -> bool:
        """Whether it is counted on the quarter's last day, so that quarters never add up."""
        return self.timing == Timing.SNAPSHOT


class Question(models.Model):
    """A data item asked of a kind of team in a quarter, kept as it was when the quarter opened.

    All teams of one kind are asked the same in a quarter, so that the roll-up knows from a
    team's kind what was expected of it, whatever the framework says today.
    """

    quarter = models.ForeignKey(ReportingQuarter, models.PROTECT, related_name="questions")
    team_type = models.ForeignKey(TeamType, models.PROTECT, related_name="questions")
    item = models.ForeignKey(DataItem, models.PROTECT, related_name="questions")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["quarter", "team_type", "item"], name="a_question_is_asked_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.item} of {self.team_type} in {self.quarter}"


class Heading(models.TextChoices):
    """The framework's three questions, from Outcomes-Based Accountability."""

    HOW_MUCH = "how-much", "How much"
    HOW_WELL = "how-well", "How well"
    IMPACT = "impact", "Impact"


class Measure(AlsoCalled):
    """How data items are reported: a count, or a numerator over added-up denominators."""

    class Good(models.TextChoices):
        """Which way is better; neither for counts of work and for escalation."""

        HIGHER = "higher", "Higher is better"
        LOWER = "lower", "Lower is better"
        NEITHER = "neither", "Neither is better by itself"

    class Scale(models.IntegerChoices):
        """What the ratio is multiplied by to be shown."""

        ONE = 1, "An average (or a count)"
        PERCENT = 100, "Per cent"
        PER_THOUSAND = 1000, "Per 1,000"
        PER_TEN_THOUSAND = 10000, "Per 10,000"
        PER_HUNDRED_THOUSAND = 100000, "Per 100,000"

    heading = models.CharField(max_length=10, choices=Heading.choices)
    numerator = models.ForeignKey(DataItem, models.PROTECT, related_name="measures_counting")
    denominators = models.ManyToManyField(
        DataItem, through="Denominator", related_name="measures_dividing"
    )
    scale = models.PositiveIntegerField(choices=Scale.choices, default=Scale.ONE)
    good = models.CharField("good direction", max_length=10, choices=Good.choices)
    decimals = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(4)])
    definition = models.TextField(blank=True)
    rest = models.BooleanField(
        "the rest is about people too",
        default=False,
        db_default=False,
        help_text="What is left of the denominator says something about a person as well, "
        "so a small rest is hidden from board members",
    )

    class Meta(Coded.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(scale__in=[1, 100, 1000, 10000, 100000]), name="measure_scale_is_known"
            ),
            models.CheckConstraint(
                condition=Q(heading__in=Heading.values), name="measure_heading_is_known"
            ),
            models.CheckConstraint(
                condition=Q(good__in=["higher", "lower", "neither"]),
                name="measure_good_direction_is_known",
            ),
        ]


class Denominator(models.Model):
    """One of the items whose sum a measure is divided by."""

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="denominator_items")
    item = models.ForeignKey(DataItem, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["measure", "position"]
        constraints = [
            models.UniqueConstraint(fields=["measure", "item"], name="a_denominator_is_added_once")
        ]

    def __str__(self) -> str:
        return f"{self.measure} over {self.item}"


class Target(VersionOnRecord, models.Model):
    """What a measure should reach in a financial year, for the city or for a locality."""

    # How its history tells what the record holds.
    read_as: ClassVar[Mapping[str, Callable[[str], str]]] = {
        "year": lambda year: str(FinancialYear(int(year)))
    }

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="targets")
    year = models.PositiveSmallIntegerField(
        "financial year", help_text="The year in which it starts: 2016 for 2016-17"
    )
    locality = models.ForeignKey(
        Locality, models.PROTECT, null=True, blank=True, related_name="targets"
    )
    target = models.DecimalField(max_digits=12, decimal_places=4)
    close_within = models.DecimalField(
        max_digits=12,
        decimal_places=4,
        default=0,
        help_text="“Close” is within so many of the measure's own units",
    )

    class Meta:
        ordering = ["measure", "year", "locality"]
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "year", "locality"],
                name="one_target_per_measure_year_and_locality",
                violation_error_message="This target is already there: change it instead",
            ),
            models.UniqueConstraint(
                fields=["measure", "year"],
                condition=Q(locality__isnull=True),
                name="one_city_target_per_measure_and_year",
                violation_error_message="This target is already there: change it instead",
            ),
            models.CheckConstraint(
                condition=Q(target__gte=0, close_within__gte=0), name="target_is_not_negative"
            ),
        ]

    def __str__(self) -> str:
        where = self.locality or "whole area"
        return f"{self.measure}, {self.financial_year}, {where}"

    @property
    def financial_year(self) -> FinancialYear:
        """The year it is for, as a value."""
        return FinancialYear(self.year)


class SeriesBreak(VersionOnRecord, models.Model):
    """A quarter from which an item's figures are not comparable with earlier ones."""

    item = models.ForeignKey(DataItem, models.PROTECT, related_name="series_breaks")
    quarter = QuarterField()
    reason = models.CharField(max_length=200)

    class Meta:
        ordering = ["item", "quarter"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "quarter"],
                name="one_break_per_item_and_quarter",
                violation_error_message="This break is already there: change it instead",
            )
        ]

    def __str__(self) -> str:
        return f"{self.item} from {self.quarter}: {self.reason}"
