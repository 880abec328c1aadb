"""``export_rollup``, against hand-worked numbers and against the independent implementation."""

import csv
import io
import zipfile
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from earlyhelp.core.files import reader as sheets
from earlyhelp.core.files import writer as writing
from measures.counting import areas, display
from measures.counting.aggregates import take
from measures.counting.catalogue import load_measures
from measures.counting.rollups import RollUp
from measures.exchange import roll_ups as rollup_export
from measures.models import Measure, Return
from measures.querysets import Basis
from measures.workflow import ReturnState
from teams.models import Locality, Team, User
from teams.quarters import Quarter
from tests import oracle
from tests.measures.folders import (
    random_figures,
    random_folder,
    write_figures,
    write_folder,
    write_rows,
)

pytestmark = pytest.mark.django_db

Export = Callable[..., list[dict[str, str]]]
FIGURES = [
    "red,2015-16 Q1,closed,4,,",
    "red,2015-16 Q1,reopened,1,,",
    "red,2015-16 Q1,open,5,,",
    "red,2015-16 Q1,hours,1.5,,",
    "green,2015-16 Q1,closed,8,,",
    "green,2015-16 Q1,reopened,5,,",
    "green,2015-16 Q1,open,,not-provided,System was down",
    "green,2015-16 Q1,hours,0.25,,",
    "green,2015-16 Q3,closed,0,,",
    "green,2015-16 Q3,hours,0,,",
    "blue,2015-16 Q1,people,7,,",
    "blue,2015-16 Q3,people,9,,",
    "desk,2015-16 Q1,care,460,,",
]


def exported(*arguments: str) -> list[dict[str, str]]:
    out = io.StringIO()
    call_command("export_rollup", *arguments, stdout=out)
    return list(csv.DictReader(io.StringIO(out.getvalue())))


@pytest.fixture
def small(tmp_path: Path) -> Path:
    call_command("load_council", str(write_folder(tmp_path / "town")), stdout=io.StringIO())
    figures = write_figures(tmp_path / "figures.csv", *FIGURES)
    call_command("import_figures", str(figures), "--signed-off", stdout=io.StringIO())
    return tmp_path


def one(rows: list[dict[str, str]], area: str, measure: str, period: str) -> dict[str, str]:
    (row,) = [
        row
        for row in rows
        if (row["area_code"], row["measure"], row["period"]) == (area, measure, period)
    ]
    return row


def said(row: dict[str, str]) -> tuple[str, ...]:
    return tuple(
        row[name]
        for name in ("numerator", "denominator", "value", "answered", "expected", "missing")
    )


Q1_TO_Q4 = ("--from", "2015-16 Q1", "--to", "2015-16 Q4")


def test_the_columns_the_nesting_and_the_numbers(small: Path) -> None:
    rows = exported("--by", "city", *Q1_TO_Q4)
    assert tuple(rows[0]) == rollup_export.COLUMNS
    assert [(row["measure"], row["period"]) for row in rows[:5]] == [
        ("open", "2015-16 Q1"),
        ("open", "2015-16 Q2"),
        ("open", "2015-16 Q3"),
        ("open", "2015-16 Q4"),
        ("share", "2015-16 Q1"),
    ]
    assert len(rows) == 6 * 4
    assert rows[0] == {
        "level": "city",
        "area_code": "town",
        "area": "The town",
        "measure": "open",
        "measure_name": "Open cases",
        "heading": "how-much",
        "period": "2015-16 Q1",
        "numerator": "5",
        "denominator": "",
        "value": "5",
        "unit": "count",
        "answered": "1",
        "expected": "3",
        "missing": "green blue",
        "basis": "signed-off",
    }
    # Matched: green did not give its open cases, so its 5 of 8 stay out.
    assert said(one(rows, "town", "share", "2015-16 Q1")) == (
        "1",
        "9",
        "11.1",
        "1",
        "3",
        "green blue",
    )
    assert said(one(rows, "town", "pace", "2015-16 Q1")) == ("12", "1.75", "6.86", "2", "3", "blue")
    assert said(one(rows, "town", "hours", "2015-16 Q1")) == ("1.75", "", "1.75", "2", "3", "blue")
    assert said(one(rows, "town", "pace", "2015-16 Q3")) == ("0", "0.00", "", "1", "2", "blue")
    assert said(one(rows, "town", "open", "2015-16 Q4")) == ("", "", "", "0", "0", "")


