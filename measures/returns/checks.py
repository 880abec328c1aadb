"""What is wrong with figures (refused) and what is odd about them (asked). Saves nothing.

Rules that refuse: a part is never more than its whole, and an answer without a number has its
reason. Checks that ask, and take a sentence for an answer: a figure or a percentage far outside
the team's own usual range, a percentage above the whole, zero where there was never zero, last
quarter's figures repeated in most boxes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from earlyhelp.core.pages.wording import part_of
from measures.counting.catalogue import MeasureSpec
from measures.counting.display import denominator_shown, numerator_shown, rounded, written
from measures.counting.rollups import Cell
from measures.models import DataItem
from measures.returns.answers import GivenAnswer, write_number
from measures.returns.usual import UsualRange, cell_of, usual_range, usual_ratio

# A repeated return is odd when at least this many comparable boxes, and this share of the
# ones that are not zero, say what they said last quarter.
LEAST_REPEATED = 4
REPEATED_SHARE = Fraction(3, 4)

Given = Mapping[int, GivenAnswer]
# Each item's earlier values, latest quarter first, none from before its last series break; None
# where there was no number.
Values = Mapping[int, Sequence[int | None]]


def refusals(items: Iterable[DataItem], given: Given, was: Given) -> dict[int, str]:
    """The sentences for figures that break a rule, by item id; empty when none does.

    ``items`` are the return's questions, ``given`` the answer to each by item id, and ``was`` what
    it says now: a part that is more than its whole already, because the rule came later, is
    refused only where one of the two is changed.
    """
    asked = list(items)
    found = {
        item.pk: f"“{item.name}”: say why there is no number"
        for item in asked
        if (answer := given.get(item.pk)) and answer.answer and not answer.note.strip()
    }
    for part, whole in _broken(asked, given):
        if any(_value(given, item) != _value(was, item) for item in (part, whole)):
            found[part.pk] = _too_much(part, whole, given)
    return found


def broken_parts(items: Iterable[DataItem], given: Given) -> dict[int, str]:
    """The parts that are more than their wholes, whenever that came about, each with a sentence."""
    return {part.pk: _too_much(part, whole, given) for part, whole in _broken(items, given)}


def _broken(items: Iterable[DataItem], given: Given) -> list[tuple[DataItem, DataItem]]:
    """Each part that is more than its whole, with it."""
    by_id = {item.id: item for item in items}
    pairs = [(item, by_id[item.part_of_id]) for item in by_id.values() if item.part_of_id in by_id]
    found = []
    for part, whole in pairs:
        value, of = _value(given, part), _value(given, whole)
        if value is not None and of is not None and _exact(value, part) > _exact(of, whole):
            found.append((part, whole))
    return found


def _too_much(part: DataItem, whole: DataItem, given: Given) -> str:
    value, of = (write_number(_value(given, one) or 0, one.decimals) for one in (part, whole))
    return f"“{part.name}” ({value}) cannot be more than “{whole.name}” ({of})"


def _value(given: Given, item: DataItem) -> int | None:
    answer = given.get(item.id)
    return None if answer is None else answer.value


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
            for part, text in refusals(items, given, there).items()
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
    RATIO = "unusual percentage"
    REPEATED = "same as last quarter"


@dataclass(frozen=True)
class Oddity:
    """Something about a figure that takes a sentence: why it is asked, in words.

    ``about`` are the items whose figures it is worked out from.
    """

    kind: OddityKind
    text: str
    about: frozenset[int] = frozenset()


def oddities(
    items: Iterable[DataItem], given: Given, history: Values, ratios: Iterable[MeasureSpec]
) -> dict[int, Oddity]:
    """What is odd about the numbers in a return, by item id, at most one thing each.

    ``ratios`` are the percentages, rates and averages that the questions feed; others among
    them are left alone. A percentage is asked about where the number above the line stands, or
    with the first of its figures that is asked about anyhow: one sentence answers both.
    """
    asked = list(items)
    found = _odd_numbers(asked, given, history)
    for measure in ratios:
        why = why_odd(measure, asked, given, history)
        if not why:
            continue
        text = f"{_comes_to(measure, asked, given)}, {why}."
        at = next((one.id for one in measure.items if one.id in found), measure.numerator.id)
        first = found.get(at, Oddity(OddityKind.RATIO, ""))
        said, about = f"{first.text} {text}".strip(), first.about | measure.item_ids
        found[at] = replace(first, text=said, about=about)
    for item_id, odd in _repeated(asked, given, history).items():
        found.setdefault(item_id, odd)
    return found


def _odd_numbers(items: Sequence[DataItem], given: Given, history: Values) -> dict[int, Oddity]:
    """The figures that are odd by themselves, by item id."""
    found: dict[int, Oddity] = {}
    for item in items:
        value = _value(given, item)
        earlier = [past for past in history.get(item.pk, ()) if past is not None]
        odd = None if value is None else _odd_number(item, value, earlier)
        if odd is not None:
            found[item.pk] = replace(odd, about=frozenset({item.pk}))
    return found


def _odd_number(item: DataItem, value: int, earlier: Sequence[int]) -> Oddity | None:
    usual = usual_range(earlier, item.decimals)
    if usual is None:
        return None
    shown = write_number(value, item.decimals)
    if value == 0 and min(earlier) > 0:
        return Oddity(
            OddityKind.ZERO, f"0 has not been counted here before; it is usually {usual}."
        )
    number = _exact(value, item)
    if number < usual.low:
        return Oddity(OddityKind.RANGE, f"{shown} is well below this team's usual {usual}.")
    if number > usual.high:
        return Oddity(OddityKind.RANGE, f"{shown} is well above this team's usual {usual}.")
    return None


def why_odd(measure: MeasureSpec, items: Sequence[DataItem], given: Given, history: Values) -> str:
    """Why a percentage, rate or average of a return is asked about, in words; or nothing.

    A part that is more than its own whole breaks a rule, which is not this check's business.
    """
    now = _cell_now(measure, items, given)
    if now.value is None or measure.item_ids & {part.pk for part, _ in _broken(items, given)}:
        return ""
    if _is_part(measure, items) and now.value > measure.scale:
        return "which is more than the whole"
    usual = usual_of(measure, items, history)
    if usual is None:
        return ""
    value = Fraction(rounded(now.value, measure.decimals))
    if usual.low <= value <= usual.high:
        return ""
    which = "below" if value < usual.low else "above"
    return f"well {which} this team's usual {ratio_words(measure, usual)}"


def _comes_to(measure: MeasureSpec, items: Sequence[DataItem], given: Given) -> str:
    """``Families feeding back comes to 785.7% (55 of 7)``."""
    now = _cell_now(measure, items, given)
    value = "" if now.value is None else written(now.value, measure)
    parts = f"({numerator_shown(now)} of {denominator_shown(now)})"
    return f"{measure.name} comes to {value} {parts}"


def _cell_now(measure: MeasureSpec, items: Sequence[DataItem], given: Given) -> Cell:
    own = (item for item in items if item.id in measure.item_ids)
    return cell_of(measure, {item.id: _value(given, item) for item in own}, None)


def usual_of(measure: MeasureSpec, items: Sequence[DataItem], history: Values) -> UsualRange | None:
    """The team's usual range of a percentage, rate or average, if it has one."""
    return usual_ratio(_cells_before(measure, history), is_part=_is_part(measure, items))


