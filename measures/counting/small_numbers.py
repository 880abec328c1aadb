"""What outsiders are not shown: few teams, small protected numbers, and what would give them. Pure.

Cells of one quarter or one year of the whole council go in, the measures whose cells are hidden
come out (report.md, "What is small"). A cell is hidden whole: its value, its numerator and its
denominator. One that is small by itself hides every other that counts the same item, so that
nothing can be subtracted; and a year whose quarter is hidden is hidden with it.

Kept to what can be said of a cell beside the others of its period, so that every page and file
hides the same, and closing a later quarter brings nothing back that was hidden.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from measures.counting.catalogue import Item, MeasureSpec

# A protected count of 1 to so many is small; fewer than so many teams are a team's figure; nobody
# or everybody of fewer than so many says it of each.
SMALL = 5
FEWEST_TEAMS = 2
SMALL_WHOLE = 10

# Who speaks in a cell: a team in a quarter.
Speaker = tuple[int, int]


@dataclass(frozen=True)
class Told:
    """What a cell tells: its parts, exact, and the team-quarters in it, city-wide ones left out.

    ``is_answered`` is false where nobody answered at all.
    """

    measure: MeasureSpec
    numerator: Fraction | None
    denominator: Fraction | None
    speakers: frozenset[Speaker]

    @property
    def is_answered(self) -> bool:
        """Whether there is anything to tell."""
        return self.numerator is not None

    @property
    def is_one_teams(self) -> bool:
        """Whether fewer than two teams speak in it; the city-wide return is not one."""
        teams = {team for team, _ in self.speakers}
        return self.is_answered and 0 < len(teams) < FEWEST_TEAMS

    def small(self) -> Iterator[Item]:
        """The items whose sums would tell something about a few people."""
        above = self.measure.numerator
        if self.numerator is None:
            return
        if above.is_protected and _is_small(self.numerator):
            yield above
        if self.denominator is not None:
            yield from self._small_of_whole(self.numerator, self.denominator)

    def _small_of_whole(self, part: Fraction, whole: Fraction) -> Iterator[Item]:
        """Those that are small where a part of a whole is told: the whole, or the rest of it."""
        above = self.measure.numerator
        if _is_small(whole):
            yield from (item for item in self.measure.denominators if item.is_protected)
        rest = whole - part
        says = above.is_protected or self.measure.rest
        if self.measure.rest and _is_small(rest):
            yield above
        if says and 0 < whole < SMALL_WHOLE and 0 in (part, rest):
            yield above


def _is_small(number: Fraction) -> bool:
    return 0 < number <= SMALL


def hidden_in(told: Collection[Told]) -> frozenset[int]:
    """The measures, by id, whose cells of one quarter (or year) are hidden.

    Those of one team; those that count an item that is small in any of them; and of two that
    differ by one team, and count an item in common, the one of fewer teams.
    """
    answered = [one for one in told if one.is_answered]
    small = {item.id for one in answered for item in one.small()}
    hidden = {
        one.measure.id
        for one in answered
        if one.is_one_teams or not small.isdisjoint(one.measure.item_ids)
    }
    shown = [one for one in answered if one.measure.id not in hidden]
    return frozenset(hidden | _less_one_team(shown))


def _less_one_team(shown: Collection[Told]) -> set[int]:
    """Of each two that differ by one team, and count an item in common, the one of fewer teams."""
    hidden: set[int] = set()
    by_size = sorted(shown, key=lambda one: (-len(one.speakers), one.measure.id))
    for more, fewer in combinations(by_size, 2):
        if more.measure.id in hidden or more.measure.item_ids.isdisjoint(fewer.measure.item_ids):
            continue
        if differ_by_one_team(more.speakers, fewer.speakers):
            hidden.add(fewer.measure.id)
    return hidden


def differ_by_one_team(first: frozenset[Speaker], second: frozenset[Speaker]) -> bool:
    """Whether subtracting one sum from the other leaves a single team's figures."""
    return 0 < len({team for team, _ in first ^ second}) < FEWEST_TEAMS
