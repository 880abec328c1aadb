"""A release as a problem of protection: its lines beside all that is known already. Pure.

Answers that stand in the same sums wherever they are told cannot be told apart by anybody, so each
such group is one unknown.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, permutations
from typing import NamedTuple

from measures.releases.lines import CITY, CountedAnswer, Ground, Key, ReleaseLine, ReleasePart
from measures.releases.protection import POSSIBLE, Fate, Link, MaskedCell, Puzzle, Secret, Sum
from measures.releases.small import Numbers, Why, is_one_teams, is_small, reasons

# What hiding a line takes from its readers.
COSTS = {"year": 60, "quarter": 40, "locality": 10}


@dataclass(frozen=True)
class EarlierRelease:
    """An earlier release, by its number: what it was made from, and which lines it hides."""

    number: int
    ground: Ground
    hidden: frozenset[Key]


class Known(NamedTuple):
    """A number that outsiders have from elsewhere: of which line, which part, between what.

    ``part`` is ``numerator``, ``denominator`` or ``value``, which is at this ``scale``.
    """

    key: Key
    part: str
    low: Fraction
    high: Fraction
    scale: int = 1

    @property
    def is_exact(self) -> bool:
        """Whether it is one number, not an interval."""
        return self.low == self.high


class LinePlace(NamedTuple):
    """A line in a release, by the release's number; ``NEW`` for the one that is being made.

    Or the difference between it and another line.
    """

    number: int
    key: Key
    is_difference: bool = False


NEW = 0


@dataclass(frozen=True)
class ReleaseTable:
    """The problem, and why lines of the new release are hidden for themselves."""

    problem: Puzzle
    whys: Mapping[Key, tuple[Why, ...]]


def table_of(
    ground: Ground, past: Sequence[EarlierRelease], known: Sequence[Known], small: int
) -> ReleaseTable:
    """The new release beside those before it and what is known besides."""
    before = [one.ground for one in past]
    grounds = [*((one.number, one.ground) for one in past), (NEW, ground)]
    unknowns = _Unknowns([*before, ground])
    whys = {line.key: tuple(_whys(ground, line, small)) for line in ground.lines}
    cells = list(chain.from_iterable(_told_before(one, unknowns) for one in past))
    cells += [_cell(ground, line, unknowns, whys[line.key]) for line in ground.lines]
    links = [*unknowns.part_of_links()]
    guards = [*_all_guards(grounds, unknowns, small)]
    latest = _latest([*before, ground])
    apart = [
        *_between(ground, list(latest.values()), unknowns, small),
        *_without_localities(ground, unknowns, small),
        *_left_out_of_years(ground, before, unknowns, small),
    ]
    guards += apart
    forgiven = _forgiven(past, cells, apart)
    for fact in known:
        if fact.key in latest:
            more, told = _known(fact, *latest[fact.key], unknowns)
            links += more
            cells += [MaskedCell(("known", fact), (one,), fate=Fate.SHOWN) for one in told]
            forgiven |= {LinePlace(NEW, fact.key) for _ in told}
    problem = Puzzle(unknowns.truth, cells, links, guards, frozenset(forgiven))
    return ReleaseTable(problem, {key: whys[key] for key in filter(whys.get, whys)})


def _latest(grounds: Iterable[Ground]) -> dict[Key, tuple[Ground, ReleaseLine]]:
    """Each line as it was told last."""
    return {line.key: (one, line) for one in grounds for line in one.lines}


def _all_guards(
    grounds: Iterable[tuple[int, Ground]], unknowns: "_Unknowns", small: int
) -> Iterator[Secret]:
    for number, one in grounds:
        for line in one.lines:
            yield from _guards(number, one, line, unknowns, small)


def _forgiven(
    past: Iterable[EarlierRelease], cells: Sequence[MaskedCell], apart: Iterable[Secret]
) -> set[Hashable]:
    """What may be lost without stopping a release: of earlier ones, differences, what is out."""
    forgiven: set[Hashable] = {LinePlace(one.number, key) for one in past for key in one.hidden}
    forgiven |= {guard.key for guard in apart}
    shown = {part for cell in cells if cell.fate is Fate.SHOWN for part in cell.parts}
    return forgiven | {cell.key for cell in cells if not shown.isdisjoint(cell.parts)}


# -- the unknowns --------------------------------------------------------------------------------


class _Unknowns:
    """Groups of answers that stand in the same sums, each with its total."""

    def __init__(self, grounds: Sequence[Ground]) -> None:
        self._grounds = grounds
        self.at = _grouped(_told_in(grounds))
        self.items = {pk: item for one in grounds for pk, item in one.items.items()}
        self.teams = {made: team for one in grounds for made, team in one.teams.items()}
        self.truth = [0] * (max(self.at.values(), default=-1) + 1)
        for answer, at in self.at.items():
            self.truth[at] += answer.value

    def sum_of(self, ground: Ground, parts: Iterable[ReleasePart], sign: int = 1) -> dict[int, int]:
        """What parts add up, in units of the finest of them, as unknowns with their factors."""
        listed = list(parts)
        finest = max(ground.items[part.item].decimals for part in listed)
        terms: dict[int, int] = defaultdict(int)
        for part in listed:
            factor = sign * 10 ** (finest - ground.items[part.item].decimals)
            for at in {self.at[answer] for answer in ground.answers(part)}:
                terms[at] += factor
        return terms

    def part_of_links(self) -> Iterator[Link]:
        """That no part exceeds its whole, in any return."""
        seen = set()
        for ground in self._grounds:
            for made, values in ground.values.items():
                for item, value in values.items():
                    above = self.at.get(CountedAnswer(made, item, value))
                    for whole in ground.items[item].wholes:
                        below = self.at.get(CountedAnswer(made, whole, values.get(whole, -1)))
                        if above is None or below is None or (above, below) in seen:
                            continue
                        seen.add((above, below))
                        yield Link(_as_sum({below: 1, above: -1}), low=0)


def _told_in(grounds: Sequence[Ground]) -> dict[CountedAnswer, list[int]]:
    """The numbers of the sums that each answer stands in."""
    sums: dict[frozenset[CountedAnswer], int] = {}
    for ground in grounds:
        for part in {part for line in ground.lines for part in line.parts}:
            sums.setdefault(ground.answers(part), len(sums))
    found: dict[CountedAnswer, list[int]] = defaultdict(list)
    for answers, number in sums.items():
        for answer in answers:
            found[answer].append(number)
    return found


def _grouped(told_in: Mapping[CountedAnswer, Sequence[int]]) -> dict[CountedAnswer, int]:
    """The number of each answer's unknown: returns that are told alike go together."""
    of_return: dict[int, list[CountedAnswer]] = defaultdict(list)
    for answer in told_in:
        of_return[answer.made].append(answer)
    numbers: dict[Hashable, int] = {}
    at: dict[CountedAnswer, int] = {}
    for answers in of_return.values():
        # Where a return was corrected an item stands in it more than once, in the order told.
        ordered = sorted(answers, key=lambda one: (one.item, told_in[one]))
        alike = tuple((one.item, tuple(told_in[one])) for one in ordered)
        for place, answer in enumerate(ordered):
            at[answer] = numbers.setdefault((alike, place), len(numbers))
    return at


