"""The shape of a tally: what is known of the returns and the figures of a span. Pure."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from measures.counting.catalogue import MeasureSpec
from measures.returns.answers import GivenAnswer
from measures.workflow import ReturnState
from teams.models import Locality
from teams.quarters import Quarter

# The area of a team-quarter: a locality's id (None is city-wide), or a team's id.
Key = int | None
# Area, quarter and kind of team.
Group = tuple[Key, int, int]


class TeamQuarter(NamedTuple):
    """One return in the span, as the arithmetic needs it."""

    return_id: int
    team_id: int
    key: Key
    type_id: int
    quarter: int
    speaks: bool
    state: str

    @property
    def is_signed_off(self) -> bool:
        """Whether its head has signed it off."""
        return self.state == ReturnState.SIGNED_OFF


class Life(NamedTuple):
    """A team's first and last open day, as far as they are known, and who follows it."""

    opened: dt.date | None
    closed: dt.date | None
    successor_id: int | None


class CorrectedAnswer(NamedTuple):
    """What a countersigned correction changed: what stood there, since which day, and why."""

    item_id: int
    before: GivenAnswer
    on: dt.date
    reason: str


class TallyPart(NamedTuple):
    """The returns of some areas, the numbers of others and the sums, as a tally has them."""

    returns: list[TeamQuarter]
    others: list[tuple[Group, int]]
    sums: list[tuple[Group, dict[int, int]]]


# A measure's id, a locality's id (None is the city), a period as it is written.
Place = tuple[int, Key, str]


@dataclass(frozen=True)
class AsReleased:
    """A line of a release: the numbers, unless they are hidden, and what was said of it then.

    ``teams`` are how many answered in the whole period, of how many; ``bears`` is whether the
    figure can be held against a target; ``revised`` are the days and kinds of what changed.
    """

    numerator: int | None
    denominator: int | None
    answered: int
    expected: int
    not_provided: int
    last: Quarter | None
    is_hidden: bool
    teams: tuple[int, int]
    bears: bool
    revised: tuple[tuple[dt.date, str], ...] = ()


@dataclass(frozen=True)
class Tally:
    """Everything a roll-up needs to know of the figures, already added up.

    ``quarters`` are the indexes of those that were opened, ``over`` of those of them whose last
    day has passed. ``returns`` lists those of which there
    is something to say one by one; ``others`` counts the rest by group: signed off, a number for
    everything, never corrected. ``sums`` holds, by group, each item's sum over the returns that
    speak; ``gaps`` the items without a number of returns that speak, with the answer (empty
    where unanswered); ``single`` the numbers of some returns, by return and item; ``revised`` the
    figures, by return, that a correction changed after they were signed off; ``for_years``
    whether a year may be asked of it, for which every return is listed. The teams' names and the
    localities in which returns were made, in the framework's order, are there for pages that ask
    for them.

    For what is compared (``compared``: the quarters of both sides, put together where they are
    held against each other) every return is listed, ``closed`` are the quarters that were closed,
    ``lives`` the teams that opened, closed or follow one another, ``moves`` the quarters from
    which teams stood elsewhere.

    ``corrections`` are those of returns that speak, the oldest first; ``late`` the returns that
    speak though their quarter closed without them, with the day since when; ``answers`` what the
    returns of the teams of both say now.

    For outsiders ``released`` holds the lines that they may read, and no sum is added up; teams
    have no names then.
    """

    quarters: frozenset[int]
    questions: dict[tuple[int, int], frozenset[int]]
    returns: Sequence[TeamQuarter]
    sums: dict[Group, dict[int, int]]
    gaps: dict[int, dict[int, str]]
    others: Mapping[Group, int] = field(default_factory=dict)
    single: dict[int, dict[int, int]] = field(default_factory=dict)
    revised: dict[int, frozenset[int]] = field(default_factory=dict)
    for_years: bool = True
    over: frozenset[int] = frozenset()
    compared: Sequence[Sequence[Quarter]] = ()
    closed: frozenset[int] = frozenset()
    lives: Mapping[int, Life] = field(default_factory=dict)
    moves: Mapping[int, Sequence[int]] = field(default_factory=dict)
    team_names: dict[int, str] = field(default_factory=dict)
    localities: Sequence[Locality] = ()
    corrections: Mapping[int, Sequence[CorrectedAnswer]] = field(default_factory=dict)
    late: Mapping[int, dt.date] = field(default_factory=dict)
    answers: Mapping[int, Mapping[int, GivenAnswer]] = field(default_factory=dict)
    released: Mapping[Place, AsReleased] | None = None

    @property
    def is_for_outsiders(self) -> bool:
        """Whether what it gives leaves the house."""
        return self.released is not None

    def of_areas(self, keys: Collection[Key] | None) -> "TallyPart":
        """What there is of these areas; None stands for the whole council."""
        if keys is None:
            return TallyPart(list(self.returns), list(self.others.items()), list(self.sums.items()))
        if len(keys) == 1:
            [key] = keys
            return self._by_area.get(key, TallyPart([], [], []))
        return TallyPart(
            [row for row in self.returns if row.key in keys],
            [group for group in self.others.items() if group[0][0] in keys],
            [group for group in self.sums.items() if group[0][0] in keys],
        )

    @cached_property
    def _by_area(self) -> dict[Key, "TallyPart"]:
        """The same by single areas, gone through once however many those are."""
        found: dict[Key, TallyPart] = defaultdict(lambda: TallyPart([], [], []))
        for row in self.returns:
            found[row.key].returns.append(row)
        for others in self.others.items():
            found[others[0][0]].others.append(others)
        for sums in self.sums.items():
            found[sums[0][0]].sums.append(sums)
        return dict(found)

    def types_asked(self, quarter: int, measure: MeasureSpec) -> set[int]:
        """The kinds of team, by id, that were asked every item of the measure in a quarter."""
        return {
            type_id
            for (index, type_id), asked in self.questions.items()
            if index == quarter and measure.item_ids <= asked
        }

    def has_gap(self, row: TeamQuarter, measure: MeasureSpec) -> bool:
        """Whether a return that speaks lacks a number for any item of the measure."""
        gaps = self.gaps.get(row.return_id)
        return gaps is not None and not measure.item_ids.isdisjoint(gaps)

    @cached_property
    def types_in_localities(self) -> frozenset[int]:
        """The kinds of team, by id, that made returns anywhere but city-wide."""
        listed = {row.type_id for row in self.returns if row.key is not None}
        return frozenset(listed | {type_id for key, _, type_id in self.others if key is not None})

    def over_in(self, quarters: Iterable[Quarter]) -> list[Quarter]:
        """Those of ``quarters`` that were opened and are over: what a year is made of (rule 2)."""
        return sorted(quarter for quarter in quarters if quarter.index in self.over)

    @cached_property
    def ends(self) -> Mapping[int, int]:
        """The end of the chain of successors of each team that has one, by id."""
        follows = {pk: life.successor_id for pk, life in self.lives.items()}
        ends: dict[int, int] = {}
        for pk in follows:
            end = pk
            while (after := follows.get(end)) is not None:
                end = after
            ends[pk] = end
        return ends

    def unit(self, team_id: int) -> int:
        """What a team is compared as: itself, or the end of its chain of successors."""
        return self.ends.get(team_id, team_id)
