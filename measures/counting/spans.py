"""Like spans: what two figures over time may be compared on, and what a verdict rests on. Pure.

A change or a verdict is drawn only where the same quarters were asked on both sides and everybody
who was expected answered (product.md, rules 9 and 10). Where some did not answer, it is that of
the same teams and quarters, a closed team with its successor: the total less the team-quarters
that differ. A team is compared as its *unit*: itself, or the end of its chain of successors.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import NamedTuple

from django.conf import settings
from django.utils.text import get_text_list

from earlyhelp.core.pages.wording import long_date
from measures.counting.aggregates import Key, TeamQuarter
from measures.counting.aggregates.shape import Life
from measures.counting.catalogue import MeasureSpec
from measures.counting.rollups import Cell, Period, RollUp
from measures.models import Answer
from teams.quarters import FinancialYear, Quarter

NOT_OVER = "the year is not over"
NOT_EVERYBODY = "not everybody reported both times"


@dataclass(frozen=True)
class Pairing:
    """Two figures of a measure in one area, and what they may be compared on.

    ``reasons`` say why their spans are unlike. Where some did not answer, ``same`` holds the
    figures of the same teams and quarters, ``on`` says how many those are, and ``is_borne``
    whether they carry enough for a verdict. ``beside`` says who opened, closed or moved.
    """

    now: Cell
    before: Cell
    reasons: tuple[str, ...] = ()
    same: tuple[Cell, Cell] | None = None
    on: str = ""
    is_borne: bool = True
    beside: str = ""

    @property
    def compared(self) -> tuple[Cell, Cell]:
        """The two figures that a change is between."""
        return self.same or (self.now, self.before)


class _Standing(NamedTuple):
    """Who was expected to answer in a quarter, as units, and who of them did not."""

    rows: Mapping[int, Sequence[TeamQuarter]]
    present: AbstractSet[int]
    missing: AbstractSet[int]


@dataclass(frozen=True)
class _Side:
    """A measure in quarters that were asked it, one of two that are compared.

    ``ended`` are the teams that a measure of mixed timing keeps (rule 3); None keeps all.
    """

    quarters: Sequence[Quarter]
    standings: Sequence[_Standing]
    ended: AbstractSet[int] | None


class Spans:
    """The like spans of an area's figures; ``team_id`` where the area is a team."""

    def __init__(self, rollup: RollUp, team_id: int | None = None) -> None:
        self._rollup = rollup
        self._tally = rollup.tally
        self._team_id = team_id
        self._closed = sorted(
            {at for group in self._tally.compared for at in group if at.index in self._tally.closed}
        )
        self._bases: dict[tuple[int, tuple[int, ...]], _Standing] = {}
        self._sides: dict[tuple[tuple[int, tuple[int, ...]], ...], str] = {}

    # -- what may be compared -------------------------------------------------------------------

    def pair(self, now: Cell, before: Cell, period: Period, earlier: Period) -> Pairing:
        """Two cells of a measure and what they may be compared on."""
        if now.value is None or before.value is None:
            return Pairing(now, before)
        measure = now.measure
        latter, former = self._asked(measure, period), self._asked(measure, earlier)
        reasons = tuple(self._unlike(measure, period, earlier, latter, former))
        if reasons:
            return Pairing(now, before, reasons)
        beside = self._beside(measure, latter, former)
        if now.is_complete and before.is_complete:
            return Pairing(now, before, beside=beside)
        if self._tally.is_for_outsiders:
            # Sums of fewer teams beside those of all would tell what one team counted.
            return Pairing(now, before, reasons=(NOT_EVERYBODY,))
        sides = self._side(measure, latter), self._side(measure, former)
        kept = _on_both(*sides)
        same = self._of(now, sides[0], kept), self._of(before, sides[1], kept)
        reference = self._reference(measure, period, latter)
        is_borne = (
            _carries(before, same[1])
            if reference == former
            else self._carry(measure, reference, kept)
        )
        what = "teams" if len(latter) == 1 else "returns"
        return Pairing(
            now,
            before,
            same=same,
            on=f"on {same[0].answered} of {now.expected} {what}",
            is_borne=is_borne,
            beside=beside,
        )

    def with_last(self, measure: MeasureSpec, quarter: Quarter) -> Pairing:
        """A measure in a quarter and in the one before, and what those compare on."""
        now, before = (self._rollup.cell(measure, one) for one in (quarter, quarter - 1))
        return self.pair(now, before, quarter, quarter - 1)

    def bears_verdict(self, cell: Cell, period: Period, *, is_so_far: bool = False) -> bool:
        """Whether a figure can be held against a target: asked whole, and by nearly all answered.

        Of a year that is not over a ratio speaks of the quarters that are; a count needs all
        four, but for a count of the quarter's end on its way (``is_so_far``).
        """
        measure = cell.measure
        if cell.released is not None:
            return cell.released.bears and cell.value is not None
        if cell.value is None or not self._is_whole(measure, period, is_so_far):
            return False
        if cell.is_complete:
            return True
        side = self._side(measure, self._asked(measure, period))
        kept = [one.present - one.missing for one in side.standings]
        reference = self._reference(measure, period, side.quarters)
        return self._carry(measure, reference, _with_last(measure, kept))

    def _is_whole(self, measure: MeasureSpec, period: Period, is_so_far: bool) -> bool:
        if isinstance(period, Quarter):
            return True
        last = self._rollup.quarters_of(measure, period)[-1].number
        if not measure.is_ratio and last != 4 and not (is_so_far and measure.is_snapshot):
            return False
        numbers = [quarter.number for quarter in self._asked(measure, period)]
        return measure.is_snapshot or numbers == list(range(1, last + 1))

    # -- why spans are unlike -------------------------------------------------------------------

    def _unlike(
        self,
        measure: MeasureSpec,
        period: Period,
        earlier: Period,
        latter: Sequence[Quarter],
        former: Sequence[Quarter],
    ) -> Iterable[str]:
        if isinstance(period, FinancialYear) and _numbers(latter) != _numbers(former):
            last = period.quarters[-1].index
            if max(self._tally.over) < last:
                yield NOT_OVER
            else:
                yield f"{_in_words(former)} of {earlier}, {_in_words(latter)} of {period}"
        elif any(self._asked_others(measure, *pair) for pair in zip(latter, former, strict=True)):
            yield "not asked of the same kinds of team"
        found = measure.breaks_between(former[0], latter[-1])
        yield from dict.fromkeys(f"{one.reason}, from {one.quarter.short}" for one in found)
        if self._team_id is not None:
            yield from self._of_the_team(self._team_id, former[0], latter[-1])

    def _asked_others(self, measure: MeasureSpec, now: Quarter, before: Quarter) -> bool:
        """Whether a kind of team that was there in both quarters was asked in one of them."""
        there = [self._rollup.groups.get(at.index, {}).keys() for at in (now, before)]
        asked = [set(self._rollup.types_asked(measure, at)) for at in (now, before)]
        return bool((asked[0] ^ asked[1]) & there[0] & there[1])

    def _of_the_team(self, team_id: int, first: Quarter, last: Quarter) -> Iterable[str]:
        """What happened to the team itself between the first and the last day."""
        for pk, life in self._tally.lives.items():
            closed = _closed_between(life, first, last)
            if pk == team_id and life.opened and first.first_day < life.opened <= last.last_day:
                yield f"the team opened on {long_date(life.opened)}"
            if closed and pk == team_id:
                yield f"the team closed on {long_date(closed)}"
            if closed and life.successor_id == team_id:
                yield f"another team became part of it after {long_date(closed)}"
        for index in self._tally.moves.get(team_id, ()):
            if first.index < index <= last.index:
                yield f"the team moved in {Quarter(index).short}"

    def _beside(
        self, measure: MeasureSpec, latter: Sequence[Quarter], former: Sequence[Quarter]
    ) -> str:
        """Who opened, closed or moved within the area between the two: ``1 team new, 2 gone``."""
        if self._team_id is not None:
            return ""
        sides = [
            tuple((at.index, self._rollup.types_asked(measure, at)) for at in side)
            for side in (latter, former)
        ]
        known = (*sides[0], *sides[1])
        if known not in self._sides:
            now, before = (self._places(side) for side in sides)
            moved = sum(now[team] != before[team] for team in now.keys() & before.keys())
            counts = {
                "new": len(now.keys() - before.keys()),
                "gone": len(before.keys() - now.keys()),
                "moved": moved,
            }
            words = [f"{number} {what}" for what, number in counts.items() if number]
            if words:
                number, _, what = words[0].partition(" ")
                words[0] = f"{number} team{'' if number == '1' else 's'} {what}"
            self._sides[known] = ", ".join(words)
        return self._sides[known]

    def _places(self, side: Iterable[tuple[int, tuple[int, ...]]]) -> dict[int, Key]:
        return {
            row.team_id: row.key
            for index, types in side
            for rows in self._base(index, types).rows.values()
            for row in rows
        }

    # -- the same teams and quarters ------------------------------------------------------------

    def _asked(self, measure: MeasureSpec, period: Period) -> list[Quarter]:
        """The quarters of a period in which anybody here was asked the measure."""
        quarters = self._rollup.quarters_of(measure, period)
        return [quarter for quarter in quarters if self._rollup.types_asked(measure, quarter)]

    def _base(self, index: int, types: tuple[int, ...]) -> _Standing:
        """Who was expected in a quarter, gaps apart; worked out once for all measures."""
        if (index, types) not in self._bases:
            rows: dict[int, list[TeamQuarter]] = {}
            for type_id in types:
                for row in self._rollup.groups[index][type_id].rows:
                    rows.setdefault(self._tally.unit(row.team_id), []).append(row)
            silent = {unit for unit, made in rows.items() if not all(row.speaks for row in made)}
            self._bases[index, types] = _Standing(rows, rows.keys(), silent)
        return self._bases[index, types]

    def _standing(self, measure: MeasureSpec, quarter: Quarter) -> _Standing:
        base = self._base(quarter.index, self._rollup.types_asked(measure, quarter))
        gapped = {
            row.return_id: row
            for group in self._rollup.asked(measure, quarter)
            for item_id in measure.item_ids
            for row in group.gapped.get(item_id, ())
        }
        if not gapped:
            return base
        missing = set(base.missing)
        excused: Counter[int] = Counter()
        for return_id, row in gapped.items():
            gaps = self._tally.gaps[return_id]
            unit = self._tally.unit(row.team_id)
            if any(gaps.get(item_id) == Answer.NOT_APPLICABLE for item_id in measure.item_ids):
                excused[unit] += 1
            else:
                missing.add(unit)
        absent = {unit for unit, number in excused.items() if number == len(base.rows[unit])}
        return _Standing(base.rows, base.present - absent, missing)

    def _side(self, measure: MeasureSpec, quarters: Sequence[Quarter]) -> _Side:
        standings = [self._standing(measure, quarter) for quarter in quarters]
        if not measure.is_mixed or len(quarters) == 1:
            return _Side(quarters, standings, None)
        last = standings[-1].rows.values()
        ended = {row.team_id for made in last for row in made if self._is_matched(measure, row)}
        standings = [
            one._replace(missing=one.missing | self._left_out(measure, one, ended))
            for one in standings
        ]
        return _Side(quarters, standings, ended)

    def _left_out(
        self, measure: MeasureSpec, standing: _Standing, ended: AbstractSet[int]
    ) -> set[int]:
        """The units with a team that is matched in this quarter and not in the last (rule 3)."""
        return {
            unit
            for unit, made in standing.rows.items()
            for row in made
            if row.team_id not in ended and self._is_matched(measure, row)
        }

    def _is_matched(self, measure: MeasureSpec, row: TeamQuarter) -> bool:
        return row.speaks and not self._tally.has_gap(row, measure)

    def _of(self, cell: Cell, side: _Side, kept: Sequence[AbstractSet[int]]) -> Cell:
        """A cell of those kept in each quarter: the total less the team-quarters that differ."""
        measure = cell.measure
        taken, number = self._taken_out(measure, side, kept)
        answered = cell.answered - number
        top = under = None
        if answered and cell.numerator is not None:
            top = cell.numerator - taken[measure.numerator.id]
            if cell.denominator is not None:
                under = cell.denominator - sum(
                    taken[item.id] * 10 ** (measure.denominator_decimals - item.decimals)
                    for item in measure.denominators
                )
        return replace(
            cell,
            numerator=top,
            denominator=under,
            answered=answered,
            expected=answered,
            missing=frozenset(),
            not_provided=0,
        )

    def _taken_out(
        self, measure: MeasureSpec, side: _Side, kept: Sequence[AbstractSet[int]]
    ) -> tuple[Counter[int], int]:
        """What those who are not kept answered, by item, and in how many team-quarters."""
        taken, number = Counter[int](), 0
        for at, (standing, units) in enumerate(zip(side.standings, kept, strict=True)):
            is_last = at == len(side.quarters) - 1
            counted = [item.id for item in measure.items if is_last or not item.is_snapshot]
            for unit in standing.rows.keys() - units:
                for row in standing.rows[unit]:
                    is_left_out = side.ended is not None and row.team_id not in side.ended
                    if is_left_out or not self._is_matched(measure, row):
                        continue
                    number += 1
                    numbers = self._tally.single[row.return_id]
                    taken.update({item_id: numbers[item_id] for item_id in counted})
        return taken, number

    # -- how much they carry --------------------------------------------------------------------

    def _reference(
        self, measure: MeasureSpec, period: Period, asked: Sequence[Quarter]
    ) -> list[Quarter]:
        """The measure's last closed like period among what is compared; empty for none."""
        if isinstance(period, Quarter):
            found = [quarter for quarter in self._closed if quarter < period][-1:]
        else:
            found = [quarter - 4 for quarter in asked]
        if set(found).issubset(self._closed) and all(
            self._rollup.types_asked(measure, quarter) for quarter in found
        ):
            return found
        return []

    def _carry(
        self,
        measure: MeasureSpec,
        reference: Sequence[Quarter],
        kept: Sequence[AbstractSet[int]],
    ) -> bool:
        """Whether these carry nearly all of the reference: of its denominator, or its count."""
        if not reference:
            return False
        total = self._rollup.counted(measure, reference)
        return _carries(total, self._of(total, self._side(measure, reference), kept))


