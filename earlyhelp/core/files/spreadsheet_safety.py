"""Cells of a file that people open in a spreadsheet program.

A cell that begins with one of a few characters is taken for a formula, and a formula can
send what stands in other cells to a stranger. Such text goes out behind an apostrophe, which
the program shows as plain text, and the apostrophe comes off again when we read the file.
"""

import re
from functools import lru_cache

# Full-width forms included.
_FORMULA_STARTS = tuple("=+-@\t\n＝＋－＠")
_MARK = "'"
_SHORT = 100
# Characters that XML, and so a workbook, cannot hold.
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def plain(text: str) -> str:
    """Text with line ends of one kind, and without the characters that are not text."""
    return _NOT_TEXT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def escape(text: str) -> str:
    """Text that no spreadsheet program takes for a formula: an apostrophe goes before it.

    Line ends become one kind, and characters that are not text go, so that rows stay rows.
    """
    return _escaped_before(text) if len(text) <= _SHORT else _escaped(text)


def _escaped(text: str) -> str:
    text = plain(text)
    return f"{_MARK}{text}" if _would_run(text) else text


# Codes and names come again in every row of a file.
_escaped_before = lru_cache(maxsize=4096)(_escaped)


def unescape(text: str) -> str:
    """What was meant by a cell that ``escape`` marked; anything else as it is."""
    return text[1:] if text.startswith(_MARK) and _would_run(text[1:]) else text


def _would_run(text: str) -> bool:
    return text.startswith(_FORMULA_STARTS) or text.lstrip().startswith(_FORMULA_STARTS)
