"""The rules of counting (product.md, section 4), applied to what ``tally`` added up. Pure.

A *team-quarter* is one return. It is **matched** for a measure when its return speaks on the
basis and every item of the measure is a number in it; it is **expected** when it was asked
every item and, if it speaks, answered none of them *not applicable*. What is expected and not
matched is **missing**. A cell sums the matched team-quarters and says how many there were, how
many were expected and which teams are missing.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from measures.counting.aggregates import Key, Tally, TeamQuarter
from measures.counting.aggregates.shape import AsReleased
from measures.counting.catalogue import MeasureSpec
from measures.models import Answer
from teams.quarters import FinancialYear, Quarter

Period = Quarter | FinancialYear
_NO_ITEMS: frozenset[int] = frozenset()
_NO_GROUPS: "Mapping[int, TypeGroup]" = {}


@dataclass(frozen=True)
class Cell:
    """One measure in one area and period.

    ``numerator`` and ``denominator`` count units of their items' last decimal; both are None
    where nothing was answered, and for a year of a measure that counts different people.
    ``missing`` holds team ids. ``last`` is the latest quarter that was counted.
    ``not_provided`` counts the expected team-quarters that said they could not give it.
    ``released`` is what outsiders are told beside the numbers; what is ``is_hidden`` has figures
    that they are not shown.
    """

    measure: MeasureSpec
    numerator: int | None
    denominator: int | None
    answered: int
    expected: int
    missing: frozenset[int]
    last: Quarter | None
    not_provided: int = 0
    released: AsReleased | None = None

    def hidden(self) -> "Cell":
        """The cell as outsiders see it where they are not shown its figures: who answered alone."""
        told = AsReleased(
            numerator=None,
            denominator=None,
            answered=self.answered,
            expected=self.expected,
            not_provided=0,
            last=self.last,
            is_hidden=True,
            teams=(self.answered, self.expected),
            bears=False,
        )
        return replace(self, numerator=None, denominator=None, not_provided=0, released=told)

    @property
    def is_hidden(self) -> bool:
        """Whether outsiders are not shown its figures."""
        return self.released is not None and self.released.is_hidden

    @cached_property
    def value(self) -> Fraction | None:
        """The exact value at the measure's scale; None for nothing answered and for 0/0."""
        # One fraction: three, and two operations on them, take four times as long.
        return None if (parts := self.parts) is None else Fraction(*parts)

    @property
    def parts(self) -> tuple[int, int] | None:
        """The value as whole numbers, one to be divided by the other; None where there is none."""
        if self.numerator is None:
            return None
        above, below = self.measure.factors
        if not self.measure.is_ratio:
            return self.numerator, below
        if not self.denominator:
            return None
        return self.numerator * above, self.denominator * below

    @property
    def is_complete(self) -> bool:
        """Whether everybody who was expected answered."""
        return self.answered == self.expected

    @property
    def has_no_cases(self) -> bool:
        """Whether it was answered and there was nothing to divide by: "no cases", not 0%."""
        return self.measure.is_ratio and self.denominator == 0


class TypeGroup:
    """The returns of one kind of team in one quarter of an area; worked out as far as it is asked.

    ``rows`` are those that the tally lists, ``others`` how many there are but for them; ``sums``
    are of all that speak, by item.
    """

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self.rows: list[TeamQuarter] = []
        self.others = 0
        self.sums: Mapping[int, int] = {}

    def add(self, sums: Mapping[int, int]) -> None:
        """The sums of another area of which they are made."""
        if not self.sums:
            self.sums = sums  # of one area there is nothing to add up, nor to copy
            return
        added = dict(self.sums)
        for item_id, number in sums.items():
            added[item_id] = added.get(item_id, 0) + number
        self.sums = added

    @cached_property
    def speaking(self) -> list[TeamQuarter]:
        """Those of the rows that speak."""
        return [row for row in self.rows if row.speaks]

    @cached_property
    def number_speaking(self) -> int:
        """How many speak, listed or not."""
        return len(self.speaking) + self.others

    @cached_property
    def silent(self) -> frozenset[int]:
        """The teams whose returns do not speak, by id."""
        return frozenset(row.team_id for row in self.rows if not row.speaks)

    @cached_property
    def gapped(self) -> dict[int, list[TeamQuarter]]:
        """Those that speak and have no number for an item, by that item."""
        gapped: dict[int, list[TeamQuarter]] = defaultdict(list)
        for row in self.speaking:
            for item_id in self._tally.gaps.get(row.return_id, ()):
                gapped[item_id].append(row)
        return gapped

    @cached_property
    def excused(self) -> dict[int, set[int]]:
        """The teams to which an item does not apply, by item."""
        gaps = self._tally.gaps
        return {
            item_id: {
                row.team_id for row in rows if gaps[row.return_id][item_id] == Answer.NOT_APPLICABLE
            }
            for item_id, rows in self.gapped.items()
        }

    @cached_property
    def provisional(self) -> list[TeamQuarter]:
        """Those that speak and are not signed off."""
        return [row for row in self.speaking if not row.is_signed_off]


