"""Revised: what a figure was, is, since when and why, wherever it stands; outsiders the day."""

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
from django.core.management import call_command
from django.test import Client

from audits.plan.pages.aims import aim_rows
from measures.corrections import actions as corrections
from measures.counting.aggregates import take
from measures.counting.catalogue import load_measures
from measures.counting.revisions import as_it_was
from measures.counting.rollups import Cell, RollUp
from measures.exchange.roll_ups import COLUMNS
from measures.models import Answer, Figure, ReportingQuarter, Return
from measures.quarters.actions import finish
from measures.querysets import Audience, Basis
from measures.returns.answers import GivenAnswer
from measures.review import actions as review
from teams.authority import command_actor
from teams.quarters import FinancialYear
from tests.audits.making import make_aim, make_plan
from tests.cast import HISTORY, OPEN, Cast
from tests.pages import text
from tests.releases import release

SignIn = Callable[[str], Client]
Q4 = HISTORY[3]
ON = dt.datetime(2016, 7, 4, 12, tzinfo=dt.UTC)
WORDS = "was 75, is 96 since 4 July 2016: North's transfers left out"


def correct(council: Cast, team: str, item: str, becomes: GivenAnswer, why: str) -> None:
    """Propose and countersign a new answer for a team's last quarter."""
    figure = Figure.objects.get(return_made=council.made(team, Q4), item=council.item[item])
    proposed = corrections.propose({figure.pk: becomes}, reason=why, by=council.actor("officer"))
    corrections.countersign(proposed, by=council.actor("director", now=ON))


@pytest.fixture
def revised(council: Cast) -> Cast:
    """North's family team closed 44 cases in the last quarter, not 23: the city 96, not 75."""
    correct(council, "north-family", "cases-closed", GivenAnswer(44), "North's transfers left out")
    return council


CITY = [
    "/performance/?period=2015-16-q4",
    "/performance/measures/cases-closed/?period=2015-16-q4",
    "/performance/made-of/?measure=cases-closed&period=2015-16-q4",
    "/performance/table/?to=2015-16-q4",
]


@pytest.mark.parametrize(
    "path",
    [
        *CITY,
        "/performance/localities/?period=2015-16-q4",
        "/performance/measures/cases-closed/localities/?period=2015-16-q4",
        "/performance/commentary/cases-closed/city/2015-16-q4/",
    ],
)
def test_every_page_says_what_it_was_is_since_when_and_why(
    revised: Cast, sign_in: SignIn, path: str
) -> None:
    page = text(sign_in("officer").get(path))
    assert "revised" in page
    assert WORDS in page


def test_each_area_and_each_period_says_it_of_its_own_figure(
    revised: Cast, sign_in: SignIn
) -> None:
    client, why = sign_in("head"), "since 4 July 2016: North's transfers left out"
    for path, was in [
        ("/performance/localities/north/?period=2015-16-q4", "was 36, is 57"),
        ("/performance/localities/north/teams/?period=2015-16-q4", "was 23, is 44"),
        ("/performance/teams/north-family/?period=2015-16-q4", "was 23, is 44"),
        ("/performance/?period=2015-16", "was 276, is 297"),
        ("/performance/made-of/?measure=cases-closed&period=2015-16-q4&area=team:north-family",
         "was 23, is 44"),
        ("/performance/made-of/?measure=cases-closed&period=2015-16", "revised, was 132, is 153"),
    ]:  # fmt: skip
        assert f"{was} {why}" in text(client.get(path)), path
    assert "revised" not in text(client.get("/performance/localities/south/?period=2015-16-q4"))
    assert "revised" not in text(client.get("/performance/?period=2015-16-q3"))


def test_a_chart_marks_it_and_says_it_in_words(revised: Cast, sign_in: SignIn) -> None:
    page = sign_in("auditor").get("/performance/measures/cases-closed/?period=2015-16-q4")
    body = page.content.decode()
    chart = body[body.index('<svg class="eh-chart ') :]
    assert ">96 [r]</text>" in chart
    assert "Q4 2015-16 96 (revised, was 75, is 96 since 4 July 2016" in chart
    assert "[r] marks a figure that was revised." in text(page)
    rows = sign_in("auditor").get("/performance/?period=2015-16-q4").content.decode()
    assert 'aria-label="From 63 in Q1 2015-16 to 96 in Q4 2015-16; revised: Q4 2015-16"' in rows


