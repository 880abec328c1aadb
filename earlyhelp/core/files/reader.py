"""The cells of a file as text, row by row, whatever the format. Files are not trusted.

How much is read stands in ``cells.py`` and holds before anything is unpacked and while it is
read. Whatever is wrong with a file comes out as ``Unreadable`` with a sentence, never as another
exception.
"""

import csv
import io
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO

from earlyhelp.core.files.cells import (
    ENDINGS,
    MIB,
    MOST_BYTES,
    MOST_COLUMNS,
    MOST_ROWS,
    MOST_SHEETS,
    CutOff,
    SheetsToChoose,
    Unreadable,
)
from earlyhelp.core.files.ods import Ods
from earlyhelp.core.files.packed import DAMAGED, Packed
from earlyhelp.core.files.xlsx import Xlsx
from earlyhelp.core.numbers import visible

_WAY_OUT = {
    ".csv": "divide it into smaller files",
    ".xlsx": "save it as CSV, which may have more",
    ".ods": "save it as CSV, which may have more",
}
_SEPARATOR = re.compile(r'"?sep=([,;\t])"?\s*', re.IGNORECASE)

Rows = Iterator[tuple[int, list[str]]]


@dataclass(frozen=True)
class OpenedFile:
    """A file's rows that are not empty, with their numbers; and the sheet of a workbook."""

    rows: Rows
    sheet: str = ""


def open_file(
    file: BinaryIO,
    name: str,
    *,
    columns: Collection[str] = (),
    sheet: str = "",
    any_length: bool = False,
) -> OpenedFile:
    """The cells of a file, stripped of space; the format follows from the ending of ``name``.

    Of several visible sheets it is the one that begins with most of ``columns``, or ``sheet``.
    With ``any_length`` CSV has no last row. Raises ``Unreadable``, here and while rows are taken.
    """
    ending = PurePath(name).suffix.lower()
    if ending not in ENDINGS:
        raise Unreadable("is not a CSV, XLSX or ODS file, going by its name")
    most = None if any_length and ending == ".csv" else MOST_ROWS[ending]
    if ending == ".csv":
        if sheet:
            raise Unreadable(f"is CSV: it has no sheet “{visible(sheet)}”")
        return OpenedFile(_bounded(_csv(file, any_length=any_length), ending, most))
    content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise _too_large(ending)
    try:
        packed = Packed(content)
        book = Xlsx(packed) if ending == ".xlsx" else Ods(packed)
        chosen = sheet_of(book, columns, sheet)
    except Unreadable:
        raise
    except Exception:  # noqa: BLE001  # KeyError to expat's own
        raise Unreadable(DAMAGED) from None
    return OpenedFile(_bounded(_guarded(book.rows(chosen)), ending, most), chosen)


def read_cells(file: BinaryIO, name: str, columns: Collection[str] = ()) -> Rows:
    """The rows alone, for who does not say which sheet was read."""
    yield from open_file(file, name, columns=columns).rows


def _bounded(rows: Rows, ending: str, most: int | None) -> Rows:
    """The rows that are not empty, up to as many as there may be under a header."""
    for count, (number, row) in enumerate(rows):
        if most is not None and count > most:
            raise Unreadable(f"has more than {most:,} rows: {_WAY_OUT[ending]}")
        if len(row) > MOST_COLUMNS:
            raise Unreadable(f"has more than {MOST_COLUMNS} columns", number)
        if any(row):
            yield number, row


def _too_large(ending: str) -> Unreadable:
    return Unreadable(f"is larger than {MOST_BYTES // MIB} MB: {_WAY_OUT[ending]}")


# -- CSV ------------------------------------------------------------------------------------


class _Counted(io.RawIOBase):
    """The bytes of a file as they are asked for, up to as many as there may be."""

    def __init__(self, file: BinaryIO, most: int | None) -> None:
        self._file = file
        self._left = most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray") -> int:  # type: ignore[override]
        """The next bytes."""
        content = self._file.read(len(buffer))
        if self._left is not None:
            self._left -= len(content)
            if self._left < 0:
                raise _too_large(".csv")
        buffer[: len(content)] = content
        return len(content)


