"""A file of a report as a browser takes it, or the page that says how far it is."""

from django.http import HttpResponse
from django.shortcuts import render

from earlyhelp.core.files.downloads import bytes_download
from earlyhelp.report.files import Awaited
from earlyhelp.report.formats import CONTENT_TYPES, ENDINGS
from earlyhelp.report.models import FileKind
from teams.http import SignedInRequest

_ACCEPTED = 202


def handed_over(
    request: SignedInRequest, file: bytes | Awaited, kind: str, *, name: str, above: tuple[str, str]
) -> HttpResponse:
    """A file under its name, without its ending; while it is built, the page that says so.

    ``above`` is the page that led here: what it is called, and where it is.
    """
    if isinstance(file, bytes):
        return bytes_download(f"{name}.{ENDINGS[kind]}", file, CONTENT_TYPES[kind])
    context = {"awaited": file, "format": FileKind(kind).label, "above": above}
    return render(request, "report/being_built.html", context, status=_ACCEPTED)
