"""The parts of a Word document that python-docx has no words for, by their XML."""

import re
from collections.abc import Sequence
from typing import Any

from docx.document import Document as Docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.section import Section
from docx.shape import InlineShape
from docx.shared import Mm
from docx.table import Table
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from earlyhelp.report.formats.markup import text_of

# -- places that can be led to ----------------------------------------------------------------


def bookmark(run: Run, name: str, number: int) -> None:
    """Give the place of a run a name and a number that no other place of the document has."""
    same = {qn("w:id"): str(number)}
    begin = OxmlElement("w:bookmarkStart", {**same, qn("w:name"): bookmark_name(name)})
    run._r.addprevious(begin)
    run._r.addnext(OxmlElement("w:bookmarkEnd", same))


def bookmark_name(anchor: str) -> str:
    """An anchor as Word takes it: letters, digits and low lines, at most 40 of them."""
    return "_" + "".join(one if one.isalnum() else "_" for one in anchor)[:39]


def inner_link(paragraph: Paragraph, anchor: str, words: str) -> Run:
    """Words that lead to a place of the document."""
    return _link(paragraph, words, {qn("w:anchor"): bookmark_name(anchor), qn("w:history"): "1"})


def outer_link(paragraph: Paragraph, address: str, words: str) -> Run:
    """Words that lead to an address."""
    name = paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    run = _link(paragraph, words, {qn("r:id"): name, qn("w:history"): "1"})
    run.style = "Hyperlink"
    return run


def _link(paragraph: Paragraph, words: str, attributes: dict[str, str]) -> Run:
    link = OxmlElement("w:hyperlink", attributes)
    made = OxmlElement("w:r")
    link.append(made)
    paragraph._p.append(link)
    run = Run(made, paragraph)
    run.text = words
    return run


def whole_years(run: Run) -> None:
    """Keep its years and ranges of numbers on one line: ``2015-16`` has Word's unbroken hyphen."""
    first, *rest = re.split(r"(?<=[0-9])-(?=[0-9])", run.text)
    run.text = first
    for words in rest:
        run._r.append(OxmlElement("w:noBreakHyphen"))
        run.add_text(words)


# -- fields -----------------------------------------------------------------------------------


def field(paragraph: Paragraph, code: str, shown: str) -> None:
    """A field with what it shows until Word works it out."""
    begin_field(paragraph, code)
    paragraph.add_run(shown)
    end_field(paragraph)


def begin_field(paragraph: Paragraph, code: str) -> None:
    """The beginning of a field; what it shows follows."""
    _field_mark(paragraph, "begin")
    said = OxmlElement("w:instrText", {"{http://www.w3.org/XML/1998/namespace}space": "preserve"})
    said.text = f" {code} "
    paragraph.add_run()._r.append(said)
    _field_mark(paragraph, "separate")


def end_field(paragraph: Paragraph) -> None:
    """The end of a field."""
    _field_mark(paragraph, "end")


def _field_mark(paragraph: Paragraph, kind: str) -> None:
    paragraph.add_run()._r.append(OxmlElement("w:fldChar", {qn("w:fldCharType"): kind}))


# -- lists ------------------------------------------------------------------------------------


def new_numbering(docx: Docx, style: str) -> int:
    """The number of a new list that looks as the style's and begins at 1."""
    styles: Any = docx.styles
    own = styles[style].element.pPr.numPr.numId.val
    numbering: Any = docx.part.numbering_part.numbering_definitions._numbering
    made = numbering.add_num(numbering.num_having_numId(own).abstractNumId.val)
    made.add_lvlOverride(ilvl=0).add_startOverride(1)
    return int(made.numId)


def numbered_by(paragraph: Paragraph, number: int) -> None:
    """Make a paragraph a point of that list."""
    place = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    place.get_or_add_ilvl().val = 0
    place.get_or_add_numId().val = number


# -- tables and pictures ----------------------------------------------------------------------


def describe_table(table: Table, words: str) -> None:
    """What a table is, for who hears it; its first row and column are heads."""
    properties: Any = table._tbl.tblPr
    properties.append(OxmlElement("w:tblCaption", {qn("w:val"): words}))
    look = properties.find(qn("w:tblLook"))
    if look is None:
        look = OxmlElement("w:tblLook")
        properties.append(look)
    look.attrib.clear()
    for name, value in (("val", "04A0"), ("firstRow", "1"), ("lastRow", "0"), ("firstColumn", "1")):
        look.set(qn(f"w:{name}"), value)
    for name, value in (("lastColumn", "0"), ("noHBand", "0"), ("noVBand", "1")):
        look.set(qn(f"w:{name}"), value)
    # A caption stands after the look.
    properties.append(look)
    properties.append(properties.find(qn("w:tblCaption")))


