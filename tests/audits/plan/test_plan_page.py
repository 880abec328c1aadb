"""The plan in the browser: read, filtered, aimed at measures, printed, given out as files."""

import csv
import datetime as dt
import io
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from openpyxl import load_workbook

from audits.plan import action_changes, actions, timing
from audits.plan import progress_actions as doing
from audits.plan.action_changes import By
from audits.plan.models import Action, Judged, Outcome, TimingChange
from audits.plan.pages import plan as page
from audits.plan.pages.due import understood
from audits.plan.timing_words import names_its_day
from measures.quarters import actions as quarters
from teams.authority import command_actor
from teams.models import Locality
from teams.quarters import FinancialYear
from teams.roles import Role
from tests.audits.making import by_when, claimed, make_action, make_aim, make_plan, on_day, who
from tests.cast import OPEN, TODAY, Cast
from tests.pages import text
from tests.workbooks import value_of

SignIn = Callable[[str], Client]
YEAR = FinancialYear(2016)


def refs(response: Any) -> list[str]:
    """The actions that a page shows, in its order."""
    found = re.findall(r'href="/actions/action/\d+/">([^<]+)</a>', response.content.decode())
    return [unescape(ref) for ref in found]


@pytest.fixture
def several(council: Cast, outcome: Outcome) -> dict[str, Action]:
    """Actions of every kind, in two themes."""
    officer = who(council, "officer")
    second = actions.add_theme(outcome.theme.plan, name="Training", **officer)
    trained = actions.add_outcome(second, text="Everybody is trained", **officer)
    head = [By(role=Role.HEAD_OF_SERVICE)]
    made = {
        "late": make_action(council, outcome, "1.6.16", text="Send the plan"),
        "soon": make_action(council, outcome, "July 2016", text="Ask the staff", owners=head),
        "from": make_action(council, outcome, "From June 2016", text="Use the profile"),
        "claimed": make_action(council, trained, "1.9.16", text="Train them"),
        "places": make_action(
            council,
            trained,
            "From June 2016",
            text="Hold a briefing",
            owners=[*head, By(body="Workforce team")],
            for_every_locality=True,
        ),
        "far": make_action(council, trained, "May 2017", text="Look back", owners=head),
    }
    claimed(council, made["claimed"])
    doing.report(
        made["places"],
        text="Held in June",
        locality=council.locality["north"],
        **on_day(council, "head"),
    )
    return made


# -- reading it ---------------------------------------------------------------------------


def test_the_plan_reads_as_a_committee_paper(
    council: Cast, sign_in: SignIn, several: dict[str, Action]
) -> None:
    page = sign_in("manager").get("/actions/")
    said = text(page)
    assert "Outcome Action By whom By when Rationale Progress" in said
    assert refs(page) == ["1.1 a", "1.1 b", "1.1 c", "2.1 a", "2.1 b", "2.1 c"]
    assert "1.1 a Send the plan Team managers 1.6.16 Overdue was due 1 June 2016" in said
    assert "Not started was to begin by 30 June 2016" in said
    assert "Heads of service and Workforce team" in said
    assert "5 July 2016, North: Held in June No answer yet: South" in said
    assert "Claimed complete by Manager, 5 July 2016" in said
    assert "actions 6 late 2 waiting to be accepted 1 complete 0" in said


def test_a_day_is_the_day_here_just_after_midnight_in_summer(
    council: Cast, sign_in: SignIn, several: dict[str, Action]
) -> None:
    half_past_midnight = dt.datetime(2016, 7, 4, 23, 30, tzinfo=dt.UTC)
    client = sign_in("head")
    at = Action.objects.filter(pk=several["claimed"].pk)
    at.update(claimed_at=half_past_midnight)
    assert "Claimed complete by Manager, 5 July 2016" in text(client.get("/actions/"))
    doing.accept(several["claimed"], **who(council, "head"))
    at.update(accepted_at=half_past_midnight)
    assert "accepted by Head, 5 July 2016" in text(client.get("/actions/"))
    action_changes.move_date(
        several["late"],
        timing=by_when("1.9.16"),
        reason="Ill",
        version=0,
        **who(council, "officer"),
    )
    TimingChange.objects.update(at=half_past_midnight)
    moved = load_workbook(io.BytesIO(fetch(client, "xlsx")))["Moved dates"]
    assert value_of(moved.cell(2, 2)) == dt.date(2016, 7, 5)


