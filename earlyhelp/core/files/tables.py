"""A table from a file: known columns, rows with their numbers, and what is wrong with them.

A row collects what is wrong with it as its cells are read, so that everything can be listed
together: read every cell first, and look at ``row.is_good`` last. How a cell is read is the
business of its column (``earlyhelp.core.files.widgets``).
"""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO, Generic, TypeVar

from django.core.exceptions import ValidationError

from earlyhelp.core.files.cells import (
    LONGEST_CELL,
    CutOff,
    Formula,
    SheetsToChoose,
    Unreadable,
)
from earlyhelp.core.files.problems import Problem, messages_by_field
from earlyhelp.core.files.reader import open_file
from earlyhelp.core.files.spreadsheet_safety import unescape
from earlyhelp.core.numbers import plain_spaces, visible

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")

T = TypeVar("T")


@dataclass
class CodeIndex(Generic[T]):
    """What rows can refer to by code: things that are there, and rows that could not be read.

    A reference to a row that is itself wrong, or into a file that could not be read as a
    whole, is not reported a second time.
    """

    noun: str
    by_code: dict[str, T]
    is_whole: bool = True
    broken: set[str] = field(default_factory=set)


@dataclass(eq=False)
class Table:
    """A file's rows, and what is wrong with it so far.

    ``sheet`` is the one of a workbook that is read, ``sheets`` are those that could be meant.
    """

    name: str
    columns: frozenset[str]
    problems: list[Problem]
    sheet: str = ""
    sheets: Sequence[str] = ()
    rows: "list[Row]" = field(default_factory=list)
    is_whole: bool = False

    def __iter__(self) -> "Iterator[Row]":
        return iter(self.rows)

    def refuse_repeated(self, *columns: str) -> None:
        """Report every row that says the same in ``columns`` as an earlier one."""
        first: dict[tuple[str, ...], int] = {}
        for row in self.rows:
            key = tuple(row[column] for column in columns)
            if key in first:
                same = joined(columns, "and")
                row.wrong(columns[-1], f"row {first[key]} is for the same {same}")
            else:
                first[key] = row.number

    def referred_first(self, column: str) -> "list[Row]":
        """The rows so that each comes after the one whose code its ``column`` names.

        Rows that lead back to themselves are reported, and come last.
        """
        by_its_code = {row["code"]: row for row in self.rows}
        ordered: dict[int, Row] = {}
        for row in self.rows:
            chain: dict[int, Row] = {}
            step: Row | None = row
            while step is not None and step.number not in ordered and step.number not in chain:
                chain[step.number] = step
                step = by_its_code.get(step[column]) if step[column] else None
            if step is not None and step.number in chain:
                numbers = list(chain)
                for number in numbers[numbers.index(step.number) :]:
                    chain[number].wrong(column, f"“{step['code']}” leads back to itself: a circle")
            for link in reversed(chain.values()):
                ordered.setdefault(link.number, link)
        return list(ordered.values())


def joined(parts: Sequence[object], last: str) -> str:
    """A list in a sentence: “a, b or c”, with ``last`` before the last."""
    *others, end = map(str, parts)
    return f"{', '.join(others)} {last} {end}" if others else end


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
            self.wrong(column if self.has(column) else "", message)

    def text(self, column: str, *, needed: bool = True) -> str:
        """The text of a cell; reports an empty one where it is needed."""
        if needed and not self[column]:
            self.wrong(column, "is empty")
        return self[column]

    def read(self, column: str, reader: Callable[[str], T], *, needed: bool = True) -> T | None:
        """What ``reader`` makes of a cell; it raises ValueError with what is wrong."""
        text = self.text(column, needed=needed)
        try:
            return reader(text) if text else None
        except ValueError as wrong:
            # The value stands before the message already.
            self.wrong(column, str(wrong).removeprefix(f"“{visible(text)}” "))
            return None

    def refer(self, column: str, index: CodeIndex[T], *, needed: bool = True) -> T | None:
        """The thing whose code stands in the cell."""
        code = self.text(column, needed=needed)
        return self._look_up(column, code, index) if code else None

    def refer_to_all(self, column: str, index: CodeIndex[T]) -> list[T]:
        """The things whose codes stand in the cell, separated by spaces."""
        things = [self._look_up(column, code, index) for code in self[column].split()]
        return [thing for thing in things if thing is not None]

    def _look_up(self, column: str, code: str, index: CodeIndex[T]) -> T | None:
        thing = index.by_code.get(code)
        if code in index.broken or (thing is None and not index.is_whole):
            self.is_good = False
            return None
        if thing is None:
            self.wrong(column, f"there is no {index.noun} with the code “{visible(code)}”")
        return thing


