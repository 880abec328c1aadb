"""Who reads what the record says of tools, rounds, case audits and findings."""

from audits.models import CaseAudit, Finding, Round, Tool
from audits.permissions import AuditsPermission as P
from audits.permissions import audits_seen
from audits.workflow import ToolState
from earlyhelp.core.events.scopes import Rows, Seen
from teams.authority import Actor


def _tools(by: Actor) -> Seen:
    if by.authority.holds(P.KEEP_TOOLS):
        return True
    if not (by.authority.holds(P.AUDIT) or by.authority.holds(P.SEE_AUDITS)):
        return False
    return Tool.objects.exclude(state=ToolState.DRAFT)


def _rounds(by: Actor) -> Seen:
    if by.authority.holds(P.RUN_ROUNDS):
        return True
    return Round.objects.opened() if by.authority.holds(P.SEE_AUDITS) else False


def _audits(by: Actor) -> Seen:
    """What an auditor has not submitted is nobody else's, the officer's neither."""
    return CaseAudit.objects.readable_by(by.authority, audits_seen(by.authority))


def _findings(by: Actor) -> Seen:
    if by.authority.holds(P.WRITE_FINDINGS):
        return True
    if not by.authority.holds(P.SEE_RESULTS):
        return False
    return Finding.objects.filter(round__in=Round.objects.opened())


SEEN: dict[type, Rows] = {
    Tool: _tools,
    Round: _rounds,
    CaseAudit: _audits,
    Finding: _findings,
}
