"""The framework as plain values, loaded once for a page or an export and passed around."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from earlyhelp.core.compiled_queries import fetch
from measures.models import DataItem, Heading, Measure, SeriesBreak, Timing, is_protected
from teams.quarters import Quarter

_UNITS = {1: "average", 100: "%", 1000: "per 1,000", 10000: "per 10,000", 100000: "per 100,000"}


@dataclass(frozen=True)
class Break:
    """From this quarter on the item is not comparable with earlier, and why."""

    quarter: Quarter
    reason: str


@dataclass(frozen=True)
class Item:
    """A data item, as the arithmetic needs it; ``wholes`` are the items that it cannot exceed."""

    id: int
    code: str
    name: str
    decimals: int
    is_snapshot: bool
    is_distinct: bool
    counts: str
    breaks: tuple[Break, ...] = ()
    is_protected: bool = False
    wholes: frozenset[int] = frozenset()

    def exact(self, units: int) -> Fraction:
        """Units of the last decimal as an exact number."""
        return Fraction(units, 10**self.decimals)


@dataclass(frozen=True)
class MeasureSpec:
    """A measure with its items; without denominators it is a count."""

    id: int
    code: str
    name: str
    heading: Heading
    numerator: Item
    denominators: tuple[Item, ...]
    scale: int
    good: Measure.Good
    decimals: int
    definition: str
    rest: bool = False

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """The numerator and the denominators, each once."""
        return (
            self.numerator,
            *(item for item in self.denominators if item.id != self.numerator.id),
        )

    @cached_property
    def item_ids(self) -> frozenset[int]:
        """The ids of all its items."""
        return frozenset(item.id for item in self.items)

    @cached_property
    def is_ratio(self) -> bool:
        """Whether it is divided by something."""
        return bool(self.denominators)

    @cached_property
    def is_snapshot(self) -> bool:
        """Whether all its items are counted at quarter end."""
        return all(item.is_snapshot for item in self.items)

    @cached_property
    def is_mixed(self) -> bool:
        """Whether it mixes quarter-end items with items counted over the quarter."""
        return len({item.is_snapshot for item in self.items}) == 2

    @cached_property
    def is_share(self) -> bool:
        """Whether it says how many of one whole: what tests of proportions can be asked about.

        Its numerator is a part of its one denominator, and both count things that are whole.
        """
        if len(self.denominators) != 1 or self.is_mixed:
            return False
        [whole] = self.denominators
        return whole.id in self.numerator.wholes and not whole.decimals + self.numerator.decimals

    @cached_property
    def is_distinct(self) -> bool:
        """Whether an item counts different people, so that quarters are never added."""
        return any(item.is_distinct for item in self.items)

    @property
    def unit(self) -> str:
        """``count``, ``%``, ``per 1,000`` (10,000, 100,000) or ``average``."""
        return _UNITS[self.scale] if self.is_ratio else "count"

    @property
    def value_name(self) -> str:
        """What its values are called beside its parts: as itself, unless a part is called so."""
        if all(item.name != self.name for item in self.items):
            return self.name
        return {"%": "Percentage"}.get(self.unit, self.unit.capitalize())

    @property
    def denominator_name(self) -> str:
        """What it is divided by; nothing for a count."""
        return " + ".join(item.name for item in self.denominators)

    @cached_property
    def denominator_decimals(self) -> int:
        """The most decimals that any denominator has."""
        return max((item.decimals for item in self.denominators), default=0)

    @cached_property
    def below(self) -> tuple[tuple[int, int], ...]:
        """The ids of its denominators, each with what brings its units to the most decimals."""
        places = self.denominator_decimals
        return tuple((item.id, 10 ** (places - item.decimals)) for item in self.denominators)

    @cached_property
    def factors(self) -> tuple[int, int]:
        """What the units of numerator and denominator are times, to be divided exactly."""
        return 10**self.denominator_decimals * self.scale, 10**self.numerator.decimals

    @cached_property
    def breaks(self) -> tuple[Break, ...]:
        """The breaks of all its items, in time order."""
        found = {one for item in self.items for one in item.breaks}
        return tuple(sorted(found, key=lambda one: (one.quarter, one.reason)))

    def breaks_between(self, earlier: Quarter, later: Quarter) -> list[Break]:
        """The breaks after ``earlier`` and up to ``later``: why the two do not compare."""
        return [one for one in self.breaks if earlier < one.quarter <= later]


# The columns of a data item that the arithmetic needs, in the order of ``Item``'s fields.
_ITEM = (
    *("id", "code", "name", "decimals", "timing", "distinct", "counts", "protect"),
    *("part_of", "part_of__part_of"),
)
_MEASURE = ("id", "code", "name", "heading", "scale", "good", "decimals", "definition", "rest")
_BREAK = ("series_breaks__quarter", "series_breaks__reason")


def load_measures(codes: Collection[str] | None = None) -> list[MeasureSpec]:
    """The framework's measures in its order, or only those named; one query.

    It gives a row for each denominator and series break of a measure, a few dozen in all, so
    that a page pays for one answer instead of three.
    """
    measures: dict[int, tuple[Any, ...]] = {}
    numerators: dict[int, int] = {}
    divisors: dict[int, dict[int, None]] = defaultdict(dict)
    items: dict[int, tuple[Any, ...]] = {}
    breaks: dict[int, set[Break]] = defaultdict(set)
    width = len(_ITEM) + len(_BREAK)
    for row in fetch(_rows, None if codes is None else tuple(codes)):
        above, below, measure = row[:width], row[width : 2 * width], row[2 * width :]
        measures[measure[0]] = measure
        numerators[measure[0]] = above[0]
        if below[0] is not None:
            divisors[measure[0]][below[0]] = None
        for item in (above, below):
            items[item[0]] = item[: len(_ITEM)]
            quarter, reason = item[len(_ITEM) :]
            if quarter is not None:
                breaks[item[0]].add(Break(quarter, reason))
    known = {pk: _item(columns, breaks[pk]) for pk, columns in items.items() if pk is not None}
    return [
        MeasureSpec(
            *(pk, code, name, Heading(heading), known[numerators[pk]]),
            tuple(known[divisor] for divisor in divisors[pk]),
            *(scale, Measure.Good(good), decimals, definition, rest),
        )
        for pk, code, name, heading, scale, good, decimals, definition, rest in measures.values()
    ]


def load_ratios() -> list[MeasureSpec]:
    """The percentages, rates and averages among the framework's measures; one query."""
    return [measure for measure in load_measures() if measure.is_ratio]


