"""What a screen reader, a keyboard and a printer find in the files: headings, heads, words, order."""

import io
import re
import zipfile
from itertools import pairwise
from typing import Any

import docx
import pikepdf
import pytest
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from lxml import etree

from earlyhelp.report.formats import build
from earlyhelp.report.formats.word_parts import shared
from tests.report import documents, reading

HEADINGS = [
    (1, "One page first"),
    (1, "How much was done, and how well"),
    (2, "What families told us"),
    (3, "By locality"),
    (4, "In their own words"),
    (1, "Appendix: the action plan"),
    (1, "Words used"),
    (1, "Sources"),
]
ALT = "Open cases rose from 612 to 764 in the second quarter of 2015-16, then fell to 688."


def goes_down_one_at_a_time(levels: list[int]) -> bool:
    """No level is left out on the way down."""
    return all(after <= before + 1 for before, after in pairwise(levels))


def test_a_page_says_what_each_of_its_parts_is() -> None:
    elements = reading.parsed(build(documents.report(), "html")).elements
    tags = [tag for tag, _ in elements]
    levels = [int(tag[1]) for tag in tags if tag in ("h1", "h2", "h3", "h4", "h5")]
    assert levels[0] == 1 and levels.count(1) == 1 and goes_down_one_at_a_time(levels)
    assert dict(elements)["html"]["lang"] == "en-GB"
    heads = [named for tag, named in elements if tag == "th"]
    assert {named["scope"] for named in heads} == {"col", "row", "rowgroup"}
    assert tags.count("table") == tags.count("caption") == 4
    drawing = next(named for tag, named in elements if tag == "svg")
    names = {named.get("id") for _, named in elements}
    assert drawing["role"] == "img" and set(drawing["aria-labelledby"].split()) <= names
    assert {"title", "desc"} <= set(tags) and "script" not in tags and "link" not in tags
    leads = [named["href"] for tag, named in elements if tag == "a" and "href" in named]
    assert {one[1:] for one in leads if one.startswith("#")} <= names
    regions = [named for tag, named in elements if named.get("role") == "region"]
    assert all(named["tabindex"] == "0" and named["aria-labelledby"] in names for named in regions)


def test_a_pdf_says_what_each_of_its_parts_is() -> None:
    content = build(documents.report(), "pdf")
    root = reading.tags(content)
    parts = root.walk()
    heads = [one for one in parts if one.kind == "TH"]
    assert heads and all(any(a.startswith("/Scope") for a in one.attributes) for one in heads)
    table = [one for one in parts if one.kind == "Table"][1]
    scopes = [
        [a.split()[-1] for cell in row.walk() for a in cell.attributes if a.startswith("/Scope")]
        for row in table.walk()
        if row.kind == "TR"
    ]
    assert scopes == [["/Column"] * 4] + [["/Row"]] * 6
    headings = [(int(one.kind[1]), one.text.strip()) for one in parts if one.kind in LEVELS]
    assert headings[:2] == [(1, "How early help helped in 2015-16"), (2, "Contents")]
    assert headings[2:] == [(level + 1, text) for level, text in HEADINGS]
    order = [one.text.strip() for one in parts if one.kind in ("P", "Caption")]
    places = [next(n for n, said in enumerate(order) if said.startswith(begin)) for begin in ORDER]
    assert places == sorted(places)


LEVELS = ("H1", "H2", "H3", "H4", "H5")
ORDER = (
    *("OFFICIAL", "Of 499 families", "The board is asked", "Table 1:", "Counts of 58"),
    *("Chart 1:", "Table 2:", "A review looked", "Table 3:", "She listened", "Table 4:"),
)


def test_a_pdf_says_of_itself_what_it_is_and_no_more() -> None:
    content = build(documents.report(), "pdf")
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert str(pdf.Root.Lang) == "en-GB"
        assert bool(pdf.Root.MarkInfo.Marked) and bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        assert str(pdf.docinfo["/Title"]).startswith("How early help helped in 2015-16")
        assert str(pdf.docinfo["/CreationDate"]) == "D:20160620000000Z"
        assert b"pdfuaid:part" not in pdf.Root.Metadata.read_bytes(), "nobody has validated it"
        figures = [one for one in _elements(pdf.Root.StructTreeRoot) if one.S == "/Figure"]
        assert [str(one.Alt) for one in figures] == [f"Chart 1: Open cases over two years. {ALT}"]
        left, bottom, right, top = (float(one) for one in figures[0].A.BBox)
        assert (left, right) == pytest.approx((56.7, 538.6), abs=1)
        assert 400 < bottom < top < 800, "it stands in the upper half of its page"
        with pdf.open_outline() as outline:
            marks = [(one.title, [inner.title for inner in one.children]) for one in outline.root]
        assert ("How much was done, and how well", ["What families told us"]) in marks
        sizes = [tuple(round(float(one)) for one in page.mediabox[2:]) for page in pdf.pages]
        assert sizes.count((842, 595)) == 1 and sizes[-1] == (595, 842), "the plan lies on its side"
        last = reading.poppler("pdftotext", "-layout", content=content)
        assert f"Page {len(sizes)} of {len(sizes)}" in last
    for font in reading.poppler("pdffonts", content=content).splitlines()[2:]:
        assert " yes yes yes " in font, "every font is in the file"


