"""Rows as CSV, XLSX or ODS: streamed, safe to open in a spreadsheet program, numbers as numbers."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import BinaryIO
from xml.sax.saxutils import escape as escape_xml
from xml.sax.saxutils import quoteattr

from django.db.models import TextChoices
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from earlyhelp.core.files.spreadsheet_safety import escape

CellValue = str | int | Decimal | None

_MOST_DECIMALS = 4
# What one cell of a workbook can hold.
_LONGEST_XLSX_TEXT = 32_767
_CHUNK = 64 * 1024


class FileFormat(TextChoices):
    """The formats that tables are written in."""

    CSV = "csv", "CSV"
    XLSX = "xlsx", "Excel"
    ODS = "ods", "OpenDocument"


CONTENT_TYPES = {
    FileFormat.CSV: "text/csv; charset=utf-8",
    FileFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileFormat.ODS: "application/vnd.oasis.opendocument.spreadsheet",
}


def write(
    form: FileFormat,
    header: Sequence[str],
    rows: Iterable[Sequence[CellValue]],
    to: BinaryIO,
    *,
    sheet: str = "Sheet1",
) -> None:
    """Write a table to a binary file; rows are taken one by one."""
    if form == FileFormat.CSV:
        to.writelines(csv_chunks(header, rows))
    else:
        write_sheets(form, [(sheet, header, rows)], to)


# The name of a sheet, its header and its rows.
Sheet = tuple[str, Sequence[str], Iterable[Sequence[CellValue]]]


def write_sheets(form: FileFormat, sheets: Iterable[Sheet], to: BinaryIO) -> None:
    """Write a workbook of one or more sheets; rows are taken one by one. CSV has no sheets."""
    if form == FileFormat.XLSX:
        _write_xlsx(sheets, to)
    elif form == FileFormat.ODS:
        _write_ods(sheets, to)
    else:
        raise ValueError("A CSV file has no sheets")


def csv_chunks(header: Sequence[str], rows: Iterable[Sequence[CellValue]]) -> Iterator[bytes]:
    """The table as UTF-8 CSV in pieces, for a response or a file that is streamed."""
    held = io.StringIO()
    writer = csv.writer(held, lineterminator="\n")
    writer.writerow([escape(name) for name in header])
    # The header goes out at once, before the first row is worked out.
    yield _taken(held)
    for row in rows:
        writer.writerow([escape(cell) if isinstance(cell, str) else cell for cell in row])
        if held.tell() > _CHUNK:
            yield _taken(held)
    yield _taken(held)


def _taken(held: io.StringIO) -> bytes:
    text = held.getvalue()
    held.seek(0)
    held.truncate()
    return text.encode()


def _decimals(number: int | Decimal) -> int:
    if isinstance(number, int):
        return 0
    exponent = number.as_tuple().exponent
    return min(-exponent, _MOST_DECIMALS) if isinstance(exponent, int) and exponent < 0 else 0


# -- XLSX -----------------------------------------------------------------------------------


# What a workbook's sheet name cannot hold, and how long it can be.
_NOT_IN_SHEET_NAME = re.compile(r"[\\/*?:\[\]]")
_LONGEST_SHEET_NAME = 31


def _sheet_name(name: str) -> str:
    return _NOT_IN_SHEET_NAME.sub(" ", name)[:_LONGEST_SHEET_NAME].strip("' ") or "Sheet"


def _write_xlsx(sheets: Iterable[Sheet], to: BinaryIO) -> None:
    book = Workbook(write_only=True)
    for name, header, rows in sheets:
        page = book.create_sheet(_sheet_name(name))
        page.freeze_panes = "A2"
        page.append([_xlsx_cell(page, cell) for cell in header])
        for row in rows:
            page.append([_xlsx_cell(page, value) for value in row])
    book.save(to)


def _xlsx_cell(page: WriteOnlyWorksheet, value: CellValue) -> Cell:
    if isinstance(value, str):
        text = escape(value)
        if len(text) > _LONGEST_XLSX_TEXT:
            text = f"{text[: _LONGEST_XLSX_TEXT - 1]}…"
        return WriteOnlyCell(page, text)
    cell = WriteOnlyCell(page, value)  # type: ignore[arg-type]  # takes decimals as well
    if value is not None and (places := _decimals(value)):
        cell.number_format = f"0.{'0' * places}"
    return cell


# -- ODS: written as it streams, for odfpy takes nearly two seconds for 1,000 rows -----------

_MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest manifest:version="1.2"
 xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">
<manifest:file-entry manifest:full-path="/" manifest:version="1.2" manifest:media-type="{type}"/>
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>
</manifest:manifest>"""

_ODS_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content office:version="1.2"
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
 xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0">
<office:automatic-styles>{styles}</office:automatic-styles>
<office:body><office:spreadsheet>"""

_ODS_STYLE = """<number:number-style style:name="n{places}"><number:number
 number:min-integer-digits="1" number:decimal-places="{places}"/></number:number-style>
<style:style style:name="d{places}" style:family="table-cell" style:data-style-name="n{places}"/>"""

_ODS_TAIL = "</office:spreadsheet></office:body></office:document-content>"


def _write_ods(sheets: Iterable[Sheet], to: BinaryIO) -> None:
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as packed:
        media_type = CONTENT_TYPES[FileFormat.ODS]
        # First and not compressed, so that the kind of file can be told from its beginning.
        packed.writestr("mimetype", media_type, compress_type=zipfile.ZIP_STORED)
        packed.writestr("META-INF/manifest.xml", _MANIFEST.format(type=media_type))
        with packed.open("content.xml", "w") as content:
            styles = "".join(_ODS_STYLE.format(places=n) for n in range(_MOST_DECIMALS + 1))
            content.write(_ODS_HEAD.format(styles=styles).encode())
            for name, header, rows in sheets:
                content.write(f"<table:table table:name={quoteattr(_sheet_name(name))}>".encode())
                content.write(_ods_row(header).encode())
                for row in rows:
                    content.write(_ods_row(row).encode())
                content.write(b"</table:table>")
            content.write(_ODS_TAIL.encode())


def _ods_row(row: Sequence[CellValue]) -> str:
    return f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>\n"


def _ods_cell(value: CellValue) -> str:
    if value is None or value == "":
        return "<table:table-cell/>"
    if isinstance(value, str):
        lines = escape(value).splitlines()
        text = "".join(f"<text:p>{_ods_text(line)}</text:p>" for line in lines)
        return f'<table:table-cell office:value-type="string">{text}</table:table-cell>'
    return (
        f'<table:table-cell table:style-name="d{_decimals(value)}" '
        f'office:value-type="float" office:value="{value}">'
        f"<text:p>{value}</text:p></table:table-cell>"
    )


def _ods_text(line: str) -> str:
    """A line's text; spaces after the first of a run would be lost without their element."""
    return re.sub("  +", lambda run: f' <text:s text:c="{len(run[0]) - 1}"/>', escape_xml(line))
