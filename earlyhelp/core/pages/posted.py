"""What a page posts, read as what it is."""

import re

from django.http import HttpRequest


def clean(text: str) -> str:
    """As a database can keep it: no null characters, one kind of line end, no blanks around."""
    return text.replace("\x00", "").replace("\r\n", "\n").strip()


def whole_number(text: str) -> int | None:
    """A key or a version that a page wrote, as it brings it back; None for anything else."""
    return int(text) if re.fullmatch("[0-9]{1,9}", text) else None


def version_of(text: str) -> int | None:
    """A version as a form brings it back; None for anything that is not one."""
    return whole_number(text)


def posted_version(request: HttpRequest) -> int:
    """The version that the page was made from; one that never was where it does not say."""
    version = version_of(request.POST.get("version", ""))
    return -1 if version is None else version
