"""Returns and the figures in them: the only place where a number is kept."""

import datetime as dt
from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from earlyhelp.core.actor import Route
from measures.models.framework import DataItem, ReportingQuarter
from measures.querysets import FigureQuerySet, ReturnQuerySet
from measures.workflow import WITH_THE_TEAM, ReturnState
from teams.models import Locality, Team, TeamType, User


def _pair(who: str, when: str) -> Q:
    """Both known or neither."""
    return Q(**{f"{who}__isnull": True, f"{when}__isnull": True}) | Q(
        **{f"{who}__isnull": False, f"{when}__isnull": False}
    )


class Return(models.Model):
    """One team's set of figures for one quarter.

    It remembers the team's locality and kind in that quarter, so that a reorganisation
    does not rewrite history (product.md, rule 6). ``version`` counts saves: a save names
    the version it was made from, and a stale one is answered with both.
    """

    team = models.ForeignKey(Team, models.PROTECT, related_name="returns")
    quarter = models.ForeignKey(ReportingQuarter, models.PROTECT, related_name="returns")
    locality = models.ForeignKey(
        Locality, models.PROTECT, null=True, blank=True, related_name="returns"
    )
    team_type = models.ForeignKey(TeamType, models.PROTECT, related_name="returns")
    state = models.CharField(max_length=12, choices=ReturnState.choices, default=ReturnState.DUE)
    version = models.PositiveIntegerField(default=0)
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    signed_off_at = models.DateTimeField(null=True, blank=True)
    signed_off_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    signed_off_route = models.CharField(max_length=10, choices=Route.choices, blank=True)
    returned_at = models.DateTimeField(null=True, blank=True)
    returned_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    return_reason = models.TextField(blank=True)
    response = models.TextField("what the team answered", blank=True)
    ready_at = models.DateTimeField(null=True, blank=True)
    ready_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    accepted_late_at = models.DateTimeField(null=True, blank=True)
    accepted_late_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ReturnQuerySet.as_manager()

    on_record = "state"
    stale_message = "Somebody else saved this return while you were working on it."

    class Meta:
        ordering = ["quarter", "team__position", "team__code"]
        indexes = [
            # Carries what a roll-up reads of a return on the signed-off basis.
            models.Index(
                fields=["quarter", "locality", "state", "team_type", "team"],
                name="return_by_area",
            ),
            # The few that a roll-up says are revised since their quarter closed.
            models.Index(
                fields=["id"],
                condition=Q(accepted_late_at__isnull=False),
                name="return_accepted_late",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["team", "quarter"], name="one_return_per_team_and_quarter"
            ),
            models.CheckConstraint(
                condition=Q(state__in=ReturnState.values), name="return_state_is_known"
            ),
            # A return signed off from a file has a time of submission without a person.
            models.CheckConstraint(
                condition=_pair("submitted_by", "submitted_at")
                | Q(
                    submitted_by__isnull=True,
                    submitted_at__isnull=False,
                    signed_off_route=Route.IMPORT,
                ),
                name="submission_has_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(
                    signed_off_at__isnull=True, signed_off_by__isnull=True, signed_off_route=""
                )
                | Q(
                    signed_off_at__isnull=False,
                    signed_off_by__isnull=False,
                    signed_off_route=Route.FORM,
                )
                | Q(
                    signed_off_at__isnull=False,
                    signed_off_by__isnull=True,
                    signed_off_route=Route.IMPORT,
                ),
                name="sign_off_has_who_and_when_or_came_by_import",
            ),
            models.CheckConstraint(
                condition=Q(state=ReturnState.SIGNED_OFF, signed_off_at__isnull=False)
                | (~Q(state=ReturnState.SIGNED_OFF) & Q(signed_off_at__isnull=True)),
                name="return_is_signed_off_when_its_state_says_so",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[ReturnState.SUBMITTED, ReturnState.SIGNED_OFF],
                    submitted_at__isnull=False,
                )
                | Q(state__in=list(WITH_THE_TEAM), submitted_at__isnull=True),
                name="return_is_submitted_when_its_state_says_so",
            ),
            models.CheckConstraint(
                condition=Q(signed_off_by__isnull=True)
                | Q(submitted_by__isnull=True)
                | ~Q(signed_off_by=F("submitted_by")),
                name="nobody_signs_off_what_they_submitted",
            ),
            models.CheckConstraint(
                condition=Q(returned_at__isnull=True, returned_by__isnull=True, return_reason="")
                | (Q(returned_at__isnull=False, returned_by__isnull=False) & ~Q(return_reason="")),
                name="a_returned_return_has_who_when_and_why",
            ),
            models.CheckConstraint(
                condition=~Q(state=ReturnState.RETURNED) | Q(returned_at__isnull=False),
                name="return_was_sent_back_when_its_state_says_so",
            ),
            models.CheckConstraint(
                condition=_pair("accepted_late_by", "accepted_late_at"),
                name="acceptance_has_who_and_when",
            ),
            models.CheckConstraint(
                condition=_pair("ready_by", "ready_at"), name="readiness_has_who_and_when"
            ),
            models.CheckConstraint(
                condition=Q(ready_at__isnull=True) | Q(state__in=list(WITH_THE_TEAM)),
                name="only_a_return_with_its_team_is_ready",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team}, {self.quarter}"

    @property
    def is_city_wide(self) -> bool:
        """Whether it belongs to no locality: the performance team's own return."""
        return self.locality_id is None

    def is_late_on(self, day: dt.date) -> bool:
        """Whether it is still to be submitted after its due date."""
        return self.state in WITH_THE_TEAM and day > self.quarter.due_on

    @property
    def colour(self) -> str:
        """The colour of its state's tag."""
        return ReturnState(self.state).colour


