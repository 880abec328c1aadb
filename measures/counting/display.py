"""Numbers as people read them: rounded once, half up, from the exact fraction (rule 8)."""

from collections.abc import Callable, Sequence
from decimal import Context, Decimal, Inexact
from fractions import Fraction
from functools import lru_cache

from measures.counting.catalogue import MeasureSpec
from measures.counting.rollups import Cell
from teams.quarters import FinancialYear, Quarter

# The words for "no number", one for each kind (docs/counting.md lists them).
NOT_ASKED = "not asked"
MISSING = "missing"
NOT_PROVIDED = "not provided"
NO_CASES = "no cases"
NOT_ADDED = "not added over quarters"
HIDDEN = "hidden: small number"
# So many more decimals may be shown than a measure has, where fewer would contradict a verdict.
MORE_DECIMALS = 4
# The same numbers come again in the rows of a file.
REMEMBERED = 16_384
# A number is never rounded here, however long it is.
_EXACT = Context(prec=200, traps=[Inexact])


def rounded(value: Fraction, places: int) -> Decimal:
    """The number with exactly ``places`` decimals, half up (away from zero below it).

    5 of 8 is 62.5%, and with no decimals 63%.
    """
    return divided(value.numerator, value.denominator, places)


@lru_cache(maxsize=REMEMBERED)
def divided(above: int, below: int, places: int) -> Decimal:
    """One whole number by another, rounded in the same way; ``below`` is more than 0."""
    units = (2 * abs(above) * 10**places + below) // (2 * below)
    return with_decimals(-units if above < 0 else units, places)


@lru_cache(maxsize=REMEMBERED)
def with_decimals(units: int, places: int) -> Decimal:
    """Whole units of the last decimal as a number with so many decimals, all of them shown."""
    return Decimal(units).scaleb(-places, _EXACT)


def written(value: Fraction, measure: MeasureSpec, decimals: int | None = None) -> str:
    """A value of a measure with its unit: ``71.3%``, ``1,567``, ``4.2 per 1,000``."""
    number = f"{rounded(value, measure.decimals if decimals is None else decimals):,}"
    if measure.unit in ("count", "average"):
        return number
    return f"{number}%" if measure.unit == "%" else f"{number} {measure.unit}"


def year_name(year: FinancialYear, over: Sequence[Quarter], *, is_over: bool) -> str:
    """A year by the quarters that its figures are made of: ``2016-17 so far``, ``2010-11 from Q4``.

    ``over`` are those of its quarters that were opened and are over, ``is_over`` whether the
    year's last day has passed (rule 2).
    """
    begins = f" from Q{over[0].number}" if over and over[0].number > 1 else ""
    if not is_over:
        return f"{year}{begins} so far"
    ends = f" to Q{over[-1].number}" if over and over[-1].number < 4 else ""
    return f"{year}{begins}{ends}"


def units_shown(units: int | None, decimals: int) -> str:
    """Whole units of the last decimal, with commas; nothing for None."""
    return "" if units is None else f"{with_decimals(units, decimals):,}"


def numerator_shown(cell: Cell) -> str:
    """What was counted above the line, or nothing."""
    return units_shown(cell.numerator, cell.measure.numerator.decimals)


def denominator_shown(cell: Cell) -> str:
    """What it was divided by, or nothing."""
    return units_shown(cell.denominator, cell.measure.denominator_decimals)


def places_that(measure: MeasureSpec, tell: Callable[[int], bool]) -> int:
    """The decimals of a measure, or the fewest more with which its printed numbers ``tell`` so."""
    first = measure.decimals
    return next((one for one in range(first, first + MORE_DECIMALS + 1) if tell(one)), first)


def shown(cell: Cell, decimals: int | None = None) -> str:
    """What a page shows for a cell; words where there is no number."""
    if cell.is_hidden:
        return HIDDEN
    if cell.value is not None:
        return written(cell.value, cell.measure, decimals)
    if cell.has_no_cases:
        return NO_CASES
    if cell.answered:
        return NOT_ADDED
    if not cell.expected:
        return NOT_ASKED
    return NOT_PROVIDED if cell.not_provided == cell.expected else MISSING
