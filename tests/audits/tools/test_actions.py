"""Audit tools: a draft is changed, a tool in use is copied."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from audits.grades import IndicatorKind
from audits.models import Tool
from audits.tools import actions as tools
from audits.tools.actions import IndicatorSpec
from audits.workflow import NotAllowed, ToolState
from earlyhelp.core.change import Stale
from earlyhelp.core.events.models import Event
from teams.permissions import Refused
from tests.audits.making import ASKED, make_tool
from tests.cast import Cast


def test_a_tool_is_drafted_changed_and_put_in_use(council: Cast) -> None:
    officer = council.actor("officer")
    made = tools.create_tool(name=" Casework ", indicators=ASKED[:1], by=officer)
    made = tools.change_tool(made, name="Casework", indicators=ASKED, edits=0, by=officer)
    made = tools.put_in_use(made, by=officer)
    assert (str(made), made.state) == ("Casework, version 1", ToolState.IN_USE)
    assert tools.specs_of(made) == [
        IndicatorSpec(one.name, one.kind, one.slug, one.guidance, one.grade_guidance, one.choices)
        for one in ASKED
    ]
    assert [event.verb for event in Event.objects.about(made)] == [
        "tool made",
        "tool changed",
        "tool put in use",
    ]


def test_a_tool_in_use_is_not_changed_but_copied(council: Cast) -> None:
    officer = council.actor("officer")
    made = make_tool(council)
    with pytest.raises(NotAllowed, match="copy it to a new version"):
        tools.change_tool(made, name="Other", indicators=ASKED, edits=made.edits, by=officer)
    copy = tools.new_version(made, by=officer)
    assert (copy.version, copy.based_on, copy.state) == (2, made, ToolState.DRAFT)
    assert tools.specs_of(copy) == tools.specs_of(made)
    assert not set(copy.indicators.all()) & set(made.indicators.all())
    with pytest.raises(NotAllowed, match="version 2 is still a draft"):
        tools.new_version(made, by=officer)


def test_a_tool_that_asks_nothing_is_not_put_in_use(council: Cast) -> None:
    made = tools.create_tool(name="Empty", indicators=[], by=council.actor("officer"))
    with pytest.raises(NotAllowed, match="asks nothing yet"):
        tools.put_in_use(made, by=council.actor("officer"))


def test_a_retired_tool_is_not_used_again(council: Cast) -> None:
    officer = council.actor("officer")
    made = tools.retire(make_tool(council), by=officer)
    with pytest.raises(NotAllowed, match="it is retired"):
        tools.put_in_use(made, by=officer)


def test_two_officers_at_one_draft(council: Cast) -> None:
    officer = council.actor("officer")
    made = tools.create_tool(name="Casework", indicators=ASKED, by=officer)
    tools.change_tool(made, name="Casework now", indicators=ASKED, edits=0, by=officer)
    with pytest.raises(Stale) as stale:
        tools.change_tool(made, name="Mine", indicators=[], edits=0, by=officer)
    assert stale.value.current.name == "Casework now"
    assert Tool.objects.get().indicators.count() == len(ASKED)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ([IndicatorSpec(" ")], "needs a name"),
        ([IndicatorSpec("Plan"), IndicatorSpec("plan")], "stands in the tool twice"),
        ([IndicatorSpec("Issues", IndicatorKind.CHOICES, choices=["One"])], "at least two choices"),
        (
            [IndicatorSpec("Issues", IndicatorKind.CHOICES, choices=["One", "one"])],
            "a choice twice",
        ),
        ([IndicatorSpec("Plan", choices=["One", "Two"])], "not answered by choosing"),
        ([IndicatorSpec("Seen", IndicatorKind.YES_NO, grade_guidance={"good": "x"})], "no grades"),
    ],
)
def test_indicators_that_cannot_stand_are_refused(
    council: Cast, asked: list[IndicatorSpec], says: str
) -> None:
    with pytest.raises(ValidationError, match=says):
        tools.create_tool(name="Casework", indicators=asked, by=council.actor("officer"))
    assert not Tool.objects.exists()


@pytest.mark.parametrize("person", ["head", "manager", "auditor", "director", "administrator"])
def test_only_a_performance_officer_keeps_tools(council: Cast, person: str) -> None:
    made, asking = make_tool(council), council.actor(person)
    acts: list[Any] = [
        lambda: tools.create_tool(name="Mine", indicators=ASKED, by=asking),
        lambda: tools.change_tool(made, name="Mine", indicators=ASKED, edits=0, by=asking),
        lambda: tools.put_in_use(made, by=asking),
        lambda: tools.retire(made, by=asking),
        lambda: tools.new_version(made, by=asking),
    ]
    for act in acts:
        with pytest.raises(Refused, match="keep audit tools"):
            act()
