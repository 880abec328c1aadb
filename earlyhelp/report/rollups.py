"""The roll-ups of a report, which know half years: of what is signed off, and of the releases.

For outsiders a cell is the line of a release, the sum of such lines where no part of it is hidden,
or hidden: nothing that is in no release is ever read for them.
"""

from collections.abc import Sequence
from dataclasses import replace
from operator import attrgetter

from earlyhelp.report.periods import HalfYear, quarters_of
from measures.counting.aggregates.shape import AsReleased
from measures.counting.catalogue import MeasureSpec
from measures.counting.reporting import Reporting
from measures.counting.rollups import Cell, Period, RollUp
from teams.quarters import Quarter


class ReportRollUp(RollUp):
    """A roll-up that can be asked for half a year: flows added up, snapshots at its end."""

    def quarters_of(self, measure: MeasureSpec, period: Period | HalfYear) -> list[Quarter]:
        """The quarters whose figures a period is made of (rule 2)."""
        if isinstance(period, HalfYear):
            over = self.tally.over_in(period.quarters)
            return over[-1:] if measure.is_snapshot else over
        return super().quarters_of(measure, period)

    def count(self, measure: MeasureSpec, period: Period | HalfYear) -> Cell:
        """The measure with nothing hidden; of different people there is none over two quarters."""
        if isinstance(period, HalfYear):
            counted = self.counted(measure, self.quarters_of(measure, period))
            if measure.is_distinct:
                return replace(counted, numerator=None, denominator=None, not_provided=0)
            return counted
        return super().count(measure, period)


class ReleasedRollUp(ReportRollUp):
    """The cells of the city or a locality, of a quarter, half a year or a year, as released."""

    def cell(self, measure: MeasureSpec, period: Period | HalfYear) -> Cell:
        """What outsiders read; hidden where somebody was asked, and no release tells of it."""
        if isinstance(period, HalfYear):
            return self._half(measure, period)
        cell = super().cell(measure, period)
        is_told = cell.released is not None or self._was_nobody_asked(measure, period)
        return cell if is_told else unreleased(measure)

    def _was_nobody_asked(self, measure: MeasureSpec, period: Period) -> bool:
        """Whether it is known that there is no figure: released, and not asked."""
        return all(
            at.index in self.tally.quarters and not self.types_asked(measure, at)
            for at in quarters_of(period)
        )

    def _half(self, measure: MeasureSpec, period: HalfYear) -> Cell:
        """The end of half a year, or its two quarters added up.

        Of a measure that mixes the two the quarters do not give the half: teams are left out of
        it whose last quarter is missing (rule 3), and what they counted would be the difference.
        """
        if measure.is_mixed or measure.is_distinct:
            return unreleased(measure)
        wanted = period.quarters[-1:] if measure.is_snapshot else period.quarters
        cells = [self.cell(measure, at) for at in wanted]
        missing = self.count(measure, period).missing
        expected = Reporting(self).expected(measure, period) | missing  # type: ignore[arg-type]
        return added_up(measure, cells, (len(expected - missing), len(expected)))


def unreleased(measure: MeasureSpec) -> Cell:
    """A figure that is in no release: not even who answered is told of it."""
    told = AsReleased(None, None, 0, 0, 0, None, is_hidden=True, teams=(0, 0), bears=False)
    return Cell(measure, None, None, 0, 0, frozenset(), None, released=told)


def added_up(
    measure: MeasureSpec, cells: Sequence[Cell], teams: tuple[int, int] | None = None
) -> Cell:
    """Several cells of a measure as one; hidden where one of them is.

    ``teams`` are how many answered throughout, of how many; otherwise each cell's own are added.
    """
    if any(cell.is_hidden for cell in cells):
        return unreleased(measure)
    told = [cell.released for cell in cells if cell.released is not None]
    if not told:
        return cells[0]
    together = _together(told, measure)
    if teams is not None:
        together = replace(together, teams=teams)
    answered, expected = together.answered, together.expected
    return replace(
        Cell(
            measure,
            together.numerator,
            together.denominator,
            answered,
            expected,
            frozenset(),
            together.last,
        ),
        not_provided=together.not_provided,
        released=together,
    )


def _together(told: Sequence[AsReleased], measure: MeasureSpec) -> AsReleased:
    """Lines of releases as one line."""
    revised = {change for one in told for change in one.revised}
    answered, expected = zip(*(one.teams for one in told), strict=True)
    return AsReleased(
        numerator=_sum(told, "numerator"),
        denominator=_sum(told, "denominator"),
        answered=_sum(told, "answered") or 0,
        expected=_sum(told, "expected") or 0,
        not_provided=_sum(told, "not_provided") or 0,
        last=max(filter(None, map(attrgetter("last"), told)), default=None),
        is_hidden=False,
        teams=(sum(answered), sum(expected)),
        bears=measure.is_ratio and all(map(attrgetter("bears"), told)),
        revised=tuple(sorted(revised)),
    )


def _sum(told: Sequence[AsReleased], name: str) -> int | None:
    known = [getattr(one, name) for one in told if getattr(one, name) is not None]
    return sum(known) if known else None