def spec_of(measure: Measure, denominators: Sequence[DataItem]) -> MeasureSpec:
    """A measure that need not be saved, over these denominators; one query for its breaks."""
    rows = {item.pk: item for item in (measure.numerator, *denominators)}
    breaks: dict[int, set[Break]] = defaultdict(set)
    for one in SeriesBreak.objects.filter(item__in=rows):
        breaks[one.item_id].add(Break(one.quarter, one.reason))
    known = {pk: _item(_columns_of(row), breaks[pk]) for pk, row in rows.items()}
    return MeasureSpec(
        id=measure.pk or 0,
        code=measure.code,
        name=measure.name,
        heading=Heading(measure.heading),
        numerator=known[measure.numerator_id],
        denominators=tuple(known[item.pk] for item in denominators),
        scale=measure.scale,
        good=Measure.Good(measure.good),
        decimals=measure.decimals,
        definition=measure.definition,
        rest=measure.rest,
    )


def _columns_of(row: DataItem) -> tuple[Any, ...]:
    """What ``_ITEM`` names, of a row."""
    wholes = row.part_of_id, row.part_of.part_of_id if row.part_of else None
    return (*(getattr(row, name) for name in _ITEM[: -len(wholes)]), *wholes)


def _rows(codes: tuple[str, ...] | None) -> QuerySet[Measure, Any]:
    wanted = Measure.objects.order_by("position", "code", "denominator_items__position")
    if codes is not None:
        wanted = wanted.filter(code__in=codes)
    return wanted.values_list(
        *(f"numerator__{name}" for name in _ITEM + _BREAK),
        *(f"denominator_items__item__{name}" for name in _ITEM + _BREAK),
        *_MEASURE,
    )


def _item(columns: tuple[Any, ...], breaks: Collection[Break]) -> Item:
    pk, code, name, decimals, timing, distinct, counts, protect, *wholes = columns
    in_order = tuple(sorted(breaks, key=lambda one: one.quarter))
    return Item(
        *(pk, code, name, decimals),
        *(timing == Timing.SNAPSHOT, distinct, counts, in_order),
        is_protected(protect, counts),
        frozenset(filter(None, wholes)),
    )
