"""``load_council``: what a folder makes, what a second load leaves, and what is refused."""

import datetime as dt
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from earlyhelp.core.actor import Route
from earlyhelp.core.events.models import Event, Remark
from measures.counting.catalogue import load_measures
from measures.models import (
    Answer,
    DataItem,
    Figure,
    Measure,
    ReportingQuarter,
    Return,
    SeriesBreak,
    Target,
)
from measures.workflow import QuarterState
from teams.models import Council, Locality, Placement, Team, TeamType
from teams.models.organisation import Coded
from teams.quarters import Quarter
from tests.measures.folders import HEADERS, SMALL, write_folder

pytestmark = pytest.mark.django_db

KEPT = (Council, Locality, TeamType, Team, Placement, DataItem, Measure, Target, SeriesBreak)


def load(folder: Path, *flags: str) -> str:
    out = io.StringIO()
    call_command("load_council", str(folder), *flags, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def refused(folder: Path) -> list[str]:
    """The lines on standard error; nothing at all may have changed."""
    err = io.StringIO()
    with nothing_changes(), pytest.raises(CommandError, match="Nothing was saved"):
        call_command("load_council", str(folder), stdout=io.StringIO(), stderr=err)
    return err.getvalue().splitlines()


@contextmanager
def nothing_changes() -> Iterator[None]:
    before = everything()
    yield
    assert everything() == before


def everything() -> list[object]:
    models = (*KEPT, ReportingQuarter, Return, Figure, Event, Remark)
    tables = [list(model._default_manager.order_by("pk").values()) for model in models]
    asked = DataItem.team_types.through.objects.order_by("pk").values()
    return [tables, list(asked)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_folder(tmp_path / "town")


def test_a_folder_makes_a_council(folder: Path) -> None:
    said = load(folder)
    assert "teams.csv: 4 created (red, green, blue, desk), 0 changed, 0 left" in said
    assert Council.objects.get().area_name == "The town"
    assert [team.code for team in Team.objects.all()] == ["red", "green", "blue", "desk"]
    red = Team.objects.select_related("successor").get(code="red")
    assert red.successor is not None
    assert (red.successor.code, str(red.closed)) == ("blue", "2015-06-30")
    assert [item.code for item in DataItem.objects.all()][:3] == ["reopened", "open", "closed"]
    reopened = DataItem.objects.get(code="reopened")
    assert reopened.part_of == DataItem.objects.get(code="closed")
    assert DataItem.objects.get(code="hours").decimals == 2
    assert DataItem.objects.get(code="people").distinct
    share = Measure.objects.get(code="share")
    assert [one.item.code for one in share.denominator_items.all()] == ["open", "closed"]
    decimals = dict(Measure.objects.values_list("code", "decimals"))
    assert decimals == {"open": 0, "share": 1, "pace": 2, "hours": 2, "people": 0, "care": 0}
    assert Target.objects.count() == 2
    assert str(SeriesBreak.objects.get().quarter) == "2015-16 Q2"


def test_opened_quarters_make_the_returns_that_are_due(folder: Path) -> None:
    load(folder)
    made = {
        (str(row.quarter), row.team.code, row.locality and row.locality.code)
        for row in Return.objects.select_related("team", "locality", "quarter")
    }
    assert made == {
        ("2015-16 Q1", "red", "north"),
        ("2015-16 Q1", "green", "north"),
        ("2015-16 Q1", "blue", "south"),
        ("2015-16 Q1", "desk", None),
        ("2015-16 Q2", "green", "north"),
        ("2015-16 Q2", "blue", "south"),
        ("2015-16 Q2", "desk", None),
        ("2015-16 Q3", "green", "south"),
        ("2015-16 Q3", "blue", "south"),
        ("2015-16 Q3", "desk", None),
    }
    closed = ReportingQuarter.objects.get(pk=Quarter.parse("2015-16 Q1").index)
    assert (closed.state, closed.closing_reason) == (
        QuarterState.CLOSED,
        "Closed when the council folder was loaded.",
    )
    assert Figure.objects.filter(return_made__team__code="red").count() == 5


def test_a_team_that_closes_within_a_quarter_is_not_asked_for_its_last_day(tmp_path: Path) -> None:
    teams = ["red,Red,mat,north,,2015-06-29,", *SMALL["teams"][1:]]
    load(write_folder(tmp_path / "town", teams=teams))
    red = Figure.objects.filter(return_made__team__code="red")
    answers = dict(red.values_list("item__code", "answer"))
    assert answers == {
        "open": Answer.NOT_APPLICABLE, "closed": "", "reopened": "", "hours": "", "people": ""
    }  # fmt: skip


def test_loading_again_changes_and_logs_nothing(folder: Path) -> None:
    load(folder)
    with nothing_changes():
        said = load(folder)
    assert "teams.csv: 0 created, 0 changed, 4 left" in said
    assert "quarters.csv: 0 created, 0 changed, 4 left" in said


def test_a_dry_run_saves_nothing(folder: Path) -> None:
    with nothing_changes():
        said = load(folder, "--dry-run")
    assert "4 created (red, green, blue, desk)" in said
    assert "nothing was saved" in said


def test_wording_due_dates_and_order_may_change_and_are_on_record(folder: Path) -> None:
    load(folder)
    write_folder(
        folder,
        localities=["south,South side", "north,North"],
        quarters=["2015-16 Q1,2015-07-20,closed", *SMALL["quarters"][1:]],
        targets=["share,2015-16,,16,2", "share,2015-16,north,14,2"],
    )
    said = load(folder)
    assert "localities.csv: 0 created, 2 changed (south, north), 0 left" in said
    assert "quarters.csv: 0 created, 1 changed (2015-16 Q1), 3 left" in said
    assert "targets.csv: 0 created, 1 changed (share 2015-16), 1 left" in said
    assert [locality.name for locality in Locality.objects.all()] == ["South side", "North"]
    event = Event.objects.filter(verb="changed", subject_type="target").get()
    assert (event.by, event.route, event.before["target"]) == (None, Route.COMMAND, "15.5")
    assert event.remarks.get().text == "Changed in the council folder."
    with nothing_changes():
        load(folder)


@pytest.mark.parametrize(
    ("stem", "old", "new", "said"),
    [
        ("teams", "green,Green team,mat,north,,,", "green,Green team,mat,south,,,",
         "teams.csv, row 3, locality “south”"),
        ("teams", "green,Green team,mat", "green,Green team,city-wide",
         "teams.csv, row 3, type “city-wide”"),
        ("teams", "green,Green team,mat,north,,,", "green,Green team,mat,north,,2015-08-01,",
         "teams.csv, row 3, closed “2015-08-01”"),
        ("placements", "green,south,2015-16 Q3", "green,south,2015-16 Q2",
         "placements.csv, row 2, from_quarter “2015-16 Q2”"),
        ("data_items", "hours,Hours worked,Staff,flow,2", "hours,Hours worked,Staff,flow,1",
         "data_items.csv, row 5, decimals “1”"),
        ("data_items", "open,Open cases,Cases,snapshot", "open,Open cases,Cases,flow",
         "data_items.csv, row 3, timing “flow”"),
        ("quarters", "2015-16 Q1,2015-07-14,closed", "2015-16 Q1,2015-07-14,open",
         "quarters.csv, row 2, state “open”: 2015-16 Q1 is closed: it cannot go back"),
        ("council", "town,Town Council", "city,Town Council",
         "council.csv, row 2, code “city”: this database holds another council"),
    ],
)  # fmt: skip
def test_a_change_that_would_rewrite_an_opened_quarter_is_refused(
    folder: Path, stem: str, old: str, new: str, said: str
) -> None:
    load(folder)
    lines = [line.replace(old, new) for line in SMALL[stem]]
    assert lines != SMALL[stem]
    problems = refused(write_folder(folder, **{stem: lines}))
    assert any(problem.startswith(said) for problem in problems), problems


def test_quarters_move_forward_and_open_ones_take_in_new_teams(folder: Path) -> None:
    load(folder)
    write_folder(
        folder,
        teams=[*SMALL["teams"], "pink,Pink team,mat,south,,,"],
        quarters=[
            *SMALL["quarters"][:2],
            "2015-16 Q3,2016-01-14,open",
            "2016-17 Q1,2016-07-14,closed",
            "2015-16 Q4,2016-04-14,open",
        ],
    )
    said = load(folder)
    assert "2015-16 Q3: 1 more returns" in said
    assert "2015-16 Q1 is closed, so it has no return of pink" in said
    quarters = Return.objects.filter(team__code="pink").order_by("quarter")
    assert [str(made.quarter) for made in quarters] == ["2015-16 Q3", "2015-16 Q4", "2016-17 Q1"]
    with nothing_changes():
        load(folder)


def test_a_folder_opens_and_closes_under_the_rules_of_the_browser(
    folder: Path, settings: Any
) -> None:
    settings.BUSINESS_DATE = dt.date(2016, 7, 5)
    load(folder)

    def problems(*lines: str) -> list[str]:
        return refused(write_folder(folder, quarters=[*SMALL["quarters"], *lines]))

    assert problems("2016-17 Q3,2017-01-14,open") == [
        "quarters.csv, row 6, state “open”: 2016-17 Q3 begins on 1 October 2016: it can be opened "
        "from that day on."
    ]
    assert problems("2014-15 Q4,2015-04-14,closed") == [
        "quarters.csv, row 6, state “closed”: 2015-16 Q1 was opened before it, so 2014-15 Q4 cannot "
        "be opened any more."
    ]
    both = problems("2016-17 Q3,2017-01-14,open", "2016-17 Q4,2017-04-14,open")
    assert ["begins on" in one for one in both] == [True, True], "all of them are listed"
    early = "quarters.csv, row 6, state “closed”: The returns are not due until 14 July 2016."
    [problem] = problems("2016-17 Q1,2016-07-14,closed")
    assert problem.startswith(early)
    settings.BUSINESS_DATE = dt.date(2016, 7, 15)
    write_folder(folder, quarters=[*SMALL["quarters"], "2016-17 Q1,2016-07-14,closed"])
    assert "2015-16 Q4 will never be opened: 2016-17 Q1 is" in load(folder)


def test_a_new_team_may_come_with_moves_from_before(folder: Path) -> None:
    load(folder)
    write_folder(
        folder,
        teams=[*SMALL["teams"], "pink,Pink team,mat,south,,,"],
        placements=[*SMALL["placements"], "pink,north,2015-16 Q2"],
    )
    load(folder)
    made = Return.objects.select_related("locality").get(team__code="pink")
    assert made.locality is not None
    assert (str(made.quarter), made.locality.code) == ("2015-16 Q3", "north")


def test_everything_that_is_wrong_is_listed_together(tmp_path: Path) -> None:
    problems = refused(
        write_folder(
            tmp_path / "town",
            localities=["north,North", "north,Again", "South,South"],
            teams=["red,,mat,west,2015-02-30,2015-06-30,", "blue,Blue,mat,north,,,red"],
            quarters=["2015-16 Q5,2015-07-14,closed", "2015-16 Q1,14/07/2015,shut"],
            data_items=[
                "open,Open,Cases,sometimes,3,,mat,What,,,,maybe",
                "closed,Closed,Cases,flow,,nothing,mat nobody,What,2016-17 Q1,2015-16 Q1,,",
            ],
            measures=[
                "open,Open,how-many,open,,1,neither,,",
                "two,Two,impact,closed,closed none,7,up,9,",
            ],
            targets=["open,2015-17,,x,-1"],
            series_breaks=["closed,2015-16 Q1,", "gone,2015-16 Q1,Why"],
        )
    )
    assert problems == [
        "localities.csv, row 3, code “north”: row 2 is for the same code",
        "localities.csv, row 4, code “South”: a code has small letters, digits and single hyphens"
        " only",
        "teams.csv, row 2, name: is empty",
        "teams.csv, row 2, locality “west”: there is no locality with the code “west”",
        "teams.csv, row 2, opened “2015-02-30”: is not a date: write it like 2016-04-14",
        "placements.csv, row 2, team “green”: there is no team with the code “green”",
        "placements.csv, row 2, locality “south”: there is no locality with the code “south”",
        "data_items.csv, row 2, timing “sometimes”: use snapshot or flow",
        "data_items.csv, row 2, decimals “3”: use 0, 1 or 2",
        "data_items.csv, row 2, distinct “maybe”: use yes, or leave it empty",
        "data_items.csv, row 3, team_types “mat nobody”: there is no team type with the code"
        " “nobody”",
        "data_items.csv, row 3, part_of “nothing”: there is no data item with the code “nothing”",
        "measures.csv, row 2, heading “how-many”: use how-much, how-well or impact",
        "measures.csv, row 3, denominators “closed none”: there is no data item with the code"
        " “none”",
        "measures.csv, row 3, scale “7”: use 1, 100, 1000, 10000 or 100000",
        "measures.csv, row 3, good “up”: use higher, lower or neither",
        "measures.csv, row 3, decimals “9”: use 0, 1, 2, 3 or 4",
        "targets.csv, row 2, financial_year “2015-17”: is not a financial year: write it like"
        " 2015-16",
        "targets.csv, row 2, target “x”: must be a number, like 71.25",
        "targets.csv, row 2, close_within “-1”: must be 0 or more",
        "series_breaks.csv, row 2, reason: is empty",
        "series_breaks.csv, row 3, item “gone”: there is no data item with the code “gone”",
        "quarters.csv, row 2, quarter “2015-16 Q5”: is not a quarter: write it like 2015-16 Q4",
        "quarters.csv, row 3, due_on “14/07/2015”: is not a date: write it like 2016-04-14",
        "quarters.csv, row 3, state “shut”: use upcoming, open or closed",
    ]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"teams": ["red,Red,mat,north,,2015-06-30,blue", "blue,Blue,mat,north,,2015-06-30,red"]},
         "teams.csv, row 2, successor “blue”: “red” leads back to itself: a circle"),
        ({"data_items": ["a,A,G,flow,,b,mat,What,,,,", "b,B,G,flow,,a,mat,What,,,,"]},
         "data_items.csv, row 3, part_of “a”: “a” leads back to itself: a circle"),
        ({"teams": ["red,Red,mat,north,2015-06-30,2015-06-01,"]}, "teams.csv, row 2: A team"),
        ({"measures": ["hours,Hours,how-much,hours,,1,neither,1,"]},
         "measures.csv, row 2, decimals “1”: A count has its question's decimals: 2"),
        ({"targets": ["open,2015-16,,10,2"]}, "targets.csv, row 2, measure “open”"),
        ({"quarters": None}, "quarters.csv: this file is missing"),
        ({"council": []}, "council.csv: has 0 rows under its header"),
    ],
)  # fmt: skip
def test_what_the_actions_refuse_names_file_row_and_column(
    tmp_path: Path, changes: dict[str, list[str] | None], said: str
) -> None:
    problems = refused(write_folder(tmp_path / "town", **changes))
    assert any(problem.startswith(said) for problem in problems), problems


