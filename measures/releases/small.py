"""What is small: the numbers that say something of a few people, or of one team. Pure.

report.md, "What is small"; ``docs/small-numbers.md`` says it for a board member.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

# Fewer teams than so many are a team's figure; nobody or everybody of fewer than so many says it
# of each.
FEWEST_TEAMS = 2
SMALL_WHOLE = 10


class Why(StrEnum):
    """Why a line is hidden for itself."""

    COUNT = "count"
    WHOLE = "whole"
    REST = "rest"
    SHARE = "share"
    TEAM = "team"

    @property
    def words(self) -> str:
        """The reason, as the officer's page says it."""
        return _WORDS[self]


_WORDS = {
    Why.COUNT: "a small count",
    Why.WHOLE: "a percentage of a few",
    Why.REST: "all but a few",
    Why.SHARE: "nobody or everybody of fewer than 10",
    Why.TEAM: "one team's figures",
}


@dataclass(frozen=True)
class Numbers:
    """What a line tells, exact; ``teams`` are those that speak in it, but for the city-wide one."""

    above: Fraction
    below: Fraction | None
    teams: int
    speaks_city_wide: bool
    protects_above: bool
    protects_below: bool
    has_rest: bool


def reasons(told: Numbers, small: int) -> Iterator[Why]:
    """Why a line is hidden for itself; ``small`` is the largest number that is small."""
    if is_one_teams(told.teams) or not (told.teams or told.speaks_city_wide):
        yield Why.TEAM
    if told.protects_above and is_small(told.above, small):
        yield Why.COUNT
    if told.below is not None:
        yield from _of_whole(told, told.below, small)


def _of_whole(told: Numbers, below: Fraction, small: int) -> Iterator[Why]:
    rest = below - told.above
    if told.protects_below and is_small(below, small):
        yield Why.WHOLE
    if told.has_rest and is_small(rest, small):
        yield Why.REST
    says = told.protects_above or told.has_rest
    if says and 0 < below < SMALL_WHOLE and 0 in (told.above, rest):
        yield Why.SHARE


def is_small(number: Fraction, small: int) -> bool:
    """Whether a number is one of the small ones; zero is not."""
    return 0 < number <= small


def is_one_teams(teams: int) -> bool:
    """Whether figures of so many teams, city-wide ones left out, are those of too few."""
    return 0 < teams < FEWEST_TEAMS
