"""Case audits loaded through who may read them; "not found" for everybody else."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from audits.models import CaseAudit
from audits.permissions import audits_seen, reads
from audits.responsible import was_given_to
from teams.permissions import Authority, Refused


def seen_audit(authority: Authority, pk: int) -> CaseAudit:
    """The audit, if this person may read it; "not found" otherwise. One query."""
    seen = CaseAudit.objects.readable_by(authority, audits_seen(authority))
    return get_object_or_404(seen.for_pages(), pk=pk)


def refuse_unless_given_to(
    authority: Authority, audit: CaseAudit, refusal: str, *, role: str
) -> None:
    """Let whoever the case was given to once see what they typed; refuse everybody else.

    ``role`` is ``auditor`` or ``moderator``. Raises "not found" or ``Refused``.
    """
    if was_given_to(audit, authority.person_id, to=role):
        return
    if not reads(authority, audit):
        raise Http404("There is no such audit")
    raise Refused(refusal)
