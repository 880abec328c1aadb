"""Rows as CSV, XLSX or ODS: streamed, safe to open in a spreadsheet program, numbers as numbers.

A workbook is set up to be read and printed: heads in bold that stay in sight and stand on every
sheet of paper, columns as wide as what is in them, on A4 on its side. What can still be read so
is one page wide; what would be too small goes over several beside each other, each of which
begins with the first column.
"""

import csv
import datetime as dt
import io
import re
import textwrap
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, islice
from typing import Any, BinaryIO
from xml.sax.saxutils import escape as escape_xml
from xml.sax.saxutils import quoteattr

from django.db.models import TextChoices
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from earlyhelp.core.files.spreadsheet_safety import escape


@dataclass(frozen=True)
class Percentage:
    """A percentage as it is said (74.7 of a hundred); a workbook's cell is typed as one."""

    of_a_hundred: Decimal

    def __str__(self) -> str:
        return f"{self.of_a_hundred}%"

    @property
    def share(self) -> Decimal:
        """The part of one, as a workbook holds it: 0.747."""
        return self.of_a_hundred.scaleb(-2)


CellValue = str | int | Decimal | Percentage | dt.date | None

_MOST_DECIMALS = 4
# What one cell of a workbook can hold.
_LONGEST_XLSX_TEXT = 32_767
_CHUNK = 64 * 1024
_LINES = 500
# Columns are as wide as what stands in so many rows, within these numbers of characters.
_ROWS_LOOKED_AT = 200
_NARROWEST, _WIDEST = 9, 48
# So many characters beside each other fill a sheet of paper in letters of 7 points: the width of
# what is wider is not made smaller than that, in percent of the size on the screen.
_WIDEST_PAPER, _SMALLEST_XLSX, _SMALLEST_ODS = 202, 65, 70
# The height of a line in points, and the highest that a row of a workbook can be.
_LINE, _HIGHEST = 15, 409
_MOST_LINES = _HIGHEST // _LINE
# Between two columns, in characters.
_GAP = 2


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
    sheet: str = "Data",
    cover: "Cover | None" = None,
) -> None:
    """Write a table to a binary file; rows are taken one by one. A CSV file has no cover."""
    if form == FileFormat.CSV:
        to.writelines(csv_chunks(header, rows))
    else:
        write_sheets(form, [(sheet, header, rows)], to, cover=cover)


@dataclass(frozen=True)
class Cover:
    """The first sheet of a workbook: what it is, what it speaks of, and what to know about it."""

    title: str
    facts: Sequence[tuple[str, str]]
    notes: Sequence[str] = ()

    @property
    def sheet(self) -> "Sheet":
        """As a sheet of two columns."""
        notes = [("Note", note) for note in self.notes]
        return ("Cover", ["Title", self.title], [*self.facts, *notes])


# What a cover says where a sheet is made for programs and others for people.
DATA_IS_FOR_PROGRAMS = (
    "The sheet Data is for programs, and wide on paper: read and print the sheets after it."
)
# The name of a sheet, its header and its rows.
Sheet = tuple[str, Sequence[str], Iterable[Sequence[CellValue]]]


def write_sheets(
    form: FileFormat, sheets: Iterable[Sheet], to: BinaryIO, *, cover: Cover | None = None
) -> None:
    """Write a workbook of one or more sheets; rows are taken one by one. CSV has no sheets."""
    if form == FileFormat.CSV:
        raise ValueError("A CSV file has no sheets")
    named = _named_apart(chain([cover.sheet] if cover else [], sheets))
    write_workbook = _write_xlsx if form == FileFormat.XLSX else _write_ods
    write_workbook(named, to, cover.title if cover else "")


