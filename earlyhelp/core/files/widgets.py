"""The columns of a file, as import-export widgets: how a cell is read, checked and written.

``take`` reads a cell of a table whose problems are all listed (``earlyhelp.core.files.tables``);
``clean`` reads it for import-export's own pages, which show the sentence beside the row;
``render`` writes it.
"""

import datetime as dt
import re
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any, Self

from django.db import models
from import_export.widgets import Widget

from earlyhelp.core.files.tables import CodeIndex, Row, joined
from earlyhelp.core.numbers import MOST_WHOLE_DIGITS, parse_decimal, visible

_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FIRST_YEAR, _LAST_YEAR = 1900, 2199

# What rows can refer to, by its model.
Indexes = Mapping[type[models.Model], CodeIndex[Any]]


def refuse_odd_year(year: int, what: str) -> None:
    """Raise ValueError for a year that a council cannot mean; calendars reach further."""
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise ValueError(f"{what} lies between {_FIRST_YEAR} and {_LAST_YEAR}")


class CellWidget(Widget):
    """A column's cells; ``needed`` ones are not empty, and ``empty`` is what others stand for."""

    empty: Any = None

    def __init__(self, *, needed: bool = True, empty: Any = None) -> None:
        super().__init__()
        self.needed = needed
        if empty is not None:
            self.empty = empty

    @classmethod
    def for_field(cls, field: Any) -> Self:
        """The widget for a field of a model."""
        return cls(needed=not (field.null or field.blank))

    def read(self, text: str) -> Any:
        """The value of a cell that is not empty; raises ValueError, saying what is wrong."""
        return text

    def take(self, row: Row, column: str, indexes: Indexes) -> Any:
        """The value of a row's cell; what is wrong with it is reported."""
        value = row.read(column, self.read, needed=self.needed)
        return self.empty if value is None else value

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        """The value for a page; raises ValueError."""
        return self.read(str(value)) if value not in (None, "") else self.empty

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        """The cell as it is written."""
        return "" if value is None else str(value)


class TextWidget(CellWidget):
    """Text; on a page the model's own validators say what is wrong with it."""

    empty = ""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        """The text as it stands."""
        return "" if value is None else str(value)


class CodeWidget(TextWidget):
    """A code: small letters and digits, with single hyphens between them."""

    def read(self, text: str) -> str:
        """The code."""
        if not _CODE.fullmatch(text):
            raise ValueError("a code has small letters, digits and single hyphens only")
        return text


class ChoiceWidget(TextWidget):
    """One of a few codes."""

    def __init__(self, codes: Collection[str], *, needed: bool = True) -> None:
        super().__init__(needed=needed)
        self.codes = list(codes)

    def read(self, text: str) -> str:
        """The code."""
        if text not in self.codes:
            raise ValueError(f"use {joined(self.codes, 'or')}")
        return text


class DayWidget(CellWidget):
    """A date, like 2016-04-14."""

    def read(self, text: str) -> dt.date:
        """The date, in the years that a council can mean."""
        message = f"“{visible(text)}” is not a date: write it like 2016-04-14"
        if not _DAY.fullmatch(text):
            raise ValueError(message)
        try:
            day = dt.date.fromisoformat(text)
        except ValueError:
            raise ValueError(message) from None
        refuse_odd_year(day.year, "a date")
        return day


class YesWidget(CellWidget):
    """``yes`` or empty."""

    empty = False

    @classmethod
    def for_field(cls, field: Any) -> Self:
        """Never needed: empty says no."""
        return cls(needed=False)

    def read(self, text: str) -> bool:
        """True."""
        if text != "yes":
            raise ValueError("use yes, or leave it empty")
        return True

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> bool:
        """Whether it says yes; a page takes no, and capitals, as well."""
        text = str(value or "").lower()
        if text not in ("yes", "no", ""):
            raise ValueError(f"“{visible(str(value))}” is neither yes nor empty")
        return text == "yes"

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """As it is written."""
        return "yes" if value else ""


class WholeWidget(CellWidget):
    """One of a few whole numbers."""

    def __init__(self, numbers: Collection[int], *, empty: int | None = None) -> None:
        super().__init__(needed=False, empty=empty)
        self.allowed = [str(number) for number in numbers]

    def read(self, text: str) -> int:
        """The number."""
        if text not in self.allowed:
            raise ValueError(f"use {joined(self.allowed, 'or')}")
        return int(text)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        """A number, so that a spreadsheet counts with it."""
        return value


class ExactWidget(CellWidget):
    """An exact number of 0 or more with so many decimals at most."""

    def __init__(
        self,
        decimals: int,
        *,
        whole_digits: int = MOST_WHOLE_DIGITS,
        needed: bool = True,
        empty: Decimal | None = None,
    ) -> None:
        super().__init__(needed=needed, empty=empty)
        self.decimals = decimals
        self.whole_digits = whole_digits

    @classmethod
    def for_field(cls, field: Any) -> Self:
        """With the field's decimals, and no more digits than it holds."""
        return cls(
            field.decimal_places,
            whole_digits=field.max_digits - field.decimal_places,
            needed=not (field.null or field.blank),
        )

    def read(self, text: str) -> Decimal:
        """The number, brought to exactly so many decimals."""
        return parse_decimal(text, self.decimals, whole_digits=self.whole_digits)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        """A number without trailing noughts."""
        return None if value is None else Decimal(f"{Decimal(value).normalize():f}")


class ReferenceWidget(CellWidget):
    """Another row by its code (or on a page by another ``field``)."""

    def __init__(
        self, model: type[models.Model], field: str = "code", *, needed: bool = True
    ) -> None:
        super().__init__(needed=needed)
        self.model = model
        self.field = field

    @classmethod
    def for_field(cls, field: Any) -> Self:
        """To the model that the field points to."""
        return cls(field.related_model, needed=not (field.null or field.blank))

    def take(self, row: Row, column: str, indexes: Indexes) -> Any:
        """The row from its index."""
        return row.refer(column, indexes[self.model], needed=self.needed)

    def read(self, text: str) -> models.Model:
        """The row from the database."""
        row = self.model._default_manager.filter(**{self.field: text}).first()
        if row is None:
            raise ValueError(f"There is no {self.model._meta.verbose_name} “{visible(text)}”")
        return row

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """The code."""
        return "" if value is None else str(getattr(value, self.field))


class ReferencesWidget(ReferenceWidget):
    """Several rows by their codes, separated by spaces, in that order."""

    def take(self, row: Row, column: str, indexes: Indexes) -> list[Any]:
        """The rows from their index."""
        return row.refer_to_all(column, indexes[self.model])

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> list[models.Model]:
        """The rows from the database."""
        return [self.read(code) for code in str(value or "").split()]

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """The codes, of a relation to such rows."""
        return "" if value is None else " ".join(value.values_list("code", flat=True))
