"""The framework as plain values, loaded once for a page or an export and passed around."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from measures.models import DataItem, Denominator, Heading, Measure, SeriesBreak
from teams.quarters import Quarter

_UNITS = {1: "average", 100: "%", 1000: "per 1,000", 10000: "per 10,000"}


@dataclass(frozen=True)
class Break:
    """From this quarter on the item is not comparable with earlier, and why."""

    quarter: Quarter
    reason: str


@dataclass(frozen=True)
class Item:
    """A data item, as the arithmetic needs it."""

    id: int
    code: str
    name: str
    decimals: int
    is_snapshot: bool
    is_distinct: bool
    counts: str
    breaks: tuple[Break, ...] = ()

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

    @property
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
    def is_distinct(self) -> bool:
        """Whether an item counts different people, so that quarters are never added."""
        return any(item.is_distinct for item in self.items)

    @property
    def unit(self) -> str:
        """``count``, ``%``, ``per 1,000``, ``per 10,000`` or ``average``."""
        return _UNITS[self.scale] if self.is_ratio else "count"

    @cached_property
    def denominator_decimals(self) -> int:
        """The most decimals that any denominator has."""
        return max((item.decimals for item in self.denominators), default=0)

    @cached_property
    def breaks(self) -> tuple[Break, ...]:
        """The breaks of all its items, in time order."""
        found = {one for item in self.items for one in item.breaks}
        return tuple(sorted(found, key=lambda one: (one.quarter, one.reason)))

    def breaks_between(self, earlier: Quarter, later: Quarter) -> list[Break]:
        """The breaks after ``earlier`` and up to ``later``: why the two do not compare."""
        return [one for one in self.breaks if earlier < one.quarter <= later]


def load_measures(codes: Collection[str] | None = None) -> list[MeasureSpec]:
    """The framework's measures in its order, or only those named; three queries."""
    breaks: dict[int, list[Break]] = defaultdict(list)
    for item_id, quarter, reason in SeriesBreak.objects.order_by("quarter").values_list(
        "item", "quarter", "reason"
    ):
        breaks[item_id].append(Break(quarter, reason))
    divisors: dict[int, list[Item]] = defaultdict(list)
    for row in Denominator.objects.select_related("item").order_by("measure", "position"):
        divisors[row.measure_id].append(_item(row.item, breaks))
    wanted = Measure.objects.select_related("numerator").order_by("position", "code")
    if codes is not None:
        wanted = wanted.filter(code__in=codes)
    return [
        MeasureSpec(
            id=measure.pk,
            code=measure.code,
            name=measure.name,
            heading=Heading(measure.heading),
            numerator=_item(measure.numerator, breaks),
            denominators=tuple(divisors.get(measure.pk, ())),
            scale=measure.scale,
            good=Measure.Good(measure.good),
            decimals=measure.decimals,
            definition=measure.definition,
        )
        for measure in wanted
    ]


def _item(item: DataItem, breaks: dict[int, list[Break]]) -> Item:
    return Item(
        id=item.pk,
        code=item.code,
        name=item.name,
        decimals=item.decimals,
        is_snapshot=item.is_snapshot,
        is_distinct=item.distinct,
        counts=item.counts,
        breaks=tuple(breaks.get(item.pk, ())),
    )
