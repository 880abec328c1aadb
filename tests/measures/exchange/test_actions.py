"""Figures from a file: drafts that wait for managers, or history; all of it or nothing."""

from typing import Any

import pytest

from earlyhelp.core.actor import Route
from earlyhelp.core.events.models import Event
from measures.exchange import actions as loading
from measures.exchange.actions import FigureLine, Loaded, LoadRefused
from measures.models import Figure
from measures.returns.answers import GivenAnswer
from measures.workflow import ReturnState
from teams.authority import command_actor
from teams.quarters import Quarter
from tests.cast import HISTORY, OPEN, Cast
from tests.measures.acting import digest, figure, unchanged_by, verbs


def line(
    cast: Cast, team: str, item: str, given: GivenAnswer | int, quarter: Quarter = OPEN
) -> FigureLine:
    answer = given if isinstance(given, GivenAnswer) else GivenAnswer(given)
    return FigureLine(cast.team[team], quarter, cast.item[item].pk, answer)


def load(cast: Cast, *lines: FigureLine, signed_off: bool = False) -> Loaded:
    officer = cast.actor("officer", route=Route.IMPORT)
    by = command_actor(Route.IMPORT) if signed_off else officer
    return loading.load_figures(lines, signed_off=signed_off, by=by)


def test_an_extract_becomes_a_draft_that_nobody_has_confirmed(council: Cast) -> None:
    lines = [
        line(council, "north-family", "cases-closed", 30),
        line(
            council, "south-family", "open-cases", GivenAnswer(answer="not-provided", note="Down")
        ),
    ]
    assert load(council, *lines) == Loaded(figures=2, unchanged=0, returns=2, signed_off=0)
    made = council.made("north-family")
    assert (made.state, made.version) == (ReturnState.DRAFT, 1)
    found = figure(council, "north-family", "cases-closed")
    assert (found.value, found.is_confirmed, found.entered_route) == (30, False, Route.IMPORT)
    event = Event.objects.about(made).get()
    assert (event.verb, event.after, event.by) == (
        "figure saved", {"value": 30}, council.person["officer"],
    )  # fmt: skip
    before = digest()
    assert load(council, *lines) == Loaded(figures=0, unchanged=2, returns=0, signed_off=0)
    assert digest() == before


def test_history_is_signed_off_by_a_route_and_not_by_a_person(council: Cast) -> None:
    loaded = load(council, line(council, "north-family", "cases-closed", 3), signed_off=True)
    assert loaded == Loaded(figures=1, unchanged=0, returns=1, signed_off=1)
    made = council.made("north-family")
    assert (made.state, made.signed_off_route, made.signed_off_by, made.submitted_by) == (
        ReturnState.SIGNED_OFF, Route.IMPORT, None, None,
    )  # fmt: skip
    assert verbs(made) == ["figure saved", "signed off"]
    assert Figure.objects.filter(return_made=made, value=None, answer="").count() == 4
    before = digest()
    load(council, line(council, "north-family", "cases-closed", 3), signed_off=True)
    assert digest() == before


@pytest.mark.parametrize("signed_off", [False, True])
def test_every_error_is_listed_and_nothing_is_loaded(council: Cast, signed_off: bool) -> None:
    council.submit("south-family", "other_manager")
    lines = [
        line(council, "north-family", "cases-closed", 30),
        line(council, "north-family", "staff", 30),
        line(council, "north-family", "cases-closed", 30, OPEN + 1),
        line(council, "south-family", "cases-closed", 99),
        line(council, "north-centre", "surveys-received", 3),
        line(council, "north-centre", "surveys-helped", 4),
        line(council, "south-centre", "cases-closed", 99, HISTORY[0]),
    ]
    unchanged_by(lambda: load(council, *lines, signed_off=signed_off), LoadRefused, "")
    with pytest.raises(LoadRefused) as refused:
        load(council, *lines, signed_off=signed_off)
    assert {number: column for number, (column, _) in refused.value.errors.items()} == {
        1: "item", 2: "quarter", 3: "value", 5: "value", 6: "value",
    }  # fmt: skip
    said: Any = {number: words for number, (_, words) in refused.value.errors.items()}
    assert "was not asked" in said[1]
    assert "owes no return" in said[2]
    assert "propose a correction" in said[3]
    assert "cannot be more than “Surveys received” (3)" in said[5]
    assert "propose a correction" in said[6]


def test_history_can_come_in_several_files(council: Cast) -> None:
    load(council, line(council, "north-family", "cases-closed", 3), signed_off=True)
    load(council, line(council, "north-family", "open-cases", 4), signed_off=True)
    assert figure(council, "north-family", "open-cases").value == 4
    unchanged_by(
        lambda: load(council, line(council, "north-family", "open-cases", 5), signed_off=True),
        LoadRefused,
        "",
    )
    unchanged_by(
        lambda: load(council, line(council, "north-family", "surveys-received", 5)), LoadRefused, ""
    )