def test_a_year_is_whole_and_different_people_are_not_added(small: Path) -> None:
    rows = exported(
        "--by", "city", "--from", "2015-16 Q4", "--to", "2016-17 Q2", "--period", "year"
    )
    assert sorted({row["period"] for row in rows}) == ["2015-16", "2016-17"]
    assert said(one(rows, "town", "hours", "2015-16")) == (
        "1.75",
        "",
        "1.75",
        "3",
        "7",
        "green blue",
    )
    assert said(one(rows, "town", "people", "2015-16")) == ("", "", "", "2", "7", "red green blue")
    assert said(one(rows, "town", "hours", "2016-17")) == ("", "", "", "0", "0", "")


def test_rows_exist_where_a_measure_was_ever_asked(small: Path) -> None:
    by_locality = exported("--by", "locality", *Q1_TO_Q4)
    assert {row["measure"] for row in by_locality} == {"open", "share", "pace", "hours", "people"}
    by_team = exported("--by", "team", *Q1_TO_Q4)
    assert list(dict.fromkeys(row["area_code"] for row in by_team)) == [
        "red",
        "green",
        "blue",
        "desk",
    ]
    assert {row["measure"] for row in by_team if row["area_code"] == "desk"} == {"care"}
    # Also in a span in which nothing was asked of anybody.
    before = exported("--by", "team", "--from", "2001-02 Q1", "--to", "2001-02 Q1")
    assert len(before) == 3 * 5 + 1
    assert said(before[0]) == ("", "", "", "0", "0", "")


def test_as_it_is_now(small: Path) -> None:
    was = exported("--by", "locality", *Q1_TO_Q4, "--measure", "hours")
    now = exported("--by", "locality", *Q1_TO_Q4, "--measure", "hours", "--structure", "as-now")
    assert said(one(was, "north", "hours", "2015-16 Q1")) == ("1.75", "", "1.75", "2", "2", "")
    # Green stands in the south now, and red went with blue, which is there.
    assert {row["area_code"] for row in now} == {"south"}
    assert said(one(now, "south", "hours", "2015-16 Q1")) == ("1.75", "", "1.75", "2", "3", "blue")
    red = exported("--by", "team", *Q1_TO_Q4, "--measure", "hours", "--structure", "as-now")
    assert said(one(red, "red", "hours", "2015-16 Q1")) == ("1.50", "", "1.50", "1", "1", "")


def test_submitted_figures_are_provisional(small: Path) -> None:
    made = Return.objects.get(team__code="blue", quarter=Quarter.parse("2015-16 Q3").index)
    clerk = User.objects.create_user("clerk@town.example", name="Clerk")
    made.state, made.submitted_by = ReturnState.SUBMITTED, clerk
    made.signed_off_at, made.signed_off_route = None, ""
    made.save()
    arguments = (
        "--by",
        "city",
        "--from",
        "2015-16 Q3",
        "--to",
        "2015-16 Q3",
        "--measure",
        "people",
    )
    (signed_off,) = exported(*arguments)
    (submitted,) = exported(*arguments, "--basis", "submitted")
    assert (signed_off["value"], signed_off["missing"]) == ("", "green blue")
    assert (submitted["value"], submitted["missing"]) == ("9", "green")
    assert (signed_off["basis"], submitted["basis"]) == ("signed-off", "submitted")


def test_chosen_measures_come_in_the_framework_s_order(small: Path) -> None:
    rows = exported("--by", "city", *Q1_TO_Q4, "--measure", "people", "open", "--measure", "pace")
    assert list(dict.fromkeys(row["measure"] for row in rows)) == ["open", "pace", "people"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--from", "2015 Q1", "--to", "2015-16 Q4"], "write it like 2015-16 Q4"),
        (["--from", "0001-02 Q1", "--to", "2015-16 Q4"], "between 1900 and 2199"),
        (["--from", "2015-16 Q4", "--to", "2015-16 Q1"], "is before"),
        ([*Q1_TO_Q4, "--measure", "nonsense"], "no measure with the code nonsense"),
        ([*Q1_TO_Q4, "--format", "ods"], "--output"),
        ([*Q1_TO_Q4, "--output", "/nowhere/at/all.csv"], "cannot be written"),
    ],
)
def test_refusals(small: Path, arguments: list[str], message: str) -> None:
    with pytest.raises(CommandError, match=message):
        exported("--by", "city", *arguments)


