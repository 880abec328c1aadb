"""Like spans and what a verdict rests on: the application agrees with the oracle (rules 9, 10).

The oracle adds the same teams and quarters up anew; the application takes those that differ out
of the totals. Random councils, in every manner that there is.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from itertools import product
from random import Random

import pytest

from measures.counting import aggregates
from measures.counting.areas import moved
from measures.counting.catalogue import MeasureSpec, load_measures
from measures.counting.rollups import Period, RollUp
from measures.counting.spans import Pairing, Spans
from measures.querysets import Basis
from teams.quarters import FinancialYear, Quarter
from tests import oracle
from tests.measures.counting.test_rollups_against_oracle import (
    areas,
    bounds,
    examples,
    whole_years,
    written,
)
from tests.measures.random_councils import (
    TYPES,
    Put,
    as_quarter,
    dated_councils,
    quarters_from,
)
from tests.properties import given, st

MANNERS = list(product(oracle.Level, oracle.Basis, oracle.Structure))


@dataclass
class Asked:
    """A period, and the one it is held against, as both name them."""

    ours: tuple[Period, Period]
    theirs: tuple[oracle.Quarter | int, oracle.Quarter | int]
    compared: list[list[Quarter]]


def periods(council: oracle.Council, at: oracle.Quarter, back: int) -> Iterator[Asked]:
    """A quarter against an earlier one, and its year against the year before."""
    now = as_quarter(at)
    year, before = now.year, now - back
    earlier = oracle.Quarter(before.year.start, before.number)
    closed = [one for one, state in council.quarters.items() if state == "closed" and one < at]
    last = [as_quarter(one) for one in sorted(closed)[-1:]]
    yield Asked((now, before), (at, earlier), [sorted({now, before, *last})])
    yield Asked(
        (year, year.previous),
        (year.start, year.start - 1),
        [[one, one - 4] for one in year.quarters],
    )


def agree(council: oracle.Council, at: oracle.Quarter, back: int) -> Counter[str]:
    """Both say the same of every change and verdict; gives how often they said what."""
    seen: Counter[str] = Counter()
    with written(council) as done:
        measures = load_measures()
        for asked, manner in product(list(periods(council, at, back)), MANNERS):
            seen.update(_agree(council, done, measures, asked, *manner))
    return seen


def _agree(
    council: oracle.Council,
    done: Put,
    measures: list[MeasureSpec],
    asked: Asked,
    level: oracle.Level,
    basis: oracle.Basis,
    structure: oracle.Structure,
) -> Iterator[str]:
    first, last = (as_quarter(end) for end in bounds(council))
    as_now = structure == oracle.Structure.AS_NOW
    tally = aggregates.take(
        measures,
        whole_years(first - 4, last),
        Basis(str(basis)),
        by_team=level == oracle.Level.TEAM,
        whole=level == oracle.Level.CITY,
        now=moved() if as_now and level == oracle.Level.LOCALITY else None,
        years=isinstance(asked.ours[0], FinancialYear),
        compared=asked.compared,
    )
    returns = {code: made for code, _, made in oracle.areas_of(council, level, structure)}
    theirs = {one.code: one for one in council.measures}
    for code, keys in areas(council, done, level):
        team = code if level == oracle.Level.TEAM else ""
        rollup = RollUp(tally, keys)
        spans = Spans(rollup, done.team[team].pk if team else None)
        for measure in measures:
            expected = oracle.Spans(council, returns[code], theirs[measure.code], basis, team)
            now, before = (rollup.cell(measure, period) for period in asked.ours)
            found = spans.pair(now, before, *asked.ours)
            key = (code, measure.code, asked.ours, level, basis, structure)
            if not (measure.is_distinct and isinstance(asked.ours[0], FinancialYear)):
                judged = expected.is_judged(asked.theirs[0])
                assert spans.bears_verdict(now, asked.ours[0]) == judged, key
                assert as_change(found) == expected.change(*asked.theirs), key
                yield in_words(as_change(found))


def in_words(change: oracle.Change | None) -> str:
    """Which kind of answer it is."""
    if change is None:
        return "nothing"
    if change.unlike or change.everybody:
        return "unlike" if change.unlike else "everybody"
    return "same teams, judged" if change.verdict else "same teams"


def as_change(found: Pairing) -> oracle.Change | None:
    """What the application found, in the oracle's words."""
    if found.now.value is None or found.before.value is None:
        return None
    if found.reasons:
        return oracle.Change(unlike=True)
    if found.same is None:
        return oracle.Change(unlike=False, everybody=True, verdict=True)
    now, before = found.same
    return oracle.Change(
        unlike=False,
        now=now.value,
        before=before.value,
        team_quarters=now.answered,
        verdict=found.is_borne,
    )


# -- councils in which most things can be compared ------------------------------------------------