@pytest.mark.parametrize("form", ["xlsx", "ods"])
@pytest.mark.parametrize(
    "path", ["/performance/export/?period=2015-16-q4", "/performance/table/?to=2015-16-q4"]
)
def test_a_workbook_has_a_sheet_of_what_was_revised(
    revised: Cast, sign_in: SignIn, path: str, form: str
) -> None:
    file = b"".join(sign_in("officer").get(f"{path}&format={form}"))  # type: ignore[arg-type]
    says_what_it_was(file, form)


@pytest.mark.parametrize("form", ["xlsx", "ods"])
def test_the_commands_workbook_has_it_too(revised: Cast, tmp_path: Path, form: str) -> None:
    file = tmp_path / f"out.{form}"
    quarter = ["--from", str(Q4), "--to", str(Q4)]
    call_command("export_rollup", "--by", "city", *quarter, "--format", form, "--output", file)
    says_what_it_was(file.read_bytes(), form)


def says_what_it_was(file: bytes, form: str) -> None:
    rows = sheet(file, form)
    assert rows[0] == ["area", "measure", "period", "was", "is", "revised on", "why"]
    closed = next(row for row in rows if row[:2] == ["Testshire", "Cases closed"])
    assert closed[3:] == ["75", "96", "4 July 2016", "North's transfers left out"]


def sheet(file: bytes, form: str) -> list[list[str]]:
    """The last sheet of a workbook, as text."""
    if form == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(file))
        assert book.sheetnames[-1] == "Revised"
        return [[str(cell.value or "") for cell in row] for row in book["Revised"]]
    found = [[str(cell) for cell in row] for row in ods_rows(file, "Revised")]
    assert found
    return found


def ods_rows(file: bytes, name: str) -> list[list[str]]:
    spaces = {
        "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
        "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    }
    with zipfile.ZipFile(io.BytesIO(file)) as packed:
        root = ElementTree.fromstring(packed.read("content.xml"))  # noqa: S314  # our own
    key = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}name"
    [found] = [one for one in root.iterfind(".//table:table", spaces) if one.get(key) == name]
    return [
        ["".join(cell.itertext()) for cell in row.iterfind("table:table-cell", spaces)]
        for row in found.iterfind(".//table:table-row", spaces)
    ]


def test_without_a_revision_there_is_no_such_sheet_and_csv_keeps_its_columns(
    council: Cast, sign_in: SignIn
) -> None:
    client = sign_in("officer")
    file = b"".join(client.get("/performance/export/?period=2015-16-q4&format=xlsx"))  # type: ignore[arg-type]
    assert openpyxl.load_workbook(io.BytesIO(file)).sheetnames == ["Cover", "Data", "Testshire"]
    correct(council, "north-family", "cases-closed", GivenAnswer(44), "Counted again")
    plain = b"".join(client.get("/performance/export/?period=2015-16-q4"))  # type: ignore[arg-type]
    assert b"Counted again" not in plain
    assert plain.decode("utf-8-sig").splitlines()[0] == ",".join(COLUMNS)


def test_what_a_board_member_is_told_is_the_day_and_the_kind_after_the_next_closing(
    revised: Cast, sign_in: SignIn
) -> None:
    client = sign_in("board_member")
    for path in CITY:
        page = text(client.get(path))
        assert "revised" not in page, path
        assert "96" not in page, path
    finish(ReportingQuarter.objects.get(pk=OPEN.index), reason="So", early=True, by=command_actor())
    release()
    for path in CITY:
        page = text(client.get(path))
        assert "revised on 4 July 2016: error in the data" in page, path
        assert "96" in page, path
        assert "transfers" not in page, path
        assert "was 75" not in page, path
    file = b"".join(client.get("/performance/export/?period=2015-16-q4&format=xlsx"))  # type: ignore[arg-type]
    closed = next(row for row in sheet(file, "xlsx") if row[1] == "Cases closed")
    assert closed[3:] == ["", "", "4 July 2016", "error in the data"]


def test_where_the_measure_of_an_aim_stands_says_it(revised: Cast) -> None:
    _, outcome = make_plan(revised)
    aim = make_aim(revised, outcome, year=FinancialYear(2015))
    [row], _ = aim_rows([aim], revised.authority("head"))
    assert "revised, was" in row.line
    assert "since 4 July 2016: North's transfers left out" in row.line


