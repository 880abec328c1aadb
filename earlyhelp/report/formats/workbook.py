"""A report's numbers as a workbook, as public statistics are published.

A cover, the contents, notes, every placed figure, and a sheet for each table: its title in the
first cell, its notes below, one head, nothing merged, numbers as numbers.
"""

import datetime as dt
import io
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from earlyhelp.core.files.spreadsheet_safety import escape
from earlyhelp.core.files.writer import make_room, make_room_for_head, set_up_xlsx, with_widths
from earlyhelp.report.formats.flat import (
    FIGURE_COLUMNS,
    HIDDEN_IN_WORKBOOK,
    FlatCell,
    FlatTable,
    figure_rows,
    flat,
)
from earlyhelp.report.formats.matter import (
    HIDDEN,
    ORIGINAL,
    Layout,
    facts,
    moment_of,
    source_words,
    standing_words,
    words_of,
)
from earlyhelp.report.formats.packing import packed_again
from earlyhelp.report.tree import Document, DocumentSection, TableBlock

_NUMERIC = ("number", "percentage")
_LONGEST = 32_767
# So much of a head stands in one line.
_HEAD = 22
_TABLES = "Table_{}"


def build(document: Document) -> bytes:
    """The file that is kept."""
    held = io.BytesIO()
    with Workbook(held, {"in_memory": True}) as book:
        _Sheets(document, book).write()
    return packed_again(held.getvalue())


