"""A report as a tagged PDF: the same HTML laid out on paper, its tags completed.

WeasyPrint lays out and tags. What its tags lack is added afterwards: to which cells a header cell
belongs. The file says that it is tagged; it does not claim PDF/UA, which nobody has validated.
"""

import logging
from base64 import b64encode
from collections.abc import Sequence

from django.utils.safestring import SafeString

from earlyhelp.report.formats.drawing import drawing
from earlyhelp.report.formats.markup import element, joined
from earlyhelp.report.formats.matter import (
    ORIGINAL,
    OutlineEntry,
    facts_below_title,
    is_draft,
    running_title,
)
from earlyhelp.report.formats.pdf_lines import line_numbers
from earlyhelp.report.formats.pdf_tags import completed
from earlyhelp.report.formats.refusals import CannotBuild
from earlyhelp.report.formats.web import Writer, page, style_sheet
from earlyhelp.report.tree import ChartBlock, Document

_PANGO = (
    "A PDF needs Pango, which is not installed on this machine. On Debian or Ubuntu: apt install "
    "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-liberation. Word, HTML, Excel and "
    "CSV work without it."
)


def build(document: Document) -> bytes:
    """The file that is kept."""
    try:
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher
    except OSError as missing:
        raise CannotBuild(_PANGO) from missing
    # It lists what of the style sheet is for screens only.
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    source = page(document, _Paper(document).body(), f"{style_sheet()}{_paper(document)}")
    # Nothing is fetched but the drawings that are in it.
    fetcher = URLFetcher(allowed_protocols={"data"})
    laid_out = HTML(string=source, url_fetcher=fetcher).render(pdf_variant="pdf/ua-1")
    numbers = HTML(string=line_numbers(laid_out.pages)).write_pdf() if is_draft(document) else None
    return completed(laid_out.write_pdf(pdf_variant="pdf/ua-1"), document, numbers)


class _Paper(Writer):
    """For paper: what scrolls on a screen stands whole, and a drawing takes its looks with it."""

    def said_of_copy(self) -> Sequence[SafeString]:
        """Where the accessible original is."""
        return [element("p", ORIGINAL, class_="eh-report__note")]

    def words(self, text: str) -> SafeString:
        """Plain: on paper no line ends within a year."""
        return joined([text])

    def frame(self, table: SafeString, name: str) -> SafeString:
        """Nothing scrolls."""
        return element("div", table, class_="eh-report__frame")

    def figure(self, reference: str, words: SafeString) -> SafeString:
        """Plain text."""
        return words

    def listed_facts(self) -> SafeString:
        """The facts as a table: a list of terms has no tags of its own in a PDF."""
        rows = (
            element("tr", element("th", label, scope="row"), element("td", words))
            for label, words in facts_below_title(self.document)
        )
        return element("table", element("tbody", *rows), class_="eh-report__facts")

    def entry(self, heading: OutlineEntry) -> SafeString:
        """An entry of the contents with its page."""
        link = element("a", heading.text, href=f"#{heading.anchor}")
        dots = element("span", class_="eh-report__dots")
        number = element("span", class_="eh-report__page", data_to=f"#{heading.anchor}")
        return element("div", link, dots, number, class_="eh-report__entry")

    def chart(self, chart: ChartBlock) -> SafeString:
        """A chart below its title and its words, as paragraphs: a caption would be tagged twice."""
        title = self.layout.chart_title(chart)
        return element(
            "div",
            element("p", element("strong", title)),
            element("p", self.words_of_chart(chart), class_="eh-report__note"),
            element("p", self.picture(chart, title)),
            class_="eh-report__chart",
        )

    def picture(self, chart: ChartBlock, title: str) -> SafeString:
        """The drawing as a picture with its alternative text."""
        anchor = f"{chart.table.anchor}-chart"
        svg = drawing(chart.svg, title, chart.description, anchor, looks=True)
        address = f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"
        return element("img", src=address, alt=f"{title}. {chart.description}")


# -- the paper --------------------------------------------------------------------------------


def _paper(document: Document) -> str:
    """The pages: what stands on each, their numbers, which lie on their side."""
    across = f"background: {_watermark(document)} center / contain no-repeat;"
    small = "font: 8pt Arial, 'Liberation Sans', sans-serif; color: #505a5f;"
    return f"""
    @page {{
      size: A4; margin: 22mm 20mm 20mm; {across if document.state else ""}
      @top-left {{ content: {_quoted(running_title(document))}; width: 100%; {small} }}
      @bottom-left {{ content: {_quoted(document.marking)}; font-weight: 700; {small} }}
      @bottom-right {{ content: "Page " counter(page) " of " counter(pages); {small} }}
    }}
    @page :first {{ @top-left {{ content: none; }} }}
    @page tall {{ size: A4; }}
    @page wide {{ size: A4 landscape; margin: 20mm 16mm 18mm; }}
    {_FOR_PAPER}
    """


_FOR_PAPER = """
.eh-report-page { background: none; }
.eh-report { line-height: 1.4; overflow-wrap: break-word; }
.eh-report a { color: inherit; text-decoration: none; }
.eh-report h2 { margin-top: 22pt; bookmark-level: 1; }
.eh-report h3 { bookmark-level: 2; }
.eh-report h4, .eh-report h5 { bookmark-level: 3; }
.eh-report h1 { margin: 0 0 28pt; font-size: 28pt; color: #12436d; bookmark-level: none; }
.eh-report__front { margin: 0; padding-top: 34mm; break-after: page; }
.eh-report .eh-report__marking { position: absolute; top: 0; left: 0; font-size: 11pt; }
.eh-report .eh-report__council { font-size: 14pt; }
.eh-report table.eh-report__facts { width: 100%; margin-bottom: 24pt; font-size: 10.5pt; }
.eh-report .eh-report__facts th, .eh-report .eh-report__facts td { padding: 4pt 0; border: 0; }
.eh-report .eh-report__facts th { width: 40mm; color: #505a5f; }
.eh-report__contents h2 { margin-top: 0; }
.eh-report__entry { display: flex; }
.eh-report__entry > a { flex: 0 1 auto; }
.eh-report__dots { flex: 1 1 10mm; margin: 0 4pt 3pt; border-bottom: 0.5pt solid #b1b4b6; }
.eh-report__page::after { content: target-counter(attr(data-to url), page); }
.eh-report section { page: tall; }
.eh-report section.eh-report__wide { page: wide; }
.eh-report__wide h2 { margin-top: 0; }
.eh-report__wide table { font-size: 8pt; }
.eh-report__frame { margin: 10pt 0; }
.eh-report table { min-width: 110mm; }
.eh-report th, .eh-report td { padding-top: 4pt; padding-bottom: 4pt; }
.eh-report__chart img { max-height: 85mm; }
"""


def _quoted(text: str) -> str:
    """Text as a string of CSS."""
    return '"' + "".join(f"\\{ord(one):06x}" if one in '"\\<\n' else one for one in text) + '"'


def _watermark(document: Document) -> str:
    """What stands across every page of a copy that is not published."""
    words = document.state.split(" ")[0]
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 210 297"><text x="105" y="150" '
        'font-family="Arial, Liberation Sans, sans-serif" font-size="40" font-weight="bold" '
        'fill="#ececec" text-anchor="middle" transform="rotate(-50 105 150)">'
        f"{element('tspan', words)}</text></svg>"
    )
    return f"url(data:image/svg+xml;base64,{b64encode(svg.encode()).decode()})"
