"""Who reported: teams, returns signed off, what is provisional and what was revised. Pure.

``rollups`` counts team-quarters, as exports do. A page says "14 of 15 teams": a team reports
for a year when it answered in all its quarters (product.md, rule 4).
"""

from collections.abc import Iterable, Sequence
from functools import cached_property

from measures.counting.aggregates.shape import CorrectedAnswer
from measures.counting.catalogue import MeasureSpec
from measures.counting.display import shown
from measures.counting.revisions import Revision, as_it_was
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
        """Whether anything here was corrected, or is told as it was released."""
        tally = self._rollup.tally
        return tally.is_for_outsiders or bool(tally.corrections)

    def revision(self, measure: MeasureSpec, period: Period) -> Revision | None:
        """What was corrected of a figure after it was signed off; None where nothing was."""
        tally = self._rollup.tally
        if tally.is_for_outsiders:
            return self._released(measure, period)
        if not tally.corrections:
            return None
        found = self._corrections(measure, period)
        if not found:
            return None
        days = tuple(sorted({one.on for one in found}))
        was, now = (one.cell(measure, period) for one in (self._before, self._rollup))
        reasons = tuple(dict.fromkeys(one.reason for one in sorted(found, key=lambda one: one.on)))
        return Revision(days, shown(was), shown(now), reasons)

    def _corrections(self, measure: MeasureSpec, period: Period) -> list[CorrectedAnswer]:
        """The corrections of what a figure is made of."""
        tally = self._rollup.tally
        return [
            one
            for quarter in self.quarters(measure, period)
            for group in self._rollup.groups.get(quarter.index, {}).values()
            for row in group.speaking
            for one in tally.corrections.get(row.return_id, ())
            if one.item_id in measure.item_ids
        ]

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
