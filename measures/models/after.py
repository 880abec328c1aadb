"""What comes after the figures: the story behind them; a closed quarter read, and corrected."""

from django.db import models
from django.db.models import F, Q

from measures.models.framework import Measure, ReportingQuarter
from measures.models.returns import Answer, Figure
from measures.querysets import CommentaryQuerySet, CorrectionQuerySet
from measures.workflow import CorrectionKind, CorrectionState
from teams.models import Locality, User
from teams.quarters import QuarterField


class Commentary(models.Model):
    """The story behind a measure's figure in an area and a quarter (product.md, rule 11)."""

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="commentaries")
    locality = models.ForeignKey(
        Locality, models.PROTECT, null=True, blank=True, related_name="commentaries"
    )
    quarter = QuarterField()
    text = models.TextField()
    version = models.PositiveIntegerField(default=1)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = CommentaryQuerySet.as_manager()

    on_record = ("version",)
    stale_message = "Somebody else changed this commentary while you were writing."

    class Meta:
        ordering = ["measure", "locality", "quarter"]
        verbose_name_plural = "commentary"
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "locality", "quarter"],
                name="one_commentary_per_measure_locality_and_quarter",
            ),
            models.UniqueConstraint(
                fields=["measure", "quarter"],
                condition=Q(locality__isnull=True),
                name="one_city_commentary_per_measure_and_quarter",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="commentary_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.measure}, {self.locality or 'whole area'}, {self.quarter}"


class QuarterReading(models.Model):
    """A board member who read figures of a closed quarter, and when first.

    From then on the closing is not undone (``quarters.closing.why_not_undo``).
    """

    quarter = models.ForeignKey(ReportingQuarter, models.PROTECT, related_name="readings")
    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    first_at = models.DateTimeField()

    class Meta:
        ordering = ["quarter", "first_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["quarter", "person"], name="one_reading_per_quarter_and_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} read {self.quarter}"


class Correction(models.Model):
    """A change to signed-off figures of a closed quarter: proposed, then countersigned.

    One reason can cover several figures. It takes effect when somebody else countersigns, who
    confirms the ``kind`` that it was proposed as.
    """

    reason = models.TextField()
    kind = models.CharField(
        "kind of change",
        max_length=9,
        choices=CorrectionKind.choices,
        blank=True,
        default="",
        db_default="",
    )
    state = models.CharField(
        max_length=15, choices=CorrectionState.choices, default=CorrectionState.PROPOSED
    )
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decision_note = models.TextField(blank=True)

    objects = CorrectionQuerySet.as_manager()

    on_record = ()

    class Meta:
        ordering = ["-proposed_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="correction_has_a_reason"),
            # Those of before there were kinds have none.
            models.CheckConstraint(
                condition=Q(kind__in=["", *CorrectionKind.values]),
                name="correction_kind_is_known",
            ),
            models.CheckConstraint(
                condition=Q(
                    state=CorrectionState.PROPOSED, decided_at__isnull=True, decided_by__isnull=True
                )
                | Q(
                    state__in=[CorrectionState.COUNTERSIGNED, CorrectionState.DECLINED],
                    decided_at__isnull=False,
                    decided_by__isnull=False,
                ),
                name="correction_decision_has_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                name="nobody_countersigns_their_own_correction",
            ),
        ]

    def __str__(self) -> str:
        return f"Correction {self.pk}: {self.reason}"

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has decided it yet."""
        return self.state == CorrectionState.PROPOSED

    @property
    def colour(self) -> str:
        """The colour of its state's tag."""
        return CorrectionState(self.state).colour


class CorrectedFigure(models.Model):
    """One figure in a correction: what it was and what it becomes."""

    correction = models.ForeignKey(Correction, models.PROTECT, related_name="figures")
    figure = models.ForeignKey(Figure, models.PROTECT, related_name="corrections")
    before_value = models.BigIntegerField(null=True, blank=True)
    before_answer = models.CharField(max_length=15, choices=Answer.choices, blank=True)
    after_value = models.BigIntegerField(null=True, blank=True)
    after_answer = models.CharField(max_length=15, choices=Answer.choices, blank=True)
    after_note = models.TextField(blank=True)

    class Meta:
        ordering = ["correction", "figure"]
        constraints = [
            models.UniqueConstraint(
                fields=["correction", "figure"], name="a_figure_stands_once_in_a_correction"
            ),
            models.CheckConstraint(
                condition=Q(after_value__isnull=False, after_value__gte=0, after_answer="")
                | (Q(after_value__isnull=True, after_answer__in=Answer.values) & ~Q(after_note="")),
                name="corrected_to_a_number_or_an_answer_with_its_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.figure} in correction {self.correction_id}"

    @property
    def was(self) -> str:
        """What the figure was, as people read it; needs its item loaded."""
        item = self.figure.item
        return Figure(item=item, value=self.before_value, answer=self.before_answer).shown

    @property
    def becomes(self) -> str:
        """What it becomes."""
        item = self.figure.item
        return Figure(item=item, value=self.after_value, answer=self.after_answer).shown