def test_this_years_plan_comes_first_and_others_are_a_link_away(
    council: Cast, sign_in: SignIn, settings: Any, outcome: Outcome
) -> None:
    make_plan(council, 2017)
    head = sign_in("head")
    assert "Action plan · 2016-17" in text(head.get("/actions/"))
    assert 'href="/actions/2017/"' in head.get("/actions/").content.decode()
    settings.BUSINESS_DATE = dt.date(2017, 4, 1)
    assert "Action plan · 2017-18" in text(head.get("/actions/"))
    settings.BUSINESS_DATE = dt.date(2020, 4, 1)
    assert "Action plan · 2017-18" in text(head.get("/actions/")), "the latest there is"
    assert head.get("/actions/2018/").status_code == 404


def test_before_there_is_a_plan(council: Cast, sign_in: SignIn) -> None:
    assert "A performance officer makes it" in text(sign_in("head").get("/actions/"))
    assert "Make a plan" in text(sign_in("officer").get("/actions/"))


def test_what_an_earlier_plan_left_open_is_pointed_out(
    council: Cast, sign_in: SignIn, outcome: Outcome
) -> None:
    _, before = make_plan(council, 2015)
    make_action(council, before, "1.3.16")
    said = text(sign_in("officer").get("/actions/"))
    assert "1 unfinished action of 2015-16 : finish what is left there, or carry it over" in said


# -- filters ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("person", "query", "shown"),
    [
        # One's own stand by date.
        ("manager", "show=mine", ["1.1 a", "2.1 a", "1.1 c"]),
        ("head", "show=mine", ["1.1 b", "2.1 c", "2.1 b"]),
        ("officer", "show=mine", []),
        ("head", "show=late", ["1.1 a", "1.1 c"]),
        ("head", "show=soon", ["1.1 b"]),
        ("head", "show=waiting", ["2.1 a"]),
        ("head", "theme=2", ["2.1 a", "2.1 b", "2.1 c"]),
        ("head", "theme=2&show=mine", ["2.1 c", "2.1 b"]),
        ("head", "locality=south", ["2.1 b"]),
        ("head", "locality=south&show=late", ["2.1 b"]),
        ("head", "locality=north&show=late", []),
    ],
)
def test_filters_are_links_that_keep_each_other(
    council: Cast,
    sign_in: SignIn,
    several: dict[str, Action],
    person: str,
    query: str,
    shown: list[str],
) -> None:
    page = sign_in(person).get(f"/actions/?{query}")
    assert refs(page) == shown
    if not shown:
        assert "No action is like that." in text(page)


def test_filters_say_how_many_they_show(
    council: Cast, sign_in: SignIn, several: dict[str, Action]
) -> None:
    said = text(sign_in("manager").get("/actions/"))
    assert (
        "All (6) Mine (3) Late (2) Due in the next 30 days (1) Waiting to be accepted (1)" in said
    )
    assert "All themes (6) 1. Case audits (3) 2. Training (3)" in said
    assert "All localities (6) North (1) South (1)" in said
    within = text(sign_in("manager").get("/actions/?theme=2"))
    assert "All (3) Mine (1) Late (0)" in within
    assert "All themes (6)" in within


def test_a_named_owners_action_is_found_in_their_locality(
    council: Cast, sign_in: SignIn, outcome: Outcome
) -> None:
    make_action(council, outcome, owners=[By(person=council.person["other_manager"])])
    head = sign_in("head")
    assert refs(head.get("/actions/?locality=south")) == ["1.1 a"]
    assert refs(head.get("/actions/?locality=north")) == []


@pytest.mark.parametrize("query", ["show=all", "theme=9", "theme=x", "locality=west"])
def test_a_filter_that_there_is_not(
    council: Cast, sign_in: SignIn, outcome: Outcome, query: str
) -> None:
    assert sign_in("head").get(f"/actions/?{query}").status_code == 404


