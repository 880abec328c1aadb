"""A report as a Word document that people read, print and go on editing.

Its headings, lists, tables and pictures are Word's own, so that a screen reader finds them; its
contents are filled in when it is written, and Word can fill them in again.
"""

import io
import re
from collections.abc import Sequence

import docx
from docx.document import Document as Docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph as DocxParagraph
from docx.text.run import Run as DocxRun

from earlyhelp.core.files.spreadsheet_safety import plain
from earlyhelp.report.formats import word_parts as parts
from earlyhelp.report.formats.drawing import picture
from earlyhelp.report.formats.matter import (
    ORIGINAL,
    SHORT_TABLE,
    SOURCES,
    Layout,
    facts_below_title,
    is_draft,
    moment_of,
    running_title,
    source_words,
    standing_words,
)
from earlyhelp.report.formats.packing import packed_again
from earlyhelp.report.formats.word_styles import TEXT_WIDTH, WIDE_TEXT_WIDTH, prepare_styles
from earlyhelp.report.tree import (
    Block,
    ChartBlock,
    Document,
    DocumentSection,
    Paragraph,
    Points,
    Quote,
    Run,
    Subheading,
    TableBlock,
    TableRow,
)

_STYLES = {
    "text": "Normal",
    "asked": "Asked",
    "attribution": "Attribution",
    "note": "Note",
    "warning": "Warning",
}
_DEEPEST_LIST = 3
_NUMERIC = ("number", "percentage")


def build(document: Document) -> bytes:
    """The file that is kept."""
    held = io.BytesIO()
    _Word(document).written().save(held)
    return packed_again(held.getvalue())


