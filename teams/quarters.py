"""Quarters and financial years as plain values: what everyone counts by.

A financial year runs from April to March and is written ``2015-16``; its quarters are
written ``2015-16 Q4`` (January to March 2016). Both sort in time order, and a quarter's
``index`` (four times the starting year, plus 0 to 3) is what the database keeps, so that
"the quarter before" and "the same quarter last year" are subtractions.
"""

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.expressions import BaseExpression, Combinable

# Only 0 to 9 are digits: what looks like another quarter would be the same one.
_YEAR = re.compile(r"([0-9]{4})-([0-9]{2})")
_QUARTER = re.compile(r"([0-9]{4}-[0-9]{2}) Q([1-4])")
# The years that a council can mean; a calendar reaches further.
_YEARS = range(1900, 2200)
_FIRST_MONTH = {1: 4, 2: 7, 3: 10, 4: 1}
_MONTHS = {
    1: "April to June",
    2: "July to September",
    3: "October to December",
    4: "January to March",
}


@dataclass(frozen=True, order=True, slots=True)
class FinancialYear:
    """April of ``start`` to March of the year after."""

    start: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``2015-16``; raise ValueError, saying the form, for anything else."""
        found = _YEAR.fullmatch(text.strip())
        if not found or (int(found[1]) + 1) % 100 != int(found[2]):
            raise ValueError(f"“{text}” is not a financial year: write it like 2015-16")
        return cls(int(found[1]))

    @classmethod
    def from_slug(cls, slug: str) -> Self:
        """Read ``2015-16`` from an address, to its last character; ValueError for anything else."""
        found = cls.parse(slug)
        _refuse_other_writing(found, slug)
        return found

    def __str__(self) -> str:
        return f"{self.start}-{(self.start + 1) % 100:02d}"

    @property
    def slug(self) -> str:
        """``2015-16``, as addresses have it."""
        return str(self)

    @property
    def quarters(self) -> tuple["Quarter", "Quarter", "Quarter", "Quarter"]:
        """Its four quarters, April to June first."""
        first = self.start * 4
        return Quarter(first), Quarter(first + 1), Quarter(first + 2), Quarter(first + 3)

    @property
    def previous(self) -> "FinancialYear":
        """The financial year before."""
        return FinancialYear(self.start - 1)

    @property
    def next(self) -> "FinancialYear":
        """The financial year after."""
        return FinancialYear(self.start + 1)


@dataclass(frozen=True, order=True, slots=True)
class Quarter:
    """Three months of a financial year; ``index`` is 4 * starting year + (number - 1)."""

    index: int

    @classmethod
    def of(cls, year: int, number: int) -> Self:
        """Quarter ``number`` (1 to 4) of the financial year that starts in ``year``."""
        if number not in _FIRST_MONTH:
            raise ValueError(f"There is no quarter {number}: use 1 to 4")
        return cls(year * 4 + number - 1)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``2015-16 Q4``; raise ValueError, saying the form, for anything else."""
        found = _QUARTER.fullmatch(text.strip())
        if not found:
            raise ValueError(f"“{text}” is not a quarter: write it like 2015-16 Q4")
        return cls.of(FinancialYear.parse(found[1]).start, int(found[2]))

    @classmethod
    def from_slug(cls, slug: str) -> Self:
        """Read ``2015-16-q4`` from an address, to its last character; ValueError otherwise."""
        year, _, number = slug.rpartition("-q")
        found = cls.parse(f"{year} Q{number}")
        _refuse_other_writing(found, slug)
        return found

    @property
    def slug(self) -> str:
        """``2015-16-q4``, as addresses have it."""
        return str(self).lower().replace(" ", "-")

    @classmethod
    def containing(cls, day: dt.date) -> Self:
        """The quarter in which ``day`` falls."""
        year = day.year if day.month >= 4 else day.year - 1
        return cls.of(year, (day.month - 4) % 12 // 3 + 1)

    def __str__(self) -> str:
        return f"{self.year} Q{self.number}"

    def __add__(self, quarters: int) -> "Quarter":
        return Quarter(self.index + quarters)

    def __sub__(self, quarters: int) -> "Quarter":
        return Quarter(self.index - quarters)

    @property
    def year(self) -> FinancialYear:
        """The financial year it belongs to."""
        return FinancialYear(self.index // 4)

    @property
    def number(self) -> int:
        """1 (April to June) to 4 (January to March)."""
        return self.index % 4 + 1

    @property
    def first_day(self) -> dt.date:
        """Its first day."""
        year = self.year.start + (1 if self.number == 4 else 0)
        return dt.date(year, _FIRST_MONTH[self.number], 1)

    @property
    def last_day(self) -> dt.date:
        """Its last day: the day on which a snapshot is counted."""
        return (self + 1).first_day - dt.timedelta(days=1)

    @property
    def months(self) -> str:
        """``April to June 2016``, as people say it."""
        return f"{_MONTHS[self.number]} {self.first_day.year}"

    @property
    def label(self) -> str:
        """``Quarter 1, 2016-17``, as a heading says it."""
        return f"Quarter {self.number}, {self.year}"

    @property
    def short(self) -> str:
        """``Q1 2016-17``, as a column heading says it."""
        return f"Q{self.number} {self.year}"


def _refuse_other_writing(period: FinancialYear | Quarter, slug: str) -> None:
    """Raise ValueError unless an address writes it so, and a council can mean it."""
    year = period if isinstance(period, FinancialYear) else period.year
    if period.slug != slug or year.start not in _YEARS:
        raise ValueError(f"“{slug}” is not a quarter or a year of ours")


def span(first: Quarter, last: Quarter) -> list[Quarter]:
    """Every quarter from ``first`` to ``last``, both included, in time order."""
    return [Quarter(index) for index in range(first.index, last.index + 1)]


class QuarterField(models.SmallIntegerField):
    """A quarter in the database: its index; in Python, a ``Quarter``."""

    if TYPE_CHECKING:  # what the type checker's Django plugin reads of a field
        _pyi_private_set_type: Quarter | str | int | Combinable  # type: ignore[assignment]
        _pyi_private_get_type: Quarter  # type: ignore[assignment]
        _pyi_lookup_exact_type: Quarter | str | int  # type: ignore[assignment]

    description = "A quarter of a financial year"

    def from_db_value(
        self, value: int | None, expression: BaseExpression, connection: Any
    ) -> Quarter | None:
        """Turn the stored index into a quarter."""
        return None if value is None else Quarter(value)

    def to_python(self, value: Any) -> Quarter | None:
        """Accept a quarter, its index or its written form."""
        if value is None or value == "" or isinstance(value, Quarter):
            return value or None
        if isinstance(value, int):
            return Quarter(value)
        try:
            return Quarter.parse(str(value))
        except ValueError as wrong:
            raise ValidationError(str(wrong)) from wrong

    def get_prep_value(self, value: Any) -> int | None:
        """The index, as the database keeps it."""
        quarter = self.to_python(value)
        return None if quarter is None else quarter.index

    def value_to_string(self, obj: models.Model) -> str:
        """The written form, for dumps."""
        quarter = self.value_from_object(obj)
        return "" if quarter is None else str(quarter)

    def formfield(self, **kwargs: Any) -> Any:
        """A text box that reads ``2015-16 Q4``."""
        from django.forms import CharField

        return models.Field.formfield(
            self, form_class=CharField, **{"help_text": "Like 2015-16 Q4", **kwargs}
        )

    @property
    def validators(self) -> list[Any]:
        """None: the number range of the column does not apply to a ``Quarter``."""
        return []
