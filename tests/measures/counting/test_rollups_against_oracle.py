"""C1 to C3: roll-ups are exact. A second, independent roll-up agrees to the last digit.

The oracle (``tests.oracle``) works in fractions over plain rows; the application adds up in the
database. Random councils are written, rolled up both ways in every manner that there is, and
rolled back.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from itertools import product
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.test import override_settings

from measures import models
from measures.counting import aggregates as tally
from measures.counting.aggregates import Key, Tally
from measures.counting.aggregates.ids import one_of
from measures.counting.areas import moved
from measures.counting.catalogue import MeasureSpec, load_measures
from measures.counting.rollups import Cell, Period, RollUp
from measures.quarters.actions import plan_quarter, start
from measures.querysets import Basis, meets
from teams.actions import keep
from teams.authority import command_actor
from teams.models import Placement
from teams.quarters import FinancialYear, Quarter, span
from tests import oracle
from tests.measures.random_councils import Put, as_quarter, councils, dated_councils, put
from tests.properties import HealthCheck, Phase, find, given, settings, st

MANNERS = list(product(oracle.Level, oracle.Period, oracle.Basis, oracle.Structure))
QUICK = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]


def examples(number: int) -> settings:
    """So many random councils; slow ones are no fault. The long suite draws new ones each time."""
    return settings(
        max_examples=number,
        suppress_health_check=QUICK,
        phases=[Phase.generate, Phase.shrink],
        derandomize=number < 100,
        database=None,
    )


@contextmanager
def written(council: oracle.Council) -> Iterator[Put]:
    """The council in the database, gone again afterwards."""
    with transaction.atomic(), override_settings(BUSINESS_DATE=council.today):
        yield put(council)
        transaction.set_rollback(True)


def whole_years(first: Quarter, last: Quarter) -> list[Quarter]:
    """All quarters of every year that the span touches."""
    return span(first.year.quarters[0], last.year.quarters[3])


def take(
    council: oracle.Council,
    measures: Sequence[MeasureSpec],
    *,
    level: oracle.Level = oracle.Level.CITY,
    basis: oracle.Basis = oracle.Basis.SIGNED_OFF,
    structure: oracle.Structure = oracle.Structure.AS_WAS,
    years: bool = True,
) -> Tally:
    """The application's tally of the whole span."""
    first, last = bounds(council)
    as_now = structure == oracle.Structure.AS_NOW
    return tally.take(
        measures,
        whole_years(as_quarter(first), as_quarter(last)),
        Basis(str(basis)),
        by_team=level == oracle.Level.TEAM,
        whole=level == oracle.Level.CITY,
        now=moved() if as_now else None,
        years=years,
    )


def bounds(council: oracle.Council) -> tuple[oracle.Quarter, oracle.Quarter]:
    """The first and the last quarter that the council speaks of."""
    return min(council.quarters), max(council.quarters).next


def areas(
    council: oracle.Council, done: Put, level: oracle.Level
) -> list[tuple[str, list[Key] | None]]:
    """Code and tally keys of every area of a level."""
    if level == oracle.Level.CITY:
        return [(council.code, None)]
    if level == oracle.Level.TEAM:
        return [(team.code, [done.team[team.code].pk]) for team in council.teams]
    return [(place.code, [done.locality[place.code].pk]) for place in council.localities]


def periods(council: oracle.Council, period: oracle.Period) -> list[Period]:
    """Every quarter, or every year, of the council's span."""
    first, last = (as_quarter(end) for end in bounds(council))
    if period == oracle.Period.QUARTER:
        return list(span(first, last))
    return [FinancialYear(start) for start in range(first.year.start, last.year.start + 1)]


Line = dict[str, object]


