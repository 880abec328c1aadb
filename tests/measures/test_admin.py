"""The administration pages of the framework: kept through the actions; figures read-only."""

import datetime as dt
import io
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from earlyhelp.core.actor import Route
from earlyhelp.core.events.models import Event
from measures.models import (
    Commentary,
    Correction,
    DataItem,
    Figure,
    Measure,
    ReportingQuarter,
    Return,
    SeriesBreak,
    Target,
)
from measures.workflow import QuarterState
from teams.admin.history import ChangedField
from tests.cast import HISTORY, OPEN, Cast
from tests.teams.test_admin import SignIn, fields_of, load, problems

KEPT = ["dataitem", "measure", "target", "seriesbreak", "reportingquarter"]
LOOKED_AT = ["return", "commentary", "correction"]


def address(kind: str, what: str, *args: Any) -> str:
    return reverse(f"admin:measures_{kind}_{what}", args=args)


@pytest.mark.parametrize("kind", KEPT)
def test_the_officer_keeps_the_framework_and_the_administrator_does_not(
    kind: str, sign_in: SignIn
) -> None:
    for what in ["changelist", "add", "export"]:
        assert sign_in("officer").get(address(kind, what)).status_code == 200, what
        assert sign_in("administrator").get(address(kind, what)).status_code == 403, what


def test_a_question_is_kept_on_record_with_who_is_asked(council: Cast, sign_in: SignIn) -> None:
    client = sign_in("officer")
    item = council.item["staff"]
    family = council.team["north-family"].type
    change = address("dataitem", "change", item.pk)
    typed = fields_of(client.get(change))
    typed["team_types"] = [*(one.pk for one in item.team_types.all()), family.pk]
    assert client.post(change, typed | {"why": "Family teams too"}).status_code == 302
    assert family in item.team_types.all()
    event = Event.objects.about(item).latest("id")
    assert (event.verb, event.route, event.by) == (
        "asked of",
        Route.ADMIN,
        council.person["officer"],
    )
    assert event.remarks.get().text == "Family teams too"
    (said, *_) = client.get(address("dataitem", "history", item.pk)).context["lines"]
    assert said.changes == [ChangedField("", "centre", "centre, family")]
    before = Event.objects.count()
    assert client.post(change, fields_of(client.get(change))).status_code == 302
    assert Event.objects.count() == before


@pytest.mark.parametrize(("name", "value"), [("timing", "flow"), ("decimals", "0")])
def test_what_was_asked_already_keeps_its_timing_and_decimals(
    name: str, value: str, council: Cast, sign_in: SignIn
) -> None:
    client = sign_in("officer")
    change = address("dataitem", "change", council.item["staff"].pk)
    said = problems(client.post(change, fields_of(client.get(change)) | {name: value}))
    assert "was asked in 2015-16 Q1 already" in said[name][0]


def test_a_circle_of_parts_is_refused_at_the_field(council: Cast, sign_in: SignIn) -> None:
    client = sign_in("officer")
    change = address("dataitem", "change", council.item["surveys-received"].pk)
    typed = fields_of(client.get(change)) | {"part_of": council.item["surveys-helped"].pk}
    assert "itself part of" in problems(client.post(change, typed))["part_of"][0]


def test_a_measure_keeps_the_order_of_its_denominators(council: Cast, sign_in: SignIn) -> None:
    client = sign_in("officer")
    measure = council.measure["reopened"]
    change = address("measure", "change", measure.pk)
    closed, worked = council.item["cases-closed"], council.item["open-cases"]
    typed = fields_of(client.get(change)) | {
        "denominators": [council.item["surveys-received"].pk, closed.pk, worked.pk]
    }
    assert client.post(change, typed).status_code == 302
    codes = list(measure.denominator_items.values_list("item__code", flat=True))
    assert codes == ["open-cases", "cases-closed", "surveys-received"]
    assert Event.objects.about(measure).latest("id").verb == "divided by"
    typed = fields_of(client.get(change)) | {"denominators": []}
    assert "A count has scale 1" in problems(client.post(change, typed))["scale"][0]


def test_changing_a_target_asks_why(council: Cast, sign_in: SignIn) -> None:
    client = sign_in("officer")
    target = Target.objects.get(measure=council.measure["helped"])
    change = address("target", "change", target.pk)
    typed = fields_of(client.get(change)) | {"target": "90"}
    assert "Enter why the target changes" in str(problems(client.post(change, typed)))
    assert client.post(change, typed | {"why": "The board asked for more"}).status_code == 302
    target.refresh_from_db()
    assert target.target == 90
    event = Event.objects.about(target).latest("id")
    assert event.remarks.get().text == "The board asked for more"
    assert (event.before["target"], event.after["target"]) == ("85", "90")
    history = client.get(address("target", "history", target.pk)).context["lines"]
    assert history[0].changes == [ChangedField("Target", "85", "90")]


