"""The files of a report read back by other programs' eyes: what stands in each, as text.

Nothing here knows how they are written: HTML by a parser of its own, Word by python-docx, PDF by
poppler, workbooks by openpyxl, CSV by the csv module.
"""

import csv
import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn

Grid = list[list[str]]


def squeezed(text: str) -> str:
    """Text with single spaces."""
    return re.sub(r"\s+", " ", text).strip()


@dataclass
class Read:
    """What a file says: its text, its tables, and placed figures by reference where it names them."""

    text: str = ""
    tables: list[Grid] = field(default_factory=list)
    figures: dict[str, str] = field(default_factory=dict)


class _Html(HTMLParser):
    """Takes a page apart."""

    def __init__(self) -> None:
        super().__init__()
        self.read = Read()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self._open: list[str] = []
        self._figure = ""
        self._words: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        named = {name: value or "" for name, value in attrs}
        self.elements.append((tag, named))
        if tag in ("meta", "img", "br"):
            self._words.append(" ")
            return
        self._open.append(tag)
        if tag == "table":
            self.read.tables.append([])
        elif tag == "tr":
            self.read.tables[-1].append([])
        elif tag in ("th", "td"):
            self.read.tables[-1][-1].append("")
        if "data-ref" in named:
            self._figure = named["data-ref"]
            self.read.figures[self._figure] = ""

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag, f"{tag} is not closed"
        if tag in ("span", "a"):
            self._figure = ""
        if tag not in ("span", "a", "sup", "strong", "em"):
            self._words.append(" ")

    def handle_data(self, data: str) -> None:
        if "style" in self._open or "svg" in self._open:
            return
        self._words.append(data)
        if "th" in self._open or "td" in self._open:
            self.read.tables[-1][-1][-1] += data
        if self._figure:
            self.read.figures[self._figure] += data

    def close(self) -> None:
        super().close()
        assert self._open == []
        self.read.text = squeezed("".join(self._words))


def parsed(content: bytes) -> _Html:
    """A page, taken apart."""
    page = _Html()
    page.feed(content.decode())
    page.close()
    return page


def read_html(content: bytes) -> Read:
    """An HTML page."""
    return parsed(content).read


def said_in_word(element: Any) -> str:
    """What a part of a Word document reads as."""
    hyphen = qn("w:noBreakHyphen")
    found = element.iter(qn("w:t"), hyphen)
    return "".join("-" if one.tag == hyphen else one.text or "" for one in found)


def read_docx(content: bytes) -> Read:
    """A Word document; a merged cell counts once, links count as text."""
    document = docx.Document(io.BytesIO(content))
    body = document.element.body
    lines = [said_in_word(p) for p in body.iter(qn("w:p"))]
    tables = []
    for table in document.tables:
        grid: Grid = []
        for row in table.rows:
            cells: dict[Any, str] = {}
            for cell in row.cells:
                cells.setdefault(cell._tc, said_in_word(cell._tc))
            grid.append(list(cells.values()))
        tables.append(grid)
    return Read(squeezed(" ".join(lines)), tables)


def poppler(program: str, *arguments: str, content: bytes) -> str:
    """What one of poppler's programs says of a PDF."""
    if not shutil.which(program):
        pytest.fail(f"{program} is not there: apt install poppler-utils")
    done = subprocess.run(
        [program, *arguments, "-"]
        if program == "pdfinfo" or program == "pdffonts"
        else [program, *arguments, "-", "-"],
        input=content,
        capture_output=True,
        check=True,
    )
    return done.stdout.decode()


@dataclass
class Tag:
    """An element of a PDF's structure, with what it says and what stands in it."""

    kind: str
    words: str = ""
    attributes: list[str] = field(default_factory=list)
    parts: "list[Tag]" = field(default_factory=list)

    @property
    def text(self) -> str:
        """All its words, in the order of reading."""
        return self.words + "".join(part.text for part in self.parts)

    def walk(self) -> "list[Tag]":
        """Itself and everything in it, in the order of reading."""
        return [self, *(one for part in self.parts for one in part.walk())]


def tags(content: bytes) -> Tag:
    """The structure of a PDF, as poppler reads it aloud."""
    root = Tag("Root")
    above = [(-1, root)]
    for line in poppler("pdfinfo", "-struct-text", content=content).splitlines():
        said = line.strip()
        depth = len(line) - len(line.lstrip())
        while above[-1][0] >= depth:
            above.pop()
        if said.startswith('"'):
            above[-1][1].words += said[1:-1]
        elif said.startswith("/"):
            above[-1][1].attributes.append(said)
        elif said and not said.startswith("Object"):
            made = Tag(re.split(r"[ :<]", said)[0])
            above[-1][1].parts.append(made)
            above.append((depth, made))
    return root


def read_pdf(content: bytes) -> Read:
    """A tagged PDF; its front is a table of its own, which is left out."""
    root = tags(content)
    tables = [
        [
            [squeezed(cell.text) for cell in row.walk() if cell.kind in ("TH", "TD")]
            for row in table.walk()
            if row.kind == "TR"
        ]
        for table in root.walk()
        if table.kind == "Table"
    ]
    blocks = [one for one in root.walk() if one.kind in _SPOKEN]
    return Read(squeezed(" ".join(one.text for one in blocks)), tables[1:])


_SPOKEN = ("P", "H1", "H2", "H3", "H4", "H5", "Caption", "TH", "TD", "LI")


def read_csv(content: bytes) -> dict[str, Grid]:
    """A packed set of CSV: the rows of each file by its name."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return {
            name: list(csv.reader(io.StringIO(packed.read(name).decode())))
            for name in packed.namelist()
            if name.endswith(".csv")
        }


def read_xlsx(content: bytes) -> dict[str, Grid]:
    """A workbook: the cells of each sheet as they are shown, by the sheet's name."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {
        sheet.title: [[_shown(cell) for cell in row] for row in sheet.iter_rows()]
        for sheet in book.worksheets
    }


def _shown(cell: Any) -> str:
    value, shape = cell.value, cell.number_format
    if value is None:
        return ""
    if shape == "d mmmm yyyy":
        return f"{value.day} {value:%B %Y}"
    if isinstance(value, int | float):
        places = len(shape.partition(".")[2].rstrip("%"))
        return f"{value:,.{places}%}" if shape.endswith("%") else f"{value:,.{places}f}"
    return str(value)