@pytest.mark.parametrize(
    ("name", "form", "begins"),
    [
        ("out.xlsx", [], b"PK"),
        ("out.ODS", [], b"PK"),
        ("out.csv", [], b"level,"),
        ("out", [], b"level,"),
        ("out.txt", ["--format", "xlsx"], b"PK"),
        ("out.xlsx", ["--format", "csv"], b"level,"),
    ],
)
def test_a_file_is_what_was_asked_for_or_what_its_name_says(
    small: Path, name: str, form: list[str], begins: bytes
) -> None:
    exported("--by", "city", *Q1_TO_Q4, *form, "--output", str(small / name))
    content = (small / name).read_bytes()
    assert content.startswith(begins)
    assert (b"opendocument" in content) == name.endswith("ODS")


@pytest.mark.parametrize("form", ["csv", "xlsx", "ods"])
def test_every_format_says_the_same_and_numbers_stay_numbers(small: Path, form: str) -> None:
    expected = exported("--by", "locality", *Q1_TO_Q4)
    target = small / f"out.{form}"
    call_command(
        "export_rollup", "--by", "locality", *Q1_TO_Q4, "--format", form, "--output", str(target)
    )
    with target.open("rb") as file:
        (_, header), *rows = list(sheets.read_cells(file, target.name, rollup_export.COLUMNS))
    assert header == list(rollup_export.COLUMNS)
    width = len(header)
    found = [dict(zip(header, [*row, *[""] * (width - len(row))], strict=True)) for _, row in rows]
    numbers = ("numerator", "denominator", "value")
    for row, wanted in zip(found, expected, strict=True):
        for name in header:
            if name in numbers and wanted[name]:
                assert Decimal(row[name]) == Decimal(wanted[name])
            else:
                assert row[name] == wanted[name]
    if form == "xlsx":
        book = openpyxl.load_workbook(target)
        said = {row[0].value: row[1].value for row in book["Cover"].iter_rows()}
        assert said["Title"] == "Roll-up" and said["Area"] == "By locality"
        assert said["Figures"] == "Signed off"
        sheet = book["Data"]
        value = sheet.cell(row=2, column=header.index("numerator") + 1)
        assert (value.data_type, value.value) == ("n", 5)
        reading = [[cell.value for cell in row] for row in book["North"].iter_rows()]
        assert reading[0] == [
            *("Measure", "2015-16 Q1", "2015-16 Q2", "2015-16 Q3", "2015-16 Q4"),
            "Returns counted, 2015-16 Q4",
        ]
        assert [row[0] for row in reading[1:]] == [
            *("How much", "Open cases", "Hours", "People"),
            *("How well", "Re-opened of cases worked with", "Cases closed an hour, average"),
        ]
        assert reading[2][1:] == [5, None, None, None, "0 of 0"]
        share = book["North"]["B7"]
        assert (share.value, share.number_format) == (0.111, "0.0%")
    if form == "ods":
        content = zipfile.ZipFile(target).read("content.xml").decode()
        assert 'office:value-type="float" office:value="1.75"' in content


PAYLOADS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "=cmd|' /C calc'!A0"]


@pytest.mark.parametrize("form", list(writing.FileFormat))
@pytest.mark.parametrize("payload", PAYLOADS)
def test_text_is_never_a_formula(tmp_path: Path, form: writing.FileFormat, payload: str) -> None:
    target = tmp_path / f"out.{form}"
    with target.open("wb") as file:
        writing.write(form, ["name", "number"], [[payload, Decimal("-1.50")]], file)
    if form == writing.FileFormat.CSV:
        with target.open(newline="", encoding="utf-8") as read:
            _, (text, number) = csv.reader(read)
        assert (text, number) == ("'" + payload.replace("\r", "\n"), "-1.50")
    elif form == writing.FileFormat.XLSX:
        cell, number = next(openpyxl.load_workbook(target).worksheets[0].iter_rows(min_row=2))
        assert (cell.data_type, cell.value[0], number.value) == ("s", "'", -1.5)
    else:
        content = zipfile.ZipFile(target).read("content.xml").decode()
        assert "formula" not in content
        assert "<text:p>'" in content
        assert 'office:value="-1.50"' in content