def _as_sum(terms: Mapping[int, int], unit: int = 1) -> Sum:
    return Sum(tuple(sorted((at, by) for at, by in terms.items() if by)), unit)


def _unit(ground: Ground, parts: Sequence[ReleasePart]) -> int:
    return int(10 ** max(ground.items[part.item].decimals for part in parts))


def _sums(ground: Ground, line: ReleaseLine, unknowns: _Unknowns) -> tuple[Sum, ...]:
    """The numerator and the denominator of a line."""
    told = [(line.above,), line.below] if line.below else [(line.above,)]
    return tuple(_as_sum(unknowns.sum_of(ground, parts), _unit(ground, parts)) for parts in told)


# -- what is told ---------------------------------------------------------------------------------


def _told_before(past: EarlierRelease, unknowns: _Unknowns) -> Iterator[MaskedCell]:
    for line in past.ground.lines:
        fate = Fate.HIDDEN if line.key in past.hidden else Fate.SHOWN
        sums = _sums(past.ground, line, unknowns)
        yield MaskedCell(LinePlace(past.number, line.key), sums, fate=fate)


def _cell(
    ground: Ground, line: ReleaseLine, unknowns: _Unknowns, whys: Sequence[Why]
) -> MaskedCell:
    fate = Fate.OPEN
    if whys:
        fate = Fate.HIDDEN
    elif not ground.exact([line.above]) and not ground.exact(line.below):
        fate = Fate.SHOWN
    level = "year" if line.key.is_year else "quarter"
    cost = COSTS[level if line.key.locality == CITY else "locality"]
    return MaskedCell(LinePlace(NEW, line.key), _sums(ground, line, unknowns), cost, fate)


