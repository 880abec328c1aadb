"""What a page posts, read as what it is."""

from django.http import HttpRequest


def clean(text: str) -> str:
    """As a database can keep it: no null characters, one kind of line end, no blanks around."""
    return text.replace("\x00", "").replace("\r\n", "\n").strip()


def version_of(text: str) -> int | None:
    """A version as a form brings it back; None for anything that is not one."""
    is_number = text.isascii() and text.isdecimal() and len(text) < 10
    return int(text) if is_number else None


def posted_version(request: HttpRequest) -> int:
    """The version that the page was made from; one that never was where it does not say."""
    version = version_of(request.POST.get("version", ""))
    return -1 if version is None else version