def one_that_ended(council: Cast, outcome: Outcome) -> None:
    """An aim of an outcome that holds no longer."""
    officer = who(council, "officer")
    aim = actions.add_aim(
        outcome, measure=council.measure["reopened"], year=YEAR, level=Decimal(5), **officer
    )
    actions.remove_aim(aim, reason="Aimed at by another plan", **officer)


def counted_queries(client: Client, path: str) -> int:
    """How many queries a page or a file takes."""
    with CaptureQueriesContext(connection) as captured:
        response: Any = client.get(path)
        b"".join(response) if response.streaming else response.content
    assert response.status_code == 200
    return len(captured)


# A page or a file, and the most queries that it may take whatever the plan's size.
PLAN_QUERIES = {
    "/actions/": 24,
    "/actions/?show=late&locality=north": 24,
    "/actions/2016/print/": 23,
    "/actions/2016/export/?format=docx": 23,
    "/actions/2016/export/?format=xlsx": 25,
    "/actions/action/{}/": 20,
    "/actions/action/{}/report/": 17,
    "/": 31,
}


@pytest.mark.parametrize("person", ["officer", "head", "manager"])
def test_the_same_queries_for_few_actions_and_many(
    council: Cast, sign_in: SignIn, several: dict[str, Action], person: str
) -> None:
    """Constant in actions, outcomes, aims, localities and updates."""
    outcome, officer = several["late"].outcome, who(council, "officer")
    client = sign_in(person)
    make_aim(council, outcome)
    one_that_ended(council, outcome)
    heads = [By(person=council.person["head"]), By(role=Role.TEAM_MANAGER)]
    times = {"owners": heads, "for_every_locality": True}
    action = make_action(council, outcome, "May 2016 and July 2016", **times)
    north = council.locality["north"]
    doing.report(action, text="Begun", locality=north, **on_day(council, "officer"))
    doing.do_occurrence(
        action.occurrences.filter(locality=north)[0],
        done_on=TODAY,
        **on_day(council, "officer"),
    )
    paths = {path.format(action.pk): most for path, most in PLAN_QUERIES.items()}
    client.get("/actions/")  # what is prepared once is prepared
    client.get("/")
    few = {path: counted_queries(client, path) for path in paths}
    for number in range(8):
        place = Locality.objects.create(code=f"more-{number}", name=f"M{number}", position=9)
        more = actions.add_outcome(outcome.theme, text=f"Outcome {number}", **officer)
        made = make_action(council, more, "every quarter until 1.4.17", **times)
        for where in (None, place):
            doing.report(made, text="So far", locality=where, **on_day(council, "officer"))
            doing.report(action, text="Further", locality=where, **on_day(council, "officer"))
        make_aim(council, more, measure=council.measure["helped"], level=Decimal(85))
        one_that_ended(council, more)
    assert {path: counted_queries(client, path) for path in paths} == few
    assert {path: number for path, number in few.items() if number > paths[path]} == {}


