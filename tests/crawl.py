"""Everything that somebody can open by following links: pages and files, as text."""

import io
import re
import zipfile
from collections import deque
from collections.abc import Iterable
from html import unescape
from urllib.parse import urljoin

from django.test import Client

_LINK = re.compile(r'<a\b[^>]*?href="([^"#]*)')
# What differs from one answer to the next by itself.
CHANCE = [
    (re.compile(r'(name="csrfmiddlewaretoken" value=")[^"]*'), r"\1"),
    (re.compile(r'(nonce=")[^"]*'), r"\1"),
    (re.compile(r'(name="form_key" value=")[^"]*'), r"\1"),
]
MOST = 600
_NOT_FOLLOWED = ("/accounts/", "/static/", "/admin/")


def body_of(client: Client, path: str) -> str | None:
    """What is at an address, workbooks unpacked; None where this person cannot open it."""
    response = client.get(path, follow=True)
    if response.status_code != 200:
        return None
    body = b"".join(response) if getattr(response, "streaming", False) else response.content
    if body.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            names = sorted(name for name in packed.namelist() if "core.xml" not in name)
            return "\n".join(packed.read(name).decode(errors="replace") for name in names)
    found = body.decode()
    for pattern, instead in CHANCE:
        found = pattern.sub(instead, found)
    return found


def crawl(
    client: Client, start: Iterable[str] = ("/",), *, but: Iterable[str] = (), hops: int = 99
) -> dict[str, str]:
    """By address, everything that can be reached from ``start`` in so many hops.

    Addresses with one of ``but`` in them are not followed: the same again in another form.
    """
    waiting, seen = deque((path, 0) for path in start), set(start)
    found: dict[str, str] = {}
    while waiting:
        assert len(seen) < MOST, "More addresses than a person could open"
        path, hop = waiting.popleft()
        body = body_of(client, path)
        if body is None:
            continue
        found[path] = body
        for link in map(unescape, _LINK.findall(body)) if hop < hops else ():
            url = urljoin(path, link)
            is_ours = url.startswith("/") and not url.startswith(_NOT_FOLLOWED)
            if is_ours and url not in seen and not any(part in url for part in but):
                seen.add(url)
                waiting.append((url, hop + 1))
    return found
