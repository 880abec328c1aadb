"""Sums of what was answered, and the numbers that may have to be taken out of them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Exists, ExpressionWrapper, F, OuterRef, QuerySet, Sum, Value
from django.db.models.fields import BigIntegerField
from django.db.models.functions import Cast, Coalesce

from measures.counting.aggregates.ids import Among
from measures.counting.aggregates.shape import Group, Key, Tally, TeamQuarter
from measures.counting.aggregates.span import MADE_THERE, Keyed, Span
from measures.counting.catalogue import MeasureSpec
from measures.models import Figure, KeptSum, ReportingQuarter
from measures.querysets import Basis
from teams.quarters import Quarter

# Quarter, kind of team and item are put into one number, a *place*, with room for sixteen
# million ids of each; it stays below 2**63.
ROOM = 2**24
NUMBER = -1


def sums_and_numbers(
    span: Span, keyed: Keyed | None, few: tuple[int, ...], with_numbers: bool
) -> QuerySet[Figure, Any]:
    """The sums by area, quarter and kind of team; and numbers, by return and item.

    ``few`` are the only items to add up; none stands for all. ``keyed`` None puts all areas
    together. Where areas are localities as they were, or all of them, the sums that are kept of
    closed quarters are read instead of their figures.
    """
    figures = span.figures()
    if few:
        figures = figures.filter(item__in=few)
    parts: list[QuerySet[Any, Any]] = []
    if with_numbers:
        numbers = Figure.objects.filter(Among("return_made_id", "item_id"), value__isnull=False)
        # Early, so that PostgreSQL knows the key for a number where all areas are together.
        parts.append(
            numbers.order_by().values_list(
                "return_made_id", Value(NUMBER, BigIntegerField()), "item_id", "value"
            )
        )
    if span.is_of_localities and (keyed is None or keyed == MADE_THERE):
        figures = figures.filter(return_made__quarter__in=_without_kept_sums(span))
        parts.append(_summed(_kept(span, few, is_whole=keyed is None), keyed, "", "total"))
    rows = _summed(figures, keyed, "return_made__", "value")
    return rows.union(*parts, all=True) if parts else rows


def _kept(span: Span, few: tuple[int, ...], *, is_whole: bool) -> QuerySet[KeptSum]:
    """The sums that are kept: of the whole council where it is asked for, or of localities."""
    kept = KeptSum.objects.filter(
        span.where, quarter__in=span.quarters, is_whole=is_whole and not span.where
    )
    if span.basis == Basis.SIGNED_OFF:
        kept = kept.filter(is_signed_off=True)
    return (kept.filter(item__in=few) if few else kept).order_by()


def _without_kept_sums(span: Span) -> QuerySet[ReportingQuarter, Any]:
    """The quarters whose sums are not kept; found out in the very statement that reads sums."""
    of_quarter = KeptSum.objects.filter(quarter=OuterRef("pk"))
    quarters = ReportingQuarter.objects.filter(~Exists(of_quarter), pk__in=span.quarters)
    return quarters.order_by().values("pk")


def _summed(
    rows: QuerySet[Any, Any], keyed: Keyed | None, prefix: str, number: str
) -> QuerySet[Any, Any]:
    """Add up one column by area and place; ``prefix`` leads to what has the place."""
    key = Value(None, BigIntegerField()) if keyed is None else keyed.key(prefix)
    # Databases sort by one number twice as fast as by three.
    place = ExpressionWrapper(
        F(f"{prefix}quarter_id") * Value(ROOM * ROOM)
        + F(f"{prefix}team_type_id") * Value(ROOM)
        + F("item_id"),
        BigIntegerField(),
    )
    summed: QuerySet[Any, Any] = (
        rows.annotate(key=key, place=place)
        .values("key", "place")
        # PostgreSQL adds up to a decimal, which would make decimals of the numbers beside it too.
        .annotate(sum=Cast(Coalesce(Sum(number), 0), BigIntegerField()))
        .values_list("key", "place", Value(0), "sum")
    )
    return summed


def sort_out(
    rows: Iterable[tuple[Any, ...]],
    sums: dict[Group, dict[int, int]],
    numbers: dict[int, dict[int, int]],
) -> None:
    """Put the rows of ``sums_and_numbers`` where they belong."""
    for area, place, item_id, total in rows:
        if place == NUMBER:
            numbers.setdefault(area, {})[item_id] = total
            continue
        quarter, rest = divmod(place, ROOM * ROOM)
        type_id, summed_id = divmod(rest, ROOM)
        sums.setdefault((area, quarter, type_id), {})[summed_id] = total


def needed_numbers(
    tally: Tally, measures: Sequence[MeasureSpec], *, years: bool
) -> set[tuple[int, int]]:
    """The numbers, by return and item, that may have to be taken out of the sums.

    Those beside a gap in an item of a ratio; and, where a ratio mixes quarter-end items with
    items of the quarter, those of every return of a team that a year leaves out.
    """
    ratios = [measure for measure in measures if measure.is_ratio]
    beside: dict[int, set[int]] = defaultdict(set)
    for measure in ratios:
        for item_id in measure.item_ids:
            beside[item_id] |= measure.item_ids
    needed = {
        (return_id, item_id)
        for return_id, gaps in tally.gaps.items()
        for gap in gaps
        for item_id in beside.get(gap, ())
        if item_id not in gaps
    }
    mixed = [measure for measure in ratios if measure.is_mixed]
    if mixed and years:
        by_year = _Years(tally)
        for measure in mixed:
            left_out = by_year.left_out(measure)
            needed.update((pk, item_id) for pk in left_out for item_id in measure.item_ids)
    return needed


class _Years:
    """The returns that speak, by quarter and by team and area, for years that leave teams out."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._rows: dict[int, dict[tuple[int, Key], TeamQuarter]] = defaultdict(dict)
        for row in tally.returns:
            if row.speaks:
                self._rows[row.quarter][row.team_id, row.key] = row
        self._last = {Quarter(index).year.start: index for index in sorted(tally.quarters)}

    def left_out(self, measure: MeasureSpec) -> list[int]:
        """Returns whose team, in their area, has no matched last quarter in their year."""
        ended_well = {year: self._matched(index, measure) for year, index in self._last.items()}
        return [
            rows[where].return_id
            for index, rows in self._rows.items()
            for where in rows.keys() - ended_well[index // 4]
        ]

    def _matched(self, quarter: int, measure: MeasureSpec) -> set[tuple[int, Key]]:
        """The teams, in their areas, that are matched in this quarter."""
        types = self._tally.types_asked(quarter, measure)
        return {
            where
            for where, row in self._rows.get(quarter, {}).items()
            if row.type_id in types and not self._tally.has_gap(row, measure)
        }
