"""What every copy of a report says beside its sections, and how its parts are numbered.

All formats take it from here, so that they cannot say different things.
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from earlyhelp.core.pages.wording import long_date
from earlyhelp.report.tree import (
    Block,
    ChartBlock,
    Document,
    Paragraph,
    Points,
    Quote,
    Run,
    SourceNote,
    Subheading,
    TableBlock,
    TableCell,
    TableRow,
)

# A table of so many rows stands on one page.
SHORT_TABLE = 12
HIDDEN = "hidden: small number"
ORIGINAL = "The web version of this report is the accessible original."
ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SAFE_LINK = re.compile(r"(?:https?://|mailto:)\S+", re.IGNORECASE)
# The end of a sentence: a mark, then a capital or a number begins the next.
_SENTENCE_END = re.compile(r"(?<=[a-z0-9%)’”][.!?])\s+(?=[“‘(]?[A-Z0-9])")


@dataclass(frozen=True)
class OutlineEntry:
    """A heading as it stands in the outline: the title of the report is level 1."""

    level: int
    text: str
    anchor: str


class Layout:
    """A document's outline, and the numbers of its tables and charts by their anchors."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.headings = list(_headings(document))
        self.levels = {heading.anchor: heading.level for heading in self.headings}
        tables = [table.anchor for _, table in document.tables()]
        _refuse_repeated([SOURCES.anchor, *(one.anchor for one in self.headings), *tables])
        self._tables = {anchor: number for number, anchor in enumerate(tables, start=1)}
        charts = [
            block.table.anchor
            for section in document.sections
            for block in section.blocks
            if isinstance(block, ChartBlock)
        ]
        self._charts = {anchor: number for number, anchor in enumerate(charts, start=1)}
        self._hidden = {figure.reference for figure in document.figures if figure.is_hidden}

    @property
    def contents(self) -> list[OutlineEntry]:
        """What the contents list: two levels below the sections' own are too many for it."""
        entries = [heading for heading in self.headings if heading.level <= 3]
        if self.document.sources:
            entries.append(SOURCES)
        return entries

    def table_number(self, table: TableBlock) -> int:
        """The number of a table, counted through the document."""
        return self._tables[table.anchor]

    def table_title(self, table: TableBlock) -> str:
        """``Table 3: Families worked with``."""
        return f"Table {self.table_number(table)}: {table.title}"

    def chart_title(self, chart: ChartBlock) -> str:
        """``Chart 2: Open cases by quarter``."""
        return f"Chart {self._charts[chart.table.anchor]}: {chart.title}"

    def is_hidden(self, cell: TableCell) -> bool:
        """Whether a cell holds a small number that this copy does not show."""
        return cell.is_hidden or any(run.figure in self._hidden for run in cell.runs)

    def link_of(self, run: Run) -> str:
        """Where a run leads; empty for no heading of it, and for what nobody follows safely."""
        if run.link.startswith("#"):
            return run.link if run.link[1:] in self.levels else ""
        return run.link if _SAFE_LINK.fullmatch(run.link) else ""

    @cached_property
    def places(self) -> dict[str, str]:
        """The words around each placed figure where it is first read, by its reference."""
        found: dict[str, str] = {}
        for reference, words in _places(self.document):
            found.setdefault(reference, words)
        return found


SOURCES = OutlineEntry(2, "Sources", "sources")


def _refuse_repeated(anchors: list[str]) -> None:
    """Two parts of one name could not be told apart, by their links and by their numbers."""
    twice = sorted(anchor for anchor, times in Counter(anchors).items() if times > 1)
    if twice:
        raise ValueError(f"Parts of the report share an anchor: {', '.join(twice)}")


def _headings(document: Document) -> Iterator[OutlineEntry]:
    """Every heading in order; no level is left out on the way down."""
    before = 1
    for section in document.sections:
        own = before = min(section.level + 1, before + 1)
        yield OutlineEntry(own, section.heading, section.anchor)
        for block in section.blocks:
            if isinstance(block, Subheading):
                before = min(own + block.level - 2, before + 1)
                yield OutlineEntry(before, block.text, block.anchor)


def _places(document: Document) -> Iterator[tuple[str, str]]:
    for section in document.sections:
        for block in section.blocks:
            if isinstance(block, TableBlock):
                yield from _places_in_table(block)
            elif isinstance(block, ChartBlock):
                yield from _places_in_table(block.table)
            else:
                for paragraph in paragraphs_of(block):
                    yield from _places_in_text(paragraph.runs)


