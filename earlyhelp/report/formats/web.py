"""A report as HTML: the accessible original, in one file that needs nothing else.

``body`` is the report for a page of the product too; its style sheet is ``static/report.css``.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import groupby
from pathlib import Path

from django.utils.safestring import SafeString, mark_safe

from earlyhelp.core.files.spreadsheet_safety import plain
from earlyhelp.core.pages.years import whole_years
from earlyhelp.report.formats.drawing import LOOKS, drawing
from earlyhelp.report.formats.markup import element, joined
from earlyhelp.report.formats.matter import (
    SHORT_TABLE,
    SOURCES,
    Layout,
    OutlineEntry,
    facts_below_title,
    source_words,
    standing_words,
)
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
    TableCell,
    TableColumn,
    TableRow,
)

# Where a placed figure leads, by its reference; None where the reader may not go.
Links = Callable[[str], str | None]

_ROLES = {
    "text": "",
    "asked": "eh-report__asked",
    "attribution": "eh-report__by",
    "note": "eh-report__note",
    "warning": "eh-report__warning",
}
# A table of more columns takes the whole width.
_NARROW = 4
# The head of a row of so many letters stands in one line.
_SHORT_HEAD = 16
_NUMERIC = ("number", "percentage")


def build(document: Document) -> bytes:
    """The file that is kept."""
    return build_html(document).encode()


def build_html(document: Document, links: Links | None = None) -> str:
    """The whole page; with ``links`` each placed figure leads to where it comes from."""
    return page(document, body(document, links), f"{style_sheet()}{LOOKS}")


def page(document: Document, content: str, styles: str) -> str:
    """A page around the report's body, with its language, title, author and styles."""
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", " - ".join(filter(None, (document.title, document.council)))),
        element("meta", name="author", content=", ".join(document.authors)),
        element("meta", name="keywords", content=document.marking),
        # The style sheets are our own; they hold nothing that anybody wrote.
        element("style", mark_safe(styles)),  # noqa: S308
    )
    shown = element("body", element("main", content), class_="eh-report-page")
    return f"<!DOCTYPE html>\n{element('html', head, shown, lang=document.language)}\n"


@cache
def style_sheet() -> str:
    """The report's style sheet."""
    return (Path(__file__).parents[3] / "static" / "report.css").read_text(encoding="utf-8")


def body(document: Document, links: Links | None = None) -> SafeString:
    """The report as an article, its title the page's: for a file, and for a page of the product."""
    return Writer(document, links).body()


