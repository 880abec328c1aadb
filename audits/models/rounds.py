"""Audit rounds: which cases are looked at, how they were chosen, in which period."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from audits.models.constraints import check
from audits.models.tools import Tool
from audits.querysets import DONE, RoundQuerySet
from audits.workflow import RoundState, WithState
from earlyhelp.core.conditions import all_of, both_or_neither, implies, none_of, says_something
from teams.models import Locality, Team, User


class RoundKind(models.TextChoices):
    """What kind of look a round takes."""

    CASE_AUDIT = "case-audit", "Case audit"
    MULTI_AGENCY = "multi-agency", "Multi-agency audit"
    COHORT = "cohort", "Cohort follow-up"
    DEEP_DIVE = "deep-dive", "Deep dive"


class Round(WithState, models.Model):
    """A theme, a period and a tool; the cases and their audits hang on it."""

    code = models.SlugField(max_length=60, unique=True)
    theme = models.CharField(max_length=200)
    kind = models.CharField(max_length=15, choices=RoundKind.choices, default=RoundKind.CASE_AUDIT)
    tool = models.ForeignKey(Tool, models.PROTECT, related_name="rounds")
    period_name = models.CharField("period", max_length=60, help_text="Like “December 2015”")
    starts = models.DateField("first day")
    ends = models.DateField("last day")
    state = models.CharField(max_length=10, choices=RoundState.choices, default=RoundState.PLANNING)
    version = models.PositiveIntegerField(default=0)
    compares_with = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="compared_by"
    )
    is_illustrative = models.BooleanField(default=False)
    source_note = models.TextField(blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    opened_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    closing_reason = models.TextField(blank=True)

    objects = RoundQuerySet.as_manager()
    on_record = "state"
    stale_message = "Somebody else changed this round while you were working on it."

    class Meta:
        ordering = ["-ends", "theme"]
        constraints = [
            check("round_kind_is_known", Q(kind__in=RoundKind.values)),
            check("round_has_theme_and_period", says_something("theme", "period_name")),
            check(
                "round_ends_after_it_starts",
                Q(ends__gte=F("starts")),
                "The last day cannot be before the first",
            ),
            check(
                "round_is_not_compared_with_itself",
                Q(compares_with__isnull=True) | ~Q(compares_with=F("id")),
            ),
            check("round_opening_has_who_and_when", both_or_neither("opened_at", "opened_by")),
            check("round_closing_has_who_and_when", both_or_neither("closed_at", "closed_by")),
            check(
                "round_is_where_its_state_says",
                (Q(state=RoundState.PLANNING) & none_of("opened_at", "closed_at"))
                | (Q(state=RoundState.AUDITING) & all_of("opened_at") & none_of("closed_at"))
                | (Q(state=RoundState.CLOSED) & all_of("opened_at", "closed_at")),
            ),
            check(
                "only_a_closed_round_has_a_closing_reason",
                implies(~Q(closing_reason=""), Q(state=RoundState.CLOSED)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.theme}, {self.period_name}"

    @property
    def url(self) -> str:
        """The address of its page."""
        return reverse("round", args=[self.code])

    @property
    def results_url(self) -> str:
        """The address of its results."""
        return reverse("round-results", args=[self.code])

    @property
    def cases_audited(self) -> int:
        """How many of its cases are audited: those that a finding can be noted on; one query."""
        return self.cases.filter(audits__turn=1, audits__state__in=DONE).distinct().count()

    @property
    def has_agencies(self) -> bool:
        """Whether several agencies look at the same case."""
        return self.kind == RoundKind.MULTI_AGENCY

    def clean(self) -> None:
        """Raise ValidationError where it is compared with a round that is not before it."""
        earlier = self.compares_with
        if earlier and self.starts and earlier.ends >= self.starts:
            raise ValidationError({"compares_with": f"“{earlier}” is not before this round"})


class Draw(models.Model):
    """A random selection, kept so that it can be shown to have been fair (``sampling``).

    The list itself is not kept: its digest is, and whoever has the list can draw again. A
    round may have several, one for each team, say.
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="draws")
    population = models.PositiveIntegerField()
    drawn = models.PositiveIntegerField()
    seed = models.CharField(max_length=64)
    list_digest = models.CharField(max_length=64)
    drawn_at = models.DateTimeField()
    drawn_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["round", "id"]
        constraints = [
            check("draw_takes_some_of_its_list", Q(drawn__gte=1, drawn__lte=F("population"))),
            check("draw_can_be_shown", says_something("seed", "list_digest")),
        ]

    def __str__(self) -> str:
        return f"{self.drawn} of {self.population} drawn for {self.round}"


class SampledCase(models.Model):
    """One case of a round. ``serial`` names it everywhere; ``case_number`` is restricted.

    The recording system's number is shown to the auditor, the moderator, the team's manager
    and its head, and stands in no export and not in the record. The locality is remembered
    as it was in the round's last quarter; a case of a past cohort may know neither.
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="cases")
    serial = models.PositiveIntegerField()
    case_number = models.CharField(max_length=40)
    team = models.ForeignKey(
        Team, models.PROTECT, null=True, blank=True, related_name="audited_cases"
    )
    locality = models.ForeignKey(
        Locality, models.PROTECT, null=True, blank=True, related_name="audited_cases"
    )
    worker_role = models.CharField(max_length=60, blank=True)
    draw = models.ForeignKey(Draw, models.PROTECT, null=True, blank=True, related_name="cases")

    class Meta:
        ordering = ["round", "serial"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "serial"], name="one_case_per_round_and_serial"
            ),
            models.UniqueConstraint(
                fields=["round", "case_number"], name="a_case_stands_once_in_a_round"
            ),
            check("case_has_serial_and_number", Q(serial__gte=1) & says_something("case_number")),
        ]

    def __str__(self) -> str:
        return f"Case {self.serial}"
