"""``import_figures``: drafts and history, everything or nothing, and files that mean harm."""

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl.worksheet.worksheet import Worksheet

from earlyhelp.core.actor import Route
from earlyhelp.core.events.models import Event
from measures.exchange import actions as loading
from measures.exchange import figures
from measures.exchange.figures import FigureFile
from measures.models import Figure, Return
from measures.workflow import ReturnState
from tests.measures.folders import FIGURES, write_figures, write_folder

pytestmark = pytest.mark.django_db

HISTORY = [
    "green,2015-16 Q1,closed,8,,",
    "green,2015-16 Q1,reopened,5,,",
    "green,2015-16 Q1,open,,not-provided,System was down",
    "green,2015-16 Q1,hours,7.25,,",
]
DRAFT = ["green,2015-16 Q3,closed,3,,", "green,2015-16 Q3,hours,1.5,,half a day"]


@pytest.fixture(autouse=True)
def town(tmp_path: Path) -> None:
    call_command("load_council", str(write_folder(tmp_path / "town")), stdout=io.StringIO())


def load(path: Path, *flags: str) -> str:
    out = io.StringIO()
    call_command("import_figures", str(path), *flags, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def refused(path: Path, *flags: str) -> list[str]:
    err = io.StringIO()
    before = state()
    with pytest.raises(CommandError, match="Nothing was saved"):
        call_command("import_figures", str(path), *flags, stdout=io.StringIO(), stderr=err)
    assert state() == before
    return err.getvalue().splitlines()


def state() -> list[object]:
    return [
        list(model._default_manager.order_by("pk").values()) for model in (Return, Figure, Event)
    ]


def the_return(team: str, quarter: str) -> Return:
    return next(
        made
        for made in Return.objects.filter(team__code=team).select_related("quarter")
        if str(made.quarter) == quarter
    )


def figure(made: Return, item: str) -> Figure:
    return Figure.objects.get(return_made=made, item__code=item)


def test_without_a_flag_figures_become_drafts_for_the_manager(tmp_path: Path) -> None:
    said = load(write_figures(tmp_path / "f.csv", *DRAFT))
    assert "2 figures in 1 returns, 0 already there; 0 returns signed off" in said
    made = the_return("green", "2015-16 Q3")
    hours = figure(made, "hours")
    assert (made.state, hours.value, hours.note, hours.is_confirmed) == (
        ReturnState.DRAFT, 150, "half a day", False
    )  # fmt: skip
    assert (hours.entered_route, hours.entered_by) == (Route.IMPORT, None)


def test_history_is_signed_off_by_import_in_closed_quarters_too(tmp_path: Path) -> None:
    load(write_figures(tmp_path / "f.csv", *HISTORY), "--signed-off")
    made = the_return("green", "2015-16 Q1")
    assert (made.state, made.signed_off_route, made.signed_off_by) == (
        ReturnState.SIGNED_OFF, Route.IMPORT, None
    )  # fmt: skip
    assert not figure(made, "people").is_answered
    event = Event.objects.about(made).get(verb="signed off")
    assert (event.route, event.by) == (Route.IMPORT, None)


@pytest.mark.parametrize("flags", [(), ("--signed-off",)])
def test_rows_that_are_there_change_and_log_nothing(tmp_path: Path, flags: tuple[str, ...]) -> None:
    path = write_figures(tmp_path / "f.csv", *DRAFT)
    load(path, *flags)
    # The note is not repeated, which leaves it; a number may be written in another way.
    again = ["green,2015-16 Q3,closed,3.0,,", "green,2015-16 Q3,hours,01.50,,"]
    before = state()
    assert "0 figures in 0 returns, 2 already there" in load(write_figures(path, *again), *flags)
    assert state() == before


def test_a_dry_run_saves_nothing(tmp_path: Path) -> None:
    before = state()
    said = load(write_figures(tmp_path / "f.csv", *HISTORY), "--signed-off", "--dry-run")
    assert "4 figures in 1 returns" in said
    assert "1 returns signed off" in said
    assert state() == before


def test_a_draft_is_confirmed_by_history_and_then_only_its_gaps_can_be_filled(
    tmp_path: Path,
) -> None:
    path = tmp_path / "f.csv"
    load(write_figures(path, *DRAFT))
    said = load(write_figures(path, *DRAFT), "--signed-off")
    assert "0 figures in 0 returns, 2 already there; 1 returns signed off" in said
    made = the_return("green", "2015-16 Q3")
    assert figure(made, "hours").is_confirmed
    load(write_figures(path, "green,2015-16 Q3,people,4,,"), "--signed-off")
    assert figure(made, "people").value == 4
    for lines, flags in [
        (["green,2015-16 Q3,people,5,,"], ["--signed-off"]),
        (["green,2015-16 Q3,open,5,,"], []),
    ]:
        (problem,) = refused(write_figures(path, *lines), *flags)
        assert "propose a correction" in problem


def test_everything_that_is_wrong_is_listed_together(tmp_path: Path) -> None:
    path = write_figures(
        tmp_path / "f.csv",
        "green,2015-16 Q3,closed,3,,",
        "grey,2015-16 Q3,closed,3,,",
        "green,2015/16 Q3,closed,3,,",
        "green,2010-11 Q1,closed,3,,",
        "green,2015-16 Q4,closed,3,,",
        "green,2015-16 Q3,cases,3,,",
        "green,2015-16 Q3,care,3,,",
        "red,2015-16 Q3,closed,3,,",
        "green,2015-16 Q1,closed,3,,",
        "blue,2015-16 Q3,closed,-3,,",
        "blue,2015-16 Q3,open,2.5,,",
        'blue,2015-16 Q3,people,"1,5",,',
        "blue,2015-16 Q3,hours,1.255,,",
        "green,2015-16 Q3,closed,4,,",
        "green,2015-16 Q3,open,4,not-provided,Why",
        "green,2015-16 Q3,people,,,",
        "green,2015-16 Q3,hours,,unknown,",
        "blue,2015-16 Q3,reopened,,not-applicable,",
        "desk,2015-16 Q3,care,NaN,,",
        "green,2015-16 Q3,reopened,9,,",
        ",,,,,",
        "blue,2015-16 Q3",
    )
    assert refused(path) == [
        "f.csv, row 3, team “grey”: there is no team with the code “grey”",
        "f.csv, row 4, quarter “2015/16 Q3”: is not a quarter: write it like 2015-16 Q4",
        "f.csv, row 5, quarter “2010-11 Q1”: this quarter is not in the framework",
        "f.csv, row 6, quarter “2015-16 Q4”: this quarter has not been opened",
        "f.csv, row 7, item “cases”: there is no data item with the code “cases”",
        "f.csv, row 8, item “care”: Green team was not asked this in 2015-16 Q3",
        "f.csv, row 9, quarter “2015-16 Q3”: Red team owes no return for 2015-16 Q3",
        "f.csv, row 10, quarter “2015-16 Q1”: 2015-16 Q1 is closed",
        "f.csv, row 11, value “-3”: must be 0 or more",
        "f.csv, row 12, value “2.5”: must be a whole number, like 71",
        "f.csv, row 13, value “1,5”: must be a whole number, like 71: a comma groups thousands"
        " (1,061), and a decimal is written 1.5",
        "f.csv, row 14, value “1.255”: must have no more than 2 decimal places",
        "f.csv, row 15, item “closed”: row 2 is for the same team, quarter and item",
        "f.csv, row 16, answer “not-provided”: give a value or an answer, not both",
        "f.csv, row 17, value: give a value, or an answer of not-applicable or not-provided",
        "f.csv, row 18, answer “unknown”: use not-applicable or not-provided",
        "f.csv, row 18, note: say why there is no number",
        "f.csv, row 19, note: say why there is no number",
        "f.csv, row 20, value “NaN”: must be a whole number, like 71",
        "f.csv, row 21, value “9”: “Cases re-opened” (9) cannot be more than “Cases closed” (3)",
        "f.csv, row 23, item: is empty",
        "f.csv, row 23, value: give a value, or an answer of not-applicable or not-provided",
    ]


def test_every_kind_of_space_is_a_space(tmp_path: Path) -> None:
    load(
        write_figures(
            tmp_path / "f.csv",
            "green,2015-16\u00a0Q3,open,1\u00a0061,,",
            "green,2015-16\u2009Q3,hours,1\u202f061.5,,",
        )
    )
    made = the_return("green", "2015-16 Q3")
    assert figure(made, "open").value == 1061
    assert figure(made, "hours").value == 106150


def test_what_cannot_be_seen_does_not_make_another_row_of_it(tmp_path: Path) -> None:
    """The same row with another space or another script's digit is told by its column."""
    path = write_figures(
        tmp_path / "f.csv",
        "green,2015-16 Q3,closed,3,,",
        "green,2015-16\u00a0Q3,closed,4,,",
        "green,2015-16 Q3\u00a0,closed,4,,",
        "green,201\u0665-16 Q3,closed,5,,",
        "green,2015-16 Q3\u200b,closed,6,,",
        "gre\u00aden,2015-16 Q3,closed,7,,",
    )
    assert refused(path) == [
        "f.csv, row 3, item “closed”: row 2 is for the same team, quarter and item",
        "f.csv, row 4, item “closed”: row 2 is for the same team, quarter and item",
        "f.csv, row 5, quarter “201\u0665-16 Q3”: is not a quarter: write it like 2015-16 Q4",
        "f.csv, row 6, quarter “2015-16 Q3[zero width space]”: is not a quarter: write it like"
        " 2015-16 Q4",
        "f.csv, row 7, team “gre[soft hyphen]en”: there is no team with the code"
        " “gre[soft hyphen]en”",
    ]


def test_a_name_that_is_no_table_and_no_file(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        load(tmp_path / "nothing.csv")
    (tmp_path / "f.pdf").write_text("x")
    assert refused(tmp_path / "f.pdf") == [
        "f.pdf: is not a CSV, XLSX or ODS file, going by its name"
    ]


# -- files that mean harm -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "f.csv: is empty"),
        (b"\n\n\n", "f.csv: is empty"),
        (b"team,quarter\n", "row 1, column “item”: this column is missing"),
        (FIGURES.encode() + b",colour\n", "row 1, column “colour”: unknown column"),
        (FIGURES.encode() + b",team\n", "row 1, column “team”: this column is there twice"),
        (FIGURES.encode() + b",,\ngreen,2015-16 Q9,closed,3,,,,\n", "row 2, quarter"),
        (FIGURES.encode("utf-16"), "row 1: is not UTF-8 text"),
        (FIGURES.encode() + b"\ngreen,2015-16 Q3,closed,3,,caf\xe9\n", "row 2: is not UTF-8"),
        (FIGURES.encode() + b"\ngreen,2015-16 Q3,clo\x00sed,3,,\n", "row 2, item"),
        (FIGURES.encode() + b"\ngreen,2015-16 Q3,closed,3,,bell\x07\n", "row 2, note"),
        (FIGURES.encode() + b"\ngreen,2015-16 Q3,closed,3\n\ngreen,2015-16 Q3,hours,1",
         "row 4, value “1”: the file seems to be cut off here"),
        (FIGURES.encode() + b'\ngreen,2015-16 Q3,closed,3,,"no end\n', "row 2: is not proper CSV"),
        (FIGURES.encode() + b"\ngreen,2015-16 Q3,closed,3,,,more\n", "row 2: there is more"),
        (FIGURES.encode() + b"\ngreen,2015-16 Q3,closed,3,," + b"x" * 20_000 + b"\n",
         "row 2, note"),
        (FIGURES.encode() + b"\n" + b"x" * 200_000 + b"\n", "row 2: is not proper CSV"),
        (b"a," * 200, "has more than 100 columns"),
        (b"PK\x03\x04 whatever", "not CSV text"),
    ],
)  # fmt: skip
def test_csv_that_is_broken(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(content)
    problems = refused(path)
    assert any(said in problem for problem in problems), problems
    assert not any("\x00" in problem or "\x07" in problem for problem in problems)


def book(path: Path, *rows: list[object]) -> Worksheet:
    """A workbook with the header and these rows; the caller saves it."""
    sheet = openpyxl.Workbook().active
    assert isinstance(sheet, Worksheet)
    for row in (FIGURES.split(","), *rows):
        sheet.append(row)
    return sheet


def save(sheet: Worksheet, path: Path) -> Path:
    assert sheet.parent is not None
    sheet.parent.save(path)
    return path


def test_a_workbook_with_numbers_and_gaps(tmp_path: Path) -> None:
    sheet = book(tmp_path, ["green", "2015-16 Q3", "closed", 3], [None])
    sheet.append(["green", "2015-16 Q3", "hours", 1.25])
    sheet["A900"] = None
    assert "2 figures" in load(save(sheet, tmp_path / "f.xlsx"))
    assert figure(the_return("green", "2015-16 Q3"), "hours").value == 125


@pytest.mark.parametrize(
    ("cell", "value", "said"),
    [
        ("D2", "=1+2", "row 2, value “=1+2”: is a formula"),
        ("D2", True, "row 2, value “true”: must be a whole number, like 71"),
        ("D2", "#N/A", "row 2, value “#N/A”: must be a whole number, like 71"),
        ("B2", 2015, "row 2, quarter “2015”: is not a quarter"),
        ("D2", 1.5, "row 2, value “1.5”: must be a whole number, like 71"),
        ("D2", 1e300, "must be less than 1,000,000,000,000"),
        ("G5", "stray", "row 5: there is more in this row"),
        ("CW1", "far", "more than 100 columns"),
    ],
)
def test_workbooks_that_are_wrong(tmp_path: Path, cell: str, value: object, said: str) -> None:
    sheet = book(tmp_path, ["green", "2015-16 Q3", "closed", 3])
    sheet[cell] = value
    problems = refused(save(sheet, tmp_path / "f.xlsx"))
    assert any(said in problem for problem in problems), problems


def test_merged_cells_are_refused(tmp_path: Path) -> None:
    sheet = book(tmp_path, ["green", "2015-16 Q3", "closed", 3], ["green", "2015-16 Q3", "open", 3])
    sheet.merge_cells("A2:A3")
    assert "merged cells" in refused(save(sheet, tmp_path / "f.xlsx"))[0]


def ods(path: Path, rows: str) -> Path:
    declared = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    header = "".join(text_cell(name) for name in FIGURES.split(","))
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr(
            "content.xml",
            f"<office:document-content {declared}><office:body><office:spreadsheet>"
            f'<table:table table:name="x"><table:table-row>{header}'
            '<table:table-cell table:number-columns-repeated="16378"/></table:table-row>'
            f'{rows}<table:table-row table:number-rows-repeated="1048574"><table:table-cell/>'
            "</table:table-row></table:table></office:spreadsheet></office:body>"
            "</office:document-content>",
        )
    return path


def text_cell(text: str, attributes: str = "") -> str:
    kind = 'office:value-type="string"'
    return f"<table:table-cell {kind} {attributes}><text:p>{text}</text:p></table:table-cell>"


GREEN = text_cell("green") + text_cell("2015-16<text:s/>Q3")
CLOSED = text_cell("closed")


def test_an_ods_sheet(tmp_path: Path) -> None:
    number = (
        '<table:table-cell office:value-type="float" office:value="3">'
        "<text:p>3,00</text:p></table:table-cell>"
    )
    gap = '<table:table-row table:number-rows-repeated="3"/>'
    row = f"<table:table-row>{GREEN}{CLOSED}{number}</table:table-row>"
    assert "1 figures" in load(ods(tmp_path / "f.ods", gap + row))
    assert figure(the_return("green", "2015-16 Q3"), "closed").value == 3


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (text_cell("3", 'table:formula="of:=1+2"'), "row 2, value “of:=1+2”: is a formula"),
        (text_cell("3", 'table:number-rows-spanned="2"'), "merged cells"),
        (text_cell("3", 'table:number-columns-repeated="900"'), "more than 100 columns"),
        (text_cell("3", 'table:number-columns-repeated="x"'), "is damaged"),
        (text_cell("&bomb;"), "is damaged"),
    ],
)
def test_ods_that_is_wrong(tmp_path: Path, cells: str, said: str) -> None:
    row = f"<table:table-row>{GREEN}{CLOSED}{cells}</table:table-row>"
    problems = refused(ods(tmp_path / "f.ods", row))
    assert any(said in problem for problem in problems), problems


