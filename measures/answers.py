"""An answer as people give it, before it is a figure in the database."""

from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from measures.models import Answer, Figure

# Room for any count a council can have, and far inside a 64-bit column.
LARGEST = 10**12


@dataclass(frozen=True)
class Given:
    """What was given for one question: a number, an answer with a note, or nothing.

    ``value`` counts whole units of the item's last decimal.
    """

    value: int | None = None
    answer: str = ""
    note: str = ""
    explanation: str = ""

    @classmethod
    def of(cls, figure: Figure) -> "Given":
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

    def without_words(self) -> "Given":
        """The same number or answer, to compare."""
        return replace(self, note="", explanation="")


def parse_number(text: str, decimals: int) -> int:
    """Read what somebody typed as whole units of the item's last decimal.

    Accepts thousands separated by commas and blanks around; trailing zeros do not count as
    decimals. Raises ValueError with a sentence for anything that is not a number of 0 or
    more with at most ``decimals`` decimals.
    """
    typed = text.strip().replace(",", "").replace(" ", "")
    try:
        number = Decimal(typed)
    except InvalidOperation:
        raise ValueError(f"“{text.strip()}” is not a number") from None
    if not number.is_finite() or not typed.lstrip("+-").replace(".", "", 1).isdecimal():
        raise ValueError(f"“{text.strip()}” is not a number")
    if number < 0:
        raise ValueError(f"“{text.strip()}” is below 0")
    if number >= LARGEST:
        raise ValueError(f"“{text.strip()}” is too large")
    units = number.scaleb(decimals)
    if units != units.to_integral_value():
        if decimals == 0:
            raise ValueError(f"“{text.strip()}” is not a whole number")
        places = "1 decimal place" if decimals == 1 else f"{decimals} decimal places"
        raise ValueError(f"“{text.strip()}” has more than {places}")
    return int(units)


def write_number(value: int, decimals: int) -> str:
    """Units as a plain number with the item's decimals: 125 with one decimal is ``12.5``."""
    return f"{Decimal(value).scaleb(-decimals):.{decimals}f}"


ANSWERS = frozenset(Answer.values)
