"""A table from a file: known columns, rows with their numbers, and cells read as what they are.

A row collects what is wrong with it as its cells are read, so that everything can be listed
together; a reader asks for every cell first and looks at ``row.is_good`` last.
"""

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import BinaryIO, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import TextChoices

from earlyhelp.core.files.problems import Problem, messages_by_field
from earlyhelp.core.files.reader import CutOff, Formula, Unreadable, read_cells
from measures.returns.answers import parse_number
from teams.quarters import FinancialYear, Quarter

_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PLAIN_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")
_LONGEST_CELL = 10_000
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# Calendars reach further, councils do not.
_FIRST_YEAR, _LAST_YEAR = 1900, 2199

T = TypeVar("T")
Choice = TypeVar("Choice", bound=TextChoices)


@dataclass
class Kept(Generic[T]):
    """What rows can refer to by code: things that are there, and rows that could not be read.

    A reference to a row that is itself wrong, or into a file that could not be read as a
    whole, is not reported a second time.
    """

    word: str
    by_code: dict[str, T]
    is_whole: bool = True
    broken: set[str] = field(default_factory=set)


@dataclass(eq=False)
class Table:
    """A file's rows, and what is wrong with it so far."""

    name: str
    columns: frozenset[str]
    problems: list[Problem]
    rows: "list[Row]" = field(default_factory=list)
    is_whole: bool = False

    def __iter__(self) -> "Iterator[Row]":
        return iter(self.rows)

    def refuse_twice(self, *columns: str) -> None:
        """Report every row that says the same in ``columns`` as an earlier one."""
        first: dict[tuple[str, ...], int] = {}
        for row in self.rows:
            key = tuple(row[column] for column in columns)
            if key in first:
                row.wrong(columns[-1], f"row {first[key]} is for the same {_and(columns)}")
            else:
                first[key] = row.number