def as_line(cell: Cell, names: dict[int, str], order: list[str]) -> Line:
    """A cell in exact numbers and codes."""
    measure = cell.measure
    top = None if cell.numerator is None else measure.numerator.exact(cell.numerator)
    under = None
    if cell.denominator is not None:
        under = Fraction(cell.denominator, 10**measure.denominator_decimals)
    missing = {names[team_id] for team_id in cell.missing}
    return {
        "numerator": top,
        "denominator": under,
        "value": None if cell.value is None else oracle.half_up(cell.value, measure.decimals),
        "unit": measure.unit,
        "answered": cell.answered,
        "expected": cell.expected,
        "missing": [code for code in order if code in missing],
    }


def as_exact(row: dict[str, str]) -> Line:
    """The oracle's row in the same form."""
    return {
        "numerator": Fraction(row["numerator"]) if row["numerator"] else None,
        "denominator": Fraction(row["denominator"]) if row["denominator"] else None,
        "value": row["value"] or None,
        "unit": row["unit"],
        "answered": int(row["answered"]),
        "expected": int(row["expected"]),
        "missing": row["missing"].split(),
    }


def rolled_up(
    council: oracle.Council,
    done: Put,
    level: oracle.Level,
    period: oracle.Period,
    basis: oracle.Basis,
    structure: oracle.Structure,
) -> dict[tuple[str, str, str], Line]:
    """The application's cells by area, measure and period."""
    measures = load_measures()
    years = period == oracle.Period.YEAR
    counted = take(council, measures, level=level, basis=basis, structure=structure, years=years)
    names = {team.pk: code for code, team in done.team.items()}
    order = [team.code for team in council.teams]
    found: dict[tuple[str, str, str], Line] = {}
    for code, keys in areas(council, done, level):
        area = RollUp(counted, keys)
        for measure in measures:
            if area.was_asked(measure):
                for when in periods(council, period):
                    line = as_line(area.cell(measure, when), names, order)
                    found[code, measure.code, str(when)] = line
    return found


def expected(
    council: oracle.Council,
    level: oracle.Level,
    period: oracle.Period,
    basis: oracle.Basis,
    structure: oracle.Structure,
) -> dict[tuple[str, str, str], Line]:
    """The oracle's."""
    first, last = bounds(council)
    rows = oracle.rollup(
        council, by=level, first=first, last=last, period=period, basis=basis, structure=structure
    )
    return {(row["area_code"], row["measure"], row["period"]): as_exact(row) for row in rows}


def agree(council: oracle.Council) -> None:
    """Both roll-ups say the same in every manner."""
    with written(council) as done:
        for manner in MANNERS:
            ours, theirs = rolled_up(council, done, *manner), expected(council, *manner)
            assert list(ours) == list(theirs), manner
            for key, line in theirs.items():
                assert ours[key] == line, (manner, key)


@pytest.mark.django_db
@examples(30)
@given(dated_councils())
def test_c1_the_roll_up_agrees_with_the_oracle(council: oracle.Council) -> None:
    agree(council)


@pytest.mark.long
@pytest.mark.django_db
@examples(300)
@given(dated_councils())
def test_c1_the_roll_up_agrees_with_the_oracle_over_300_councils(council: oracle.Council) -> None:
    agree(council)


