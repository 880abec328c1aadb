"""What a change means, with the annual report's own numbers (product.md, rules 9 and 10)."""

from dataclasses import replace
from fractions import Fraction

import pytest

from measures.counting.catalogue import Break, Item, MeasureSpec
from measures.counting.comparison import (
    Change,
    Direction,
    Meaning,
    TargetSpec,
    TargetVerdict,
    against_target,
    compare,
    is_clear,
    target_for,
)
from measures.counting.rollups import Cell
from measures.models import Heading, Measure
from teams.quarters import Quarter

Q4, BEFORE = Quarter.parse("2015-16 Q4"), Quarter.parse("2014-15 Q4")
Good = Measure.Good


def item(code: str, decimals: int = 0, breaks: tuple[Break, ...] = ()) -> Item:
    return Item(
        id=len(code),
        code=code,
        name=code,
        decimals=decimals,
        is_snapshot=False,
        is_distinct=False,
        counts="families",
        breaks=breaks,
    )


def measure(good: Good = Good.HIGHER, *, ratio: bool = True, scale: int = 100) -> MeasureSpec:
    return MeasureSpec(
        id=1,
        code="helped",
        name="Helped",
        heading=Heading.IMPACT,
        numerator=item("helped"),
        denominators=(item("surveys-received"),) if ratio else (),
        scale=scale if ratio else 1,
        good=good,
        decimals=1,
        definition="",
    )


def cell(
    top: int | None,
    under: int | None = None,
    *,
    of: MeasureSpec | None = None,
    missing: frozenset[int] = frozenset(),
    last: Quarter = Q4,
) -> Cell:
    spec = of or measure(ratio=under is not None)
    answered = 0 if top is None else 10
    return Cell(spec, top, under, answered, answered + len(missing), missing, last)


@pytest.mark.parametrize(
    ("now", "before", "meaning", "points"),
    [
        # 74.7% of 499 surveys against 79.4% of 160: chance alone would often give that
        ((373, 499), (127, 160), Meaning.NO_CLEAR_CHANGE, "-4.6"),
        # 93.0% of 717 against 66.0% of 303
        ((667, 717), (200, 303), Meaning.IMPROVED, "27.0"),
        ((200, 303), (667, 717), Meaning.WORSENED, "-27.0"),
        ((5, 10), (50, 100), Meaning.SAME, "0.0"),
        ((1, 1), (0, 1), Meaning.NO_CLEAR_CHANGE, "100.0"),
        ((0, 200), (200, 200), Meaning.WORSENED, "-100.0"),
        # surveys over closures can be more than all: no share, taken as it is
        ((120, 100), (110, 100), Meaning.IMPROVED, "10.0"),
    ],
)
def test_a_percentage_against_an_earlier_one(
    now: tuple[int, int], before: tuple[int, int], meaning: Meaning, points: str
) -> None:
    found = compare(cell(*now), cell(*before, last=BEFORE))
    assert found.meaning == meaning
    assert found.difference is not None
    assert f"{float(found.difference):.1f}" == points


def test_the_test_of_two_proportions_at_its_edge() -> None:
    """Half of 100 against 64 of 100 has z = 2.0; against 63 it has 1.85."""
    assert is_clear(cell(64, 100), cell(50, 100))
    assert not is_clear(cell(63, 100), cell(50, 100))
    assert not is_clear(cell(0, 50), cell(0, 70))


@pytest.mark.parametrize(
    ("good", "up", "down"),
    [
        (Good.HIGHER, Meaning.IMPROVED, Meaning.WORSENED),
        (Good.LOWER, Meaning.WORSENED, Meaning.IMPROVED),
        (Good.NEITHER, Meaning.HIGHER, Meaning.LOWER),
    ],
)
def test_a_change_means_what_the_measure_calls_good(good: Good, up: Meaning, down: Meaning) -> None:
    of = measure(good)
    low, high = cell(100, 1000, of=of), cell(900, 1000, of=of)
    assert compare(high, low).meaning == up
    assert compare(low, high).meaning == down


