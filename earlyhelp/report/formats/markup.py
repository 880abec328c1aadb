"""Elements of HTML, escaped by construction: what is not made here goes out as text."""

from collections.abc import Iterable

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from earlyhelp.core.files.spreadsheet_safety import plain

_VOID = frozenset({"meta", "img", "br"})


def element(name: str, /, *content: str, **attributes: str) -> SafeString:
    """An element; an empty attribute is left out; ``aria_label`` is aria-label."""
    begin = "".join(
        f' {key.strip("_").replace("_", "-")}="{text_of(value)}"'
        for key, value in attributes.items()
        if value
    )
    if name in _VOID:
        return mark_safe(f"<{name}{begin}>")  # noqa: S308  # both parts are escaped
    return mark_safe(f"<{name}{begin}>{joined(content)}</{name}>")  # noqa: S308  # as above


def joined(parts: Iterable[str]) -> SafeString:
    """Parts one after another, those that are not markup escaped."""
    return mark_safe("".join(map(text_of, parts)))  # noqa: S308  # each part is escaped


def text_of(part: str) -> str:
    """Text escaped, without characters that no document can hold; markup as it is."""
    return part if isinstance(part, SafeString) else conditional_escape(plain(part))
