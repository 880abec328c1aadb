"""The content tree of a report: what every format is made from, and whose digest is kept.

A :class:`Document` is whole: every number in it is shown as it will be read, so that no format
works anything out. It is made of plain values only, and its canonical text (:func:`canonical`) is
the same for the same content on every machine.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from typing import Any, Literal

# What is printed across copies that are not published.
DRAFT, EMBARGOED = "DRAFT", "EMBARGOED"


@dataclass(frozen=True)
class Run:
    """A stretch of text in one look.

    ``figure`` is the reference of the placed figure that the text shows; ``note`` the number of
    the source that the stretch before it is declared by (then ``text`` is what marks it).
    """

    text: str
    strong: bool = False
    emphasis: bool = False
    link: str = ""
    figure: str = ""
    note: int = 0


@dataclass(frozen=True)
class Subheading:
    """A heading below its section's own: ``level`` is 3 or 4."""

    level: int
    text: str
    anchor: str


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; ``role`` says what stands out from the text around it."""

    runs: tuple[Run, ...]
    role: Literal["text", "asked", "attribution", "note", "warning"] = "text"


@dataclass(frozen=True)
class ListItem:
    """One point of a list, with what stands under it."""

    blocks: tuple["Paragraph | Points", ...]


@dataclass(frozen=True)
class Points:
    """A list, numbered or not."""

    items: tuple[ListItem, ...]
    is_numbered: bool = False


@dataclass(frozen=True)
class Quote:
    """Somebody's own words, and whose they are ("a parent, July 2015; with consent")."""

    paragraphs: tuple[Paragraph, ...]
    attribution: str


@dataclass(frozen=True)
class TableColumn:
    """A column of a table: its head and what its cells hold."""

    head: str
    kind: Literal["text", "number", "percentage", "date"] = "text"


@dataclass(frozen=True)
class TableCell:
    """A cell: what is read, and for a workbook the exact value behind it.

    ``value`` is a decimal number as text ("373", "74.7" for 74.7%), a date (2016-03-31) or empty
    where the cell is words; a hidden cell (a small number in a copy for outsiders) has no value.
    """

    runs: tuple[Run, ...]
    value: str = ""
    is_hidden: bool = False


@dataclass(frozen=True)
class TableRow:
    """A row; its first cell is its head. A group's row has that one cell alone."""

    cells: tuple[TableCell, ...]
    is_group: bool = False


@dataclass(frozen=True)
class TableBlock:
    """A table with a title of its own, notes below it, and a name for its sheet and file."""

    title: str
    anchor: str
    columns: tuple[TableColumn, ...]
    rows: tuple[TableRow, ...]
    notes: tuple[Paragraph, ...] = ()


@dataclass(frozen=True)
class ChartBlock:
    """A chart: the drawing, what it shows in words, and the numbers as the table after it."""

    title: str
    description: str
    svg: str
    table: TableBlock


Block = Subheading | Paragraph | Points | Quote | TableBlock | ChartBlock


@dataclass(frozen=True)
class DocumentSection:
    """A section: ``level`` is 1, or 2 and 3 for those within it, which follow it in order."""

    heading: str
    anchor: str
    level: int
    blocks: tuple[Block, ...]
    is_landscape: bool = False


@dataclass(frozen=True)
class PlacedFigure:
    """A number from the data as the edition shows it, with all that it stands on.

    ``reference`` is permanent ("2015-16/27"). ``measure``, ``area`` and ``period`` are codes,
    empty for what is not a measure's (audits, the plan). ``numerator`` and ``denominator`` are
    exact; in a document for outsiders they are ``c`` where the figure is hidden, and ``missing`` is
    empty. ``formula`` says in words how the figure is made, ``token`` what the writer placed,
    ``target`` what it was to reach, where it was judged by one.
    """

    reference: str
    section: str
    token: str
    shown: str
    measure: str
    area: str
    period: str
    numerator: str
    denominator: str
    answered: int | None
    expected: int | None
    missing: tuple[str, ...]
    basis: str
    formula: str
    is_hidden: bool = False
    target: str = ""


@dataclass(frozen=True)
class AskedAs:
    """A question of the returns as it was worded, and what counted."""

    name: str
    counts: str


@dataclass(frozen=True)
class CountedAs:
    """A measure as it was defined, and the questions that it was made from."""

    measure: str
    name: str
    definition: str
    questions: tuple[AskedAs, ...]


@dataclass(frozen=True)
class SourceNote:
    """What declared numbers rest on: what it is, of when, by whom."""

    number: int
    what: str
    when: str
    who: str


@dataclass(frozen=True)
class Document:
    """A whole report, as one audience may read it.

    ``marking`` is the protective marking (OFFICIAL); ``state`` is what is printed across copies
    that are not published (DRAFT, EMBARGOED), else empty. ``edition`` is 0 for a draft; where it
    takes the place of another, ``replaces`` is that one's number and ``replaces_for`` the kind of
    change. ``counted`` are the measures of its figures as they were defined. Dates are
    written out by the formats from ISO dates.
    """

    code: str
    title: str
    council: str
    area: str
    period: str
    marking: str
    authors: tuple[str, ...]
    figures_as_at: str
    edition: int
    state: str
    published_on: str
    audience: Literal["internal", "external"]
    sections: tuple[DocumentSection, ...]
    figures: tuple[PlacedFigure, ...]
    sources: tuple[SourceNote, ...]
    code_version: str = ""
    language: str = "en-GB"
    replaces: int = 0
    replaces_for: str = ""
    counted: tuple[CountedAs, ...] = ()

    def tables(self) -> Iterator[tuple[DocumentSection, TableBlock]]:
        """Every table with the section that it stands in, a chart's table included."""
        for section in self.sections:
            for block in section.blocks:
                if isinstance(block, TableBlock):
                    yield section, block
                elif isinstance(block, ChartBlock):
                    yield section, block.table


_KINDS: dict[str, type] = {
    kind.__name__: kind
    for kind in (
        *(
            Run,
            Subheading,
            Paragraph,
            ListItem,
            Points,
            Quote,
            TableColumn,
            TableCell,
            TableRow,
            TableBlock,
            ChartBlock,
        ),
        *(DocumentSection, PlacedFigure, AskedAs, CountedAs, SourceNote, Document),
    )
}


@cache
def _defaults(kind: type) -> list[tuple[str, Any]]:
    """The fields of a node with their defaults; asked thousands of times for one document."""
    return [(field.name, field.default) for field in fields(kind)]


def as_plain(value: object) -> Any:
    """The value as what JSON holds, each with the name of its node; what is empty is left out."""
    if is_dataclass(value) and not isinstance(value, type):
        plain: dict[str, Any] = {"node": type(value).__name__}
        for name, default in _defaults(type(value)):
            given = getattr(value, name)
            if given != default:
                plain[name] = as_plain(given)
        return plain
    if isinstance(value, tuple):
        return [as_plain(one) for one in value]
    return value


def from_plain(plain: Any) -> Any:
    """The tree again from what :func:`as_plain` made."""
    if isinstance(plain, list):
        return tuple(from_plain(one) for one in plain)
    if isinstance(plain, dict):
        values = {name: from_plain(value) for name, value in plain.items() if name != "node"}
        return _KINDS[plain["node"]](**values)
    return plain


def canonical(document: Document) -> str:
    """The document as text that is the same for the same content: sorted JSON without spaces."""
    return json.dumps(as_plain(document), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(document: Document) -> str:
    """The SHA-256 of the canonical text, in hexadecimal."""
    return digest_of(canonical(document))


def digest_of(text: str) -> str:
    """The SHA-256 of a canonical text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()
