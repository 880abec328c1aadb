"""The vocabulary for asking about the framework, returns, figures and what was said of them."""

from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Count, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from measures.workflow import WITH_THE_TEAM, CorrectionState, QuarterState, ReturnState
from teams.permissions import Scope
from teams.quarters import Quarter

if TYPE_CHECKING:
    from measures import models as ours  # for the type arguments


class Basis(models.TextChoices):
    """Which returns speak in a roll-up (product.md, rule 5)."""

    SIGNED_OFF = "signed-off", "Signed off"
    SUBMITTED = "submitted", "Provisional"


class Audience(models.TextChoices):
    """For whom figures are added up: whoever works here, or outsiders (report.md)."""

    INTERNAL = "internal", "Internal"
    EXTERNAL = "external", "External"


def meets(basis: Basis, prefix: str = "") -> Q:
    """The condition under which a return speaks on this basis.

    A return that was submitted but not signed off when its quarter closed stays missing
    until it is accepted late (product.md, section 2, step 6). ``prefix`` is the path from
    the queried model to the return, such as ``return_made__``.
    """
    signed_off = Q(**{f"{prefix}state": ReturnState.SIGNED_OFF})
    if basis == Basis.SIGNED_OFF:
        return signed_off
    # Closed quarters are looked up once; joined, each figure of a roll-up would ask its quarter.
    quarters = apps.get_model("measures", "ReportingQuarter")._default_manager
    closed = quarters.filter(state=QuarterState.CLOSED).values("pk")
    still_counts = ~Q(**{f"{prefix}quarter__in": closed}) | Q(
        **{f"{prefix}accepted_late_at__isnull": False}
    )
    return signed_off | (Q(**{f"{prefix}state": ReturnState.SUBMITTED}) & still_counts)


TO_BE_FILLED_IN = Q(state__in=WITH_THE_TEAM)
AWAITING_SIGN_OFF = Q(state=ReturnState.SUBMITTED)
# In an open quarter, or accepted late in a closed one.
UNLOCKED = Q(quarter__state=QuarterState.OPEN) | Q(accepted_late_at__isnull=False)
# What an address calls the returns that belong to no locality; no code has a capital letter.
WHOLE_AREA = "NONE"


def covered_by(scope: Scope) -> Q:
    """The returns that ``scope`` covers: its teams, its localities, the city-wide one, or all."""
    if scope.everywhere:
        return Q(pk__isnull=False)
    covered = Q(team__in=scope.teams) | Q(locality__in=scope.localities)
    if scope.city_wide:
        covered |= Q(locality__isnull=True)
    return covered


class QuarterQuerySet(models.QuerySet["ours.ReportingQuarter"]):
    """Quarters, by state."""

    def opened(self) -> Self:
        """Those that were opened, closed ones included: they have returns."""
        return self.exclude(state=QuarterState.UPCOMING)

    def after(self, quarter: Quarter) -> Self:
        """Those that come later."""
        return self.filter(index__gt=quarter.index)

    def collecting(self) -> Self:
        """Those that are open now."""
        return self.filter(state=QuarterState.OPEN)


class DataItemQuerySet(models.QuerySet["ours.DataItem"]):
    """Data items, by when they are asked."""

    def asked_in(self, quarter: Quarter) -> Self:
        """Items whose first and last quarter include ``quarter``."""
        return self.filter(
            Q(from_quarter__isnull=True) | Q(from_quarter__lte=quarter),
            Q(to_quarter__isnull=True) | Q(to_quarter__gte=quarter),
        )


class ReturnQuerySet(models.QuerySet["ours.Return"]):
    """Returns, by whose they are and what waits to be done with them."""

    def within(self, scope: Scope) -> Self:
        """Those that ``scope`` covers: its teams, its localities, or all.

        A locality covers the returns that were made in it, also of a team that moved since.
        """
        return self.filter(covered_by(scope))

    def for_quarter(self, quarter: Quarter) -> Self:
        """Those of one quarter."""
        return self.filter(quarter=quarter.index)

    def in_locality(self, code: str) -> Self:
        """Those of a locality by its code; of ``WHOLE_AREA`` those in none."""
        if code == WHOLE_AREA:
            return self.filter(locality=None)
        return self.filter(locality__code=code)

    def by_locality(self, **counts: Count) -> QuerySet["ours.Return", Any]:
        """The code and name of each locality that has any, with these counts of them.

        In the framework's order; those in none come last, as the whole area's.
        """
        place = F("locality__position").asc(nulls_last=True)
        found: QuerySet[ours.Return, Any] = (
            self.order_by(place, "locality__code")
            .values(
                "locality__position",
                of=Coalesce("locality__code", Value(WHOLE_AREA)),
                named=Coalesce("locality__name", Value("Whole area")),
            )
            .annotate(**counts)
            .values_list("of", "named", *counts)
        )
        return found

    def meeting(self, basis: Basis) -> Self:
        """Those that speak on this basis."""
        return self.filter(meets(basis))

    def with_counts(self) -> Self:
        """With how many questions each is asked and how many are answered, in the same query."""
        answered = Q(figures__value__isnull=False) | ~Q(figures__answer="")
        return self.annotate(asked=Count("figures"), answered=Count("figures", filter=answered))

    def in_order(self) -> Self:
        """By quarter, then as the framework has localities and teams; city-wide ones last."""
        place = F("locality__position").asc(nulls_last=True)
        return self.order_by("quarter", place, "team__position", "team__code")

    def unlocked(self) -> Self:
        """Those in an open quarter, or accepted late in a closed one."""
        return self.filter(UNLOCKED)

    def left_out(self) -> Self:
        """Those that a closed quarter closed without: in no roll-up until accepted late."""
        return self.filter(
            quarter__state=QuarterState.CLOSED, accepted_late_at__isnull=True
        ).exclude(state=ReturnState.SIGNED_OFF)

    def awaiting_sign_off(self) -> Self:
        """Those that wait for a head of service."""
        return self.unlocked().filter(AWAITING_SIGN_OFF)

    def for_pages(self) -> Self:
        """With the names that pages show."""
        people = ("submitted_by", "ready_by")
        return self.select_related("team", "quarter", "locality", "team_type", *people)


class FigureQuerySet(models.QuerySet["ours.Figure"]):
    """Figures, in the order of the framework."""

    def of(self, made: "ours.Return") -> Self:
        """The figures of one return with their items, in order."""
        return self.filter(return_made=made).in_order().select_related("item__part_of")

    def in_order(self) -> Self:
        """With their items, as the framework has these."""
        return self.select_related("item").order_by("item__position", "item__code")


class CommentaryQuerySet(models.QuerySet["ours.Commentary"]):
    """Commentary, by where and when."""

    def about(self, quarters: list[Quarter], locality_ids: list[int | None]) -> Self:
        """For these quarters in these localities; None among them is the city."""
        where = Q(locality__in=[pk for pk in locality_ids if pk is not None])
        if None in locality_ids:
            where |= Q(locality__isnull=True)
        return self.filter(where, quarter__in=quarters).select_related("written_by")


class CorrectionQuerySet(models.QuerySet["ours.Correction"]):
    """Corrections, by what waits."""

    def waiting(self) -> Self:
        """Those that nobody has countersigned or declined yet."""
        return self.filter(state=CorrectionState.PROPOSED)
