"""New numbers and answers for signed-off figures, under one reason, as they were typed.

A figure has three boxes: ``value-<id>``, ``answer-<id>`` (why there is no number) and
``note-<id>``. Boxes left empty leave the figure as it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.http import QueryDict

from measures.models import Figure
from measures.returns.actions import FiguresRefused
from measures.returns.answers import ANSWERS, LONGEST, Given, parse_number


@dataclass(frozen=True)
class TypedCorrection:
    """What stands in the boxes of one figure."""

    value: str = ""
    answer: str = ""
    note: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether the figure stays as it is."""
        return not (self.value or self.answer or self.note)


class CorrectionForm:
    """The figures of some returns, the boxes beside them, and the reason.

    ``given`` holds the new answers by figure id; ``errors`` one sentence a figure, and
    ``problems`` those that belong to no figure, with the id of the box they are about.
    """

    def __init__(self, figures: Sequence[Figure], post: QueryDict | None = None) -> None:
        self.is_bound = post is not None
        self.figures = figures
        self.reason = ""
        self.typed: dict[int, TypedCorrection] = {}
        self.given: dict[int, Given] = {}
        self.errors: dict[int, str] = {}
        self.problems: list[tuple[str, str]] = []
        if post is None:
            return
        self.reason = _clean(post.get("reason", ""))
        if len(self.reason) > LONGEST:
            self.problems.append(("reason", f"Shorten the reason to {LONGEST:,} characters"))
        for figure in figures:
            self._read(figure, post)

    def _read(self, figure: Figure, post: QueryDict) -> None:
        typed = TypedCorrection(
            *(_clean(post.get(f"{box}-{figure.pk}", "")) for box in ("value", "answer", "note"))
        )
        self.typed[figure.pk] = typed
        if typed.is_empty:
            return
        read = _read_one(figure, typed)
        if isinstance(read, str):
            self.errors[figure.pk] = f"“{figure.item.name}”: {read}"
        else:
            self.given[figure.pk] = read

    def is_valid(self) -> bool:
        """Whether everything that was typed could be read."""
        return not (self.errors or self.problems)

    def refuse(self, refusal: Exception) -> None:
        """Show what an action refused: at its figures, at the reason, or above them all."""
        if isinstance(refusal, FiguresRefused):
            self.errors |= refusal.errors
        elif isinstance(refusal, ValidationError):
            self.problems += [("reason", sentence) for sentence in refusal.messages]
        else:
            self.problems.append(("", str(refusal)))

    @property
    def summary(self) -> list[tuple[str, str]]:
        """Every problem with the id of its box, in the page's order."""
        at_figures = [
            (f"value-{figure.pk}", self.errors[figure.pk])
            for figure in self.figures
            if figure.pk in self.errors
        ]
        return [*at_figures, *self.problems]

    @property
    def reason_error(self) -> str:
        """What is wrong with the reason."""
        return next((text for box, text in self.problems if box == "reason"), "")


def _clean(text: str) -> str:
    return text.replace("\x00", "").replace("\r\n", "\n").strip()


def _read_one(figure: Figure, typed: TypedCorrection) -> Given | str:
    """The new answer, or the sentence that says what is wrong with it."""
    if len(typed.note) > LONGEST:
        return f"shorten the note to {LONGEST:,} characters"
    if typed.answer:
        if typed.answer not in ANSWERS:
            return "choose why there is no number"
        if typed.value:
            return "give a number, or choose why there is none, not both"
        if not typed.note:
            return "say why there is no number"
        return Given(answer=typed.answer, note=typed.note)
    if not typed.value:
        return "give the new number with the note, or choose why there is none"
    try:
        value = parse_number(typed.value, figure.item.decimals)
    except ValueError as wrong:
        return str(wrong)
    # A note on the old number stays; the reason why there was none does not.
    kept = figure.note if figure.value is not None else ""
    return Given(value=value, note=typed.note or kept)
