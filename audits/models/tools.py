"""Audit tools: what an auditor is asked about a case, and what each grade looks like."""

from django.db import models
from django.db.models import F, Q

from audits.grades import ANSWERS, QUALITY, QUALITY_CHOICES, Grade, IndicatorKind
from audits.models.constraints import check
from audits.querysets import ToolQuerySet
from audits.workflow import ToolState, WithState
from earlyhelp.core.conditions import all_of, both_or_neither, none_of, says_something
from teams.models import User


class Tool(WithState, models.Model):
    """A set of indicators. Once in use it is never changed, only copied to a new version.

    ``edits`` counts saves of a draft, as ``version`` does elsewhere: here that word is the
    tool's own.
    """

    name = models.CharField(max_length=200)
    version = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=ToolState.choices, default=ToolState.DRAFT)
    based_on = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="copies"
    )
    edits = models.PositiveIntegerField(default=0)
    in_use_at = models.DateTimeField(null=True, blank=True)
    in_use_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    retired_at = models.DateTimeField(null=True, blank=True)
    retired_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ToolQuerySet.as_manager()
    on_record = "state"
    version_field = "edits"
    stale_message = "Somebody else changed this tool while you were working on it."

    class Meta:
        ordering = ["name", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["name", "version"],
                name="one_tool_per_name_and_version",
                violation_error_message="There is a tool of this name and version already",
            ),
            check("tool_has_name_and_version", Q(version__gte=1) & says_something("name")),
            check("tool_is_not_based_on_itself", Q(based_on__isnull=True) | ~Q(based_on=F("id"))),
            check("tool_in_use_has_who_and_when", both_or_neither("in_use_at", "in_use_by")),
            check("tool_retired_has_who_and_when", both_or_neither("retired_at", "retired_by")),
            check(
                "tool_is_where_its_state_says",
                (Q(state=ToolState.DRAFT) & none_of("in_use_at", "retired_at"))
                | (Q(state=ToolState.IN_USE) & all_of("in_use_at") & none_of("retired_at"))
                | (Q(state=ToolState.RETIRED) & all_of("in_use_at", "retired_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, version {self.version}"


class Indicator(models.Model):
    """One thing that an auditor answers for every case."""

    tool = models.ForeignKey(Tool, models.CASCADE, related_name="indicators")
    position = models.PositiveSmallIntegerField(default=0)
    code = models.SlugField(max_length=60)
    name = models.CharField(max_length=200)
    kind = models.CharField(
        max_length=10, choices=IndicatorKind.choices, default=IndicatorKind.GRADED
    )
    guidance = models.TextField(blank=True)

    class Meta:
        ordering = ["tool", "position", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["tool", "code"], name="one_indicator_per_tool_and_code"
            ),
            check("indicator_kind_is_known", Q(kind__in=IndicatorKind.values)),
            check("indicator_has_code_and_name", says_something("code", "name")),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def answers(self) -> tuple[Grade, ...]:
        """The grades that can be given for it."""
        return ANSWERS[IndicatorKind(self.kind)]


class GradeGuidance(models.Model):
    """What one grade looks like for one indicator."""

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="grade_guidance")
    grade = models.CharField(max_length=20, choices=QUALITY_CHOICES)
    text = models.TextField()

    class Meta:
        ordering = ["indicator", "id"]
        verbose_name_plural = "grade guidance"
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "grade"], name="one_guidance_per_indicator_and_grade"
            ),
            check("guidance_is_for_a_judgement_of_quality", Q(grade__in=QUALITY)),
            check("guidance_says_something", says_something("text")),
        ]

    def __str__(self) -> str:
        return f"{self.indicator}: {self.get_grade_display()}"


class Choice(models.Model):
    """One of the things that an indicator offers to choose from."""

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="choices")
    position = models.PositiveSmallIntegerField(default=0)
    code = models.SlugField(max_length=60)
    label = models.CharField(max_length=200)

    class Meta:
        ordering = ["indicator", "position", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "code"], name="one_choice_per_indicator_and_code"
            ),
            check("choice_has_code_and_label", says_something("code", "label")),
        ]

    def __str__(self) -> str:
        return self.label