def ratio_words(measure: MeasureSpec, usual: UsualRange) -> str:
    """A range of a measure: ``40% to 120%``, ``2 to 9 per 1,000``, ``3.1 to 4.6``."""
    if measure.unit == "%":
        return f"{usual.low_shown}% to {usual.high_shown}%"
    return str(usual) if measure.unit == "average" else f"{usual} {measure.unit}"


def _cells_before(measure: MeasureSpec, history: Values) -> list[Cell]:
    """The measure in each earlier quarter that compares with this one, as far as it was answered.

    A series break of any of its items ends what compares.
    """
    known = {pk: history.get(pk, ()) for pk in measure.item_ids}
    length = min(map(len, known.values()))
    quarters = zip(*(values[:length] for values in known.values()), strict=True)
    return [cell_of(measure, dict(zip(known, one, strict=True)), None) for one in quarters]


def _is_part(measure: MeasureSpec, items: Sequence[DataItem]) -> bool:
    """Whether the number above the line is counted out of one of those below it."""
    part_of = {item.id: item.part_of_id for item in items}
    wholes: set[int] = set()
    step = part_of.get(measure.numerator.id)
    while step is not None and step not in wholes:
        wholes.add(step)
        step = part_of.get(step)
    return any(item.id in wholes for item in measure.denominators)


def _repeated(items: Sequence[DataItem], given: Given, history: Values) -> dict[int, Oddity]:
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
        f"{part_of(len(same), compared, 'figure')} are the same as last quarter, starting with "
        "this one."
    )
    about = frozenset(item.pk for item in same)
    return {same[0].pk: Oddity(OddityKind.REPEATED, text, about)}
