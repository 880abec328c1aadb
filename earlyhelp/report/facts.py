"""The framework and its signed-off figures, gathered into the plain values of the checker.

The number of queries is constant; cells are worked out as far as a text asks for them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from earlyhelp.report.checker.facts import (
    CITY,
    AreaFact,
    CellFact,
    CouncilFacts,
    ItemFact,
    MeasureFact,
    TargetFact,
)
from earlyhelp.report.checker.periods import Period
from earlyhelp.report.periods import parse_period
from earlyhelp.report.rollups import ReleasedRollUp
from measures.counting.aggregates import take
from measures.counting.areas import Area, Level, areas
from measures.counting.catalogue import Item, MeasureSpec, load_measures
from measures.counting.comparison import is_clear
from measures.counting.reporting import Reporting
from measures.counting.rollups import Cell, RollUp
from measures.models import DataItem, Heading, Measure, ReportingQuarter, Target
from measures.querysets import Audience, Basis
from teams.models import Council
from teams.quarters import FinancialYear, Quarter

Key = tuple[str, str, Period]


def gather_facts(audience: Audience = Audience.INTERNAL) -> CouncilFacts:
    """All that a text can be held to, on signed-off figures; a constant number of queries.

    What outsiders are told of a text is held to what was released, and to nothing else.
    """
    specs = load_measures()
    is_outside = audience == Audience.EXTERNAL
    counts = [] if is_outside else list(_counts_of_items(specs))
    known = {spec.code: spec for spec in [*specs, *counts]}
    opened = [row.quarter for row in ReportingQuarter.objects.opened()]
    tally = take(list(known.values()), opened, Basis.SIGNED_OFF, audience=audience, opened=opened)
    places = [*areas(Level.CITY), *areas(Level.LOCALITY)]
    kind = ReleasedCells if is_outside else Cells
    rolled = ReleasedRollUp if is_outside else RollUp
    cells = kind(known, {_code(area): rolled(tally, area.keys) for area in places})
    words = _Words()
    ratios = {item.id: spec.code for spec in reversed(specs) for item in spec.items}
    return CouncilFacts(
        measures=[words.measure(spec, ratios) for spec in known.values()],
        areas=[AreaFact(_code(area), area.name, area.level == Level.CITY) for area in places],
        cells=cells,
        targets=_targets(),
        over=tally.over,
        council_names=tuple(Council.objects.values_list("name", flat=True)),
        is_clear=cells.is_clear,
    )


def _code(area: Area) -> str:
    return CITY if area.level == Level.CITY else area.code


def _counts_of_items(specs: Sequence[MeasureSpec]) -> Iterator[MeasureSpec]:
    """A count of every item that only ratios hold: texts speak of those too."""
    counted = {spec.numerator.id for spec in specs if not spec.is_ratio}
    items = {item.id: item for spec in specs for item in spec.items}
    for item in items.values():
        if item.id not in counted:
            yield MeasureSpec(
                id=-item.id,
                code=f"item:{item.code}",
                name=item.name,
                heading=Heading.HOW_MUCH,
                numerator=item,
                denominators=(),
                scale=1,
                good=Measure.Good.NEITHER,
                decimals=item.decimals,
                definition="",
            )


class _Words:
    """What the framework calls its measures and items beside their names; two queries."""

    def __init__(self) -> None:
        columns = "code", "definition", "also_called"
        self._items = {code: rest for code, *rest in DataItem.objects.values_list(*columns)}
        self._measures = dict(Measure.objects.values_list("code", "also_called"))

    def measure(self, spec: MeasureSpec, ratios: Mapping[int, str]) -> MeasureFact:
        """A measure with its items and all their names."""
        is_own = not spec.code.startswith("item:")
        return MeasureFact(
            code=spec.code,
            name=spec.name,
            numerator=self._item(spec.numerator),
            denominators=tuple(map(self._item, spec.denominators)),
            scale=spec.scale,
            decimals=spec.decimals,
            good=spec.good.value,
            definition=spec.definition,
            also_called=_names(self._measures.get(spec.code, "")),
            is_share=spec.is_share,
            of="" if is_own else ratios[spec.numerator.id],
        )

    def _item(self, item: Item) -> ItemFact:
        definition, also_called = self._items[item.code]
        return ItemFact(
            code=item.code,
            name=item.name,
            counts=item.counts,
            is_snapshot=item.is_snapshot,
            definition=definition,
            also_called=_names(also_called),
            breaks=tuple((one.quarter.index, one.reason) for one in item.breaks),
        )


def _names(text: str) -> tuple[str, ...]:
    """Names separated by semicolons; by commas where there is no semicolon."""
    parts = re.split(r"[;|\n]", text) if re.search(r"[;|\n]", text) else text.split(",")
    return tuple(part.strip() for part in parts if part.strip())


def _targets() -> dict[tuple[str, str, int], TargetFact]:
    rows = Target.objects.values_list(
        "measure__code", "locality__code", "year", "target", "close_within"
    )
    return {
        (measure, locality or CITY, year): TargetFact(Fraction(level), Fraction(within))
        for measure, locality, year, level, within in rows
    }


class Cells(Mapping[Key, CellFact]):
    """The figures by measure, area and period, each worked out when it is first asked for."""

    def __init__(self, specs: Mapping[str, MeasureSpec], rollups: Mapping[str, RollUp]) -> None:
        self._specs = specs
        self._rollups = rollups
        self._known: dict[Key, CellFact] = {}

    def __getitem__(self, key: Key) -> CellFact:
        if key not in self._known:
            measure, area, period = key
            self._known[key] = self._cell(self._specs[measure], self._rollups[area], period)
        return self._known[key]

    def __iter__(self) -> Iterator[Key]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)

    def is_clear(
        self, measure: str, now: tuple[Fraction, Fraction], before: tuple[Fraction, Fraction]
    ) -> bool | None:
        """Whether two shares differ by more than chance (rule 9); None where that is not tested."""
        spec = self._specs[measure]
        first, second = (
            Cell(spec, int(top), int(under), 1, 1, frozenset(), None)
            for top, under in (now, before)
        )
        return is_clear(first, second) if spec.is_share else None

    def _cell(self, spec: MeasureSpec, rollup: RollUp, period: Period) -> CellFact:
        quarters = _quarters(spec, rollup, period)
        if not quarters:
            return CellFact(None)
        cell = rollup.counted(spec, quarters)
        if spec.is_distinct and period.length > 1:
            return CellFact(None)
        teams = _teams(spec, rollup, period)
        return _fact(cell, quarters, teams - len(cell.missing), teams)


def _fact(cell: Cell, quarters: Sequence[Quarter], reporting: int, teams: int) -> CellFact:
    """A cell as the checker has it; nothing where it has no value."""
    spec = cell.measure
    if cell.value is None or cell.numerator is None:
        return CellFact(None)
    return CellFact(
        value=cell.value,
        numerator=spec.numerator.exact(cell.numerator),
        denominator=None
        if cell.denominator is None
        else Fraction(cell.denominator, 10**spec.denominator_decimals),
        answered=cell.answered,
        expected=cell.expected,
        reporting=reporting,
        teams=teams,
        quarters=tuple(quarter.index for quarter in quarters),
    )


class ReleasedCells(Cells):
    """The same as outsiders have them: the lines of releases, and none where one is hidden."""

    def _cell(self, spec: MeasureSpec, rollup: RollUp, period: Period) -> CellFact:
        try:
            told = rollup.cell(spec, parse_period(str(period)))  # type: ignore[arg-type]  # it knows half years
        except ValueError:
            return CellFact(None)
        quarters = _quarters(spec, rollup, period)
        if told.is_hidden or not quarters:
            return CellFact(None)
        teams = told.released.teams if told.released else (0, 0)
        return _fact(told, quarters, *teams)


def _quarters(spec: MeasureSpec, rollup: RollUp, period: Period) -> list[Quarter]:
    """The quarters whose figures a period is made of: those that are over (rule 2)."""
    wanted = [Quarter(index) for index in range(period.first, period.last + 1)]
    over = [quarter for quarter in wanted if quarter.index in rollup.tally.over]
    asked = [quarter for quarter in over if rollup.types_asked(spec, quarter)]
    if not asked:
        return []
    return over[-1:] if spec.is_snapshot else over


def _teams(spec: MeasureSpec, rollup: RollUp, period: Period) -> int:
    """How many teams were expected to answer in a quarter or a year."""
    if period.length == 1:
        return len(Reporting(rollup).expected(spec, Quarter(period.first)))
    if period.length == 4 and period.first % 4 == 0:
        return len(Reporting(rollup).expected(spec, FinancialYear(period.start)))
    return 0