def test_lines_of_a_draft_are_numbered_and_not_read_aloud() -> None:
    content = build(documents.draft(), "pdf")
    words = reading.poppler("pdftotext", "-f", "3", "-l", "3", "-layout", content=content)
    assert [line.split()[0] for line in words.splitlines() if "The board is asked" in line] == ["8"]
    first = next(one for one in reading.tags(content).walk() if one.text.startswith("The board"))
    assert first.kind == "P"


def test_a_word_document_says_what_each_of_its_parts_is() -> None:
    document = docx.Document(io.BytesIO(build(documents.report(), "docx")))
    named = [(one.style.name, one.text) for one in document.paragraphs]
    headings = [(int(name[-1]), text) for name, text in named if name.startswith("Heading ")]
    assert headings == HEADINGS
    assert [text for name, text in named if name == "Title"] == ["How early help helped in 2015-16"]
    entries = [text for name, text in named if name.startswith("toc ")]
    assert entries == [text for level, text in HEADINGS if level <= 2], "filled in when written"
    body = document.element.body
    marks = {one.get(qn("w:name")) for one in body.iter(qn("w:bookmarkStart"))}
    links = [one.get(qn("w:anchor")) for one in body.iter(qn("w:hyperlink"))]
    assert len(links) > len(entries) and {one for one in links if one} <= marks
    for table in document.tables:
        first, *others = table.rows
        assert first._tr.trPr.find(qn("w:tblHeader")) is not None
        assert all(row._tr.trPr.find(qn("w:tblHeader")) is None for row in others)
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
        assert table._tbl.tblPr.find(qn("w:tblCaption")) is not None
    picture = next(body.iter(qn("wp:docPr")))
    assert ALT in picture.get("descr")
    languages = {one.get(qn("w:val")) for one in document.styles.element.iter(qn("w:lang"))}
    assert languages == {"en-GB"}


def test_a_word_document_says_of_itself_what_it_is() -> None:
    content = build(documents.draft(), "docx")
    document = docx.Document(io.BytesIO(content))
    said = document.core_properties
    assert said.title == "How early help helped in 2015-16" and said.keywords == "OFFICIAL"
    assert said.author == "Performance officer, Head of service, North"
    assert f"{said.created:%Y-%m-%d}" == "2016-05-20" and said.last_modified_by == ""
    turned = [one.orientation for one in document.sections]
    assert turned == [WD_ORIENT.PORTRAIT, WD_ORIENT.LANDSCAPE, WD_ORIENT.PORTRAIT]
    assert all(one._sectPr.find(qn("w:lnNumType")) is not None for one in document.sections)
    head = document.sections[0].header
    assert "OFFICIAL · DRAFT" in head.paragraphs[0].text
    assert "textpath" in etree.tostring(head._element).decode(), "DRAFT across the page"
    published = docx.Document(io.BytesIO(build(documents.report(), "docx")))
    assert published.sections[0]._sectPr.find(qn("w:lnNumType")) is None
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        for part in packed.namelist():
            if part.endswith((".xml", ".rels")):
                etree.fromstring(packed.read(part))


def test_each_numbered_list_of_a_word_document_begins_at_one() -> None:
    again = documents.report()
    document = docx.Document(io.BytesIO(build(again, "docx")))
    numbers = [
        one._p.pPr.numPr.numId.val
        for one in document.paragraphs
        if one.style.name == "List Number" and one._p.pPr.numPr is not None
    ]
    assert len(numbers) == 2 and len(set(numbers)) == 1
    numbering: Any = document.part.numbering_part.element
    made = next(one for one in numbering.num_lst if one.numId == numbers[0])
    assert made.find(f".//{qn('w:startOverride')}").get(qn("w:val")) == "1"


def _elements(part: Any) -> list[Any]:
    kids = part.get("/K")
    listed = list(kids) if isinstance(kids, pikepdf.Array) else [kids]
    found = [one for one in listed if isinstance(one, pikepdf.Dictionary) and "/S" in one]
    return [inner for one in found for inner in (one, *_elements(one))]


def test_no_year_at_the_head_of_a_column_is_broken_over_two_lines() -> None:
    page = build(documents.report(), "html").decode()
    assert '<th scope="col" class="eh-report__num"><span class="eh-nowrap">2015-16</' in page
    assert "<title>How early help helped in 2015-16 - " in page
    assert re.search(r"<h1>[^/]*<span class=\"eh-nowrap\">2015-16</span>", page)
    document = docx.Document(io.BytesIO(build(documents.report(), "docx")))
    [run] = document.tables[0].rows[0].cells[2].paragraphs[0].runs
    assert run.text == "2015-16"
    assert len(run._r.findall(qn("w:noBreakHyphen"))) == 1


def test_no_word_of_a_narrow_column_is_cut_for_a_wide_one() -> None:
    weights, longest = [8, 60, 60, 20, 60], [8, 12, 14, 10, 13]
    widths = shared(weights, longest, 240)
    assert sum(widths) == pytest.approx(240)
    assert all(width >= 1.7 * word + 2 for width, word in zip(widths, longest, strict=True))
