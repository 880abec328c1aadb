"""A draw, shown to have been fair: what was kept, and the same list drawn from again."""

from collections.abc import Sequence
from dataclasses import dataclass

from audits.models import Draw
from audits.rounds import sampling as drawing


@dataclass(frozen=True)
class DrawPage:
    """What was kept of a draw, and the cases of the round that it gave."""

    draw: Draw
    serials: Sequence[int]
    taken_out: int


def draw_page(kept: Draw) -> DrawPage:
    """One draw; one query."""
    serials = list(kept.cases.order_by("serial").values_list("serial", flat=True))
    return DrawPage(kept, serials, kept.drawn - len(serials))


@dataclass(frozen=True)
class Compared:
    """Whether a list is the one drawn from, and drawing again gives the round's cases."""

    is_same: bool
    sentence: str


def compare(kept: Draw, numbers: Sequence[str]) -> Compared:
    """Draw again from ``numbers`` with the seed that was kept; one query.

    Cases taken out of the round since leave a gap in the draw and no doubt about it.
    """
    if drawing.digest_of(numbers) != kept.list_digest:
        return Compared(
            False,
            f"This is not the list that was drawn from. The draw was from {kept.population:,} "
            f"cases; this list has {len(numbers):,}"
            + (", not the same ones." if len(numbers) == kept.population else "."),
        )
    again = drawing.draw(numbers, kept.drawn, kept.seed).numbers
    cases = list(kept.cases.order_by("serial").values_list("case_number", flat=True))
    there = set(cases)
    if [number for number in again if number in there] != cases:
        return Compared(
            False,
            "This is the list that was drawn from, but drawing again gives other cases than the "
            "round holds.",
        )
    taken_out = kept.drawn - len(cases)
    if not taken_out:
        return Compared(
            True,
            f"It is the same list, and drawing again gives the same {kept.drawn} cases in the "
            "same order.",
        )
    return Compared(
        True,
        f"It is the same list, and drawing again gives the same {kept.drawn} cases. "
        f"{taken_out} of them {'was' if taken_out == 1 else 'were'} taken out of the round since, "
        "with a reason on record.",
    )
