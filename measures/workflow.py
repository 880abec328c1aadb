"""The states of quarters, returns and corrections, and the moves between them. Pure.

``python -m measures.workflow`` prints the diagrams in ``docs/architecture.md``, and
``make check`` compares them.
"""

import sys
from enum import StrEnum

from django.db.models import TextChoices

from earlyhelp.core.workflow import Machine, Move, NotAllowed

__all__ = ["NotAllowed"]


class State(TextChoices):
    """Where something stands; with the colour of its tag, which only repeats the words."""

    @property
    def colour(self) -> str:
        """Empty for what has not begun or came to nothing."""
        return _COLOURS.get(self, "")


class QuarterState(State):
    """Where a quarter stands; it moves forward, unless a closing is undone."""

    UPCOMING = "upcoming", "Not opened yet"
    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"

    def goes_back_to(self, other: str) -> bool:
        """Whether ``other`` comes before it."""
        order = list(QuarterState)
        return order.index(QuarterState(other)) < order.index(self)


class ReturnState(State):
    """Where a return stands."""

    DUE = "due", "Not started"
    DRAFT = "draft", "In progress"
    SUBMITTED = "submitted", "Submitted"
    RETURNED = "returned", "Returned"
    SIGNED_OFF = "signed-off", "Signed off"


class CorrectionState(State):
    """Where a correction stands."""

    PROPOSED = "proposed", "Waiting for a countersignature"
    COUNTERSIGNED = "countersigned", "Countersigned"
    DECLINED = "declined", "Declined"


class CorrectionKind(TextChoices):
    """What kind of change a correction is: what readers outside are told of it, with its day."""

    LATE_DATA = "late-data", "Late data"
    ERROR = "error", "Error in the data"
    METHOD = "method", "New definition or method"
    REPORT = "report", "Error in the report's own words or sources"


_COLOURS = {
    QuarterState.OPEN: "blue",
    QuarterState.CLOSED: "green",
    ReturnState.DRAFT: "blue",
    ReturnState.SUBMITTED: "yellow",
    ReturnState.RETURNED: "red",
    ReturnState.SIGNED_OFF: "green",
    CorrectionState.PROPOSED: "yellow",
    CorrectionState.COUNTERSIGNED: "green",
}


class ReturnAct(StrEnum):
    """What is done to a return, as refusals and the diagram name it."""

    SAVE = "save"
    SUBMIT = "submit"
    RETURN = "return"
    SIGN_OFF = "sign off"
    REOPEN = "reopen"
    IMPORT_SIGNED_OFF = "import signed off"


class QuarterAct(StrEnum):
    """What is done to a quarter, as refusals and the diagram name it."""

    OPEN = "open"
    CLOSE = "close"
    UNDO_CLOSING = "undo the closing of"


QUARTER = Machine(
    name="quarter",
    first=QuarterState.UPCOMING,
    begins="planned",
    moves=(
        Move(QuarterAct.OPEN, (QuarterState.UPCOMING,), QuarterState.OPEN),
        Move(QuarterAct.CLOSE, (QuarterState.OPEN,), QuarterState.CLOSED),
        Move(QuarterAct.UNDO_CLOSING, (QuarterState.CLOSED,), QuarterState.OPEN),
    ),
    refusals={
        QuarterState.UPCOMING: "it has not been opened yet",
        QuarterState.OPEN: "it has been opened already",
        QuarterState.CLOSED: "it is closed",
    },
)

WITH_THE_TEAM = (ReturnState.DUE, ReturnState.DRAFT, ReturnState.RETURNED)

RETURN = Machine(
    name="return",
    first=ReturnState.DUE,
    begins="quarter opened",
    moves=(
        Move(ReturnAct.SAVE, (ReturnState.DUE, ReturnState.DRAFT), ReturnState.DRAFT),
        Move(ReturnAct.SAVE, (ReturnState.RETURNED,), ReturnState.RETURNED),
        Move(ReturnAct.SUBMIT, WITH_THE_TEAM, ReturnState.SUBMITTED, "submitted"),
        Move(ReturnAct.RETURN, (ReturnState.SUBMITTED,), ReturnState.RETURNED, "returned"),
        Move(ReturnAct.SIGN_OFF, (ReturnState.SUBMITTED,), ReturnState.SIGNED_OFF, "signed_off"),
        Move(ReturnAct.REOPEN, (ReturnState.SIGNED_OFF,), ReturnState.RETURNED, "returned"),
        Move(ReturnAct.IMPORT_SIGNED_OFF, WITH_THE_TEAM, ReturnState.SIGNED_OFF),
    ),
    refusals={
        ReturnState.DUE: "it has not been started",
        ReturnState.DRAFT: "it has not been submitted yet",
        ReturnState.SUBMITTED: "it has been submitted",
        ReturnState.RETURNED: "it was returned to the team",
        ReturnState.SIGNED_OFF: "it is signed off",
    },
)


def refuse_if_locked(quarter_state: QuarterState, *, accepted_late: bool) -> None:
    """Raise ``NotAllowed`` when the quarter takes no changes to this return.

    A closed quarter is locked for everyone but for a return that was accepted late.
    """
    if quarter_state == QuarterState.UPCOMING:
        raise NotAllowed("This quarter has not been opened yet.")
    if quarter_state == QuarterState.CLOSED and not accepted_late:
        raise NotAllowed("This quarter is closed, so its returns can no longer be changed.")


if __name__ == "__main__":
    sys.stdout.write("\n\n".join(machine.diagram() for machine in (QUARTER, RETURN)) + "\n")