class Answer(models.TextChoices):
    """What stands in place of a number (product.md, rule 1); each comes with a reason."""

    NOT_APPLICABLE = "not-applicable", "Not applicable to this team"
    NOT_PROVIDED = "not-provided", "Could not be provided"


class Figure(models.Model):
    """The answer to one data item in one return: a number, an answer, or nothing yet.

    ``value`` counts whole units of the item's last decimal (12.5 of an item with one
    decimal is kept as 125), so that it is exact on every database. ``explained_value`` is the
    value for which the explanation was written: words belong to a value, and are read as words
    on another by nobody.
    """

    return_made = models.ForeignKey(
        Return, models.PROTECT, related_name="figures", db_column="return_id", db_index=False
    )
    item = models.ForeignKey(DataItem, models.PROTECT, related_name="figures")
    value = models.BigIntegerField(null=True, blank=True)
    answer = models.CharField(max_length=15, choices=Answer.choices, blank=True)
    note = models.TextField(blank=True)
    explanation = models.TextField(blank=True)
    explained_value = models.BigIntegerField(null=True, blank=True)
    is_confirmed = models.BooleanField(default=True)
    is_queried = models.BooleanField(default=False)
    entered_at = models.DateTimeField(null=True, blank=True)
    entered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    entered_route = models.CharField(max_length=10, choices=Route.choices, blank=True)

    objects = FigureQuerySet.as_manager()

    class Meta:
        ordering = ["return_made", "item__position"]
        indexes = [
            # Carries the value, so that a roll-up never reads the table itself.
            models.Index(fields=["return_made", "item", "value"], name="figure_sum"),
            models.Index(
                fields=["return_made", "item"],
                condition=Q(value__isnull=True),
                name="figure_gap",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["return_made", "item"], name="one_figure_per_return_and_item"
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | Q(value__gte=0),
                name="figure_is_not_below_zero",
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | Q(answer=""),
                name="figure_has_a_value_or_an_answer_not_both",
            ),
            models.CheckConstraint(
                condition=Q(answer__in=["", *Answer.values]), name="figure_answer_is_known"
            ),
            models.CheckConstraint(
                condition=Q(answer="") | ~Q(note=""), name="an_answer_has_its_reason"
            ),
            models.CheckConstraint(
                condition=Q(entered_at__isnull=True, entered_by__isnull=True, entered_route="")
                | (Q(entered_at__isnull=False, entered_by__isnull=False) & ~Q(entered_route=""))
                | Q(
                    entered_at__isnull=False,
                    entered_by__isnull=True,
                    entered_route__in=[Route.IMPORT, Route.COMMAND],
                ),
                name="entry_has_who_and_when_or_came_from_a_file",
            ),
            models.CheckConstraint(
                condition=Q(is_confirmed=True) | Q(entered_at__isnull=False),
                name="only_an_entered_figure_waits_for_confirmation",
            ),
            # Words written before there was a number wait for it.
            models.CheckConstraint(
                condition=Q(explanation="", explained_value__isnull=True)
                | (~Q(explanation="") & (Q(value__isnull=True) | Q(explained_value__isnull=False))),
                name="an_explanation_says_for_which_value",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.shown}"

    @property
    def is_answered(self) -> bool:
        """Whether it is a number, not applicable or not provided."""
        return self.value is not None or bool(self.answer)

    @property
    def explains(self) -> str:
        """The team's words on the number that stands here; none where they are on another."""
        is_its = self.value is not None and self.explained_value == self.value
        return self.explanation if is_its else ""

    @property
    def written_about(self) -> str:
        """The other number for which its words were written; empty where there is none."""
        if self.explained_value is None or self.explained_value == self.value:
            return ""
        return Figure(item=self.item, value=self.explained_value).shown

    @property
    def number(self) -> Decimal | None:
        """The value in the item's own decimals; needs the item loaded."""
        return None if self.value is None else Decimal(self.value).scaleb(-self.item.decimals)

    @property
    def shown(self) -> str:
        """The number with thousands separated, the answer in words, or "not answered"."""
        if self.value is not None:
            return f"{self.number:,.{self.item.decimals}f}"
        return self.get_answer_display() if self.answer else "Not answered yet"
