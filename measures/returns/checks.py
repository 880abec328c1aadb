"""What is wrong with figures (refused) and what is odd about them (asked). Saves nothing.

Rules that refuse: a part is never more than its whole, and an answer without a number has its
reason. Checks that ask, and take a sentence for an answer: far outside the team's own usual range,
zero where there was never zero, last quarter's figures repeated in most boxes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor
from statistics import median

from measures.models import DataItem
from measures.returns.answers import GivenAnswer, write_number

# Fewer earlier numbers than this say nothing about what is usual.
LEAST_HISTORY = 4
# A repeated return is odd when at least this many comparable boxes, and this share of the
# ones that are not zero, say what they said last quarter.
LEAST_REPEATED = 4
REPEATED_SHARE = Fraction(3, 4)


def refusals(items: Iterable[DataItem], given: Mapping[int, GivenAnswer]) -> dict[int, str]:
    """The sentences for figures that break a rule, by item id; empty when none does.

    ``items`` are the return's questions, ``given`` the answer to each by item id.
    """
    by_id = {item.pk: item for item in items}
    found: dict[int, str] = {}
    for item in by_id.values():
        answered = given.get(item.pk)
        if answered is not None and answered.answer and not answered.note.strip():
            found[item.pk] = f"“{item.name}”: say why there is no number"
            continue
        whole = by_id.get(item.part_of_id) if item.part_of_id else None
        part, of = given.get(item.pk), given.get(whole.pk) if whole else None
        if whole is None or part is None or of is None:
            continue
        if part.value is None or of.value is None:
            continue
        if _exact(part.value, item) > _exact(of.value, whole):
            found[item.pk] = (
                f"“{item.name}” ({write_number(part.value, item.decimals)}) cannot be more than "
                f"“{whole.name}” ({write_number(of.value, whole.decimals)})"
            )
    return found


def valid_part(
    items: Sequence[DataItem],
    there: Mapping[int, GivenAnswer],
    changed: Mapping[int, GivenAnswer],
) -> tuple[dict[int, GivenAnswer], dict[int, str]]:
    """What of a change can be kept over what is there, and the sentences for the rest; by item id.

    A rule that joins figures (a part and its whole) takes all of them that changed with it. What
    is left then stands beside what is there, so it is held against the rules anew. A rule that
    is broken by figures that nobody touches refuses nothing.
    """
    whole_of = {item.pk: item.part_of_id or item.pk for item in items}
    kept, refused = dict(changed), dict[int, str]()
    while True:
        given = {**there, **kept}
        broken = {
            pk: text
            for part, text in refusals(items, given).items()
            for pk in (part, part if given[part].value is None else whole_of[part])
            if pk in kept
        }
        if not broken:
            return kept, refused
        refused |= broken
        kept = {pk: answer for pk, answer in kept.items() if pk not in broken}


def _exact(value: int, item: DataItem) -> Fraction:
    return Fraction(value, 10**item.decimals)


class OddityKind(StrEnum):
    """Why a figure is asked about."""

    RANGE = "unusual"
    ZERO = "zero"
    REPEATED = "same as last quarter"


@dataclass(frozen=True)
class Oddity:
    """Something about a figure that takes a sentence: why it is asked, in words."""

    kind: OddityKind
    text: str


@dataclass(frozen=True)
class UsualRange:
    """The lowest and highest figure that would not surprise, in units of the last decimal."""

    low: int
    high: int


def usual_range(history: Sequence[int]) -> UsualRange | None:
    """The team's own usual range from its earlier figures, or None with too few of them.

    Median plus or minus three robust standard deviations. The spread is the median absolute
    deviation (times 1.4826), but never less than the spread that chance alone gives a
    count of that size (its square root, at least 1): a team with 0, 0, 1, 0 is not asked
    about a 3, and one with 10, 10, 10, 10 is not asked about a 13.
    """
    if len(history) < LEAST_HISTORY:
        return None
    middle = median(history)
    deviation = 1.4826 * median(abs(value - middle) for value in history)
    spread = max(deviation, max(middle, 1) ** 0.5, 1.0)
    low = min(floor(middle - 3 * spread), min(history))
    high = max(ceil(middle + 3 * spread), max(history))
    return UsualRange(max(0, low), high)


def oddities(
    items: Iterable[DataItem],
    given: Mapping[int, GivenAnswer],
    history: Mapping[int, Sequence[int | None]],
) -> dict[int, Oddity]:
    """What is odd about the numbers in a return, by item id, at most one thing each.

    ``history`` holds each item's earlier values in this team, latest quarter first, since
    its last series break; None where there was no number.
    """
    found: dict[int, Oddity] = {}
    asked = list(items)
    for item in asked:
        answer = given.get(item.pk)
        earlier = [value for value in history.get(item.pk, ()) if value is not None]
        if answer is None or answer.value is None:
            continue
        odd = _odd_number(item, answer.value, earlier)
        if odd is not None:
            found[item.pk] = odd
    for item_id, odd in _repeated(asked, given, history).items():
        found.setdefault(item_id, odd)
    return found


def _odd_number(item: DataItem, value: int, earlier: Sequence[int]) -> Oddity | None:
    usual = usual_range(earlier)
    if usual is None:
        return None
    shown = write_number(value, item.decimals)
    if value == 0 and min(earlier) > 0:
        return Oddity(
            OddityKind.ZERO,
            f"0 has not been counted here before; it is usually {_words(usual, item)}.",
        )
    if value < usual.low:
        return Oddity(
            OddityKind.RANGE, f"{shown} is well below this team's usual {_words(usual, item)}."
        )
    if value > usual.high:
        return Oddity(
            OddityKind.RANGE, f"{shown} is well above this team's usual {_words(usual, item)}."
        )
    return None


def _words(usual: UsualRange, item: DataItem) -> str:
    low, high = (write_number(end, item.decimals) for end in (usual.low, usual.high))
    return f"{low} to {high}"


def _repeated(
    items: Sequence[DataItem],
    given: Mapping[int, GivenAnswer],
    history: Mapping[int, Sequence[int | None]],
) -> dict[int, Oddity]:
    """Ask once, at the first box, when most of the return repeats last quarter's numbers."""
    same: list[DataItem] = []
    compared = 0
    for item in items:
        answer, earlier = given.get(item.pk), history.get(item.pk, ())
        last = earlier[0] if earlier else None
        if answer is None or not answer.value or not last:
            continue
        compared += 1
        if answer.value == last:
            same.append(item)
    if len(same) < LEAST_REPEATED or Fraction(len(same), compared) < REPEATED_SHARE:
        return {}
    text = (
        f"{len(same)} of {compared} figures are the same as last quarter, starting with this one."
    )
    return {same[0].pk: Oddity(OddityKind.REPEATED, text)}
