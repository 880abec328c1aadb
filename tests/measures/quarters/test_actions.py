"""Planning, opening and closing quarters: what makes returns, and what locks them."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from earlyhelp.core.actor import Route
from earlyhelp.core.events.models import Event
from measures.corrections import actions as corrections
from measures.framework import actions as framework
from measures.models import Answer, Figure, QuarterReading, Question, ReportingQuarter, Return
from measures.performance.readings import record_readings
from measures.quarters import actions as quarters
from measures.quarters import closing, opening
from measures.quarters.pages import closing_page
from measures.returns.answers import GivenAnswer
from measures.review import actions as review
from measures.workflow import NotAllowed, QuarterState, ReturnState
from teams.actions import keep
from teams.authority import command_actor
from teams.permissions import Refused
from teams.quarters import Quarter
from tests.cast import HISTORY, OPEN, TODAY, Cast
from tests.factories import PlacementFactory, TeamFactory
from tests.measures.acting import digest, figure, reporting, unchanged_by, verbs

NEXT = OPEN + 1
COMMAND: dict[str, Any] = {"by": None, "route": Route.COMMAND}


def planned(due: dt.date = dt.date(2016, 10, 14)) -> ReportingQuarter:
    return quarters.plan_quarter(NEXT, due_on=due, by=command_actor())


def planned_quarter(quarter: Quarter) -> ReportingQuarter:
    return quarters.plan_quarter(quarter, due_on=quarter.last_day, by=command_actor())


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

    unchanged_by(lambda: move(" "), ValidationError, "Enter why the due date moves")
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


def test_no_quarter_opens_before_its_first_day(council: Cast) -> None:
    row = planned()
    eve, first = NEXT.first_day - dt.timedelta(days=1), NEXT.first_day
    unchanged_by(
        lambda: quarters.open_quarter(row, by=council.actor("officer", today=eve)),
        NotAllowed,
        "2016-17 Q2 begins on 1 July 2016: it can be opened from that day on.",
    )
    unchanged_by(
        lambda: quarters.start(row, by=replace(command_actor(), today=eve)), NotAllowed, "begins on"
    )
    opened = quarters.open_quarter(row, by=council.actor("officer", today=first))
    assert opened.state == QuarterState.OPEN


def test_no_quarter_opens_after_a_later_one_and_skipping_one_is_asked_about(council: Cast) -> None:
    """Q2 is left out: it takes a tick, says so on record, and Q2 can never be opened."""
    skipped, later = planned(), planned_quarter(NEXT + 1)
    officer = council.actor("officer", today=later.quarter.first_day)
    unchanged_by(
        lambda: quarters.open_quarter(later, by=officer),
        ValidationError,
        "Tick the box if 2016-17 Q2 will never be opened",
    )
    opened = quarters.open_quarter(later, skipping=True, by=officer)
    assert opened.state == QuarterState.OPEN
    assert Event.objects.about(later).reverse()[0].after["skipped"] == ["2016-17 Q2"]
    unchanged_by(
        lambda: quarters.open_quarter(skipped, skipping=True, by=officer),
        NotAllowed,
        "2016-17 Q3 was opened before it, so 2016-17 Q2 cannot be opened any more.",
    )
    # A quarter that nobody even planned is left out as well; the first of all leaves none out.
    much_later = planned_quarter(NEXT + 4)
    unchanged_by(
        lambda: quarters.open_quarter(
            much_later, by=council.actor("officer", today=much_later.quarter.first_day)
        ),
        ValidationError,
        "2016-17 Q4 and 2017-18 Q1",
    )


def test_the_first_quarter_of_all_skips_only_what_is_planned(db: None) -> None:
    by = replace(command_actor(), today=NEXT.first_day)
    row = planned_quarter(NEXT)
    assert opening.skipped_by(NEXT) == []
    planned_quarter(OPEN)
    assert opening.skipped_by(NEXT) == [OPEN]
    assert quarters.start(row, skipping=True, by=by).state == QuarterState.OPEN


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
    page = closing_page(reporting(), TODAY)
    left = ["north-centre", "south-family", "south-centre", "city-team"]
    assert {group.name: [made.team.code for made in group.returns] for group in page.groups} == {
        "Submitted, waiting to be signed off": ["south-family"],
        "Not started": ["north-centre", "south-centre", "city-team"],
    }
    unchanged_by(
        lambda: quarters.close_quarter(reporting(), reason=" ", by=council.actor("officer")),
        ValidationError,
        "not signed off",
    )
    for person in ("manager", "head", "director"):
        unchanged_by(
            partial(
                quarters.close_quarter,
                *[reporting()],
                reason="No",
                early=True,
                by=council.actor(person),
            ),
            Refused,
            "open and close quarters",
        )
    closed = quarters.close_quarter(
        reporting(), reason=" It is July ", early=True, by=council.actor("officer")
    )
    assert (closed.state, closed.closed_by, closed.closing_reason) == (
        QuarterState.CLOSED, council.person["officer"], "It is July",
    )  # fmt: skip
    event = Event.objects.about(closed).reverse()[0]
    assert set(event.after["not signed off"]) == {council.team[code].pk for code in left}
    unchanged_by(
        lambda: quarters.close_quarter(reporting(), reason="x", by=council.actor("officer")),
        NotAllowed,
        "it is closed",
    )
    unchanged_by(
        lambda: quarters.open_quarter(reporting(), by=council.actor("officer")),
        NotAllowed,
        "it is closed",
    )
    row = planned()
    unchanged_by(
        lambda: quarters.close_quarter(row, reason="x", by=council.actor("officer")),
        NotAllowed,
        "it has not been opened yet",
    )


DUE = dt.date(2016, 7, 14)


@pytest.mark.parametrize(
    ("today", "submitted", "asked"),
    [
        (OPEN.last_day, 0, ["not over until 30 June 2016", "not due until 14 July 2016"]),
        (OPEN.last_day + dt.timedelta(days=1), 0, ["not due until 14 July 2016"]),
        (DUE, 0, ["not due until 14 July 2016"]),
        (DUE, 1, ["not due until 14 July 2016", "1 submitted return waits to be signed off"]),
        (DUE + dt.timedelta(days=1), 2, ["2 submitted returns wait to be signed off"]),
        (DUE + dt.timedelta(days=1), 0, []),
    ],
)
def test_what_is_asked_before_a_quarter_closes(
    today: dt.date, submitted: int, asked: list[str]
) -> None:
    row = ReportingQuarter(index=OPEN.index, due_on=DUE)
    states = [*[ReturnState.SUBMITTED] * submitted, ReturnState.DUE, ReturnState.SIGNED_OFF]
    found = closing.questions(row, states, today)
    assert len(found) == len(asked)
    for said, wanted in zip(found, asked, strict=True):
        assert wanted in said


def close(
    council: Cast, today: dt.date = TODAY, *, early: bool = False, reason: str = "It is over"
) -> ReportingQuarter:
    officer = council.actor("officer", today=today)
    return quarters.close_quarter(reporting(), reason=reason, early=early, by=officer)


def test_closing_early_takes_a_tick_and_a_reason(council: Cast) -> None:
    late = DUE + dt.timedelta(days=1)
    unchanged_by(lambda: close(council), ValidationError, "Tick the box if the quarter closes")
    unchanged_by(lambda: close(council, DUE), ValidationError, "Tick the box")
    council.submit("north-family")
    unchanged_by(lambda: close(council, late), ValidationError, "Tick the box")
    unchanged_by(
        lambda: close(council, late, early=True, reason=" "), ValidationError, "not signed off"
    )
    assert close(council, late, early=True).is_closed


def test_a_quarter_that_is_over_and_of_which_nothing_waits_closes_without_a_tick(
    council: Cast,
) -> None:
    council.sign_off("north-family")
    assert close(council, DUE + dt.timedelta(days=1)).is_closed


def undo(council: Cast, person: str = "officer", reason: str = "Too soon") -> ReportingQuarter:
    return quarters.undo_closing(reporting(), reason=reason, by=council.actor(person))


def test_a_closing_is_undone_with_a_reason_and_leaves_everything_as_it_was(council: Cast) -> None:
    council.submit("north-family")
    before = list(Return.objects.order_by("pk").values())
    unchanged_by(lambda: undo(council), NotAllowed, "undo the closing of this quarter now")
    close(council, early=True)
    unchanged_by(lambda: undo(council, reason=" "), ValidationError, "Enter why the closing")
    for person in ("manager", "head", "director", "board_member", "administrator"):
        unchanged_by(partial(undo, council, person), Refused, "open and close quarters")
    row = undo(council)
    assert (row.state, row.closed_at, row.closed_by, row.closing_reason) == (
        QuarterState.OPEN, None, None, "",
    )  # fmt: skip
    assert list(Return.objects.order_by("pk").values()) == before
    event = Event.objects.about(row).reverse()[0]
    assert (event.verb, event.before, event.after) == ("closing undone", "closed", "open")
    assert event.remarks.get().text == "Too soon"
    assert council.sign_off("north-centre").state == ReturnState.SIGNED_OFF
    assert close(council, early=True).is_closed


def accepted_late(council: Cast) -> None:
    review.accept_late(council.made("north-centre"), reason="Ill", by=council.actor("officer"))


def corrected(council: Cast) -> Any:
    wrong = figure(council, "north-family", "open-cases")
    officer = council.actor("officer")
    return corrections.propose({wrong.pk: GivenAnswer(43)}, reason="Twice", by=officer)


def read(council: Cast) -> None:
    record_readings([OPEN], by=council.actor("board_member"))


@pytest.mark.parametrize(
    ("since", "says"),
    [
        (accepted_late, "A return was accepted late since"),
        (corrected, "A correction was proposed since"),
        (read, "A board member has read"),
    ],
)
def test_a_closing_of_which_something_came_stands(
    council: Cast, since: Callable[[Cast], Any], says: str
) -> None:
    council.sign_off("north-family")
    close(council, early=True)
    since(council)
    unchanged_by(lambda: undo(council), NotAllowed, says)


def test_what_came_to_nothing_holds_no_closing(council: Cast) -> None:
    """A correction that was declined, and what the board read of another quarter."""
    council.sign_off("north-family")
    close(council, early=True)
    director = council.actor("director")
    corrections.decline(corrected(council), reason="It was right", by=director)
    record_readings([HISTORY[0]], by=council.actor("board_member"))
    assert undo(council).state == QuarterState.OPEN


def test_a_reading_is_put_on_record_once_and_of_closed_quarters_alone(council: Cast) -> None:
    reader = council.actor("board_member")
    for _ in range(2):
        record_readings([HISTORY[0], OPEN, NEXT], by=reader)
    [reading] = QuarterReading.objects.all()
    assert (reading.quarter_id, reading.person, reading.first_at) == (
        HISTORY[0].index, council.person["board_member"], reader.now,
    )  # fmt: skip
