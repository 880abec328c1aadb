"""What a round found: strengths, areas for improvement, recommendations."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from audits.models.constraints import check
from audits.models.rounds import Round
from audits.models.tools import Indicator
from audits.plan.models.action import Action, Source
from earlyhelp.core.conditions import says_something
from teams.models import User


class FindingKind(models.TextChoices):
    """Whether a finding is good news."""

    STRENGTH = "strength", "Strength"
    IMPROVEMENT = "improvement", "For improvement"


class Finding(models.Model):
    """One thing that a round found, and in how many cases auditors noted it."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="findings")
    kind = models.CharField(max_length=12, choices=FindingKind.choices)
    text = models.TextField()
    indicators = models.ManyToManyField(Indicator, related_name="findings", blank=True)
    cases = models.PositiveSmallIntegerField("noted on so many cases", null=True, blank=True)
    agency = models.CharField(
        max_length=100, blank=True, help_text="Whom it is addressed to; empty: the service itself"
    )
    is_recommendation = models.BooleanField(default=False)
    actions = models.ManyToManyField(Action, through="FindingAction", related_name="+")
    version = models.PositiveIntegerField(default=1)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    on_record = ()
    stale_message = "Somebody else changed this finding while you were working on it."

    class Meta:
        ordering = ["round", "-kind", "id"]
        constraints = [
            check("finding_kind_is_known", Q(kind__in=FindingKind.values)),
            check("finding_says_something", says_something("text")),
            check("finding_is_on_some_case", Q(cases__isnull=True) | Q(cases__gte=1)),
        ]

    def __str__(self) -> str:
        return self.text


class FindingAction(models.Model):
    """The finding that an action of the plan comes from: one at most, of a fitting source."""

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="+")
    action = models.OneToOneField(Action, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.action_id} of {self.finding_id}"

    def clean(self) -> None:
        """Refuse an action that says it comes from something else; no constraint spans tables."""
        if self.action.source != Source.AUDIT_FINDING:
            raise ValidationError({"action": "This action does not come from an audit's finding"})
