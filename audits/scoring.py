"""The arithmetic of audits (product.md, section 5). Pure and exact: fractions until shown.

*Not found on file* stays in the base of every share, *not applicable* leaves it: 6 reviews
good of 17 is 35.3%, whether the others were weak or missing. The average score speaks of
graded answers only and says how many were not found.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import sqrt

from audits.grades import QUALITY, SCORES, Grade
from measures.counting.comparison import Z_95
from measures.counting.display import rounded

# Under so many cases a percentage comes with a plain warning.
SMALL_BASE = 10


@dataclass(frozen=True)
class Share:
    """So many of so many; the base is said wherever the percentage is."""

    part: int
    of: int

    @property
    def value(self) -> Fraction | None:
        """The exact share, 0 to 1; None of nothing."""
        return Fraction(self.part, self.of) if self.of else None

    @property
    def percent(self) -> str:
        """``35.3%``, rounded half up once; empty where there were no cases."""
        return f"{rounded(self.value * 100, 1)}%" if self.value is not None else ""

    @property
    def hundredths(self) -> int | None:
        """The share in whole hundredths, rounded down, as a bar is drawn; None of nothing."""
        return int(self.value * 100) if self.value is not None else None

    @property
    def is_small(self) -> bool:
        """Whether fewer than 10 cases stand behind the percentage."""
        return self.of < SMALL_BASE

    def __str__(self) -> str:
        return f"{self.part} of {self.of}"


@dataclass(frozen=True)
class GradeTally:
    """How often each answer was given for one indicator."""

    counts: Mapping[Grade, int]

    @classmethod
    def of(cls, answers: Iterable[str]) -> "GradeTally":
        """Count answers; an empty one was not given and counts nowhere."""
        return cls(Counter(Grade(answer) for answer in answers if answer))

    def __getitem__(self, grade: str) -> int:
        return self.counts.get(Grade(grade), 0)

    @property
    def applied(self) -> int:
        """The cases it applied to: all but *not applicable*; *not found* is among them."""
        return sum(self.counts.values()) - self[Grade.NOT_APPLICABLE]

    @property
    def graded(self) -> int:
        """The cases that were graded outstanding to inadequate."""
        return sum(self[grade] for grade in QUALITY)

    @property
    def good_or_better(self) -> Share:
        """Outstanding and good, of all cases it applied to."""
        return Share(self[Grade.OUTSTANDING] + self[Grade.GOOD], self.applied)

    @property
    def yes(self) -> Share:
        """Yes of yes and no: 7 of 8."""
        return Share(self[Grade.YES], self[Grade.YES] + self[Grade.NO])

    @property
    def not_found(self) -> int:
        """The cases in which nothing was found on file."""
        return self[Grade.NOT_FOUND]

    @property
    def average(self) -> Fraction | None:
        """The average score over graded answers, 4 to 1; None when none was graded."""
        if not self.graded:
            return None
        return Fraction(sum(SCORES[grade] * self[grade] for grade in QUALITY), self.graded)

    @property
    def score(self) -> Decimal | None:
        """The average score with one decimal, as it is shown."""
        return None if self.average is None else rounded(self.average, 1)

    @property
    def rank(self) -> tuple[bool, Fraction]:
        """What sorts indicators by the share good or better, best first.

        What applied to no case comes last.
        """
        value = self.good_or_better.value
        return value is None, -(value or Fraction(0))

    def share(self, grade: Grade) -> Share:
        """One grade, of all cases it applied to."""
        return Share(self[grade], self.applied)

    def __add__(self, other: "GradeTally") -> "GradeTally":
        return GradeTally(Counter(self.counts) + Counter(other.counts))


NO_GRADES = GradeTally({})


@dataclass(frozen=True)
class Completion:
    """How much of what was allocated is done, in time or late, and how much is overdue."""

    done: Share
    on_time: int
    late: int
    overdue: int

    @classmethod
    def of(cls, audits: Iterable[tuple[bool, int]]) -> "Completion":
        """Of audits as (whether it is done, days late); a day still to come is 0 days late."""
        counted = Counter((is_done, days > 0) for is_done, days in audits)
        on_time, late = counted[True, False], counted[True, True]
        return cls(Share(on_time + late, counted.total()), on_time, late, counted[False, True])


class ShareChange(StrEnum):
    """What happened to a share between two rounds; the words that pages show."""

    IMPROVED = "improved"
    WORSENED = "worsened"
    NO_CLEAR_CHANGE = "no clear change"
    SAME = "the same"
    TOO_FEW = "too few"
    FIRST = "no earlier round"
    NONE = "no cases"


@dataclass(frozen=True)
class Compared:
    """A share beside the last round's; ``points`` is the difference in percentage points."""

    now: Share
    before: Share | None
    change: ShareChange
    points: Fraction | None = None


def compare(now: Share, before: Share | None) -> Compared:
    """What changed since the last comparable round.

    With fewer than 10 cases on either side nothing is said of better or worse; a difference
    that chance alone would often give (two-proportion test, 95%) is *no clear change*.
    """
    if now.value is None:
        return Compared(now, before, ShareChange.NONE)
    if before is None or before.value is None:
        return Compared(now, before, ShareChange.FIRST)
    points = (now.value - before.value) * 100
    if now.is_small or before.is_small:
        return Compared(now, before, ShareChange.TOO_FEW, points)
    if points == 0:
        return Compared(now, before, ShareChange.SAME, points)
    if not _is_clear(now, before):
        return Compared(now, before, ShareChange.NO_CLEAR_CHANGE, points)
    change = ShareChange.IMPROVED if points > 0 else ShareChange.WORSENED
    return Compared(now, before, change, points)


def _is_clear(now: Share, before: Share) -> bool:
    pooled = Fraction(now.part + before.part, now.of + before.of)
    spread = pooled * (1 - pooled) * (Fraction(1, now.of) + Fraction(1, before.of))
    if not spread:
        return False
    difference = Fraction(now.part, now.of) - Fraction(before.part, before.of)
    return abs(float(difference)) / sqrt(float(spread)) > Z_95


@dataclass(frozen=True)
class Agreement:
    """How far a moderator agreed with the auditors.

    ``kappa`` is Cohen's: agreement beyond what chance alone would give, 1 for full agreement,
    0 for chance; None where both always gave one and the same grade, so that chance explains
    everything.
    """

    agreed: Share
    kappa: Fraction | None

    @property
    def rounded_kappa(self) -> Decimal | None:
        """Kappa with two decimals, as it is shown."""
        return None if self.kappa is None else rounded(self.kappa, 2)


def agreement(pairs: Iterable[tuple[str, str]]) -> Agreement:
    """Agreement over (auditor's, moderator's) grades; a pair with an empty grade is left out.

    Cohen (1960): (observed - expected) / (1 - expected), where expected is the sum over
    grades of the product of both people's shares.
    """
    both = [(first, second) for first, second in pairs if first and second]
    total = len(both)
    agreed = sum(first == second for first, second in both)
    if not total:
        return Agreement(Share(0, 0), None)
    ones, others = Counter(first for first, _ in both), Counter(second for _, second in both)
    expected = Fraction(sum(ones[grade] * others[grade] for grade in ones), total * total)
    if expected == 1:
        return Agreement(Share(agreed, total), None)
    return Agreement(Share(agreed, total), (Fraction(agreed, total) - expected) / (1 - expected))