# -- against the independent implementation -------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_a_folder_nobody_has_seen_comes_out_as_the_oracle_says(tmp_path: Path, seed: int) -> None:
    folder = random_folder(tmp_path / "shire", seed)
    council = oracle.read_council(folder)
    oracle.open_returns(council)
    rows = random_figures(council, seed)
    oracle.fill(council, rows, signed_off=True)
    figures = write_rows(tmp_path / "figures.csv", rows)
    call_command("load_council", str(folder), stdout=io.StringIO())
    call_command("import_figures", str(figures), "--signed-off", stdout=io.StringIO())
    some_rows = False
    for level, period, basis, structure in product(
        (oracle.Level.CITY, oracle.Level.LOCALITY, oracle.Level.TEAM),
        oracle.Period,
        oracle.Basis,
        oracle.Structure,
    ):
        arguments = ["--period", period, "--basis", basis, "--structure", structure]
        found = exported("--by", level, "--from", "2014-15 Q2", "--to", "2017-18 Q1", *arguments)
        expected = oracle.rollup(
            council,
            by=level,
            first=oracle.Quarter(2014, 2),
            last=oracle.Quarter(2017, 1),
            period=period,
            basis=basis,
            structure=structure,
        )
        assert found == expected, (level, period, basis, structure)
        some_rows = some_rows or any(row["value"] for row in found)
    assert some_rows


@pytest.mark.parametrize("level", [areas.Level.LOCALITY, areas.Level.TEAM])
@pytest.mark.parametrize("kind", list(rollup_export.PeriodKind))
def test_lines_are_those_that_the_cells_make(
    small: Path, level: areas.Level, kind: rollup_export.PeriodKind
) -> None:
    """What is written once for many rows is what each row says by itself, to the byte."""
    Locality.objects.filter(code="north").update(name='North, "upper"')
    Team.objects.filter(code="green").update(name="=1+1\nand more")
    Measure.objects.filter(code="share").update(scale=10_000, name="Re-opened, of all")
    span = Quarter.parse("2015-16 Q1"), Quarter.parse("2016-17 Q1")
    for basis in Basis:
        rows = list(
            rollup_export.rollup_rows(
                areas.areas(level),
                load_measures(),
                rollup_export.periods(*span, kind),
                basis=basis,
            )
        )
        cells = (row.cells() for row in rows)
        wanted = b"".join(writing.csv_chunks(rollup_export.COLUMNS, cells))
        assert b"".join(rollup_export.rollup_chunks(rows)) == wanted
        assert wanted.count(b"\n") > 10


def test_queries_do_not_grow_with_the_council(small: Path, django_assert_num_queries: Any) -> None:
    specs, level = load_measures(), areas.areas(areas.Level.LOCALITY)
    wanted = rollup_export.periods(
        Quarter.parse("2015-16 Q1"), Quarter.parse("2015-16 Q4"), rollup_export.PeriodKind.YEAR
    )
    with django_assert_num_queries(7):
        list(rollup_export.rollup_rows(level, specs, wanted, basis=Basis.SIGNED_OFF))
    with django_assert_num_queries(11):
        list(
            rollup_export.rollup_rows(
                level, specs, wanted, basis=Basis.SIGNED_OFF, structure=areas.Structure.AS_NOW
            )
        )


# -- areas and numbers ----------------------------------------------------------------------


def test_a_head_s_localities_together(small: Path) -> None:
    mine = areas.own(Locality.objects.all())
    assert (mine.level, mine.name) == (areas.Level.OWN, "North and South")
    wanted = rollup_export.periods(
        Quarter.parse("2015-16 Q1"), Quarter.parse("2015-16 Q1"), rollup_export.PeriodKind.QUARTER
    )
    (row,) = rollup_export.rollup_rows(
        [mine], load_measures(["hours"]), wanted, basis=Basis.SIGNED_OFF
    )
    cells = dict(zip(rollup_export.COLUMNS, row.cells(), strict=True))
    assert (cells["numerator"], cells["expected"]) == (Decimal("1.75"), 3)


