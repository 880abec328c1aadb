"""What a team said before: the figures that stand beside the box and feed the checks."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from earlyhelp.core.compiled_queries import fetch
from measures.counting.aggregates.ids import OneOf, one_of
from measures.models import Figure, Return, SeriesBreak
from measures.querysets import Basis, meets
from measures.returns.answers import GivenAnswer
from teams.quarters import Quarter

# Two years: last quarter, the same quarter last year, and enough to know what is usual.
QUARTERS_BACK = 8


def earlier_figures(made: Return) -> dict[int, dict[Quarter, GivenAnswer]]:
    """What the team submitted or signed off for the eight quarters before, by item id.

    Numbers and answers, without words. One query.
    """
    found: dict[int, dict[Quarter, GivenAnswer]] = defaultdict(dict)
    rows = fetch(_figures_before, made.quarter_id, **one_of([made.team_id]))
    for item_id, quarter, value, answer in rows:
        found[item_id][Quarter(quarter)] = GivenAnswer(value, answer)
    return dict(found)


def _figures_before(quarter: int) -> QuerySet[Figure, Any]:
    figures = Figure.objects.filter(
        OneOf("return_made__team_id"),
        meets(Basis.SUBMITTED, "return_made__"),
        return_made__quarter__gte=quarter - QUARTERS_BACK,
        return_made__quarter__lt=quarter,
    )
    return figures.order_by().values_list("item", "return_made__quarter", "value", "answer")


def comparable_values(
    quarter: Quarter, earlier: dict[Quarter, GivenAnswer], start: Quarter
) -> list[int | None]:
    """The values of the eight quarters before ``quarter``, latest first, none before ``start``."""
    return [
        earlier[past].value if past in earlier else None
        for past in (quarter - back for back in range(1, QUARTERS_BACK + 1))
        if past >= start
    ]


def earlier_values(made: Return) -> dict[int, Sequence[int | None]]:
    """Each item's values of the eight quarters before, latest first, for the checks.

    Values from before an item's last series break are left out: they say nothing about
    what is usual now. Two queries.
    """
    quarter = made.quarter.quarter
    known = earlier_figures(made)
    breaks = SeriesBreak.objects.filter(item__in=known, quarter__lte=quarter)
    starts = dict(breaks.order_by("quarter").values_list("item", "quarter"))
    return {
        item_id: comparable_values(quarter, earlier, starts.get(item_id, Quarter(0)))
        for item_id, earlier in known.items()
    }
