"""New numbers and answers for signed-off figures, under one reason, as they were typed.

A figure has three boxes: ``value-<id>``, ``answer-<id>`` (why there is no number) and
``note-<id>``. Boxes left empty leave the figure as it is.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.http import QueryDict

from earlyhelp.core.files.problems import messages_by_field
from earlyhelp.core.numbers import NotANumber, parse_units
from earlyhelp.core.pages.posted import clean
from measures.models import Figure
from measures.returns.actions import FiguresRefused
from measures.returns.answers import ANSWERS, LONGEST, GivenAnswer
from measures.workflow import CorrectionKind


@dataclass
class FigureBoxes:
    """What stands in the boxes of one figure, and what is wrong with it."""

    figure: Figure
    value: str = ""
    answer: str = ""
    note: str = ""
    error: str = ""

    def read(self) -> GivenAnswer | None:
        """The new answer, None where the figure stays; ValueError with what is wrong."""
        if not (self.value or self.answer or self.note):
            return None
        if len(self.note) > LONGEST:
            raise ValueError(f"shorten the note to {LONGEST:,} characters")
        if self.answer:
            self._check_answer()
            return GivenAnswer(answer=self.answer, note=self.note)
        if not self.value:
            raise ValueError("give the new number with the note, or choose why there is none")
        value = parse_units(self.value, self.figure.item.decimals)
        # A note on the old number stays; the reason why there was none does not.
        kept = self.figure.note if self.figure.value is not None else ""
        return GivenAnswer(value=value, note=self.note or kept)

    def _check_answer(self) -> None:
        if self.answer not in ANSWERS:
            raise ValueError("choose why there is no number")
        if self.value:
            raise ValueError("give a number, or choose why there is none, not both")
        if not self.note:
            raise ValueError("say why there is no number")


class CorrectionForm:
    """The figures of some returns, the boxes beside them, and the reason.

    ``given`` holds the new answers by figure id; ``problems`` are the sentences that belong to
    no figure, with the id of the box they are about.
    """

    def __init__(self, figures: Iterable[Figure], post: QueryDict | None = None) -> None:
        self.is_bound = post is not None
        self.boxes = {figure.pk: FigureBoxes(figure) for figure in figures}
        self.given: dict[int, GivenAnswer] = {}
        self.problems: list[tuple[str, str]] = []
        post = post or QueryDict()
        self.reason = clean(post.get("reason", ""))
        self.kind = clean(post.get("kind", ""))
        if self.kind not in ("", *CorrectionKind.values):
            self.problems.append(("kind", "Choose a kind of change from the list"))
        if len(self.reason) > LONGEST:
            self.problems.append(("reason", f"Shorten the reason to {LONGEST:,} characters"))
        for pk, boxes in self.boxes.items():
            for box in ("value", "answer", "note"):
                setattr(boxes, box, clean(post.get(f"{box}-{pk}", "")))
            try:
                given = boxes.read()
            except NotANumber as wrong:
                boxes.error = f"{boxes.figure.item.name} {wrong}"
                continue
            except ValueError as wrong:
                boxes.error = f"“{boxes.figure.item.name}”: {wrong}"
                continue
            if given is not None:
                self.given[pk] = given

    def is_valid(self) -> bool:
        """Whether everything that was typed could be read."""
        return not self.summary

    def refuse(self, refusal: Exception) -> None:
        """Show what an action refused: at its figures, at the reason, or above them all."""
        if isinstance(refusal, FiguresRefused):
            for pk, sentence in refusal.errors.items():
                self.boxes[pk].error = sentence
        elif isinstance(refusal, ValidationError):
            self.problems += [
                ("kind" if name == "kind" else "reason", sentence)
                for name, sentence in messages_by_field(refusal)
            ]
        else:
            self.problems.append(("", str(refusal)))

    @property
    def summary(self) -> list[tuple[str, str]]:
        """Every problem with the id of its box, those of figures first."""
        at_figures = [(f"value-{pk}", one.error) for pk, one in self.boxes.items() if one.error]
        return [*at_figures, *self.problems]

    @property
    def reason_error(self) -> str:
        """What is wrong with the reason."""
        return self._error_of("reason")

    @property
    def kind_error(self) -> str:
        """What is wrong with the kind of change."""
        return self._error_of("kind")

    def _error_of(self, name: str) -> str:
        return next((text for box, text in self.problems if box == name), "")