class Writer:
    """Writes the parts of a document as HTML; what differs on paper is a method of its own."""

    def __init__(self, document: Document, links: Links | None = None) -> None:
        self.document = document
        self.layout = Layout(document)
        self._links = links

    def body(self) -> SafeString:
        """Front, contents, sections and sources."""
        return element(
            "article",
            self.front(),
            self.contents(),
            *map(self.section, self.document.sections),
            self.sources(),
            class_="eh-report",
            lang=self.document.language,
        )

    def front(self) -> SafeString:
        """What the report is, and which copy."""
        standing = standing_words(self.document)
        return element(
            "header",
            element("p", self.document.marking, class_="eh-report__marking"),
            *([element("p", standing, class_="eh-report__state")] if standing else []),
            element("p", self.document.council, class_="eh-report__council"),
            element("h1", self.words(self.document.title)),
            self.listed_facts(),
            *self.said_of_copy(),
            class_="eh-report__front",
        )

    def listed_facts(self) -> SafeString:
        """What a reader asks first."""
        listed = (
            element("div", element("dt", label), element("dd", words))
            for label, words in facts_below_title(self.document)
        )
        return element("dl", *listed, class_="eh-report__facts")

    def said_of_copy(self) -> Sequence[SafeString]:
        """What this copy says of itself: nothing, where it is the original."""
        return ()

    def contents(self) -> SafeString:
        """The list of sections, nested as they are."""
        return element(
            "nav",
            element("h2", "Contents", id="contents"),
            self.entries(self.layout.contents),
            class_="eh-report__contents",
            aria_labelledby="contents",
        )

    def entries(self, headings: Sequence[OutlineEntry]) -> SafeString:
        """Headings as a list, with lists in it for those that stand deeper."""
        items = []
        place = 0
        while place < len(headings):
            heading, after = headings[place], place + 1
            while after < len(headings) and headings[after].level > heading.level:
                after += 1
            inner = [self.entries(headings[place + 1 : after])] if after > place + 1 else []
            items.append(element("li", self.entry(heading), *inner))
            place = after
        return element("ul", *items)

    def entry(self, heading: OutlineEntry) -> SafeString:
        """An entry of the contents."""
        return element("a", heading.text, href=f"#{heading.anchor}")

    def section(self, section: DocumentSection) -> SafeString:
        """A section with its heading."""
        wide = "eh-report__wide" if section.is_landscape else ""
        heading = self.heading(section.heading, section.anchor)
        return element("section", heading, *map(self.block, section.blocks), class_=wide)

    def heading(self, text: str, anchor: str) -> SafeString:
        """A heading at its level, to be led to."""
        return element(f"h{self.layout.levels[anchor]}", self.words(text), id=anchor)

    def block(self, block: Block) -> SafeString:
        """One block of a section."""
        match block:
            case Subheading():
                return self.heading(block.text, block.anchor)
            case Paragraph():
                return self.paragraph(block)
            case Points():
                return self.points(block)
            case Quote():
                return self.quote(block)
            case TableBlock():
                return self.table(block)
            case ChartBlock():
                return joined([self.chart(block), self.table(block.table)])

    def words(self, text: str) -> SafeString:
        """Words, none of whose years a narrow screen breaks."""
        return whole_years(plain(text))

    # -- text ---------------------------------------------------------------------------------

    def paragraph(self, paragraph: Paragraph) -> SafeString:
        """A paragraph in its role."""
        return element("p", *map(self.run, paragraph.runs), class_=_ROLES[paragraph.role])

    def points(self, points: Points) -> SafeString:
        """A list."""
        items = (element("li", *map(self.block, item.blocks)) for item in points.items)
        return element("ol" if points.is_numbered else "ul", *items)

    def quote(self, quote: Quote) -> SafeString:
        """Somebody's words, and whose they are."""
        by = [element("p", quote.attribution, class_="eh-report__by")] if quote.attribution else []
        said = element("blockquote", *map(self.paragraph, quote.paragraphs))
        return element("div", said, *by, class_="eh-report__quote")

    def run(self, run: Run) -> SafeString:
        """A stretch of text; a placed figure reads as plain text."""
        words = mark_safe(self.words(run.text).replace("\n", "<br>"))  # noqa: S308  # escaped before
        if run.note:
            mark = element("a", words, href=f"#source-{run.note}", aria_label=f"Source {run.note}")
            return element("sup", mark, class_="eh-report__mark")
        if run.strong:
            words = element("strong", words)
        if run.emphasis:
            words = element("em", words)
        if run.figure:
            return self.figure(run.figure, words)
        link = self.layout.link_of(run)
        return element("a", words, href=link) if link else words

    def figure(self, reference: str, words: SafeString) -> SafeString:
        """A placed figure: plain text, or a link to where it comes from."""
        address = self._links(reference) if self._links else None
        if address:
            return element("a", words, href=address, data_ref=reference, class_="eh-report__from")
        return element("span", words, data_ref=reference)

    # -- tables and charts --------------------------------------------------------------------

    def table(self, table: TableBlock) -> SafeString:
        """A table with its caption; its notes stand below."""
        name = f"{table.anchor}-caption"
        caption = element("caption", self.words(self.layout.table_title(table)), id=name)
        head = element("thead", element("tr", *map(self.column_head, table.columns)))
        parts = _groups(table.rows)
        bodies = (
            element("tbody", *(self.row(row, table.columns) for row in rows)) for rows in parts
        )
        looks = ["eh-report__full"] * (len(table.columns) > _NARROW)
        looks += ["eh-report__short"] * (len(table.rows) <= SHORT_TABLE)
        drawn = element("table", caption, head, *bodies, id=table.anchor, class_=" ".join(looks))
        notes = map(self.paragraph, table.notes)
        return joined([self.frame(drawn, name), *notes])

    def frame(self, table: SafeString, name: str) -> SafeString:
        """What a table that is wider than the screen scrolls in."""
        return element(
            *("div", table),
            class_="eh-report__frame",
            role="region",
            aria_labelledby=name,
            tabindex="0",
        )

    def column_head(self, column: TableColumn) -> SafeString:
        """What stands above a column."""
        if not column.head:
            return element("td")
        return element("th", self.words(column.head), scope="col", class_=_look(column))

    def row(self, row: TableRow, columns: Sequence[TableColumn]) -> SafeString:
        """A row; a group's name goes across all columns."""
        first, *others = row.cells
        words = map(self.run, first.runs)
        if row.is_group:
            across = str(len(columns))
            head = element("th", *words, scope="rowgroup", colspan=across)
            return element("tr", head, class_="eh-report__group")
        others += [TableCell(())] * (len(columns) - len(row.cells))
        cells = (
            element("td", *map(self.run, cell.runs), class_=_look(column))
            for column, cell in zip(columns[1:], others, strict=False)
        )
        is_short = sum(len(run.text) for run in first.runs) <= _SHORT_HEAD
        look = "eh-nowrap" if is_short else ""
        return element("tr", element("th", *words, scope="row", class_=look), *cells)

    def chart(self, chart: ChartBlock) -> SafeString:
        """A chart with its title, and what it shows in words."""
        title = self.layout.chart_title(chart)
        name = f"{chart.table.anchor}-chart-caption"
        words = element("p", self.words_of_chart(chart), class_="eh-report__note")
        caption = element("figcaption", element("strong", self.words(title), id=name), words)
        drawn = self.frame(self.picture(chart, title), name)
        return element("figure", caption, drawn, class_="eh-report__chart")

    def words_of_chart(self, chart: ChartBlock) -> str:
        """What a chart shows, and where its numbers are."""
        number = self.layout.table_number(chart.table)
        return f"{chart.description} Table {number} has its numbers."

    def picture(self, chart: ChartBlock, title: str) -> SafeString:
        """The drawing itself."""
        anchor = f"{chart.table.anchor}-chart"
        # Made of known elements only, its words escaped.
        return mark_safe(drawing(chart.svg, title, chart.description, anchor))  # noqa: S308

    def sources(self) -> SafeString:
        """What declared numbers rest on."""
        if not self.document.sources:
            return SafeString()
        items = (
            element("li", source_words(one), id=f"source-{one.number}", value=str(one.number))
            for one in self.document.sources
        )
        heading = element("h2", SOURCES.text, id=SOURCES.anchor)
        return element("section", heading, element("ol", *items, class_="eh-report__sources"))


def _look(column: TableColumn) -> str:
    return "eh-report__num" if column.kind in _NUMERIC else ""


def _groups(rows: Sequence[TableRow]) -> Iterator[list[TableRow]]:
    """The rows by the group that they stand in, its name first."""
    number = 0

    def group(row: TableRow) -> int:
        nonlocal number
        number += row.is_group
        return number

    for _, grouped in groupby(rows, group):
        yield list(grouped)