class RollUp:
    """The cells of one area: the team-quarters whose key is among ``keys``.

    ``keys`` None stands for the whole council, city-wide team included. ``groups`` are its
    returns by quarter and kind of team.
    """

    def __init__(self, tally: Tally, keys: Collection[Key] | None) -> None:
        if tally.is_for_outsiders and keys is not None and len(keys) != 1:
            raise ValueError("Outsiders read the whole council, or one locality")
        self.tally = tally
        self.keys = keys
        self._asked: dict[tuple[int, int], tuple[int, ...]] = {}
        self.groups: dict[int, dict[int, TypeGroup]] = defaultdict(
            lambda: defaultdict(lambda: TypeGroup(tally))
        )
        here = tally.of_areas(keys)
        for row in here.returns:
            self.groups[row.quarter][row.type_id].rows.append(row)
        for (_, quarter, type_id), number in here.others:
            self.groups[quarter][type_id].others += number
        for (_, quarter, type_id), sums in here.sums:
            self.groups[quarter][type_id].add(sums)

    def cell(self, measure: MeasureSpec, period: Period) -> Cell:
        """The measure in a quarter or a financial year (rules 2 to 5), as its readers may see it.

        Every number that a page or a file shows comes through here.
        """
        if self.tally.released is None:
            return self.count(measure, period)
        place = None if self.keys is None else next(iter(self.keys))
        return _as_released(measure, self.tally.released.get((measure.id, place, str(period))))

    def matched(self, measure: MeasureSpec, quarter: Quarter) -> Iterator[TeamQuarter]:
        """The team-quarters with a number for every item of the measure; each has to be listed."""
        for group in self.asked(measure, quarter):
            yield from (row for row in group.speaking if not self.tally.has_gap(row, measure))

    def count(self, measure: MeasureSpec, period: Period) -> Cell:
        """The measure with nothing hidden."""
        if isinstance(period, Quarter) and period.index in self.tally.quarters:
            return self._count(measure, period).cell(period)
        counted = self.counted(measure, self.quarters_of(measure, period))
        if isinstance(period, FinancialYear) and measure.is_distinct:
            return replace(counted, numerator=None, denominator=None, not_provided=0)
        return counted

    def quarters_of(self, measure: MeasureSpec, period: Period) -> list[Quarter]:
        """The quarters whose figures a period is made of (rule 2).

        Of a year those that are over, of a snapshot only the last of them; none where nothing
        was opened, or nothing is over.
        """
        if isinstance(period, Quarter):
            return [period] if period.index in self.tally.quarters else []
        if not self.tally.for_years:
            raise ValueError("This was tallied for quarters alone, without what a year leaves out")
        over = self.tally.over_in(period.quarters)
        return over[-1:] if measure.is_snapshot else over

    def counted(self, measure: MeasureSpec, quarters: Sequence[Quarter]) -> Cell:
        """The measure over some quarters, in time order, that were opened (rules 2 to 5).

        Flows are summed, snapshots taken from the last quarter. Where a measure mixes the two,
        a team that is not matched in the last is left out of all of them, and missing (rule 3).
        """
        if not quarters:
            return _Counted(measure).cell(None)
        return self._sum(measure, quarters).cell(quarters[-1])

    def was_asked(self, measure: MeasureSpec) -> bool:
        """Whether any item of the measure was asked of anybody here in the span."""
        asked = self.tally.questions
        return any(
            not measure.item_ids.isdisjoint(asked.get((quarter, type_id), ()))
            for quarter, types in self.groups.items()
            for type_id in types
        )

    def types_asked(self, measure: MeasureSpec, quarter: Quarter) -> tuple[int, ...]:
        """The kinds of team here that were asked every item of the measure, by id."""
        key = quarter.index, measure.id
        if key not in self._asked:
            questions, at = self.tally.questions, quarter.index
            self._asked[key] = tuple(
                type_id
                for type_id in self.groups.get(at, ())
                if measure.item_ids <= questions.get((at, type_id), frozenset())
            )
        return self._asked[key]

    def asked(self, measure: MeasureSpec, quarter: Quarter) -> list[TypeGroup]:
        """Their returns in a quarter, by kind of team."""
        at, questions, items = quarter.index, self.tally.questions, measure.item_ids
        return [
            group
            for type_id, group in self.groups.get(at, _NO_GROUPS).items()
            if items <= questions.get((at, type_id), _NO_ITEMS)
        ]

    def _count(self, measure: MeasureSpec, quarter: Quarter) -> "_Counted":
        """Rules 3 and 4 in one quarter."""
        counted = _Counted(measure)
        for group in self.asked(measure, quarter):
            speaking = group.number_speaking
            counted.answered += speaking
            counted.expected += speaking + len(group.silent)
            if group.silent:
                counted.missing |= group.silent
            if speaking:
                counted.add(group.sums)
            if group.gapped:
                gapped = (row for pk in measure.item_ids for row in group.gapped.get(pk, ()))
                for row in {row.return_id: row for row in gapped}.values():
                    self._take_out(counted, measure, row)
        return counted

    def _take_out(self, counted: "_Counted", measure: MeasureSpec, row: TeamQuarter) -> None:
        """A team-quarter without a number for every item: not expected, or missing (rule 4)."""
        gaps = self.tally.gaps[row.return_id]
        answers = {gaps[item_id] for item_id in measure.item_ids if item_id in gaps}
        counted.answered -= 1
        if Answer.NOT_APPLICABLE in answers:
            counted.expected -= 1
        else:
            counted.missing.add(row.team_id)
            counted.not_provided += Answer.NOT_PROVIDED in answers
        if measure.is_ratio:
            counted.subtract(self.tally.single.get(row.return_id, {}))

    def _sum(self, measure: MeasureSpec, quarters: Sequence[Quarter]) -> "_Counted":
        if len(quarters) == 1:
            return self._count(measure, quarters[0])
        total = _Counted(measure)
        snapshots = {item.id for item in measure.items if item.is_snapshot}
        for quarter in quarters:
            part = self._count(measure, quarter)
            if quarter != quarters[-1]:
                part.forget(snapshots)
            total.take(part)
        if measure.is_mixed:
            self._leave_out(total, measure, quarters, snapshots)
        return total

    def _leave_out(
        self,
        total: "_Counted",
        measure: MeasureSpec,
        quarters: Sequence[Quarter],
        snapshots: Collection[int],
    ) -> None:
        """Take the earlier quarters of teams without a matched last quarter out of the sums."""
        matched = [row for quarter in quarters for row in self.matched(measure, quarter)]
        ended_well = {row.team_id for row in matched if row.quarter == quarters[-1].index}
        for row in matched:
            if row.team_id in ended_well:
                continue
            total.answered -= 1
            total.missing.add(row.team_id)
            numbers = self.tally.single.get(row.return_id, {})
            total.subtract({pk: value for pk, value in numbers.items() if pk not in snapshots})