def test_how_an_action_stands_is_worked_out_once(
    council: Cast, sign_in: SignIn, several: dict[str, Action], monkeypatch: pytest.MonkeyPatch
) -> None:
    """For the city and each locality that answers for itself; rows are for what is shown."""
    worked_out, rows = [], []

    def counting(into: list[Any], function: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *args: into.append(args) or function(*args)

    monkeypatch.setattr(timing, "status", counting(worked_out, timing.status))
    monkeypatch.setattr(page, "row_of", counting(rows, page.row_of))
    assert len(refs(sign_in("head").get("/actions/?show=late"))) == len(rows) == 2
    assert len(worked_out) == len(several) + Locality.objects.count()


# -- aims -----------------------------------------------------------------------------------


def aim(council: Cast, outcome: Outcome, code: str, level: str, **changes: Any) -> None:
    said: dict[str, Any] = {"start": None, "locality": None, "year": YEAR} | changes
    actions.add_aim(
        outcome,
        measure=council.measure[code],
        level=Decimal(level),
        **said,
        **who(council, "officer"),
    )


def test_an_aim_says_where_its_measure_stands_today(
    council: Cast, sign_in: SignIn, outcome: Outcome
) -> None:
    """North family: 25 surveys of 50 closures; South family 26 of 26. 51 of 76 is 67.1%."""
    council.submit("north-family", cases_closed=50, surveys_received=25)
    council.sign_off(
        "south-family", by="other_head", cases_closed=26, surveys_received=26, surveys_helped=20
    )
    aim(council, outcome, "feedback", "75", start=Decimal("60.5"))
    aim(council, outcome, "feedback", "70", start=Decimal(40), locality=council.locality["north"])
    aim(council, outcome, "feedback", "90", locality=council.locality["south"])
    aim(council, outcome, "cases-closed", "300")
    said = text(sign_in("head").get("/actions/"))
    assert (
        "Families feeding back , Testshire: from 60.5% to 75% by the end of 2016-17. Now 67.1% in "
        "2016-17 so far (2 of 4 teams, provisional). Too little of it was reported to judge."
        in said
    )
    nothing = {"cases_closed": 0, "surveys_received": 0, "surveys_helped": 0}
    council.submit("north-centre", **nothing)
    council.sign_off("south-centre", by="other_head", **nothing)
    said = text(sign_in("head").get("/actions/"))
    assert "Now 67.1% in 2016-17 so far (4 of 4 teams, provisional). on course" in said
    assert "North: from 40% to 70% by the end of 2016-17. Now 50.0% in 2016-17 so far" in said
    assert "South: to 90% by the end of 2016-17. Now 100.0% in" in said
    assert "(2 of 2 teams). reached" in said
    assert "A count is judged when the year is over." in said


def test_an_aim_before_anybody_reported_shows_last_year_and_judges_nothing(
    council: Cast, sign_in: SignIn, outcome: Outcome
) -> None:
    aim(council, outcome, "helped", "85", start=Decimal(75))
    said = text(sign_in("director").get("/actions/"))
    assert re.search(r"Now \d+\.\d% in 2015-16 \(4 of 4 teams\)\. No figure for 2016-17 yet", said)
    assert "behind" not in said


def test_an_aim_says_nothing_of_a_quarter_that_is_not_over(
    council: Cast, sign_in: SignIn, outcome: Outcome, settings: Any
) -> None:
    """Quarter 2 is open and some of it submitted; the year so far still ends with quarter 1."""
    for team, by in [("north-family", "head"), ("north-centre", "head"),
                     ("south-family", "other_head"), ("south-centre", "other_head")]:  # fmt: skip
        council.sign_off(team, by=by, cases_closed=20, surveys_received=10, surveys_helped=8)
    aim(council, outcome, "feedback", "75", start=Decimal("60.5"))
    client = sign_in("head")
    before = re.search(
        r"Now \d+\.\d% in 2016-17 so far \(4 of 4 teams\)", text(client.get("/actions/"))
    )
    assert before
    today = dt.date(2016, 8, 10)
    row = quarters.plan_quarter(OPEN + 1, due_on=dt.date(2016, 10, 14), by=command_actor())
    quarters.open_quarter(row, by=council.actor("officer", today=today))
    settings.BUSINESS_DATE = today
    assert before[0] in text(client.get("/actions/"))
    settings.BUSINESS_DATE = (OPEN + 1).last_day + dt.timedelta(days=1)
    assert before[0] not in text(client.get("/actions/"))


def test_an_aim_of_a_year_that_is_over_was_reached_or_not(
    council: Cast, sign_in: SignIn, outcome: Outcome
) -> None:
    aim(council, outcome, "helped", "99", start=Decimal(75), year=FinancialYear(2015))
    assert "not reached" in text(sign_in("director").get("/actions/"))


# -- closing, judging -----------------------------------------------------------------------


def test_what_became_of_it_and_the_judgement_stand_on_the_page(
    council: Cast, sign_in: SignIn, outcome: Outcome
) -> None:
    officer = who(council, "officer")
    actions.write_closing(outcome.theme.plan, text="A good year", version=0, **officer)
    actions.write_closing(outcome.theme, text="Audits got better", version=0, **officer)
    actions.judge_outcome(
        outcome, judged=Judged.PARTLY, why="Half of the plans", version=0, **who(council, "head")
    )
    for path in ["/actions/", "/actions/2016/print/"]:
        said = text(sign_in("manager").get(path))
        assert "A good year" in said and "Audits got better" in said
        assert "Partly achieved Half of the plans" in said


# -- files ----------------------------------------------------------------------------------


def read_csv(response: Any) -> list[dict[str, str]]:
    body = b"".join(response).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(body)))


