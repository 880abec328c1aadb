"""The states of tools, rounds and case audits, and the moves between them. Pure.

``python -m audits.workflow`` prints the diagrams in ``docs/architecture.md``, with that of the
plan's actions (``plan.workflow``), and ``make check`` compares them.
"""

import sys
from enum import StrEnum

from django.db.models import TextChoices

from audits.plan.workflow import ACTION
from earlyhelp.core.workflow import Machine, Move, NotAllowed

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


_COLOURS: dict[str, str] = {
    ToolState.DRAFT: "yellow",
    ToolState.IN_USE: "green",
    RoundState.PLANNING: "yellow",
    RoundState.AUDITING: "blue",
    RoundState.CLOSED: "green",
    CaseState.IN_PROGRESS: "blue",
    CaseState.SUBMITTED: "yellow",
    CaseState.MODERATED: "green",
}


class WithState:
    """A row that has a state, as its pages show it."""

    @property
    def colour(self) -> str:
        """The colour of its state's tag."""
        return _COLOURS.get(self.state, "")  # type: ignore[attr-defined]  # a field of the model


class ToolAct(StrEnum):
    """What is done to a tool, as refusals and the diagram name it."""

    CHANGE = "change"
    PUT_IN_USE = "put in use"
    RETIRE = "retire"


class RoundAct(StrEnum):
    """What is done to a round, as refusals and the diagram name it."""

    CHANGE = "change"
    OPEN = "open"
    CLOSE = "close"


class CaseAct(StrEnum):
    """What is done to the audit of a case, as refusals and the diagram name it."""

    SAVE = "save"
    REALLOCATE = "reallocate"
    SUBMIT = "submit"
    MODERATE = "moderate"


TOOL = Machine(
    name="tool",
    first=ToolState.DRAFT,
    begins="made",
    moves=(
        Move(ToolAct.CHANGE, (ToolState.DRAFT,), None),
        Move(ToolAct.PUT_IN_USE, (ToolState.DRAFT,), ToolState.IN_USE, "in_use"),
        Move(ToolAct.RETIRE, (ToolState.IN_USE,), ToolState.RETIRED, "retired"),
    ),
    refusals={
        ToolState.DRAFT: "it is still a draft",
        ToolState.IN_USE: "it is in use; copy it to a new version instead",
        ToolState.RETIRED: "it is retired",
    },
)

ROUND = Machine(
    name="round",
    first=RoundState.PLANNING,
    begins="planned",
    moves=(
        Move(RoundAct.CHANGE, (RoundState.PLANNING,), None),
        Move(RoundAct.OPEN, (RoundState.PLANNING,), RoundState.AUDITING, "opened"),
        Move(RoundAct.CLOSE, (RoundState.AUDITING,), RoundState.CLOSED, "closed"),
    ),
    refusals={
        RoundState.PLANNING: "it is still being planned",
        RoundState.AUDITING: "auditing is under way",
        RoundState.CLOSED: "it is closed",
    },
)

_STARTED_OR_NOT = (CaseState.ALLOCATED, CaseState.IN_PROGRESS)

CASE_AUDIT = Machine(
    name="case audit",
    first=CaseState.ALLOCATED,
    begins="allocated",
    moves=(
        Move(CaseAct.SAVE, _STARTED_OR_NOT, CaseState.IN_PROGRESS),
        Move(CaseAct.REALLOCATE, _STARTED_OR_NOT, None),
        Move(CaseAct.SUBMIT, _STARTED_OR_NOT, CaseState.SUBMITTED, "submitted"),
        Move(CaseAct.MODERATE, (CaseState.SUBMITTED,), CaseState.MODERATED, "moderated"),
    ),
    refusals={
        CaseState.ALLOCATED: "it has not been started",
        CaseState.IN_PROGRESS: "it has not been submitted yet",
        CaseState.SUBMITTED: "it has been submitted",
        CaseState.MODERATED: "it has been moderated",
    },
)


def refuse_unless_auditing(round_state: str, *, turn: int) -> None:
    """Raise ``NotAllowed`` when a round takes no grades.

    A closed round still takes the second look at an inadequate or unsafe case: closing a
    round must not leave a safety loop open.
    """
    if round_state == RoundState.PLANNING:
        raise NotAllowed("This round has not been opened yet.")
    if round_state == RoundState.CLOSED and turn == 1:
        raise NotAllowed("This round is closed, so its audits can no longer be changed.")


if __name__ == "__main__":
    machines = (TOOL, ROUND, CASE_AUDIT, ACTION)
    sys.stdout.write("\n\n".join(machine.diagram() for machine in machines) + "\n")