def test_a_header_that_is_wrong_is_the_only_thing_said_of_its_file(folder: Path) -> None:
    (folder / "localities.csv").write_text("code,title\nnorth,North\n")
    assert refused(folder) == [
        "localities.csv, row 1, column “title”: unknown column; known are code, name",
        "localities.csv, row 1, column “name”: this column is missing",
    ]


def test_no_folder(tmp_path: Path) -> None:
    (problem,) = refused(tmp_path / "nowhere")
    assert "is not a folder to load" in problem


def test_a_file_may_be_a_workbook_with_a_bom_or_in_another_order(folder: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for line in (HEADERS["quarters"], *SMALL["quarters"]):
        book.active.append(line.split(","))
    (folder / "quarters.csv").unlink()
    book.save(folder / "quarters.xlsx")
    (folder / "localities.csv").write_text("﻿name,code\r\nNorth,north\r\nSouth,south\r\n")
    load(folder)
    assert Return.objects.count() == 10
    (folder / "quarters.csv").write_text(HEADERS["quarters"])
    assert refused(folder) == ["quarters.csv: quarters.xlsx is here as well: keep one"]


def test_a_cell_that_an_export_marked_is_read_as_it_was(folder: Path) -> None:
    (folder / "localities.csv").write_text("code,name\nnorth,'=North\nsouth,South\n")
    load(folder)
    assert Locality.objects.get(code="north").name == "=North"


def test_the_optional_columns_and_files_may_be_missing(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "town", placements=None, targets=None, series_breaks=None)
    short = "\n".join(
        line.rsplit(",", 2)[0] for line in [HEADERS["data_items"], *SMALL["data_items"]]
    )
    (folder / "data_items.csv").write_text(short)
    load(folder)
    assert set(DataItem.objects.values_list("counts", "distinct")) == {("", False)}


@pytest.mark.parametrize(("name", "model"), [("data_items", DataItem), ("measures", Measure)])
def test_other_names_are_read_and_stay(folder: Path, name: str, model: type[Coded]) -> None:
    rows = [f"{HEADERS[name]},also_called", *(f"{row},Queue; on hold" for row in SMALL[name])]
    (folder / f"{name}.csv").write_text("\n".join(rows))
    load(folder)
    assert set(model.objects.values_list("also_called", flat=True)) == {"Queue; on hold"}
    (folder / f"{name}.csv").write_text("\n".join([HEADERS[name], *SMALL[name]]))
    with nothing_changes():
        load(folder)


def test_what_small_numbers_can_tell_on_is_as_the_files_say(folder: Path) -> None:
    header = f"{HEADERS['data_items']},protect"
    said = ["", "no", "", "yes", "no", ""]
    rows = [f"{row},{say}" for row, say in zip(SMALL["data_items"], said, strict=True)]
    (folder / "data_items.csv").write_text("\n".join([header, *rows]))
    rows = [f"{row},{'yes' if row.startswith('share') else ''}" for row in SMALL["measures"]]
    (folder / "measures.csv").write_text("\n".join([f"{HEADERS['measures']},rest", *rows]))
    load(folder)
    protected = {item.code: item.is_protected for one in load_measures() for item in one.items}
    assert protected == {
        "reopened": True,  # cases, and nothing said
        "open": False,  # cases, but no
        "closed": True,
        "hours": True,  # hours, but yes
        "people": False,
        "care": True,  # children
    }
    assert [one.code for one in load_measures() if one.rest] == ["share"]
    with nothing_changes():
        load(folder)
    (folder / "measures.csv").write_text("\n".join([HEADERS["measures"], *SMALL["measures"]]))
    with nothing_changes():
        load(folder)  # a file without the column leaves what was said before


def test_a_row_that_stays_takes_no_statement(folder: Path) -> None:
    load(folder)
    few = statements(folder)
    many = [f"team-{n},Team {n},mat,north,2016-01-01,," for n in range(20)]
    write_folder(folder, teams=[*SMALL["teams"], *many])
    load(folder)
    assert statements(folder) == few


def statements(folder: Path) -> int:
    with CaptureQueriesContext(connection) as captured:
        load(folder)
    return len(captured)


def test_a_rate_per_100_000(tmp_path: Path) -> None:
    rate = "rate,Rate,how-well,closed,people,100000,neither,,"
    load(write_folder(tmp_path / "town", measures=[*SMALL["measures"], rate]))
    [spec] = load_measures(["rate"])
    assert (spec.scale, spec.unit, spec.decimals) == (100_000, "per 100,000", 1)