def test_a_count_without_a_good_direction_is_more_or_fewer() -> None:
    of = measure(Good.NEITHER, ratio=False)
    assert compare(cell(12, of=of), cell(10, of=of)) == Change(
        Meaning.MORE, Direction.UP, Fraction(2)
    )
    assert compare(cell(8, of=of), cell(10, of=of)).meaning == Meaning.FEWER


def test_nothing_is_compared_with_nothing() -> None:
    assert compare(cell(None, None, of=measure()), cell(5, 10)).meaning == Meaning.NONE
    assert compare(cell(5, 10), cell(None, None, of=measure())).meaning == Meaning.FIRST
    assert compare(cell(0, 0), cell(5, 10)).meaning == Meaning.NONE
    assert compare(cell(5, 10), cell(0, 0)).meaning == Meaning.FIRST


def test_no_comparison_across_a_series_break_without_saying_so() -> None:
    broken = Break(Quarter.parse("2015-16 Q2"), "A new recording system")
    of = replace(measure(), numerator=item("helped", breaks=(broken,)))
    found = compare(cell(667, 717, of=of), cell(200, 303, of=of, last=BEFORE))
    assert found.meaning == Meaning.NOT_COMPARABLE
    assert found.reasons == ("A new recording system, from Q2 2015-16",)
    within = compare(cell(667, 717, of=of), cell(200, 303, of=of, last=Quarter.parse("2015-16 Q2")))
    assert within.meaning == Meaning.IMPROVED


def test_no_comparison_where_coverage_differs_without_saying_so() -> None:
    of = measure()
    whole, part = cell(667, 717, of=of), cell(200, 303, of=of, missing=frozenset([7]))
    assert compare(whole, part).meaning == Meaning.PART_OF_AREA
    assert compare(part, whole).meaning == Meaning.PART_OF_AREA
    same = cell(667, 717, of=of, missing=frozenset([7]))
    assert compare(same, part).meaning == Meaning.IMPROVED


@pytest.mark.parametrize(
    ("good", "top", "authority"),
    [
        (Good.HIGHER, 750, TargetVerdict.MET),
        (Good.HIGHER, 749, TargetVerdict.CLOSE),
        (Good.HIGHER, 700, TargetVerdict.CLOSE),
        (Good.HIGHER, 699, TargetVerdict.MISSED),
        (Good.LOWER, 750, TargetVerdict.MET),
        (Good.LOWER, 751, TargetVerdict.CLOSE),
        (Good.LOWER, 800, TargetVerdict.CLOSE),
        (Good.LOWER, 801, TargetVerdict.MISSED),
        (Good.NEITHER, 750, None),
    ],
)
def test_a_target_is_met_close_or_missed_by_the_exact_figure(
    good: Good, top: int, authority: TargetVerdict | None
) -> None:
    """75% with 5 points of closeness, of 1,000; never judged by the rounded figure."""
    target = TargetSpec(Fraction(75), Fraction(5))
    assert against_target(cell(top, 1000, of=measure(good)), target) == authority


def test_rounding_does_not_meet_a_target() -> None:
    """74.96% shows as 75.0% and is close."""
    target = TargetSpec(Fraction(75), Fraction(5))
    assert against_target(cell(7496, 10000), target) == TargetVerdict.CLOSE


def test_without_a_figure_or_a_target_there_is_no_judgement() -> None:
    target = TargetSpec(Fraction(75), Fraction(5))
    assert against_target(cell(0, 0), target) is None
    assert against_target(cell(None, None, of=measure()), target) is None
    assert against_target(cell(5, 10), None) is None


def test_which_target_holds() -> None:
    """A locality takes the city's for a ratio, never for a count; a quarter only for ratios."""
    own, citys = TargetSpec(Fraction(80), Fraction(0)), TargetSpec(Fraction(75), Fraction(0))
    ratio, count = measure(), measure(ratio=False)
    assert target_for(ratio, True, own, citys) == own
    assert target_for(ratio, True, None, citys) == citys
    assert target_for(ratio, False, None, citys) == citys
    assert target_for(count, True, own, citys) == own
    assert target_for(count, True, None, citys) is None
    assert target_for(count, False, own, citys) is None
