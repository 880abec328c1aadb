"""The states and the moves between them: every act from every state."""

from itertools import product
from typing import Any

import pytest

from audits.plan.workflow import ACTION, ActionAct, ActionState
from audits.workflow import (
    CASE_AUDIT,
    ROUND,
    TOOL,
    CaseAct,
    CaseState,
    NotAllowed,
    RoundAct,
    RoundState,
    ToolAct,
    ToolState,
    refuse_unless_auditing,
)
from earlyhelp.core.workflow import Machine

MACHINES = [
    (TOOL, ToolAct, ToolState),
    (ROUND, RoundAct, RoundState),
    (CASE_AUDIT, CaseAct, CaseState),
    (ACTION, ActionAct, ActionState),
]
# Everything that is possible, written down a second time.
POSSIBLE = {
    "tool": {
        ("change", "draft", "draft"),
        ("put in use", "draft", "in-use"),
        ("retire", "in-use", "retired"),
    },
    "round": {
        ("change", "planning", "planning"),
        ("open", "planning", "auditing"),
        ("close", "auditing", "closed"),
    },
    "case audit": {
        ("save", "allocated", "in-progress"),
        ("save", "in-progress", "in-progress"),
        ("reallocate", "allocated", "allocated"),
        ("reallocate", "in-progress", "in-progress"),
        ("submit", "allocated", "submitted"),
        ("submit", "in-progress", "submitted"),
        ("moderate", "submitted", "moderated"),
    },
    "action": {
        ("update", "open", "open"),
        ("update", "claimed", "claimed"),
        ("change", "open", "open"),
        ("claim complete", "open", "claimed"),
        ("accept", "claimed", "complete"),
        ("decline", "claimed", "open"),
        ("say no longer needed", "open", "no-longer-needed"),
        ("say no longer needed", "claimed", "no-longer-needed"),
        ("reopen", "complete", "open"),
        ("reopen", "no-longer-needed", "open"),
        ("carry over", "open", "carried-over"),
        ("carry over", "claimed", "carried-over"),
    },
}


@pytest.mark.parametrize(("machine", "acts", "states"), MACHINES)
def test_every_act_from_every_state(machine: Machine, acts: Any, states: Any) -> None:
    possible = set()
    for act, state in product(acts, states):
        if machine.allows(act, state):
            possible.add((act.value, state.value, machine.next(act, state).value))
    assert possible == POSSIBLE[machine.name]


def test_a_closed_round_still_takes_a_second_look() -> None:
    refuse_unless_auditing(RoundState.AUDITING, turn=1)
    refuse_unless_auditing(RoundState.CLOSED, turn=2)
    with pytest.raises(NotAllowed, match="closed"):
        refuse_unless_auditing(RoundState.CLOSED, turn=1)
    with pytest.raises(NotAllowed, match="not been opened"):
        refuse_unless_auditing(RoundState.PLANNING, turn=2)
