"""Random councils that close quarter after quarter, with what goes wrong in between.

Late returns, corrections, teams that move: drawn here, added up here, and told both to the
solver (as lines of a release) and to the outsider of ``tests/attacker.py`` (as what is printed).
"""

import random
from dataclasses import dataclass, field

from measures.releases.lines import (
    CITY,
    CountedItem,
    Ground,
    Key,
    ReleaseLine,
    ReleasePart,
    newly_told,
)
from measures.releases.protection import ChosenMask
from measures.releases.protection.search import solve
from measures.releases.table import NEW, EarlierRelease, LinePlace, table_of
from tests.attacker import Outsider, Unknown

SMALL = 5
# What is cheapest does not hang on how busy the machine is.
PATIENCE = 300.0
# open and closed (a snapshot and a flow), then parts of closed, a survey, and its part.
ITEMS = {1: "open", 2: "closed", 3: "escalated", 4: "again", 5: "surveys", 6: "helped"}
PART_OF = {3: 2, 6: 5}
PROTECTED = {1, 2, 3, 4}
SNAPSHOTS = {1}
# id: numerator, denominators, whether the rest speaks.
MEASURES = {
    1: (1, (), False),
    2: (2, (), False),
    3: (3, (2,), False),
    4: (4, (1, 2), True),
    5: (5, (), False),
    6: (6, (5,), False),
    7: (4, (), False),
    8: (5, (2,), False),
}