# -- nothing slow while others wait ---------------------------------------------------------


def in_a_transaction() -> bool:
    """Whether the code is in a transaction of its own, apart from that of the test."""
    return any(not block._from_testcase for block in connection.atomic_blocks)


def test_a_file_is_read_and_checked_before_a_transaction_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def watched(module: Any, name: str) -> None:
        real = getattr(module, name)

        def called(*args: Any, **kwargs: Any) -> Any:
            seen.append(name)
            assert not in_a_transaction(), f"{name} while others wait"
            return real(*args, **kwargs)

        monkeypatch.setattr(module, name, called)

    watched(figures, "read_figures")
    watched(loading, "check_batches")
    load(write_figures(tmp_path / "f.csv", *DRAFT))
    assert seen == ["read_figures", "check_batches"]


def test_looking_at_a_file_asks_only(tmp_path: Path) -> None:
    path = write_figures(tmp_path / "f.csv", *HISTORY)
    with CaptureQueriesContext(connection) as asked, path.open("rb") as file:
        FigureFile(path.name, file, signed_off=True).preview()
    assert asked.captured_queries
    for query in asked.captured_queries:
        assert query["sql"].startswith("SELECT"), query["sql"]
        assert "FOR UPDATE" not in query["sql"]


def look(path: Path) -> None:
    with path.open("rb") as file:
        FigureFile(path.name, file, signed_off=False).preview()