def share_width(table: Table, weights: Sequence[int], longest: Sequence[int], width: int) -> None:
    """Share the width of the text (in mm) among the columns, no wider than they need.

    ``weights`` are the letters that each takes at best, ``longest`` those of its longest word.
    """
    table.autofit = False
    shares = [Mm(round(one, 1)) for one in shared(weights, longest, width)]
    # A table knows its columns' widths, and every cell its own.
    for column, share in zip(table.columns, shares, strict=True):
        column.width = share
    for made in table._tbl.tr_lst:
        for cell, share in zip(made.tc_lst, shares, strict=True):
            cell.width = share


# A table of more columns takes the whole width.
_NARROW = 4


def shared(weights: Sequence[int], longest: Sequence[int], width: int) -> list[float]:
    """The width of each column; where there is too little for all, no word is cut for another."""
    needed = [2.1 * letters + 4 for letters in weights]
    least = [min(1.7 * letters + 2, need) for letters, need in zip(longest, needed, strict=True)]
    factor = width / sum(needed)
    if sum(least) < width < sum(needed):
        return _held(needed, least, width)
    if len(weights) <= _NARROW:
        factor = min(1.0, factor)
    return [need * factor for need in needed]


def _held(needed: Sequence[float], least: Sequence[float], width: float) -> list[float]:
    """What is needed, shrunk to a width; a column that would be too narrow is held at its least."""
    shares = list(needed)
    while True:
        held = {place for place, one in enumerate(shares) if one <= least[place]}
        free = set(range(len(needed))) - held
        rest = width - sum(least[place] for place in held)
        factor = rest / sum(needed[place] for place in free)
        shares = [
            least[place] if place in held else need * factor for place, need in enumerate(needed)
        ]
        if all(shares[place] >= least[place] for place in free):
            return shares


def mark_rows(table: Table) -> None:
    """Rows do not break over two pages, and the first comes again on each."""
    for place, row in enumerate(table.rows):
        properties = row._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if place == 0:
            properties.append(OxmlElement("w:tblHeader"))


def alternative_text(shape: InlineShape, title: str, words: str) -> None:
    """What a picture shows, for who does not see it."""
    said = shape._inline.docPr
    said.set("descr", f"{title}. {words}")
    said.set("title", title)
    said.set("name", title)


# -- pages ------------------------------------------------------------------------------------


def number_lines(section: Section) -> None:
    """Number the lines, from 1 on every page."""
    attributes = {qn("w:countBy"): "1", qn("w:restart"): "newPage"}
    mark = OxmlElement("w:lnNumType", attributes)
    section._sectPr.find(qn("w:pgMar")).addnext(mark)


def watermark(paragraph: Paragraph, words: str) -> None:
    """Words across every page, behind its text."""
    width = 60 * len(words)
    paragraph.add_run()._r.append(
        parse_xml(
            f"<w:pict {nsdecls('w')} xmlns:v='urn:schemas-microsoft-com:vml' "
            "xmlns:o='urn:schemas-microsoft-com:office:office'>"
            "<v:shapetype id='_x0000_t136' coordsize='21600,21600' o:spt='136' adj='10800' "
            "path='m@7,l@8,m@5,21600l@6,21600e'><v:path textpathok='t' o:connecttype='rect'/>"
            "<v:textpath on='t' fitshape='t'/></v:shapetype>"
            f"<v:shape id='watermark' type='#_x0000_t136' alt='{text_of(words)}' "
            f"style='position:absolute;margin-left:0;margin-top:0;width:{width}pt;height:90pt;"
            "rotation:315;z-index:-251658752;mso-position-horizontal:center;"
            "mso-position-horizontal-relative:margin;mso-position-vertical:center;"
            "mso-position-vertical-relative:margin' fillcolor='#ebebeb' stroked='f'>"
            f"<v:textpath style='font-family:Arial;font-size:1pt' string='{text_of(words)}'/>"
            "</v:shape></w:pict>"
        )
    )
