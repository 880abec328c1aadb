"""The arithmetic of audits (product.md, section 5). Pure and exact: fractions until shown.

*Not found on file* stays in the base of every share, *not applicable* leaves it: 6 reviews
good of 17 is 35.3%, whether the others were weak or missing. The average score speaks of
graded answers only and says how many were not found.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import sqrt

from audits.grades import QUALITY, SCORES, Grade
from measures.counting.comparison import Z_95
from measures.counting.display import rounded

# Under so many cases a percentage comes with a plain warning.
SMALL_BASE = 10
# Board members are shown no result of fewer cases, unless the council sets another number.
LEAST_FOR_BOARD = 6


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
class Tally:
    """How often each answer was given for one indicator."""

    counts: Mapping[Grade, int]

    @classmethod
    def of(cls, answers: Iterable[str]) -> "Tally":
        """Count answers; an empty one was not given and counts nowhere."""
        return cls(Counter(Grade(answer) for answer in answers if answer))

    def __getitem__(self, grade: Grade) -> int:
        return self.counts.get(grade, 0)

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
    def average(self) -> Fraction | None:
        """The average score over graded answers, 4 to 1; None when none was graded."""
        if not self.graded:
            return None
        return Fraction(sum(SCORES[grade] * self[grade] for grade in QUALITY), self.graded)

    def share(self, grade: Grade) -> Share:
        """One grade, of all cases it applied to."""
        return Share(self[grade], self.applied)

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(Counter(self.counts) + Counter(other.counts))


def rank(tallies: Mapping[str, Tally]) -> list[str]:
    """Indicators (by code, in the tool's order) by the share good or better, best first.

    Equal shares keep the tool's order; what applied to no case comes last.
    """

    def key(code: str) -> tuple[bool, Fraction]:
        value = tallies[code].good_or_better.value
        return value is None, -(value or Fraction(0))

    return sorted(tallies, key=key)


# -- completion -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Allocated:
    """One allocated audit, as completion needs it; ``days_late`` of a day still to come is 0."""

    auditor: int
    is_done: bool
    days_late: int = 0


@dataclass(frozen=True)
class Completion:
    """How much of what was allocated is done."""

    done: Share
    on_time: int
    late: int
    overdue: int
    by_auditor: Mapping[int, Share]
    overdue_auditors: frozenset[int]


def completion(audits: Collection[Allocated]) -> Completion:
    """Done of allocated, on time and late, what is overdue, and by whom."""
    people: dict[int, list[Allocated]] = {}
    for audit in audits:
        people.setdefault(audit.auditor, []).append(audit)
    overdue = [audit for audit in audits if not audit.is_done and audit.days_late > 0]
    return Completion(
        done=_done(audits),
        on_time=sum(audit.is_done and audit.days_late <= 0 for audit in audits),
        late=sum(audit.is_done and audit.days_late > 0 for audit in audits),
        overdue=len(overdue),
        by_auditor={person: _done(theirs) for person, theirs in people.items()},
        overdue_auditors=frozenset(audit.auditor for audit in overdue),
    )


def _done(audits: Collection[Allocated]) -> Share:
    return Share(sum(audit.is_done for audit in audits), len(audits))


# -- this round beside the last -------------------------------------------------------------


class Change(StrEnum):
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
    change: Change
    points: Fraction | None = None


def compare(now: Share, before: Share | None) -> Compared:
    """What changed since the last comparable round.

    With fewer than 10 cases on either side nothing is said of better or worse; a difference
    that chance alone would often give (two-proportion test, 95%) is *no clear change*.
    """
    if now.value is None:
        return Compared(now, before, Change.NONE)
    if before is None or before.value is None:
        return Compared(now, before, Change.FIRST)
    points = (now.value - before.value) * 100
    if now.is_small or before.is_small:
        return Compared(now, before, Change.TOO_FEW, points)
    if points == 0:
        return Compared(now, before, Change.SAME, points)
    if not _is_clear(now, before):
        return Compared(now, before, Change.NO_CLEAR_CHANGE, points)
    return Compared(now, before, Change.IMPROVED if points > 0 else Change.WORSENED, points)


def _is_clear(now: Share, before: Share) -> bool:
    pooled = Fraction(now.part + before.part, now.of + before.of)
    spread = pooled * (1 - pooled) * (Fraction(1, now.of) + Fraction(1, before.of))
    if not spread:
        return False
    difference = Fraction(now.part, now.of) - Fraction(before.part, before.of)
    return abs(float(difference)) / sqrt(float(spread)) > Z_95


# -- auditor and moderator ------------------------------------------------------------------


@dataclass(frozen=True)
class Agreement:
    """How far a moderator agreed with the auditors.

    ``kappa`` is Cohen's: agreement beyond what chance alone would give, 1 for full agreement,
    0 for chance; None where both always gave one and the same grade, so that chance explains
    everything.
    """

    agreed: Share
    kappa: Fraction | None


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


# -- cohorts and deep dives -----------------------------------------------------------------


def overlapping(cases: int, outcomes: Mapping[str, int]) -> dict[str, Share]:
    """Each outcome of a cohort, of all its cases; outcomes may overlap and are never added up.

    51 of 163 escalated, 30 to child in need, 10 to protection, 27 to care. Raises ValueError
    for an outcome met by more cases than there are.
    """
    for name, met in outcomes.items():
        if not 0 <= met <= cases:
            raise ValueError(f"“{name}” counts {met} cases of {cases}")
    return {name: Share(met, cases) for name, met in outcomes.items()}


def choices(cases: Sequence[Collection[str]]) -> tuple[dict[str, Share], int]:
    """Per choice the cases that have it, of all cases, and how many were chosen in all.

    A case may have several: 11 issues on 6 cases.
    """
    counts = Counter(choice for chosen in cases for choice in set(chosen))
    shares = {choice: Share(count, len(cases)) for choice, count in counts.items()}
    return shares, sum(counts.values())


# -- what a board member is shown -----------------------------------------------------------


def is_shown_to_board(cases: int, least: int = LEAST_FOR_BOARD) -> bool:
    """Whether enough cases stand behind a result for a board member to be shown it."""
    return cases >= least