@dataclass
class Council:
    """Returns, by team and quarter, and the numbers in them now; ``order`` counts corrections."""

    draw: random.Random
    localities: int
    measures: tuple[int, ...]
    where: dict[int, int] = field(default_factory=dict)
    values: dict[tuple[int, int], dict[int, int]] = field(default_factory=dict)
    place: dict[tuple[int, int], int] = field(default_factory=dict)
    late: set[tuple[int, int]] = field(default_factory=set)

    def made(self, team: int, quarter: int) -> int:
        """The id of a return."""
        return team * 100 + quarter

    def report(self, quarter: int) -> None:
        """Everybody counts a quarter; some come late, some leave a question out."""
        for team, locality in self.where.items():
            self.place[team, quarter] = locality
            numbers = self._numbers()
            if self.draw.random() < 0.06:
                self.late.add((team, quarter))
            if self.draw.random() < 0.06:
                numbers.pop(self.draw.choice([2, 4, 5]))
            self.values[team, quarter] = numbers

    def _numbers(self) -> dict[int, int]:
        draw = self.draw
        closed, surveys = draw.randint(0, 14), draw.randint(0, 9)
        return {
            1: draw.randint(0, 30),
            2: closed,
            3: min(closed, draw.choice([0, 0, 0, 1, 1, 2, 3])),
            4: draw.choice([0, 0, 1, 1, 2, 4]),
            5: surveys,
            6: draw.randint(0, surveys),
        }

    def go_on(self) -> None:
        """What happens between two closings: returns accepted late, corrections, a move."""
        for one in sorted(self.late):
            if self.draw.random() < 0.5:
                self.late.discard(one)
        for one in self.draw.sample(sorted(self.values), k=min(2, len(self.values))):
            item = self.draw.choice(sorted(set(self.values[one]) & {1, 4, 5}))
            if item == 5:
                self.values[one][5] += self.draw.randint(1, 2)
            else:
                self.values[one][item] = max(0, self.values[one][item] + self.draw.choice([-1, 1]))
        if self.draw.random() < 0.4:
            self.where[self.draw.choice(sorted(self.where))] = self.draw.randint(1, self.localities)

    def speaks(self, quarter: int, items: set[int], locality: int) -> list[int]:
        """The teams that answered all the items in a quarter, in a locality or anywhere."""
        return [
            team
            for (team, at), numbers in sorted(self.values.items())
            if at == quarter
            and (team, at) not in self.late
            and items <= set(numbers)
            and locality in (CITY, self.place[team, at])
        ]

    def line(
        self, measure: int, locality: int, quarters: list[int], period: str
    ) -> ReleaseLine | None:
        """A measure in some quarters, by rules 2 and 3; None where nobody answered."""
        above, below, rest = MEASURES[measure]
        items = {above, *below}
        snapshots = items & SNAPSHOTS
        if snapshots == items:
            quarters = quarters[-1:]
        rows = [(team, at) for at in quarters for team in self.speaks(at, items, locality)]
        if snapshots and snapshots != items:
            ended = {team for team, at in rows if at == quarters[-1]}
            rows = [row for row in rows if row[0] in ended]
        if not rows:
            return None
        last = frozenset(self.made(*row) for row in rows if row[1] == quarters[-1])
        all_of_them = frozenset(self.made(*row) for row in rows)
        parts = [
            ReleasePart(item, last if item in SNAPSHOTS else all_of_them)
            for item in (above, *below)
        ]
        return ReleaseLine(Key(measure, locality, period), parts[0], tuple(parts[1:]), rest)

    def ground(self, closed: list[int]) -> Ground:
        """Everything that could be told."""
        lines = [
            self.line(measure, CITY, [at], f"{2015 + at // 4} Q{at % 4 + 1}")
            for measure in self.measures
            for at in closed
        ]
        for year in range((max(closed) + 1) // 4):
            quarters = [year * 4 + at for at in range(4)]
            lines += [
                self.line(measure, locality, quarters, f"{2015 + year}")
                for measure in self.measures
                for locality in range(self.localities + 1)
            ]
        return Ground(
            tuple(line for line in lines if line),
            {self.made(*row): dict(numbers) for row, numbers in self.values.items()},
            {self.made(*row): row[0] for row in self.values},
            {
                item: CountedItem(
                    0,
                    item in PROTECTED,
                    item in SNAPSHOTS,
                    (PART_OF[item],) if item in PART_OF else (),
                )
                for item in ITEMS
            },
        )


@dataclass
class Published:
    """A release as it was made: its lines, and which of them are hidden."""

    ground: Ground
    hidden: frozenset[Key]
    mask: ChosenMask
    small: frozenset[Key]


def new_council(seed: int, localities: int, measures: int) -> Council:
    draw = random.Random(seed)
    chosen = tuple(sorted(draw.sample(sorted(MEASURES), k=measures)))
    council = Council(draw, localities, chosen)
    for team in range(1, localities * draw.randint(2, 3) + 1):
        council.where[team] = (team - 1) % localities + 1
    return council


def closings(council: Council, releases: int, seconds: float = PATIENCE) -> list[Published]:
    """So many releases, each at the closing of one or two quarters."""
    found: list[Published] = []
    closed: list[int] = []
    for number in range(1, releases + 1):
        for _ in range(
            2
            if (releases * 2 >= 4 and number <= 4 - releases) or (releases == 3 and number == 1)
            else 1
        ):
            council.report(len(closed))
            closed.append(len(closed))
        found.append(publish(council.ground(closed), found, number, seconds))
        council.go_on()
    return found


def publish(
    everything: Ground, before: list[Published], number: int, seconds: float = PATIENCE
) -> Published:
    """The next release of what changed, or is new."""
    ground = everything.only(newly_told(everything, [one.ground for one in before]))
    past = [EarlierRelease(at + 1, one.ground, one.hidden) for at, one in enumerate(before)]
    table = table_of(ground, past, [], SMALL)
    mask = solve(table.problem, seconds)
    chosen = {
        place.key for place in mask.hidden if isinstance(place, LinePlace) and place.number == NEW
    }
    return Published(ground, frozenset(chosen | table.whys.keys()), mask, frozenset(table.whys))


# -- what an outsider makes of it ---------------------------------------------------------------


def weights(ground: Ground, parts: tuple[ReleasePart, ...]) -> dict[Unknown, int]:
    """The answers that a printed number adds up: a number that was corrected is another one."""
    return {
        (made, part.item, ground.values[made][part.item]): 1 for part in parts for made in part.made
    }


def comes_to(ground: Ground, parts: tuple[ReleasePart, ...]) -> int:
    return sum(ground.values[made][part.item] for part in parts for made in part.made)


def outsider_of(releases: list[Published]) -> Outsider:
    """Somebody who has read every release."""
    outsider = Outsider()
    for one in releases:
        for line in one.ground.lines:
            for parts in filter(None, ((line.above,), line.below)):
                told = weights(one.ground, parts)
                value = comes_to(one.ground, parts)
                if line.key in one.hidden:
                    outsider.knows_between(told, min(value, 1), None)
                else:
                    outsider.reads(told, value)
        for made, numbers in one.ground.values.items():
            for part, whole in PART_OF.items():
                if part in numbers and whole in numbers:
                    pair = {(made, whole, numbers[whole]): 1, (made, part, numbers[part]): -1}
                    outsider.knows_between(pair, 0, None)
    outsider.prepare()
    return outsider


def narrowed(releases: list[Published]) -> list[tuple[int, Key, tuple[int, int]]]:
    """The hidden numbers of which fewer than five whole values are left."""
    outsider = outsider_of(releases)
    shown = {
        frozenset(weights(one.ground, parts).items())
        for one in releases
        for line in one.ground.lines
        if line.key not in one.hidden
        for parts in filter(None, ((line.above,), line.below))
    }
    found = []
    for number, one in enumerate(releases):
        for line in one.ground.lines:
            if line.key not in one.hidden:
                continue
            told = weights(one.ground, (line.above,))
            if frozenset(told.items()) in shown:
                # What was counted stands elsewhere: then its whole has to be unknown.
                told = weights(one.ground, line.below)
            low, high = outsider.bounds(told)
            if high - low < 4:
                found.append((number, line.key, (low, high)))
    return found
