"""Running the quarters in the browser: plan, open, watch, chase, move, close, accept late."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from earlyhelp.core.events.models import Event
from earlyhelp.core.work import jobs
from measures.models import QuarterReading, ReportingQuarter, Return
from measures.quarters import actions as quarters
from measures.quarters import pages
from measures.quarters.pages import opening
from measures.workflow import QuarterState, ReturnState
from teams.authority import command_actor
from teams.models import User
from teams.quarters import Quarter
from tests.cast import OPEN, Cast
from tests.pages import text

SignIn = Callable[[str], Client]
NEXT = OPEN + 1


def row(quarter: Quarter) -> ReportingQuarter:
    return ReportingQuarter.objects.get(pk=quarter.index)


def close(council: Cast) -> None:
    quarters.close_quarter(
        row(OPEN),
        reason="The board meets",
        early=True,
        by=council.actor("officer"),
    )


def date(day: int, month: int, year: int) -> dict[str, int]:
    return {"due_on_0": day, "due_on_1": month, "due_on_2": year}


PAGES = [
    "/quarters/",
    "/quarters/new/",
    "/quarters/2016-17-q1/",
    "/quarters/2016-17-q1/open/",
    "/quarters/2016-17-q1/due-date/",
    "/quarters/2016-17-q1/close/",
    "/quarters/2016-17-q1/undo-closing/",
]


@pytest.mark.parametrize("path", PAGES)
def test_who_runs_quarters(council: Cast, sign_in: SignIn, path: str) -> None:
    """The officer runs them; the director, who sees every return, looks on; nobody else."""
    assert sign_in("officer").get(path).status_code == 200
    looks = path in ("/quarters/", "/quarters/2016-17-q1/")
    assert sign_in("director").get(path).status_code == (200 if looks else 403)
    for person in ("head", "manager", "contributor", "auditor", "board_member", "administrator"):
        assert sign_in(person).get(path).status_code == 403
        assert sign_in(person).post(path).status_code in (403, 405)


@pytest.mark.parametrize(
    "slug",
    ["2016-17-q5", "2016-q1", "2030-31-q1", "open", "2016-17-Q1", "0000-01-q1", "9999-00-q4"],
)
def test_no_such_quarter(council: Cast, sign_in: SignIn, slug: str) -> None:
    assert sign_in("officer").get(f"/quarters/{slug}/").status_code == 404


def test_the_list_says_how_far_each_is(council: Cast, sign_in: SignIn) -> None:
    council.sign_off("north-family")
    said = text(sign_in("officer").get("/quarters/"))
    assert "Plan 2016-17 Q2" in said
    assert "Quarter 1, 2016-17 April to June 2016 14 July 2016 Open 1 of 5 signed off" in said
    assert "Closed 5 of 5 signed off" in said
    assert "Plan 2016-17 Q2" not in text(sign_in("director").get("/quarters/"))


def test_one_quarter_at_a_glance_and_whom_to_chase(
    council: Cast, sign_in: SignIn, settings: Any
) -> None:
    settings.BUSINESS_DATE = dt.date(2016, 7, 17)
    council.submit("north-family")
    council.fill_in("south-family", "other_manager")
    said = text(sign_in("officer").get("/quarters/2016-17-q1/"))
    assert "Returns were due on 14 July 2016: 3 days late. 0 of 5 returns are signed off." in said
    # Not started, in progress, submitted, returned, signed off, late.
    assert "North 1 0 1 0 0 1" in said
    # What was done last is read on paper as well, unlike what can be done.
    page = sign_in("officer").get("/quarters/2016-17-q1/").content.decode()
    assert 'data-label="Last step">Submitted ' in page
    assert "South 1 1 0 0 0 2" in said
    assert "Whole area 1 0 0 0 0 1" in said
    assert "All 3 1 1 0 0 4" in said
    chase = said[said.index("Whom to write to") :]
    assert "Choose whom to remind by mail" in chase
    assert "Manager Late manager@testshire.example North centre" in chase
    assert "other.manager@testshire.example South family; South centre" in chase
    assert "officer@testshire.example Performance team" in chase
    assert "leaver@" not in chase
    assert "Nobody is appointed" not in chase


def test_of_many_returns_those_of_one_locality_are_shown(
    council: Cast, sign_in: SignIn, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All are counted; the first locality is shown, or the one that its link names."""
    settings.BUSINESS_DATE = dt.date(2016, 7, 17)
    council.submit("north-family")
    monkeypatch.setattr(pages, "RETURNS_AT_ONCE", 4)
    officer, where = sign_in("officer"), "/quarters/2016-17-q1/"
    first, code = officer.get(where), council.locality["south"].code
    said = text(first)
    assert f'href="?locality={code}#teams"' in first.content.decode()
    assert "0 of 5 returns are signed off." in said
    assert "All 4 0 1 0 0 4" in said
    assert said.count("North centre") == 2, "as a team, and as what its manager owes"
    assert "South" not in said.replace("South 2 0 0 0 0 2", "")
    south = text(officer.get(where, {"locality": code}))
    assert "Team by team, South" in south
    assert "South family" in south
    assert "North centre" not in south
    assert "Performance team" in text(officer.get(where, {"locality": "NONE"}))
    assert text(officer.get(where, {"locality": "nowhere"})) == said
    monkeypatch.setattr(pages, "RETURNS_AT_ONCE", 5)
    assert "South family" in text(officer.get(where, {"locality": "north"}))


