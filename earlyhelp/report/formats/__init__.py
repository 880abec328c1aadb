"""The board report as files: one content tree in, the bytes of one format out.

Nothing here works a number out: every format shows what the tree holds. The same document gives
the same bytes, on any day.
"""

from collections.abc import Callable
from importlib import import_module

from earlyhelp.report.formats.refusals import UnknownFormat
from earlyhelp.report.tree import Document

CONTENT_TYPES = {
    "html": "text/html; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "application/zip",
}
FORMATS = tuple(CONTENT_TYPES)
ENDINGS = {name: name for name in FORMATS} | {"csv": "zip"}
# Loaded when asked for: what only one format needs is no cost to the others.
_MODULES = {
    "html": "earlyhelp.report.formats.web",
    "docx": "earlyhelp.report.formats.word",
    "pdf": "earlyhelp.report.formats.pdf",
    "xlsx": "earlyhelp.report.formats.workbook",
    "csv": "earlyhelp.report.formats.csv_set",
}


def build(document: Document, format: str) -> bytes:  # noqa: A002  # what commands call it
    """The file of a document in a format (``FORMATS``)."""
    if format not in _MODULES:
        raise UnknownFormat(f"There is no format “{format}”: {', '.join(FORMATS)} are known.")
    write: Callable[[Document], bytes] = import_module(_MODULES[format]).build
    return write(document)
