"""One case audit in a list: what it is called, when it is due, where it stands, what is next."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from audits.casework.answers import Answer
from audits.grades import Grade
from audits.models import CaseAudit
from audits.workflow import CaseState

COLOURS = {
    CaseState.ALLOCATED: "",
    CaseState.IN_PROGRESS: "blue",
    CaseState.SUBMITTED: "yellow",
    CaseState.MODERATED: "green",
}


@dataclass(frozen=True)
class AuditRow:
    """A row; ``progress`` and ``next_words`` are empty where there is nothing to do."""

    audit: CaseAudit
    name: str
    state: str
    colour: str
    late: str
    progress: str
    next_words: str
    next_url: str
    case_number: str = ""


def name_of(audit: CaseAudit) -> str:
    """``Case 7``, ``Case 7, Police``, ``Case 7, audited again``."""
    agency = f", {audit.agency}" if audit.agency else ""
    again = {1: "", 2: ", audited again"}.get(audit.turn, f", turn {audit.turn}")
    return f"{audit.case}{agency}{again}"


def day(when: dt.date) -> str:
    """``5 July 2016``."""
    return f"{when.day} {when:%B %Y}"


def days_late(number: int) -> str:
    """``3 days late``, or nothing."""
    if number <= 0:
        return ""
    return f"{number} day{'' if number == 1 else 's'} late"


def late(audit: CaseAudit, today: dt.date) -> str:
    """``3 days late`` for an audit still to be submitted after its due date."""
    return "" if audit.is_done else days_late(audit.days_late_on(today))


def found(overall: str, *, is_unsafe: bool) -> str:
    """``Good``, ``Inadequate, unsafe``: a judgement in words."""
    words = Grade(overall).label if overall else ""
    if not is_unsafe:
        return words or "Not judged overall"
    return f"{words}, unsafe" if words else "Unsafe"


def to_grade(audits: Iterable[CaseAudit], today: dt.date, *, numbered: bool) -> list[AuditRow]:
    """Audits that wait for their auditor, each with how far it is.

    They come with names, answers (``given__chosen``, ``given__indicator``) and the tool's
    indicators prefetched. ``numbered``: with the recording system's number, for the auditor.
    """
    return [_to_grade(audit, today, numbered=numbered) for audit in audits]


def _to_grade(audit: CaseAudit, today: dt.date, *, numbered: bool) -> AuditRow:
    asked = len(audit.case.round.tool.indicators.all())
    answered = sum(Answer.of(row).answers(row.indicator.kind) for row in audit.given.all())
    state = CaseState(audit.state)
    return AuditRow(
        audit=audit,
        name=name_of(audit),
        state=state.label,
        colour=COLOURS[state],
        late=late(audit, today),
        progress=f"{answered} of {asked}",
        next_words="Start" if state == CaseState.ALLOCATED else "Carry on",
        next_url=reverse("audit-grade", args=[audit.pk]),
        case_number=audit.case.case_number if numbered else "",
    )


def done(audit: CaseAudit) -> AuditRow:
    """An audit that was submitted."""
    state = CaseState(audit.state)
    return AuditRow(
        audit=audit,
        name=name_of(audit),
        state=state.label,
        colour=COLOURS[state],
        late="",
        progress="",
        next_words="Read",
        next_url=reverse("audit-case", args=[audit.pk]),
    )


def to_moderate(audit: CaseAudit) -> AuditRow:
    """An audit that waits for a moderator."""
    return AuditRow(
        audit=audit,
        name=name_of(audit),
        state=CaseState(audit.state).label,
        colour=COLOURS[CaseState(audit.state)],
        late="",
        progress="",
        next_words="Moderate",
        next_url=reverse("audit-moderate", args=[audit.pk]),
    )