def word_rows(body: bytes) -> Iterator[list[str]]:
    """The rows of every table of a document, without headers, a text for each column."""
    for table in Document(io.BytesIO(body)).tables:
        for row in table.rows[1:]:
            yield ["\n".join(one.text for one in cell.paragraphs) for cell in row.cells]


def fetch(client: Client, form: str, query: str = "") -> bytes:
    response: Any = client.get(f"/actions/2016/export/?format={form}{query}")
    assert response.status_code == 200
    assert response["Content-Disposition"] == f'attachment; filename="action-plan-2016-17.{form}"'
    return b"".join(response)


def test_the_word_document_holds_every_action_as_the_csv_and_the_page_do(
    council: Cast, sign_in: SignIn, several: dict[str, Action]
) -> None:
    client = sign_in("head")
    rows = read_csv(client.get("/actions/2016/export/?format=csv"))
    assert [row["Number"] for row in rows] == [
        "1.1 a", "1.1 b", "1.1 c", "2.1 a", "2.1 b", "2.1 c",
    ]  # fmt: skip
    columns = ["Number", "Outcome", "Action", "By whom", "By when", "Rationale", "Progress"]
    assert list(word_rows(fetch(client, "docx"))) == [[row[one] for one in columns] for row in rows]
    page = text(client.get("/actions/"))
    paper = text(client.get("/actions/2016/print/"))
    for row in rows:
        for name in columns:
            for line in row[name].split("\n"):
                words = re.sub(r"\s+", " ", line.replace("(", "").replace(")", ""))
                assert words in page, (row["Number"], name)
                assert words in paper, (row["Number"], name)


def test_the_word_document_can_be_worked_on(
    council: Cast, sign_in: SignIn, several: dict[str, Action]
) -> None:
    document: Any = Document(io.BytesIO(fetch(sign_in("officer"), "docx")))
    [section] = document.sections
    assert section.orientation == WD_ORIENT.LANDSCAPE
    assert section.page_width > section.page_height
    assert [
        (one.style.name, one.text) for one in document.paragraphs if one.style.name != "Normal"
    ] == [
        ("Heading 1", "Early Help action plan"),
        ("Heading 2", "1. Case audits"),
        ("Heading 2", "2. Training"),
    ]
    assert len(document.tables) == 2
    for table in document.tables:
        header = table.rows[0]
        assert [cell.text for cell in header.cells][1:] == [
            "Outcome", "Action", "By whom", "By when", "Rationale", "Progress",
        ]  # fmt: skip
        assert header._tr.trPr.find(qn("w:tblHeader")) is not None
        assert all(row._tr.trPr.find(qn("w:tblHeader")) is None for row in table.rows[1:])
    languages = {one.get(qn("w:val")) for one in document.styles.element.iter(qn("w:lang"))}
    assert languages == {"en-GB"}
    said = document.core_properties
    assert (said.title, said.language) == ("Early Help action plan, 2016-17", "en-GB")
    assert (said.author, said.last_modified_by, said.comments) == ("", "", "")
    assert (
        said.keywords == "OFFICIAL" and section.footer.paragraphs[0].text == "OFFICIAL · Page  of "
    )
    assert said.created == said.modified and f"{said.created:%Y}" == "2016", "not the template's"


