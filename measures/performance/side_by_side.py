"""Areas beside each other: in order of the figure, and what chance alone would do, in words.

No league table: an area is held against the rest of the whole, not against the next one, and
where the two differ by no more than chance would often give, that is what is said.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from fractions import Fraction

from django.utils.text import get_text_list

from measures.counting.comparison import is_clear
from measures.counting.rollups import Cell

# Where something without a figure stands.
LAST = (True, Fraction(1))


def by_value(cell: Cell) -> tuple[bool, Fraction]:
    """What puts the highest figure first, and areas without one last."""
    return LAST if cell.value is None else (False, -cell.value)


def beside_the_rest(part: Cell, whole: Cell) -> str:
    """How an area stands to the rest of the whole; nothing where that is not tested."""
    rest = _less(whole, part)
    clear = is_clear(part, rest)
    if clear is None or part.value is None or rest.value is None:
        return ""
    if not clear:
        return "no clear difference from the rest"
    return (
        "clearly higher than the rest" if part.value > rest.value else "clearly lower than the rest"
    )


def order_in_words(cells: Sequence[tuple[str, Cell]], whole: Cell) -> str:
    """What the order of areas says, and what it does not; nothing of fewer than two figures."""
    valued = [(name, cell) for name, cell in cells if cell.value is not None]
    if len(valued) < 2:
        return ""
    said = {name: beside_the_rest(cell, whole) for name, cell in valued}
    order = "In order of the figure, the highest first"
    if not all(said.values()):
        why = (
            "larger areas count more" if not whole.measure.is_ratio else "chance is not tested here"
        )
        return f"{order}. The order is no judgement: {why}."
    return (
        f"{order}. {_differing([name for name, words in said.items() if 'clearly' in words], said)}"
    )


def _differing(clear: list[str], among: Collection[str]) -> str:
    if not clear:
        return (
            f"None of the {len(among)} differs from the rest by more than chance alone would often "
            "give, so the order says nothing."
        )
    verb = "differs" if len(clear) == 1 else "differ"
    others = len(among) - len(clear)
    rest = " Among the others the order says nothing." if others > 1 else ""
    return (
        f"{get_text_list(clear, 'and')} {verb} from the rest by more than chance alone would often "
        f"give.{rest} About 1 in 20 areas that are like the rest will look different by chance."
    )


def _less(whole: Cell, part: Cell) -> Cell:
    """What the whole comes to without a part of it."""
    top, under = whole.numerator, whole.denominator
    if top is None or part.numerator is None:
        return replace(whole, numerator=None, denominator=None)
    below = None if under is None or part.denominator is None else under - part.denominator
    return replace(whole, numerator=top - part.numerator, denominator=below)
