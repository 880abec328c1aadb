"""The rules of counting (product.md, section 4), applied to what ``tally`` added up. Pure.

A *team-quarter* is one return. It is **matched** for a measure when its return speaks on the
basis and every item of the measure is a number in it; it is **expected** when it was asked
every item and, if it speaks, answered none of them *not applicable*. What is expected and not
matched is **missing**. A cell sums the matched team-quarters and says how many there were, how
many were expected and which teams are missing.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from measures.counting.aggregates import Key, Tally, TeamQuarter
from measures.counting.catalogue import MeasureSpec
from measures.models import Answer
from teams.quarters import FinancialYear, Quarter

Period = Quarter | FinancialYear


@dataclass(frozen=True)
class Cell:
    """One measure in one area and period.

    ``numerator`` and ``denominator`` count units of their items' last decimal; both are None
    where nothing was answered, and for a year of a measure that counts different people.
    ``missing`` holds team ids. ``last`` is the latest quarter that was counted.
    ``not_provided`` counts the expected team-quarters that said they could not give it.
    """

    measure: MeasureSpec
    numerator: int | None
    denominator: int | None
    answered: int
    expected: int
    missing: frozenset[int]
    last: Quarter | None
    not_provided: int = 0

    @cached_property
    def value(self) -> Fraction | None:
        """The exact value at the measure's scale; None for nothing answered and for 0/0."""
        if self.numerator is None:
            return None
        measure = self.measure
        if not measure.is_ratio:
            return measure.numerator.exact(self.numerator)
        if not self.denominator:
            return None
        # One fraction: three, and two operations on them, take four times as long.
        return Fraction(
            self.numerator * 10**measure.denominator_decimals * measure.scale,
            self.denominator * 10**measure.numerator.decimals,
        )

    @property
    def is_complete(self) -> bool:
        """Whether everybody who was expected answered."""
        return self.answered == self.expected

    @property
    def has_no_cases(self) -> bool:
        """Whether it was answered and there was nothing to divide by: "no cases", not 0%."""
        return self.measure.is_ratio and self.denominator == 0


class RollUp:
    """The cells of one area: the team-quarters whose key is among ``keys``.

    ``keys`` None stands for the whole council, city-wide team included.
    """

    def __init__(self, tally: Tally, keys: Collection[Key] | None) -> None:
        self._tally = tally
        self._groups: dict[tuple[int, int], _Group] = defaultdict(_Group)
        self._types: dict[int, list[int]] = defaultdict(list)
        for row in tally.returns:
            if keys is None or row.key in keys:
                self._groups[row.quarter, row.type_id].put(row, tally.gaps.get(row.return_id))
        for (key, quarter, type_id), number in tally.others.items():
            if keys is None or key in keys:
                self._groups[quarter, type_id].speaking += number
        for quarter, type_id in self._groups:
            self._types[quarter].append(type_id)
        for (key, quarter, type_id), items in tally.sums.items():
            if keys is None or key in keys:
                self._groups[quarter, type_id].add(items)

    def cell(self, measure: MeasureSpec, period: Period) -> Cell:
        """The measure in a quarter or a financial year (rules 2 to 5)."""
        if isinstance(period, Quarter):
            return self._quarter(measure, period)
        return self._year(measure, period)

    def was_asked(self, measure: MeasureSpec) -> bool:
        """Whether any item of the measure was asked of anybody here in the span."""
        asked = self._tally.questions
        return any(
            not measure.item_ids.isdisjoint(asked.get(group, frozenset())) for group in self._groups
        )

    def _quarter(self, measure: MeasureSpec, quarter: Quarter) -> Cell:
        """Rules 3 and 4 in one quarter."""
        found = _Counted()
        for type_id in self._types.get(quarter.index, ()):
            self._add_group(found, measure, (quarter.index, type_id))
        opened = quarter.index in self._tally.quarters
        return found.cell(measure, quarter if opened else None)

    def _add_group(self, found: "_Counted", measure: MeasureSpec, at: tuple[int, int]) -> None:
        """Add the team-quarters of one kind of team in one quarter."""
        asked = self._tally.questions.get(at, frozenset())
        if not measure.item_ids <= asked:
            return
        group = self._groups[at]
        found.expected += group.speaking + len(group.silent)
        found.answered += group.speaking
        found.missing.update(row.team_id for row in group.silent)
        if group.speaking:
            found.add({item_id: group.sums.get(item_id, 0) for item_id in measure.item_ids})
        teams = {
            row.return_id: row.team_id
            for item_id in measure.item_ids
            for row in group.gapped.get(item_id, ())
        }
        for return_id, team_id in teams.items():
            gaps = self._tally.gaps[return_id]
            hit = [gaps[item_id] for item_id in measure.item_ids if item_id in gaps]
            found.answered -= 1
            if Answer.NOT_APPLICABLE in hit:
                found.expected -= 1
            else:
                found.missing.add(team_id)
                found.not_provided += Answer.NOT_PROVIDED in hit
            if measure.is_ratio:
                found.subtract(self._tally.single.get(return_id, {}))

    def _year(self, measure: MeasureSpec, year: FinancialYear) -> Cell:
        """Rule 2 over a year: flows summed, snapshots from its latest opened quarter.

        A year that is not over is "so far". Where a measure mixes the two, a team that is not
        matched in that last quarter is left out of the whole year, and missing (rule 3).
        """
        if not self._tally.for_years:
            raise ValueError("This was tallied for quarters alone, without what a year leaves out")
        opened = self._tally.opened_in(year.quarters)
        if not opened:
            return _Counted().cell(measure, None)
        last = opened[-1]
        whole = self._quarter(measure, last) if measure.is_snapshot else self._sum(measure, opened)
        if measure.is_distinct:
            return Cell(measure, None, None, whole.answered, whole.expected, whole.missing, last)
        return whole

    def _sum(self, measure: MeasureSpec, quarters: Sequence[Quarter]) -> Cell:
        last = quarters[-1]
        total = _Counted()
        snapshots = {item.id for item in measure.items if item.is_snapshot}
        for quarter in quarters:
            for type_id in self._types.get(quarter.index, ()):
                part = _Counted()
                self._add_group(part, measure, (quarter.index, type_id))
                if quarter != last:
                    part.forget(snapshots)
                total.take(part)
        if measure.is_mixed:
            self._leave_out(total, measure, quarters, snapshots)
        return total.cell(measure, last)

    def _leave_out(
        self,
        total: "_Counted",
        measure: MeasureSpec,
        quarters: Sequence[Quarter],
        snapshots: Collection[int],
    ) -> None:
        """Take the earlier quarters of teams without a matched last quarter out of the sums."""
        last = quarters[-1].index
        matched = list(self._matched(quarters, measure))
        ended_well = {row.team_id for row in matched if row.quarter == last}
        for row in matched:
            if row.team_id in ended_well:
                continue
            total.answered -= 1
            total.missing.add(row.team_id)
            numbers = self._tally.single.get(row.return_id, {})
            total.subtract({pk: value for pk, value in numbers.items() if pk not in snapshots})

    def _matched(self, quarters: Iterable[Quarter], measure: MeasureSpec) -> Iterable[TeamQuarter]:
        """The team-quarters that speak and answer every item of the measure with a number."""
        for quarter in quarters:
            for type_id in self._tally.types_asked(quarter.index, measure):
                if (quarter.index, type_id) in self._groups:
                    for row in self._groups[quarter.index, type_id].listed:
                        if not self._tally.has_gap(row, measure):
                            yield row


