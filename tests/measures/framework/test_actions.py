"""Keeping the framework, writing commentary, and what opened quarters hold fast."""

from functools import partial
from itertools import pairwise
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from earlyhelp.core.actor import Route
from earlyhelp.core.change import Stale
from earlyhelp.core.events.models import Event
from measures.commentary import actions as commentary
from measures.framework import actions as framework
from measures.models import Commentary, DataItem, Measure, SeriesBreak, Target
from teams.actions import discard, keep
from teams.authority import command_actor
from teams.models import Placement
from teams.permissions import Refused
from teams.quarters import Quarter
from tests.cast import HISTORY, OPEN, Cast
from tests.measures.acting import digest, unchanged_by, verbs

COMMAND: dict[str, Any] = {"by": None, "route": Route.COMMAND}
NEXT = OPEN + 1


def write(cast: Cast, text: str, version: int, person: str = "head", place: str = "north",
          quarter: Quarter = OPEN) -> Commentary | None:  # fmt: skip
    return commentary.write_commentary(
        measure=cast.measure["helped"], locality=cast.locality.get(place), quarter=quarter,
        text=text, version=version, by=cast.actor(person),
    )  # fmt: skip


def test_commentary_is_its_area_s_to_write(council: Cast) -> None:
    written = write(council, " More families ", 0)
    assert written is not None
    assert (written.text, written.version, written.written_by) == (
        "More families", 1, council.person["head"],
    )  # fmt: skip
    assert verbs(written) == ["commentary written"]
    before = digest()
    write(council, "More families", 0)
    assert digest() == before
    for person, place in [
        ("other_head", "north"), ("manager", "north"), ("officer", "north"), ("head", ""),
        ("director", ""), ("board_member", ""),
    ]:  # fmt: skip
        unchanged_by(partial(write, council, "Mine", 1, person, place), Refused, "area's head")
    assert write(council, "The city", 0, "officer", "")
    unchanged_by(lambda: write(council, "Other", 0), Stale, "while you were writing")
    unchanged_by(lambda: write(council, "x", 0, quarter=NEXT), ValidationError, "not been opened")
    assert write(council, "", 1) is None
    assert not Commentary.objects.filter(locality=council.locality["north"]).exists()
    unchanged_by(lambda: write(council, "Back", 1), Stale, "while you were writing")
    assert write(council, "Back", 0)


def test_a_question_keeps_what_was_counted(council: Cast) -> None:
    """Wording may change; timing and decimals may not once it was asked."""
    item = council.item["cases-closed"]
    item.name, item.definition = "Cases closed in the quarter", "As the new guidance has it."
    types = list(item.team_types.all())
    assert framework.keep_item(item, team_types=types, reason="Clearer", by=command_actor())
    assert not framework.keep_item(item, team_types=types, by=command_actor())
    for name, value in [("timing", "snapshot"), ("decimals", 1)]:
        changed = DataItem.objects.get(pk=item.pk)
        setattr(changed, name, value)
        unchanged_by(
            partial(framework.keep_item, changed, team_types=types, by=command_actor()),
            ValidationError,
            "was asked in 2015-16 Q1 already",
        )
    new = DataItem(code="new", name="New", group="Cases", timing="flow", definition="x")
    framework.keep_item(new, team_types=types, by=command_actor())
    new.timing = "snapshot"
    assert framework.keep_item(new, team_types=[], by=command_actor())
    assert verbs(new) == ["created", "asked of", "changed", "asked of"]


def test_a_circle_of_parts_is_refused(council: Cast) -> None:
    whole = council.item["surveys-received"]
    whole.part_of = council.item["surveys-helped"]
    unchanged_by(
        lambda: framework.keep_item(whole, team_types=[], by=command_actor()),
        ValidationError,
        "itself part",
    )


def test_measures_that_are_refused(council: Cast) -> None:
    item = council.item["cases-closed"]

    def keep_measure(*below: DataItem, **fields: Any) -> object:
        row = Measure(
            code="new", name="New", heading="how-much", good="higher", numerator=item,
            **{"scale": 1, "decimals": 0, **fields},
        )  # fmt: skip
        return framework.keep_measure(row, denominators=below, by=command_actor())

    unchanged_by(lambda: keep_measure(item, item, scale=100), ValidationError, "added once")
    unchanged_by(lambda: keep_measure(scale=100), ValidationError, "A count has scale 1")
    unchanged_by(lambda: keep_measure(decimals=1), ValidationError, "question's decimals: 0")
    unchanged_by(lambda: keep_measure(item, scale=7), ValidationError, "")
    assert keep_measure(council.item["open-cases"], scale=100, decimals=1)


def test_changing_a_target_keeps_the_old_one_and_asks_why(council: Cast) -> None:
    target = Target.objects.get(measure=council.measure["helped"])
    target.target = 90
    unchanged_by(
        lambda: framework.set_target(target, by=command_actor()),
        ValidationError,
        "Enter why the target",
    )
    assert framework.set_target(target, reason="The new plan", by=command_actor())
    event = Event.objects.about(target).reverse()[0]
    assert (event.before["target"][:2], event.after["target"][:2]) == ("85", "90")
    unjudged = Target(measure=council.measure["open-cases"], year=2016, target=5)
    unchanged_by(
        lambda: framework.set_target(unjudged, by=command_actor()),
        ValidationError,
        "no good direction",
    )


def test_a_series_break_is_said_once(council: Cast) -> None:
    row = SeriesBreak(item=council.item["cases-closed"], quarter=OPEN, reason="A new system")
    assert keep(row, by=command_actor())
    again = SeriesBreak(item=row.item, quarter=OPEN, reason="Another")
    unchanged_by(lambda: keep(again, by=command_actor()), ValidationError, "already there")


def test_opened_quarters_hold_the_organisation_fast(council: Cast) -> None:
    """What would change who owed which return, and where, is refused; the rest is not."""
    north, south = council.locality["north"], council.locality["south"]
    team = council.team["north-family"]

    def refused(says: str, **changed: Any) -> None:
        row = type(team).objects.get(pk=team.pk)
        for name, value in changed.items():
            setattr(row, name, value)
        unchanged_by(lambda: keep(row, by=command_actor()), ValidationError, says)

    refused("would change whether", closed=HISTORY[2].last_day)
    refused("would change whether", opened=NEXT.first_day)
    refused("cannot change its locality", locality=south)
    refused("its type cannot change", type=council.team["north-centre"].type)
    for when in (HISTORY[0], OPEN):
        move = Placement(team=team, locality=south, from_quarter=when)
        unchanged_by(
            partial(keep, move, by=command_actor()), ValidationError, "cannot change its loc"
        )
    move = Placement(team=team, locality=south, from_quarter=NEXT)
    assert keep(move, by=command_actor())
    assert team.locality_id_in(OPEN) == north.pk
    discard(move, by=command_actor())
    assert verbs(team) == ["created"]


@pytest.mark.parametrize("length", [1, 2, 3])
def test_a_circle_of_successors_is_refused(council: Cast, length: int) -> None:
    codes = ["north-family", "north-centre", "south-family"][:length]
    chain = [council.team[code] for code in codes]
    for team in chain:
        team.closed = OPEN.last_day
        keep(team, by=command_actor())
    for team, following in pairwise(chain):
        team.successor = following
        keep(team, by=command_actor())
    chain[-1].successor = chain[0]
    unchanged_by(lambda: keep(chain[-1], by=command_actor()), ValidationError, "")
