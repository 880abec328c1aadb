"""Planning, opening and closing quarters: what makes returns, and what locks them."""

import datetime as dt
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError

from earlyhelp.core.actor import Route
from earlyhelp.core.events.models import Event
from measures.framework import actions as framework
from measures.models import Answer, Figure, Question, ReportingQuarter, Return
from measures.quarters import actions as quarters
from measures.workflow import NotAllowed, QuarterState, ReturnState
from teams.actions import keep
from teams.authority import command_actor
from teams.permissions import Refused
from tests.cast import HISTORY, OPEN, Cast
from tests.factories import PlacementFactory, TeamFactory
from tests.measures.acting import digest, figure, reporting, unchanged_by, verbs

NEXT = OPEN + 1
COMMAND: dict[str, Any] = {"by": None, "route": Route.COMMAND}


def planned(due: dt.date = dt.date(2016, 10, 14)) -> ReportingQuarter:
    return quarters.plan_quarter(NEXT, due_on=due, by=command_actor())


def test_a_quarter_is_planned_once_and_its_due_date_moves_with_a_reason(council: Cast) -> None:
    row = planned()
    assert (row.state, row.due_on) == (QuarterState.UPCOMING, dt.date(2016, 10, 14))
    before = digest()
    planned()
    assert digest() == before
    unchanged_by(lambda: planned(NEXT.first_day), ValidationError, "cannot be before")
    later = dt.date(2016, 10, 21)

    def move(reason: str, person: str = "officer", index: int = NEXT.index) -> ReportingQuarter:
        quarter = ReportingQuarter.objects.get(pk=index)
        return quarters.move_due_date(
            quarter, due_on=later, reason=reason, by=council.actor(person)
        )

    unchanged_by(lambda: move(" "), ValidationError, "Say why the due date moves")
    unchanged_by(lambda: move("Half-term", "head"), Refused, "open and close quarters")
    unchanged_by(lambda: move("Half-term", index=HISTORY[0].index), NotAllowed, "closed")
    assert move("Half-term").due_on == later
    event = Event.objects.about(row).reverse()[0]
    assert (event.verb, event.by) == ("changed", council.person["officer"])
    assert event.remarks.get().text == "Half-term"


def test_opening_makes_the_returns_that_are_due_and_nothing_twice(council: Cast) -> None:
    row = planned()
    for person in ("manager", "head", "director", "administrator"):
        unchanged_by(
            partial(quarters.open_quarter, row, by=council.actor(person)),
            Refused,
            "open and close quarters",
        )
    opened = quarters.open_quarter(row, by=council.actor("officer"))
    assert (opened.state, opened.opened_by) == (QuarterState.OPEN, council.person["officer"])
    made = Return.objects.filter(quarter=row)
    assert set(made.values_list("team__code", flat=True)) == set(council.team)
    assert set(made.values_list("state", flat=True)) == {ReturnState.DUE}
    assert made.get(team__code="city-team").locality is None
    asked = {
        code: set(made.get(team__code=code).figures.values_list("item__code", flat=True))
        for code in council.team
    }
    assert asked["city-team"] == {"children-in-care"}
    assert asked["north-centre"] - asked["north-family"] == {"staff"}
    assert (
        not Figure.objects.filter(return_made__quarter=row).exclude(value=None, answer="").exists()
    )
    assert verbs(row)[-1] == "opened"
    assert Event.objects.about(row).reverse()[0].after == {"state": "open", "returns": 5}
    unchanged_by(
        lambda: quarters.open_quarter(row, by=council.actor("officer")),
        NotAllowed,
        "opened already",
    )


def test_a_quarter_is_opened_with_the_teams_as_they_stand_then(council: Cast) -> None:
    gone, going, moving = (
        council.team[code] for code in ("south-centre", "north-centre", "north-family")
    )
    gone.closed = OPEN.last_day
    keep(gone, by=command_actor())
    going.closed = NEXT.last_day - dt.timedelta(days=1)
    keep(going, by=command_actor())
    PlacementFactory(team=moving, locality=council.locality["south"], from_quarter=NEXT)
    TeamFactory(code="new", opened=NEXT.last_day)
    quarters.open_quarter(planned(), by=council.actor("officer"))
    due = {made.team.code: made for made in Return.objects.filter(quarter=NEXT.index)}
    assert set(due) == {"north-family", "north-centre", "south-family", "city-team", "new"}
    assert due["north-family"].locality == council.locality["south"]
    closing = {
        found.item.code: (found.answer, found.note)
        for found in Figure.objects.of(due["north-centre"]).filter(item__timing="snapshot")
    }
    said = (Answer.NOT_APPLICABLE, quarters.CLOSED_BEFORE_THE_LAST_DAY)
    assert closing == {"open-cases": said, "staff": said}
    assert not figure(council, "north-centre", "cases-closed", NEXT).is_answered


def test_a_quarter_keeps_the_questions_it_was_opened_with(council: Cast) -> None:
    asked = set(Question.objects.filter(quarter=OPEN.index).values_list("team_type", "item"))
    item = council.item["cases-reopened"]
    item.to_quarter = OPEN - 1
    framework.keep_item(item, team_types=[], by=command_actor())
    assert (
        set(Question.objects.filter(quarter=OPEN.index).values_list("team_type", "item")) == asked
    )
    quarters.open_quarter(planned(), by=council.actor("officer"))
    assert not Question.objects.filter(quarter=NEXT.index, item=item).exists()


def test_teams_that_came_after_the_opening_get_their_returns(council: Cast) -> None:
    new = TeamFactory(code="new", opened=OPEN.first_day)
    assert quarters.add_returns(reporting(), by=command_actor()) == 1
    before = digest()
    assert quarters.add_returns(reporting(), by=command_actor()) == 0
    assert digest() == before
    assert new.returns.get().figures.count() == 5
    unchanged_by(
        lambda: quarters.add_returns(reporting(HISTORY[0]), by=command_actor()),
        NotAllowed,
        "not open",
    )


def test_closing_lists_what_is_not_signed_off_and_asks_why(council: Cast) -> None:
    council.sign_off("north-family")
    council.submit("south-family", "other_manager")
    left = [made.team.code for made in quarters.unsigned(reporting())]
    assert left == ["north-centre", "south-family", "south-centre", "city-team"]
    unchanged_by(
        lambda: quarters.close_quarter(reporting(), reason=" ", by=council.actor("officer")),
        ValidationError,
        "not signed off",
    )
    for person in ("manager", "head", "director"):
        unchanged_by(
            partial(quarters.close_quarter, reporting(), reason="No", by=council.actor(person)),
            Refused,
            "open and close quarters",
        )
    closed = quarters.close_quarter(reporting(), reason=" It is July ", by=council.actor("officer"))
    assert (closed.state, closed.closed_by, closed.closing_reason) == (
        QuarterState.CLOSED, council.person["officer"], "It is July",
    )  # fmt: skip
    event = Event.objects.about(closed).reverse()[0]
    assert set(event.after["not signed off"]) == {council.team[code].pk for code in left}
    unchanged_by(
        lambda: quarters.close_quarter(reporting(), reason="x", by=council.actor("officer")),
        NotAllowed,
        "not open",
    )
    unchanged_by(
        lambda: quarters.open_quarter(reporting(), by=council.actor("officer")),
        NotAllowed,
        "opened already",
    )
    row = planned()
    unchanged_by(
        lambda: quarters.close_quarter(row, reason="x", by=council.actor("officer")),
        NotAllowed,
        "is not open",
    )
