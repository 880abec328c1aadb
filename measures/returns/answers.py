"""An answer as people give it, before it is a figure in the database."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from measures.models import Answer, Figure

LONGEST = 2000  # characters of a note or an explanation


@dataclass(frozen=True)
class GivenAnswer:
    """What was given for one question: a number, an answer with a note, or nothing.

    ``value`` counts whole units of the item's last decimal.
    """

    value: int | None = None
    answer: str = ""
    note: str = ""
    explanation: str = ""

    @classmethod
    def of(cls, figure: Figure) -> "GivenAnswer":
        """What the figure says now."""
        return cls(figure.value, figure.answer, figure.note, figure.explanation)

    @property
    def is_answered(self) -> bool:
        """Whether it is a number, not applicable or not provided."""
        return self.value is not None or bool(self.answer)

    @property
    def counted(self) -> dict[str, Any] | None:
        """The number or the answer, without words, as the record keeps it."""
        if self.value is not None:
            return {"value": self.value}
        return {"answer": self.answer} if self.answer else None

    def without_words(self) -> "GivenAnswer":
        """The same number or answer, to compare."""
        return replace(self, note="", explanation="")


def write_number(value: int, decimals: int) -> str:
    """Units as a plain number with the item's decimals: 125 with one decimal is ``12.5``."""
    return f"{Decimal(value).scaleb(-decimals):.{decimals}f}"


def shown_number(value: int, decimals: int) -> str:
    """The same with thousands separated, as pages show it."""
    return f"{Decimal(value).scaleb(-decimals):,.{decimals}f}"


ANSWERS = frozenset(Answer.values)
