"""Who reported: teams, returns signed off, what is provisional and what was revised. Pure.

``rollups`` counts team-quarters, as exports do. A page says "14 of 15 teams": a team reports
for a year when it answered in all its quarters (product.md, rule 4).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from functools import cached_property

from measures.counting.aggregates import Key, Tally, TeamQuarter
from measures.counting.catalogue import MeasureSpec
from measures.counting.rollups import Period
from measures.models import Answer
from teams.quarters import Quarter


class _Group:
    """The returns of one kind of team in one quarter; worked out as far as it is asked."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self.rows: list[TeamQuarter] = []
        # Signed off, and not among the rows.
        self.others = 0

    @cached_property
    def teams(self) -> frozenset[int]:
        """Their teams, by id."""
        return frozenset(row.team_id for row in self.rows)

    @cached_property
    def excused(self) -> dict[int, set[int]]:
        """The teams to which an item does not apply, by item."""
        gaps = self._tally.gaps
        found: dict[int, set[int]] = defaultdict(set)
        for row in self.rows:
            if row.return_id in gaps and row.speaks:
                for item_id, answer in gaps[row.return_id].items():
                    if answer == Answer.NOT_APPLICABLE:
                        found[item_id].add(row.team_id)
        return dict(found)

    @cached_property
    def is_provisional(self) -> bool:
        """Whether a return speaks that is not signed off."""
        return any(row.speaks and not row.is_signed_off for row in self.rows)

    @cached_property
    def revised(self) -> set[int]:
        """The items of which a correction changed a figure that speaks."""
        revised = self._tally.revised
        speaking = (row.return_id for row in self.rows if row.return_id in revised and row.speaks)
        return {item_id for pk in speaking for item_id in revised[pk]}


class Reporting:
    """Who reported in one area; ``keys`` as for ``RollUp``."""

    def __init__(self, tally: Tally, keys: Collection[Key] | None) -> None:
        self._tally = tally
        self._by_type: dict[int, dict[int, _Group]] = defaultdict(
            lambda: defaultdict(lambda: _Group(tally))
        )
        for row in tally.returns:
            if keys is None or row.key in keys:
                self._by_type[row.quarter][row.type_id].rows.append(row)
        for (key, quarter, type_id), number in tally.others.items():
            if keys is None or key in keys:
                self._by_type[quarter][type_id].others += number

    def quarters(self, measure: MeasureSpec, period: Period) -> Sequence[Quarter]:
        """The opened quarters whose figures a period is made of: a year's last for a snapshot."""
        wanted = [period] if isinstance(period, Quarter) else period.quarters
        opened = self._tally.opened_in(wanted)
        return opened[-1:] if measure.is_snapshot else opened

    def expected(self, measure: MeasureSpec, period: Period) -> frozenset[int]:
        """The teams, by id, of whom an answer was expected in any quarter of the period.

        Needs every return listed, as a tally for years has them; a quarter's cell says as much.
        """
        if not self._tally.for_years:
            raise ValueError("This was tallied for quarters alone: not every team is listed")
        found: frozenset[int] = frozenset()
        for group in self._groups(measure, self.quarters(measure, period)):
            excused = group.excused
            found |= group.teams.difference(
                *(excused[item_id] for item_id in measure.item_ids if item_id in excused)
            )
        return found

    def is_provisional(self, measure: MeasureSpec, period: Period) -> bool:
        """Whether the figure includes returns that are not signed off."""
        groups = self._groups(measure, self.quarters(measure, period))
        return any(group.is_provisional for group in groups)

    def is_revised(self, measure: MeasureSpec, period: Period) -> bool:
        """Whether a figure in it was corrected after it was signed off."""
        return any(
            not measure.item_ids.isdisjoint(group.revised)
            for quarter in self.quarters(measure, period)
            for group in self._by_type.get(quarter.index, {}).values()
        )

    def signed_off(
        self, quarters: Iterable[Quarter], measure: MeasureSpec | None = None
    ) -> tuple[int, int]:
        """How many returns of these quarters are signed off, and how many there are.

        With a measure only the returns of those who were asked it.
        """
        listed = list(quarters)
        groups = (
            [one for quarter in listed for one in self._by_type.get(quarter.index, {}).values()]
            if measure is None
            else list(self._groups(measure, listed))
        )
        rows = [row for group in groups for row in group.rows]
        others = sum(group.others for group in groups)
        return sum(row.is_signed_off for row in rows) + others, len(rows) + others

    def _groups(self, measure: MeasureSpec, quarters: Iterable[Quarter]) -> Iterable[_Group]:
        """Kinds of team that were asked every item of the measure, in these quarters."""
        for quarter in quarters:
            for type_id, group in self._by_type.get(quarter.index, {}).items():
                asked = self._tally.questions.get((quarter.index, type_id), frozenset())
                if measure.item_ids <= asked:
                    yield group