def _as_released(measure: MeasureSpec, line: AsReleased | None) -> Cell:
    """The cell of a line of a release; where there is none nobody was expected to answer."""
    if line is None:
        return _Counted(measure).cell(None)
    return Cell(
        measure,
        line.numerator,
        line.denominator,
        line.answered,
        line.expected,
        frozenset(),
        line.last,
        line.not_provided,
        line,
    )


class _Counted:
    """A cell in the making: the sums of the measure's items, and who was counted."""

    __slots__ = ("answered", "expected", "measure", "missing", "not_provided", "sums")

    def __init__(self, measure: MeasureSpec) -> None:
        self.measure = measure
        self.sums = dict.fromkeys(measure.item_ids, 0)
        self.answered = 0
        self.expected = 0
        self.not_provided = 0
        self.missing: set[int] = set()

    def add(self, numbers: Mapping[int, int]) -> None:
        for item_id in self.sums:
            self.sums[item_id] += numbers.get(item_id, 0)

    def subtract(self, numbers: Mapping[int, int]) -> None:
        for item_id in self.sums:
            self.sums[item_id] -= numbers.get(item_id, 0)

    def forget(self, item_ids: Collection[int]) -> None:
        self.sums.update(dict.fromkeys(item_ids, 0))

    def take(self, other: "_Counted") -> None:
        self.add(other.sums)
        self.answered += other.answered
        self.expected += other.expected
        self.not_provided += other.not_provided
        self.missing |= other.missing

    def cell(self, last: Quarter | None) -> Cell:
        measure = self.measure
        numerator = denominator = None
        if self.answered:
            numerator = self.sums[measure.numerator.id]
            if measure.is_ratio:
                denominator = sum(self.sums[item_id] * factor for item_id, factor in measure.below)
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
