"""The states and the moves between them: every act from every state."""

from itertools import product

import pytest

from audits import workflow
from audits.workflow import (
    MOVES,
    Act,
    ActionState,
    CaseState,
    NotAllowed,
    RoundState,
    ToolState,
    allows,
    diagram,
    refuse_unless_auditing,
)

STATES = {
    "tool": ToolState,
    "round": RoundState,
    "case audit": CaseState,
    "action": ActionState,
}
NEXT = {
    "tool": workflow.next_tool,
    "round": workflow.next_round,
    "case audit": workflow.next_case,
    "action": workflow.next_action,
}
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


@pytest.mark.parametrize("thing", STATES)
def test_every_act_from_every_state(thing: str) -> None:
    happened: set[tuple[str, str, str]] = set()
    state: workflow.State
    for act, state in product(Act, STATES[thing]):
        possible = any((act, state) == (a, before) for a, before, _ in POSSIBLE[thing])
        assert allows(thing, act, state) is possible
        if possible:
            happened.add((act.value, state.value, NEXT[thing](act, state).value))
            continue
        with pytest.raises(NotAllowed, match=f"cannot {act.value} this {thing} now: \\w+"):
            NEXT[thing](act, state)
    assert happened == POSSIBLE[thing]


@pytest.mark.parametrize("thing", MOVES)
def test_the_diagram_shows_every_move(thing: str) -> None:
    drawn = diagram(thing).splitlines()
    assert drawn[0] == "stateDiagram-v2"
    assert set(drawn[2:]) == {
        f"    {before.replace('-', '_')} --> {after.replace('-', '_')}: {act}"
        for act, before, after in POSSIBLE[thing]
    }


def test_a_closed_round_still_takes_a_second_look() -> None:
    refuse_unless_auditing(RoundState.AUDITING, turn=1)
    refuse_unless_auditing(RoundState.CLOSED, turn=2)
    with pytest.raises(NotAllowed, match="closed"):
        refuse_unless_auditing(RoundState.CLOSED, turn=1)
    with pytest.raises(NotAllowed, match="not been opened"):
        refuse_unless_auditing(RoundState.PLANNING, turn=2)
