"""Who may write, approve, publish and read reports: three rights, and a reader for each section."""

from earlyhelp.report.models import Edition, ReportBlock, Section
from earlyhelp.report.workflow import EditionState, ReportState
from teams.permissions import Authority, Permission, grant
from teams.roles import Role


class ReportPermission(Permission):
    """The verbs of the board report."""

    KEEP_REPORTS = "keep board reports"
    WRITE = "write sections of a board report"
    READ_DRAFTS = "read board reports that are being written"
    APPROVE = "approve board reports"
    PUBLISH = "publish board reports"
    WITHDRAW = "withdraw a published board report"
    READ_PUBLISHED = "read published board reports"
    READ_INTERNAL = "read published board reports with every number"


P = ReportPermission
# The states in which a report is written.
WRITTEN_IN = (ReportState.DRAFTING, ReportState.IN_REVIEW)

grant(Role.PERFORMANCE_OFFICER, P.KEEP_REPORTS, P.WRITE, P.READ_DRAFTS, P.PUBLISH)
grant(Role.PERFORMANCE_OFFICER, P.READ_PUBLISHED, P.READ_INTERNAL)
grant(Role.HEAD_OF_SERVICE, P.WRITE, P.READ_DRAFTS, P.READ_PUBLISHED, P.READ_INTERNAL)
grant(Role.SERVICE_DIRECTOR, P.WRITE, P.READ_DRAFTS, P.APPROVE, P.PUBLISH, P.WITHDRAW)
grant(Role.SERVICE_DIRECTOR, P.READ_PUBLISHED, P.READ_INTERNAL)
grant(Role.TEAM_MANAGER, P.READ_PUBLISHED, P.READ_INTERNAL)
grant(Role.AUDITOR, P.READ_PUBLISHED)
grant(Role.BOARD_MEMBER, P.READ_PUBLISHED)


def why_not_write(authority: Authority, section: Section) -> str:
    """Why this person does not write in a section; empty for the officer and its lead writer."""
    if authority.holds(P.KEEP_REPORTS):
        return ""
    if not authority.holds(P.WRITE):
        return f"You are not appointed to {P.WRITE.value}."
    if authority.person_id == section.writer_id:
        return ""
    return "Somebody else leads this section: leave a comment instead."


def why_not_write_block(authority: Authority, block: ReportBlock) -> str:
    """Why this person does not write a block: somebody may have been asked for it, or own it."""
    if block.only_by_id is not None and block.only_by_id != authority.person_id:
        return "These words are somebody else's own: nobody changes them."
    if block.asked_of_id is not None and block.asked_of_id == authority.person_id:
        return ""
    if block.only_by_id is not None:
        return ""
    return why_not_write(authority, block.section)


def why_not_remove_section(authority: Authority, section: Section) -> str:
    """Why nobody of this authority takes the section out: words in it are somebody else's own."""
    own = section.blocks.filter(removed_at__isnull=True, only_by__isnull=False)
    if own.exclude(only_by=authority.person_id).exists():
        return "Words in this section are somebody else's own: nobody else takes them out."
    return ""


def why_not_sign(authority: Authority, section: Section, writers: set[int]) -> str:
    """Why this person does not sign a section as its reader; ``writers`` wrote in it."""
    if authority.person_id != section.reader_id:
        return "Somebody else is asked to read this section."
    if authority.person_id in writers:
        return "You wrote in this section, so somebody else has to read it."
    return ""


def why_not_approve(authority: Authority) -> str:
    """Why this person does not approve reports."""
    if not authority.holds(P.APPROVE):
        return "The service director approves a report."
    return ""


def why_not_publish(authority: Authority) -> str:
    """Why this person does not publish what was approved."""
    if not authority.holds(P.PUBLISH):
        return "The service director or a performance officer publishes a report."
    return ""


def reads_internal(authority: Authority) -> bool:
    """Whether editions are read with every number; others read them with small ones hidden."""
    return authority.holds(P.READ_INTERNAL)


def reads_edition(authority: Authority, edition: Edition, named: set[int]) -> bool:
    """Whether an edition may be read: ``named`` read it before it is published."""
    if authority.holds(P.READ_DRAFTS):
        return True
    if not authority.holds(P.READ_PUBLISHED):
        return False
    if edition.state == EditionState.APPROVED:
        return authority.person_id in named
    return edition.state != EditionState.SENT_BACK
