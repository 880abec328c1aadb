"""Whether a measure is on its way to the level that an outcome aims at. Pure."""

from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from teams.quarters import FinancialYear, Quarter


class Course(StrEnum):
    """How a figure stands to an aim, in words as pages show them."""

    REACHED = "reached"
    ON_COURSE = "on course"
    BEHIND = "behind"
    NOT_REACHED = "not reached"
    NO_FIGURE = "no figure yet"

    @property
    def colour(self) -> str:
        """The colour of its tag."""
        return "red" if self in (Course.BEHIND, Course.NOT_REACHED) else "green"


def course(
    value: Fraction | None, *, start: Decimal | None, level: Decimal, elapsed: Fraction
) -> Course:
    """Where ``value`` stands on the straight way from ``start`` to ``level``.

    ``elapsed`` is the share of the year that the figure speaks of (2 of 4 quarters is 1/2).
    From 71.2 to 75 by the year's end, the way stands at 73.1 half-way. A level below the
    start is aimed at from above. Without a start only reaching counts as on course.
    """
    if value is None:
        return Course.NO_FIGURE
    aim = Fraction(level)
    begun = None if start is None else Fraction(start)
    upward = begun is None or aim >= begun
    if (value >= aim) if upward else (value <= aim):
        return Course.REACHED
    if begun is None:
        return Course.BEHIND
    expected = begun + (aim - begun) * elapsed
    on_the_way = (value >= expected) if upward else (value <= expected)
    return Course.ON_COURSE if on_the_way else Course.BEHIND


def share_of_year(year: FinancialYear, last: Quarter) -> Fraction:
    """How much of ``year`` a figure up to the quarter ``last`` speaks of."""
    return max(Fraction(0), min(Fraction(1), Fraction(last.index - year.start * 4 + 1, 4)))