def settled(luck: Random) -> oracle.Council:
    """A council of three years in which few teams open, close, move, merge or do not answer."""
    quarters = quarters_from(oracle.Quarter(2013, 1), 12)
    here = luck.choice(([1, 0, 0], [1, 1, 1], [2, 1, 1]))
    teams, moves = [], []
    for number in range(luck.randint(3, 8)):
        opened, closed = (
            luck.choice(quarters).first_day if luck.random() < chance else None
            for chance in (0.15, 0.15)
        )
        if luck.random() < 0.3 and opened:
            opened += timedelta(days=20)
        if opened and closed and closed < opened:
            closed = None
        # The last team never closes: it can follow any.
        follower = "team-0" if closed and number and luck.random() < 0.6 else ""
        place = f"loc-{here[number % 3]}"
        teams.append(
            oracle.Team(
                code=f"team-{number}",
                name=f"Team {number}",
                type=luck.choice(TYPES[:2]),
                locality=place,
                opened=opened if number else None,
                closed=closed if number else None,
                successor=follower,
            )
        )
        if luck.random() < 0.15:
            moves.append(oracle.Placement(f"team-{number}", "loc-0", luck.choice(quarters[1:])))
    items = [
        oracle.Item(
            code=f"item-{number}",
            timing=luck.choice(list(oracle.Timing)),
            team_types=luck.choice((TYPES[:2], TYPES[:2], TYPES[:1])),
            decimals=luck.choice((0, 0, 1)),
            from_quarter=luck.choice(quarters[:6]) if luck.random() < 0.1 else None,
            to_quarter=luck.choice(quarters[6:]) if luck.random() < 0.1 else None,
        )
        for number in range(4)
    ]
    codes = [item.code for item in items]
    below = [(), (), (codes[1],), (codes[2],), tuple(codes[1:3])]
    made = oracle.Council(
        code="settled",
        area_name="Settled",
        localities=[oracle.Locality(f"loc-{number}", f"Locality {number}") for number in range(3)],
        teams=teams,
        placements=moves,
        quarters={one: _state_of(luck, one, quarters) for one in quarters},
        items=items,
        measures=[
            oracle.Measure(
                code=f"measure-{number}",
                name=f"Measure {number}",
                heading="how-much",
                numerator=codes[number % 4],
                denominators=under,
                scale=100 if under else 1,
                decimals=1 if under else items[number % 4].decimals,
            )
            for number, under in enumerate(below)
        ],
        today=luck.choice([None, luck.choice(quarters[6:]).last_day]),
    )
    oracle.open_returns(made)
    chance = luck.choice((0.01, 0.04, 0.1))
    for one in made.returns:
        one.state = oracle.ReturnState.SIGNED_OFF
        if luck.random() < chance:
            one.state = luck.choice(list(oracle.ReturnState))
        for code in one.figures:
            if luck.random() < chance / 2:
                one.figures[code] = oracle.Figure(luck.choice(list(oracle.Answer)[1:]))
            elif one.figures[code].answer == oracle.Answer.UNANSWERED:
                units = luck.choice((0, luck.randint(1, 9), luck.randint(20, 200)))
                value = Fraction(units, 10 ** made.item(code).decimals)
                one.figures[code] = oracle.Figure(oracle.Answer.NUMBER, value)
    return made


def _state_of(
    luck: Random, quarter: oracle.Quarter, quarters: list[oracle.Quarter]
) -> oracle.QuarterState:
    if quarter < quarters[-3]:
        return oracle.QuarterState.UPCOMING if luck.random() < 0.02 else oracle.QuarterState.CLOSED
    return luck.choice((oracle.QuarterState.CLOSED, oracle.QuarterState.OPEN))


def agree_on_many(number: int, first: int) -> Counter[str]:
    """So many councils; how often spans were unlike, everybody answered, and so on."""
    seen: Counter[str] = Counter()
    for seed in range(first, first + number):
        luck = Random(seed)
        council = settled(luck)
        at = luck.choice([one for one in council.opened if one > oracle.Quarter(2014, 2)])
        seen.update(agree(council, at, luck.choice((1, 4))))
    return seen


@pytest.mark.django_db
def test_what_compares_agrees_with_the_oracle() -> None:
    seen = agree_on_many(20, first=0)
    assert set(seen) == {"nothing", "unlike", "everybody", "same teams, judged", "same teams"}
    assert min(seen.values()) > 20, seen


@pytest.mark.long
@pytest.mark.django_db
def test_what_compares_agrees_with_the_oracle_over_300_councils() -> None:
    agree_on_many(300, first=1000)


@pytest.mark.django_db
@examples(8)
@given(dated_councils(), st.data())
def test_what_compares_agrees_in_wild_councils(
    council: oracle.Council, data: st.DataObject
) -> None:
    at = data.draw(st.sampled_from(council.opened))
    agree(council, at, data.draw(st.sampled_from((1, 4))))


@pytest.mark.django_db
def test_a_team_that_became_part_of_one_of_another_kind_is_taken_out() -> None:
    """The hub is asked nothing of what the closed family team was asked; another did not answer."""
    first = oracle.Quarter(2014, 1)
    made = oracle.Council(
        code="merged",
        area_name="Merged",
        localities=[oracle.Locality("loc-0", "Locality")],
        teams=[
            oracle.Team("hub", "Hub", "centre", "loc-0"),
            oracle.Team("old", "Old", "family", "loc-0", closed=first.last_day, successor="hub"),
            oracle.Team("red", "Red", "family", "loc-0"),
            oracle.Team("blue", "Blue", "family", "loc-0"),
        ],
        quarters=dict.fromkeys((first, first.next), oracle.QuarterState.CLOSED),
        items=[oracle.Item("item-0", oracle.Timing.FLOW, ("family",))],
        measures=[oracle.Measure("count", "Count", "how-much", "item-0")],
    )
    oracle.open_returns(made)
    for one in made.returns:
        one.figures = {
            code: oracle.Figure(oracle.Answer.NUMBER, Fraction(50)) for code in one.figures
        }
        is_late = one.team == "blue" and one.quarter == first.next
        one.state = oracle.ReturnState.DRAFT if is_late else oracle.ReturnState.SIGNED_OFF
    assert agree(made, first.next, 1)["same teams"] > 0
