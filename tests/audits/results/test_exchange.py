"""A round's results as files: what they say is what the page says, in each of the formats."""

import csv
import datetime as dt
from collections.abc import Callable
from fractions import Fraction
from io import BytesIO, StringIO
from itertools import zip_longest
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from audits.casework.answers import CaseAnswer
from audits.grades import IndicatorKind
from audits.models import Round, RoundKind
from audits.results.exchange import COLUMNS
from audits.rounds import actions as rounds
from audits.tools.actions import IndicatorSpec
from earlyhelp.core.files.reader import read_cells
from tests.audits.making import CANARY, Casework, make_round_of, make_tool
from tests.audits.results.test_pages import open_results, words_of
from tests.audits.results.test_scored_rounds import COUNTS, FOUR, spread
from tests.cast import Cast
from tests.oracle.counting import half_up

SignIn = Callable[[str], Client]


def download(client: Client, made: Round, form: str, **asked: str) -> bytes:
    address = reverse("round-results-export", args=[made.code])
    response: Any = client.get(address, {"format": form, **asked})
    assert response.status_code == 200
    assert f'.{form}"' in response["Content-Disposition"]
    return b"".join(response)


def rows_of(body: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(body.decode())))


@pytest.fixture
def december(council: Cast) -> Round:
    tool = make_tool(council, asked=FOUR)
    november = {
        "period_name": "November 2015",
        "starts": dt.date(2015, 11, 1),
        "ends": dt.date(2015, 11, 30),
    }
    before = make_round_of(council, tool, spread(COUNTS)[:12], "november", **november)
    return make_round_of(council, tool, spread(COUNTS), "december", compares_with=before)


def test_a_workbook_has_a_sheet_for_reading_for_each_area(december: Round, sign_in: SignIn) -> None:
    book = load_workbook(BytesIO(download(sign_in("officer"), december, "xlsx")))
    assert book.sheetnames[:3] == ["Cover", "Data", "Testshire"]
    assert "North" in book.sheetnames
    header, first, *_ = book["Testshire"].iter_rows(values_only=True)
    assert header[:3] == ("Indicator", "Outstanding", "Good")
    data = dict(zip(*list(book["Data"].iter_rows(values_only=True))[:2], strict=True))
    assert first[0] == data["indicator_name"]
    assert first[-3:-1] == (data["numerator"], data["denominator"])
    assert first[-1] == pytest.approx(data["percent"] / 100)
    one_area = load_workbook(
        BytesIO(download(sign_in("officer"), december, "xlsx", area="locality:north"))
    )
    assert one_area.sheetnames == ["Cover", "Data", "North"]


@pytest.mark.parametrize("form", ["csv", "xlsx", "ods"])
def test_the_file_says_what_the_page_says(december: Round, sign_in: SignIn, form: str) -> None:
    client = sign_in("head")
    said = words_of(open_results(client, december))
    body = download(client, december, form)
    header, *lines = [cells for _, cells in read_cells(BytesIO(body), f"results.{form}", COLUMNS)]
    assert header == COLUMNS
    rows = [dict(zip_longest(COLUMNS, line, fillvalue="")) for line in lines]
    city = [row for row in rows if row["level"] == "city"]
    assert [row["indicator"] for row in city] == ["assessment", "plan", "review", "oversight"]
    for row in city:
        good, base = row["numerator"], row["denominator"]
        *given, not_applicable = [row[name] for name in COLUMNS[11:17]]
        # Each grade's share of the cases it applied to stands beside its number.
        grades = [
            f"{count} {half_up(Fraction(100 * int(count), int(base)), 1)}%" for count in given
        ]
        assert f"{row['indicator_name']} {' '.join(grades)} {not_applicable} {base}" in said
        # A workbook's cell is a number, which does not keep its last nought.
        percent, average = float(row["percent"]), float(row["average_score"])
        assert f"{percent:.1f}% {good} of {base}" in said
        assert f"{average:.1f} of {row['graded']} graded" in said
        before = f"{row['previous_numerator']} of {row['previous_denominator']}"
        assert f"{before} {row['change']}" in said
        assert row["previous_round"] == "november"
    review = next(row for row in city if row["indicator"] == "review")
    assert (review["not_found"], review["percent"]) == ("1", "35.3")