class _Word:
    """Writes a document part by part, in the order of reading."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.layout = Layout(document)
        self.docx: Docx = docx.Document()
        self.is_wide = False
        self._marks = 0

    def written(self) -> Docx:
        """The whole document."""
        prepare_styles(self.docx, self.document.language)
        self._properties()
        self._pages()
        self._front()
        self._contents()
        for place, section in enumerate(self.document.sections):
            heading = self._section(section)
            if place == 0:
                heading.paragraph_format.page_break_before = not section.is_landscape
        self._sources()
        return self.docx

    # -- the whole ----------------------------------------------------------------------------

    def _properties(self) -> None:
        """What the file says of itself; nothing of who made it where."""
        said, document = self.docx.core_properties, self.document
        said.title, said.author = plain(document.title), plain(", ".join(document.authors))
        said.subject, said.keywords = plain(document.council), document.marking
        said.category, said.comments = document.marking, plain(standing_words(document))
        said.language, said.identifier, said.version = document.language, document.code, ""
        said.last_modified_by, said.revision = "", 1
        said.created = said.modified = moment_of(document).replace(tzinfo=None)

    def _pages(self) -> None:
        """A4, and what stands on every page."""
        section = self.docx.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm(22)
        section.top_margin, section.bottom_margin = Mm(24), Mm(20)
        section.header_distance = section.footer_distance = Mm(10)
        head = section.header.paragraphs[0]
        head.add_run(plain(running_title(self.document)))
        if self.document.state:
            parts.watermark(head, self.document.state.split(" ")[0])
        foot = section.footer.paragraphs[0]
        foot.add_run(f"{plain(self.document.marking)} · Page ")
        parts.field(foot, "PAGE", "1")
        foot.add_run(" of ")
        parts.field(foot, "NUMPAGES", "1")
        if is_draft(self.document):
            parts.number_lines(section)

    def _front(self) -> None:
        """What the report is, and which copy."""
        self._say(self.document.marking, "Marking")
        if self.document.state:
            self._say(standing_words(self.document), "State")
        self._say(self.document.council, "Subtitle")
        self._say(self.document.title, "Title")
        for label, words in facts_below_title(self.document):
            paragraph = self._say("", "Fact")
            paragraph.add_run(f"{label}: ").bold = True
            paragraph.add_run(plain(words))
        self._say(ORIGINAL, "Note")

    def _contents(self) -> None:
        """The headings, each leading to its own; Word can fill them in anew."""
        heading = self._say("Contents", "Contents heading")
        heading.paragraph_format.page_break_before = True
        entries = self.layout.contents
        for place, entry in enumerate(entries):
            paragraph = self._say("", f"toc {entry.level - 1}")
            if place == 0:
                parts.begin_field(paragraph, 'TOC \\o "1-2" \\n \\h \\z')
            parts.inner_link(paragraph, entry.anchor, plain(entry.text))
            if place == len(entries) - 1:
                parts.end_field(paragraph)

    def _section(self, section: DocumentSection) -> DocxParagraph:
        """A section, on a page of its own where it lies on its side."""
        if section.is_landscape != self.is_wide:
            self._turn(is_wide=section.is_landscape)
        heading = self._heading(section.heading, section.anchor)
        for block in section.blocks:
            self._block(block)
        return heading

    def _turn(self, *, is_wide: bool) -> None:
        """The pages from here on stand upright or lie on their side."""
        self.is_wide = is_wide
        section = self.docx.add_section(WD_SECTION.NEW_PAGE)
        section.orientation = WD_ORIENT.LANDSCAPE if is_wide else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = section.page_height, section.page_width

    def _sources(self) -> None:
        """What declared numbers rest on; each can be led to."""
        if not self.document.sources:
            return
        if self.is_wide:
            self._turn(is_wide=False)
        self.layout.levels[SOURCES.anchor] = SOURCES.level
        self._heading(SOURCES.text, SOURCES.anchor)
        for source in self.document.sources:
            paragraph = self._say("", "Source")
            number = paragraph.add_run(f"[{source.number}]\t")
            self._mark(number, f"source-{source.number}")
            paragraph.add_run(plain(source_words(source)))

    # -- blocks -------------------------------------------------------------------------------

    def _say(self, words: str, style: str) -> DocxParagraph:
        return self.docx.add_paragraph(plain(words), style=style)

    def _mark(self, run: DocxRun, anchor: str) -> None:
        """Let a place be led to."""
        self._marks += 1
        parts.bookmark(run, anchor, self._marks)

    def _heading(self, text: str, anchor: str) -> DocxParagraph:
        level = self.layout.levels[anchor] - 1
        paragraph = self._say(text, f"Heading {level}")
        self._mark(paragraph.runs[0] if paragraph.runs else paragraph.add_run(""), anchor)
        return paragraph

    def _block(self, block: Block) -> None:
        match block:
            case Subheading():
                self._heading(block.text, block.anchor)
            case Paragraph():
                self._runs(self._say("", _STYLES[block.role]), block.runs)
            case Points():
                self._points(block, 1)
            case Quote():
                self._quote(block)
            case TableBlock():
                self._table(block)
            case ChartBlock():
                self._chart(block)

    def _quote(self, quote: Quote) -> None:
        for paragraph in quote.paragraphs:
            self._runs(self._say("", "Quote"), paragraph.runs)
        if quote.attribution:
            self._say(quote.attribution, "Attribution")

    def _points(self, points: Points, depth: int) -> None:
        """A list; a numbered one begins at 1."""
        kind = "List Number" if points.is_numbered else "List Bullet"
        deep = min(depth, _DEEPEST_LIST)
        style = kind if deep == 1 else f"{kind} {deep}"
        number = parts.new_numbering(self.docx, style) if points.is_numbered else None
        for item in points.items:
            for place, block in enumerate(item.blocks):
                if isinstance(block, Points):
                    self._points(block, depth + 1)
                    continue
                is_first = place == 0
                again = "List Continue" if deep == 1 else f"List Continue {deep}"
                paragraph = self._say("", style if is_first else again)
                if is_first and number is not None:
                    parts.numbered_by(paragraph, number)
                self._runs(paragraph, block.runs)

    def _runs(self, paragraph: DocxParagraph, runs: Sequence[Run]) -> None:
        for run in runs:
            words, link = plain(run.text), self.layout.link_of(run)
            if run.note:
                made = parts.inner_link(paragraph, f"source-{run.note}", words)
                made.font.superscript = True
            elif link.startswith("#"):
                made = parts.inner_link(paragraph, link[1:], words)
            elif link:
                made = parts.outer_link(paragraph, link, words)
            else:
                made = paragraph.add_run(words)
            _emphasise(made, run)

    # -- tables and charts --------------------------------------------------------------------

    def _table(self, table: TableBlock) -> None:
        """A table below its title; its head comes again on every page."""
        title = self.layout.table_title(table)
        caption = self._say(title, "Caption")
        self._mark(caption.runs[0], table.anchor)
        width = len(table.columns)
        drawn = self.docx.add_table(rows=len(table.rows) + 1, cols=width, style="Report table")
        parts.describe_table(drawn, plain(table.title))
        room = WIDE_TEXT_WIDTH if self.is_wide else TEXT_WIDTH
        parts.share_width(drawn, _weights(table), _longest(table), room)
        # The cells of a row are worked out anew each time that they are asked for.
        grid = [list(row.cells) for row in drawn.rows]
        for cell, column in zip(grid[0], table.columns, strict=True):
            parts.whole_years(cell.paragraphs[0].add_run(plain(column.head)))
            _lay_out(cell, column.kind, "Table head")
        parts.mark_rows(drawn)
        for at, row in enumerate(table.rows, start=1):
            self._row(grid[at], row, table)
        self._keep_together(drawn, grid, table)
        for note in table.notes:
            self._block(note)
        if not table.notes:
            self._say("", "After table")

    def _row(self, cells: Sequence[_Cell], row: TableRow, table: TableBlock) -> None:
        if row.is_group:
            merged = cells[0].merge(cells[-1])
            self._runs(merged.paragraphs[0], row.cells[0].runs)
            merged.paragraphs[0].style = "Table group"
            return
        for cell, given, column in zip(cells, row.cells, table.columns, strict=False):
            self._runs(cell.paragraphs[0], given.runs)
            _lay_out(cell, column.kind)

    def _keep_together(
        self, drawn: Table, grid: Sequence[Sequence[_Cell]], table: TableBlock
    ) -> None:
        """Heads and names of groups stay with the row below them, a short table with itself."""
        is_short = len(table.rows) <= SHORT_TABLE
        for at, cells in enumerate(grid[:-1]):
            if is_short or at == 0 or table.rows[at - 1].is_group:
                for paragraph in cells[0].paragraphs:
                    paragraph.paragraph_format.keep_with_next = True

    def _chart(self, chart: ChartBlock) -> None:
        """A chart as a picture with its alternative text, its words before and its table after."""
        title = self.layout.chart_title(chart)
        self._say(title, "Caption")
        number = self.layout.table_number(chart.table)
        words = self._say(f"{chart.description} Table {number} has its numbers.", "Note")
        words.paragraph_format.keep_with_next = True
        png = picture(chart.svg, title, chart.description, f"{chart.table.anchor}-chart")
        paragraph = self._say("", "Chart")
        shape = paragraph.add_run().add_picture(io.BytesIO(png), width=Mm(_CHART_WIDTH))
        parts.alternative_text(shape, plain(title), plain(chart.description))
        self._table(chart.table)


_CHART_WIDTH = 160
# How wide the narrowest and the widest column may be, in letters.
_FEWEST, _MOST = 6, 40
# So much of a head stands in one line.
_HEAD = 20
_FEW = 5


def _emphasise(made: DocxRun, run: Run) -> None:
    if run.strong:
        made.bold = True
    if run.emphasis:
        made.italic = True


def _lay_out(cell: _Cell, kind: str, style: str = "Table text") -> None:
    cell.paragraphs[0].style = style
    if kind in _NUMERIC:
        cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _texts(table: TableBlock, place: int) -> list[str]:
    """What stands in a column below its head."""
    return [
        "".join(run.text for run in row.cells[place].runs)
        for row in table.rows
        if not row.is_group and place < len(row.cells)
    ]


def _longest(table: TableBlock) -> list[int]:
    """How much room the longest word of each column takes; a hyphen may end a line, in no year."""
    columns = enumerate(table.columns)
    texts = (" ".join([*_texts(table, place), one.head]) for place, one in columns)
    words = (re.sub(r"-(?![0-9])", "- ", text).split() for text in texts)
    return [min(max(map(len, each), default=0) + 2, _MOST) for each in words]


def _weights(table: TableBlock) -> list[int]:
    """How much room each column needs: what its longest words and most of its cells take."""
    weights = []
    for place, column in enumerate(table.columns):
        texts, head = _texts(table, place), column.head
        longest = max(map(len, " ".join([*texts, head]).split()), default=0) + 2
        usual = sorted(map(len, texts))[len(texts) * 3 // 4] + 3 if texts else 0
        # The heads of many numbers stand in two lines rather than push words together.
        heads = min(len(head), _HEAD) if len(table.columns) <= _FEW else 0
        weights.append(min(max(usual, longest, heads, _FEWEST), _MOST))
    return weights
