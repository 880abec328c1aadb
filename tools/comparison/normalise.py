"""An answer as text in which nothing changes from one recording to the next by itself.

Chance and the clock are held still while recording (``site.py``); what is left to even out
are tokens, the names of static files, versions of forms, and what file formats write about
their own making.
"""

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterable
from hashlib import sha256

_HTML = [
    (re.compile(r'(name="(?:csrfmiddlewaretoken|form_key)" value=")[^"]*'), r"\1TOKEN"),
    (re.compile(r'(nonce=")[^"]*'), r"\1NONCE"),
    (re.compile(r'(/static/[^"\s]*?)\.[0-9a-f]{12}(\.\w+)'), r"\1\2"),
    (re.compile(r'(name="(?:[\w-]*[_-])?version" value=")\d+'), r"\1VERSION"),
    (re.compile(r'(value=")\d+("[^>]* name="(?:[\w-]*[_-])?version")'), r"\1VERSION\2"),
]
_HEADER = [
    (re.compile(r"'nonce-[^']*'"), "'nonce-NONCE'"),
]
# These say nothing about the answer, or say it again.
_LEFT_OUT = {"content-length", "date", "etag", "expires", "last-modified", "set-cookie"}
_MADE_AT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?")
_BETWEEN_TAGS = re.compile(r">(?=<)")


def text_of(status: int, headers: Iterable[tuple[str, str]], body: bytes) -> str:
    """Status, headers and body of an answer, with a line for each."""
    lines = [str(status)]
    kind = ""
    for name, value in sorted((name.lower(), value) for name, value in headers):
        if name == "content-type":
            kind = value
        if name not in _LEFT_OUT:
            lines.append(f"{name}: {_evened(value, _HEADER)}")
    return "\n".join([*lines, "", body_text(body, kind)])


def body_text(body: bytes, kind: str = "") -> str:
    """A page, a file or a document as text: packed formats part by part."""
    if body.startswith(b"PK\x03\x04"):
        return _unpacked(body)
    if body.startswith(b"%PDF"):
        return _pdf(body)
    text = body.decode("utf-8", "surrogateescape")
    return _evened(text, _HTML) if "html" in kind else text


def _evened(text: str, rules: list[tuple[re.Pattern[str], str]]) -> str:
    for pattern, replacement in rules:
        text = pattern.sub(replacement, text)
    return text


def _unpacked(body: bytes) -> str:
    lines: list[str] = []
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        for part in packed.infolist():
            lines.append(f"== {part.filename}")
            content = packed.read(part)
            if part.filename.endswith((".xml", ".rels", ".rdf")) or part.filename == "mimetype":
                text = _BETWEEN_TAGS.sub(">\n", content.decode("utf-8"))
                if part.filename in {"docProps/core.xml", "meta.xml"}:
                    text = _MADE_AT.sub("MOMENT", text)
                lines.append(text)
            else:
                lines.append(f"{len(content)} bytes, {sha256(content).hexdigest()}")
    return "\n".join(lines)


def _pdf(body: bytes) -> str:
    """The text of a PDF as it stands on its pages; needs ``pdftotext`` (poppler-utils)."""
    program = shutil.which("pdftotext")
    if program is None:
        raise RuntimeError("A PDF is compared as text: install pdftotext (poppler-utils).")
    done = subprocess.run(
        [program, "-layout", "-", "-"], input=body, capture_output=True, check=True
    )
    return done.stdout.decode("utf-8")
