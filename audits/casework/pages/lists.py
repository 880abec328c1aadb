"""Case audits in lists: what waits for a person, what they have done, and what others may read."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import prefetch_related_objects
from django.urls import reverse

from audits.casework.answers import AnsweredIndicator, CaseAnswer
from audits.models import CaseAudit, Round
from audits.permissions import AuditsPermission as P
from audits.permissions import own_places
from audits.querysets import CaseAuditQuerySet
from audits.workflow import CaseState
from earlyhelp.core.compiled_queries import fetch
from earlyhelp.core.pages.wording import number_of
from teams.permissions import Authority, Scope

DONE_A_PAGE = 25
READ_A_PAGE = 50


@dataclass(frozen=True)
class WaitingAudit:
    """An audit that waits for its auditor or a moderator, and the next step.

    ``late``, ``progress`` and ``case_number`` are empty where they do not concern the reader.
    """

    audit: CaseAudit
    next_step: str
    url: str
    late: str = ""
    progress: str = ""
    case_number: str = ""


@dataclass(frozen=True)
class MyCases:
    """The page: what is to be audited and moderated by this person, and what they have done."""

    to_audit: Sequence[WaitingAudit]
    to_moderate: Sequence[WaitingAudit]
    done: Page

    @property
    def lead(self) -> str:
        """``You have 6 cases to audit: 2 are late.``"""
        number, late = len(self.to_audit), sum(bool(row.late) for row in self.to_audit)
        if not number:
            return "You have no case to audit."
        sentence = f"You have {number_of(number, 'case')} to audit"
        if not late:
            return f"{sentence}. None is late."
        if number == 1:
            return f"{sentence}. It is late."
        return f"{sentence}: {late} {'is' if late == 1 else 'are'} late."


def mine_to_audit(authority: Authority) -> CaseAuditQuerySet:
    """What this person has to audit; nothing for somebody not appointed to."""
    if authority.person_id is None or not authority.holds(P.AUDIT):
        return CaseAudit.objects.none()
    return CaseAudit.objects.to_be_done_by(authority.person_id)


def mine_to_moderate(authority: Authority) -> CaseAuditQuerySet:
    """What this person was asked to moderate and has not, without what is their own line now."""
    if authority.person_id is None or not authority.holds(P.MODERATE):
        return CaseAudit.objects.none()
    asked = CaseAudit.objects.to_be_moderated().filter(moderator=authority.person_id)
    outside = asked.outside(own_places(authority))
    return outside.order_by("submitted_on", "case__round", "case__serial", "agency")


def grading_rows(authority: Authority, today: dt.date, *, numbered: bool) -> list[WaitingAudit]:
    """What this person has to audit, the earliest due first; five queries.

    ``numbered``: with the recording system's number, for the auditor.
    """
    waiting: list[CaseAudit] = fetch(_to_audit_in_full, authority)
    prefetch_related_objects(
        waiting, "given__chosen", "given__indicator", "case__round__tool__indicators"
    )
    rows = []
    for audit in waiting:
        asked = audit.case.round.tool.indicators.all()
        given = [AnsweredIndicator(one.indicator, CaseAnswer.of(one)) for one in audit.given.all()]
        rows.append(
            WaitingAudit(
                audit=audit,
                next_step="Start" if audit.state == CaseState.ALLOCATED else "Carry on",
                url=reverse("audit-grade", args=[audit.pk]),
                late=audit.late_on(today),
                progress=f"{sum(row.is_answered for row in given)} of {len(asked)}",
                case_number=audit.case.case_number if numbered else "",
            )
        )
    return rows


def _to_audit_in_full(authority: Authority) -> CaseAuditQuerySet:
    return mine_to_audit(authority).for_pages()


def moderating_rows(authority: Authority) -> list[WaitingAudit]:
    """What this person has to moderate, the earliest submitted first; one query."""
    return [
        WaitingAudit(audit, "Moderate", reverse("audit-moderate", args=[audit.pk]))
        for audit in fetch(_to_moderate_in_full, authority)
    ]


def _to_moderate_in_full(authority: Authority) -> CaseAuditQuerySet:
    return mine_to_moderate(authority).for_pages()


def my_cases(authority: Authority, today: dt.date, page_number: str | None) -> MyCases:
    """The page; eight queries, however many cases."""
    done = (
        CaseAudit.objects.done()
        .filter(auditor=authority.person_id)
        .for_pages()
        .order_by("-submitted_at", "-pk")
    )
    return MyCases(
        to_audit=grading_rows(authority, today, numbered=True),
        to_moderate=moderating_rows(authority),
        done=Paginator(done, DONE_A_PAGE).get_page(page_number),
    )


@dataclass(frozen=True)
class ReadPage:
    """The submitted audits of a scope: the rounds that have any, the one chosen, its audits."""

    rounds: Sequence[Round]
    chosen: Round | None
    audits: Page
    lead: str


def read_page(scope: Scope, code: str, page_number: str | None) -> ReadPage:
    """What is inside this scope, latest first, of the round with this code or of all."""
    audits = CaseAudit.objects.within(scope).done()
    rounds = list(Round.objects.filter(pk__in=audits.values("case__round")))
    chosen = next((one for one in rounds if one.code == code), None)
    if chosen is not None:
        audits = audits.filter(case__round=chosen)
    latest = audits.for_pages().order_by("-submitted_on", "-pk")
    return ReadPage(
        rounds=rounds,
        chosen=chosen,
        audits=Paginator(latest, READ_A_PAGE).get_page(page_number),
        lead=(
            "What auditors submitted, about every team, latest first."
            if scope.everywhere
            else "What auditors submitted about your cases, latest first."
        ),
    )