def paragraphs_of(block: Block) -> Iterator[Paragraph]:
    """The paragraphs of a block of text, those of its points included."""
    if isinstance(block, Paragraph):
        yield block
    elif isinstance(block, Quote):
        yield from block.paragraphs
    elif isinstance(block, Points):
        for item in block.items:
            for inner in item.blocks:
                yield from paragraphs_of(inner)


def _places_in_text(runs: tuple[Run, ...]) -> Iterator[tuple[str, str]]:
    """Each figure with the sentence that it stands in."""
    words, found = "", []
    for run in runs:
        if run.figure:
            found.append((run.figure, len(words)))
        if not run.note:
            words += run.text
    ends = [match.start() for match in _SENTENCE_END.finditer(words)]
    for reference, at in found:
        begin = max((end for end in ends if end <= at), default=0)
        end = min((end for end in ends if end > at), default=len(words))
        yield reference, words[begin:end].strip()


def _places_in_table(table: TableBlock) -> Iterator[tuple[str, str]]:
    for row in table.rows:
        head = words_of(row.cells[0].runs)
        for column, cell in zip(table.columns, row.cells, strict=False):
            for run in cell.runs:
                # The appendix leads to a figure by its reference: it does not stand there.
                if run.figure and run.text != run.figure:
                    parts = (table.title, head, column.head)
                    yield run.figure, f"{', '.join(filter(None, parts))}: {words_of(cell.runs)}"
    for note in table.notes:
        yield from _places_in_text(note.runs)


def words_of(runs: tuple[Run, ...]) -> str:
    """The text of runs, without the marks of sources."""
    return "".join(run.text for run in runs if not run.note).strip()


def notes_of(row: TableRow) -> list[int]:
    """The numbers of the sources that a row's cells are marked with, each once."""
    found = [run.note for cell in row.cells for run in cell.runs if run.note]
    return list(dict.fromkeys(found))


def written_date(text: str) -> str:
    """An ISO date written out; other words as they are."""
    return long_date(dt.date.fromisoformat(text)) if ISO_DATE.fullmatch(text) else text


def moment_of(document: Document) -> dt.datetime:
    """The moment that a file says it was made at: the day that the document itself is of."""
    for text in (document.published_on, document.figures_as_at):
        if ISO_DATE.fullmatch(text):
            return dt.datetime.combine(dt.date.fromisoformat(text), dt.time(), dt.UTC)
    return dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


def source_words(source: SourceNote) -> str:
    """What a source is, of when and by whom, in one line."""
    parts = (source.what, written_date(source.when), source.who)
    return ", ".join(filter(None, parts))


def facts(document: Document) -> list[tuple[str, str]]:
    """What a reader asks first: whose report it is, of when, and which copy this is."""
    found = [
        ("Council", document.council),
        ("Area", document.area),
        ("Period", document.period),
        ("Written by", ", ".join(document.authors)),
        ("Figures as at", written_date(document.figures_as_at)),
        ("Edition", _edition(document)),
        ("Marking", document.marking),
        ("Reference", document.code),
    ]
    if document.audience == "external":
        words = "For readers outside the council: small numbers are hidden"
        found.append(("This copy", f"{words} ([c], “{HIDDEN}”)"))
    return [(label, words) for label, words in found if words]


def facts_below_title(document: Document) -> list[tuple[str, str]]:
    """The facts where council and marking stand above the title already."""
    return [fact for fact in facts(document) if fact[0] not in ("Council", "Marking")]


def _edition(document: Document) -> str:
    if not document.edition:
        return "Not published yet"
    said = str(document.edition)
    if document.published_on:
        said += f", published on {written_date(document.published_on)}"
    if document.replaces:
        said += f", in place of edition {document.replaces}: {document.replaces_for}"
    return said


def standing_words(document: Document) -> str:
    """What a copy that is not published says of itself; empty for one that is."""
    meaning = {
        "DRAFT": "not approved, and not to be quoted",
        "EMBARGOED": "not to be shared before it is published",
    }
    said = meaning.get(document.state.split(" ")[0])
    return f"{document.state}: {said}" if said else document.state


def is_draft(document: Document) -> bool:
    """Whether people still write and comment on it: its lines are numbered."""
    return document.state.startswith("DRAFT")


def running_title(document: Document) -> str:
    """What stands on every page: marking, standing and title."""
    return " · ".join(filter(None, (document.marking, document.state, document.title)))