class _Group:
    """The team-quarters of one kind of team in one quarter: how many speak, and which do not.

    ``listed`` are those that speak and that the tally lists, ``gapped`` those of them that have
    no number for an item, by that item.
    """

    def __init__(self) -> None:
        self.speaking = 0
        self.listed: list[TeamQuarter] = []
        self.silent: list[TeamQuarter] = []
        self.gapped: dict[int, list[TeamQuarter]] = {}
        self.sums: dict[int, int] = {}

    def put(self, row: TeamQuarter, gaps: Iterable[int] | None) -> None:
        """Count a team-quarter in; ``gaps`` are the items it has no number for."""
        if not row.speaks:
            self.silent.append(row)
            return
        self.speaking += 1
        self.listed.append(row)
        for item_id in gaps or ():
            self.gapped.setdefault(item_id, []).append(row)

    def add(self, sums: Mapping[int, int]) -> None:
        """Add the sums of an area."""
        if not self.sums:
            self.sums = dict(sums)
            return
        for item_id, total in sums.items():
            self.sums[item_id] = self.sums.get(item_id, 0) + total


class _Counted:
    """A cell in the making: sums by item, and who was counted."""

    def __init__(self) -> None:
        self.sums: dict[int, int] = defaultdict(int)
        self.answered = 0
        self.expected = 0
        self.not_provided = 0
        self.missing: set[int] = set()

    def add(self, numbers: dict[int, int]) -> None:
        for item_id, value in numbers.items():
            self.sums[item_id] += value

    def subtract(self, numbers: dict[int, int]) -> None:
        for item_id, value in numbers.items():
            self.sums[item_id] -= value

    def forget(self, item_ids: Collection[int]) -> None:
        for item_id in item_ids:
            self.sums.pop(item_id, None)

    def take(self, other: "_Counted") -> None:
        self.add(other.sums)
        self.answered += other.answered
        self.expected += other.expected
        self.not_provided += other.not_provided
        self.missing |= other.missing

    def cell(self, measure: MeasureSpec, last: Quarter | None) -> Cell:
        numerator = denominator = None
        if self.answered:
            numerator = self.sums.get(measure.numerator.id, 0)
            if measure.is_ratio:
                places = measure.denominator_decimals
                denominator = sum(
                    self.sums.get(item.id, 0) * 10 ** (places - item.decimals)
                    for item in measure.denominators
                )
        return Cell(
            measure,
            numerator,
            denominator,
            self.answered,
            self.expected,
            frozenset(self.missing),
            last,
            self.not_provided,
        )
