"""What can be done with audits, and by which roles."""

from dataclasses import replace

from audits.models import CaseAudit, Round
from audits.workflow import RoundState
from teams.permissions import Authority, Permission, Scope, allows, grant
from teams.roles import Role


class AuditsPermission(Permission):
    """The verbs of auditing."""

    KEEP_TOOLS = "keep audit tools"
    RUN_ROUNDS = "plan and run audit rounds"
    AUDIT = "audit cases"
    MODERATE = "moderate case audits"
    SEE_AUDITS = "read case audits"
    REMEDY = "look after what an unsafe case needs"
    WRITE_FINDINGS = "write findings"
    SEE_RESULTS = "see results of audits by area"
    SEE_CITY_RESULTS = "see results of audits for the whole area"


P = AuditsPermission

# What everybody holds who answers for casework.
_ANSWERING = (P.SEE_AUDITS, P.REMEDY, P.SEE_RESULTS, P.SEE_CITY_RESULTS)

grant(Role.TEAM_MANAGER, P.AUDIT, *_ANSWERING)
grant(Role.HEAD_OF_SERVICE, P.AUDIT, P.MODERATE, P.WRITE_FINDINGS, *_ANSWERING)
grant(Role.SERVICE_DIRECTOR, P.AUDIT, *_ANSWERING)
grant(Role.PERFORMANCE_OFFICER, P.KEEP_TOOLS, P.RUN_ROUNDS, P.MODERATE, P.WRITE_FINDINGS)
grant(Role.PERFORMANCE_OFFICER, *_ANSWERING)
grant(Role.AUDITOR, P.AUDIT, P.SEE_CITY_RESULTS)
grant(Role.BOARD_MEMBER, P.SEE_CITY_RESULTS)

# Who has something of their own to do in audits.
WAITS_IN_AUDITS = (P.AUDIT, P.MODERATE, P.REMEDY)


def own_line(authority: Authority, team_id: int | None, locality_id: int | None) -> bool:
    """Whether a case of this team and locality is this person's own line.

    By appointment: a team that they enter figures for or manage, or a locality that they
    head. A city-wide role makes nothing one's own line.
    """
    return own_places(authority).covers(team_id, locality_id)


def own_places(authority: Authority) -> Scope:
    """The teams and localities of this person's own line; the rule of ``own_line``."""
    return Scope(teams=authority.team_ids, localities=authority.locality_ids)


def why_not_audit(authority: Authority, audit: CaseAudit) -> str:
    """The sentence that says why this person cannot audit this case; empty when they can.

    ``audit`` comes with its case.
    """
    if audit.auditor_id != authority.person_id:
        return "This case is allocated to somebody else."
    if not authority.holds(P.AUDIT):
        return "You are not appointed to audit cases."
    if own_line(authority, audit.case.team_id, audit.case.locality_id):
        return "This case is of your own line, so somebody else has to audit it."
    return ""


def why_not_moderate(authority: Authority, audit: CaseAudit) -> str:
    """The sentence that says why this person cannot moderate this audit; empty when they can.

    The named moderator, or a performance officer: never the auditor, and like auditing never
    one's own line, since a moderator's grade is the one that counts.
    """
    if audit.auditor_id == authority.person_id:
        return "You audited this case, so somebody else has to moderate it."
    if not authority.holds(P.MODERATE):
        return "You are not appointed to moderate case audits."
    if own_line(authority, audit.case.team_id, audit.case.locality_id):
        return "This case is of your own line, so somebody else has to moderate it."
    if audit.moderator_id != authority.person_id and not authority.scope(P.MODERATE).everywhere:
        return "Somebody else was asked to moderate this audit."
    return ""


def audits_seen(authority: Authority) -> Scope:
    """Where this person reads submitted case audits, beside their own and those they moderate."""
    return authority.scope(P.SEE_AUDITS)


def reads(authority: Authority, audit: CaseAudit) -> bool:
    """Whether this person may read this audit's answers; the rule of ``readable_by``.

    ``audit`` comes with its case and round.
    """
    if authority.person_id is None:
        return False
    if audit.auditor_id == authority.person_id and audit.case.round.state != RoundState.PLANNING:
        return True
    if not audit.is_done:
        return False
    return audit.moderator_id == authority.person_id or on_audit(authority, P.SEE_AUDITS, audit)


def on_audit(authority: Authority, permission: AuditsPermission, audit: CaseAudit) -> bool:
    """Whether this person may do this to the audit of a case, by its team and locality.

    A case that knows neither belongs to those whose scope is everywhere.
    """
    return allows(
        authority, permission, team_id=audit.case.team_id, locality_id=audit.case.locality_id
    )


def finishes_remedies(authority: Authority, audit: CaseAudit) -> bool:
    """Whether this person looks after what a case of concern needs, and says when it is done."""
    return on_audit(authority, P.REMEDY, audit)


def sets_remedies(authority: Authority, audit: CaseAudit) -> bool:
    """Whether this person may set something to be done: who looks after it, and the auditor."""
    return audit.auditor_id == authority.person_id or finishes_remedies(authority, audit)


def sees_case_number(authority: Authority, audit: CaseAudit) -> bool:
    """Whether the recording system's number is shown to this person.

    To the auditor, the named moderator, the team's manager and its head of service, and to
    the performance officer, who put it in and may moderate; not to the service director.
    """
    if authority.person_id is None:
        return False
    if authority.person_id in (audit.auditor_id, audit.moderator_id):
        return reads(authority, audit)
    if authority.holds(P.RUN_ROUNDS):
        return True
    inside = replace(authority.scope(P.SEE_AUDITS), city_wide=False, everywhere=False)
    return audit.is_done and inside.covers(audit.case.team_id, audit.case.locality_id)


def sees_unfinished_rounds(authority: Authority) -> bool:
    """Whether results are shown while a round is still under way; others wait for its end."""
    return authority.holds(P.SEE_RESULTS)


def reads_results(authority: Authority, audit_round: Round) -> bool:
    """Whether this person is shown the results of a round at its stage."""
    if audit_round.state == RoundState.AUDITING:
        return sees_unfinished_rounds(authority)
    return audit_round.state == RoundState.CLOSED


def sees_who_is_late(authority: Authority) -> bool:
    """Whether auditors are named in the completion of a round: to those who look at all of it."""
    return authority.holds(P.RUN_ROUNDS) or authority.scope(P.SEE_AUDITS).everywhere


def sees_small_results(authority: Authority) -> bool:
    """Whether results of few cases are shown; a board member alone does not see them."""
    return authority.holds(P.SEE_RESULTS) or authority.holds(P.AUDIT)
