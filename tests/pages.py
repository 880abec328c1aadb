"""A page as people read it, and as a browser posts it again."""

import re
from html import unescape
from typing import Any


def plain(html: str) -> str:
    """The words of some HTML, as one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def text(response: Any, status: int = 200) -> str:
    """The words of a page that was answered so, as one line."""
    assert response.status_code == status, response.status_code
    return plain(response.content.decode())


def hidden(response: Any) -> dict[str, list[str]]:
    """What a page would post again without being touched: its hidden fields."""
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", response.content.decode()):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and value and name[1] != "csrfmiddlewaretoken":
            found.setdefault(unescape(name[1]), []).append(unescape(value[1]))
    return found


def box(response: Any, name: str) -> str:
    """What stands in an input."""
    found = re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())
    assert found, name
    return unescape(found[1])