@pytest.mark.parametrize("reads", [look, load])
def test_a_few_rows_read_only_their_own_teams(
    tmp_path: Path, reads: Callable[[Path], object]
) -> None:
    """In a quarter of any number of teams as few figures and returns are fetched, and locked."""
    path = write_figures(tmp_path / "f.csv", *DRAFT)
    tables = {"measures_figure": Figure, "measures_return": Return}
    fetched: dict[str, list[int]] = {table: [] for table in tables}

    def counting(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        answer = execute(sql, params, many, context)
        table = re.match(r'SELECT .*? FROM "(\w+)"', sql)
        if table and table[1] in fetched:
            fetched[table[1]].append(len(context["cursor"].cursor.fetchall()))
            return execute(sql, params, many, context)
        return answer

    with connection.execute_wrapper(counting):
        reads(path)
    own = Figure.objects.filter(return_made=the_return("green", "2015-16 Q3")).count()
    for table, most in (("measures_figure", own), ("measures_return", 1)):
        assert fetched[table], table
        assert max(fetched[table]) <= most < tables[table].objects.count(), table


def test_the_sheet_can_be_chosen(tmp_path: Path) -> None:
    sheet = book(tmp_path, ["green", "2015-16 Q3", "closed", 3])
    assert sheet.parent is not None
    sheet.title = "June"
    other = sheet.parent.copy_worksheet(sheet)
    other.title = "July"
    other["D2"] = 4
    path = save(sheet, tmp_path / "f.xlsx")
    with pytest.raises(CommandError, match="“June” and “July”: say which, --sheet NAME"):
        load(path)
    assert "no visible sheet “May”" in refused(path, "--sheet", "May")[0]
    load(path, "--sheet", "July")
    assert figure(the_return("green", "2015-16 Q3"), "closed").value == 4


def test_the_command_writes_the_first_thousand_problems(tmp_path: Path) -> None:
    rows = [f"grey-{n},2015-16 Q3,closed,3,," for n in range(1_200)]
    said = refused(write_figures(tmp_path / "f.csv", *rows))
    assert len(said) == 1_001
    assert said[-1] == "These are the first 1,000 of 1,200 problems."


@pytest.mark.parametrize(
    ("line", "value"),
    [("green,2015-16\u00a0Q3,closed,61,,", 61), ("green,2015-16 Q3,closed,1\u00a0061,,", 1061),
     ('green,2015-16 Q3,closed,"1,061",,', 1061)],
)  # fmt: skip
def test_a_no_break_space_is_a_space(tmp_path: Path, line: str, value: int) -> None:
    load(write_figures(tmp_path / "f.csv", line))
    assert figure(the_return("green", "2015-16 Q3"), "closed").value == value


@pytest.mark.parametrize("text", ["nil", "-", "<5", "4500%"])
def test_words_for_a_number_are_refused_each_by_its_place(tmp_path: Path, text: str) -> None:
    (said,) = refused(write_figures(tmp_path / "f.csv", f"green,2015-16 Q3,closed,{text},,"))
    assert said.startswith(f"f.csv, row 2, value “{text}”: must be a whole number")


def test_characters_that_cannot_be_seen_are_shown(tmp_path: Path) -> None:
    (said,) = refused(write_figures(tmp_path / "f.csv", "gre\u200ben,2015-16 Q3,closed,6,,"))
    assert "team “gre[zero width space]en”" in said
