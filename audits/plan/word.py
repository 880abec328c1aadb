"""The action plan as a Word document that people go on editing: a landscape table by theme.

The layout is that of a plan appended to a committee paper: number, outcome, action, by whom,
by when, rationale, progress; the header row comes again on every page.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any, BinaryIO

from docx import Document
from docx.document import Document as Doc
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table, _Cell, _Row

from audits.plan.pages.plan import OutcomePart, PlanPage, ThemePart
from audits.plan.pages.rows import ActionRow
from earlyhelp.core.files.spreadsheet_safety import plain
from earlyhelp.core.pages.wording import long_date

WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
COLUMNS = ["", "Outcome", "Action", "By whom", "By when", "Rationale", "Progress"]
_WIDTHS = [14, 47, 60, 32, 26, 36, 58]
_FONT = "Arial"
_COLOUR = RGBColor(0x12, 0x43, 0x6D)
_LANGUAGE = "en-GB"
_MARKING = "OFFICIAL"


def write_word(page: PlanPage, to: BinaryIO) -> None:
    """Write the actions that a page shows as a document."""
    document = Document()
    _prepare(document, page)
    document.add_heading(plain(str(page.plan.title)), level=1)
    document.add_paragraph(_lead(page))
    _paragraphs(document, page.plan.closing_statement)
    for theme in page.themes:
        _theme(document, theme)
    document.save(to)


def _lead(page: PlanPage) -> str:
    lead = f"Financial year {page.plan.financial_year}, as it stood on {long_date(page.today)}."
    return plain(f"{lead} Shown: {page.shown_words}." if page.shown_words else lead)


def _prepare(document: Doc, page: PlanPage) -> None:
    """The page's size, the language, the look of headings, and what the file says of itself."""
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = Mm(12)
    section.top_margin = section.bottom_margin = Mm(14)
    styles: Any = document.styles
    # British English for the whole document, so that spelling is checked as it should be.
    for language in styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), _LANGUAGE)
    for name, size in (("Normal", 9), ("Heading 1", 18), ("Heading 2", 13)):
        style = styles[name]
        style.font.name, style.font.size = _FONT, Pt(size)
        # The theme's own fonts would win over the name.
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{kind}"), None)
        if name != "Normal":
            style.font.color.rgb = _COLOUR
    _properties(document, page)
    _page_numbers(section.footer.paragraphs[0])


def _properties(document: Doc, page: PlanPage) -> None:
    """What the file says of itself; nothing of the template that it is made from."""
    said = document.core_properties
    said.title, said.subject = plain(str(page.plan)), f"Actions of {page.plan.financial_year}"
    said.language, said.keywords, said.category = _LANGUAGE, _MARKING, _MARKING
    said.author, said.last_modified_by, said.comments = "", "", ""
    said.created = said.modified = dt.datetime.combine(page.today, dt.time())
    said.revision = 1


def _page_numbers(paragraph: Any) -> None:
    """The marking, and fields that count pages, in the footer."""
    kind = qn("w:fldCharType")
    for words, code in ((f"{_MARKING} · Page ", "PAGE"), (" of ", "NUMPAGES")):
        paragraph.add_run(words)
        begin, field, end = (
            OxmlElement(f"w:{name}") for name in ("fldChar", "instrText", "fldChar")
        )
        begin.set(kind, "begin")
        field.text = code
        end.set(kind, "end")
        paragraph.add_run()._r.extend([begin, field, end])


def _theme(document: Doc, theme: ThemePart) -> None:
    document.add_heading(plain(str(theme.theme)), level=2)
    _paragraphs(document, theme.theme.closing_statement)
    if not theme.outcomes:
        document.add_paragraph("No outcome is planned here yet.")
        return
    table = document.add_table(rows=1, cols=len(COLUMNS))
    table.style = "Table Grid"
    table.autofit = False
    _header(table)
    for part in theme.outcomes:
        _outcome(table, part)
    for row in table.rows:
        # A row does not break over two pages where it fits on one.
        _mark(row, "w:cantSplit")
    for place, width in enumerate(_WIDTHS):
        table.columns[place].width = Mm(width)
        for cell in table.columns[place].cells:
            cell.width = Mm(width)


def _header(table: Table) -> None:
    """The header row: bold, shaded, and again on every page."""
    row = table.rows[0]
    for cell, name in zip(row.cells, COLUMNS, strict=True):
        _write(cell, [name])
        for run in cell.paragraphs[0].runs:
            run.bold = True
        shade = OxmlElement("w:shd", {qn("w:val"): "clear", qn("w:fill"): "E5EDF4"})
        cell._tc.get_or_add_tcPr().append(shade)
    _mark(row, "w:tblHeader")


def _mark(row: _Row, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))


def _outcome(table: Table, part: OutcomePart) -> None:
    """The rows of an outcome; its words stand once, beside all of its actions."""
    first = len(table.rows)
    words = [part.outcome.text, *(one.line for one in part.aims)]
    if part.outcome.judged:
        words.append(part.outcome.judgement)
    for row in part.rows:
        _action(_new_row(table).cells, row)
    if not part.rows:
        cells = _new_row(table).cells
        _write(cells[0], [part.outcome.ref])
        _write(cells[2], ["No action yet."])
    last = len(table.rows) - 1
    cell = table.cell(first, 1)
    _write(cell.merge(table.cell(last, 1)) if last > first else cell, words)


def _new_row(table: Table) -> _Row:
    row: _Row = table.add_row()  # type: ignore[no-untyped-call]
    return row


def _action(cells: Sequence[_Cell], row: ActionRow) -> None:
    action = row.action
    _write(cells[0], [action.ref])
    words = (action.text, action.by_whom, action.timing_words, action.rationale)
    for cell, text in zip(cells[2:6], words, strict=True):
        _write(cell, [text])
    _write(cells[6], row.progress_lines)


def _write(cell: _Cell, lines: Sequence[str]) -> None:
    """A paragraph for each line in place of what the cell holds."""
    for paragraph in cell.paragraphs[1:]:
        paragraph._p.getparent().remove(paragraph._p)
    for place, line in enumerate(lines):
        paragraph = cell.paragraphs[0] if place == 0 else cell.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(2)
        paragraph.add_run(plain(line))


def _paragraphs(document: Doc, text: str) -> None:
    for line in plain(text).split("\n"):
        if line.strip():
            document.add_paragraph(line)
