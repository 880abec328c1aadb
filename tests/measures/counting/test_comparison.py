"""What a change means, with the annual report's own numbers (product.md, rules 9 and 10)."""

from fractions import Fraction
from itertools import product
from math import comb

import pytest

from measures.counting.catalogue import Break, Item, MeasureSpec
from measures.counting.comparison import (
    Change,
    Direction,
    Meaning,
    TargetSpec,
    TargetVerdict,
    against_target,
    is_clear,
    is_within_chance,
    target_for,
)
from measures.counting.comparison import compare as change_of
from measures.counting.rollups import Cell
from measures.counting.spans import Pairing
from measures.models import Heading, Measure
from teams.quarters import Quarter

Q4, BEFORE = Quarter.parse("2015-16 Q4"), Quarter.parse("2014-15 Q4")
Good = Measure.Good


def compare(now: Cell, before: Cell) -> Change:
    """What happened between two figures of like spans."""
    return change_of(Pairing(now, before))


def item(code: str, decimals: int = 0, breaks: tuple[Break, ...] = (), part_of: str = "") -> Item:
    return Item(
        id=len(code),
        code=code,
        name=code,
        decimals=decimals,
        is_snapshot=False,
        is_distinct=False,
        counts="families",
        breaks=breaks,
        wholes=frozenset([len(part_of)] if part_of else []),
    )


def measure(
    good: Good = Good.HIGHER, *, ratio: bool = True, scale: int = 100, part: bool = True
) -> MeasureSpec:
    return MeasureSpec(
        id=1,
        code="helped",
        name="Helped",
        heading=Heading.IMPACT,
        numerator=item("helped", part_of="surveys-received" if part else ""),
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
    ],
)
def test_a_percentage_against_an_earlier_one(
    now: tuple[int, int], before: tuple[int, int], meaning: Meaning, points: str
) -> None:
    found = compare(cell(*now), cell(*before, last=BEFORE))
    assert found.meaning == meaning
    assert found.difference is not None
    assert f"{float(found.difference):.1f}" == points


@pytest.mark.parametrize(
    ("now", "before", "meaning", "direction"),
    [
        # 1.596% and 1.554% are both shown as 1.6%; 1.604% and 1.554% are too.
        ((1_596, 100_000), (1_554, 100_000), Meaning.SAME, Direction.SAME),
        ((1_604, 100_000), (1_554, 100_000), Meaning.SAME, Direction.SAME),
        # 1.65% is 1.7%.
        ((1_650, 100_000), (1_649, 100_000), Meaning.IMPROVED, Direction.UP),
        ((1_549, 100_000), (1_554, 100_000), Meaning.WORSENED, Direction.DOWN),
    ],
)
def test_what_nobody_tested_moves_only_where_the_printed_numbers_do(
    now: tuple[int, int], before: tuple[int, int], meaning: Meaning, direction: Direction
) -> None:
    found = compare(cell(*now, of=measure(part=False)), cell(*before, of=measure(part=False)))
    assert (found.meaning, found.direction, found.is_tested) == (meaning, direction, False)


