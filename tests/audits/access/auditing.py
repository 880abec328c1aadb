"""Examples for the access table's rows of auditing, moderating and the safety loop.

They are about case 1, of North's family team: the auditor audits it, South's head moderates it.
"""

from collections.abc import Callable
from typing import Any

from audits.models import CaseAudit, Given
from audits.safety import actions as safety
from tests.audits.access.rounds import day
from tests.audits.making import DUE, Casework, make_casework, on_day
from tests.cast import Cast
from tests.examples import Example


def boxes(casework: Casework, serial: int = 1, turn: int = 1, **typed: str) -> dict[str, Any]:
    """The page of a case as it is posted: every box as it stands, with ``typed`` over it."""
    audit = casework.audit(serial, turn)
    given = {row.indicator.code: row for row in Given.objects.of(audit)}
    sent: dict[str, Any] = {"version": audit.version, "then": "stay"}
    for code in casework.indicator:
        row = given.get(code)
        sent[f"comment-{code}"] = row.comment if row else ""
        if row and row.grade:
            sent[f"grade-{code}"] = row.grade
        if row and row.text:
            sent[f"text-{code}"] = row.text
        if row:
            sent[f"choice-{code}"] = [choice.pk for choice in row.chosen.all()]
    sent |= {"strengths": audit.strengths, "improvements": audit.improvements}
    sent |= {"overall": audit.overall, "threshold": audit.threshold}
    sent |= {"unsafe": "yes"} if audit.is_unsafe else {}
    return sent | {name.replace("_", "-"): value for name, value in typed.items()}


def moderation(audit: CaseAudit, **typed: str) -> dict[str, Any]:
    """The moderator's page as it is posted: everything confirmed, with ``typed`` over it."""
    sent: dict[str, Any] = {"version": audit.version, "overall": audit.overall, "comment": ""}
    sent |= {"unsafe": "yes"} if audit.is_unsafe else {}
    for row in Given.objects.of(audit):
        if row.grade:
            sent |= {f"grade-{row.indicator.code}": row.grade}
            sent |= {f"comment-{row.indicator.code}": ""}
    return sent | {name.replace("_", "-"): value for name, value in typed.items()}


def _under_way(cast: Cast) -> Example:
    casework = make_casework(cast)
    audit = casework.save(1, assessment="good")
    return Example({"pk": audit.pk}, boxes(casework, grade_plan="good"))


def _complete(cast: Cast) -> Example:
    audit = make_casework(cast).complete(1)
    return Example({"pk": audit.pk}, {"version": audit.version})


def _submitted(cast: Cast) -> Example:
    audit = make_casework(cast).submit(1)
    return Example({"pk": audit.pk}, moderation(audit))


def _concern(cast: Cast) -> Example:
    audit = make_casework(cast).submit(1, "inadequate")
    return Example({"pk": audit.pk}, {"what": "See the child", **day("due_on", 20, 7, 2016)})


def _remedy(cast: Cast) -> Example:
    audit = make_casework(cast).submit(1, "inadequate")
    manager = on_day(cast, "manager")
    remedy = safety.set_remedial(audit, what="See the child", due_on=DUE, **manager)
    return Example({"pk": remedy.pk}, day("done_on", 5, 7, 2016))


def _listed(cast: Cast) -> Example:
    casework = make_casework(cast)
    casework.submit(1, "inadequate")
    casework.save(2, assessment="good")
    return Example()


# By address name, and by name and method where the two differ.
EXAMPLES: dict[str, Callable[[Cast], Example]] = {
    "auditing": _listed,
    "audits-read": _listed,
    "concerns": _listed,
    "audit-case": _submitted,
    "audit-grade": _under_way,
    "audit-check": _complete,
    "audit-submit": _complete,
    "audit-receipt": _submitted,
    "audit-moderate": _submitted,
    "remedial-new": _concern,
    "remedial-done": _remedy,
}
