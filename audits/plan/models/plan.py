"""The action plan: themes, outcomes and what they aim at."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from audits.plan.querysets import AimQuerySet
from earlyhelp.core.conditions import all_of, none_of, says_something
from measures.models import Measure
from teams.models import Locality, User
from teams.quarters import FinancialYear


class Plan(models.Model):
    """One year's action plan."""

    year = models.PositiveSmallIntegerField(
        "financial year", unique=True, help_text="The year in which it starts: 2016 for 2016-17"
    )
    title = models.CharField(max_length=200)
    version = models.PositiveIntegerField(default=0)
    closing_statement = models.TextField(blank=True)

    stale_message = "Somebody else changed this part of the plan meanwhile."

    class Meta:
        ordering = ["-year"]
        constraints = [
            models.CheckConstraint(condition=says_something("title"), name="plan_has_a_title"),
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.financial_year}"

    @property
    def financial_year(self) -> FinancialYear:
        """The year it is for, as a value."""
        return FinancialYear(self.year)

    @property
    def url(self) -> str:
        """Its page."""
        return reverse("plan", args=[self.year])


class Theme(models.Model):
    """A part of a plan, with what is said of it when the year is over."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="themes")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    version = models.PositiveIntegerField(default=0)
    closing_statement = models.TextField(blank=True)

    stale_message = "Somebody else changed this part of the plan meanwhile."

    class Meta:
        ordering = ["plan", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "number"],
                name="one_theme_per_plan_and_number",
                violation_error_message="There is a theme with this number already",
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1) & says_something("name"),
                name="theme_has_number_and_name",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.name}"


class Judged(models.TextChoices):
    """Whether an outcome was achieved; judged by people, apart from its actions."""

    ACHIEVED = "achieved", "Achieved"
    PARTLY = "partly", "Partly achieved"
    NOT = "not", "Not achieved"

    @property
    def colour(self) -> str:
        """The colour of its tag."""
        return {Judged.ACHIEVED: "green", Judged.PARTLY: "yellow", Judged.NOT: "red"}[self]


class Outcome(models.Model):
    """What the plan wants to be true; ``3.10`` is the tenth of theme 3, after ``3.9``."""

    theme = models.ForeignKey(Theme, models.PROTECT, related_name="outcomes")
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    version = models.PositiveIntegerField(default=0)
    judged = models.CharField(max_length=10, choices=Judged.choices, blank=True)
    judged_at = models.DateTimeField(null=True, blank=True)
    judged_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    judged_why = models.TextField(blank=True)

    on_record = "judged"
    stale_message = "Somebody else changed this part of the plan meanwhile."

    class Meta:
        ordering = ["theme", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["theme", "number"],
                name="one_outcome_per_theme_and_number",
                violation_error_message="There is an outcome with this number already",
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1) & says_something("text"),
                name="outcome_has_number_and_text",
            ),
            models.CheckConstraint(
                condition=(Q(judged="", judged_why="") & none_of("judged_at", "judged_by"))
                | (
                    Q(judged__in=Judged.values)
                    & all_of("judged_at", "judged_by")
                    & says_something("judged_why")
                ),
                name="judgement_has_who_when_and_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ref} {self.text}"

    @property
    def ref(self) -> str:
        """``3.4``, as the plan is read; needs the theme loaded."""
        return f"{self.theme.number}.{self.number}"

    @property
    def plan(self) -> Plan:
        """The plan of its theme."""
        return self.theme.plan

    @property
    def judged_colour(self) -> str:
        """The colour of the tag that says whether it was achieved."""
        return Judged(self.judged).colour if self.judged else ""

    @property
    def judgement(self) -> str:
        """``Partly achieved: half of them do``, as files have it; empty before it is judged."""
        return f"{Judged(self.judged).label}: {self.judged_why}" if self.judged else ""


class Aim(models.Model):
    """The level of a measure that an outcome aims at: from 71.2 to 75 by the end of 2016-17.

    An outcome may have several ("feeding back to 75% and helped to 85%"). Levels are in the
    measure's own units, as targets are. An aim that is changed or removed stays, with who
    ended it and why; the one that came in its place ``replaces`` it.
    """

    outcome = models.ForeignKey(Outcome, models.PROTECT, related_name="aims")
    measure = models.ForeignKey(Measure, models.PROTECT, related_name="aims")
    locality = models.ForeignKey(
        Locality, models.PROTECT, null=True, blank=True, related_name="aims"
    )
    year = models.PositiveSmallIntegerField(
        "by the end of", help_text="The year in which it starts: 2016 for 2016-17"
    )
    start = models.DecimalField("from", max_digits=12, decimal_places=4, null=True, blank=True)
    level = models.DecimalField("to", max_digits=12, decimal_places=4)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    ended_why = models.TextField(blank=True)

    objects = AimQuerySet.as_manager()
    stale_message = "Somebody else changed this aim while you were working on it."

    class Meta:
        ordering = ["outcome", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["outcome", "measure", "locality"],
                condition=none_of("ended_at"),
                name="one_aim_per_measure_and_locality",
            ),
            models.UniqueConstraint(
                fields=["outcome", "measure"],
                condition=none_of("ended_at", "locality"),
                name="one_city_aim_per_measure",
            ),
            models.CheckConstraint(
                condition=(none_of("ended_at", "ended_by") & Q(ended_why=""))
                | (all_of("ended_at", "ended_by") & says_something("ended_why")),
                name="ended_aim_has_who_when_and_why",
            ),
            models.CheckConstraint(
                condition=Q(replaces__isnull=True) | ~Q(replaces=F("id")),
                name="aim_does_not_replace_itself",
            ),
            models.CheckConstraint(
                condition=Q(level__gte=0) & (Q(start__isnull=True) | Q(start__gte=0)),
                name="aim_is_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure} to {self.level.normalize():f}"

    @property
    def financial_year(self) -> FinancialYear:
        """The year by whose end it is to be reached."""
        return FinancialYear(self.year)
