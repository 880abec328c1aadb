"""One machine: what its table does not hold is refused in words, and its diagram is the table."""

from enum import StrEnum

import pytest
from django.db.models import TextChoices

from earlyhelp.core.workflow import Machine, Move, NotAllowed, Option


class Door(TextChoices):
    """The states of the machine that is tried."""

    SHUT = "shut", "Shut"
    WIDE_OPEN = "wide-open", "Wide open"


class Hand(StrEnum):
    """What is done to it."""

    OPEN = "open"
    SHUT = "close"
    KNOCK = "knock at"


MACHINE = Machine(
    name="door",
    first=Door.SHUT,
    begins="hung",
    moves=(
        Move(Hand.OPEN, (Door.SHUT,), Door.WIDE_OPEN, "opened"),
        Move(Hand.SHUT, (Door.WIDE_OPEN,), Door.SHUT),
        Move(Hand.KNOCK, (Door.SHUT,), None),
    ),
    refusals={Door.SHUT: "it is shut", Door.WIDE_OPEN: "it stands open"},
)


@pytest.mark.parametrize(
    ("act", "state", "after"),
    [
        (Hand.OPEN, "shut", Door.WIDE_OPEN),
        (Hand.SHUT, "wide-open", Door.SHUT),
        (Hand.KNOCK, "shut", Door.SHUT),
        (Hand.OPEN, "wide-open", None),
        (Hand.SHUT, "shut", None),
        (Hand.KNOCK, "wide-open", None),
    ],
)
def test_what_the_table_does_not_hold_is_refused(act: Hand, state: str, after: Door | None) -> None:
    assert MACHINE.allows(act, state) is (after is not None)
    if after is not None:
        assert (MACHINE.next(act, state), MACHINE.why_not(act, state)) == (after, "")
        return
    reason = MACHINE.refusals[Door(state)]
    with pytest.raises(NotAllowed, match=f"^You cannot {act.value} this door now: {reason}.$"):
        MACHINE.next(act, state)


def test_the_diagram_is_the_table() -> None:
    assert MACHINE.diagram().splitlines() == [
        "stateDiagram-v2",
        "    [*] --> shut: hung",
        "    shut --> wide_open: open",
        "    wide_open --> shut: close",
        "    shut --> shut: knock at",
    ]


def test_what_can_be_done_is_what_the_state_allows_with_an_address_or_a_reason() -> None:
    acts = {
        Hand.OPEN: Option("/open/"),
        Hand.SHUT: Option("/shut/"),
        Hand.KNOCK: Option(why_not="You hold no knocker."),
    }
    options = MACHINE.options("shut", acts)
    assert options == {"open": Option("/open/"), "knock": Option(why_not="You hold no knocker.")}
    assert options["open"]
    assert not options["knock"]
