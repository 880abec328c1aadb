"""What waits for one person in audits: their list, and what the home page and its badge say."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.paginator import Page, Paginator

from audits.casework.pages import rows
from audits.casework.pages.rows import AuditRow
from audits.models import CaseAudit
from audits.permissions import AuditsPermission as P
from audits.permissions import own_places
from audits.querysets import CaseAuditQuerySet
from teams.permissions import Standing

DONE_A_PAGE = 25


@dataclass(frozen=True)
class MyCases:
    """The page: what is to be audited and moderated by this person, and what they have done."""

    to_audit: Sequence[AuditRow]
    to_moderate: Sequence[AuditRow]
    done: Page
    done_rows: Sequence[AuditRow]

    @property
    def late(self) -> int:
        """How many of their cases are late."""
        return sum(bool(row.late) for row in self.to_audit)

    @property
    def lead(self) -> str:
        """``You have 6 cases to audit: 2 are late.``"""
        number, late = len(self.to_audit), self.late
        if not number:
            return "You have no case to audit."
        said = f"You have {number} case{'' if number == 1 else 's'} to audit"
        if not late:
            return f"{said}. None is late."
        if number == 1:
            return f"{said}. It is late."
        return f"{said}: {late} {'is' if late == 1 else 'are'} late."


def mine_to_audit(standing: Standing) -> CaseAuditQuerySet:
    """What this person has to audit; nothing for somebody not appointed to."""
    if standing.person_id is None or not standing.holds(P.AUDIT):
        return CaseAudit.objects.none()
    return CaseAudit.objects.to_be_done_by(standing.person_id)


def mine_to_moderate(standing: Standing) -> CaseAuditQuerySet:
    """What this person was asked to moderate and has not, without what is their own line now."""
    if standing.person_id is None or not standing.holds(P.MODERATE):
        return CaseAudit.objects.none()
    asked = CaseAudit.objects.to_be_moderated().filter(moderator=standing.person_id)
    outside = asked.outside(own_places(standing))
    return outside.order_by("submitted_on", "case__round", "case__serial", "agency")


def grading_rows(standing: Standing, today: dt.date, *, numbered: bool) -> list[AuditRow]:
    """What this person has to audit, the earliest due first; five queries."""
    waiting = (
        mine_to_audit(standing)
        .for_pages()
        .prefetch_related("given__chosen", "given__indicator", "case__round__tool__indicators")
    )
    return rows.to_grade(waiting, today, numbered=numbered)


def moderating_rows(standing: Standing) -> list[AuditRow]:
    """What this person has to moderate, the earliest submitted first; one query."""
    return [rows.to_moderate(audit) for audit in mine_to_moderate(standing).for_pages()]


def my_cases(standing: Standing, today: dt.date, page_number: str | None) -> MyCases:
    """The page; eight queries, however many cases."""
    done = (
        CaseAudit.objects.done()
        .filter(auditor=standing.person_id)
        .for_pages()
        .order_by("-submitted_at", "-pk")
    )
    page = Paginator(done, DONE_A_PAGE).get_page(page_number)
    return MyCases(
        to_audit=grading_rows(standing, today, numbered=True),
        to_moderate=moderating_rows(standing),
        done=page,
        done_rows=[rows.done(audit) for audit in page.object_list],
    )
