"""The states of tools, rounds, case audits and actions, and the moves between them. Pure.

The diagrams in ``docs/architecture.md`` are generated from the tables here
(``python -m audits.workflow``), and ``make check`` compares them.
"""

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import TextChoices

from measures.workflow import NotAllowed

__all__ = ["NotAllowed"]


class ToolState(TextChoices):
    """Where an audit tool stands; once in use it is copied, never changed."""

    DRAFT = "draft", "Draft"
    IN_USE = "in-use", "In use"
    RETIRED = "retired", "Retired"


class RoundState(TextChoices):
    """Where a round stands."""

    PLANNING = "planning", "Being planned"
    AUDITING = "auditing", "Under way"
    CLOSED = "closed", "Closed"


class CaseState(TextChoices):
    """Where the audit of one case stands."""

    ALLOCATED = "allocated", "Not started"
    IN_PROGRESS = "in-progress", "In progress"
    SUBMITTED = "submitted", "Submitted"
    MODERATED = "moderated", "Moderated"


class ActionState(TextChoices):
    """What people said of an action; whether it is late is worked out (``timing.status``)."""

    OPEN = "open", "Open"
    CLAIMED = "claimed", "Claimed complete"
    COMPLETE = "complete", "Complete"
    NO_LONGER_NEEDED = "no-longer-needed", "No longer needed"
    CARRIED_OVER = "carried-over", "Carried over"


class Act(StrEnum):
    """What is done, as refusals, the record and the diagrams name it."""

    PUT_IN_USE = "put in use"
    RETIRE = "retire"
    OPEN = "open"
    CLOSE = "close"
    SAVE = "save"
    SUBMIT = "submit"
    MODERATE = "moderate"
    REALLOCATE = "reallocate"
    UPDATE = "update"
    CLAIM = "claim complete"
    ACCEPT = "accept"
    DECLINE = "decline"
    STOP = "say no longer needed"
    REOPEN = "reopen"
    CARRY_OVER = "carry over"
    CHANGE = "change"


State = ToolState | RoundState | CaseState | ActionState


@dataclass(frozen=True)
class Move:
    """From these states, this act leads to that state; None stays where it is."""

    act: Act
    before: tuple[State, ...]
    after: State | None


_UNFINISHED = (ActionState.OPEN, ActionState.CLAIMED)

MOVES: dict[str, tuple[Move, ...]] = {
    "tool": (
        Move(Act.CHANGE, (ToolState.DRAFT,), None),
        Move(Act.PUT_IN_USE, (ToolState.DRAFT,), ToolState.IN_USE),
        Move(Act.RETIRE, (ToolState.IN_USE,), ToolState.RETIRED),
    ),
    "round": (
        Move(Act.CHANGE, (RoundState.PLANNING,), None),
        Move(Act.OPEN, (RoundState.PLANNING,), RoundState.AUDITING),
        Move(Act.CLOSE, (RoundState.AUDITING,), RoundState.CLOSED),
    ),
    "case audit": (
        Move(Act.SAVE, (CaseState.ALLOCATED, CaseState.IN_PROGRESS), CaseState.IN_PROGRESS),
        Move(Act.REALLOCATE, (CaseState.ALLOCATED, CaseState.IN_PROGRESS), None),
        Move(Act.SUBMIT, (CaseState.ALLOCATED, CaseState.IN_PROGRESS), CaseState.SUBMITTED),
        Move(Act.MODERATE, (CaseState.SUBMITTED,), CaseState.MODERATED),
    ),
    "action": (
        Move(Act.UPDATE, _UNFINISHED, None),
        Move(Act.CHANGE, (ActionState.OPEN,), None),
        Move(Act.CLAIM, (ActionState.OPEN,), ActionState.CLAIMED),
        Move(Act.ACCEPT, (ActionState.CLAIMED,), ActionState.COMPLETE),
        Move(Act.DECLINE, (ActionState.CLAIMED,), ActionState.OPEN),
        Move(Act.STOP, _UNFINISHED, ActionState.NO_LONGER_NEEDED),
        Move(
            Act.REOPEN,
            (ActionState.COMPLETE, ActionState.NO_LONGER_NEEDED),
            ActionState.OPEN,
        ),
        Move(Act.CARRY_OVER, _UNFINISHED, ActionState.CARRIED_OVER),
    ),
}