def test_a_target_is_for_a_year_and_a_measure_with_a_direction(
    council: Cast, sign_in: SignIn
) -> None:
    client = sign_in("officer")
    typed = {
        "measure": council.measure["helped"].pk,
        "year": "2017",
        "locality": "",
        "target": "80",
        "close_within": "5",
    }
    add = address("target", "add")
    assert "write it like 2015-16" in problems(client.post(add, typed))["year"][0]
    typed |= {"year": "2017-18"}
    assert client.post(add, typed).status_code == 302
    assert problems(client.post(add, typed))["__all__"]
    typed |= {"measure": council.measure["open-cases"].pk}
    assert "no good direction" in problems(client.post(add, typed))["measure"][0]


def test_a_series_break_is_kept(council: Cast, sign_in: SignIn) -> None:
    typed = {
        "item": council.item["staff"].pk,
        "quarter": "2016-17 Q1",
        "reason": "New payroll",
        "why": "Told by finance",
    }
    assert sign_in("officer").post(address("seriesbreak", "add"), typed).status_code == 302
    made = SeriesBreak.objects.get()
    assert Event.objects.about(made).get().remarks.get().text == "Told by finance"


# -- quarters -------------------------------------------------------------------------------


def test_a_due_date_moves_with_a_reason_and_nothing_else_does(
    council: Cast, sign_in: SignIn
) -> None:
    client = sign_in("officer")
    change = address("reportingquarter", "change", OPEN.index)
    moved = {"due_on": "2016-07-21", "state": "closed", "why": ""}
    assert "Enter why the due date moves" in problems(client.post(change, moved))["why"][0]
    assert client.post(change, moved | {"why": "Fair week"}).status_code == 302
    quarter = ReportingQuarter.objects.get(pk=OPEN.index)
    assert (quarter.due_on, quarter.state) == (dt.date(2016, 7, 21), QuarterState.OPEN)
    event = Event.objects.about(quarter).latest("id")
    assert (event.route, event.remarks.get().text) == (Route.ADMIN, "Fair week")


def test_a_closed_quarter_is_closed_here_too(council: Cast, sign_in: SignIn) -> None:
    client = sign_in("officer")
    change = address("reportingquarter", "change", HISTORY[0].index)
    assert client.get(change).status_code == 200
    assert client.post(change, {"due_on": "2016-07-21", "why": "x"}).status_code == 403
    delete = address("reportingquarter", "delete", HISTORY[0].index)
    assert client.post(delete, {"post": "yes", "why": "x"}).status_code == 403


def test_a_quarter_is_planned_and_not_opened(council: Cast, sign_in: SignIn) -> None:
    client = sign_in("officer")
    add = address("reportingquarter", "add")
    typed = {"quarter": "2016-17 Q2", "due_on": "2016-10-14"}
    assert client.post(add, typed | {"quarter": "next"}).status_code == 200
    assert client.post(add, typed).status_code == 302
    planned = ReportingQuarter.objects.get(pk=(OPEN + 1).index)
    assert planned.state == QuarterState.UPCOMING
    assert not Return.objects.filter(quarter=planned).exists()
    assert "here already" in problems(client.post(add, typed))["quarter"][0]
    early = {"quarter": "2016-17 Q3", "due_on": "2016-07-01"}
    assert "before" in problems(client.post(add, early))["due_on"][0]
    delete = address("reportingquarter", "delete", planned.pk)
    assert client.post(delete, {"post": "yes", "why": "Too early"}).status_code == 302
    assert not ReportingQuarter.objects.filter(pk=planned.pk).exists()


def test_quarters_do_not_come_in_from_a_file(council: Cast, sign_in: SignIn) -> None:
    assert sign_in("officer").get(address("reportingquarter", "import")).status_code == 403
    process = address("reportingquarter", "process_import")
    assert sign_in("officer").post(process, {}).status_code == 403