def test_where_teams_are_now(small: Path) -> None:
    place = {locality.pk: locality.code for locality in Locality.objects.all()}
    codes = {team.pk: team.code for team in Team.objects.all()}
    now = {codes[pk]: place.get(key) for pk, key in areas.teams_now().items()}
    assert now == {"red": "south", "green": "south", "blue": "south", "desk": None}
    assert {codes[pk]: place[key] for pk, key in areas.moved().items()} == {
        "red": "south",
        "green": "south",
    }


def test_chains_of_successors_and_a_city_wide_team_that_was_followed(tmp_path: Path) -> None:
    folder = write_folder(
        tmp_path / "town",
        teams=[
            "desk,Desk,city-wide,,,2015-06-30,far",
            "first,First,mat,north,,2015-05-01,second",
            "second,Second,mat,north,,2015-08-01,third",
            "third,Third,mat,north,,,",
            "ended,Ended,mat,north,,2015-08-01,",
            "ending,Ending,mat,north,,2015-10-02,third",
            "far,Far,mat,south,,,",
        ],
        placements=["third,south,2015-16 Q3", "ended,south,2015-16 Q2", "ended,north,2015-16 Q3"],
    )
    call_command("load_council", str(folder), stdout=io.StringIO())
    place = {locality.pk: locality.code for locality in Locality.objects.all()}
    now = areas.teams_now()
    assert {team.code: place.get(now[team.pk]) for team in Team.objects.all()} == {
        # City-wide figures belong to no locality, whoever follows (rule 7).
        "desk": None,
        "first": "south",
        "second": "south",
        "third": "south",
        # Without a successor, where it last was; what was planned after it closed never was.
        "ended": "south",
        # Still open on a day of the latest opened quarter, so it stands for itself.
        "ending": "north",
        "far": "south",
    }


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (Fraction(5, 8) * 100, 1, "62.5"),
        (Fraction(5, 8) * 100, 0, "63"),
        (Fraction(1, 8), 2, "0.13"),
        (Fraction(-1, 8), 2, "-0.13"),
        (Fraction(1, 1000), 2, "0.00"),
        (Fraction(1999, 2000), 3, "1.000"),
        (Fraction(10**30 + 1, 2), 0, "500000000000000000000000000001"),
    ],
)
def test_rounding_is_half_up_from_the_exact_fraction(
    value: Fraction, places: int, text: str
) -> None:
    assert str(display.rounded(value, places)) == text


def test_what_pages_show(small: Path) -> None:
    specs = {measure.code: measure for measure in load_measures()}
    assert display.written(Fraction(1567), specs["open"]) == "1,567"
    assert display.written(Fraction(1567, 22), specs["share"]) == "71.2%"
    assert display.written(Fraction(13, 4), specs["pace"]) == "3.25"
    quarters = {text: Quarter.parse(text) for text in ("2015-16 Q1", "2015-16 Q3", "2015-16 Q4")}
    rollup = RollUp(take(list(specs.values()), quarters.values(), Basis.SIGNED_OFF), None)
    assert [
        display.shown(rollup.cell(specs[code], quarters[text]))
        for code, text in [
            ("open", "2015-16 Q1"),
            ("share", "2015-16 Q1"),
            ("pace", "2015-16 Q3"),
            ("open", "2015-16 Q3"),
            ("open", "2015-16 Q4"),
        ]
    ] == ["5", "11.1%", "no cases", "missing", "not asked"]
    year = rollup.cell(specs["people"], quarters["2015-16 Q1"].year)
    assert display.shown(year) == "not added over quarters"


def test_a_workbook_of_more_than_people_read_through_has_its_data_alone(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rollup_export, "MOST_ROWS_READ", 3)
    target = str(small / "out.xlsx")
    call_command(
        "export_rollup", "--by", "locality", *Q1_TO_Q4, "--format", "xlsx", "--output", target
    )
    assert openpyxl.load_workbook(target).sheetnames == ["Cover", "Data"]
