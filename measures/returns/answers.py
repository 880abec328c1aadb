"""An answer as people give it, before it is a figure in the database."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from measures.models import Answer, Figure

LONGEST = 2000  # characters of a note or an explanation


@dataclass(frozen=True)
class GivenAnswer:
    """What was given for one question: a number, an answer with a note, or nothing.

    ``value`` counts whole units of the item's last decimal. ``explained`` is the value for which
    the explanation was written: this one, unless it says another.
    """

    value: int | None = None
    answer: str = ""
    note: str = ""
    explanation: str = ""
    explained: int | None = None

    def __post_init__(self) -> None:
        if not self.explanation:
            object.__setattr__(self, "explained", None)
        elif self.explained is None:
            object.__setattr__(self, "explained", self.value)

    @classmethod
    def of(cls, figure: Figure) -> "GivenAnswer":
        """What the figure says now."""
        words = figure.explanation, figure.explained_value
        return cls(figure.value, figure.answer, figure.note, *words)

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

    @property
    def is_about_another(self) -> bool:
        """Whether its words were written about another number than the one here, if one is."""
        return self.explained is not None and self.explained != self.value

    @property
    def on_record(self) -> dict[str, Any] | None:
        """What is counted and, where its words were written about another number, that one."""
        about = {"explained": self.explained} if self.is_about_another else {}
        return {**(self.counted or {}), **about} or None

    @property
    def explains(self) -> str:
        """The words on this very number; none where they were written about another."""
        return "" if self.value is None or self.is_about_another else self.explanation

    @property
    def explains_another(self) -> bool:
        """Whether there is a number here, and words that were written about another."""
        return self.value is not None and self.is_about_another

    def without_words(self) -> "GivenAnswer":
        """The same number or answer, to compare."""
        return replace(self, note="", explanation="", explained=None)


def counted_in(kept: dict[str, Any] | None) -> dict[str, Any] | None:
    """What the record kept of a figure (``GivenAnswer.on_record``) as it is counted."""
    return {key: value for key, value in (kept or {}).items() if key != "explained"} or None


def write_number(value: int, decimals: int) -> str:
    """Units as a plain number with the item's decimals: 125 with one decimal is ``12.5``."""
    return f"{Decimal(value).scaleb(-decimals):.{decimals}f}"


def shown_number(value: int, decimals: int) -> str:
    """The same with thousands separated, as pages show it."""
    return f"{Decimal(value).scaleb(-decimals):,.{decimals}f}"


ANSWERS = frozenset(Answer.values)