def test_every_area_that_the_reader_sees_or_one(casework: Casework, sign_in: SignIn) -> None:
    for serial in range(1, 7):
        casework.submit(serial, assessment="good" if serial < 3 else "inadequate")
    rows = rows_of(download(sign_in("manager"), casework.round, "csv"))
    shares = {
        (row["level"], row["area"]): f"{row['numerator']} of {row['denominator']}"
        for row in rows
        if row["indicator"] == "assessment"
    }
    assert shares == {
        ("city", ""): "2 of 6",
        ("locality", "north"): "2 of 3",
        ("locality", "south"): "0 of 2",
        ("team", "north-family"): "2 of 2",
        ("team", "north-centre"): "0 of 1",
        ("team", "south-family"): "0 of 2",
    }
    rows = rows_of(download(sign_in("manager"), casework.round, "csv", area="locality:south"))
    assert {row["area"] for row in rows} == {"south"}
    made = rounds.close_round(casework.round, reason="Over", by=casework.cast.actor("officer"))
    rows = rows_of(download(sign_in("board_member"), made, "csv"))
    assert {row["level"] for row in rows} == {"city"}


def test_yes_no_choices_and_words_and_no_case_number(casework: Casework, sign_in: SignIn) -> None:
    issues = {one.code: one.pk for one in casework.indicator["issues"].choices.all()}
    both = CaseAnswer(chosen=frozenset([issues["neglect"], issues["behaviour"]]))
    casework.submit(1, issues=both, supervision="no")
    casework.submit(2, duration=CaseAnswer("not-found", "No dates on file"))
    body = download(sign_in("officer"), casework.round, "csv")
    rows = [row for row in rows_of(body) if row["level"] == "city"]
    found = {(row["indicator"], row["choice"]): row for row in rows}
    supervision = found["supervision", ""]
    assert [supervision[name] for name in ("yes", "no", "not_applicable", "good")] == [
        "1",
        "1",
        "0",
        "",
    ]
    assert (supervision["numerator"], supervision["denominator"]) == ("1", "2")
    assert supervision["average_score"] == ""
    chosen = {label: row["numerator"] for (code, label), row in found.items() if code == "issues"}
    assert chosen == {"Neglect": "2", "Behaviour": "1", "Something else": "0"}
    assert found["issues", "Neglect"]["denominator"] == "2"
    assert (found["duration", ""]["numerator"], found["duration", ""]["not_found"]) == ("1", "1")
    for words in [CANARY, "No dates on file", "Eleven months", "Case "]:
        assert words not in body.decode()


def test_a_cohorts_outcome_is_a_share_of_all_its_cases(council: Cast, sign_in: SignIn) -> None:
    asked = [IndicatorSpec("Escalated", IndicatorKind.YES_NO, code="escalated")]
    grades = [{"escalated": "yes"}] * 2 + [{"escalated": "not-applicable"}] * 3
    tool = make_tool(council, "Follow-up", asked=asked)
    made = make_round_of(council, tool, grades, "cohort", kind=RoundKind.COHORT)
    row = rows_of(download(sign_in("head"), made, "csv"))[0]
    assert (row["numerator"], row["denominator"], row["percent"]) == ("2", "5", "40.0")
    assert "40.0% 2 of 5" in words_of(open_results(sign_in("head"), made))
    sheet = load_workbook(BytesIO(download(sign_in("head"), made, "xlsx")))["Testshire"]
    head = [cell.value for cell in sheet[1]]
    assert head[1:] == ["Not applicable", "Yes", "No", "Counted", "Of", "Share"]


def test_a_theme_that_looks_like_a_formula_is_only_text(council: Cast, sign_in: SignIn) -> None:
    tool = make_tool(council, asked=[IndicatorSpec("=cmd()", code="plan")])
    made = make_round_of(
        council, tool, [{"plan": "good"}], "odd", theme="+1+1", is_illustrative=True
    )
    body = download(sign_in("head"), made, "csv").decode()
    assert ",'+1+1," in body and ",'=cmd()," in body
    assert rows_of(body.encode())[0]["illustrative"] == "yes"


def test_other_formats_are_not_found(december: Round, sign_in: SignIn) -> None:
    address = reverse("round-results-export", args=[december.code])
    assert sign_in("head").get(address, {"format": "pdf"}).status_code == 404
