"""Links in files: each leads somewhere, for the person who took the file, and says where.

A file is kept and passed on: a path of this site leads nowhere from it, and an address without a
period opens another quarter later. Inside of a file a link leads to a place of that file.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import pikepdf
import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from audits.plan import progress_actions as doing
from earlyhelp.report.publishing import actions as publishing
from tests import access
from tests.access import PERSONAS
from tests.audits.making import make_action, make_casework, make_plan
from tests.cast import OPEN, Cast
from tests.report import making
from tests.report.fetching import fetched
from tests.report.reading import parsed
from tests.test_links import Link

pytestmark = pytest.mark.django_db

ELSEWHERE = "https://council.example/early-help/"
REPORT = (
    f"{making.WORDS}\n\nWe said why [at length]({ELSEWHERE}), and [here](#what-was-done), not "
    "[below](#nowhere)."
)
TABLES, WITH_WORD = ("csv", "xlsx", "ods"), ("csv", "xlsx", "ods", "docx")
KINDS = ("html", "pdf", "docx", "xlsx", "csv")
# An address of ours, whole or as a path, where a cell holds nothing else.
_ADDRESS = re.compile(r"(?:https?:/)?/[\w./?&=:%#-]+")
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_RELATED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_XLINK = "{http://www.w3.org/1999/xlink}href"

# Where a link of a file leads: an address, or with a # a place of the file.
Found = tuple[str, str]


def links_in(body: bytes, kind: str) -> tuple[list[Found], set[str]]:
    """The links of a file, each with its words; and the places in it that can be led to."""
    if body.startswith(b"PK\x03\x04") and kind == "csv":
        return _of_a_set(body)
    return {"html": _html, "pdf": _pdf, "docx": _docx, "xlsx": _xlsx, "ods": _ods, "csv": _csv}[
        kind
    ](body)


def _html(body: bytes) -> tuple[list[Found], set[str]]:
    page = parsed(body)
    found = [("", named["href"]) for tag, named in page.elements if tag == "a"]
    return found, {named["id"] for _, named in page.elements if "id" in named}


def _csv(body: bytes) -> tuple[list[Found], set[str]]:
    rows = csv.reader(io.StringIO(body.decode("utf-8-sig")))
    cells = [cell for row in rows for cell in row if _ADDRESS.fullmatch(cell)]
    return [("", cell) for cell in cells], set()


def _of_a_set(body: bytes) -> tuple[list[Found], set[str]]:
    found: list[Found] = []
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        for name in packed.namelist():
            if name.endswith(".csv"):
                found += _csv(packed.read(name))[0]
    return found, set()


def _parts(body: bytes, pattern: str) -> Iterator[tuple[str, ElementTree.Element]]:
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        for name in packed.namelist():
            if re.fullmatch(pattern, name):
                yield name, ElementTree.fromstring(packed.read(name))  # noqa: S314  # ours


def _outside(body: bytes, pattern: str) -> dict[str, str]:
    """What relations of parts lead out, by their ids."""
    return {
        one.attrib["Id"]: one.attrib["Target"]
        for _, part in _parts(body, pattern)
        for one in part
        if one.attrib.get("TargetMode") == "External"
    }


def _docx(body: bytes) -> tuple[list[Found], set[str]]:
    out = _outside(body, r"word/_rels/document\.xml\.rels")
    [(_, part)] = _parts(body, r"word/document\.xml")
    found = []
    for one in part.iter(f"{_WORD}hyperlink"):
        words = "".join(text.text or "" for text in one.iter(f"{_WORD}t"))
        anchor, related = one.get(f"{_WORD}anchor"), one.get(f"{_RELATED}id", "")
        found.append((words, f"#{anchor}" if anchor else out[related]))
    return found, {one.attrib[f"{_WORD}name"] for one in part.iter(f"{_WORD}bookmarkStart")}


def _xlsx(body: bytes) -> tuple[list[Found], set[str]]:
    out = _outside(body, r"xl/worksheets/_rels/.*")
    found = [
        ("", f"#{one.attrib['location'].partition('!')[0].strip(chr(39))}"
         if "location" in one.attrib else out[one.attrib[f"{_RELATED}id"]])
        for _, part in _parts(body, r"xl/worksheets/[^/]*\.xml")
        for one in part.iter(f"{_SHEET}hyperlink")
    ]  # fmt: skip
    cells = [
        one.text or ""
        for _, part in _parts(body, r"xl/(?:sharedStrings|worksheets/[^/]*)\.xml")
        for one in part.iter(f"{_SHEET}t")
    ]
    [(_, book)] = _parts(body, r"xl/workbook\.xml")
    sheets = {one.attrib["name"] for one in book.iter(f"{_SHEET}sheet")}
    return found + [("", cell) for cell in cells if _ADDRESS.fullmatch(cell)], sheets


def _ods(body: bytes) -> tuple[list[Found], set[str]]:
    [(_, part)] = _parts(body, r"content\.xml")
    cells = ["".join(one.itertext()) for one in part.iter() if one.tag.endswith("}p")]
    found = [("", one.attrib[_XLINK]) for one in part.iter() if _XLINK in one.attrib]
    return found + [("", cell) for cell in cells if _ADDRESS.fullmatch(cell)], set()


def _pdf(body: bytes) -> tuple[list[Found], set[str]]:
    found, places = [], set[str]()
    with pikepdf.open(io.BytesIO(body)) as file:
        names = file.Root.get("/Names", pikepdf.Dictionary()).get("/Dests")
        if names is not None:
            places = {str(one) for one in pikepdf.NameTree(names)}
        for page in file.pages:
            for one in page.get("/Annots", []):
                if one.get("/Subtype") == "/Link":
                    action = one.get("/A", pikepdf.Dictionary())
                    to = action.get("/URI") or f"#{one.get('/Dest', action.get('/D'))}"
                    found.append(("", str(to)))
    return found, places


@pytest.fixture(scope="module")
def files(kept_cast: Cast, sessions: dict[str, str]) -> Iterator[dict[Any, tuple[str, bytes]]]:
    """Every file that somebody can take, by its address and who takes it."""
    with transaction.atomic():
        yield dict(taken(kept_cast, sessions))
        transaction.set_rollback(True)


def taken(cast: Cast, sessions: dict[str, str]) -> Iterator[tuple[Any, tuple[str, bytes]]]:
    """What each person gets of the files that there are."""
    work = make_casework(cast)
    work.submit(1, plan="good")
    _, outcome = make_plan(cast)
    action = make_action(cast, outcome)
    doing.report(action, text="Begun", evidence_link=ELSEWHERE, by=cast.actor("manager"))
    by = cast.actor("officer")
    edition = publishing.publish(making.approved(cast, REPORT), by=by)
    report = {"code": edition.report.code}
    at = f"period={access.slug(OPEN - 1)}"
    addresses = [
        *((f"{reverse('performance-export')}?{at}&format={one}", one) for one in TABLES),
        *((f"{reverse('plan-export', args=[2016])}?format={one}", one) for one in WITH_WORD),
        *(
            (f"{reverse('round-results-export', args=[work.round.code])}?format={one}", one)
            for one in TABLES
        ),
        *((reverse("report-draft", kwargs=report | {"kind": one}), one) for one in KINDS),
        *(
            (reverse("edition-file", kwargs=report | {"number": 1, "kind": one}), one)
            for one in KINDS
        ),
    ]
    for who in [one for one in PERSONAS if one in sessions]:
        client = access.client_of(who, sessions)
        for address, kind in addresses:
            if "/draft/" in address and who != "officer":
                continue  # whoever reads drafts reads the same
            answer: Any = fetched(client, address)
            if answer.status_code == 200:
                body = b"".join(answer) if answer.streaming else answer.content
                yield (who, address), (kind, body)
        for kept, people in access.kept_pages().items():
            if "export" in people.get(who, ()):
                yield from _of_administration(client, who, kept)


def _of_administration(
    client: Client, who: str, kept: str
) -> Iterator[tuple[Any, tuple[str, bytes]]]:
    address = reverse(f"admin:{kept}_export")
    page = client.get(address).content.decode()
    fields = re.findall(r'name="([^"]*)"[^>]*checked', page)
    for number, kind in re.findall(r'<option value="(\d+)"[^>]*>\s*(\w+)', page):
        answer: Any = client.post(address, {"format": number, **dict.fromkeys(fields, "on")})
        body = b"".join(answer) if answer.streaming else answer.content
        yield (who, f"{address}#{kind}"), (kind, body)


def test_there_are_links_of_each_kind_to_be_followed(files: dict[Any, tuple[str, bytes]]) -> None:
    """And somebody of each kind of person takes a file."""
    with_links = {kind for kind, body in files.values() if links_in(body, kind)[0]}
    assert with_links == {"html", "pdf", "docx", "xlsx", "ods"}, "tables alone have none"
    assert {who for who, _ in files} >= {"officer", "head", "manager", "board member", "auditor"}
    for kind in ("html", "pdf", "docx", "xlsx"):
        inner = [
            to
            for of, body in files.values()
            if of == kind
            for _, to in links_in(body, of)[0]
            if to.startswith("#")
        ]
        assert inner, kind


def test_a_link_within_a_file_leads_to_a_place_of_it(files: dict[Any, tuple[str, bytes]]) -> None:
    nowhere = []
    for of, (kind, body) in files.items():
        found, places = links_in(body, kind)
        nowhere += [
            (of, to) for _, to in found if to.startswith("#") and unquote(to[1:]) not in places
        ]
    assert nowhere == []


def test_a_link_to_this_site_is_whole_and_is_answered_for_who_took_it(
    cast: Cast, sessions: dict[str, str], files: dict[Any, tuple[str, bytes]]
) -> None:
    unanswered = []
    for (who, address), (kind, body) in files.items():
        for words, to in set(links_in(body, kind)[0]):
            if to.startswith("#") or to == ELSEWHERE:
                continue
            split = urlsplit(to)
            assert split.scheme in ("http", "https"), f"{to} leads nowhere from a file"
            client = access.client_of(who, sessions)
            if client.get(f"{split.path}?{split.query}").status_code != 200:
                unanswered.append((who, address, to))
            assert list(Link(address, words, to).lacks(cast)) == []
    assert unanswered == []