def test_a_clear_change_is_one_however_few_decimals_are_printed() -> None:
    """50.04% and 50.00% of two hundred million: the page prints one more decimal."""
    n = 200_000_000
    found = compare(cell(n // 10_000 * 5_004, n), cell(n // 2, n))
    assert (found.meaning, found.is_tested) == (Meaning.IMPROVED, True)


def test_the_test_of_two_proportions_at_its_edge() -> None:
    """Half of 100 against 64 of 100 has z = 2.0; against 63 it has 1.85."""
    assert is_clear(cell(64, 100), cell(50, 100))
    assert is_clear(cell(63, 100), cell(50, 100)) is False
    assert is_clear(cell(0, 50), cell(0, 70)) is False


@pytest.mark.parametrize(
    ("now", "before", "clear"),
    [
        # z would be 2.3 and call this clear; Fisher's p is 0.077. Against 3 of 8 it is 0.026.
        ((8, 8), (4, 8), False),
        ((8, 8), (3, 8), True),
        ((5, 8), (1, 9), True),
        ((0, 1000), (6, 1000), True),
        ((0, 1000), (5, 1000), False),
        ((1, 3_000_000), (9, 3_000_000), True),
    ],
)
def test_few_expected_cases_are_tested_exactly(
    now: tuple[int, int], before: tuple[int, int], clear: bool
) -> None:
    assert is_clear(cell(*now), cell(*before)) is clear
    assert is_clear(cell(*before), cell(*now)) is clear
    (x1, n1), (x2, n2) = now, before
    opposite = cell(n1 - x1, n1), cell(n2 - x2, n2)
    assert is_clear(*opposite) is clear


def test_fishers_test_is_the_sum_over_all_tables_as_rare() -> None:
    """Against plain counting: every table with the same margins, of groups of up to 12."""
    for n1, n2 in product(range(1, 13), repeat=2):
        for x1, x2 in product(range(n1 + 1), range(n2 + 1)):
            among, of = x1 + x2, n1 + n2
            if among in (0, of) or min(n1, n2) * min(among, of - among) >= 5 * of:
                continue
            ways = [comb(n1, x) * comb(n2, among - x) for x in range(among + 1) if x <= n1]
            seen = comb(n1, x1) * comb(n2, x2)
            rare = Fraction(sum(way for way in ways if way <= seen), sum(ways))
            assert is_clear(cell(x1, n1), cell(x2, n2)) == (rare < Fraction(1, 20))


def test_only_shares_of_one_whole_are_tested() -> None:
    """Surveys over closures, counts and averages have a direction and a meaning, untested."""
    of = measure(part=False)
    found = compare(cell(120, 100, of=of), cell(110, 100, of=of))
    assert (found.meaning, found.is_tested) == (Meaning.IMPROVED, False)
    assert not compare(cell(90, 100, of=of), cell(40, 100, of=of)).is_tested
    count = measure(ratio=False)
    found = compare(cell(11, of=count), cell(10, of=count))
    assert (found.meaning, found.is_tested) == (Meaning.IMPROVED, False)
    assert compare(cell(667, 717), cell(200, 303)).is_tested
    per_thousand = measure(scale=1000)
    found = compare(cell(5, 10, of=per_thousand), cell(4, 10, of=per_thousand))
    assert (found.meaning, found.is_tested) == (Meaning.NO_CLEAR_CHANGE, True)


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


def test_unlike_spans_give_no_change() -> None:
    now, before = cell(667, 717), cell(200, 303, last=BEFORE)
    found = change_of(Pairing(now, before, reasons=("a new recording system",)))
    assert found == Change(Meaning.NOT_COMPARABLE)


def test_the_same_teams_are_compared_and_judged_where_they_carry_enough() -> None:
    now, before = cell(667, 717), cell(200, 303)
    same = cell(300, 400), cell(100, 200)
    found = change_of(Pairing(now, before, same=same))
    assert (found.meaning, found.difference) == (Meaning.IMPROVED, 25)
    few = change_of(Pairing(now, before, same=same, is_borne=False))
    assert (few.meaning, few.direction, few.difference) == (Meaning.PART_OF_AREA, Direction.UP, 25)
    nobody = cell(None, None, of=measure()), cell(None, None, of=measure())
    assert change_of(Pairing(now, before, same=nobody)) == Change(Meaning.PART_OF_AREA)


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


@pytest.mark.parametrize(
    ("top", "under", "target", "within"),
    [
        # 17 of 20: Wilson's interval is 64.0% to 94.8%
        (17, 20, "90", True),
        (17, 20, "94.75", True),
        (17, 20, "94.85", False),
        (17, 20, "63.95", False),
        (17, 20, "64.05", True),
        (1700, 2000, "87", False),
        (17, 20, "120", False),
    ],
)
def test_a_target_within_chance(top: int, under: int, target: str, within: bool) -> None:
    aimed = TargetSpec(Fraction(target), Fraction(0))
    assert is_within_chance(cell(top, under), aimed) is within
    assert not is_within_chance(cell(top, under, of=measure(part=False)), aimed)