def test_the_workbook_has_the_columns_of_the_csv_and_the_plan_for_reading(
    council: Cast, sign_in: SignIn, several: dict[str, Action]
) -> None:
    client = sign_in("head")
    rows = read_csv(client.get("/actions/2016/export/?format=csv"))
    book = load_workbook(io.BytesIO(fetch(client, "xlsx")))
    head, *data = book["Data"].values
    assert list(head) == list(rows[0])
    assert [one[0] for one in data] == [row["Number"] for row in rows]
    sheet = book["Plan 2016-17"]
    head, *lines = ([cell or "" for cell in line] for line in sheet.values)
    assert head == ["Number", "Action", "By whom", "By when", "Progress"]
    read = {line[0]: line for line in lines}
    for row in rows:
        assert read[row["Number"]] == [row[name] for name in head]
        assert any(line[1] == row["Outcome"] for line in lines)
        assert [row["Theme"], "", "", "", ""] in lines
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    wide = sum(one.width for one in sheet.column_dimensions.values())
    assert wide < 210, "letters of less than 7 points on paper"


def test_text_that_xml_cannot_hold_breaks_no_file(
    council: Cast, sign_in: SignIn, outcome: Outcome
) -> None:
    make_action(council, outcome, text="Plans \x0bfor <every> child & carer\x1f", rationale="=1+1")
    client = sign_in("officer")
    [row] = word_rows(fetch(client, "docx"))
    assert row[2] == "Plans for <every> child & carer"
    assert row[5] == "=1+1"
    book = load_workbook(io.BytesIO(fetch(client, "xlsx")))
    assert book["Data"]["D2"].value == "Plans for <every> child & carer"
    assert book["Data"]["H2"].value == "'=1+1"
    [read] = read_csv(client.get("/actions/2016/export/?format=csv"))
    assert read["Rationale"] == "'=1+1"
    assert fetch(client, "ods")[:2] == b"PK"


def test_a_workbook_holds_every_update_and_moved_date(
    council: Cast, sign_in: SignIn, several: dict[str, Action]
) -> None:
    late = several["late"]
    for words in ["A first draft", "A second draft"]:
        doing.report(
            late,
            text=words,
            evidence_link="https://intranet.example/1",
            **on_day(council, "manager"),
        )
    action_changes.move_date(
        late,
        timing=by_when("1.12.16"),
        reason="Ill",
        version=0,
        by=council.actor("officer", now=dt.datetime(2016, 7, 4, 23, 30, tzinfo=dt.UTC)),
    )
    aim = make_aim(council, late.outcome)
    actions.change_aim(
        aim,
        measure=aim.measure,
        year=YEAR.next,
        level=Decimal(80),
        start=None,
        locality=council.locality["north"],
        reason="Asked too little",
        by=council.actor("officer", now=dt.datetime(2016, 7, 4, 23, 30, tzinfo=dt.UTC)),
    )
    book = load_workbook(io.BytesIO(fetch(sign_in("head"), "xlsx")))
    names = ["Cover", "Data", "Plan 2016-17", "Updates", "Moved dates", "Earlier aims"]
    assert [sheet.title for sheet in book.worksheets] == names
    cover, _, _, updates, moved, aims = book.worksheets
    assert ("Plan", "2016-17") in [(row[0].value, row[1].value) for row in cover.iter_rows()]
    assert [[value_of(cell) for cell in row][:4] for row in updates.iter_rows(min_row=2)] == [
        ["1.1 a", dt.date(2016, 7, 5), None, "A first draft"],
        ["1.1 a", dt.date(2016, 7, 5), None, "A second draft"],
        ["2.1 b", dt.date(2016, 7, 5), "North", "Held in June"],
    ]
    assert [[value_of(cell) for cell in row][1:5] for row in moved.iter_rows(min_row=2)] == [
        [dt.date(2016, 7, 5), "1.6.16", "1.12.16", "Ill"]
    ]
    assert [[value_of(cell) for cell in row] for row in aims.iter_rows(min_row=2)] == [
        [
            "1.1",
            dt.date(2016, 7, 5),
            "Families feeding back, Testshire: from 71.2% to 75% by the end of 2016-17",
            "Families feeding back, North: to 80% by the end of 2017-18",
            "Asked too little",
            "Officer",
        ]
    ]


