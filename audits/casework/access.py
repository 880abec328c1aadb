"""Case audits loaded through who may read them; "not found" for everybody else."""

from collections.abc import Callable

from django.http import Http404
from django.shortcuts import get_object_or_404

from audits.models import CaseAudit
from audits.permissions import audits_seen, reads
from audits.responsible import was_given_to
from earlyhelp.core.change import refuse
from teams.permissions import Authority


def seen_audit(authority: Authority, pk: int) -> CaseAudit:
    """The audit, if this person may read it; "not found" otherwise. One query."""
    seen = CaseAudit.objects.readable_by(authority, audits_seen(authority))
    return get_object_or_404(seen.for_pages(), pk=pk)


def audit_typed_into(
    authority: Authority, pk: int, why_not: Callable[[Authority, CaseAudit], str], *, role: str
) -> tuple[CaseAudit, str]:
    """An audit into which somebody typed, and why they may not: to whoever it was given once.

    They get back what they typed, and nothing else. ``role`` is what the audit was given for,
    ``auditor`` or ``moderator``. Raises "not found" or ``Refused`` for everybody else.
    """
    audit = get_object_or_404(CaseAudit.objects.for_pages(), pk=pk)
    refusal = why_not(authority, audit)
    if refusal and was_given_to(audit, authority.person_id, to=role):
        return audit, refusal
    if not reads(authority, audit):
        raise Http404("There is no such audit")
    refuse(refusal)
    return audit, ""
