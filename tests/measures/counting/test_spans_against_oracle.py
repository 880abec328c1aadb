"""Like spans and what a verdict rests on: the application agrees with the oracle (rules 9, 10).

The oracle adds the same teams and quarters up anew; the application takes those that differ out
of the totals. Random councils, in every manner that there is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
from tests.measures.random_councils import Put, as_quarter, dated_councils

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


def agree(council: oracle.Council, at: oracle.Quarter, back: int) -> int:
    """Both say the same of every change and verdict; gives how many there were of same teams."""
    partial = 0
    with written(council) as done:
        measures = load_measures()
        for asked, manner in product(list(periods(council, at, back)), MANNERS):
            partial += _agree(council, done, measures, asked, *manner)
    return partial


def _agree(
    council: oracle.Council,
    done: Put,
    measures: list[MeasureSpec],
    asked: Asked,
    level: oracle.Level,
    basis: oracle.Basis,
    structure: oracle.Structure,
) -> int:
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
    partial = 0
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
            partial += found.same is not None
    return partial


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


@pytest.mark.django_db
@examples(25)
@given(dated_councils(), st.data())
def test_what_compares_agrees_with_the_oracle(council: oracle.Council, data: st.DataObject) -> None:
    at = data.draw(st.sampled_from(council.opened))
    agree(council, at, data.draw(st.sampled_from((1, 4))))


@pytest.mark.long
@pytest.mark.django_db
@examples(400)
@given(dated_councils(), st.data())
def test_what_compares_agrees_with_the_oracle_over_400_councils(
    council: oracle.Council, data: st.DataObject
) -> None:
    at = data.draw(st.sampled_from(council.opened))
    agree(council, at, data.draw(st.sampled_from((1, 4))))
