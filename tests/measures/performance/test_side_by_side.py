"""Areas in the order of their figures, and what chance alone would do, in words."""

from dataclasses import replace

import pytest

from measures.counting.rollups import Cell
from measures.performance.side_by_side import beside_the_rest, by_value, order_in_words
from tests.measures.counting.test_comparison import cell, measure

# 74 of 100 is clearly more than the 50 of 100 that the others have together.
HIGH, LOW, WHOLE = cell(74, 100), cell(50, 100), cell(174, 300)


def test_the_highest_comes_first_and_what_has_no_figure_last() -> None:
    none = cell(None)
    assert sorted([none, LOW, HIGH], key=by_value) == [HIGH, LOW, none]
    # 2 of 3 is more than 6,666 of 10,000, which prints the same.
    close = [cell(6_666, 10_000), cell(2, 3)]
    assert sorted(close, key=by_value) == close[::-1]


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [
        (HIGH, WHOLE, "clearly higher than the rest"),
        (cell(26, 100), cell(126, 300), "clearly lower than the rest"),
        # 58 of 100 against 50 of 100: chance alone would often give that.
        (cell(58, 100), cell(108, 200), "no clear difference from the rest"),
        # It is held against the others (50 of 100), not against a whole that it is a part of:
        # 64 of 100 against 114 of 200 would be no clear difference.
        (cell(64, 100), cell(114, 200), "clearly higher than the rest"),
        (cell(None), WHOLE, ""),
    ],
)
def test_an_area_is_held_against_the_rest_of_the_whole(part: Cell, whole: Cell, words: str) -> None:
    assert beside_the_rest(part, whole) == words


def test_what_is_not_tested_is_no_judgement() -> None:
    count = measure(ratio=False)
    counts = [("North", cell(40, of=count)), ("South", cell(30, of=count))]
    assert beside_the_rest(counts[0][1], cell(70, of=count)) == ""
    assert order_in_words(counts, cell(70, of=count)) == (
        "In order of the figure, the highest first. The order is no judgement: larger areas count "
        "more."
    )
    apart = measure(part=False)
    rates = [("North", cell(4, 10, of=apart)), ("South", cell(3, 10, of=apart))]
    assert "no judgement: chance is not tested here." in order_in_words(
        rates, cell(7, 20, of=apart)
    )


def test_the_order_says_who_differs_by_more_than_chance() -> None:
    areas = [("North", HIGH), ("South", cell(56, 100)), ("East", cell(55, 100))]
    assert order_in_words(areas, cell(185, 300)) == (
        "In order of the figure, the highest first. North differs from the rest by more than "
        "chance alone would often give. Among the others the order says nothing. About 1 in 20 "
        "areas that are like the rest will look different by chance."
    )
    alike = [(name, LOW) for name in ("North", "East", "South")]
    assert order_in_words(alike, cell(150, 300)) == (
        "In order of the figure, the highest first. None of the 3 differs from the rest by more "
        "than chance alone would often give, so the order says nothing."
    )


def test_fewer_than_two_figures_have_no_order() -> None:
    assert order_in_words([("North", HIGH), ("South", replace(LOW, numerator=None))], WHOLE) == ""
    assert order_in_words([], WHOLE) == ""
