"""The lines of a release, down to the answers that they add up: what it is worked out from. Pure.

A line is a measure in an area and a period. Its parts are sums of single answers, so that lines
which share some of them are seen to, whichever release they stand in. An answer that was corrected
is another one from then on: the difference to what it was is nothing that is hidden.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, NamedTuple, Self

from teams.quarters import FinancialYear, Quarter

CITY = 0


class Key(NamedTuple):
    """Which line: a measure's id, a locality's id (``CITY`` for the whole), a period as written."""

    measure: int
    locality: int
    period: str

    @property
    def is_year(self) -> bool:
        """Whether it is of a whole year."""
        return " " not in self.period


class CountedAnswer(NamedTuple):
    """A number that stands in a return for an item."""

    made: int
    item: int
    value: int


@dataclass(frozen=True)
class CountedItem:
    """What of an item matters here; ``wholes`` are the items that it cannot exceed."""

    decimals: int
    is_protected: bool
    is_snapshot: bool = False
    wholes: tuple[int, ...] = ()


@dataclass(frozen=True)
class ReleasePart:
    """An item in some returns."""

    item: int
    made: frozenset[int]


@dataclass(frozen=True)
class ReleaseLine:
    """A line: what is counted, what it is divided by (added up), and whether the rest speaks."""

    key: Key
    above: ReleasePart
    below: tuple[ReleasePart, ...] = ()
    rest: bool = False

    @property
    def parts(self) -> tuple[ReleasePart, ...]:
        """All of them, the numerator first."""
        return (self.above, *self.below)

    @cached_property
    def made(self) -> frozenset[int]:
        """The returns that speak in it."""
        return frozenset().union(*(part.made for part in self.parts))


@dataclass(frozen=True)
class Ground:
    """The lines of a release, and the answers that they add up.

    ``teams`` has the team of each return, None for a city-wide one.
    """

    lines: tuple[ReleaseLine, ...]
    values: Mapping[int, Mapping[int, int]]
    teams: Mapping[int, int | None]
    items: Mapping[int, CountedItem]

    def answers(self, part: ReleasePart) -> frozenset[CountedAnswer]:
        """The answers that a part adds up."""
        return frozenset(
            CountedAnswer(made, part.item, self.values[made][part.item]) for made in part.made
        )

    def exact(self, parts: Iterable[ReleasePart]) -> Fraction:
        """What parts come to together."""
        return sum(
            (
                Fraction(
                    sum(self.values[made][part.item] for made in part.made),
                    10 ** self.items[part.item].decimals,
                )
                for part in parts
            ),
            Fraction(0),
        )

    def teams_of(self, made: Iterable[int]) -> set[int]:
        """The teams that made some returns, city-wide ones left out."""
        return {team for one in made if (team := self.teams[one]) is not None}

    def only(self, keys: Iterable[Key]) -> "Ground":
        """The same with fewer lines, and what these add up."""
        wanted = set(keys)
        lines = tuple(line for line in self.lines if line.key in wanted)
        items = {part.item for line in lines for part in line.parts}
        made = set().union(*(line.made for line in lines))
        return Ground(
            lines,
            {
                one: {item: value for item, value in self.values[one].items() if item in items}
                for one in made
            },
            {one: self.teams[one] for one in made},
            {item: self.items[item] for item in items},
        )

    # -- as it is kept --------------------------------------------------------------------------

    def kept(self) -> dict[str, Any]:
        """The same as plain JSON; sets of returns stand once."""
        sets: dict[frozenset[int], int] = {}

        def part(one: ReleasePart) -> list[int]:
            return [one.item, sets.setdefault(one.made, len(sets))]

        lines = [
            [list(one.key), [part(each) for each in one.parts], one.rest] for one in self.lines
        ]
        return {
            "lines": lines,
            "sets": [sorted(one) for one in sets],
            "values": {
                str(made): {str(item): value for item, value in of.items()}
                for made, of in self.values.items()
            },
            "teams": {str(made): team for made, team in self.teams.items()},
            "items": {
                str(pk): [one.decimals, one.is_protected, one.is_snapshot, list(one.wholes)]
                for pk, one in self.items.items()
            },
        }

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """What ``kept`` gave."""
        sets = [frozenset(one) for one in kept["sets"]]

        def line(key: list[Any], parts: list[list[int]], rest: bool) -> ReleaseLine:
            above, *below = (ReleasePart(item, sets[at]) for item, at in parts)
            return ReleaseLine(Key(*key), above, tuple(below), rest)

        return cls(
            tuple(line(*one) for one in kept["lines"]),
            {
                int(made): {int(item): value for item, value in of.items()}
                for made, of in kept["values"].items()
            },
            {int(made): team for made, team in kept["teams"].items()},
            {
                int(pk): CountedItem(decimals, protected, snapshot, tuple(wholes))
                for pk, (decimals, protected, snapshot, wholes) in kept["items"].items()
            },
        )


def newly_told(now: Ground, before: Iterable[Ground]) -> set[Key]:
    """The lines that add up other answers than when they were told last, or were never told."""
    told = {line.key: _what(one, line) for one in before for line in one.lines}
    return {line.key for line in now.lines if told.get(line.key) != _what(now, line)}


def _what(ground: Ground, line: ReleaseLine) -> tuple[Any, ...]:
    return (line.rest, *(ground.answers(part) for part in line.parts))


def period_of(written: str) -> Quarter | FinancialYear:
    """A period as it is written: ``2015-16 Q4``, ``2015-16``."""
    return Quarter.parse(written) if " " in written else FinancialYear.parse(written)