def test_many_returns_of_one_locality_are_shown_page_by_page(
    council: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whom to write to is of the same returns, and says so."""
    monkeypatch.setattr(pages, "RETURNS_AT_ONCE", 1)
    officer, where = sign_in("officer"), "/quarters/2016-17-q1/"
    first, second = (officer.get(where, {"locality": "south", "page": at}) for at in (1, 2))
    assert 'href="?locality=south&amp;page=2#teams"' in first.content.decode()
    assert "Team by team, South, page 1 of 2" in text(first)
    assert "Whom to write to, South, page 2 of 2" in text(second)
    for page, shown, other in ((first, "family", "centre"), (second, "centre", "family")):
        assert text(page).count(f"South {shown}") == 2
        assert f"South {other}" not in text(page)
        assert "All 5 0 0 0 0" in text(page)


def test_a_return_that_nobody_can_submit_is_named(council: Cast, sign_in: SignIn) -> None:
    User.objects.filter(pk=council.person["other_manager"].pk).update(is_active=False)
    said = text(sign_in("officer").get("/quarters/2016-17-q1/"))
    assert "Nobody is appointed South family; South centre" in said


def test_a_quarter_costs_the_same_for_one_team_and_for_many(council: Cast, sign_in: SignIn) -> None:
    officer = sign_in("officer")
    officer.get("/quarters/2016-17-q1/")  # the first page of a session asks more
    counted = []
    for teams in ([], ["north-family", "north-centre"]):
        for team in teams:
            council.submit(team)
        with CaptureQueriesContext(connection) as queries:
            officer.get("/quarters/2016-17-q1/")
        counted.append(len(queries))
    assert counted[0] == counted[1]


# -- plan and open --------------------------------------------------------------------------


def test_a_quarter_that_has_not_begun_is_not_offered(council: Cast, sign_in: SignIn) -> None:
    quarters.plan_quarter(NEXT + 1, due_on=dt.date(2017, 1, 14), by=command_actor())
    officer = sign_in("officer")
    begins = "2016-17 Q3 begins on 1 October 2016: it can be opened from that day on."
    for path in ("/quarters/2016-17-q3/", "/quarters/2016-17-q3/open/"):
        answer = officer.get(path)
        assert begins in text(answer)
        assert "Open 2016-17 Q3</button>" not in answer.content.decode()
    assert "Open the quarter" not in text(officer.get("/quarters/2016-17-q3/"))
    answer = officer.post("/quarters/2016-17-q3/open/", {"skipping": "on"}, follow=True)
    assert begins in text(answer)
    assert row(NEXT + 1).state == QuarterState.UPCOMING


def test_skipping_a_quarter_takes_a_tick(council: Cast, sign_in: SignIn, settings: Any) -> None:
    settings.BUSINESS_DATE = dt.date(2016, 10, 3)
    for quarter in (NEXT, NEXT + 1):
        quarters.plan_quarter(quarter, due_on=dt.date(2017, 1, 14), by=command_actor())
    officer, path = sign_in("officer"), "/quarters/2016-17-q3/open/"
    said = officer.get(path)
    assert "Quarter 2, 2016-17 will never be opened" in text(said)
    assert "govuk-button--warning" in said.content.decode()
    said = officer.post(path)
    assert "There is a problem" in text(said)
    assert "Tick the box if 2016-17 Q2 will never be opened" in text(said)
    officer.post(path, {"skipping": "on"})
    assert row(NEXT + 1).state == QuarterState.OPEN
    page = text(officer.get("/quarters/2016-17-q2/"))
    assert "2016-17 Q3 was opened before it" in page and "Open the quarter" not in page


def test_plan_then_open(council: Cast, sign_in: SignIn) -> None:
    officer = sign_in("officer")
    planned = officer.post("/quarters/new/", {"quarter": str(NEXT), **date(14, 10, 2016)})
    assert planned.headers["Location"] == "/quarters/2016-17-q2/"
    assert row(NEXT).due_on == dt.date(2016, 10, 14)
    assert "Not opened yet" in text(officer.get("/quarters/2016-17-q2/"))
    assert Return.objects.for_quarter(NEXT).count() == 0

    said = text(officer.get("/quarters/2016-17-q2/open/"))
    assert "Opening makes 5 returns, due on 14 October 2016." in said
    assert "Family team 2 5 Children's centre 2 6 City-wide 1 1" in said
    assert row(NEXT).state == QuarterState.UPCOMING, "asking opens nothing"

    officer.post("/quarters/2016-17-q2/open/")
    assert row(NEXT).state == QuarterState.OPEN
    assert Return.objects.for_quarter(NEXT).count() == 5
    again = officer.post("/quarters/2016-17-q2/open/", follow=True)
    assert "You cannot open this quarter now: it has been opened already." in text(again)
    assert Return.objects.for_quarter(NEXT).count() == 5


def test_opening_says_what_it_then_makes(council: Cast) -> None:
    council.team["south-centre"].closed = dt.date(2016, 7, 10)
    council.team["south-centre"].save()
    planned = quarters.plan_quarter(NEXT + 1, due_on=dt.date(2017, 1, 14), by=command_actor())
    expected = opening(planned)
    assert expected == [("Family team", 2, 5), ("Children's centre", 1, 6), ("City-wide", 1, 1)]
    by = replace(command_actor(), today=planned.quarter.first_day)
    quarters.start(planned, skipping=True, by=by)
    assert Return.objects.for_quarter(NEXT + 1).count() == 4


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({}, "Enter the due date"),
        (date(31, 9, 2016), "The due date must be a real date, like 14 7 2016"),
        ({"due_on_0": "x", "due_on_1": "9", "due_on_2": "2016"}, "must be a real date"),
        ({"due_on_0": "１４", "due_on_1": "10", "due_on_2": "2016"}, "must be a real date"),
        ({"due_on_0": "1_4", "due_on_1": "10", "due_on_2": "2016"}, "must be a real date"),
        ({"due_on_0": "14", "due_on_1": "+9", "due_on_2": "2016"}, "must be a real date"),
        (date(14, 10, 16), "The due date must have a year of four digits"),
        (date(1, 1, 2016), "The due date cannot be before 2016-17 Q2 begins"),
    ],
)
def test_a_due_date_that_is_none(
    council: Cast, sign_in: SignIn, typed: dict[str, Any], message: str
) -> None:
    answer = sign_in("officer").post("/quarters/new/", {"quarter": str(NEXT), **typed})
    assert message in text(answer)
    for value in typed.values():
        assert f'value="{value}"' in answer.content.decode()
    assert not ReportingQuarter.objects.filter(pk=NEXT.index).exists()


def test_planning_twice_changes_no_due_date(council: Cast, sign_in: SignIn) -> None:
    officer = sign_in("officer")
    officer.post("/quarters/new/", {"quarter": str(NEXT), **date(14, 10, 2016)})
    again = officer.post(
        "/quarters/new/", {"quarter": str(NEXT), **date(21, 10, 2016)}, follow=True
    )
    assert "That quarter is planned already. The next is 2016-17 Q3." in text(again)
    assert row(NEXT).due_on == dt.date(2016, 10, 14)


# -- move the due date ----------------------------------------------------------------------


def test_move_the_due_date(council: Cast, sign_in: SignIn) -> None:
    officer = sign_in("officer")
    path = "/quarters/2016-17-q1/due-date/"
    assert 'value="14"' in officer.get(path).content.decode()
    answer = officer.post(path, date(21, 7, 2016))
    assert "Enter why the due date moves" in text(answer)
    assert 'value="21"' in answer.content.decode()
    officer.post(path, {**date(21, 7, 2016), "reason": "The system was down"})
    assert row(OPEN).due_on == dt.date(2016, 7, 21)
    event = Event.objects.about(row(OPEN)).latest("pk")
    assert [remark.text for remark in event.remarks.all()] == ["The system was down"]


def test_nothing_is_due_in_a_closed_quarter(council: Cast, sign_in: SignIn) -> None:
    path = reverse("quarter-due-date", args=["2015-16-q4"])
    answer = sign_in("officer").post(path, {**date(21, 7, 2016), "reason": "Late"})
    assert "This quarter is closed" in text(answer)
    assert row(OPEN - 1).due_on == dt.date(2016, 4, 14)


# -- close, accept late ---------------------------------------------------------------------


def test_close_lists_what_is_left_and_asks_why(council: Cast, sign_in: SignIn) -> None:
    council.sign_off("north-family")
    officer = sign_in("officer")
    path = "/quarters/2016-17-q1/close/"
    said = text(officer.get(path))
    assert "Returns are due on 14 July 2016: 9 days left. 4 returns are not signed off." in said
    assert "Not started: 4 North centre" in said and "North family" not in said
    assert "The returns are not due until 14 July 2016." in said
    assert "govuk-button--warning" in officer.get(path).content.decode()

    said = text(officer.post(path, {"reason": ""}))
    assert "Enter why the quarter closes" in said and "Tick the box if the quarter closes" in said
    assert "Tick the box" in text(officer.post(path, {"reason": "The board meets on Friday"}))
    assert row(OPEN).state == QuarterState.OPEN

    officer.post(path, {"reason": "The board meets on Friday", "early": "on"})
    assert row(OPEN).state == QuarterState.CLOSED
    said = text(officer.get("/quarters/2016-17-q1/"))
    assert "When it closed: “The board meets on Friday”" in said
    assert "Whom to write to" not in said, "nothing can be submitted any more"
    assert "Accept late" in said
    assert "Accept late" not in text(sign_in("director").get("/quarters/2016-17-q1/"))


def test_accept_late_one_by_one(council: Cast, sign_in: SignIn) -> None:
    close(council)
    made, other = council.made("north-family"), council.made("north-centre")
    officer = sign_in("officer")
    path = reverse("return-accept-late", args=[made.pk])
    assert "Accept the return of North family late" in text(officer.get(path))
    assert "Say why this return is accepted late" in text(officer.post(path, {"reason": " "}))
    officer.post(path, {"reason": "The manager was ill"})
    made.refresh_from_db()
    other.refresh_from_db()
    assert made.accepted_late_at is not None
    assert other.accepted_late_at is None
    assert "accepted late" in text(officer.get("/quarters/2016-17-q1/"))
    assert "was accepted late already" in text(officer.post(path, {"reason": "Again"}))
    assert council.sign_off("north-family").state == ReturnState.SIGNED_OFF


def test_nothing_is_accepted_late_while_the_quarter_is_open(council: Cast, sign_in: SignIn) -> None:
    path = reverse("return-accept-late", args=[council.made("north-family").pk])
    answer = sign_in("officer").post(path, {"reason": "Early"})
    assert "This quarter is still open" in text(answer)


@pytest.mark.parametrize(
    ("person", "status"), [("manager", 403), ("head", 403), ("director", 403), ("other_head", 404)]
)
def test_who_accepts_late(council: Cast, sign_in: SignIn, person: str, status: int) -> None:
    close(council)
    made = council.made("north-family")
    path = reverse("return-accept-late", args=[made.pk])
    assert sign_in(person).get(path).status_code == status
    assert sign_in(person).post(path, {"reason": "x"}).status_code == status
    made.refresh_from_db()
    assert made.accepted_late_at is None


# -- undo a closing -------------------------------------------------------------------------

UNDO = "/quarters/2016-17-q1/undo-closing/"


def test_undo_a_closing(council: Cast, sign_in: SignIn) -> None:
    officer = sign_in("officer")
    assert "You cannot undo the closing of this quarter now" in text(officer.get(UNDO))
    close(council)
    assert "Undo the closing" in text(officer.get("/quarters/2016-17-q1/"))
    assert "Undo the closing" not in text(sign_in("director").get("/quarters/2016-17-q1/"))
    assert "Every return is again as it was" in text(officer.get(UNDO))
    assert "Enter why the closing is undone" in text(officer.post(UNDO, {"reason": " "}))
    assert row(OPEN).is_closed
    said = text(officer.post(UNDO, {"reason": "The wrong quarter"}, follow=True))
    assert "2016-17 Q1 is open again, as it was before it closed." in said
    assert "Close the quarter" in said and "When it closed" not in said


# What a board member opens, and whether it shows the quarter that has just closed.
SHOWN = [
    ("/performance/", True),
    ("/performance/measures/helped/", True),
    ("/performance/made-of/?measure=helped&area=city&period=2016-17-q1", True),
    ("/performance/table/", True),
    ("/performance/table/?format=xlsx", True),
    ("/performance/export/?area=city", True),
    ("/performance/export/?area=city&from=2015-16-q4&to=2016-17-q1&format=ods", True),
    ("/performance/?period=2015-16", False),
    ("/performance/export/?area=city&from=2015-16-q3&to=2015-16-q4", False),
    ("/", True),
]


@pytest.mark.parametrize(("path", "shown"), SHOWN)
def test_what_a_board_member_has_read_stays_closed(
    council: Cast, sign_in: SignIn, path: str, shown: bool
) -> None:
    council.sign_off("north-family")
    close(council)
    jobs.deliver()  # makes the release, which is what a board member reads
    for person in ("head", "director", "officer", "auditor"):
        assert sign_in(person).get(path).status_code == 200
    officer, why_not = sign_in("officer"), "A board member has read this quarter's figures"
    assert why_not not in text(officer.get(UNDO))
    for _ in range(2):
        assert sign_in("board_member").get(path).status_code == 200
    read = QuarterReading.objects.filter(quarter_id=OPEN.index)
    assert [one.person for one in read] == ([council.person["board_member"]] if shown else [])
    for page in (UNDO, "/quarters/2016-17-q1/"):
        assert (why_not in text(officer.get(page))) == shown
    officer.post(UNDO, {"reason": "The wrong quarter"})
    assert row(OPEN).is_closed == shown


def test_what_a_board_member_may_not_open_is_not_read(council: Cast, sign_in: SignIn) -> None:
    close(council)
    assert sign_in("board_member").get("/performance/localities/").status_code == 404
    assert not QuarterReading.objects.exists()