def _named_apart(sheets: Iterable[Sheet]) -> Iterator[Sheet]:
    """The sheets with names that a workbook can have, each once."""
    taken: set[str] = set()
    for wanted, header, rows in sheets:
        name, number = _sheet_name(wanted), 2
        while name.casefold() in taken:
            name, number = f"{_sheet_name(wanted)[: _LONGEST_SHEET_NAME - 4]} {number}", number + 1
        taken.add(name.casefold())
        yield name, header, rows


def with_widths(
    header: Sequence[str], rows: Iterable[Sequence[CellValue]]
) -> tuple[list[int], Iterator[Sequence[CellValue]]]:
    """The width of each column in characters, and the rows that were looked at for it again.

    What names a group runs on over the columns beside it.
    """
    coming = iter(rows)
    looked_at = list(islice(coming, _ROWS_LOOKED_AT))
    widths = [min(max(map(len, name.split()), default=0) + _GAP, _WIDEST) for name in header]
    for row in looked_at:
        for place, value in enumerate([] if names_a_group(row, header) else row[: len(widths)]):
            lines = str("" if value is None else value).splitlines() or [""]
            widths[place] = max(widths[place], min(max(map(len, lines)) + _GAP, _WIDEST))
    return [max(width, _NARROWEST) for width in widths], chain(looked_at, coming)


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


def csv_line(cells: Sequence[CellValue]) -> str:
    """Some cells as CSV has them, without an end of line: for what comes again in many rows."""
    held = io.StringIO()
    # Of a line end it is told, or it would not put quotes around text that has one.
    writer = csv.writer(held, lineterminator="\n")
    writer.writerow([escape(cell) if isinstance(cell, str) else cell for cell in cells])
    return held.getvalue()[:-1]


def line_chunks(header: Sequence[str], lines: Iterable[str]) -> Iterator[bytes]:
    """A table of lines that are CSV already, in pieces; the header goes out at once."""
    yield f"{csv_line(header)}\n".encode()
    waiting = iter(lines)
    while some := list(islice(waiting, _LINES)):
        yield "".join(some).encode()


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


def _write_xlsx(sheets: Iterable[Sheet], to: BinaryIO, title: str) -> None:
    with Workbook(to, {"constant_memory": True}) as book:
        book.set_properties({"title": title, "comments": "OFFICIAL"})
        formats = {name: book.add_format(said) for name, said in _xlsx_formats().items()}
        for name, header, rows in sheets:
            _write_xlsx_sheet(book.add_worksheet(name), header, rows, formats)


def _xlsx_formats() -> dict[str, dict[str, Any]]:
    """How cells look, by name; those of numbers and days by their code."""
    words = {"text_wrap": True, "valign": "top", "align": "left"}
    # Words beside another column would touch it.
    apart, head = {"indent": 1}, words | {"bold": True, "bottom": 1}
    return {
        "head": head,
        "head-apart": head | apart,
        "head-right": head | {"align": "right"},
        "words": words,
        "apart": words | apart,
        "group": {"bold": True, "valign": "top"},
        **{code: {"num_format": code, "valign": "top"} for code in _XLSX_CODES},
    }


def _write_xlsx_sheet(
    page: Worksheet,
    header: Sequence[str],
    rows: Iterable[Sequence[CellValue]],
    formats: Mapping[str, Format],
) -> None:
    widths, listed = with_widths(header, rows)
    set_up_xlsx(page, widths)
    rights, listed = of_numbers(header, listed)
    for place, width in enumerate(widths):
        page.set_column(place, place, width)
    make_room_for_head(page, 0, header, widths)
    for place, (label, look) in enumerate(zip(header, _heads(rights), strict=True)):
        page.write_string(0, place, escape(label), formats[look])
    for number, row in enumerate(listed, start=1):
        make_room(page, number, row, widths)
        for place, (value, look) in enumerate(zip(row, _looks(row, header), strict=True)):
            _write_xlsx_cell(page, number, place, value, formats[look], formats)


def _heads(rights: Sequence[bool]) -> list[str]:
    """How the heads of columns look, by which of those hold numbers."""
    looks = ["head-right" if right else "head-apart" for right in rights]
    return ["head" if look == "head-apart" else look for look in looks[:1]] + looks[1:]