# -- files ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["dataitem", "measure", "target", "seriesbreak"])
@pytest.mark.parametrize("file_format", ["0", "1", "2"])
def test_what_goes_out_comes_back_and_changes_nothing(
    kind: str, file_format: str, council: Cast, sign_in: SignIn
) -> None:
    client = sign_in("officer")
    SeriesBreak.objects.create(item=council.item["staff"], quarter=OPEN, reason="New payroll")
    out = client.post(address(kind, "export"), {"format": file_format, "resource": "0"})
    before = Event.objects.count()
    first = client.post(
        address(kind, "import"),
        {
            "import_file": SimpleUploadedFile("rows", out.content),
            "format": file_format,
            "resource": "0",
        },
    )
    assert "confirm_form" in first.context, first.content.decode()
    confirm = dict(first.context["confirm_form"].initial)
    assert client.post(address(kind, "process_import"), confirm).status_code == 302
    assert Event.objects.count() == before


def test_the_columns_are_those_of_a_council_folder(council: Cast, sign_in: SignIn) -> None:
    client = sign_in("officer")
    rows = {
        kind: client.post(address(kind, "export"), {"format": "0", "resource": "0"})
        .content.decode("utf-8-sig")
        .splitlines()
        for kind in KEPT
    }
    assert set(rows["dataitem"][0].split(",")) == {
        "code", "name", "group", "timing", "decimals", "part_of", "team_types",
        "definition", "from_quarter", "to_quarter", "counts", "distinct",
        "also_called", "protect",
    }  # fmt: skip
    assert rows["measure"][0] == (
        "code,name,heading,numerator,denominators,scale,good,decimals,definition,also_called,rest"
    )
    assert rows["measure"][5].startswith(
        "reopened,Re-opened,how-well,cases-reopened,open-cases cases-closed,100,lower,1,"
    )
    assert rows["target"] == [
        "measure,financial_year,locality,target,close_within",
        "feedback,2016-17,,75,5",
        "helped,2016-17,,85,5",
    ]
    assert rows["reportingquarter"][-1] == "2016-17 Q1,2016-07-14,open"


def test_a_file_of_measures_keeps_the_rules(council: Cast, sign_in: SignIn) -> None:
    client = sign_in("officer")
    head = "code,name,heading,numerator,denominators,scale,good,decimals,definition\n"
    before = Event.objects.count()
    for row, sentence in [
        ("new,New,impact,nothing,,1,higher,0,x", "There is no question “nothing”"),
        ("new,New,impact,staff,cases-closed no,100,higher,1,x", "There is no question “no”"),
        ("new,New,impact,staff,,100,higher,1,x", "A count has scale 1"),
        ("new,New,impact,staff,,1,higher,0,x", "A count has its question"),
        ("new,New,somewhere,staff,,1,higher,1,x", "not a valid choice"),
    ]:
        page = load(client, "measures_measure", head + row)
        assert sentence in page.content.decode(), page.content.decode()
    assert Event.objects.count() == before
    row = "new,New,impact,surveys-helped,surveys-received cases-closed,100,higher,1,x"
    assert load(client, "measures_measure", head + row, why="For the board").status_code == 302
    made = Measure.objects.get(code="new")
    assert [one.item.code for one in made.denominator_items.all()] == [
        "surveys-received",
        "cases-closed",
    ]
    verbs = [event.verb for event in Event.objects.about(made)]
    assert verbs == ["created", "divided by"]


def test_an_empty_cell_stands_for_what_it_does_in_a_council_folder(
    council: Cast, sign_in: SignIn
) -> None:
    client = sign_in("officer")
    head = "code,name,heading,numerator,denominators,scale,good,decimals,definition\n"
    rows = "count,C,how-much,staff,,,higher,,\nratio,R,impact,staff,cases-closed,100,higher,,\n"
    assert load(client, "measures_measure", head + rows).status_code == 302
    made = Measure.objects.filter(code__in=["count", "ratio"])
    # A count has its item's decimals, a ratio one.
    assert set(made.values_list("code", "scale", "decimals")) == {
        ("count", 1, 1),
        ("ratio", 100, 1),
    }
    head = "measure,financial_year,locality,target,close_within\n"
    assert load(client, "measures_target", head + "helped,2017-18,,80,\n").status_code == 302
    assert Target.objects.get(measure=council.measure["helped"], year=2017).close_within == 0


def test_everything_that_is_wrong_with_a_row_is_listed_together(
    council: Cast, sign_in: SignIn
) -> None:
    text = "measure,financial_year,locality,target,close_within\nnone,2016-18,none,-1,\n"
    page = load(sign_in("officer"), "measures_target", text).content.decode()
    for sentence in [
        "There is no measure “none”",
        "“2016-18” is not a financial year",
        "There is no locality “none”",
        "must be 0 or more",
    ]:
        assert sentence in page


