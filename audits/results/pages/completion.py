"""How much of what was allocated is done, in words and by area; auditors only for some."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from audits.models import CaseAudit
from audits.results.scored_rounds import completion_of
from audits.scoring import Completion
from teams.models import User


@dataclass(frozen=True)
class CompletionRow:
    """A locality, a round or an auditor: done of allocated."""

    name: str
    done: str
    percent: str
    on_time: int
    late: int
    overdue: int
    url: str = ""
    before: str = ""


def completion_row(
    name: str, audits: Sequence[CaseAudit], today: dt.date, *, url: str = "", before: str = ""
) -> CompletionRow:
    """The row of these audits."""
    found = completion_of(audits, today)
    return CompletionRow(
        name=name,
        done=str(found.done),
        percent=found.done.percent or "–",
        on_time=found.on_time,
        late=found.late,
        overdue=found.overdue,
        url=url,
        before=before,
    )


def by_auditor(audits: Iterable[CaseAudit], today: dt.date) -> list[CompletionRow]:
    """Each auditor's, those who are overdue first; audits come with their auditor."""
    theirs: dict[User, list[CaseAudit]] = {}
    for audit in audits:
        theirs.setdefault(audit.auditor, []).append(audit)
    rows = [completion_row(person.name, mine, today) for person, mine in theirs.items()]
    return sorted(rows, key=lambda row: (-row.overdue, row.name))


def said(found: Completion) -> str:
    """``19 of 20 audited, 18 on time and 1 late; 1 overdue.``"""
    done = found.done.part
    if not done:
        words = f"None of {found.done.of} audited yet"
    elif done == found.on_time:
        words = f"{'All' if done == found.done.of else f'{done} of'} {found.done.of} audited"
        words += " on time" if done > 1 else ", on time"
    else:
        words = f"{found.done} audited, {found.on_time} on time and {found.late} late"
    if found.overdue:
        words += f"; {found.overdue} still to be done and overdue"
    return f"{words}."
