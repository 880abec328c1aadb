"""The parts of a packed workbook, and their XML as it streams by, within limits that hold.

The directory is looked at before anything is unpacked, and a part is never held as a whole.
Expat alone is asked, for a tree of elements takes a hundred times the bytes of its text:
nothing is declared, deeper, longer or of more names than workbooks have.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from xml.parsers import expat

from earlyhelp.core.files.cells import (
    LONGEST_CELL,
    MIB,
    MOST_COLUMNS,
    MOST_PART,
    MOST_UNPACKED,
    Unreadable,
)

_MOST_PARTS = 500
_MOST_DIRECTORY = 256 * 1024
# Elements and their attributes: more than twice what 10,000 rows of our widest table have, read
# twice over.
MOST_MARKS = 3_000_000
_MOST_NAMES = 20_000
_MOST_DEPTH = 64
_LONGEST_TOKEN = MIB
_CHUNK = 64 * 1024
# The parts that may be large: those of Excel with rows, the one of OpenDocument, the text of a
# Word document and its pictures, which nobody unpacks.
_HOLD_ROWS = ("xl/worksheets/", "xl/sharedstrings", "content.xml", "word/document", "word/media/")

DAMAGED = "is damaged: it cannot be read as a spreadsheet"
_WAY_OUT = "copy its rows into a new workbook, or save it as CSV"

# The beginning of an element with its attributes, or its end (None); and the text before it.
Event = tuple[str, dict[str, str] | None, str]


class _Held(io.BytesIO):
    """The bytes of a file, of which the directory is no more than a workbook has."""

    def read(self, size: int | None = -1) -> bytes:
        """As ever; more at once is asked for by a directory only."""
        if size is not None and size > _MOST_DIRECTORY:
            raise Unreadable(f"has more than {_MOST_PARTS} parts: {_WAY_OUT}")
        return super().read(size)


class Packed:
    """A workbook that was looked at from outside: few parts, none of them large but the rows."""

    def __init__(self, content: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(_Held(content))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, RuntimeError):
            raise Unreadable(_what_it_is(content)) from None
        parts = self._zip.infolist()
        if len(parts) > _MOST_PARTS:
            raise Unreadable(f"has more than {_MOST_PARTS} parts: {_WAY_OUT}")
        # A part never unpacks to more than it declares.
        if sum(part.file_size for part in parts) > MOST_UNPACKED:
            raise Unreadable(f"unpacks to more than {MOST_UNPACKED // MIB} MB: {_WAY_OUT}")
        for part in parts:
            if not part.filename.lower().startswith(_HOLD_ROWS):
                _refuse_large(part)
            # Other packings can ask for any amount of memory.
            if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise Unreadable(DAMAGED)
        self._marks = 0

    def walk(self, part: str, *, holds_rows: bool = False) -> Iterator[Event]:
        """What stands in a part, in its order; names are local ones, as ``table-cell``.

        An attribute's name keeps the word of its namespace: ``office:value``. Raises
        ``Unreadable`` where there is too much of anything; expat's own error where it is no XML.
        """
        if not holds_rows:
            _refuse_large(self._zip.getinfo(part))
        walker = _Walker()
        with self._zip.open(part) as stream:
            while chunk := stream.read(_CHUNK):
                events = walker.feed(chunk)
                # Before they are given: who takes a few and stops had all of them parsed.
                self._marks += walker.taken()
                if self._marks > MOST_MARKS:
                    raise Unreadable(f"holds more than a sheet can: {_WAY_OUT}")
                yield from events
        yield from walker.feed(b"", is_last=True)


def _refuse_large(part: zipfile.ZipInfo) -> None:
    if part.file_size > MOST_PART:
        raise Unreadable(
            f"has a part of more than {MOST_PART // MIB} MB beside its rows "
            f"({part.filename[:60]}): {_WAY_OUT}"
        )


def _what_it_is(content: bytes) -> str:
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        return "has a password or is of an old kind: save it as an Excel workbook (.xlsx)"
    return "is not a spreadsheet, or is damaged"


class _Walker:
    """Expat, fed by pieces; what it saw since the last one."""

    def __init__(self) -> None:
        self._expat = expat.ParserCreate(namespace_separator=" ")
        self._expat.buffer_text = True
        self._expat.StartDoctypeDeclHandler = self._refuse_declarations
        self._expat.EntityDeclHandler = self._refuse_declarations
        self._expat.StartElementHandler = self._begins
        self._expat.EndElementHandler = self._ends
        self._expat.CharacterDataHandler = self._says
        self._events: list[Event] = []
        self._text: list[str] = []
        self._length = 0
        self._depth = 0
        self._fed = 0
        self._begun = 0
        self._local: dict[str, str] = {}

    def feed(self, chunk: bytes, *, is_last: bool = False) -> list[Event]:
        """What a piece brings."""
        self._events = []
        self._expat.Parse(chunk, is_last)
        self._fed += len(chunk)
        too_long = self._fed - max(self._expat.CurrentByteIndex, 0) > _LONGEST_TOKEN
        if too_long or len(self._expat.intern) > _MOST_NAMES:
            raise Unreadable(DAMAGED)
        return self._events

    def taken(self) -> int:
        """How many elements began since this was last asked, and how many attributes they have."""
        begun, self._begun = self._begun, 0
        return begun

    def _refuse_declarations(self, *declared: object) -> None:
        raise Unreadable(DAMAGED)

    def _begins(self, name: str, attributes: dict[str, str]) -> None:
        self._begun += 1 + len(attributes)
        self._depth += 1
        if self._depth > _MOST_DEPTH:
            raise Unreadable(DAMAGED)
        if attributes:
            attributes = {self._called(key): value for key, value in attributes.items()}
        self._events.append((name.rpartition(" ")[2], attributes, self._taken_text()))

    def _ends(self, name: str) -> None:
        self._depth -= 1
        self._events.append((name.rpartition(" ")[2], None, self._taken_text()))

    def _says(self, text: str) -> None:
        # One more than a cell can have, so that it is seen to be too long.
        if self._length <= LONGEST_CELL:
            self._text.append(text)
            self._length += len(text)

    def _taken_text(self) -> str:
        if not self._text:
            return ""
        text = "".join(self._text)[: LONGEST_CELL + 1]
        self._text.clear()
        self._length = 0
        return text

    def _called(self, name: str) -> str:
        """``office:value`` for a name in OpenDocument's namespaces, the last word for another."""
        known = self._local.get(name)
        if known is None:
            space, _, local = name.rpartition(" ")
            words = space.split(":")
            known = f"{words[-2]}:{local}" if "opendocument" in words else local
            self._local[name] = known
        return known


class RowCells:
    """The cells of one row as they come; what is blank to the sheet's edge takes no room."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.cells: list[str] = []
        self.width = 0

    def put(self, text: str, times: int = 1) -> None:
        """The next cell, or so many of them; ``Unreadable`` beyond the last column we read."""
        if text:
            if self.width + times > MOST_COLUMNS:
                raise Unreadable(f"has more than {MOST_COLUMNS} columns", self.number)
            self.cells += [""] * (self.width - len(self.cells)) + [text] * times
        self.width += times


_WRITTEN = re.compile(r"[+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?")


def number(written: str) -> str:
    """A number without an exponent, to the 15 digits that spreadsheets keep."""
    if not _WRITTEN.fullmatch(written):
        return written
    try:
        return f"{Decimal(format(float(written), '.15g')):f}"
    except (ValueError, OverflowError, InvalidOperation):
        return written


def percentage(written: str) -> str:
    """What a cell shows that keeps 45 and is laid out as a percentage: ``4500%``."""
    if not _WRITTEN.fullmatch(written):
        return written
    shown = number(f"{written}e2" if "e" not in written.lower() else repr(float(written) * 100))
    return f"{shown}%"