def _and(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


class Row:
    """One line of a table. Each reader gives None after reporting what is wrong."""

    __slots__ = ("_cells", "_reported", "_table", "is_good", "number")

    def __init__(self, table: Table, number: int, cells: dict[str, str]) -> None:
        self._table = table
        self.number = number
        self._cells = cells
        self._reported: set[str] = set()
        self.is_good = True

    def __getitem__(self, column: str) -> str:
        """The text of a cell; empty where the file leaves the column out."""
        return self._cells.get(column, "")

    def has(self, column: str) -> bool:
        """Whether the file has this column at all."""
        return column in self._table.columns

    def wrong(self, column: str, message: str) -> None:
        """Report that a cell (or with "" the row) cannot be used, and why; a cell once."""
        self.is_good = False
        if column in self._reported:
            return
        if column:
            self._reported.add(column)
        self._table.problems.append(
            Problem(self._table.name, message, self.number, column, self[column])
        )

    def refuse(self, refused: ValidationError, columns: dict[str, str] | None = None) -> None:
        """Report what an action refused; ``columns`` maps its fields to other columns."""
        for field_name, message in messages_by_field(refused):
            column = (columns or {}).get(field_name, field_name)
            self.wrong(column if column in self._table.columns else "", message)

    def text(self, column: str, *, needed: bool = True) -> str:
        """The text of a cell; reports an empty one where it is needed."""
        if needed and not self[column]:
            self.wrong(column, "is empty")
        return self[column]

    def code(self, column: str = "code") -> str:
        """A code: small letters and digits, with single hyphens between them."""
        text = self.text(column)
        if text and not _CODE.fullmatch(text):
            self.wrong(column, "a code has small letters, digits and single hyphens only")
        return text

    def _read(self, column: str, reader: Callable[[str], T], *, needed: bool) -> T | None:
        text = self.text(column, needed=needed)
        if not text:
            return None
        try:
            return reader(text)
        except ValueError as wrong:
            # The value stands before the message already.
            self.wrong(column, str(wrong).removeprefix(f"“{text}” "))
            return None

    def figure(self, column: str, decimals: int) -> int | None:
        """A figure, as whole units of its item's last decimal."""
        return self._read(column, lambda text: parse_number(text, decimals), needed=True)

    def quarter(self, column: str, *, needed: bool = True) -> Quarter | None:
        """A quarter, like ``2015-16 Q4``."""
        return self._read(column, read_quarter, needed=needed)

    def year(self, column: str) -> FinancialYear | None:
        """A financial year, like ``2015-16``."""
        return self._read(column, read_year, needed=True)

    def day(self, column: str, *, needed: bool = False) -> dt.date | None:
        """A date, like ``2016-04-14``."""
        return self._read(column, read_day, needed=needed)

    def choice(self, column: str, choices: type[Choice]) -> Choice | None:
        """One of the codes of ``choices``."""

        def read(text: str) -> Choice:
            if text not in choices.values:
                raise ValueError(f"use {_or(choices.values)}")
            return choices(text)

        return self._read(column, read, needed=True)

    def one_of(self, column: str, numbers: Collection[int], *, empty: int | None) -> int | None:
        """A whole number among ``numbers``; ``empty`` is what an empty cell stands for."""
        allowed = [str(number) for number in numbers]
        if not self[column] and empty is not None:
            return empty

        def read(text: str) -> int:
            if text not in allowed:
                raise ValueError(f"use {_or(allowed)}")
            return int(text)

        return self._read(column, read, needed=True)

    def yes(self, column: str) -> bool:
        """``yes`` or empty."""
        if self[column] not in ("", "yes"):
            self.wrong(column, "use yes, or leave it empty")
        return self[column] == "yes"

    def decimal(self, column: str, decimals: int) -> Decimal | None:
        """A number of 0 or more with at most so many decimals, brought to exactly so many."""

        def read(text: str) -> Decimal:
            if not _PLAIN_NUMBER.fullmatch(text) or len(text) > 20:
                raise ValueError("is not a number of 0 or more")
            number = Decimal(text)
            brought = number.quantize(Decimal(1).scaleb(-decimals))
            if brought != number:
                raise ValueError(f"has more than {decimals} decimals")
            return brought

        return self._read(column, read, needed=True)

    def refer(self, column: str, kept: Kept[T], *, needed: bool = True) -> T | None:
        """The thing whose code stands in the cell."""
        text = self.text(column, needed=needed)
        return self._find(column, text, kept) if text else None

    def refer_to_all(self, column: str, kept: Kept[T]) -> list[T]:
        """The things whose codes stand in the cell, separated by spaces."""
        found = [self._find(column, code, kept) for code in self[column].split()]
        return [one for one in found if one is not None]

    def _find(self, column: str, code: str, kept: Kept[T]) -> T | None:
        found = kept.by_code.get(code)
        if code in kept.broken or (found is None and not kept.is_whole):
            self.is_good = False
            return None
        if found is None:
            self.wrong(column, f"there is no {kept.word} with the code “{code}”")
        return found


def _or(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def read_quarter(text: str) -> Quarter:
    """Read ``2015-16 Q4`` in the years that a council can mean; raise ValueError."""
    quarter = Quarter.parse(text)
    if not _FIRST_YEAR <= quarter.year.start <= _LAST_YEAR:
        raise ValueError(f"a quarter lies between {_FIRST_YEAR} and {_LAST_YEAR}")
    return quarter


def read_year(text: str) -> FinancialYear:
    """Read ``2015-16`` in the years that a council can mean; raise ValueError."""
    year = FinancialYear.parse(text)
    if not _FIRST_YEAR <= year.start <= _LAST_YEAR:
        raise ValueError(f"a financial year lies between {_FIRST_YEAR} and {_LAST_YEAR}")
    return year


def read_day(text: str) -> dt.date:
    """Read ``2016-04-14``; raise ValueError."""
    message = "is not a date: write it like 2016-04-14"
    if not _DAY.fullmatch(text):
        raise ValueError(message)
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        raise ValueError(message) from None
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise ValueError(f"a date lies between {_FIRST_YEAR} and {_LAST_YEAR}")
    return day


def read_table(
    file: BinaryIO,
    name: str,
    columns: Sequence[str],
    problems: list[Problem],
    *,
    optional: Collection[str] = (),
) -> Table:
    """Read a table; ``problems`` takes what is wrong with the file, its header and its cells.

    The first row that is not empty is the header; ``columns`` must be there, in any order,
    ``optional`` ones may be, nothing else. Without a proper header there are no rows.
    """
    table = Table(name, frozenset(), problems)
    try:
        rows = read_cells(file, name)
        header_at, header = next(rows, (1, []))
        while header and not header[-1]:
            header.pop()
        # A header that is wrong is reported once; its rows would only repeat it.
        if not _header_is_right(table, header_at, header, columns, optional):
            return table
        table = Table(name, frozenset(header), problems)
        for number, cells in rows:
            _add_row(table, number, header, cells)
        table.is_whole = True
    except Unreadable as wrong:
        problems.append(Problem(name, str(wrong), wrong.row))
    return table


def _header_is_right(
    table: Table,
    number: int,
    header: list[str],
    columns: Sequence[str],
    optional: Collection[str],
) -> bool:
    if not header:
        table.problems.append(Problem(table.name, "is empty: the first row names the columns"))
        return False
    found = []
    known = [*columns, *optional]
    for place, column in enumerate(header, 1):
        if not column:
            found.append(Problem(table.name, f"column {place} has no name", number))
        elif column not in known:
            sentence = f"unknown column; known are {', '.join(known)}"
            found.append(Problem(table.name, sentence, number, "column", column))
        elif column in header[: place - 1]:
            sentence = "this column is there twice"
            found.append(Problem(table.name, sentence, number, "column", column))
    found += [
        Problem(table.name, "this column is missing", number, "column", column)
        for column in columns
        if column not in header
    ]
    table.problems += found
    return not found


def _add_row(table: Table, number: int, header: list[str], cells: list[str]) -> None:
    row = Row(table, number, dict(zip(header, cells, strict=False)))
    table.rows.append(row)
    for extra in cells[len(header) :]:
        if extra:
            row.wrong("", f"there is more in this row than the header has columns: “{extra[:60]}”")
            break
    for column, cell in zip(header, cells, strict=False):
        if isinstance(cell, Formula):
            row.wrong(column, "is a formula: put in the value that it comes to")
        elif isinstance(cell, CutOff):
            row.wrong(column, "the file seems to be cut off here")
        elif len(cell) > _LONGEST_CELL:
            row.wrong(column, f"is longer than {_LONGEST_CELL:,} characters")
        elif _CONTROL.search(cell):
            row.wrong(column, "has characters in it that are not text")
