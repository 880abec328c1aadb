"""OpenDocument sheets: the visible ones, and the rows of one as it streams by.

odfpy takes a second for 600 rows.
"""

from collections.abc import Iterator

from earlyhelp.core.files.cells import LONGEST_CELL, Formula, Unreadable
from earlyhelp.core.files.packed import Event, Packed, RowCells, number, percentage

_CONTENT = "content.xml"
_CELLS = ("table-cell", "covered-table-cell")


class Ods:
    """A workbook; ``names`` are its visible sheets'."""

    def __init__(self, packed: Packed) -> None:
        self._packed = packed
        self.names: list[str] = []
        hidden: set[str] = set()
        style = ""
        for name, attributes, _ in packed.walk(_CONTENT, holds_rows=True):
            if attributes is None:
                continue
            if name == "style":
                style = attributes.get("style:name", "")
            elif name == "table-properties" and attributes.get("table:display") == "false":
                hidden.add(style)
            elif name == "table" and attributes.get("table:style-name") not in hidden:
                self.names.append(attributes.get("table:name", ""))

    def rows(self, sheet: str) -> Iterator[tuple[int, list[str]]]:
        """The rows of a sheet that are not empty."""
        events = self._packed.walk(_CONTENT, holds_rows=True)
        at = 0
        here = False
        for name, attributes, _ in events:
            if name == "table":
                if here:
                    return
                here = attributes is not None and attributes.get("table:name", "") == sheet
            elif here and name == "table-row" and attributes is not None:
                cells = _row(events, at + 1).cells
                repeated = int(attributes.get("table:number-rows-repeated", "1"))
                if not cells:
                    at += repeated
                    continue
                for _ in range(repeated):
                    at += 1
                    yield at, list(cells)


def _row(events: Iterator[Event], at: int) -> RowCells:
    """The cells of a row, up to its end."""
    row = RowCells(at)
    for name, attributes, _ in events:
        if name == "table-row":
            break
        if name not in _CELLS or attributes is None:
            continue
        spans = (attributes.get(f"table:number-{way}-spanned", "1") for way in ("rows", "columns"))
        if name == "covered-table-cell" or any(span != "1" for span in spans):
            raise Unreadable("has merged cells: unmerge them, so that every row stands alone")
        text = _value(attributes, _paragraphs(events))
        row.put(text, int(attributes.get("table:number-columns-repeated", "1")))
    return row


def _value(attributes: dict[str, str], text: str) -> str:
    formula = attributes.get("table:formula")
    if formula is not None:
        return Formula(formula)
    kind, value = attributes.get("office:value-type"), attributes.get("office:value", "")
    if kind == "percentage":
        return percentage(value)
    if kind in ("float", "currency"):
        return number(value)
    if kind == "date":
        return attributes.get("office:date-value", "").removesuffix("T00:00:00")
    if kind == "boolean":
        return attributes.get("office:boolean-value", "")
    return text


def _paragraphs(events: Iterator[Event]) -> str:
    """The text of a cell up to its end: its own paragraphs, not those of a note or a shape."""
    pieces: list[str] = []
    length = depth = 0
    said = False
    for name, attributes, text in events:
        ends = attributes is None
        if ends and depth == 0:
            break
        piece = text if said else ""
        depth += -1 if ends else 1
        if name == "p" and depth == (0 if ends else 1):
            piece += "\n" if ends else ""
            said = not ends and length <= LONGEST_CELL
        elif said and attributes is not None:
            piece += _blank(name, attributes)
        pieces.append(piece)
        length += len(piece)
        said = said and length <= LONGEST_CELL
    text = "".join(pieces)
    # Not all of one that is too long was kept: it stays so, and is refused.
    return text if len(text) > LONGEST_CELL else text.strip()


def _blank(name: str, attributes: dict[str, str]) -> str:
    """What an element between the words of a paragraph stands for."""
    if name == "s":
        return " " * min(int(attributes.get("text:c", "1")), LONGEST_CELL)
    return {"tab": "\t", "line-break": "\n"}.get(name, "")
