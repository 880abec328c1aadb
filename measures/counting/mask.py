"""What is hidden of an area's cells from outsiders: the cells and who speaks in them. Pure.

The whole framework is looked at, whatever a page shows, so that all pages hide the same.
"""

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from measures.counting.catalogue import MeasureSpec
from measures.counting.small_numbers import Speaker, Told, differ_by_one_team, hidden_in
from teams.quarters import FinancialYear, Quarter

if TYPE_CHECKING:
    from measures.counting.rollups import Cell, Period, RollUp


class Mask:
    """The cells of a roll-up that outsiders are not shown."""

    def __init__(self, rollup: "RollUp") -> None:
        self._rollup = rollup
        self._known: dict[Period, frozenset[int]] = {}

    def hides(self, measure: MeasureSpec, period: "Period") -> bool:
        """Whether the measure's cell of this period is hidden."""
        if period not in self._known:
            self._known[period] = (
                self._quarter(period) if isinstance(period, Quarter) else self._year(period)
            )
        return measure.id in self._known[period]

    @cached_property
    def _framework(self) -> Sequence[MeasureSpec]:
        return self._rollup.tally.framework

    def _quarter(self, quarter: Quarter) -> frozenset[int]:
        return hidden_in([self._told(one, quarter) for one in self._framework])

    def _year(self, year: FinancialYear) -> frozenset[int]:
        """Those that are hidden for themselves, and those whose quarters would give something."""
        told = [self._told(one, year) for one in self._framework]
        given = (one.measure.id for one in told if self._quarters_give(one, year))
        return hidden_in(told) | frozenset(given)

    def _quarters_give(self, told: Told, year: FinancialYear) -> bool:
        """Whether a quarter of it is hidden, or one team's is in its quarters and not in it."""
        measure, quarters = told.measure, self._quarters(told.measure, year)
        if any(self.hides(measure, quarter) for quarter in quarters):
            return True
        parts = (self._speakers(measure, quarter) for quarter in quarters)
        return differ_by_one_team(frozenset().union(*parts), told.speakers)

    def _quarters(self, measure: MeasureSpec, year: FinancialYear) -> Sequence[Quarter]:
        return self._rollup.quarters_of(measure, year)

    def _told(self, measure: MeasureSpec, period: "Period") -> Told:
        cell = self._rollup.count(measure, period)
        speakers = self._speakers(measure, period)
        return Told(measure, *_exact(cell), speakers)

    def _speakers(self, measure: MeasureSpec, period: "Period") -> frozenset[Speaker]:
        """The team-quarters that a cell adds up, those of city-wide teams left out."""
        if isinstance(period, Quarter):
            return frozenset(
                (row.team_id, row.quarter)
                for row in self._rollup.matched(measure, period)
                if row.key is not None
            )
        quarters = self._quarters(measure, period)
        found = frozenset[Speaker]().union(*(self._speakers(measure, one) for one in quarters))
        if not measure.is_mixed or not quarters:
            return found
        ended_well = {team for team, quarter in found if quarter == quarters[-1].index}
        return frozenset(one for one in found if one[0] in ended_well)


def _exact(cell: "Cell") -> tuple[Fraction | None, Fraction | None]:
    """A cell's numerator and denominator as numbers."""
    if cell.numerator is None:
        return None, None
    above = cell.measure.numerator.exact(cell.numerator)
    if cell.denominator is None:
        return above, None
    return above, Fraction(cell.denominator, 10**cell.measure.denominator_decimals)