_REFUSALS: dict[State, str] = {
    ToolState.DRAFT: "it is still a draft",
    ToolState.IN_USE: "it is in use; copy it to a new version instead",
    ToolState.RETIRED: "it is retired",
    RoundState.PLANNING: "it is still being planned",
    RoundState.AUDITING: "auditing is under way",
    RoundState.CLOSED: "it is closed",
    CaseState.ALLOCATED: "it has not been started",
    CaseState.IN_PROGRESS: "it has not been submitted yet",
    CaseState.SUBMITTED: "it has been submitted",
    CaseState.MODERATED: "it has been moderated",
    ActionState.OPEN: "nobody has claimed it complete",
    ActionState.CLAIMED: "it is claimed complete and waits for a head of service",
    ActionState.COMPLETE: "it is complete",
    ActionState.NO_LONGER_NEEDED: "it is no longer needed",
    ActionState.CARRIED_OVER: "it was carried over into a later plan",
}


def _find(moves: Iterable[Move], act: Act, state: State) -> Move | None:
    return next((move for move in moves if move.act == act and state in move.before), None)


def _next(thing: str, act: Act, state: State) -> State:
    """The state that ``act`` leads to; raise ``NotAllowed``, saying why not."""
    move = _find(MOVES[thing], act, state)
    if move is None:
        raise NotAllowed(f"You cannot {act.value} this {thing} now: {_REFUSALS[state]}.")
    return move.after or state


def next_tool(act: Act, state: str) -> ToolState:
    """Where ``act`` takes a tool; raises ``NotAllowed``."""
    return ToolState(_next("tool", act, ToolState(state)))


def next_round(act: Act, state: str) -> RoundState:
    """Where ``act`` takes a round; raises ``NotAllowed``."""
    return RoundState(_next("round", act, RoundState(state)))


def next_case(act: Act, state: str) -> CaseState:
    """Where ``act`` takes a case audit; raises ``NotAllowed``."""
    return CaseState(_next("case audit", act, CaseState(state)))


def next_action(act: Act, state: str) -> ActionState:
    """Where ``act`` takes an action of the plan; raises ``NotAllowed``."""
    return ActionState(_next("action", act, ActionState(state)))


def allows(thing: str, act: Act, state: State) -> bool:
    """Whether ``act`` is possible now; ``thing`` is a key of ``MOVES``."""
    return _find(MOVES[thing], act, state) is not None


def refuse_unless_auditing(round_state: str, *, turn: int) -> None:
    """Raise ``NotAllowed`` when a round takes no grades.

    A closed round still takes the second look at an inadequate or unsafe case: closing a
    round must not leave a safety loop open.
    """
    if round_state == RoundState.PLANNING:
        raise NotAllowed("This round has not been opened yet.")
    if round_state == RoundState.CLOSED and turn == 1:
        raise NotAllowed("This round is closed, so its audits can no longer be changed.")


_BEGINNINGS: dict[str, tuple[State, str]] = {
    "tool": (ToolState.DRAFT, "made"),
    "round": (RoundState.PLANNING, "planned"),
    "case audit": (CaseState.ALLOCATED, "allocated"),
    "action": (ActionState.OPEN, "added"),
}


def diagram(thing: str) -> str:
    """The moves of one kind of thing as a Mermaid state diagram, for the documentation."""
    first, how = _BEGINNINGS[thing]
    lines = ["stateDiagram-v2", f"    [*] --> {_id(first)}: {how}"]
    lines += [
        f"    {_id(before)} --> {_id(move.after or before)}: {move.act.value}"
        for move in MOVES[thing]
        for before in move.before
    ]
    return "\n".join(lines)


def _id(state: State) -> str:
    return state.value.replace("-", "_")


if __name__ == "__main__":
    sys.stdout.write("\n\n".join(diagram(thing) for thing in MOVES) + "\n")
