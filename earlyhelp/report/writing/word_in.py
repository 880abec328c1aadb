"""A Word document read as the text of a block: headings, paragraphs, points, rows of tables.

Files are not trusted: it is read as workbooks are, as a stream and within their limits. What was
deleted with changes tracked is left out, what was put in is in.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from earlyhelp.core.files.cells import LONGEST_CELL, MIB, MOST_BYTES, Unreadable
from earlyhelp.core.files.packed import Packed

UNREADABLE = (
    "This cannot be read as a Word document: it is damaged, has a password, is of an old kind or "
    f"is larger than {MOST_BYTES // MIB} MB. Save it as .docx and try again"
)
_HEADING = re.compile(r"(?:heading|title|toc)\s?([1-9]?)", re.IGNORECASE)
_MARKS = re.compile(r"([\\`*_\[\]<>])")
_BEGINS = re.compile(r"^(\s*)([#+-]|[0-9]{1,9}(?=[.)]))")
# What repeats the text of a box for old programs, and what is no text of the document's own.
_LEFT_OUT = ("Fallback", "instrText", "delText")
# Marks that stand for letters.
_SAID = {"tab": " ", "br": " ", "cr": " ", "noBreakHyphen": "-"}


# Far more than any report has; what is counted are letters, breaks and paragraphs.
MOST_LETTERS = 1_000_000
TOO_LONG = f"It has more than {MOST_LETTERS:,} letters: divide it by its sections"
# Elements and their attributes. A report of 42 pages as we write it has 38,000; Word, which splits
# what was edited into pieces, writes a few times as many.
MOST_MARKS = 400_000
TOO_MANY_MARKS = f"It has more than {MOST_MARKS:,} marks of layout: divide it by its sections"


@dataclass
class WordParagraph:
    """A paragraph as it reads; ``is_point`` where it is a list's or a table's."""

    text: str = ""
    style: str = ""
    is_point: bool = False
    is_row: bool = False

    @property
    def level(self) -> int:
        """Of a heading; 0 for any other paragraph, 9 for an entry of the contents."""
        found = _HEADING.fullmatch(self.style)
        if found is None:
            return 0
        return 9 if self.style.lower().startswith("toc") else int(found[1] or 1)

    @property
    def words(self) -> str:
        """Its text with single spaces."""
        return " ".join(self.text.split())


def read_word(file: BinaryIO) -> list[WordParagraph]:
    """The paragraphs of a document, in order; ``Unreadable`` where it is none, or too large."""
    content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise Unreadable(UNREADABLE)
    try:
        found = list(_Reader(Packed(content)).paragraphs())
    except _TooLong:
        raise
    except Exception:  # noqa: BLE001  # Unreadable with a workbook's words, KeyError to expat's own
        raise Unreadable(UNREADABLE) from None
    return [one for one in found if one.words and one.level != 9]


class _TooLong(Unreadable):
    """There are more words than are read."""


@dataclass
class _Open:
    """A paragraph of which not everything was read yet; its text comes in pieces."""

    pieces: list[str] = field(default_factory=list)
    style: str = ""
    is_point: bool = False

    def ended(self) -> WordParagraph:
        """The whole of it."""
        return WordParagraph("".join(self.pieces), self.style, self.is_point)


class _Reader:
    """Paragraphs as the stream brings them; those in a box of text before the one around it."""

    def __init__(self, packed: Packed) -> None:
        self._packed = packed
        self._open: list[_Open] = []
        # By table within table: the cells of the row, each with its paragraphs.
        self._rows: list[list[list[str]]] = []
        self._left_out = 0
        self._letters = 0
        self._marks = 0

    def paragraphs(self) -> Iterator[WordParagraph]:
        """Every paragraph; a row of a table as one."""
        for name, attributes, text in self._packed.walk("word/document.xml", holds_rows=True):
            if len(text) > LONGEST_CELL:
                raise Unreadable(UNREADABLE)
            self._marks += 0 if attributes is None else 1 + len(attributes)
            if self._marks > MOST_MARKS:
                raise _TooLong(TOO_MANY_MARKS)
            if name in _LEFT_OUT:
                self._left_out += 1 if attributes is not None else -1
            elif self._left_out:
                continue
            elif attributes is not None:
                self._begins(name, attributes)
            else:
                yield from self._ends(name, text)

    def _begins(self, name: str, attributes: dict[str, str]) -> None:
        if name == "p":
            self._open.append(_Open())
            self._count(1)
        elif name == "tr":
            self._rows.append([])
        elif name == "tc" and self._rows:
            self._rows[-1].append([])
            self._count(1)
        elif self._open and name == "pStyle":
            self._open[-1].style = attributes.get("val", "")
        elif self._open and name == "numPr":
            self._open[-1].is_point = True
        elif self._open and name in _SAID:
            self._says(_SAID[name])

    def _says(self, text: str) -> None:
        self._count(len(text))
        self._open[-1].pieces.append(text)

    def _count(self, letters: int) -> None:
        self._letters += letters
        if self._letters > MOST_LETTERS:
            raise _TooLong(TOO_LONG)

    def _ends(self, name: str, text: str) -> Iterator[WordParagraph]:
        if name == "t" and self._open:
            self._says(text)
        elif name == "p" and self._open:
            ended = self._open.pop().ended()
            if self._rows and self._rows[-1]:
                self._rows[-1][-1].append(ended.words)
            else:
                yield ended
        elif name == "tr" and self._rows:
            cells = [" ".join(filter(None, cell)) for cell in self._rows.pop()]
            yield WordParagraph("; ".join(filter(None, cells)), is_point=True, is_row=True)


def as_text(paragraphs: list[WordParagraph]) -> str:
    """The paragraphs as the text of a block."""
    parts: list[list[str]] = []
    for one in paragraphs:
        words = escaped(one.words)
        if one.level:
            words = f"{'#' * min(one.level, 2)} {words}"
        elif one.is_point or one.style.lower().startswith("list"):
            words = f"- {words}"
            if parts and parts[-1][0].startswith("- "):
                parts[-1].append(words)
                continue
        parts.append([words])
    return "\n\n".join("\n".join(lines) for lines in parts)


def escaped(words: str) -> str:
    """Words that read as they are: what means something in a text is marked as plain."""
    marked = _MARKS.sub(r"\\\1", words)
    return _BEGINS.sub(lambda one: f"{one[1]}{_plainly(one[2])}", marked)


def _plainly(begins: str) -> str:
    return f"\\{begins}" if begins in "#+-" else f"{begins}\\"
