"""Sums of what was answered, and the numbers that may have to be taken out of them."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from itertools import product
from typing import Any

from django.db.models import ExpressionWrapper, F, QuerySet, Sum, Value
from django.db.models.fields import BigIntegerField
from django.db.models.functions import Cast, Coalesce

from earlyhelp.core.compiled_queries import fetch
from measures.counting.aggregates.ids import Among, as_pairs
from measures.counting.aggregates.shape import Key, Tally, TeamQuarter
from measures.counting.aggregates.span import Keyed, Span
from measures.counting.catalogue import MeasureSpec
from measures.models import Figure
from teams.quarters import Quarter

# Quarter, kind of team and item are put into one number, a *place*, with room for sixteen
# million ids of each; it stays below 2**63.
ROOM = 2**24
NUMBER = -1
# So few items are looked up one by one in the index of sums; of more, each return is read whole.
FEW_ITEMS = 10


def _sums_and_numbers(
    span: Span, keyed: Keyed | None, few: tuple[int, ...], with_numbers: bool
) -> QuerySet[Figure, Any]:
    """The sums by area, quarter and kind of team; and numbers, by return and item.

    ``few`` are the only items to add up; none stands for all. ``keyed`` None puts all areas
    together.
    """
    figures = span.figures()
    if few:
        figures = figures.filter(item__in=few)
    key = Value(None, BigIntegerField()) if keyed is None else keyed.key("return_made__")
    # Databases sort by one number twice as fast as by three.
    place = ExpressionWrapper(
        F("return_made__quarter_id") * Value(ROOM * ROOM)
        + F("return_made__team_type_id") * Value(ROOM)
        + F("item_id"),
        BigIntegerField(),
    )
    summed: QuerySet[Any, Any] = (
        figures.annotate(key=key, place=place)
        .values("key", "place")
        # PostgreSQL adds up to a decimal, which would make decimals of the numbers beside it too.
        .annotate(sum=Cast(Coalesce(Sum("value"), 0), BigIntegerField()))
        .values_list("key", "place", Value(0), "sum")
    )
    if not with_numbers:
        return summed
    numbers = Figure.objects.filter(Among("return_made_id", "item_id"), value__isnull=False)
    return summed.union(
        numbers.order_by().values_list(
            "return_made_id", Value(NUMBER, BigIntegerField()), "item_id", "value"
        ),
        all=True,
    )


def add_up(tally: Tally, measures: Sequence[MeasureSpec], span: Span, keyed: Keyed | None) -> None:
    """Put the sums, and the numbers that may have to be taken out of them, into the tally."""
    item_ids = sorted({item_id for measure in measures for item_id in measure.item_ids})
    few = tuple(item_ids) if len(item_ids) < FEW_ITEMS else ()
    needed = sorted(_needed_numbers(tally, measures))
    rows = fetch(_sums_and_numbers, span, keyed, few, bool(needed), **as_pairs(needed))
    for area, place, item_id, total in rows:
        if place == NUMBER:
            tally.single.setdefault(area, {})[item_id] = total
            continue
        quarter, rest = divmod(place, ROOM * ROOM)
        type_id, summed_id = divmod(rest, ROOM)
        tally.sums.setdefault((area, quarter, type_id), {})[summed_id] = total


def _needed_numbers(tally: Tally, measures: Sequence[MeasureSpec]) -> set[tuple[int, int]]:
    """The numbers, by return and item, that may have to be taken out of the sums.

    Those beside a gap in an item of a ratio; where a ratio mixes quarter-end items with items of
    the quarter, those of every return of a team that a year leaves out; and of what is compared,
    those of teams that are not on both sides.
    """
    ratios = [measure for measure in measures if measure.is_ratio]
    needed = set(_beside_gaps(tally, ratios))
    needed.update(_not_on_both_sides(tally, measures))
    mixed = [measure for measure in ratios if measure.is_mixed and tally.for_years]
    if mixed:
        years = _Years(tally)
        for measure in mixed:
            needed.update(product(years.left_out(measure), measure.item_ids))
    return needed


def _beside_gaps(tally: Tally, ratios: Sequence[MeasureSpec]) -> Iterator[tuple[int, int]]:
    beside: dict[int, set[int]] = defaultdict(set)
    for measure in ratios:
        for item_id in measure.item_ids:
            beside[item_id] |= measure.item_ids
    for return_id, gaps in tally.gaps.items():
        items = set().union(*(beside.get(gap, ()) for gap in gaps))
        yield from ((return_id, item_id) for item_id in items - gaps.keys())


def _not_on_both_sides(tally: Tally, measures: Sequence[MeasureSpec]) -> Iterator[tuple[int, int]]:
    """The numbers of teams that did not answer, or were not there, in one of what is compared.

    A measure of mixed timing may leave such a team out of all the quarters.
    """
    if not tally.compared:
        return
    groups = _compared_groups(tally)
    # A closed team has no last quarter of its own, though its successor has.
    merged = {end for team_id, end in tally.ends.items() if team_id != end}
    for measure in measures:
        odd = [group.gapped(measure) | group.silent for group in groups]
        if any(odd) or measure.is_mixed:
            whole = merged.union(*odd, *(group.not_always for group in groups))
            for group, some in zip(groups, odd, strict=True):
                units = whole if measure.is_mixed else some | group.not_always
                yield from product(group.returns_of(units), measure.item_ids)


class _Compared:
    """Quarters that are held against each other: who did not answer, or was not there, in one."""

    def __init__(self, tally: Tally, quarters: Sequence[Sequence[TeamQuarter]]) -> None:
        self._rows: dict[int, list[TeamQuarter]] = defaultdict(list)
        self._gapped: dict[int, set[int]] = defaultdict(set)
        self.silent: set[int] = set()
        there: list[set[tuple[int, Key, int]]] = [set() for _ in quarters]
        for rows, here in zip(quarters, there, strict=True):
            for row in rows:
                unit = tally.unit(row.team_id)
                self._rows[unit].append(row)
                here.add((unit, row.key, row.type_id))
                if not row.speaks:
                    self.silent.add(unit)
                for item_id in tally.gaps.get(row.return_id, ()):
                    self._gapped[item_id].add(unit)
        present = [units for units in there if units]
        always: set[tuple[int, Key, int]] = set.intersection(*present) if present else set()
        self.not_always = {unit for unit, *_ in set().union(*present) - always}

    def gapped(self, measure: MeasureSpec) -> set[int]:
        """Who has a gap in a measure."""
        return set().union(*(self._gapped.get(item_id, ()) for item_id in measure.item_ids))

    def returns_of(self, units: Collection[int]) -> list[int]:
        """Their returns that speak, by id."""
        return [row.return_id for unit in units for row in self._rows.get(unit, ()) if row.speaks]


def _compared_groups(tally: Tally) -> list[_Compared]:
    """Each group of quarters that are held against each other, with the returns made in them."""
    by_quarter: dict[int, list[TeamQuarter]] = defaultdict(list)
    for row in tally.returns:
        by_quarter[row.quarter].append(row)
    return [_Compared(tally, [by_quarter[at.index] for at in one]) for one in tally.compared]


class _Years:
    """The returns that speak, by quarter and by team and area, for years that leave teams out."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._rows: dict[int, dict[tuple[int, Key], TeamQuarter]] = defaultdict(dict)
        for row in tally.returns:
            if row.speaks:
                self._rows[row.quarter][row.team_id, row.key] = row
        self._last = {Quarter(index).year.start: index for index in sorted(tally.over)}

    def left_out(self, measure: MeasureSpec) -> list[int]:
        """Returns whose team, in their area, has no matched last quarter in their year."""
        ended_well = {year: self._matched(index, measure) for year, index in self._last.items()}
        return [
            rows[where].return_id
            for index, rows in self._rows.items()
            if index in self._tally.over
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
