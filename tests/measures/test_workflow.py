"""The table of moves: everything that is not in it is refused, in words."""

import pytest

from measures.workflow import (
    QUARTER,
    RETURN,
    NotAllowed,
    QuarterAct,
    QuarterState,
    ReturnAct,
    ReturnState,
    refuse_if_locked,
)

S = ReturnState
TABLE = {
    (ReturnAct.SAVE, S.DUE): S.DRAFT,
    (ReturnAct.SAVE, S.DRAFT): S.DRAFT,
    (ReturnAct.SAVE, S.RETURNED): S.RETURNED,
    (ReturnAct.SUBMIT, S.DUE): S.SUBMITTED,
    (ReturnAct.SUBMIT, S.DRAFT): S.SUBMITTED,
    (ReturnAct.SUBMIT, S.RETURNED): S.SUBMITTED,
    (ReturnAct.RETURN, S.SUBMITTED): S.RETURNED,
    (ReturnAct.SIGN_OFF, S.SUBMITTED): S.SIGNED_OFF,
    (ReturnAct.REOPEN, S.SIGNED_OFF): S.RETURNED,
    (ReturnAct.IMPORT_SIGNED_OFF, S.DUE): S.SIGNED_OFF,
    (ReturnAct.IMPORT_SIGNED_OFF, S.DRAFT): S.SIGNED_OFF,
    (ReturnAct.IMPORT_SIGNED_OFF, S.RETURNED): S.SIGNED_OFF,
}


def test_every_act_in_every_state() -> None:
    possible = {
        (act, state): RETURN.next(act, state)
        for act in ReturnAct
        for state in ReturnState
        if RETURN.allows(act, state)
    }
    assert possible == TABLE


def test_every_act_in_every_state_of_a_quarter() -> None:
    possible = {
        (act, state): QUARTER.next(act, state)
        for act in QuarterAct
        for state in QuarterState
        if QUARTER.allows(act, state)
    }
    assert possible == {
        (QuarterAct.OPEN, QuarterState.UPCOMING): QuarterState.OPEN,
        (QuarterAct.CLOSE, QuarterState.OPEN): QuarterState.CLOSED,
        (QuarterAct.UNDO_CLOSING, QuarterState.CLOSED): QuarterState.OPEN,
    }


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
