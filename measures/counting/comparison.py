"""What a change means (product.md, rules 8 to 10): direction, meaning, targets. Pure.

Percentages change in percentage points, and a change that chance alone would often give is
*no clear change*. What may be compared at all, ``measures.counting.spans`` says.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import sqrt

from measures.counting.catalogue import MeasureSpec
from measures.counting.display import rounded
from measures.counting.rollups import Cell
from measures.counting.spans import Pairing
from measures.models import Measure

# Below this expected count the test of two proportions is the exact one (Fisher's).
LEAST_EXPECTED = 5
# The 97.5th percentile of the normal distribution: two-sided 95%.
Z_95 = 1.959963984540054
# One in twenty, but for what floats add up to.
BY_CHANCE = 0.05 - 1e-9
_NO_WEIGHT = 1e-18


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
    PART_OF_AREA = "too few reported"
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
    None where the two are not compared. ``is_tested`` says whether chance was asked about.
    """

    meaning: Meaning
    direction: Direction | None = None
    difference: Fraction | None = None
    is_tested: bool = False

    @property
    def is_verdict(self) -> bool:
        """Whether it says that figures differ, and in which way."""
        return self.meaning in _VERDICTS


_VERDICTS = {
    *(Meaning.IMPROVED, Meaning.WORSENED),
    *(Meaning.HIGHER, Meaning.LOWER, Meaning.MORE, Meaning.FEWER),
}


def compare(pairing: Pairing) -> Change:
    """What happened to a measure between two figures of the same area (rule 9)."""
    if pairing.now.value is None or pairing.before.is_hidden:
        return Change(Meaning.NONE)
    if pairing.before.value is None:
        return Change(Meaning.FIRST)
    if pairing.reasons:
        return Change(Meaning.NOT_COMPARABLE)
    now, before = pairing.compared
    if now.value is None or before.value is None:
        return Change(Meaning.PART_OF_AREA)
    difference, clear = now.value - before.value, is_clear(now, before)
    is_seen = clear is not None or not _are_shown_alike(now.value, before.value, now.measure)
    direction = _direction(difference) if is_seen else Direction.SAME
    if not pairing.is_borne:
        return Change(Meaning.PART_OF_AREA, direction, difference)
    return Change(_meaning(now.measure, direction, clear), direction, difference, clear is not None)


def _direction(difference: Fraction) -> Direction:
    if difference == 0:
        return Direction.SAME
    return Direction.UP if difference > 0 else Direction.DOWN


def _are_shown_alike(now: Fraction, before: Fraction, measure: MeasureSpec) -> bool:
    """Whether two values print as one number: what moved by less than shows did not move.

    1.596% and 1.554% are both 1.6%. What was tested and found clear gets more decimals instead.
    """
    return rounded(now, measure.decimals) == rounded(before, measure.decimals)


def _meaning(measure: MeasureSpec, direction: Direction, is_clear: bool | None) -> Meaning:
    if direction is Direction.SAME:
        return Meaning.SAME
    if is_clear is False:
        return Meaning.NO_CLEAR_CHANGE
    up = direction is Direction.UP
    if measure.good == Measure.Good.NEITHER:
        if measure.is_ratio:
            return Meaning.HIGHER if up else Meaning.LOWER
        return Meaning.MORE if up else Meaning.FEWER
    better = up == (measure.good == Measure.Good.HIGHER)
    return Meaning.IMPROVED if better else Meaning.WORSENED


def is_clear(now: Cell, before: Cell) -> bool | None:
    """Whether two shares differ by more than chance alone would often give; None: not tested.

    The two-proportion test at 95%, with the pooled share: 373 of 499 against 127 of 160 has
    z = -1.2 and is not clear; 667 of 717 against 200 of 303 is. Where fewer than 5 are expected
    anywhere it is Fisher's exact test: 1 of 1 against 0 of 1 is not clear. Counts, and ratios
    whose numerator is no part of one denominator, are not tested (rule 9).
    """
    first, second = _parts(now), _parts(before)
    if first is None or second is None:
        return None
    (x1, n1), (x2, n2) = first, second
    among, of = x1 + x2, n1 + n2
    if among in (0, of):
        return False
    if min(n1, n2) * min(among, of - among) < LEAST_EXPECTED * of:
        return _fisher(x1, n1, x2, n2) < BY_CHANCE
    pooled = Fraction(among, of)
    spread = pooled * (1 - pooled) * (Fraction(1, n1) + Fraction(1, n2))
    z = float(Fraction(x1, n1) - Fraction(x2, n2)) / sqrt(float(spread))
    return abs(z) > Z_95


def _parts(cell: Cell) -> tuple[int, int] | None:
    """How many of how many; None where it is no share of whole things."""
    top, under = cell.numerator, cell.denominator
    if not cell.measure.is_share or top is None or not under or top > under:
        return None
    return top, under


def _fisher(x1: int, n1: int, x2: int, n2: int) -> float:
    """The two-sided probability of a table as rare as this one, the margins being given.

    From the likeliest table outwards, each from the one before it: few carry any weight.
    """
    among = x1 + x2
    least, most = max(0, among - n2), min(n1, among)
    mode = min(max((among + 1) * (n1 + 1) // (n1 + n2 + 2), least), most)
    weights = {mode: 1.0}
    weights.update(_outwards(mode, most, n1, n2, among))
    # The same towards the other end, seen from the second group.
    back = _outwards(among - mode, among - least, n2, n1, among)
    weights.update({among - x: weight for x, weight in back})
    seen = weights.get(x1, 0.0)
    rare = sum(weight for weight in weights.values() if weight <= seen * (1 + 1e-9))
    return rare / sum(weights.values())


def _outwards(start: int, end: int, n1: int, n2: int, among: int) -> Iterator[tuple[int, float]]:
    """How likely each further number in the first group is, against that at the start."""
    weight = 1.0
    for x in range(start, end):
        weight *= (among - x) * (n1 - x) / ((x + 1) * (n2 - among + x + 1))
        if weight < _NO_WEIGHT:
            return
        yield x + 1, weight


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


def against_target(cell: Cell, target: TargetSpec | None) -> TargetVerdict | None:
    """Met, close or missed (rule 10); None without a target, a figure or a good direction.

    Held against the exact value, not the rounded one. Whether it may be judged at all,
    ``measures.counting.spans`` says.
    """
    if target is None or cell.value is None:
        return None
    return verdict_on(cell.value, cell.measure.good, target)


def verdict_on(value: Fraction, good: str, target: TargetSpec) -> TargetVerdict | None:
    """How a number stands to a target; None where neither more nor less is good."""
    if good == Measure.Good.NEITHER:
        return None
    short = target.target - value
    if good == Measure.Good.LOWER:
        short = -short
    if short <= 0:
        return TargetVerdict.MET
    return TargetVerdict.CLOSE if short <= target.close_within else TargetVerdict.MISSED


def is_within_chance(cell: Cell, target: TargetSpec) -> bool:
    """Whether the 95% interval (Wilson) of a share holds its target (rule 10).

    17 of 20 is 85%, and the interval 64.0% to 94.8% holds a target of 90%. The interval holds
    just the shares from which it lies no further than 1.96 of *their* deviations.
    """
    parts = _parts(cell)
    aimed = target.target / cell.measure.scale
    if parts is None or not 0 <= aimed <= 1:
        return False
    x, n = parts
    off = Fraction(x, n) - aimed
    return float(off * off * n) <= Z_95**2 * float(aimed * (1 - aimed))


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
