"""Which returns a tally is about, and what their areas are called."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.db.models import Case, F, Q, QuerySet, Value, When
from django.db.models.expressions import Expression
from django.db.models.fields import BigIntegerField

from measures.counting.aggregates.shape import Key
from measures.models import Figure, Return
from measures.querysets import Basis, FigureQuerySet, meets
from teams.quarters import FinancialYear, Quarter


def closed_years(is_closed: Mapping[Quarter, bool]) -> set[FinancialYear]:
    """The years that are over and closed as a whole, among the opened quarters' years."""
    still_open = {quarter.year for quarter, closed in is_closed.items() if not closed}
    ended = {quarter.year for quarter in is_closed if quarter == quarter.year.quarters[-1]}
    return ended - still_open


class Span(NamedTuple):
    """Which returns, in which quarters, on which basis they speak."""

    where: Q
    quarters: tuple[int, ...]
    basis: Basis

    def returns(self) -> QuerySet[Return]:
        """All of them, whether they speak or not."""
        return Return.objects.filter(self.where, quarter__in=self.quarters).order_by()

    def figures(self) -> FigureQuerySet:
        """The figures of those that speak."""
        return Figure.objects.filter(
            _through(self.where),
            meets(self.basis, "return_made__"),
            return_made__quarter__in=self.quarters,
        ).order_by()


class Keyed(NamedTuple):
    """What a team-quarter's area is called: its team, where it was made, or where it is now."""

    by_team: bool
    now: tuple[tuple[int, Key], ...]

    def key(self, prefix: str) -> Expression:
        """The same as an expression; ``prefix`` leads to the return."""
        if self.by_team:
            return F(f"{prefix}team_id")  # type: ignore[return-value]  # F resolves to one
        if not self.now:
            return F(f"{prefix}locality_id")  # type: ignore[return-value]
        there: dict[Key, list[int]] = defaultdict(list)
        for team_id, locality_id in self.now:
            there[locality_id].append(team_id)
        return Case(
            *(
                When(**{f"{prefix}team__in": teams}, then=Value(locality_id, BigIntegerField()))
                for locality_id, teams in there.items()
            ),
            default=F(f"{prefix}locality_id"),
            output_field=BigIntegerField(),
        )


def _through(where: Q) -> Q:
    """The same condition asked of a figure's return."""
    parts: list[Any] = list(where.children)
    found = Q(_connector=where.connector, _negated=where.negated)
    found.children = [
        _through(part) if isinstance(part, Q) else (f"return_made__{part[0]}", part[1])
        for part in parts
    ]
    return found