def cells_of(tally_of: Callable[[], RollUp]) -> dict[tuple[str, str], Cell]:
    """Every measure in every quarter and year, without what says who answered how."""
    rollup = tally_of()
    periods = [*HISTORY, HISTORY[0].year, OPEN, OPEN.year]
    return {
        (one.code, str(period)): rollup.count(one, period)
        for one in load_measures()
        for period in periods
    }


@pytest.mark.parametrize(
    ("team", "item", "was", "becomes"),
    [
        ("north-family", "cases-closed", None, GivenAnswer(44)),
        ("north-family", "cases-closed", Answer.NOT_PROVIDED, GivenAnswer(44)),
        ("north-family", "open-cases", None, GivenAnswer(None, Answer.NOT_PROVIDED, "Lost")),
        ("south-centre", "staff", Answer.NOT_APPLICABLE, GivenAnswer(30)),
        ("south-centre", "staff", None, GivenAnswer(None, Answer.NOT_APPLICABLE, "None there")),
        ("city-team", "children-in-care", None, GivenAnswer(None, Answer.NOT_PROVIDED, "Lost")),
        ("city-team", "children-in-care", Answer.NOT_PROVIDED, GivenAnswer(451)),
    ],
)
@pytest.mark.parametrize("whole", [True, False])
def test_what_it_was_is_what_it_was(
    council: Cast, team: str, item: str, was: str | None, becomes: GivenAnswer, *, whole: bool
) -> None:
    """By the same rules: coverage, matching and years included."""
    if was:
        made = Return.objects.get(pk=council.made(team, Q4).pk)
        row = Figure.objects.filter(return_made=made, item=council.item[item])
        row.update(value=None, answer=was, note="It was lost")

    def now() -> RollUp:
        quarters = [*HISTORY, OPEN]
        tally = take(
            *(load_measures(), quarters, Basis.SIGNED_OFF), audience=Audience.INTERNAL, whole=whole
        )
        return RollUp(tally, None)

    before = cells_of(now)
    correct(council, team, item, becomes, "Counted again")
    assert cells_of(now) != before
    assert cells_of(lambda: RollUp(as_it_was(now().tally), None)) == before


@pytest.fixture
def came_late(council: Cast) -> Callable[[], None]:
    """A quarter that closed without a return; called, it is accepted, submitted and signed off."""
    council.sign_off("north-family")
    council.sign_off("south-family", "other_head")
    council.fill_in("north-centre")
    finish(ReportingQuarter.objects.get(pk=OPEN.index), reason="So", early=True, by=command_actor())

    def accept() -> None:
        made = council.made("north-centre")
        review.accept_late(made, reason="Their manager was ill", by=council.actor("officer"))
        council.sign_off("north-centre")

    return accept


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("basis", Basis)
def test_what_it_was_before_a_return_came_late(
    council: Cast, came_late: Callable[[], None], basis: Basis, *, whole: bool
) -> None:
    """The return is missing then, as it was when the quarter closed."""

    def now() -> RollUp:
        quarters = [*HISTORY, OPEN]
        return RollUp(take(load_measures(), quarters, basis, whole=whole), None)

    before = cells_of(now)
    came_late()
    assert cells_of(now) != before
    assert cells_of(lambda: RollUp(as_it_was(now().tally), None)) == before


def test_a_return_that_came_late_revises_what_it_counts_in(
    council: Cast, came_late: Callable[[], None], sign_in: SignIn
) -> None:
    client, quarter = sign_in("officer"), str(OPEN)
    city = "/performance/made-of/?measure=cases-closed&period=2016-17-q1"
    before = RollUp(take(load_measures(), [OPEN], Basis.SIGNED_OFF), None)
    [closed] = [one for one in load_measures() if one.code == "cases-closed"]
    was = before.count(closed, OPEN).numerator
    assert "revised" not in text(client.get(city)), quarter
    came_late()
    now = RollUp(take(load_measures(), [OPEN], Basis.SIGNED_OFF), None).count(closed, OPEN)
    words = f"was {was}, is {now.numerator} since"
    why = ": a return was accepted late"
    for path in (city, "/performance/?period=2016-17-q1", "/performance/table/?to=2016-17-q1"):
        page = text(client.get(path))
        assert "revised" in page, path
        assert words in page, path
        assert why in page, path
    south = "/performance/localities/south/?period=2016-17-q1"
    assert "revised" not in text(client.get(south))
    team = text(client.get(f"{city}&area=team:north-centre"))
    assert "accepted late, on" in team
