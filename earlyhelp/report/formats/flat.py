"""Tables as people work with them: one head, one row for each thing, nothing merged.

The name of a group becomes a column, and so do the marks of sources.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from earlyhelp.report.formats.matter import ISO_DATE, Layout, notes_of, words_of
from earlyhelp.report.tree import TableBlock, TableCell

HIDDEN_IN_CSV, HIDDEN_IN_WORKBOOK = "c", "[c]"
FIGURE_COLUMNS = [
    *("ref", "section", "text", "measure", "area", "period", "shown", "numerator"),
    *("denominator", "answered", "expected", "missing", "basis"),
]
_NUMERIC = ("number", "percentage")


@dataclass(frozen=True)
class FlatCell:
    """A cell: its words, the exact value behind them if there is one, whether it is hidden."""

    words: str
    value: Decimal | dt.date | None = None
    is_hidden: bool = False

    @property
    def in_csv(self) -> str:
        """As a program reads it."""
        if self.is_hidden:
            return HIDDEN_IN_CSV
        return self.words if self.value is None else str(self.value)


@dataclass(frozen=True)
class FlatTable:
    """A table: its heads, each once, what their columns hold, and its rows."""

    heads: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    rows: list[list[FlatCell]] = field(default_factory=list)


def flat(table: TableBlock, layout: Layout) -> FlatTable:
    """A table of the report without groups and marks."""
    grouped = any(row.is_group for row in table.rows)
    marked = any(notes_of(row) for row in table.rows)
    before, after = (["Group"] if grouped else []), (["Sources"] if marked else [])
    made = FlatTable(
        _each_once([*before, *(column.head for column in table.columns), *after]),
        ["text"] * grouped + [column.kind for column in table.columns] + ["text"] * marked,
    )
    group = ""
    for row in table.rows:
        if row.is_group:
            group = words_of(row.cells[0].runs)
            continue
        given = [*row.cells, *[TableCell(())] * (len(table.columns) - len(row.cells))]
        cells = [
            _cell(cell, column.kind, layout)
            for cell, column in zip(given, table.columns, strict=False)
        ]
        first = [FlatCell(group)] if grouped else []
        last = [FlatCell(", ".join(map(str, notes_of(row))))] if marked else []
        made.rows.append([*first, *cells, *last])
    return made


def _cell(cell: TableCell, kind: str, layout: Layout) -> FlatCell:
    if layout.is_hidden(cell):
        return FlatCell("", is_hidden=True)
    return FlatCell(words_of(cell.runs), _value(cell.value, kind))


def _value(text: str, kind: str) -> Decimal | dt.date | None:
    """The value of a cell of such a column; None where there are words only."""
    if kind == "date" and ISO_DATE.fullmatch(text):
        return dt.date.fromisoformat(text)
    if kind in _NUMERIC and text:
        try:
            return Decimal(text)
        except InvalidOperation:
            return None
    return None


def _each_once(heads: Sequence[str]) -> list[str]:
    """Heads that are not empty, and none twice."""
    made: list[str] = []
    for place, head in enumerate(heads, start=1):
        wanted = name = head.strip() or f"Column {place}"
        number = 2
        while name.casefold() in (one.casefold() for one in made):
            name, number = f"{wanted} ({number})", number + 1
        made.append(name)
    return made


def figure_rows(layout: Layout, hidden: str) -> Iterator[list[str | int | None]]:
    """A row for each placed figure (``FIGURE_COLUMNS``); ``hidden`` stands for what is hidden."""
    is_external = layout.document.audience == "external"
    for one in layout.document.figures:
        shown, parts = one.shown, (one.numerator, one.denominator)
        if one.is_hidden:
            shown, parts = hidden, (hidden, hidden)
        yield [
            *(one.reference, one.section, layout.places.get(one.reference, shown)),
            *(one.measure, one.area, one.period, shown, *parts, one.answered, one.expected),
            *("" if is_external else " ".join(one.missing), one.basis),
        ]
