"""Geometry of the charts: worked examples."""

import re
from collections.abc import Sequence
from fractions import Fraction

import pytest

from measures.performance.charts import NARROW, WIDE, Chart, Point, Stretch, chart, spark, ticks
from measures.performance.label_placing import LETTER_WIDTH, Box, Line, Room
from tests.measures.performance.drawn import box_of, crossings, overlaps


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
    assert float(drawn.ticks[0].y) == WIDE.floor + 4
    assert moves(drawn.line) == 2
    assert [dot.is_part for dot in drawn.dots] == [False, False, False, True]
    # The target lies at the top of the axis; the break half-way between its two quarters.
    assert float(drawn.targets[0].line.y1) == float(drawn.ticks[-1].y) - 4
    assert float(drawn.dots[0].x) < float(drawn.breaks[0].line.x1) < float(drawn.dots[1].x)
    # A dip's number stands below it, others above.
    assert float(drawn.dots[1].label.y) > float(drawn.dots[1].y)
    assert float(drawn.dots[0].label.y) < float(drawn.dots[0].y)


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
def test_no_word_covers_a_line_or_another_word(
    values: Sequence[float], years: Sequence[float]
) -> None:
    drawn = with_years(values, years)
    assert not list(crossings(drawn))
    assert not list(overlaps(drawn))
    for level in drawn.averages:
        word = box_of(level.word)
        assert float(level.line.x1) <= word.left and word.right <= float(level.line.x2)


def test_a_chart_knows_whether_a_point_is_hollow() -> None:
    assert with_years((90.0, 60.0, 60.0, 70.0), (70.0,), part=1).has_part
    assert not with_years((90.0, 60.0, 60.0, 70.0), (70.0,)).has_part


def test_a_word_without_room_covers_as_little_as_it_can() -> None:
    frame, word = Box(-100, -100, 400, 400), ["word"]
    wall = [Box(0, 0, 100, 100), Box(0, 0, 50, 100)]
    assert Room(frame, [*wall]).take(word, [(24, 50), (74, 50)]) == (74, 50)
    assert Room(frame, [*wall]).take(word, [(24, 50), (214, 50), (314, 50)]) == (214, 50)
    line = [Line((0, 48), (5, 48))]
    assert Room(frame, lines=line).take(word, [(14, 50), (34, 50)]) == (34, 50)
    # Rather over a line than over a corner of a word, or over the edge.
    corner = [Box(117, 0, 200, 100)]
    assert Room(frame, corner, line).take(word, [(104, 50), (14, 50)]) == (14, 50)
    assert Room(frame, lines=line).take(word, [(390, 50), (14, 50)]) == (14, 50)
    # What stands somewhere is taken.
    room = Room(frame)
    assert room.take(word, [(50, 50)]) == (50, 50)
    assert room.take(word, [(50, 50), (90, 50)]) == (90, 50)


@pytest.mark.parametrize(
    ("line", "is_crossed"),
    [
        (Line((0, 50), (200, 50)), True),
        (Line((0, 0), (100, 100)), True),
        (Line((60, 60), (61, 61)), True),
        (Line((0, 50), (40, 50)), False),
        (Line((0, 90), (90, 0)), False),
        (Line((50, 0), (50, 200)), False),
    ],
)
def test_a_line_crosses_a_box_where_part_of_it_lies_within(line: Line, is_crossed: bool) -> None:
    assert Box(50, 45, 100, 80).is_crossed_by(line) is is_crossed


def test_words_keep_clear_of_targets_breaks_and_quarters() -> None:
    """An earlier year's target stands in the next one's quarters; a low year near their names."""
    for values in ((3, 2, 1, 1, 3, 2, 1, 1), (70, 78, 75, 76, 74, 77, 79, 75)):
        drawn = chart(
            [Point(Fraction(value), at == 7) for at, value in enumerate(values)],
            labels=[f"{value}.0%" for value in values],
            notes=["10 of 15 teams"] * 8,
            columns=["Q1", "Q2", "Q3", "Q4"] * 2,
            years=[],
            tick_label=str,
            breaks=[(4, "new recording system")],
            targets=[
                Stretch(0, 3, Fraction(75), "target 75%"),
                Stretch(4, 7, Fraction(78), "target 78%"),
            ],
            averages=[
                Stretch(0, 3, Fraction(1), "year 1%"),
                Stretch(4, 7, Fraction(76), "year 76%"),
            ],
        )
        assert not list(crossings(drawn))
        assert not list(overlaps(drawn))


def test_the_word_of_a_target_that_has_just_begun_is_within_the_chart() -> None:
    drawn = chart(
        points(80, 82, 84, None),
        labels=["80%", "82%", "84%", ""],
        columns=["Q2", "Q3", "Q4", "Q1"],
        years=[],
        tick_label=str,
        breaks=[],
        targets=[Stretch(3, 3, Fraction(85), "target 85%")],
        averages=[],
        layout=NARROW,
    )
    [target] = drawn.targets
    half = LETTER_WIDTH * len(target.word.text) / 2
    assert float(target.word.x) + half <= NARROW.width