def test_files_leave_out_words_that_were_taken_out_and_keep_empty_outcomes(
    council: Cast, sign_in: SignIn, several: dict[str, Action]
) -> None:
    late, officer = several["late"], who(council, "officer")
    update = doing.report(late, text="A name", **on_day(council, "manager"))
    doing.take_out_update(update, reason="A name", **officer)
    actions.add_outcome(late.outcome.theme, text="Nobody does it yet", **officer)
    client = sign_in("head")
    updates = load_workbook(io.BytesIO(fetch(client, "xlsx")))["Updates"]
    assert [row[0].value for row in updates.iter_rows(min_row=2)] == ["2.1 b"]
    rows = read_csv(client.get("/actions/2016/export/?format=csv"))
    [empty] = [row for row in rows if row["Outcome"] == "Nobody does it yet"]
    assert (empty["Number"], empty["Action"], empty["Status"]) == ("1.2", "", "")


@pytest.mark.parametrize(("due", "shown"), [("4.8.16", True), ("5.8.16", False)])
def test_soon_is_the_next_thirty_days(
    council: Cast, sign_in: SignIn, outcome: Outcome, due: str, shown: bool
) -> None:
    make_action(council, outcome, due)
    assert refs(sign_in("head").get("/actions/?show=soon")) == (["1.1 a"] if shown else [])


def test_a_file_has_what_the_page_shows(
    council: Cast, sign_in: SignIn, several: dict[str, Action]
) -> None:
    client = sign_in("head")
    page = client.get("/actions/?show=late").content.decode()
    assert "/actions/2016/export/?format=docx&amp;show=late" in page
    body = fetch(client, "docx", "&show=late")
    assert [row[0] for row in word_rows(body)] == ["1.1 a", "1.1 c"]
    lead = Document(io.BytesIO(body)).paragraphs[1].text
    assert lead == "Financial year 2016-17, as it stood on 5 July 2016. Shown: Late."
    rows = read_csv(client.get("/actions/2016/export/?format=csv&show=late"))
    assert [row["Number"] for row in rows] == ["1.1 a", "1.1 c"]


def test_an_outcome_without_an_action_is_in_every_file(
    council: Cast, sign_in: SignIn, outcome: Outcome
) -> None:
    client = sign_in("head")
    [row] = read_csv(client.get("/actions/2016/export/?format=csv"))
    assert (row["Number"], row["Outcome"], row["Action"]) == ("1.1", "Plans are clear", "")
    assert [row[:3] for row in word_rows(fetch(client, "docx"))] == [
        ["1.1", "Plans are clear", "No action yet."]
    ]


def test_no_such_format(council: Cast, sign_in: SignIn, outcome: Outcome) -> None:
    assert sign_in("head").get("/actions/2016/export/?format=pdf").status_code == 404


# -- what a timing was understood to mean -----------------------------------------------------


@pytest.mark.parametrize(
    ("words", "says", "exact"),
    [
        ("1.9.16", "Due 1 September 2016", True),
        ("By 1.4.17.", "Due 1 April 2017", True),
        ("2016-09-01", "Due 1 September 2016", True),
        ("September 2016", "Due 30 September 2016", False),
        ("2016-17", "Due 31 March 2017", False),
        ("From June 2016", "To begin by 30 June 2016, with no last day", False),
        ("Ongoing", "Ongoing, with no date", True),
        ("1.4.17, ongoing", "Due 1 April 2017, then ongoing", True),
        ("November 2016 and February 2017", "Due 30 November 2016 and 28 February 2017", False),
        ("1.6.16 to 1.9.16", "From 1 June 2016, due 1 September 2016", False),
        (
            "every quarter until 1.4.17",
            "Every quarter from 1 April 2016 to 1 April 2017: 4 times, the first due 30 June 2016",
            False,
        ),
    ],
)
def test_what_words_were_understood_to_mean(words: str, says: str, exact: bool) -> None:
    timing = by_when(words)
    assert understood(timing) == says
    assert names_its_day(timing) is exact
