"""What is usual for one team: ranges from its own earlier figures and percentages. Pure.

Median plus or minus three robust standard deviations. The spread is the median absolute deviation
(times 1.4826), but never less than what chance alone gives numbers of that size.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import ceil, floor
from statistics import median

from measures.counting.catalogue import MeasureSpec
from measures.counting.rollups import Cell
from teams.quarters import Quarter

# Fewer earlier numbers than this say nothing about what is usual.
LEAST_HISTORY = 4
# So many ranges are kept in mind.
REMEMBERED = 10_000


@dataclass(frozen=True)
class UsualRange:
    """The lowest and the highest number that would not surprise.

    Whole numbers, but for an average, which has one decimal (``places``).
    """

    low: Fraction
    high: Fraction
    places: int = 0

    def __str__(self) -> str:
        return f"{self.low_shown} to {self.high_shown}"

    @property
    def low_shown(self) -> str:
        """The lowest, as people write it."""
        return f"{float(self.low):.{self.places}f}"

    @property
    def high_shown(self) -> str:
        """The highest, as people write it."""
        return f"{float(self.high):.{self.places}f}"


def usual_range(history: Sequence[int], decimals: int) -> UsualRange | None:
    """The team's own usual range from its earlier figures, or None with too few of them.

    The figures count units of the last decimal; the range is of the number, whatever its
    decimals. Chance alone gives a count a spread of its square root, at least 1: a team with 0,
    0, 1, 0 is not asked about a 3, and one with 10, 10, 11, 10 about nothing from 0 to 20.
    """
    return None if len(history) < LEAST_HISTORY else _range(tuple(history), decimals)


# A page asks twice for each question, and again with every save: the past stays what it is.
@lru_cache(maxsize=REMEMBERED)
def _range(history: tuple[int, ...], decimals: int) -> UsualRange:
    numbers = [Fraction(units, 10**decimals) for units in history]
    chance = max(float(median(numbers)), 1.0) ** 0.5
    return _around(numbers, chance, places=0)


def usual_ratio(cells: Sequence[Cell], *, is_part: bool) -> UsualRange | None:
    """The team's own usual range of a percentage, rate or average, in the measure's own units.

    ``cells`` are its earlier ones; ``is_part`` where the numerator is a part of the
    denominator. Chance gives a share the spread of so many draws, and anything else that of a
    count.
    """
    known = [cell.parts for cell in cells if cell.parts is not None]
    if len(known) < LEAST_HISTORY:
        return None
    measure = cells[0].measure
    sizes = tuple(cell.denominator or 0 for cell in cells if cell.parts is not None)
    return _ratio(tuple(known), sizes, measure.denominator_decimals, measure.scale, is_part)


@lru_cache(maxsize=REMEMBERED)
def _ratio(
    known: tuple[tuple[int, int], ...],
    sizes: tuple[int, ...],
    decimals: int,
    scale: int,
    is_part: bool,  # a key of what is remembered
) -> UsualRange:
    values = [Fraction(*parts) for parts in known]
    size = float(median(Fraction(denominator, 10**decimals) for denominator in sizes))
    share = float(median(values)) / scale
    if is_part:
        share = (share * size + 1) / (size + 2)
        variance = share * (1 - share) / size
    else:
        variance = max(share, 1 / size) / size
    places = 0 if scale >= 100 else 1
    found = _around(values, scale * max(variance, 0.0) ** 0.5, places)
    if not is_part:
        return found
    whole = Fraction(scale)
    return UsualRange(min(found.low, whole), min(found.high, whole), places)


def _around(numbers: Sequence[Fraction], chance: float, places: int) -> UsualRange:
    middle = median(numbers)
    deviation = 1.4826 * float(median(abs(number - middle) for number in numbers))
    spread = Fraction(max(deviation, chance))
    low, high = min(middle - 3 * spread, *numbers), max(middle + 3 * spread, *numbers)
    step = 10**places
    return UsualRange(
        max(Fraction(floor(low * step), step), Fraction(0)),
        Fraction(ceil(high * step), step),
        places,
    )


def cell_of(
    measure: MeasureSpec, values: Mapping[int, int | None], quarter: Quarter | None
) -> Cell:
    """The measure in one return, from its numbers by item id; nothing unless all are there."""
    numbers = {pk: values.get(pk) for pk in measure.item_ids}
    top = numbers[measure.numerator.id]
    bottom = 0
    for item in measure.denominators:
        part = numbers[item.id]
        if part is None:
            top = None
        else:
            bottom += part * 10 ** (measure.denominator_decimals - item.decimals)
    answered = int(top is not None)
    return Cell(measure, top, bottom if answered else None, answered, 1, frozenset(), quarter)
