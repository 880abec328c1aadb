"""The table of moves: everything that is not in it is refused, in words."""

import pytest

from measures.workflow import (
    MOVES,
    Act,
    NotAllowed,
    QuarterState,
    ReturnState,
    allows,
    diagram,
    next_state,
    refuse_if_locked,
)

S = ReturnState
TABLE = {
    (Act.SAVE, S.DUE): S.DRAFT,
    (Act.SAVE, S.DRAFT): S.DRAFT,
    (Act.SAVE, S.RETURNED): S.RETURNED,
    (Act.SUBMIT, S.DUE): S.SUBMITTED,
    (Act.SUBMIT, S.DRAFT): S.SUBMITTED,
    (Act.SUBMIT, S.RETURNED): S.SUBMITTED,
    (Act.RETURN, S.SUBMITTED): S.RETURNED,
    (Act.SIGN_OFF, S.SUBMITTED): S.SIGNED_OFF,
    (Act.REOPEN, S.SIGNED_OFF): S.RETURNED,
    (Act.IMPORT_SIGNED_OFF, S.DUE): S.SIGNED_OFF,
    (Act.IMPORT_SIGNED_OFF, S.DRAFT): S.SIGNED_OFF,
    (Act.IMPORT_SIGNED_OFF, S.RETURNED): S.SIGNED_OFF,
}


@pytest.mark.parametrize("act", Act)
@pytest.mark.parametrize("state", ReturnState)
def test_every_act_in_every_state(act: Act, state: ReturnState) -> None:
    after = TABLE.get((act, state))
    assert allows(act, state) == (after is not None)
    if after is None:
        with pytest.raises(NotAllowed, match=f"You cannot {act.value} this return now: it"):
            next_state(act, state)
    else:
        assert next_state(act, state) == after


@pytest.mark.parametrize(
    ("state", "late", "says"),
    [
        (QuarterState.UPCOMING, False, "not been opened"),
        (QuarterState.UPCOMING, True, "not been opened"),
        (QuarterState.OPEN, False, ""),
        (QuarterState.OPEN, True, ""),
        (QuarterState.CLOSED, False, "is closed"),
        (QuarterState.CLOSED, True, ""),
    ],
)
def test_when_a_quarter_takes_changes(state: QuarterState, late: bool, says: str) -> None:
    if says:
        with pytest.raises(NotAllowed, match=says):
            refuse_if_locked(state, accepted_late=late)
    else:
        refuse_if_locked(state, accepted_late=late)


def test_the_diagram_has_every_move() -> None:
    lines = diagram().splitlines()
    assert lines[0] == "stateDiagram-v2"
    assert len(lines) == 2 + sum(len(move.before) for move in MOVES)
    assert "    signed_off --> returned: reopen" in lines
