"""What a team said before: the figures that stand beside the box and feed the checks."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from earlyhelp.core.compiled_queries import fetch
from measures.counting.aggregates.ids import OneOf, one_of
from measures.counting.catalogue import Break
from measures.models import Answer, Figure, Return, SeriesBreak
from measures.querysets import Basis, meets
from measures.returns.answers import GivenAnswer
from teams.quarters import Quarter

# Two years: last quarter, the same quarter last year, and enough to know what is usual.
QUARTERS_BACK = 8


@dataclass(frozen=True)
class History:
    """What a team submitted or signed off before a quarter, and the series breaks, by item id.

    Numbers and answers, without words.
    """

    quarter: Quarter
    answers: Mapping[int, Mapping[Quarter, GivenAnswer]]
    all_breaks: Mapping[int, Sequence[Break]]

    def said(self, item_id: int, quarter: Quarter) -> GivenAnswer | None:
        """The answer in an earlier quarter; None where there was none."""
        return self.answers.get(item_id, {}).get(quarter)

    def value(self, item_id: int, quarter: Quarter) -> int | None:
        """The number in an earlier quarter; None where there was none."""
        said = self.said(item_id, quarter)
        return None if said is None else said.value

    def breaks(self, item_id: int) -> list[Break]:
        """The breaks of an item up to this quarter, in time order."""
        return [one for one in self.all_breaks.get(item_id, ()) if one.quarter <= self.quarter]

    @cached_property
    def comparable(self) -> dict[int, list[int | None]]:
        """Each item's values of the eight quarters before, latest first, for the checks.

        Values from before an item's last series break are left out: they say nothing about
        what is usual now.
        """
        return {item_id: self._comparable_of(item_id) for item_id in self.answers}

    def _comparable_of(self, item_id: int) -> list[int | None]:
        start = max((one.quarter for one in self.breaks(item_id)), default=Quarter(0))
        quarters = (self.quarter - back for back in range(1, QUARTERS_BACK + 1))
        return [self.value(item_id, past) for past in quarters if past >= start]


def histories(returns: Collection[Return]) -> dict[int, History]:
    """What the teams of these returns said before, by return id; two queries for all of them."""
    if not returns:
        return {}
    answers: dict[int, dict[int, dict[Quarter, GivenAnswer]]] = defaultdict(
        lambda: defaultdict(dict)
    )
    quarters = [Quarter(made.quarter_id) for made in returns]
    teams = one_of(sorted({made.team_id for made in returns}))
    span = (min(quarters) - QUARTERS_BACK).index, max(quarters).index
    for team_id, item_id, quarter, value, answer in fetch(_figures_before, *span, **teams):
        answers[team_id][item_id][Quarter(quarter)] = GivenAnswer(value, answer)
    breaks: dict[int, list[Break]] = defaultdict(list)
    for item_id, quarter, reason in fetch(_breaks):
        breaks[item_id].append(Break(quarter, reason))
    return {
        made.pk: History(quarter, answers.get(made.team_id, {}), breaks)
        for made, quarter in zip(returns, quarters, strict=True)
    }


def history_of(made: Return) -> History:
    """What the team of one return said before; two queries."""
    return histories([made])[made.pk]


def not_applicable_before(returns: Collection[Return]) -> dict[int, dict[int, str]]:
    """The reasons of last quarter's "not applicable", by return id and item id.

    ``returns`` are of one quarter. One query.
    """
    by_team = {made.team_id: made.pk for made in returns}
    found: dict[int, dict[int, str]] = {made.pk: {} for made in returns}
    last = min((made.quarter_id for made in returns), default=0) - 1
    for team_id, item_id, note in fetch(_not_applicable, last, **one_of(sorted(by_team))):
        found[by_team[team_id]][item_id] = note
    return found


def _not_applicable(quarter: int) -> QuerySet[Figure, Any]:
    figures = Figure.objects.filter(
        OneOf("return_made__team_id"),
        meets(Basis.SUBMITTED, "return_made__"),
        return_made__quarter=quarter,
        answer=Answer.NOT_APPLICABLE,
    )
    return figures.order_by().values_list("return_made__team_id", "item", "note")


def _figures_before(first: int, end: int) -> QuerySet[Figure, Any]:
    figures = Figure.objects.filter(
        OneOf("return_made__team_id"),
        meets(Basis.SUBMITTED, "return_made__"),
        return_made__quarter__gte=first,
        return_made__quarter__lt=end,
    )
    return figures.order_by().values_list(
        *("return_made__team_id", "item", "return_made__quarter", "value", "answer")
    )


def _breaks() -> QuerySet[SeriesBreak, Any]:
    return SeriesBreak.objects.order_by("item", "quarter").values_list("item", "quarter", "reason")
