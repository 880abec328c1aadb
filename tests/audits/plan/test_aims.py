"""Whether a measure is on its way to the level that an outcome aims at."""

from decimal import Decimal
from fractions import Fraction

import pytest

from audits.plan.aims import Course, course, share_of_year
from teams.quarters import FinancialYear, Quarter

D = Decimal


@pytest.mark.parametrize(
    ("value", "start", "level", "elapsed", "expected"),
    [
        (None, "71.2", "75", "1/2", Course.NO_FIGURE),
        ("75", "71.2", "75", "1/4", Course.REACHED),
        ("73.1", "71.2", "75", "1/2", Course.ON_COURSE),
        ("73.0", "71.2", "75", "1/2", Course.BEHIND),
        ("71.2", "71.2", "75", "0", Course.ON_COURSE),
        ("74.9", "71.2", "75", "1", Course.BEHIND),
        ("9", "12", "10", "1/4", Course.REACHED),
        ("11", "12", "10", "1/2", Course.ON_COURSE),
        ("11.5", "12", "10", "1/2", Course.BEHIND),
        ("80", None, "85", "1/4", Course.BEHIND),
        ("85", None, "85", "1/4", Course.REACHED),
    ],
)
def test_course(
    value: str | None, start: str | None, level: str, elapsed: str, expected: Course
) -> None:
    found = course(
        None if value is None else Fraction(value),
        start=None if start is None else D(start),
        level=D(level),
        elapsed=Fraction(elapsed),
    )
    assert found == expected


def test_how_much_of_the_year_a_figure_speaks_of() -> None:
    year = FinancialYear(2016)
    assert [share_of_year(year, quarter) for quarter in year.quarters] == [
        Fraction(1, 4),
        Fraction(1, 2),
        Fraction(3, 4),
        Fraction(1),
    ]
    assert share_of_year(year, Quarter.of(2015, 4)) == 0
    assert share_of_year(year, Quarter.of(2018, 1)) == 1
