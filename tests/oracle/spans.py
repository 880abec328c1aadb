"""Rules 9 and 10 on what may be compared and judged, added up anew: nothing is taken out of a total."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tests.oracle.council import (
    Basis,
    Council,
    Measure,
    Quarter,
    QuarterState,
    Return,
    Timing,
)
from tests.oracle.counting import Says, says

ENOUGH = Fraction(90, 100)
# A team-quarter as it is compared: the place in the period, and the end of its chain of successors.
Unit = tuple[int, str]


@dataclass
class Change:
    """Whether two spans are unlike, what of them compares, and whether a verdict may stand on it."""

    unlike: bool
    everybody: bool = False
    now: Fraction | None = None
    before: Fraction | None = None
    team_quarters: int = 0
    verdict: bool = False


class Spans:
    """A measure in an area, on a basis; ``team`` where the area is one."""

    def __init__(
        self,
        council: Council,
        returns: Sequence[Return],
        measure: Measure,
        basis: Basis,
        team: str = "",
    ) -> None:
        self.council, self.returns, self.measure = council, returns, measure
        self.basis, self.team = basis, team
        self.timings = {council.item(code).timing for code in measure.items}

    def quarters(self, period: Quarter | int) -> list[Quarter]:
        """The quarters that a quarter, or a year, is made of."""
        if isinstance(period, Quarter):
            return [period] if period in self.council.opened else []
        over = [one for one in self.council.over if one.year == period]
        return over[-1:] if self.timings == {Timing.SNAPSHOT} else over

    def asked(self, period: Quarter | int) -> list[Quarter]:
        return [quarter for quarter in self.quarters(period) if self.types(quarter, asked=True)]

    def types(self, quarter: Quarter, *, asked: bool) -> set[str]:
        """The kinds of team that made returns here; or of them those that were asked every item."""
        return {
            self.council.team(given.team).type
            for given in self.returns
            if given.quarter == quarter
            and (not asked or all(code in given.figures for code in self.measure.items))
        }

    def unit(self, team: str) -> str:
        while self.council.team(team).successor:
            team = self.council.team(team).successor
        return team

    def said(self, quarters: Sequence[Quarter]) -> list[tuple[Unit, Return, Says]]:
        """What each expected team-quarter says, with rule 3 on measures of both timings."""
        found = [
            (given, says(self.council, given, self.measure, self.basis))
            for given in self.returns
            if given.quarter in quarters
        ]
        last = quarters[-1] if quarters else None
        ended = {
            given.team for given, what in found if given.quarter == last and what == Says.NUMBERS
        }
        lines = []
        for given, what in found:
            if what == Says.NOTHING_EXPECTED:
                continue
            if what == Says.NUMBERS and len(self.timings) == 2 and given.team not in ended:
                what = Says.GAP
            lines.append(((quarters.index(given.quarter), self.unit(given.team)), given, what))
        return lines

    def answered(self, quarters: Sequence[Quarter]) -> set[Unit]:
        lines = self.said(quarters)
        gaps = {unit for unit, _, what in lines if what == Says.GAP}
        return {unit for unit, _, _ in lines} - gaps

    def add(
        self, quarters: Sequence[Quarter], units: set[Unit] | None = None
    ) -> tuple[Fraction, Fraction, int]:
        """Numerator, denominator and how many team-quarters; of some units, or of all."""
        top = under = Fraction(0)
        number = 0
        for unit, given, what in self.said(quarters):
            if what == Says.NUMBERS and (units is None or unit in units):
                number += 1
                for code in self.measure.denominators:
                    under += self._number(given, code, quarters[-1])
                top += self._number(given, self.measure.numerator, quarters[-1])
        return top, under, number

    def _number(self, given: Return, code: str, last: Quarter) -> Fraction:
        if self.council.item(code).timing == Timing.SNAPSHOT and given.quarter != last:
            return Fraction(0)
        value = given.figures[code].value
        assert value is not None
        return value

    def value(self, top: Fraction, under: Fraction, number: int) -> Fraction | None:
        if not number:
            return None
        if not self.measure.denominators:
            return top
        return top / under * self.measure.scale if under else None

    def kept_to_the_end(self, units: set[Unit], quarters: Sequence[Quarter]) -> set[Unit]:
        """Rule 3: of both timings a team counts in no quarter without the last."""
        if len(self.timings) < 2:
            return units
        return {unit for unit in units if (len(quarters) - 1, unit[1]) in units}

    # -- rule 9 -----------------------------------------------------------------------------------

    def change(self, period: Quarter | int, earlier: Quarter | int) -> Change | None:
        """The change between two periods; nothing where one of them has no value."""
        now, before = self.asked(period), self.asked(earlier)
        whole = (self.quarters(period), self.quarters(earlier))
        if None in [self.value(*self.add(quarters)) for quarters in whole]:
            return None
        if self.is_unlike(period, now, before):
            return Change(unlike=True)
        everybody = all(
            what == Says.NUMBERS for quarters in (now, before) for _, _, what in self.said(quarters)
        )
        if everybody:
            return Change(False, True, verdict=True)
        same = self.kept_to_the_end(self.answered(now) & self.answered(before), now)
        return Change(
            unlike=False,
            now=self.value(*self.add(now, same)),
            before=self.value(*self.add(before, same)),
            team_quarters=self.add(now, same)[2],
            verdict=self.carry(period, now, same),
        )

    def is_unlike(
        self, period: Quarter | int, now: Sequence[Quarter], before: Sequence[Quarter]
    ) -> bool:
        if isinstance(period, int) and [one.number for one in now] != [
            one.number for one in before
        ]:
            return True
        for one, other in zip(now, before, strict=True):
            both = self.types(one, asked=False) & self.types(other, asked=False)
            if both & (self.types(one, asked=True) ^ self.types(other, asked=True)):
                return True
        return bool(self.team) and self.has_changed(before[0], now[-1])

    def has_changed(self, first: Quarter, last: Quarter) -> bool:
        """Whether the team itself opened, closed, moved or took another over on the way."""
        start, end = first.first_day, last.last_day

        def closes(day: date | None) -> bool:
            return day is not None and start <= day < end

        team = self.council.team(self.team)
        taken_over = any(
            one.successor == self.team and closes(one.closed) for one in self.council.teams
        )
        moved = any(
            move.team == self.team and first < move.from_quarter <= last
            for move in self.council.placements
        )
        opened = team.opened is not None and start < team.opened <= end
        return opened or closes(team.closed) or taken_over or moved

    # -- nine tenths of the last closed like period -------------------------------------------------

    def carry(self, period: Quarter | int, asked: Sequence[Quarter], units: set[Unit]) -> bool:
        closed = [
            one for one, state in self.council.quarters.items() if state == QuarterState.CLOSED
        ]
        if isinstance(period, Quarter):
            reference = sorted(one for one in closed if one < period)[-1:]
        else:
            reference = [Quarter(one.year - 1, one.number) for one in asked]
        if not reference or not all(
            one in closed and self.types(one, asked=True) for one in reference
        ):
            return False
        place = 1 if self.measure.denominators else 0
        whole = self.add(reference)[place]
        return whole > 0 and self.add(reference, units)[place] >= ENOUGH * whole

    # -- rule 10 ----------------------------------------------------------------------------------

    def is_judged(self, period: Quarter | int) -> bool:
        """Whether a period's figure may be held against a target."""
        asked = self.asked(period)
        if self.value(*self.add(self.quarters(period))) is None:
            return False
        if isinstance(period, int):
            last = self.quarters(period)[-1].number
            if not self.measure.denominators and last != 4:
                return False
            is_whole = [one.number for one in asked] == list(range(1, last + 1))
            if self.timings != {Timing.SNAPSHOT} and not is_whole:
                return False
        if all(what == Says.NUMBERS for _, _, what in self.said(asked)):
            return True
        return self.carry(period, asked, self.kept_to_the_end(self.answered(asked), asked))
