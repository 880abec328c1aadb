"""Geometry of the charts: worked examples."""

import re
from fractions import Fraction

import pytest

from measures.charts import HEIGHT, Chart, Point, Stretch, chart, spark, ticks


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
    assert moves(drawn.line) == 3
    assert [dot.is_part for dot in drawn.dots] == [False, False, False, True]
    # The target lies at the top of the axis; the break half-way between its two quarters.
    assert drawn.targets[0].y1 == drawn.ticks[-1].y
    assert float(drawn.dots[0].x) < float(drawn.breaks[0].x1) < float(drawn.dots[1].x)
    # A dip's number stands below it, others above.
    assert float(drawn.dots[1].label_y) > float(drawn.dots[1].y)
    assert float(drawn.dots[0].label_y) < float(drawn.dots[0].y)


def test_the_word_of_a_year_stands_where_the_line_is_not() -> None:
    """Above it where the year begins below its own figure; and whether a point is hollow."""

    def drawn(*values: int, part: int | None = None) -> Chart:
        whole = Stretch(0, 3, Fraction(70), "year 70%")
        return chart(
            points(*values, part=part), labels=[str(value) for value in values],
            columns=["Q1", "Q2", "Q3", "Q4"], years=[], tick_label=str, breaks=[], targets=[],
            averages=[whole],
        )  # fmt: skip

    begins_below, begins_above = drawn(40, 80, 85, 75), drawn(90, 60, 60, 70, part=1)
    assert begins_below.averages[0].dy < 0 < begins_above.averages[0].dy
    assert (begins_below.has_part, begins_above.has_part) == (False, True)
