"""The arithmetic on the council's figures that a text may use: sums, changes, shares, means."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import cached_property

from earlyhelp.report.checker.facts import CITY, CellFact, CouncilFacts, MeasureFact
from earlyhelp.report.checker.periods import Period

Areas = tuple[str, ...]


class Figures:
    """The figures of a council, asked for by measure, areas and period."""

    def __init__(self, facts: CouncilFacts) -> None:
        self.facts = facts
        self._cells: dict[tuple[str, Areas, Period], CellFact | None] = {}

    def cell(self, measure: MeasureFact, areas: Areas, period: Period) -> CellFact | None:
        """A measure in an area, or in several together; None where any has no number."""
        key = measure.code, areas, period
        if key not in self._cells:
            self._cells[key] = self._cell(measure, areas, period)
        return self._cells[key]

    def _cell(self, measure: MeasureFact, areas: Areas, period: Period) -> CellFact | None:
        if len(areas) == 1:
            return self.facts.cell(measure.code, areas[0], period)
        cells = [self.facts.cell(measure.code, area, period) for area in areas]
        whole = [cell for cell in cells if cell is not None]
        if len(whole) < len(cells):
            return None
        return _together(measure, whole)

    def value(self, measure: MeasureFact, areas: Areas, period: Period) -> Fraction | None:
        """The value of that cell."""
        cell = self.cell(measure, areas, period)
        return None if cell is None else cell.value

    def quarterly(self, measure: MeasureFact, areas: Areas, period: Period) -> list[Fraction]:
        """Its values in the quarters of a period; nothing where one has none."""
        values = [self.value(measure, areas, quarter) for quarter in period.quarters]
        return [value for value in values if value is not None] if None not in values else []

    def by_area(self, measure: MeasureFact, period: Period) -> dict[str, Fraction]:
        """Its values in the parts of the council that have one."""
        found = {
            area.code: self.value(measure, (area.code,), period) for area in self.facts.localities
        }
        return {code: value for code, value in found.items() if value is not None}

    def mean_of_percentages(
        self, measure: MeasureFact, areas: Areas, period: Period
    ) -> Iterable[Fraction]:
        """What averaging the percentages of quarters, or of areas, would give."""
        quarters = self.quarterly(measure, areas, period)
        if len(quarters) > 1:
            yield mean(quarters)
            yield mean([_rounded(value, measure.decimals) for value in quarters])
        if areas == (CITY,):
            by_area = list(self.by_area(measure, period).values())
            if len(by_area) > 1:
                yield mean(by_area)
                yield mean([_rounded(value, measure.decimals) for value in by_area])

    @cached_property
    def last_over(self) -> int:
        """The latest quarter that is over."""
        return max(self.facts.over, default=-1)

    def is_over(self, period: Period) -> bool:
        """Whether a period has ended and all of it was opened."""
        return period.last <= self.last_over

    def is_known(self, period: Period) -> bool:
        """Whether a quarter of a period is one that figures are held of."""
        return not self.facts.over.isdisjoint(range(period.first, period.last + 1))

    def is_whole(self, cell: CellFact, period: Period, measure: MeasureFact) -> bool:
        """Whether a figure is made of every quarter of its period."""
        return measure.is_snapshot or len(cell.quarters) == period.length


def mean(values: Sequence[Fraction]) -> Fraction:
    """The average."""
    return sum(values, Fraction(0)) / len(values)


def _rounded(value: Fraction, places: int) -> Fraction:
    scale = 10**places
    return Fraction(
        (2 * value.numerator * scale + value.denominator) // (2 * value.denominator), scale
    )


rounded = _rounded


def cut(value: Fraction, places: int) -> Fraction:
    """A number without what comes after its last decimal."""
    scale = 10**places
    return Fraction(value.numerator * scale // value.denominator, scale)


def _together(measure: MeasureFact, cells: Sequence[CellFact]) -> CellFact:
    """Several areas as one: counts are added, ratios pooled."""
    top, under = _added(cells, "numerator"), _added(cells, "denominator")
    pooled = Fraction(top * measure.scale, under) if under else None
    return CellFact(
        pooled if measure.is_ratio else top,
        *(top, under if measure.is_ratio else None),
        answered=int(_added(cells, "answered")),
        expected=int(_added(cells, "expected")),
        reporting=int(_added(cells, "reporting")),
        teams=int(_added(cells, "teams")),
        quarters=cells[0].quarters,
    )


def _added(cells: Sequence[CellFact], name: str) -> Fraction:
    return sum((Fraction(getattr(cell, name) or 0) for cell in cells), Fraction(0))
