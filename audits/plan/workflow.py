"""The states of the plan's actions, and the moves between them. Pure."""

from enum import StrEnum

from django.db.models import TextChoices

from earlyhelp.core.workflow import Machine, Move


class ActionState(TextChoices):
    """What people said of an action; whether it is late is worked out (``timing.status``)."""

    OPEN = "open", "Open"
    CLAIMED = "claimed", "Claimed complete"
    COMPLETE = "complete", "Complete"
    NO_LONGER_NEEDED = "no-longer-needed", "No longer needed"
    CARRIED_OVER = "carried-over", "Carried over"


class ActionAct(StrEnum):
    """What is done to an action of the plan, as refusals and the diagram name it."""

    UPDATE = "update"
    CHANGE = "change"
    CLAIM = "claim complete"
    ACCEPT = "accept"
    DECLINE = "decline"
    STOP = "say no longer needed"
    REOPEN = "reopen"
    CARRY_OVER = "carry over"


# What still has to be done, or waits for a head of service.
UNFINISHED = (ActionState.OPEN, ActionState.CLAIMED)
_FINISHED = (ActionState.COMPLETE, ActionState.NO_LONGER_NEEDED)

ACTION = Machine(
    name="action",
    first=ActionState.OPEN,
    begins="added",
    moves=(
        Move(ActionAct.UPDATE, UNFINISHED, None),
        Move(ActionAct.CHANGE, (ActionState.OPEN,), None),
        Move(ActionAct.CLAIM, (ActionState.OPEN,), ActionState.CLAIMED, "claimed"),
        Move(ActionAct.ACCEPT, (ActionState.CLAIMED,), ActionState.COMPLETE, "accepted"),
        Move(ActionAct.DECLINE, (ActionState.CLAIMED,), ActionState.OPEN),
        Move(ActionAct.STOP, UNFINISHED, ActionState.NO_LONGER_NEEDED, "stopped"),
        Move(ActionAct.REOPEN, _FINISHED, ActionState.OPEN),
        Move(ActionAct.CARRY_OVER, UNFINISHED, ActionState.CARRIED_OVER),
    ),
    refusals={
        ActionState.OPEN: "nobody has claimed it complete",
        ActionState.CLAIMED: "it is claimed complete and waits for a head of service",
        ActionState.COMPLETE: "it is complete",
        ActionState.NO_LONGER_NEEDED: "it is no longer needed",
        ActionState.CARRIED_OVER: "it was carried over into a later plan",
    },
)