def _known(
    fact: Known, ground: Ground, line: ReleaseLine, unknowns: _Unknowns
) -> tuple[list[Link], list[Sum]]:
    """What a known number says of the unknowns, and the sum that it tells outright, if any.

    Nothing where the number is not the one that stands: it says nothing of that.
    """
    sums = _sums(ground, line, unknowns)
    if fact.part == "value" and len(sums) == 2:
        links = [_bound(*sums, fact.low / fact.scale, 1), _bound(*sums, fact.high / fact.scale, -1)]
        return (links if all(one.total.of(unknowns.truth) >= 0 for one in links) else []), []
    told = sums[-1] if fact.part == "denominator" else sums[0]
    low, high = fact.low * told.unit, fact.high * told.unit
    if not low <= told.of(unknowns.truth) <= high:
        return [], []
    link = Link(told, int(low.__ceil__()), int(high.__floor__()))
    return [link], [told] if fact.is_exact else []


def _bound(above: Sum, below: Sum, ratio: Fraction, sign: int) -> Link:
    """That a numerator is at least (or, with -1, at most) so many times its denominator."""
    by_above = sign * below.unit * ratio.denominator
    by_below = sign * above.unit * ratio.numerator
    terms: dict[int, int] = defaultdict(int)
    for total, by in ((above, by_above), (below, -by_below)):
        for at, factor in total.terms:
            terms[at] += by * factor
    return Link(_as_sum(terms), low=0)


# -- what must stay unknown -----------------------------------------------------------------------


def _whys(ground: Ground, line: ReleaseLine, small: int) -> Iterator[Why]:
    teams = ground.teams_of(line.made)
    told = Numbers(
        above=ground.exact([line.above]),
        below=ground.exact(line.below) if line.below else None,
        teams=len(teams),
        speaks_city_wide=any(ground.teams[one] is None for one in line.made),
        protects_above=ground.items[line.above.item].is_protected,
        protects_below=any(ground.items[part.item].is_protected for part in line.below),
        has_rest=line.rest,
    )
    yield from reasons(told, small)


def _guards(
    number: int, ground: Ground, line: ReleaseLine, unknowns: _Unknowns, small: int
) -> Iterator[Secret]:
    """What must stay unknown of a line that is hidden for itself."""
    place, sums = LinePlace(number, line.key), _sums(ground, line, unknowns)
    for why in _whys(ground, line, small):
        match why:
            case Why.COUNT:
                yield _small_guard(place, sums[0], unknowns, small)
            case Why.WHOLE:
                yield _small_guard(place, sums[1], unknowns, small)
            case Why.REST:
                unit = _unit(ground, line.parts)
                terms = dict(unknowns.sum_of(ground, line.below))
                by_below = unit // _unit(ground, line.below)
                terms = {at: by * by_below for at, by in terms.items()}
                by_above = unit // _unit(ground, [line.above])
                for at, by in unknowns.sum_of(ground, [line.above]).items():
                    terms[at] = terms.get(at, 0) - by * by_above
                yield _small_guard(place, _as_sum(terms, unit), unknowns, small)
            case Why.SHARE:
                yield Secret(place, sums[0])
            case Why.TEAM:
                yield from (Secret(place, told) for told in sums)


