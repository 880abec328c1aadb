"""What a change means (product.md, rules 8 to 10): direction, meaning, targets. Pure.

Percentages change in percentage points, and a change that chance alone would often give is
*no clear change*. Nothing is compared across a series break or an unlike coverage without
saying so.
"""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import sqrt

from measures.counting.catalogue import MeasureSpec
from measures.counting.rollups import Cell
from measures.models import Measure
from teams.quarters import Quarter

# The 97.5th percentile of the normal distribution: two-sided 95%.
Z_95 = 1.959963984540054


class Direction(StrEnum):
    """Which way a figure went."""

    UP = "up"
    DOWN = "down"
    SAME = "same"


class Meaning(StrEnum):
    """What the change says; words as pages show them."""

    IMPROVED = "improved"
    WORSENED = "worsened"
    NO_CLEAR_CHANGE = "no clear change"
    MORE = "more"
    FEWER = "fewer"
    HIGHER = "higher"
    LOWER = "lower"
    SAME = "the same"
    NOT_COMPARABLE = "not comparable"
    PART_OF_AREA = "coverage differs"
    FIRST = "no earlier figure"
    NONE = "no figure"

    @property
    def colour(self) -> str:
        """What pages colour it by; nothing where it is neither good nor bad."""
        return self.value if self in (Meaning.IMPROVED, Meaning.WORSENED) else ""


@dataclass(frozen=True)
class Change:
    """A figure against an earlier one.

    ``difference`` is in the measure's own units (percentage points for a percentage), exact;
    None where there is nothing to subtract. ``reasons`` says why the two do not compare.
    """

    meaning: Meaning
    direction: Direction | None = None
    difference: Fraction | None = None
    reasons: tuple[str, ...] = ()


def compare(now: Cell, before: Cell) -> Change:
    """What happened to a measure between two cells of the same area (rule 9)."""
    if now.value is None or before.is_hidden:
        return Change(Meaning.NONE)
    if before.value is None:
        return Change(Meaning.FIRST)
    difference = now.value - before.value
    direction = (
        Direction.SAME if difference == 0 else Direction.UP if difference > 0 else Direction.DOWN
    )
    reasons = _broken(now.measure, before.last, now.last)
    if reasons:
        return Change(Meaning.NOT_COMPARABLE, direction, difference, reasons)
    if not _same_coverage(now, before):
        return Change(Meaning.PART_OF_AREA, direction, difference)
    return Change(_meaning(now, before, direction), direction, difference)


def _broken(measure: MeasureSpec, before: Quarter | None, now: Quarter | None) -> tuple[str, ...]:
    if before is None or now is None:
        return ()
    found = measure.breaks_between(before, now)
    return tuple(dict.fromkeys(f"{one.reason}, from {one.quarter.short}" for one in found))


def _same_coverage(now: Cell, before: Cell) -> bool:
    """Whether both speak of everybody who was asked, or of the same missing teams."""
    return (now.is_complete and before.is_complete) or now.missing == before.missing


def _meaning(now: Cell, before: Cell, direction: Direction) -> Meaning:
    measure = now.measure
    if direction is Direction.SAME:
        return Meaning.SAME
    if measure.scale == Measure.Scale.PERCENT and measure.is_ratio and not is_clear(now, before):
        return Meaning.NO_CLEAR_CHANGE
    up = direction is Direction.UP
    if measure.good == Measure.Good.NEITHER:
        if measure.is_ratio:
            return Meaning.HIGHER if up else Meaning.LOWER
        return Meaning.MORE if up else Meaning.FEWER
    better = up == (measure.good == Measure.Good.HIGHER)
    return Meaning.IMPROVED if better else Meaning.WORSENED


def is_clear(now: Cell, before: Cell) -> bool:
    """Whether two percentages differ by more than chance alone would often give.

    The two-proportion test at 95%, with the pooled share: 373 of 499 against 127 of 160 has
    z = -1.2 and is not clear; 667 of 717 against 200 of 303 is. Where a numerator is more
    than its denominator (surveys over closures) shares say nothing, and the change is
    taken as it is.
    """
    first, second = _parts(now), _parts(before)
    if first is None or second is None:
        return True
    (x1, n1), (x2, n2) = first, second
    if x1 > n1 or x2 > n2:
        return True
    pooled = (x1 + x2) / (n1 + n2)
    spread = pooled * (1 - pooled) * (1 / n1 + 1 / n2)
    if spread == 0:
        return False
    z = float(x1 / n1 - x2 / n2) / sqrt(float(spread))
    return abs(z) > Z_95


def _parts(cell: Cell) -> tuple[Fraction, Fraction] | None:
    if cell.numerator is None or not cell.denominator:
        return None
    top = cell.measure.numerator.exact(cell.numerator)
    return top, Fraction(cell.denominator, 10**cell.measure.denominator_decimals)


class TargetVerdict(StrEnum):
    """How a figure stands to its target, in words (never by colour alone)."""

    MET = "met"
    CLOSE = "close"
    MISSED = "missed"

    @property
    def colour(self) -> str:
        """What pages colour it by, as a change."""
        return {"met": Meaning.IMPROVED.colour, "missed": Meaning.WORSENED.colour}.get(self, "")


@dataclass(frozen=True)
class TargetSpec:
    """A target as it was in force: the level, and how near is close, in the measure's units."""

    target: Fraction
    close_within: Fraction
    is_citys: bool = False


def against_target(cell: Cell, target: TargetSpec | None) -> TargetVerdict | None:
    """Met, close or missed (rule 10); None without a target, a figure or a good direction.

    Held against the exact value, not the rounded one.
    """
    if target is None or cell.value is None or cell.measure.good == Measure.Good.NEITHER:
        return None
    short = target.target - cell.value
    if cell.measure.good == Measure.Good.LOWER:
        short = -short
    if short <= 0:
        return TargetVerdict.MET
    return TargetVerdict.CLOSE if short <= target.close_within else TargetVerdict.MISSED


def target_for(
    measure: MeasureSpec,
    period_is_year: bool,
    own: TargetSpec | None,
    citys: TargetSpec | None,
) -> TargetSpec | None:
    """Which target holds for a locality (or, with ``own`` the city's, for the city).

    A locality without one takes the city's where the measure is a ratio, never where it is a
    count; a year's target is held against a quarter only for ratios (rule 10).
    """
    if not period_is_year and not measure.is_ratio:
        return None
    if own is not None:
        return own
    return citys if measure.is_ratio else None