def test_a_formula_is_no_value(council: Cast, sign_in: SignIn) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["item", "quarter", "reason"])
    book.active.append(["staff", "2016-17 Q1", "=A1"])
    file = io.BytesIO()
    book.save(file)
    page = sign_in("officer").post(
        address("seriesbreak", "import"),
        {
            "import_file": SimpleUploadedFile("rows", file.getvalue()),
            "format": "1",
            "resource": "0",
        },
    )
    assert "is a formula: put in the value that it comes to" in page.content.decode()


def test_a_target_in_a_file_needs_the_reason_too(council: Cast, sign_in: SignIn) -> None:
    client = sign_in("officer")
    text = "measure,financial_year,locality,target,close_within\nhelped,2016-17,,90,5\n"
    assert "Enter why the target changes" in load(client, "measures_target", text).content.decode()
    assert load(client, "measures_target", text, why="Asked for").status_code == 302
    assert Target.objects.get(measure=council.measure["helped"]).target == 90


def test_a_question_in_a_file_cannot_rewrite_an_opened_quarter(
    council: Cast, sign_in: SignIn
) -> None:
    text = "code,decimals,name\nstaff,0,Staff\n"
    page = load(sign_in("officer"), "measures_dataitem", text)
    assert "was asked in 2015-16 Q1 already" in page.content.decode()
    text = "code,name\nstaff,Staff in post on the last day\n"
    assert load(sign_in("officer"), "measures_dataitem", text).status_code == 302
    item = DataItem.objects.get(code="staff")
    assert item.name == "Staff in post on the last day"
    assert [one.code for one in item.team_types.all()] == ["centre"]


# -- figures are read-only ------------------------------------------------------------------


@pytest.mark.parametrize("kind", LOOKED_AT)
def test_figures_and_what_is_said_of_them_are_to_look_at_only(
    kind: str, council: Cast, sign_in: SignIn
) -> None:
    client = sign_in("officer")
    made = council.sign_off("north-family")
    Commentary.objects.create(
        measure=council.measure["helped"],
        quarter=OPEN,
        text="It went up",
        written_at=made.signed_off_at,
        written_by=council.person["officer"],
    )
    Correction.objects.create(
        reason="Counted twice",
        proposed_at=made.signed_off_at,
        proposed_by=council.person["officer"],
    )
    model: Any = {"return": Return, "commentary": Commentary, "correction": Correction}[kind]
    row = model.objects.get(pk=made.pk) if kind == "return" else model.objects.get()
    before = Event.objects.count(), model.objects.values().get(pk=row.pk)
    figures = list(Figure.objects.filter(return_made=made).values().order_by("pk"))
    change, delete = address(kind, "change", row.pk), address(kind, "delete", row.pk)
    assert client.get(address(kind, "changelist")).status_code == 200
    assert client.get(change).status_code == 200
    typed = {
        "state": "draft", "text": "Changed", "reason": "Changed", "version": "9",
        "figures-TOTAL_FORMS": "1", "figures-INITIAL_FORMS": "1",
        "figures-0-id": figures[0]["id"], "figures-0-value": "999", "figures-0-return_made": row.pk,
    }  # fmt: skip
    assert client.post(change, typed).status_code == 403
    assert client.post(address(kind, "add"), typed).status_code == 403
    assert client.post(delete, {"post": "yes", "why": "x"}).status_code == 403
    client.post(
        address(kind, "changelist"),
        {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"},
    )
    assert (Event.objects.count(), model.objects.values().get(pk=row.pk)) == before
    assert list(Figure.objects.filter(return_made=made).values().order_by("pk")) == figures
    for person in ["administrator", "head", "board_member"]:
        assert sign_in(person).get(change, follow=True).status_code == 403


def test_a_return_shows_its_figures(council: Cast, sign_in: SignIn) -> None:
    made = council.fill_in("north-family", open_cases=918_273)
    page = sign_in("officer").get(address("return", "change", made.pk)).content.decode()
    assert "918,273" in page


def test_the_sheet_with_our_columns_is_read(council: Cast, sign_in: SignIn) -> None:
    book = openpyxl.Workbook()
    book["Sheet"].append(["Series breaks of this year"])
    book.create_sheet("Data").append(["item", "quarter", "reason"])
    book["Data"].append(["staff", "2016-17 Q1", "A new system"])
    file = io.BytesIO()
    book.save(file)
    upload = SimpleUploadedFile("rows", file.getvalue())
    answer = sign_in("officer").post(
        address("seriesbreak", "import"),
        {"import_file": upload, "format": "1", "resource": "0"},
    )
    assert "A new system" in answer.content.decode()
