"""Geometry of the charts: worked examples."""

import re
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import pytest
from django.conf import settings

from measures.performance.charts import (
    HEIGHT,
    TARGET_DX,
    TARGET_DY,
    Chart,
    Point,
    Stretch,
    chart,
    spark,
    ticks,
)
from measures.performance.label_placing import Box, along, centred_box, free_place, word_box


def points(*values: int | None, part: int | None = None) -> list[Point | None]:
    """Points of whole numbers; the one at ``part`` has part coverage."""
    return [
        None if value is None else Point(Fraction(value), at == part)
        for at, value in enumerate(values)
    ]


def moves(path: str) -> int:
    """How often the pen is lifted."""
    return path.count("M")


@pytest.mark.parametrize(
    ("highest", "expected"),
    [
        (Fraction("28.1"), [0, 10, 20, 30]),
        (Fraction(633), [0, 200, 400, 600, 800]),
        (Fraction(100), [0, 20, 40, 60, 80, 100]),
        (Fraction(1), [0, Fraction(1, 5), Fraction(2, 5), Fraction(3, 5), Fraction(4, 5), 1]),
        (Fraction(0), [0, 1]),
    ],
)
def test_an_axis_has_round_numbers_from_zero(highest: Fraction, expected: list[int]) -> None:
    assert ticks(highest) == expected


def test_a_small_line_is_not_drawn_across_a_gap_or_a_break() -> None:
    assert moves(spark(points(1, 2, 3, 4), set()).line) == 1
    assert moves(spark(points(1, 2, 3, 4), {2}).line) == 2
    assert moves(spark(points(1, None, 3, 4), set()).line) == 2
    assert spark(points(None, None), set()).line == ""
    assert spark(points(1, 2, 3), {1}).breaks == "M28.0 0V28"


def test_a_point_with_part_coverage_is_hollow() -> None:
    whole = spark(points(1, 2, 3), set())
    part = spark(points(1, 2, 3, part=2), set())
    assert (moves(whole.dots), moves(whole.hollow)) == (1, 0)
    assert (moves(part.dots), moves(part.hollow)) == (0, 1)


def test_a_flat_line_runs_through_the_middle() -> None:
    assert re.findall(r" (\d+\.\d)", spark(points(5, 5), set()).line) == ["14.0", "14.0"]


def test_a_chart_starts_at_zero_and_holds_everything() -> None:
    drawn = chart(
        points(10, 5, 7, None, 20, part=4),
        labels=["10", "5", "7", "", "20"],
        columns=["Q1", "Q2", "Q3", "Q4", "Q1"],
        years=[Stretch(0, 3, Fraction(0), "2015-16")],
        tick_label=str,
        breaks=[(1, "new system")],
        targets=[Stretch(0, 3, Fraction(40), "target 40")],
        averages=[],
    )
    assert [tick.text for tick in drawn.ticks] == ["0", "10", "20", "30", "40"]
    assert float(drawn.ticks[0].y) == HEIGHT - 52
    assert moves(drawn.line) == 2
    assert [dot.is_part for dot in drawn.dots] == [False, False, False, True]
    # The target lies at the top of the axis; the break half-way between its two quarters.
    assert drawn.targets[0].y1 == drawn.ticks[-1].y
    assert float(drawn.dots[0].x) < float(drawn.breaks[0].x1) < float(drawn.dots[1].x)
    # A dip's number stands below it, others above.
    assert float(drawn.dots[1].label_y) > float(drawn.dots[1].y)
    assert float(drawn.dots[0].label_y) < float(drawn.dots[0].y)


def with_years(values: Sequence[float], years: Sequence[float], part: int | None = None) -> Chart:
    """A chart of whole years of quarters with each year's own figure."""
    exact = [Fraction(str(value)) for value in values]
    return chart(
        [Point(value, at == part) for at, value in enumerate(exact)],
        labels=[f"{value}%" for value in values],
        columns=["Q1", "Q2", "Q3", "Q4"] * len(years),
        years=[],
        tick_label=str,
        breaks=[],
        targets=[],
        averages=[
            Stretch(4 * at, 4 * at + 3, Fraction(str(value)), f"year {value}%")
            for at, value in enumerate(years)
        ],
    )