class _Sheets:
    """Writes the sheets of a workbook."""

    def __init__(self, document: Document, book: Workbook) -> None:
        self.document = document
        self.book = book
        self.layout = Layout(document)
        font = {"font_name": "Arial", "font_size": 10, "valign": "top"}
        book.formats[0].set_font_name("Arial")
        book.formats[0].set_font_size(10)
        self._font = font
        self.text = book.add_format(font | {"text_wrap": True})
        self.quiet = book.add_format(font)
        self.title = book.add_format(font | {"bold": True, "font_size": 14})
        self.bold = book.add_format(font | {"bold": True})
        self.link = book.add_format(font | {"font_color": "#1d70b8", "underline": 1})
        head = font | {"bold": True, "text_wrap": True, "bottom": 2, "valign": "bottom"}
        self.head = book.add_format(head)
        self.number_head = book.add_format(head | {"align": "right", "indent": 1})
        self.words_for_number = book.add_format(
            font | {"align": "right", "indent": 1, "text_wrap": True}
        )
        self._numbers: dict[str, Format] = {}

    def write(self) -> None:
        """Every sheet, in the order of reading."""
        document = self.document
        day = moment_of(document)
        self.book.set_properties(
            {
                "title": document.title,
                "author": ", ".join(document.authors),
                "subject": document.council,
                "keywords": document.marking,
                "category": document.marking,
                "comments": standing_words(document),
                "created": day.replace(tzinfo=None),
            }
        )
        listed = list(document.tables())
        self._cover()
        self._contents([table for _, table in listed])
        self._notes()
        self._figures()
        for section, table in listed:
            self._table(section, table)

    # -- before the tables ----------------------------------------------------------------------

    def _sheet(self, name: str) -> Worksheet:
        sheet = self.book.add_worksheet(name)
        set_up_xlsx(sheet, marking=self.document.marking)
        standing = self.document.state.replace("&", "&&")
        if standing:
            sheet.set_header(f"&L&B{standing}")
        return sheet

    def _cover(self) -> None:
        sheet = self._sheet("Cover")
        sheet.set_column(0, 0, 24, self.text)
        sheet.set_column(1, 1, 80, self.text)
        _say(sheet, 0, 0, self.document.title, self.title)
        rows = facts(self.document)
        if self.document.state:
            rows.insert(0, ("Standing", standing_words(self.document)))
        rows.append(("Other formats", ORIGINAL))
        for at, (label, words) in enumerate(rows, start=1):
            make_room(sheet, at, [label, words], [24, 80])
            _say(sheet, at, 0, label, self.bold)
            _say(sheet, at, 1, words, self.text)

    def _contents(self, tables: Sequence[TableBlock]) -> None:
        sheet = self._sheet("Contents")
        sheet.set_column(0, 0, 16)
        sheet.set_column(1, 1, 90)
        _say(sheet, 0, 0, "Contents", self.title)
        entries = [("Notes", "Notes and sources"), ("Figures", "Every figure in the text")]
        entries += [(_TABLES.format(n), one.title) for n, one in enumerate(tables, start=1)]
        rows = [[FlatCell(name), FlatCell(title)] for name, title in entries]
        self._marked_up(sheet, "Contents", 1, FlatTable(["Sheet", "Title"], ["text"] * 2, rows))
        for at, (name, _) in enumerate(entries, start=2):
            sheet.write_url(at, 0, f"internal:'{name}'!A1", self.link, name)

    def _notes(self) -> None:
        sheet = self._sheet("Notes")
        sheet.set_column(0, 0, 16)
        sheet.set_column(1, 1, 90)
        _say(sheet, 0, 0, "Notes and sources", self.title)
        rows = [(f"Source {one.number}", source_words(one)) for one in self.document.sources]
        if self.document.audience == "external":
            rows.insert(0, (HIDDEN_IN_WORKBOOK, HIDDEN))
        cells = [[FlatCell(name), FlatCell(words)] for name, words in rows]
        self._marked_up(sheet, "Notes", 1, FlatTable(["Note", "Text"], ["text"] * 2, cells))

    def _figures(self) -> None:
        sheet = self._sheet("Figures")
        _say(sheet, 0, 0, "Every figure in the text", self.title)
        rows = [
            [*map(_figure_cell, FIGURE_COLUMNS, row), FlatCell(one.formula)]
            for row, one in zip(
                figure_rows(self.layout, HIDDEN_IN_WORKBOOK), self.document.figures, strict=True
            )
        ]
        kinds = ["number" if name in _COUNTED else "text" for name in FIGURE_COLUMNS] + ["text"]
        self._marked_up(
            sheet, "Figures", 1, FlatTable([*FIGURE_COLUMNS, "how it is made"], kinds, rows)
        )

    # -- tables -----------------------------------------------------------------------------------

    def _table(self, section: DocumentSection, table: TableBlock) -> None:
        """A sheet: title, where it stands, its notes, and the table."""
        above = [
            f"From the section “{section.heading}”.",
            *(words_of(one.runs) for one in table.notes),
        ]
        number = self.layout.table_number(table)
        sheet = self._sheet(_TABLES.format(number))
        _say(sheet, 0, 0, self.layout.table_title(table), self.title)
        for at, words in enumerate(above, start=1):
            _say(sheet, at, 0, words, self.quiet)
        self._marked_up(sheet, _TABLES.format(number), len(above) + 1, flat(table, self.layout))

    def _marked_up(self, sheet: Worksheet, name: str, at: int, table: FlatTable) -> None:
        """A table that the program knows for one: readers are told its head with each cell."""
        words = [[cell.words for cell in row] for row in table.rows]
        widths, _ = with_widths(table.heads, words)
        wanted = [min(len(head) + 2, _HEAD) for head in table.heads]
        widths = [max(pair) for pair in zip(widths, wanted, strict=True)]
        numeric = [kind in _NUMERIC for kind in table.kinds]
        # What is too wide to be read on one sheet of paper goes on several.
        set_up_xlsx(sheet, widths, head=at, marking=self.document.marking)
        for place, width in enumerate(widths):
            sheet.set_column(place, place, width)
        heads = [
            {"header": escape(head), "header_format": self.number_head if right else self.head}
            for head, right in zip(table.heads, numeric, strict=True)
        ]
        last = at + max(len(table.rows), 1)
        options: dict[str, Any] = {"name": f"{name}_data", "autofilter": False, "style": None}
        sheet.add_table(at, 0, last, len(heads) - 1, {"columns": heads, **options})
        make_room_for_head(sheet, at, table.heads, widths)
        for number, row in enumerate(table.rows, start=at + 1):
            make_room(sheet, number, words[number - at - 1], widths)
            for place, cell in enumerate(row):
                self._cell(sheet, number, place, cell, table.kinds[place])

    def _cell(self, sheet: Worksheet, at: int, place: int, cell: FlatCell, kind: str) -> None:
        """A cell, typed by what it holds."""
        value = cell.value
        if cell.is_hidden:
            _say(sheet, at, place, HIDDEN_IN_WORKBOOK, self.words_for_number)
        elif isinstance(value, dt.date):
            sheet.write_datetime(at, place, value, self._format("d mmmm yyyy"))
        elif value is not None:
            is_share = kind == "percentage"
            number = float(value / 100) if is_share else float(value)
            sheet.write_number(at, place, number, self._format(_shape(value, is_share=is_share)))
        elif cell.words:
            look = self.words_for_number if kind in _NUMERIC else self.text
            _say(sheet, at, place, cell.words, look)

    def _format(self, shape: str) -> Format:
        if shape not in self._numbers:
            # Not against the words in the next column.
            look = {"align": "left"} if "yyyy" in shape else {"align": "right", "indent": 1}
            self._numbers[shape] = self.book.add_format(self._font | {"num_format": shape} | look)
        return self._numbers[shape]


_COUNTED = ("numerator", "denominator", "answered", "expected")


def _figure_cell(column: str, value: str | int | None) -> FlatCell:
    """A cell of the list of figures; what was counted is a number, unless it is hidden."""
    words = "" if value is None else str(value)
    is_counted = column in _COUNTED and words not in ("", HIDDEN_IN_WORKBOOK)
    return FlatCell(words, Decimal(words) if is_counted else None)


def _shape(value: Decimal, *, is_share: bool) -> str:
    """How a number is shown: with as many decimals as it has."""
    exponent = value.as_tuple().exponent
    places = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    decimals = f".{'0' * places}" if places else ""
    return f"0{decimals}%" if is_share else f"#,##0{decimals}"


def _say(sheet: Worksheet, at: int, place: int, words: str, look: Format) -> None:
    """Words as words, whatever they begin with."""
    safe = escape(words)
    if len(safe) > _LONGEST:
        safe = f"{safe[: _LONGEST - 1]}…"
    sheet.write_string(at, place, safe, look)