def _looks(row: Sequence[CellValue], header: Sequence[str]) -> list[str]:
    """How the words of a row look."""
    first = "group" if names_a_group(row, header) else "words"
    return [first, *["apart"] * (len(row) - 1)] if row else []


def of_numbers(
    header: Sequence[str], rows: Iterable[Sequence[CellValue]]
) -> tuple[list[bool], Iterator[Sequence[CellValue]]]:
    """Which columns hold numbers, whose heads stand above them; and the rows again."""
    coming = iter(rows)
    looked_at = list(islice(coming, _ROWS_LOOKED_AT))
    rights = [
        any(stands_right(row[at]) for row in looked_at if at < len(row))
        for at in range(len(header))
    ]
    return rights, chain(looked_at, coming)


def names_a_group(row: Sequence[CellValue], header: Sequence[str]) -> bool:
    """Whether a row says what the rows below it belong to."""
    return len(row) == 1 < len(header)


def stands_right(value: CellValue) -> bool:
    """Whether a cell stands at the right of its column: numbers and days do."""
    return isinstance(value, int | Decimal | Percentage | dt.date)


def _lines(row: Sequence[CellValue], widths: Sequence[int]) -> int:
    """How many lines the longest text of a row takes: not every program works that out itself."""
    return max(
        (
            sum(len(line) // (width + 2) + 1 for line in value.splitlines())
            for value, width in zip(row, widths, strict=False)
            if isinstance(value, str) and (len(value) >= width or "\n" in value)
        ),
        default=1,
    )


def make_room(
    page: Worksheet, number: int, row: Sequence[CellValue], widths: Sequence[int]
) -> None:
    """Room for the longest text of a row, where that takes more than one line."""
    if (lines := _lines(row, widths)) > 1:
        page.set_row(number, min(lines * _LINE, _HIGHEST))


def _head_lines(header: Sequence[str], widths: Sequence[int]) -> int:
    """How many lines the words above the columns take: they break between words alone."""
    named = zip(header, widths, strict=False)
    return max((len(textwrap.wrap(name, max(width - _GAP, 1))) for name, width in named), default=1)


def make_room_for_head(
    page: Worksheet, number: int, header: Sequence[str], widths: Sequence[int]
) -> None:
    """Room for the words above the columns."""
    if (lines := _head_lines(header, widths)) > 1:
        page.set_row(number, min(lines * _LINE, _HIGHEST))


def set_up_xlsx(
    page: Worksheet, widths: Sequence[int] = (), *, head: int = 0, marking: str = "OFFICIAL"
) -> None:
    """Set up a sheet: its head stays in sight and stands on every page; A4 on its side.

    ``head`` is the row of the head, ``marking`` stands below every page.
    """
    page.freeze_panes(head + 1, 0)
    page.repeat_rows(head)
    page.set_landscape()
    page.set_paper(9)
    page.set_margins(left=0.5, right=0.5)
    if fits_on_paper(widths):
        page.fit_to_pages(1, 0)
    else:
        page.set_print_scale(_SMALLEST_XLSX)
        page.print_across()
        page.repeat_columns(0)
    page.set_footer(f"&L{marking.replace('&', '&&')}&C&A&RPage &P of &N")


def fits_on_paper(widths: Sequence[int]) -> bool:
    """Whether columns of so many characters can be read beside each other on one sheet."""
    return sum(widths) <= _WIDEST_PAPER


def _write_xlsx_cell(
    page: Worksheet,
    row: int,
    place: int,
    value: CellValue,
    text: Format,
    typed: Mapping[str, Format],
) -> None:
    if isinstance(value, str):
        words = escape(value)
        if len(words) > _LONGEST_XLSX_TEXT:
            words = f"{words[: _LONGEST_XLSX_TEXT - 1]}…"
        if words:
            page.write_string(row, place, words, text)
    elif isinstance(value, dt.date):
        page.write_datetime(row, place, value, typed[_XLSX_DATE])
    elif isinstance(value, Percentage):
        places = _decimals(value.of_a_hundred)
        page.write_number(row, place, value.share, typed[_xlsx_code("0", places, "%")])
    elif value is not None:
        page.write_number(row, place, value, typed[_xlsx_code("#,##0", _decimals(value))])


def _xlsx_code(whole: str, places: int, unit: str = "") -> str:
    """How a program shows a number with so many decimals."""
    return f"{whole}.{'0' * places}".rstrip(".") + unit


_XLSX_DATE = "d mmm yyyy"
_XLSX_CODES = [_XLSX_DATE] + [
    _xlsx_code(whole, places, unit)
    for whole, unit in (("#,##0", ""), ("0", "%"))
    for places in range(_MOST_DECIMALS + 1)
]


# -- ODS: written as it streams, for odfpy takes nearly two seconds for 1,000 rows -----------

_PARTS = ("content.xml", "styles.xml", "settings.xml")
_MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest manifest:version="1.2"
 xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">
<manifest:file-entry manifest:full-path="/" manifest:version="1.2" manifest:media-type="{type}"/>
{parts}</manifest:manifest>"""
_MANIFEST_PART = '<manifest:file-entry manifest:full-path="{name}" manifest:media-type="{type}"/>\n'

_NAMESPACES = """ office:version="1.2"
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
 xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"
 xmlns:config="urn:oasis:names:tc:opendocument:xmlns:config:1.0"
 xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0\""""
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'

_ODS_HEAD = """{xml}<office:document-content{namespaces}>
<office:automatic-styles>{styles}
<style:style style:name="sheet" style:family="table" style:master-page-name="A4"/>
<style:style style:name="wide" style:family="table" style:master-page-name="Wide"/>
<style:style style:name="head" style:family="table-cell"><style:table-cell-properties
 fo:wrap-option="wrap" style:vertical-align="top" fo:border-bottom="0.5pt solid #000000"/>
<style:text-properties fo:font-weight="bold"/></style:style>
<style:style style:name="head-right" style:family="table-cell"><style:table-cell-properties
 fo:wrap-option="wrap" style:vertical-align="top" fo:border-bottom="0.5pt solid #000000"/>
<style:paragraph-properties fo:text-align="end"/>
<style:text-properties fo:font-weight="bold"/></style:style>
<style:style style:name="head-apart" style:family="table-cell"><style:table-cell-properties
 fo:wrap-option="wrap" style:vertical-align="top" fo:border-bottom="0.5pt solid #000000"/>
<style:paragraph-properties fo:text-align="start" fo:margin-left="2mm"/>
<style:text-properties fo:font-weight="bold"/></style:style>
<style:style style:name="group" style:family="table-cell"><style:table-cell-properties
 style:vertical-align="top"/><style:text-properties fo:font-weight="bold"/></style:style>
<style:style style:name="words" style:family="table-cell"><style:table-cell-properties
 fo:wrap-option="wrap" style:vertical-align="top"/></style:style>
<style:style style:name="apart" style:family="table-cell"><style:table-cell-properties
 fo:wrap-option="wrap" style:vertical-align="top"/>
<style:paragraph-properties fo:text-align="start" fo:margin-left="2mm"/></style:style>
</office:automatic-styles>
<office:body><office:spreadsheet>"""

_ODS_STYLE = """<number:number-style style:name="n{places}"><number:number number:grouping="true"
 number:min-integer-digits="1" number:decimal-places="{places}"/></number:number-style>
<style:style style:name="d{places}" style:family="table-cell" style:data-style-name="n{places}">
<style:table-cell-properties style:vertical-align="top"/></style:style>"""
_ODS_PERCENTAGE = """<number:percentage-style style:name="q{places}"><number:number
 number:min-integer-digits="1" number:decimal-places="{places}"/><number:text>%</number:text>
</number:percentage-style>
<style:style style:name="p{places}" style:family="table-cell" style:data-style-name="q{places}">
<style:table-cell-properties style:vertical-align="top"/></style:style>"""
_ODS_DATE = """<number:date-style style:name="nd"><number:day/><number:text> </number:text>
<number:month number:textual="true"/><number:text> </number:text>
<number:year number:style="long"/></number:date-style>
<style:style style:name="date" style:family="table-cell" style:data-style-name="nd">
<style:table-cell-properties style:vertical-align="top"/></style:style>"""
_ODS_WIDTH = """<style:style style:name="w{width}" style:family="table-column">
<style:table-column-properties style:column-width="{millimetres}mm"/></style:style>"""

_ODS_HEIGHT = """<style:style style:name="r{lines}" style:family="table-row">
<style:table-row-properties style:row-height="{points}pt"
 style:use-optimal-row-height="false"/></style:style>"""

_ODS_TAIL = "</office:spreadsheet></office:body></office:document-content>"

# A4 on its side, one page wide or in the smallest letters, with what it is and the page's number
# below.
_ODS_PAPER = """{xml}<office:document-styles{namespaces}><office:automatic-styles>
<style:page-layout style:name="paper"><style:page-layout-properties fo:page-width="297mm"
 fo:page-height="210mm" style:print-orientation="landscape" fo:margin="10mm"
 style:scale-to-X="1" style:scale-to-Y="0"/><style:footer-style>
<style:header-footer-properties fo:min-height="7mm" fo:margin-top="3mm"/></style:footer-style>
</style:page-layout>
<style:page-layout style:name="wide"><style:page-layout-properties fo:page-width="297mm"
 fo:page-height="210mm" style:print-orientation="landscape" fo:margin="10mm"
 style:print-page-order="ltr" style:scale-to="{smallest}%"/><style:footer-style>
<style:header-footer-properties fo:min-height="7mm" fo:margin-top="3mm"/></style:footer-style>
</style:page-layout>
</office:automatic-styles><office:master-styles>
<style:master-page style:name="A4" style:page-layout-name="paper">{footer}</style:master-page>
<style:master-page style:name="Wide" style:page-layout-name="wide">{footer}</style:master-page>
</office:master-styles></office:document-styles>"""
_ODS_FOOTER = """<style:footer><text:p>OFFICIAL ·
 <text:sheet-name>?</text:sheet-name> · Page <text:page-number>1</text:page-number> of
 <text:page-count>1</text:page-count></text:p></style:footer>"""

# The head of every sheet stays in sight.
_ODS_VIEW = """{xml}<office:document-settings{namespaces}><office:settings>
<config:config-item-set config:name="ooo:view-settings">
<config:config-item-map-indexed config:name="Views"><config:config-item-map-entry>
<config:config-item-map-named config:name="Tables">{sheets}</config:config-item-map-named>
</config:config-item-map-entry></config:config-item-map-indexed></config:config-item-set>
</office:settings></office:document-settings>"""
_ODS_FROZEN = """<config:config-item-map-entry config:name={name}>
<config:config-item config:name="VerticalSplitMode" config:type="short">2</config:config-item>
<config:config-item config:name="VerticalSplitPosition" config:type="int">1</config:config-item>
<config:config-item config:name="PositionBottom" config:type="int">1</config:config-item>
</config:config-item-map-entry>"""


def _write_ods(sheets: Iterable[Sheet], to: BinaryIO, title: str) -> None:
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as packed:
        media_type = CONTENT_TYPES[FileFormat.ODS]
        # First and not compressed, so that the kind of file can be told from its beginning.
        packed.writestr("mimetype", media_type, compress_type=zipfile.ZIP_STORED)
        parts = "".join(_MANIFEST_PART.format(name=part, type="text/xml") for part in _PARTS)
        packed.writestr("META-INF/manifest.xml", _MANIFEST.format(type=media_type, parts=parts))
        common = {"xml": _XML, "namespaces": _NAMESPACES}
        paper = _ODS_PAPER.format(**common, smallest=_SMALLEST_ODS, footer=_ODS_FOOTER)
        packed.writestr("styles.xml", paper)
        names = []
        with packed.open("content.xml", "w") as content:
            styles = _ODS_DATE + "".join(
                (_ODS_STYLE + _ODS_PERCENTAGE).format(places=n) for n in range(_MOST_DECIMALS + 1)
            )
            widths = range(_NARROWEST, _WIDEST + 1)
            styles += "".join(
                _ODS_WIDTH.format(width=width, millimetres=2 * width) for width in widths
            )
            styles += "".join(
                _ODS_HEIGHT.format(lines=lines, points=_LINE * lines)
                for lines in range(1, _MOST_LINES + 1)
            )
            content.write(_ODS_HEAD.format(**common, styles=styles).encode())
            for name, header, rows in sheets:
                names.append(name)
                content.writelines(_ods_sheet(name, header, rows))
            content.write(_ODS_TAIL.encode())
        frozen = "".join(_ODS_FROZEN.format(name=quoteattr(name)) for name in names)
        packed.writestr("settings.xml", _ODS_VIEW.format(**common, sheets=frozen))


def _ods_sheet(
    name: str, header: Sequence[str], rows: Iterable[Sequence[CellValue]]
) -> Iterator[bytes]:
    widths, listed = with_widths(header, rows)
    rights, listed = of_numbers(header, listed)
    style, columns = "sheet", [f'<table:table-column table:style-name="w{one}"/>' for one in widths]
    if not fits_on_paper(widths):
        style = "wide"
        columns[0] = f"<table:table-header-columns>{columns[0]}</table:table-header-columns>"
    yield f'<table:table table:name={quoteattr(name)} table:style-name="{style}">'.encode()
    yield "".join(columns).encode()
    yield b"<table:table-header-rows>"
    named = (_ods_cell(name, side) for name, side in zip(header, _heads(rights), strict=True))
    yield _ods_row(named, _head_lines(header, widths)).encode()
    yield b"</table:table-header-rows>"
    for row in listed:
        named = (_ods_cell(cell, look) for cell, look in zip(row, _looks(row, header), strict=True))
        lines = 1 if names_a_group(row, header) else _lines(row, widths)
        yield _ods_row(named, lines).encode()
    yield b"</table:table>"


def _ods_row(cells: Iterable[str], lines: int) -> str:
    style = f"r{min(lines, _MOST_LINES)}"
    return f'<table:table-row table:style-name="{style}">{"".join(cells)}</table:table-row>\n'


def _ods_cell(value: CellValue, style: str) -> str:
    if value is None or value == "":
        return "<table:table-cell/>"
    if isinstance(value, str):
        lines = escape(value).splitlines()
        text = "".join(f"<text:p>{_ods_text(line)}</text:p>" for line in lines)
        return (
            f'<table:table-cell table:style-name="{style}" office:value-type="string">{text}'
            "</table:table-cell>"
        )
    if isinstance(value, dt.date):
        style, typed = "date", f'date" office:date-value="{value.isoformat()}'
    elif isinstance(value, Percentage):
        style = f"p{_decimals(value.of_a_hundred)}"
        typed = f'percentage" office:value="{value.share}'
    else:
        style, typed = f"d{_decimals(value)}", f'float" office:value="{value}'
    return (
        f'<table:table-cell table:style-name="{style}" office:value-type="{typed}">'
        f"<text:p>{value}</text:p></table:table-cell>"
    )


def _ods_text(line: str) -> str:
    """A line's text; spaces after the first of a run would be lost without their element."""
    return re.sub("  +", lambda run: f' <text:s text:c="{len(run[0]) - 1}"/>', escape_xml(line))