@pytest.mark.parametrize(
    ("values", "years"),
    [
        # Two years whose quarters keep close to the year's own figure.
        ((81.1, 77.5, 82.1, 79.5, 76.8, 76.6, 79.4, 75.0), (80.0, 77.0)),
        ((70.0, 70.0, 70.0, 70.0), (70.0,)),
        # A number that stands below its point, where the word would begin.
        ((74.0, 80.0, 76.0, 80.0), (76.0,)),
        ((40.0, 80.0, 85.0, 75.0, 90.0, 60.0, 60.0, 70.0), (70.0, 70.0)),
    ],
)
def test_the_word_of_a_year_covers_no_number(
    values: Sequence[float], years: Sequence[float]
) -> None:
    drawn = with_years(values, years)
    numbers = [centred_box(dot.label, float(dot.x), float(dot.label_y)) for dot in drawn.dots]
    for level in drawn.averages:
        word = word_box(level.word.text, float(level.word.x), float(level.word.y))
        assert sum(word.shared(number) for number in numbers) == 0
        assert float(level.line.x1) <= word.left and word.right <= float(level.line.x2)


def test_a_chart_knows_whether_a_point_is_hollow() -> None:
    assert with_years((90.0, 60.0, 60.0, 70.0), (70.0,), part=1).has_part
    assert not with_years((90.0, 60.0, 60.0, 70.0), (70.0,)).has_part


def test_a_word_without_room_covers_as_little_as_it_can() -> None:
    wall = [Box(0, 0, 100, 100), Box(0, 0, 50, 100)]
    assert free_place("word", [(10, 50), (60, 50)], wall, []) == (60, 50)
    assert free_place("word", [(10, 50), (200, 50), (300, 50)], wall, []) == (200, 50)
    line = along((0, 50), (5, 50))
    assert free_place("word", [(0, 50), (10, 50)], [], line) == (10, 50)
    # Rather over a line than over a corner of a word.
    assert free_place("word", [(0, 50), (90, 50)], [Box(117, 0, 200, 100)], line) == (0, 50)


def test_the_word_of_a_year_keeps_clear_of_target_words_and_quarters() -> None:
    """An earlier year's target stands in the next one's quarters; a low year near their names."""
    drawn = chart(
        [Point(Fraction(value)) for value in (3, 2, 1, 1, 3, 2, 1, 1)],
        labels=[str(value) for value in (3, 2, 1, 1, 3, 2, 1, 1)],
        columns=["Q1", "Q2", "Q3", "Q4"] * 2,
        years=[],
        tick_label=str,
        breaks=[],
        targets=[
            Stretch(0, 3, Fraction(75), "target 75%"),
            Stretch(4, 7, Fraction(78), "target 78%"),
        ],
        averages=[Stretch(0, 3, Fraction(1), "year 1%"), Stretch(4, 7, Fraction(76), "year 76%")],
    )
    words = [centred_box(name.text, float(name.x), float(name.y)) for name in drawn.columns]
    words += [word_box(one.text, float(one.x2) + 6, float(one.y2) + 4) for one in drawn.targets]
    for level in drawn.averages:
        own = word_box(level.word.text, float(level.word.x), float(level.word.y))
        assert sum(own.shared(word) for word in words) == 0


def test_the_svg_puts_a_targets_word_where_it_is_counted_with() -> None:
    text = (Path(settings.BASE_DIR) / "templates/measures/performance/_chart.svg").read_text()
    assert f'x="{{{{ rule.x2 }}}}" y="{{{{ rule.y2 }}}}" dx="{TARGET_DX}" dy="{TARGET_DY}"' in text
