"""The geometry of stacked bars, drawn on the server as SVG by the templates. Pure.

Places and widths are shares of the bar, so that it fills its column at any width while the
numbers inside keep their size. What the parts look like is the stylesheet's.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

# The least share of the bar that a number needs, by its digits; narrower parts go unlabelled.
_ROOM = {1: Fraction(3, 100), 2: Fraction(6, 100), 3: Fraction(9, 100)}


@dataclass(frozen=True)
class BarPart:
    """One part of a bar; ``look`` is its class, ``words`` what a pointer over it says."""

    look: str
    x: str
    width: str
    middle: str
    label: str
    words: str


@dataclass(frozen=True)
class Bar:
    """A stacked bar, and what it says to somebody who does not see it."""

    parts: tuple[BarPart, ...]
    words: str


def bar(counts: Iterable[tuple[str, str, int]]) -> Bar:
    """Stack counts, given as (look, name, count), from left to right; zeros have no part.

    9 good, 7 requires improvement and 1 inadequate: parts of 52.9%, 41.2% and 5.9%.
    """
    there = [(look, name, count) for look, name, count in counts if count]
    total = sum(count for _, _, count in there)
    parts, before = [], 0
    for look, name, count in there:
        has_room = Fraction(count, total) >= _ROOM.get(len(str(count)), Fraction(1))
        parts.append(
            BarPart(
                look=look,
                x=_percent(Fraction(before, total)),
                width=_percent(Fraction(count, total)),
                middle=_percent(Fraction(2 * before + count, 2 * total)),
                label=str(count) if has_room else "",
                words=f"{name}: {count}",
            )
        )
        before += count
    return Bar(tuple(parts), ", ".join(f"{count} {name.lower()}" for _, name, count in there))


def _percent(share: Fraction) -> str:
    return f"{float(share * 100):.3f}%"
