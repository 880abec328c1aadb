"""An answer as people give it, before it is a figure in the database."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from measures.models import Answer, Figure

_MOST_DIGITS = 12
_NUMBER = re.compile(
    r"(?P<sign>[+-]?)"
    r"(?P<whole>[0-9]{1,3}([, ][0-9]{3})+|[0-9]+|(?=\.[0-9]))"
    r"(\.(?P<fraction>[0-9]*))?"
)


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


def parse_number(text: str, decimals: int) -> int:
    """Read what somebody typed as whole units of the item's last decimal.

    Accepts thousands grouped by commas or spaces and blanks around; trailing zeros do not
    count as decimals. Raises ValueError with a sentence for anything that is not a number of
    0 or more with at most ``decimals`` decimals. A comma elsewhere is refused: ``1,5`` is
    somebody's one and a half, never fifteen.
    """
    typed = text.strip()
    found = _NUMBER.fullmatch(typed)
    if not found:
        raise ValueError(f"“{typed}” is not a number")
    whole = found["whole"].replace(",", "").replace(" ", "").lstrip("0")
    fraction = (found["fraction"] or "").rstrip("0")
    if found["sign"] == "-" and (whole or fraction):
        raise ValueError(f"“{typed}” is below 0")
    if len(whole) > _MOST_DIGITS:
        raise ValueError(f"“{typed}” is too large")
    if len(fraction) > decimals:
        if decimals == 0:
            raise ValueError(f"“{typed}” is not a whole number")
        places = "1 decimal place" if decimals == 1 else f"{decimals} decimal places"
        raise ValueError(f"“{typed}” has more than {places}")
    return int((whole or "0") + fraction.ljust(decimals, "0"))


def write_number(value: int, decimals: int) -> str:
    """Units as a plain number with the item's decimals: 125 with one decimal is ``12.5``."""
    return f"{Decimal(value).scaleb(-decimals):.{decimals}f}"


def shown_number(value: int, decimals: int) -> str:
    """The same with thousands separated, as pages show it."""
    return f"{Decimal(value).scaleb(-decimals):,.{decimals}f}"


ANSWERS = frozenset(Answer.values)
