"""Whether words about numbers of audits and of the plan still hold, where that can be said safely.

The checker knows measures. Of another placed number a sentence is called overturned where its words
were true of the number as it was printed, of no other number in the sentence, and are not now: a
size ("more than half", "most"), a direction or an order of two numbers alike, and a direction
against the round that an audit is compared with. Everything else is shown, and left to its reader.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from earlyhelp.report.checker.matching import Fit, TypedNumber, size_before
from earlyhelp.report.checker.numerals import find_numbers
from earlyhelp.report.checker.roles import BETTER, DOWN, UP, WORSE

_SETS_APART = (
    r"(?:more|fewer|less|higher|lower|larger|smaller|greater|stronger|weaker)"
    r"(?=\s(?:[^\s.;]+\s){0,8}?(?:than|from|on|against)\b)"
)
_ORDER = r"highest|lowest|largest|smallest|greatest|fewest|strongest|weakest"
_CLAIMS = re.compile(rf"\b(?:{UP}|{DOWN}|{BETTER}|{WORSE}|{_SETS_APART}|{_ORDER})\b", re.IGNORECASE)
# Before them: what is only hoped for.
_HOPED = re.compile(
    r"\b(?:to|will|would|could|should|may|might|must|can|if|whether|further)\s(?:\w+\s)?$",
    re.IGNORECASE,
)
_MOST = re.compile(
    r"(?<!\bat\s)(?<!\bthe\s)\bmost\s(?:of\b|\w+s\b)|\b(?:a|the)\smajority\b", re.IGNORECASE
)
_MINORITY = re.compile(r"\b(?:a|the)\sminority\b", re.IGNORECASE)
_HALF = Fraction(50)


@dataclass(frozen=True)
class Amount:
    """How much a placed number says: itself, and what share of its whole that is, in per cent."""

    value: Fraction
    share: Fraction | None = None


@dataclass(frozen=True)
class MovedNumber:
    """A placed number of a sentence, as it was printed and as it is; many did not move.

    Those of one ``kind`` may be set against each other. ``before`` is what the round found that
    the number's own is compared with.
    """

    start: int
    end: int
    kind: str
    was: Amount
    now: Amount
    before: Fraction | None = None


def no_longer_holds(sentence: str, numbers: Sequence[MovedNumber]) -> bool:
    """Whether something that a sentence said of its placed numbers is not so any more."""
    return any(_sizes(sentence, numbers)) or any(_orders(sentence, numbers))


def _sizes(sentence: str, numbers: Sequence[MovedNumber]) -> Iterator[bool]:
    """Of each word of size, whether it was true of one share alone, which it is not any more."""
    shares = {(one.was.share, one.now.share) for one in numbers if one.was.share is not None}
    for says in _said_sizes(sentence, numbers):
        meant = [(was, now) for was, now in shares if was is not None and says(was)]
        yield len(meant) == 1 and all(now is not None and not says(now) for _, now in meant)


def _said_sizes(
    sentence: str, numbers: Sequence[MovedNumber]
) -> Iterator[Callable[[Fraction], bool]]:
    for typed in find_numbers(sentence):
        is_placed = any(one.start < typed.end and typed.start < one.end for one in numbers)
        if typed.is_share and not is_placed:
            said = TypedNumber.of(typed, size_before(sentence[: typed.start]))
            yield partial(_fits, said)
    if _MOST.search(sentence):
        yield lambda share: share > _HALF
    if _MINORITY.search(sentence):
        yield lambda share: share < _HALF


def _fits(said: TypedNumber, share: Fraction) -> bool:
    return said.fits(share) is not Fit.NO


def _orders(sentence: str, numbers: Sequence[MovedNumber]) -> Iterator[bool]:
    """Of two numbers alike, or one and the round before it, whether they are in another order."""
    if not any(not _HOPED.search(sentence[: one.start()]) for one in _CLAIMS.finditer(sentence)):
        return
    for kind in {one.kind for one in numbers}:
        alike = {(one.was, one.now): one for one in numbers if one.kind == kind}
        if len(alike) == 2:
            first, second = alike.values()
            yield _turned(first.was.value - second.was.value, first.now.value - second.now.value)
    if len({one.was.share for one in numbers}) == 1:
        for one in numbers:
            if one.before is not None:
                yield _turned(one.was.value - one.before, one.now.value - one.before)


def _turned(was: Fraction, now: Fraction) -> bool:
    """Whether a difference that there was is none now, or goes the other way."""
    return was * now < 0 or (was != 0 and now == 0)
