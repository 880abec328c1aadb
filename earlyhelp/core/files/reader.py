"""The cells of a file as text, row by row, whatever the format. Files are not trusted.

Sizes are capped before anything is unpacked, rows and cells while they are read. Whatever is
wrong with a file comes out as ``Unreadable`` with a sentence, never as another exception.
"""

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import PurePath
from typing import BinaryIO
from xml.etree.ElementTree import Element

import openpyxl
from defusedxml.ElementTree import iterparse  # type: ignore[import-untyped]

MIB = 1024 * 1024
MOST_BYTES = {".csv": 64 * MIB, ".xlsx": 16 * MIB, ".ods": 16 * MIB}
MOST_UNPACKED = 128 * MIB
MOST_PARTS = 500
MOST_ROWS = 500_000
MOST_CELLS = 4_000_000
MOST_COLUMNS = 100


class Unreadable(Exception):
    """The file cannot be read as a table; the message says why."""

    def __init__(self, message: str, row: int | None = None) -> None:
        super().__init__(message)
        self.row = row


class Formula(str):
    """A cell that is worked out by the spreadsheet program: it holds no value to rely on."""


class CutOff(str):
    """The last cell of a last line that is too short and does not end: a truncated file."""


def read_cells(file: BinaryIO, name: str) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not empty, with its number from 1, its cells stripped of space.

    The format follows from the ending of ``name``. Raises ``Unreadable``.
    """
    ending = PurePath(name).suffix.lower()
    if ending not in MOST_BYTES:
        raise Unreadable("is not a CSV, XLSX or ODS file, going by its name")
    content = file.read(MOST_BYTES[ending] + 1)
    if len(content) > MOST_BYTES[ending]:
        raise Unreadable(f"is larger than {MOST_BYTES[ending] // MIB} MB")
    if ending == ".csv":
        rows = _csv(content)
    else:
        _refuse_zip_bomb(content)
        rows = _guarded(_xlsx(content) if ending == ".xlsx" else _ods(content))
    cells = 0
    for number, row in rows:
        if not any(row):
            continue
        cells += len(row)
        if number > MOST_ROWS or cells > MOST_CELLS:
            raise Unreadable(f"has more than {MOST_ROWS:,} rows or {MOST_CELLS:,} cells")
        if len(row) > MOST_COLUMNS:
            raise Unreadable(f"has more than {MOST_COLUMNS} columns", number)
        yield number, row


# -- CSV ------------------------------------------------------------------------------------


def _csv(content: bytes) -> Iterator[tuple[int, list[str]]]:
    text = _decoded(content)
    width = 0
    held: tuple[int, list[str]] | None = None
    for number, cells in _parsed(text):
        if held is not None:
            yield held
        width = width or len(cells)
        held = number, cells
    if held is not None:
        _, last = held
        if last and len(last) < width and not text.endswith(("\n", "\r")):
            last[-1] = CutOff(last[-1])
        yield held


def _decoded(content: bytes) -> str:
    if content.startswith(b"PK\x03\x04"):
        raise Unreadable("is a spreadsheet or another packed file, not CSV text")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = content.count(b"\n", 0, wrong.start) + 1
        raise Unreadable("is not UTF-8 text: save it as “CSV UTF-8”", line) from None


def _parsed(text: str) -> Iterator[tuple[int, list[str]]]:
    number = 0
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), strict=True), 1):
            yield number, [cell.strip() for cell in row]
    except csv.Error as wrong:
        raise Unreadable(f"is not proper CSV from here on ({wrong})", number + 1) from None


# -- XLSX and ODS ---------------------------------------------------------------------------


def _refuse_zip_bomb(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise Unreadable("is not a spreadsheet, or is damaged") from None
    # A part that unpacks to more than it declares fails its checksum, so the sum holds.
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Unreadable(f"unpacks to more than {MOST_UNPACKED // MIB} MB")


def _guarded(rows: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
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
            sentence = "is damaged: it cannot be read as a spreadsheet"
            raise Unreadable(sentence, number + 1) from None
        yield number, row


def _xlsx(content: bytes) -> Iterator[tuple[int, list[str]]]:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        for part in packed.namelist():
            if part.startswith("xl/worksheets/") and b"<mergeCell " in packed.read(part):
                raise Unreadable("has merged cells: unmerge them, so that every row stands alone")
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
    if not book.worksheets:
        raise Unreadable("has no sheet")
    sheet = book.worksheets[0]
    # What the sheet says of its own size may be wrong, and would cut rows off.
    sheet.reset_dimensions()
    rows = sheet.iter_rows(max_row=MOST_ROWS + 1, max_col=MOST_COLUMNS + 1)
    for number, row in enumerate(rows, 1):
        yield number, _trimmed([_from_xlsx(cell.value, cell.data_type) for cell in row])


def _from_xlsx(value: object, kind: str) -> str:
    if kind == "f":
        return Formula(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return _number(repr(value))
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    return str(value).strip()


def _number(written: str) -> str:
    """A number without an exponent, to the 15 digits that spreadsheets keep."""
    try:
        number = Decimal(format(float(written), ".15g"))
    except (ValueError, OverflowError, InvalidOperation):
        return written
    return f"{number:f}"


def _trimmed(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells.pop()
    return cells


_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


def _ods(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """The first sheet, read as it streams by: odfpy takes a second for 600 rows."""
    number = 0
    with (
        zipfile.ZipFile(io.BytesIO(content)) as packed,
        packed.open("content.xml") as stream,
    ):
        for _, element in iterparse(stream, events=("end",)):
            if element.tag == f"{_TABLE}table":
                return
            if element.tag != f"{_TABLE}table-row":
                continue
            cells = _trimmed(_ods_cells(element))
            repeated = int(element.get(f"{_TABLE}number-rows-repeated", "1"))
            element.clear()
            if not cells:
                number += repeated
                continue
            for _ in range(repeated):
                number += 1
                yield number, list(cells)
    raise Unreadable("has no sheet")


def _ods_cells(row: Element) -> list[str]:
    cells: list[str] = []
    for cell in row:
        if cell.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            continue
        spans = (cell.get(f"{_TABLE}number-{way}-spanned", "1") for way in ("rows", "columns"))
        if cell.tag.endswith("covered-table-cell") or any(span != "1" for span in spans):
            raise Unreadable("has merged cells: unmerge them, so that every row stands alone")
        repeated = int(cell.get(f"{_TABLE}number-columns-repeated", "1"))
        text = _from_ods(cell)
        # A blank stretch to the sheet's edge is trimmed; anything else that wide is refused.
        cells += [text] * min(repeated, MOST_COLUMNS + 1)
    return cells


def _from_ods(cell: Element) -> str:
    formula = cell.get(f"{_TABLE}formula")
    if formula is not None:
        return Formula(formula)
    kind = cell.get(f"{_OFFICE}value-type")
    if kind in ("float", "percentage", "currency"):
        return _number(cell.get(f"{_OFFICE}value", ""))
    if kind == "date":
        return cell.get(f"{_OFFICE}date-value", "").removesuffix("T00:00:00")
    if kind == "boolean":
        return cell.get(f"{_OFFICE}boolean-value", "")
    return "\n".join(_paragraph(line) for line in cell.findall(f"{_TEXT}p")).strip()


def _paragraph(element: Element) -> str:
    """The text of a paragraph; runs of spaces and line breaks are elements of their own."""
    parts = [element.text or ""]
    for child in element:
        if child.tag == f"{_TEXT}s":
            parts.append(" " * min(int(child.get(f"{_TEXT}c", "1")), 1000))
        elif child.tag == f"{_TEXT}tab":
            parts.append("\t")
        elif child.tag == f"{_TEXT}line-break":
            parts.append("\n")
        else:
            parts.append(_paragraph(child))
        parts.append(child.tail or "")
    return "".join(parts)
