"""The safety loop: a case found inadequate or unsafe is acted on, and audited again."""

from collections.abc import Iterable
from enum import StrEnum

from django.db.models import Exists, OuterRef, Q

from audits.models import CaseAudit, RemedialAction
from audits.querysets import CaseAuditQuerySet


class Step(StrEnum):
    """How far a loop is, in words as pages show them."""

    NOTHING_SET = "Nothing set to be done yet"
    BEING_DONE = "Being put right"
    TO_BE_AUDITED_AGAIN = "To be audited again"
    BEING_AUDITED_AGAIN = "Being audited again"
    CLOSED = "Closed"

    @property
    def colour(self) -> str:
        """The colour of its tag."""
        colours = {Step.NOTHING_SET: "red", Step.BEING_AUDITED_AGAIN: "blue", Step.CLOSED: "green"}
        return colours.get(self, "yellow")


def step(remedies: Iterable[RemedialAction], later: Iterable[CaseAudit]) -> Step:
    """Where the loop of one concern is.

    ``remedies`` are its remedial actions, ``later`` the audits of the same case and agency in
    later turns. It is closed when something was set and all of it done, and a later look was
    submitted; a later look that is a concern again starts a loop of its own.
    """
    listed, again = list(remedies), list(later)
    if not listed:
        return Step.NOTHING_SET
    if any(remedy.done_at is None for remedy in listed):
        return Step.BEING_DONE
    if any(audit.is_done for audit in again):
        return Step.CLOSED
    return Step.BEING_AUDITED_AGAIN if again else Step.TO_BE_AUDITED_AGAIN


def open_concerns(audits: CaseAuditQuerySet) -> CaseAuditQuerySet:
    """Those of ``audits`` that are concerns whose loop is still open; the rule of ``step``."""
    again = CaseAudit.objects.done().filter(
        case=OuterRef("case"), agency=OuterRef("agency"), turn__gt=OuterRef("turn")
    )
    return audits.concerns().exclude(Q(Exists(again)) & _all_done())


def to_be_put_right(audits: CaseAuditQuerySet) -> CaseAuditQuerySet:
    """Those whose loop is open because nothing is set to be done yet, or not all of it is done."""
    return audits.concerns().exclude(_all_done())


def _all_done() -> Q:
    remedies = RemedialAction.objects.filter(audit=OuterRef("pk"))
    return Q(Exists(remedies)) & ~Q(Exists(remedies.open()))