def _csv(file: BinaryIO, *, any_length: bool) -> Rows:
    counted: io.RawIOBase = _Counted(file, None if any_length else MOST_BYTES)
    bytes_in = io.BufferedReader(counted)
    if bytes_in.peek(4).startswith(b"PK\x03\x04"):
        raise Unreadable("is a spreadsheet or another packed file, not CSV text")
    lines = _Lines(io.TextIOWrapper(bytes_in, encoding="utf-8-sig", newline=""))
    width = 0
    held: tuple[int, list[str]] | None = None
    for number, cells in _parsed(lines):
        if held is not None:
            yield held
        width = width or len(cells)
        held = number, cells
    if held is not None:
        _, last = held
        if last and len(last) < width and not lines.last.endswith(("\n", "\r")):
            last[-1] = CutOff(last[-1])
        yield held


class _Lines:
    """The lines of a text one by one, the last one taken in ``last``."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self._taken = 0
        self.last = ""

    def __iter__(self) -> "Iterator[str]":
        return self

    def __next__(self) -> str:
        try:
            line = self._text.readline(MIB)
        except UnicodeDecodeError as wrong:
            at = self._taken + wrong.object.count(b"\n", 0, wrong.start) + 1
            raise Unreadable("is not UTF-8 text: save it as “CSV UTF-8”", at) from None
        if not line:
            raise StopIteration
        self._taken += 1
        self.last = line
        return line


def _parsed(lines: _Lines) -> Rows:
    number = 0
    first = next(lines, "")
    said = _SEPARATOR.fullmatch(first)
    if said:
        number, first = 1, next(lines, "")
    while first and not first.strip():
        number, first = number + 1, next(lines, "")
        if number > MOST_ROWS[".csv"]:
            return
    # Commas unless the header has more of another.
    mark = said[1] if said else max(",;\t", key=first.count)
    rows = csv.reader(_after(first, lines), strict=True, delimiter=mark)
    try:
        for row in rows:
            number += 1
            yield number, [_one_kind_of_line_end(cell.strip()) for cell in row]
    except csv.Error as wrong:
        raise Unreadable(f"is not proper CSV from here on ({wrong})", number + 1) from None


def _after(first: str, lines: _Lines) -> Iterator[str]:
    if first:
        yield first
        yield from lines


def _one_kind_of_line_end(cell: str) -> str:
    return cell.replace("\r\n", "\n").replace("\r", "\n") if "\r" in cell else cell


# -- workbooks ------------------------------------------------------------------------------


def _guarded(rows: Rows) -> Rows:
    """Turn whatever a reader raises on a damaged or hostile file into one sentence."""
    number = 0
    while True:
        try:
            number, row = next(rows)
        except StopIteration:
            return
        except Unreadable:
            raise
        except Exception:  # noqa: BLE001  # the libraries raise anything, KeyError to struct.error
            raise Unreadable(DAMAGED, number + 1) from None
        yield number, row


def sheet_of(book: Xlsx | Ods, columns: Collection[str], wanted: str) -> str:
    """The sheet to read: the one that is wanted, the only visible one, or that of our columns."""
    if not book.names:
        raise Unreadable("has no visible sheet")
    if len(book.names) > MOST_SHEETS:
        raise Unreadable(
            f"has more than {MOST_SHEETS} sheets: copy the one to read into a new file"
        )
    named = ", ".join(f"“{visible(name)}”" for name in book.names)
    if wanted and wanted not in book.names:
        raise Unreadable(f"has no visible sheet “{visible(wanted)}”: it has {named}")
    if wanted or len(book.names) == 1:
        return wanted or book.names[0]
    return _sheet_of_ours(book, columns, named)


def _sheet_of_ours(book: Xlsx | Ods, columns: Collection[str], named: str) -> str:
    ours = {name: _shared(next(book.rows(name), (0, []))[1], columns) for name in book.names}
    most = max(ours.values())
    likely = [name for name, count in ours.items() if count == most]
    if not most:
        raise Unreadable(f"has several sheets ({named}), none of which begins with our columns")
    if len(likely) > 1:
        named = " and ".join(f"“{visible(name)}”" for name in likely)
        raise SheetsToChoose(f"has more than one sheet that could be meant: {named}", likely)
    return likely[0]


def _shared(header: list[str], columns: Collection[str]) -> int:
    return len(set(columns) & {cell.casefold() for cell in header})