def _closed_between(life: Life, first: Quarter, last: Quarter) -> dt.date | None:
    """The day on which a team closed, where there were days before and after it in between."""
    if life.closed is not None and first.first_day <= life.closed < last.last_day:
        return life.closed
    return None


def _carries(total: Cell, part: Cell) -> bool:
    if total.measure.is_ratio:
        whole, carried = total.denominator or 0, part.denominator or 0
    else:
        whole, carried = total.numerator or 0, part.numerator or 0
    return whole > 0 and carried * 100 >= whole * settings.VERDICT_CARRIES_PERCENT


def _on_both(latter: _Side, former: _Side) -> list[AbstractSet[int]]:
    """Those who answered on both sides, in each of their quarters."""
    kept = [
        (now.present & before.present) - now.missing - before.missing
        for now, before in zip(latter.standings, former.standings, strict=True)
    ]
    return kept if latter.ended is None else _ending_well(kept)


def _with_last(
    measure: MeasureSpec, kept: Sequence[AbstractSet[int]]
) -> Sequence[AbstractSet[int]]:
    return _ending_well(kept) if measure.is_mixed else kept


def _ending_well(kept: Sequence[AbstractSet[int]]) -> list[AbstractSet[int]]:
    """Without its last quarter a team is left out of all of them, where timing is mixed."""
    return [units & kept[-1] for units in kept]


def _numbers(quarters: Iterable[Quarter]) -> list[int]:
    return [quarter.number for quarter in quarters]


def _in_words(quarters: Sequence[Quarter]) -> str:
    if len(quarters) == 4:
        return "all four quarters"
    listed = get_text_list([f"Q{quarter.number}" for quarter in quarters], "and")
    return f"{listed} only" if len(quarters) == 1 else listed
