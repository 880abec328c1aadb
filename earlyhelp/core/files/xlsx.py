"""Excel workbooks: their visible sheets, and the rows of one as it streams by."""

import posixpath
import re
import sys
from collections.abc import Iterator
from functools import cached_property

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils import column_index_from_string
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

from earlyhelp.core.files.cells import LONGEST_CELL, MOST_TEXT, Formula, Unreadable
from earlyhelp.core.files.packed import DAMAGED, Event, Packed, RowCells, number, percentage

_LONGEST_FORMAT = 255
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


class Xlsx:
    """A workbook; ``names`` are its visible sheets'."""

    def __init__(self, packed: Packed) -> None:
        self._packed = packed
        self._parts: dict[str, str] = {}
        self._epoch = CALENDAR_WINDOWS_1900
        links = _links(packed, "")
        book = next(part for kind, part in links.values() if kind == "officeDocument")
        links = _links(packed, book)
        self._beside = dict(links.values())
        for name, attributes, _ in packed.walk(book):
            if attributes is None:
                continue
            if name == "workbookPr" and attributes.get("date1904") in ("1", "true"):
                self._epoch = CALENDAR_MAC_1904
            elif name == "sheet" and attributes.get("state", "visible") == "visible":
                kind, part = links[attributes["id"]]
                if kind == "worksheet":
                    self._parts[attributes["name"]] = part
        self.names = list(self._parts)

    def rows(self, sheet: str) -> Iterator[tuple[int, list[str]]]:
        """The rows of a sheet that are not empty; merged cells are found at its end."""
        events = self._packed.walk(self._parts[sheet], holds_rows=True)
        row = RowCells(0)
        for name, attributes, _ in events:
            if name == "row" and attributes is not None:
                at = int(attributes.get("r", row.number + 1))
                if at <= row.number:
                    raise Unreadable(DAMAGED, at)
                row = RowCells(at)
            elif name == "row" and row.cells:
                yield row.number, row.cells
            elif name == "c" and attributes is not None:
                if "r" in attributes:
                    before = column_index_from_string(attributes["r"].rstrip("0123456789")) - 1
                    if before < row.width:
                        raise Unreadable(DAMAGED, row.number)
                    row.width = before
                row.put(self._cell(attributes, events))
            elif name == "mergeCell":
                raise Unreadable("has merged cells: unmerge them, so that every row stands alone")

    def _cell(self, attributes: dict[str, str], events: Iterator[Event]) -> str:
        """The text of a cell, up to its end."""
        found, has_formula = _written(events)
        if has_formula:
            return Formula(f"={found['f']}")
        kind, value = attributes.get("t", "n"), found["v"]
        if kind == "s":
            return self._strings[int(value)] if value else ""
        if kind in ("inlineStr", "str"):
            return _text(found["t"] or value)
        if kind == "b":
            return "true" if value == "1" else "false"
        return self._number(value, attributes.get("s")) if kind == "n" and value else value.strip()

    def _number(self, written: str, style: str | None) -> str:
        """As the sheet shows it, where it shows a date or a percentage."""
        kind = self._kinds[int(style)] if style and self._kinds else ""
        if kind == "percentage":
            return percentage(written)
        if kind == "date":
            try:
                day = str(from_excel(float(written), self._epoch))
            except (ValueError, OverflowError):
                return number(written)
            return day.removesuffix(" 00:00:00")
        return number(written)

    @cached_property
    def _strings(self) -> list[str]:
        """The strings that cells share."""
        found: list[str] = []
        if "sharedStrings" not in self._beside:
            return found
        pieces: list[str] = []
        length = held = 0
        events = self._packed.walk(self._beside["sharedStrings"], holds_rows=True)
        for name, attributes, text in _without_reading_aids(events):
            if name == "t" and attributes is None and length <= LONGEST_CELL:
                pieces.append(text)
                length += len(text)
            elif name == "si" and attributes is None:
                found.append(_text("".join(pieces)))
                held += sys.getsizeof(found[-1])
                pieces, length = [], 0
                if held > MOST_TEXT:
                    raise Unreadable("holds more text than can be read: save it as CSV")
        return found

    @cached_property
    def _kinds(self) -> list[str]:
        """Whether cells of each style show a date, a percentage or neither."""
        formats = dict(BUILTIN_FORMATS)
        found: list[str] = []
        of_cells = False
        if "styles" not in self._beside:
            return found
        for name, attributes, _ in self._packed.walk(self._beside["styles"]):
            if name == "cellXfs":
                of_cells = attributes is not None
            elif name == "numFmt" and attributes is not None:
                code = attributes.get("formatCode", "")[:_LONGEST_FORMAT]
                formats[int(attributes["numFmtId"])] = code
            elif name == "xf" and of_cells and attributes is not None:
                code = formats.get(int(attributes.get("numFmtId", "0")), "")
                percent = "%" in re.sub(r'"[^"]*"|\\.', "", code)
                found.append("percentage" if percent else "date" if is_date_format(code) else "")
        return found


def _links(packed: Packed, part: str) -> dict[str, tuple[str, str]]:
    """What a part points to: the kind and the part, by the link's name."""
    folder, name = posixpath.split(part)
    found = {}
    for element, attributes, _ in packed.walk(posixpath.join(folder, "_rels", f"{name}.rels")):
        if element == "Relationship" and attributes is not None:
            target = posixpath.normpath(posixpath.join("/", folder, attributes["Target"]))
            kind = attributes["Type"].rpartition("/")[2]
            found[attributes["Id"]] = kind, target.lstrip("/")
    return found


def _written(events: Iterator[Event]) -> tuple[dict[str, str], bool]:
    """What a cell holds up to its end: formula, value and text; and whether it has a formula."""
    found = {"f": "", "v": "", "t": ""}
    has_formula = False
    for name, begins, text in _without_reading_aids(events):
        if name == "c":
            break
        if name == "f" and begins is not None:
            has_formula = True
        elif name in found and begins is None and len(found[name]) <= LONGEST_CELL:
            found[name] += text
    return found, has_formula


def _without_reading_aids(events: Iterator[Event]) -> Iterator[Event]:
    """Without how a text is read aloud, which stands inside it."""
    aside = False
    for event in events:
        if event[0] == "rPh":
            aside = event[1] is not None
        elif not aside:
            yield event


def _text(written: str) -> str:
    """As it is seen: ``_x000D_`` is a line's end to Excel."""
    if len(written) > LONGEST_CELL:
        # Not all of it was kept: it stays too long, and is refused.
        return written
    if "_x" in written:
        written = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), written)
    return written.replace("\r\n", "\n").replace("\r", "\n").strip()