FAULTS: dict[str, tuple[str, Any]] = {
    "a numerator without its denominator counts": (
        "measures.counting.rollups._Counted.subtract",
        lambda self, numbers: None,
    ),
    "a year's snapshot is the sum of its quarters": (
        "measures.counting.rollups._Counted.forget",
        lambda self, item_ids: None,
    ),
    "a team without its last quarter stays in a mixed year": (
        "measures.counting.rollups.RollUp._leave_out",
        lambda self, *args: None,
    ),
    "what is submitted counts as signed off": (
        "measures.counting.aggregates.span.meets",
        lambda basis, prefix="": meets(Basis.SUBMITTED, prefix),
    ),
    "a return with a gap is one of the others": (
        "measures.counting.aggregates.returns.one_of",
        lambda ids: one_of([]),
    ),
    "every team is expected everywhere": (
        "measures.counting.rollups.Answer",
        SimpleNamespace(NOT_APPLICABLE="never said", NOT_PROVIDED=models.Answer.NOT_PROVIDED),
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize("fault", FAULTS)
def test_c1_the_oracle_sees_a_planted_fault(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each rule taken out of the application is noticed within a few councils."""

    def differs(council: oracle.Council) -> bool:
        try:
            agree(council)
        except AssertionError:
            return True
        return False

    monkeypatch.setattr(*FAULTS[fault])
    quick = settings(examples(60), phases=[Phase.generate])
    find(councils(), differs, settings=quick)


def added(cells: list[Cell]) -> tuple[int | None, int | None, int, int, set[int]]:
    """Several areas' cells taken together."""
    tops = [cell.numerator for cell in cells if cell.numerator is not None]
    unders = [cell.denominator for cell in cells if cell.denominator is not None]
    return (
        sum(tops) if tops else None,
        sum(unders) if unders else None,
        sum(cell.answered for cell in cells),
        sum(cell.expected for cell in cells),
        {team_id for cell in cells for team_id in cell.missing},
    )


@pytest.mark.django_db
@examples(15)
@given(councils(), st.data())
def test_c1_any_partition_of_the_teams_adds_up_to_the_whole(
    council: oracle.Council, data: st.DataObject
) -> None:
    parts = [data.draw(st.integers(0, 3)) for _ in council.teams]
    with written(council) as done:
        measures = load_measures()
        for basis in oracle.Basis:
            by_team = take(council, measures, level=oracle.Level.TEAM, basis=basis)
            whole = RollUp(take(council, measures, basis=basis), None)
            ids = [done.team[team.code].pk for team in council.teams]
            split = [
                RollUp(by_team, [pk for pk, part in zip(ids, parts, strict=True) if part == number])
                for number in range(4)
            ]
            for measure, period in product(measures, oracle.Period):
                for when in periods(council, period):
                    together = added([area.cell(measure, when) for area in split])
                    assert together == added([whole.cell(measure, when)])


@pytest.mark.django_db
@examples(15)
@given(councils())
def test_c1_localities_and_the_city_wide_teams_add_up_to_the_city(council: oracle.Council) -> None:
    with written(council) as done:
        measures = load_measures()
        for structure in oracle.Structure:
            whole = RollUp(take(council, measures, structure=structure, years=False), None)
            counted = take(
                council, measures, level=oracle.Level.LOCALITY, structure=structure, years=False
            )
            keys: list[Key] = [None, *(place.pk for place in done.locality.values())]
            for measure in measures:
                for when in periods(council, oracle.Period.QUARTER):
                    split = [RollUp(counted, [key]).cell(measure, when) for key in keys]
                    assert added(split) == added([whole.cell(measure, when)])


@pytest.mark.django_db
@examples(15)
@given(councils(), st.randoms())
def test_c1_the_order_of_rows_does_not_matter(council: oracle.Council, random: Random) -> None:
    manner = (
        oracle.Level.LOCALITY,
        oracle.Period.YEAR,
        oracle.Basis.SUBMITTED,
        oracle.Structure.AS_WAS,
    )
    with written(council) as done:
        straight = rolled_up(council, done, *manner)
    shuffled = replace(council, returns=random.sample(council.returns, len(council.returns)))
    for made in shuffled.returns:
        made.figures = dict(random.sample(sorted(made.figures.items()), len(made.figures)))
    with written(shuffled) as done:
        assert rolled_up(council, done, *manner) == straight


@pytest.mark.django_db
@examples(20)
@given(councils())
def test_c2_missing_is_never_zero_and_nothing_over_nothing_is_no_cases(
    council: oracle.Council,
) -> None:
    with written(council) as done:
        measures = load_measures()
        for level, basis in product(oracle.Level, oracle.Basis):
            counted = take(council, measures, level=level, basis=basis)
            for _, keys in areas(council, done, level):
                area = RollUp(counted, keys)
                for measure, period in product(measures, oracle.Period):
                    for when in periods(council, period):
                        cell = area.cell(measure, when)
                        held_back = measure.is_distinct and period == oracle.Period.YEAR
                        assert (cell.numerator is None) == (cell.answered == 0 or held_back)
                        assert bool(cell.missing) == (cell.answered < cell.expected)
                        assert 0 <= cell.answered <= cell.expected
                        if cell.has_no_cases:
                            assert cell.value is None
                        elif cell.numerator is not None:
                            assert cell.value is not None


@pytest.mark.django_db
@examples(15)
@given(councils())
def test_c2_a_zero_counts_and_a_gap_does_not(council: oracle.Council) -> None:
    """Every gap made a zero leaves the sums of a count alone and raises its coverage."""
    manner = (
        oracle.Level.CITY,
        oracle.Period.QUARTER,
        oracle.Basis.SUBMITTED,
        oracle.Structure.AS_WAS,
    )
    with written(council) as done:
        before = rolled_up(council, done, *manner)
    for made in council.returns:
        for code, figure in made.figures.items():
            if figure.value is None:
                made.figures[code] = oracle.Figure(oracle.Answer.NUMBER, Fraction(0))
    with written(council) as done:
        after = rolled_up(council, done, *manner)
    counts = {measure.code for measure in council.measures if not measure.denominators}
    for key, line in before.items():
        if key[1] not in counts:
            continue
        assert after[key]["numerator"] == line["numerator"] or (
            line["numerator"] is None and after[key]["numerator"] == 0
        )


@pytest.mark.django_db
@examples(20)
@given(councils())
def test_c2_a_part_never_exceeds_its_whole(council: oracle.Council) -> None:
    """What holds in each return (the rule that refuses) holds in every area and period."""
    for measure in council.measures:
        for made in council.returns:
            if not measure.denominators or not set(measure.items) <= set(made.figures):
                continue
            part, whole = made.figures[measure.numerator], made.figures[measure.denominators[0]]
            if part.value is not None and whole.value is not None:
                places = 10 ** council.item(measure.numerator).decimals
                part.value = Fraction(int(min(part.value, whole.value) * places), places)
    bounded = {
        measure.code: measure.scale
        for measure in council.measures
        if measure.denominators
        and council.item(measure.numerator).timing == council.item(measure.denominators[0]).timing
        and all(
            other.numerator not in measure.denominators and other.numerator != measure.numerator
            for other in council.measures
            if other is not measure
        )
    }
    with written(council) as done:
        for manner in MANNERS:
            for (_, code, _), line in rolled_up(council, done, *manner).items():
                if code in bounded and line["value"] is not None:
                    assert line["numerator"] <= line["denominator"]  # type: ignore[operator]


@pytest.mark.django_db
def test_c3_looking_back_notices_a_return_that_was_moved() -> None:
    """The planted fault: a reorganisation that rewrites where returns were made."""
    quarter = oracle.Quarter(2015, 4)
    council = oracle.Council(
        code="town",
        area_name="The town",
        localities=[oracle.Locality("north", "North"), oracle.Locality("south", "South")],
        teams=[oracle.Team("red", "Red", "family", "north")],
        quarters={quarter: oracle.QuarterState.CLOSED},
        items=[oracle.Item("closed", oracle.Timing.FLOW, ("family",))],
        measures=[oracle.Measure("closed", "Closed", "how-much", "closed", (), 1, 0)],
    )
    oracle.open_returns(council)
    row = {"team": "red", "quarter": str(quarter), "item": "closed", "value": "3"}
    oracle.fill(council, [row], signed_off=True)
    with written(council) as done:
        before = look_back(council, done)
        assert look_back(council, done) == before
        models.Return.objects.update(locality=done.locality["south"])
        assert look_back(council, done) != before


@st.composite
def reorganisations(draw: st.DrawFn, council: oracle.Council) -> list[tuple[str, str, str]]:
    """Things done to teams after the fact: what, to which team, and where or with whom."""
    codes = [team.code for team in council.teams if team.locality]
    places = [place.code for place in council.localities]
    if not codes:
        return []
    found = []
    for code in draw(st.lists(st.sampled_from(codes), unique=True, max_size=4)):
        what = draw(st.sampled_from(["move", "close", "merge"]))
        other = draw(st.sampled_from(places if what == "move" else codes))
        found.append((what, code, other))
    return found


def reorganise(
    council: oracle.Council, done: Put, what: str, code: str, other: str
) -> oracle.Council:
    """Do one thing through the application's action; the oracle's council follows.

    Gives the council unchanged where the action refuses (a circle, a team closed before).
    """
    coming = council.opened[-1].next
    team = done.team[code]
    plain = council.team(code)
    try:
        with transaction.atomic():
            if what == "move":
                move = Placement(
                    team=team, locality=done.locality[other], from_quarter=as_quarter(coming)
                )
                keep(move, by=command_actor())
                moved = oracle.Placement(code, other, coming)
                return replace(council, placements=[*council.placements, moved])
            if plain.closed is None:
                team.closed = council.opened[-1].last_day
            if what == "merge":
                team.successor = done.team[other]
            team.full_clean()
            keep(team, by=command_actor())
    except ValidationError:
        team.refresh_from_db()
        return council
    changed = replace(
        plain, closed=team.closed, successor=team.successor.code if team.successor else ""
    )
    return replace(council, teams=[changed if row.code == code else row for row in council.teams])


def look_back(past: oracle.Council, done: Put) -> dict[str, bytes]:
    """Everything said "as it was" of quarters and years that ended with ``past``, as bytes.

    A year that goes on, and an area that was first asked later, are no part of the past.
    """
    coming = past.opened[-1].next
    goes_on = {str(coming), str(as_quarter(coming).year)}
    found = {}
    for manner in MANNERS:
        if manner[3] == oracle.Structure.AS_NOW:
            continue
        for (area, measure, when), line in rolled_up(past, done, *manner).items():
            if when not in goes_on and line["expected"]:
                key = " ".join([*manner, area, measure, when])
                found[key] = json.dumps(line, default=str).encode()
    return found


def reorganised(council: oracle.Council, data: st.DataObject) -> None:
    """C3: reorganise, open the next quarter, and look back."""
    past = replace(council, quarters=dict(council.quarters))
    with written(council) as done:
        before = look_back(past, done)
        for what, code, other in data.draw(reorganisations(council)):
            council = reorganise(council, done, what, code, other)
        coming = council.opened[-1].next
        found = models.ReportingQuarter.objects.filter(pk=as_quarter(coming).index).first()
        if found is None:
            found = plan_quarter(as_quarter(coming), due_on=coming.last_day, by=command_actor())
        start(found, by=command_actor())
        assert look_back(past, done) == before
        council.quarters[coming] = oracle.QuarterState.OPEN
        made = replace(council, quarters={coming: oracle.QuarterState.OPEN}, returns=[])
        oracle.open_returns(made)
        council = replace(council, returns=[*council.returns, *made.returns])
        for manner in MANNERS:
            assert rolled_up(council, done, *manner) == expected(council, *manner), manner


@pytest.mark.django_db
@examples(15)
@given(councils(), st.data())
def test_c3_a_reorganisation_leaves_the_past_as_it_was(
    council: oracle.Council, data: st.DataObject
) -> None:
    reorganised(council, data)


@pytest.mark.long
@pytest.mark.django_db
@examples(150)
@given(councils(), st.data())
def test_c3_a_reorganisation_leaves_the_past_as_it_was_at_length(
    council: oracle.Council, data: st.DataObject
) -> None:
    reorganised(council, data)
