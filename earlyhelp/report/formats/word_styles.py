"""The looks of a report in Word: styles that people can change in one place."""

from typing import Any

from docx.document import Document as Docx
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

# How wide the text is on a page that stands or lies on its side, in mm.
TEXT_WIDTH, WIDE_TEXT_WIDTH = 166, 253
_FONT = "Arial"
_COLOUR, _QUIET, _BAD = (RGBColor.from_string(one) for one in ("12436D", "505A5F", "942514"))
_BLACK = RGBColor.from_string("0B0C0C")

# name: size, space before and after in points, colour, bold
_Look = tuple[float, float, float, RGBColor, bool]
_TEXTS: dict[str, _Look] = {
    "Normal": (10.5, 0, 7, _BLACK, False),
    "Title": (28, 0, 26, _COLOUR, True),
    "Subtitle": (14, 120, 4, _QUIET, False),
    "Heading 1": (15, 22, 6, _COLOUR, True),
    "Heading 2": (12, 16, 5, _BLACK, True),
    "Heading 3": (10.5, 12, 4, _COLOUR, True),
    "Heading 4": (10.5, 10, 4, _BLACK, True),
    "Caption": (10, 10, 5, _BLACK, True),
    "Quote": (10.5, 4, 4, _BLACK, False),
    "Header": (8, 0, 0, _QUIET, False),
    "Footer": (8, 0, 0, _QUIET, False),
    "List Bullet": (10.5, 0, 4, _BLACK, False),
    "List Bullet 2": (10.5, 0, 4, _BLACK, False),
    "List Bullet 3": (10.5, 0, 4, _BLACK, False),
    "List Number": (10.5, 0, 4, _BLACK, False),
    "List Number 2": (10.5, 0, 4, _BLACK, False),
    "List Number 3": (10.5, 0, 4, _BLACK, False),
}
_OWN: dict[str, _Look] = {
    "Marking": (11, 0, 0, _BLACK, True),
    "State": (12, 24, 12, _BAD, True),
    "Fact": (10.5, 0, 3, _BLACK, False),
    "Contents heading": (15, 0, 8, _COLOUR, True),
    "toc 1": (10.5, 3, 3, _BLACK, False),
    "toc 2": (10.5, 0, 3, _BLACK, False),
    "Note": (9, 4, 7, _QUIET, False),
    "Attribution": (9, 0, 8, _QUIET, False),
    "Asked": (10.5, 6, 9, _BLACK, False),
    "Warning": (10.5, 6, 9, _BLACK, False),
    "Chart": (10.5, 0, 4, _BLACK, False),
    "Source": (9, 0, 4, _BLACK, False),
    "Table text": (9, 2.5, 2.5, _BLACK, False),
    "Table head": (9, 2.5, 2.5, _BLACK, True),
    "Table group": (9, 7, 2.5, _COLOUR, True),
    "After table": (6, 0, 2, _BLACK, False),
}


def prepare_styles(docx: Docx, language: str) -> None:
    """Give the document its styles and its language."""
    styles: Any = docx.styles
    for found in styles.element.iter(qn("w:lang")):
        found.set(qn("w:val"), language)
    for name, look in _TEXTS.items():
        _dress(styles[name], look)
    for name, look in _OWN.items():
        made = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        made.base_style = styles["Normal"]
        _dress(made, look)
    _indents(styles)
    _edge(styles["Heading 1"], "top", "12436D", 8, 6)
    _edge(styles["Quote"], "left", "B1B4B6", 24, 10)
    _edge(styles["Asked"], "left", "12436D", 32, 10)
    _edge(styles["Warning"], "left", "942514", 32, 10)
    _links(styles)
    _table(styles)


