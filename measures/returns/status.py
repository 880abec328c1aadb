"""How a return stands, in words: late, due, closed, submitted, signed off."""

import datetime as dt
from typing import Any

from django.utils import timezone

from earlyhelp.core.actor import Route
from earlyhelp.core.pages.stale import stale_sentence
from earlyhelp.core.pages.wording import days_late, days_left, long_date
from earlyhelp.core.workflow import NotAllowed
from measures.models import Return
from measures.permissions import MeasuresPermission, on_return
from measures.returns.actions import refuse_if_locked
from measures.workflow import RETURN, QuarterState, ReturnAct, ReturnState
from teams.permissions import Authority

LOOK_AGAIN = "Look at it again before you go on."


def changed_meanwhile(current: Return, person: Any) -> str:
    """What is said to somebody who goes on from a version that is no longer the last."""
    return f"{stale_sentence(current, person)} {LOOK_AGAIN}"


def why_closed(made: Return) -> str:
    """Why nothing can be entered in this return now; empty when it can."""
    try:
        refuse_if_locked(made)
        RETURN.next(ReturnAct.SAVE, made.state)
    except NotAllowed as refusal:
        return str(refusal)
    return ""


def late(made: Return, today: dt.date) -> str:
    """``3 days late`` for a return still to be submitted after its due date."""
    if not made.is_late_on(today) or why_closed(made):
        return ""
    return days_late((today - made.quarter.due_on).days)


def due_line(made: Return, today: dt.date) -> str:
    """``Due 14 July 2016: 9 days left``."""
    due = made.quarter.due_on
    verb = "Was due" if due < today else "Due"
    return f"{verb} {long_date(due)}: {days_left(due, today)}"


def is_to_fill_in(made: Return, authority: Authority) -> bool:
    """Whether this person still has something to do: what is ready waits for who submits it."""
    is_told = made.ready_at is not None
    is_theirs = not is_told or on_return(authority, MeasuresPermission.SUBMIT, made)
    return is_theirs and not why_closed(made)


def ready_line(made: Return) -> str:
    """``Ready since 4 July 2016, says Business support``; nothing until somebody said so."""
    if made.ready_at is None:
        return ""
    return f"Ready since {_day(made.ready_at)}, says {made.ready_by}"


def status_line(made: Return) -> str:
    """Who submitted and signed off, when; or where the return stands."""
    if made.state == ReturnState.SIGNED_OFF:
        if made.signed_off_route == Route.IMPORT:
            return f"Signed off by import on {_day(made.signed_off_at)}."
        signed = f"Signed off by {made.signed_off_by} on {_day(made.signed_off_at)}."
        return f"{_submitted(made)} {signed}"
    if made.quarter.state == QuarterState.CLOSED and made.accepted_late_at is None:
        counts = "It counts in no total unless it is accepted late."
        if made.state == ReturnState.SUBMITTED:
            return f"{_submitted(made)} Not signed off before the quarter closed. {counts}"
        if made.state == ReturnState.RETURNED:
            return f"{_returned(made)} Not submitted again before the quarter closed. {counts}"
        return f"Not submitted before the quarter closed. {counts}"
    if made.state == ReturnState.SUBMITTED:
        return f"{_submitted(made)} Waiting to be signed off."
    if made.state == ReturnState.RETURNED:
        return _returned(made)
    if made.ready_at is not None:
        return f"{ready_line(made)}. The team manager has not submitted it yet."
    if made.state == ReturnState.DRAFT:
        return "In progress: the team has not submitted it yet."
    return "Not started yet."


def _submitted(made: Return) -> str:
    return f"Submitted by {made.submitted_by} on {_day(made.submitted_at)}."


def _returned(made: Return) -> str:
    return f"Returned to the team by {made.returned_by} on {_day(made.returned_at)}."


def _day(when: dt.datetime | None) -> str:
    if when is None:
        return ""
    return long_date(timezone.localtime(when))
