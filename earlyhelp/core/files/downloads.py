"""Files as a browser takes them: every name in one kind of header, and CSV with its mark.

A spreadsheet program reads names right only where CSV begins with a byte-order mark; a command's
output has none.
"""

from codecs import BOM_UTF8
from collections.abc import Callable, Iterable
from io import BytesIO
from itertools import chain
from typing import BinaryIO

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header

from earlyhelp.core.files.writer import CONTENT_TYPES, FileFormat


def as_attachment(name: str) -> dict[str, str]:
    """The header that gives a file its name, whatever stands in it."""
    return {"Content-Disposition": content_disposition_header(True, name) or "attachment"}


def csv_download(name: str, chunks: Iterable[bytes]) -> StreamingHttpResponse:
    """A CSV file that streams; ``name`` is without its ending."""
    return StreamingHttpResponse(
        chain([BOM_UTF8], chunks),
        content_type=CONTENT_TYPES[FileFormat.CSV],
        headers=as_attachment(f"{name}.csv"),
    )


def download(name: str, form: FileFormat, write_to: Callable[[BinaryIO], None]) -> HttpResponse:
    """A file of a format that ``write_to`` writes; ``name`` is without its ending."""
    held = BytesIO()
    if form == FileFormat.CSV:
        held.write(BOM_UTF8)
    write_to(held)
    return bytes_download(f"{name}.{form.value}", held.getvalue(), CONTENT_TYPES[form])


def bytes_download(name: str, content: bytes, content_type: str) -> HttpResponse:
    """A file that is there already; ``name`` has its ending."""
    return HttpResponse(content, content_type=content_type, headers=as_attachment(name))
