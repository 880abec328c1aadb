"""The states of quarters, returns and corrections, and the moves allowed between them. Pure.

The diagram in ``docs/architecture.md`` is generated from ``MOVES``, and ``make check``
compares the two.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import TextChoices


class QuarterState(TextChoices):
    """Where a quarter stands; it only ever moves forward."""

    UPCOMING = "upcoming", "Not opened yet"
    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"


class ReturnState(TextChoices):
    """Where a return stands."""

    DUE = "due", "Not started"
    DRAFT = "draft", "In progress"
    SUBMITTED = "submitted", "Submitted"
    RETURNED = "returned", "Returned"
    SIGNED_OFF = "signed-off", "Signed off"


class CorrectionState(TextChoices):
    """Where a correction stands."""

    PROPOSED = "proposed", "Waiting for a countersignature"
    COUNTERSIGNED = "countersigned", "Countersigned"
    DECLINED = "declined", "Declined"


class Act(StrEnum):
    """What is done to a return, as the record and the diagram name it."""

    SAVE = "save"
    SUBMIT = "submit"
    RETURN = "return"
    SIGN_OFF = "sign off"
    REOPEN = "reopen"
    IMPORT_SIGNED_OFF = "import signed off"


@dataclass(frozen=True)
class Move:
    """From these states, this act leads to that state."""

    act: Act
    before: tuple[ReturnState, ...]
    after: ReturnState


_WITH_THE_TEAM = (ReturnState.DUE, ReturnState.DRAFT, ReturnState.RETURNED)

MOVES = (
    Move(Act.SAVE, (ReturnState.DUE, ReturnState.DRAFT), ReturnState.DRAFT),
    Move(Act.SAVE, (ReturnState.RETURNED,), ReturnState.RETURNED),
    Move(Act.SUBMIT, _WITH_THE_TEAM, ReturnState.SUBMITTED),
    Move(Act.RETURN, (ReturnState.SUBMITTED,), ReturnState.RETURNED),
    Move(Act.SIGN_OFF, (ReturnState.SUBMITTED,), ReturnState.SIGNED_OFF),
    Move(Act.REOPEN, (ReturnState.SIGNED_OFF,), ReturnState.RETURNED),
    Move(Act.IMPORT_SIGNED_OFF, _WITH_THE_TEAM, ReturnState.SIGNED_OFF),
)

_REFUSALS = {
    ReturnState.DUE: "it has not been started",
    ReturnState.DRAFT: "it has not been submitted yet",
    ReturnState.SUBMITTED: "it has been submitted",
    ReturnState.RETURNED: "it was returned to the team",
    ReturnState.SIGNED_OFF: "it is signed off",
}


class NotAllowed(Exception):
    """The thing is not in a fit state for this; the message is what the reader sees."""


def next_state(act: Act, state: ReturnState) -> ReturnState:
    """The state that ``act`` leads to from ``state``; raise ``NotAllowed``, saying why not."""
    for move in MOVES:
        if move.act == act and state in move.before:
            return move.after
    raise NotAllowed(f"You cannot {act.value} this return now: {_REFUSALS[state]}.")


def allows(act: Act, state: ReturnState) -> bool:
    """Whether ``act`` is possible in ``state``."""
    return any(move.act == act and state in move.before for move in MOVES)


def refuse_if_locked(quarter_state: QuarterState, *, accepted_late: bool) -> None:
    """Raise ``NotAllowed`` when the quarter takes no changes to this return.

    A closed quarter is locked for everyone but for a return that was accepted late.
    """
    if quarter_state == QuarterState.UPCOMING:
        raise NotAllowed("This quarter has not been opened yet.")
    if quarter_state == QuarterState.CLOSED and not accepted_late:
        raise NotAllowed("This quarter is closed, so its returns can no longer be changed.")


def diagram() -> str:
    """The moves of a return as a Mermaid state diagram, for the documentation."""
    lines = ["stateDiagram-v2", "    [*] --> due: quarter opened"]
    for move in MOVES:
        lines += [
            f"    {_id(before)} --> {_id(move.after)}: {move.act.value}" for before in move.before
        ]
    return "\n".join(lines)


def _id(state: ReturnState) -> str:
    return state.value.replace("-", "_")


if __name__ == "__main__":
    print(diagram())
