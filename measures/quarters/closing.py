"""What is asked before a quarter closes, and until when a closing can be undone."""

import datetime as dt
from collections.abc import Collection

from earlyhelp.core.pages.wording import long_date, number_of
from measures.models import Correction, QuarterReading, ReportingQuarter, Return
from measures.workflow import QUARTER, CorrectionState, QuarterAct, ReturnState

WHY_INCOMPLETE = "Enter why the quarter closes with returns that are not signed off"
WHY_NOW = "Enter why the quarter closes now"
TICK = "Tick the box if the quarter closes all the same"


def questions(quarter: ReportingQuarter, states: Collection[str], today: dt.date) -> list[str]:
    """What speaks against closing a quarter on a day, as sentences; none where nothing does.

    ``states`` are those of its returns. A return can come in on time until the due date is over.
    """
    found = []
    if today <= quarter.quarter.last_day:
        found.append(f"The quarter is not over until {long_date(quarter.quarter.last_day)}.")
    if today <= quarter.due_on:
        found.append(f"The returns are not due until {long_date(quarter.due_on)}.")
    waiting = sum(state == ReturnState.SUBMITTED for state in states)
    if waiting:
        verb = "waits" if waiting == 1 else "wait"
        found.append(f"{number_of(waiting, 'submitted return')} {verb} to be signed off.")
    return found


def why_not_undo(quarter: ReportingQuarter) -> str:
    """Why a quarter's closing cannot be undone; empty while nothing came of it.

    At most three queries: what was read, what was accepted late, what is corrected.
    """
    if why_not := QUARTER.why_not(QuarterAct.UNDO_CLOSING, quarter.state):
        return why_not
    if QuarterReading.objects.filter(quarter=quarter).exists():
        return "A board member has read this quarter's figures since it closed, so it stays closed."
    if Return.objects.filter(quarter=quarter, accepted_late_at__isnull=False).exists():
        return "A return was accepted late since this quarter closed, so it stays closed."
    corrected = Correction.objects.filter(figures__figure__return_made__quarter=quarter)
    if corrected.exclude(state=CorrectionState.DECLINED).exists():
        return "A correction was proposed since this quarter closed, so it stays closed."
    return ""