def _dress(style: Any, look: _Look) -> None:
    size, before, after, colour, is_bold = look
    font, lines = style.font, style.paragraph_format
    font.name, font.size, font.bold, font.italic = _FONT, Pt(size), is_bold, False
    font.color.rgb = colour
    # The theme's own fonts would win over the name.
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{kind}"), None)
    for kind in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{kind}"), _FONT)
    lines.space_before, lines.space_after, lines.line_spacing = Pt(before), Pt(after), 1.15
    for border in style.element.findall(f"{qn('w:pPr')}/{qn('w:pBdr')}"):
        border.getparent().remove(border)


def _indents(styles: Any) -> None:
    for name, left, first in (
        *(("List Bullet", 8, -5), ("List Bullet 2", 14, -5), ("List Bullet 3", 20, -5)),
        *(("List Number", 8, -6), ("List Number 2", 14, -6), ("List Number 3", 20, -6)),
        *(("toc 2", 6, 0), ("Quote", 5, 0), ("Attribution", 5, 0), ("Source", 10, -10)),
        *(("Asked", 4, 0), ("Warning", 4, 0)),
    ):
        lines = styles[name].paragraph_format
        lines.left_indent, lines.first_line_indent = Mm(left), Mm(first)
    for name in ("Caption", "Quote", "State", "Chart"):
        styles[name].paragraph_format.keep_with_next = True
    styles["Source"].paragraph_format.tab_stops.add_tab_stop(Mm(10))
    styles["Caption"].paragraph_format.keep_together = True


def _edge(style: Any, side: str, colour: str, width: int, space: int) -> None:
    """A line at one side of a paragraph; ``width`` is in eighths of a point."""
    border = parse_xml(
        f'<w:pBdr {nsdecls("w")}><w:{side} w:val="single" w:sz="{width}" w:space="{space}" '
        f'w:color="{colour}"/></w:pBdr>'
    )
    properties = style.element.get_or_add_pPr()
    properties.insert_element_before(
        border,
        *("w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:outlineLvl"),
    )


def _links(styles: Any) -> None:
    style = styles.add_style("Hyperlink", WD_STYLE_TYPE.CHARACTER)
    style.font.color.rgb, style.font.underline = RGBColor.from_string("1D70B8"), True
    number = styles.add_style("line number", WD_STYLE_TYPE.CHARACTER)
    number.font.name, number.font.size, number.font.color.rgb = _FONT, Pt(7), _QUIET
    quiet = parse_xml(f"<w:suppressLineNumbers {nsdecls('w')}/>")
    spacing = styles["After table"].element.get_or_add_pPr().find(qn("w:spacing"))
    spacing.addprevious(quiet)


def _table(styles: Any) -> None:
    """Hairlines below rows, a stronger one below the head; heads in bold."""
    style = styles.add_style("Report table", WD_STYLE_TYPE.TABLE)
    element = style.element
    for kind in ("w:pPr", "w:rPr"):
        for old in element.findall(qn(kind)):
            element.remove(old)
    element.append(
        parse_xml(
            f'<w:pPr {nsdecls("w")}><w:spacing w:before="50" w:after="50" w:line="240" '
            'w:lineRule="auto"/></w:pPr>'
        )
    )
    element.append(
        parse_xml(f'<w:rPr {nsdecls("w")}><w:sz w:val="18"/><w:szCs w:val="18"/></w:rPr>')
    )
    line = 'w:val="single" w:space="0" w:color="B1B4B6" w:sz="4"'
    element.append(
        parse_xml(
            f"<w:tblPr {nsdecls('w')}><w:tblBorders><w:bottom {line}/><w:insideH {line}/>"
            '</w:tblBorders><w:tblCellMar><w:left w:w="60" w:type="dxa"/>'
            '<w:right w:w="100" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        )
    )
    element.append(
        parse_xml(
            f'<w:tblStylePr {nsdecls("w")} w:type="firstRow"><w:rPr><w:b/></w:rPr><w:tcPr>'
            '<w:tcBorders><w:bottom w:val="single" w:sz="12" w:space="0" w:color="0B0C0C"/>'
            '</w:tcBorders><w:vAlign w:val="bottom"/></w:tcPr></w:tblStylePr>'
        )
    )