def _small_guard(place: LinePlace, told: Sum, unknowns: _Unknowns, small: int) -> Secret:
    """Every value from 1 to 5 has to stay possible (to more, where more are small)."""
    least = min(told.unit, told.of(unknowns.truth))
    return Secret(place, told, least, max(POSSIBLE, small) * told.unit)


def _between(
    ground: Ground, latest: Sequence[tuple[Ground, ReleaseLine]], unknowns: _Unknowns, small: int
) -> Iterator[Secret]:
    """What the difference of two sums of an item must not give: one team's figures, or a few.

    Of the sums of one area and period, which differ where measures match other teams, as they
    stand.
    """
    alike: dict[tuple[int, str, int], dict[frozenset[CountedAnswer], Key]] = defaultdict(dict)
    for one, line in latest:
        for part in line.parts:
            where = alike[line.key.locality, line.key.period, part.item]
            if one is ground or one.answers(part) not in where:
                where[one.answers(part)] = line.key
    new = {line.key for line in ground.lines}
    for (_, _, item), sums in alike.items():
        for more, fewer in permutations(sums, 2):
            if fewer < more and not new.isdisjoint({sums[more], sums[fewer]}):
                yield from _apart(sums[fewer], item, more - fewer, unknowns, small)


def _without_localities(ground: Ground, unknowns: _Unknowns, small: int) -> Iterator[Secret]:
    """What the city less its localities must not give: teams that moved within the year."""
    within: dict[tuple[int, str, int], set[int]] = defaultdict(set)
    told = [(line.key, part) for line in ground.lines for part in line.parts]
    for key, part in told:
        if key.locality != CITY:
            within[key.measure, key.period, part.item] |= part.made
    for key, part in told:
        there = within.get((key.measure, key.period, part.item))
        if key.locality == CITY and there and there < part.made:
            rest = ground.answers(ReleasePart(part.item, part.made - there))
            yield from _apart(key, part.item, rest, unknowns, small)


def _in_quarters(
    grounds: Iterable[Ground],
) -> dict[tuple[int, str, int], dict[int, CountedAnswer]]:
    """The answers in the city's quarters, as told last, by measure, year and item."""
    quarters: dict[tuple[int, str, int], dict[int, CountedAnswer]] = defaultdict(dict)
    for one in grounds:
        for line in one.lines:
            if line.key.locality == CITY and not line.key.is_year:
                year = line.key.period.partition(" ")[0]
                for part in line.parts:
                    told = quarters[line.key.measure, year, part.item]
                    told.update({answer.made: answer for answer in one.answers(part)})
    return quarters


def _left_out_of_years(
    ground: Ground, past: Sequence[Ground], unknowns: _Unknowns, small: int
) -> Iterator[Secret]:
    """What a year leaves out of its quarters (product.md, rule 3), of one team or a few."""
    quarters = _in_quarters((*past, ground))
    for line in ground.lines:
        if line.key.locality != CITY or not line.key.is_year:
            continue
        for part in line.parts:
            if not ground.items[part.item].is_snapshot:
                told = quarters.get((line.key.measure, line.key.period, part.item), {})
                left = frozenset(told[made] for made in told.keys() - part.made)
                yield from _apart(line.key, part.item, left, unknowns, small)


def _apart(
    key: Key, item: int, answers: frozenset[CountedAnswer], unknowns: _Unknowns, small: int
) -> Iterator[Secret]:
    """What must not be given away of some answers to an item."""
    if not answers:
        return
    place, found = LinePlace(NEW, key, is_difference=True), unknowns.items[item]
    unit = 10**found.decimals
    told = _as_sum(dict.fromkeys((unknowns.at[answer] for answer in answers), 1), unit)
    teams = {unknowns.teams[answer.made] for answer in answers} - {None}
    if is_one_teams(len(teams)):
        yield Secret(place, told)
    total = Fraction(sum(answer.value for answer in answers), unit)
    if found.is_protected and is_small(total, small):
        yield _small_guard(place, told, unknowns, small)
