"""Who reported: teams, returns signed off, what is provisional and what was revised. Pure.

``rollups`` counts team-quarters, as exports do. A page says "14 of 15 teams": a team reports
for a year when it answered in all its quarters (product.md, rule 4).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from measures.catalogue import MeasureSpec
from measures.models import Answer
from measures.rollups import Period
from measures.tally import Key, Tally, TeamQuarter
from teams.quarters import Quarter


class Reporting:
    """Who reported in one area; ``keys`` as for ``RollUp``."""

    def __init__(self, tally: Tally, keys: Collection[Key] | None) -> None:
        self._tally = tally
        self._rows: dict[int, dict[int, list[TeamQuarter]]] = defaultdict(lambda: defaultdict(list))
        for row in tally.returns:
            if keys is None or row.key in keys:
                self._rows[row.quarter][row.type_id].append(row)
        self._teams = {
            (quarter, type_id): frozenset(row.team_id for row in rows)
            for quarter, by_type in self._rows.items()
            for type_id, rows in by_type.items()
        }
        self._gapped = {
            (quarter, type_id): [row for row in rows if row.speaks and row.return_id in tally.gaps]
            for quarter, by_type in self._rows.items()
            for type_id, rows in by_type.items()
        }
        self._provisional = {
            (quarter, type_id)
            for quarter, by_type in self._rows.items()
            for type_id, rows in by_type.items()
            if any(row.speaks and not row.is_signed_off for row in rows)
        }
        self._revised = [
            row
            for by_type in self._rows.values()
            for rows in by_type.values()
            for row in rows
            if row.return_id in tally.revised
        ]

    def quarters(self, measure: MeasureSpec, period: Period) -> Sequence[Quarter]:
        """The opened quarters whose figures a period is made of: a year's last for a snapshot."""
        wanted = [period] if isinstance(period, Quarter) else period.quarters
        opened = self._tally.opened_in(wanted)
        return opened[-1:] if measure.is_snapshot else opened

    def expected(self, measure: MeasureSpec, period: Period) -> frozenset[int]:
        """The teams, by id, of whom an answer was expected in any quarter of the period."""
        found: frozenset[int] = frozenset()
        for group in self._groups(measure, self.quarters(measure, period)):
            excused = [
                row.team_id
                for row in self._gapped[group]
                if any(
                    self._tally.gaps[row.return_id].get(pk) == Answer.NOT_APPLICABLE
                    for pk in measure.item_ids
                )
            ]
            found |= self._teams[group].difference(excused)
        return found

    def is_provisional(self, measure: MeasureSpec, period: Period) -> bool:
        """Whether the figure includes returns that are not signed off."""
        groups = self._groups(measure, self.quarters(measure, period))
        return any(group in self._provisional for group in groups)

    def is_revised(self, measure: MeasureSpec, period: Period) -> bool:
        """Whether a figure in it was corrected after it was signed off."""
        counted = {quarter.index for quarter in self.quarters(measure, period)}
        return any(
            row.quarter in counted
            and row.speaks
            and not measure.item_ids.isdisjoint(self._tally.revised[row.return_id])
            for row in self._revised
        )

    def signed_off(
        self, quarters: Iterable[Quarter], measure: MeasureSpec | None = None
    ) -> tuple[int, int]:
        """How many returns of these quarters are signed off, and how many there are.

        With a measure only the returns of those who were asked it.
        """
        listed = list(quarters)
        asked = None if measure is None else set(self._groups(measure, listed))
        rows = [
            row
            for quarter in listed
            for type_id, rows in self._rows.get(quarter.index, {}).items()
            if asked is None or (quarter.index, type_id) in asked
            for row in rows
        ]
        return sum(row.is_signed_off for row in rows), len(rows)

    def _groups(
        self, measure: MeasureSpec, quarters: Iterable[Quarter]
    ) -> Iterable[tuple[int, int]]:
        """Kinds of team that were asked every item of the measure, in these quarters."""
        for quarter in quarters:
            for type_id in self._rows.get(quarter.index, ()):
                group = (quarter.index, type_id)
                if measure.item_ids <= self._tally.questions.get(group, frozenset()):
                    yield group