def read_table(
    file: BinaryIO,
    name: str,
    columns: Sequence[str],
    problems: list[Problem],
    *,
    optional: Collection[str] = (),
) -> Table:
    """Read a table; ``problems`` takes what is wrong with the file, its header and its cells.

    The first row that is not empty is the header; all of ``columns`` must be there, in any
    order, but for the ``optional`` ones, and nothing else. Without a proper header there are
    no rows: they would only repeat what is wrong with it.
    """
    table = Table(name, frozenset(), problems)
    table.rows = list(rows_as_they_come(table, file, columns, optional=optional))
    return table


def rows_as_they_come(
    table: Table,
    file: BinaryIO,
    columns: Sequence[str],
    *,
    optional: Collection[str] = (),
    sheet: str = "",
    any_length: bool = False,
) -> "Iterator[Row]":
    """The rows of a table that need not all be held; ``table`` learns its columns and sheet.

    Where it cannot tell which sheet is meant, its ``sheets`` are those to choose from.
    """
    file_name = table.name
    try:
        opened = open_file(file, file_name, columns=columns, sheet=sheet, any_length=any_length)
        table.sheet = opened.sheet
        if opened.sheet:
            table.name = f"{file_name}, sheet “{visible(opened.sheet)}”"
        header_at, header = next(opened.rows, (1, []))
        while header and not header[-1]:
            header.pop()
        faults = list(_faults_of_header(table.name, header_at, header, columns, optional))
        for fault in faults:
            table.problems.append(fault)
        if not faults:
            table.columns = frozenset(header)
            for number, cells in opened.rows:
                yield _row(table, number, header, cells)
            table.is_whole = True
    except Unreadable as wrong:
        if isinstance(wrong, SheetsToChoose):
            table.sheets = wrong.sheets
        table.problems.append(Problem(table.name, str(wrong), wrong.row))


def _faults_of_header(
    file: str, row: int, header: list[str], columns: Sequence[str], optional: Collection[str]
) -> Iterator[Problem]:
    if not header:
        yield Problem(file, "is empty: the first row names the columns")
        return
    for place, column in enumerate(header):
        if not column:
            yield Problem(file, f"column {place + 1} has no name", row)
        elif column not in columns:
            message = f"unknown column; known are {', '.join(columns)}"
            yield Problem(file, message, row, "column", column)
        elif column in header[:place]:
            yield Problem(file, "this column is there twice", row, "column", column)
    for column in columns:
        if column not in header and column not in optional:
            yield Problem(file, "this column is missing", row, "column", column)


def _row(table: Table, number: int, header: list[str], cells: list[str]) -> Row:
    row = Row(table, number, dict(zip(header, map(_read_cell, cells), strict=False)))
    extra = next(filter(None, cells[len(header) :]), "")
    if extra:
        said = visible(extra[:60])
        row.wrong("", f"there is more in this row than the header has columns: “{said}”")
    for column, cell in zip(header, cells, strict=False):
        if fault := fault_of(cell):
            row.wrong(column, fault)
    return row


def _read_cell(cell: str) -> str:
    """As it was meant: without an escape, every kind of space a plain one.

    Two rows that say the same are then told by their text.
    """
    return plain_spaces(unescape(cell))


def fault_of(cell: str) -> str:
    """What is wrong with a cell, whatever its column; empty where nothing is."""
    if isinstance(cell, Formula):
        return "is a formula: put in the value that it comes to"
    if isinstance(cell, CutOff):
        return "the file seems to be cut off here"
    if len(cell) > LONGEST_CELL:
        return f"is longer than {LONGEST_CELL:,} characters"
    return "has characters in it that are not text" if _CONTROL.search(cell) else ""
