"""Who reported: teams, returns signed off, what is provisional and what was revised. Pure.

``rollups`` counts team-quarters, as exports do. A page says "14 of 15 teams": a team reports
for a year when it answered in all its quarters (product.md, rule 4).
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from operator import itemgetter

from measures.counting.aggregates.shape import TeamQuarter
from measures.counting.catalogue import MeasureSpec
from measures.counting.display import shown
from measures.counting.revisions import CAME_LATE, Revision, as_it_was
from measures.counting.rollups import Period, RollUp
from teams.quarters import Quarter


class Reporting:
    """Who reported in the area of a roll-up."""

    def __init__(self, rollup: RollUp) -> None:
        self._rollup = rollup

    def quarters(self, measure: MeasureSpec, period: Period) -> Sequence[Quarter]:
        """The quarters whose figures a period is made of: a year's last for a snapshot."""
        return self._rollup.quarters_of(measure, period)

    def expected(self, measure: MeasureSpec, period: Period) -> frozenset[int]:
        """The teams, by id, of whom an answer was expected in any quarter of the period.

        Needs every return listed, as a tally for years has them; a quarter's cell says as much.
        """
        if not self._rollup.tally.for_years:
            raise ValueError("This was tallied for quarters alone: not every team is listed")
        return frozenset(
            row.team_id
            for quarter in self.quarters(measure, period)
            for group in self._rollup.asked(measure, quarter)
            for row in group.rows
            if not any(row.team_id in group.excused.get(pk, ()) for pk in measure.item_ids)
        )

    def is_provisional(self, measure: MeasureSpec, period: Period) -> bool:
        """Whether the figure includes returns that are not signed off."""
        return any(
            not self._rollup.tally.has_gap(row, measure)
            for quarter in self.quarters(measure, period)
            for group in self._rollup.asked(measure, quarter)
            for row in group.provisional
        )

    @property
    def may_be_revised(self) -> bool:
        """Whether anything here was corrected, came late, or is told as it was released."""
        tally = self._rollup.tally
        return tally.is_for_outsiders or bool(tally.corrections or tally.late)

    def revision(self, measure: MeasureSpec, period: Period) -> Revision | None:
        """What changed of a figure after sign-off or closing; None where nothing did."""
        tally = self._rollup.tally
        if tally.is_for_outsiders:
            return self._released(measure, period)
        if not self.may_be_revised:
            return None
        changes = sorted(self._changes(measure, period), key=itemgetter(0))
        if not changes:
            return None
        was, now = (one.cell(measure, period) for one in (self._before, self._rollup))
        days, reasons = (tuple(dict.fromkeys(column)) for column in zip(*changes, strict=True))
        return Revision(days, shown(was), shown(now), reasons)

    def _changes(self, measure: MeasureSpec, period: Period) -> Iterator[tuple[dt.date, str]]:
        """The days and reasons of what changed in the returns that a figure is made of."""
        tally = self._rollup.tally
        for quarter in self.quarters(measure, period):
            for row in self._changed.get(quarter.index, ()):
                for one in tally.corrections.get(row.return_id, ()):
                    if one.item_id in measure.item_ids:
                        yield one.on, one.reason
                if row.return_id in tally.late and self._counts(row, measure):
                    yield tally.late[row.return_id], CAME_LATE

    @cached_property
    def _changed(self) -> Mapping[int, Sequence[TeamQuarter]]:
        """The returns that speak and in which anything changed, by quarter: few of many."""
        changed = self._rollup.tally.corrections.keys() | self._rollup.tally.late.keys()
        return {
            index: [
                row
                for group in groups.values()
                for row in group.speaking
                if row.return_id in changed
            ]
            for index, groups in self._rollup.groups.items()
        }

    def _counts(self, row: TeamQuarter, measure: MeasureSpec) -> bool:
        """Whether a return that speaks was asked all of a measure and has a number for it."""
        asked = self._rollup.tally.questions.get((row.quarter, row.type_id), frozenset())
        return measure.item_ids <= asked and not self._rollup.tally.has_gap(row, measure)

    def _released(self, measure: MeasureSpec, period: Period) -> Revision | None:
        """The days and kinds of what changed since outsiders were told a figure."""
        line = self._rollup.cell(measure, period).released
        if line is None or not line.revised:
            return None
        days = tuple(sorted({day for day, _ in line.revised}))
        return Revision(days, kinds=tuple(dict.fromkeys(kind for _, kind in line.revised)))

    @cached_property
    def _before(self) -> RollUp:
        """The same area before anything in it was corrected."""
        return RollUp(as_it_was(self._rollup.tally), self._rollup.keys)

    def signed_off(
        self, quarters: Iterable[Quarter], measure: MeasureSpec | None = None
    ) -> tuple[int, int]:
        """How many returns of these quarters are signed off, and how many there are.

        With a measure only the returns of those who were asked it.
        """
        groups = [
            group
            for quarter in quarters
            for group in (
                self._rollup.groups.get(quarter.index, {}).values()
                if measure is None
                else self._rollup.asked(measure, quarter)
            )
        ]
        others = sum(group.others for group in groups)
        rows = [row for group in groups for row in group.rows]
        return sum(row.is_signed_off for row in rows) + others, len(rows) + others
