"""The safety loops that are still open: which case, what was found, how far it is."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet, Value, prefetch_related_objects

from audits.models import CaseAudit, RemedialAction
from audits.permissions import AuditsPermission as P
from audits.querysets import CaseAuditQuerySet
from audits.safety.loop import Step, open_concerns, step, to_be_put_right
from earlyhelp.core.compiled_queries import fetch
from earlyhelp.core.pages.wording import days_late, long_date
from teams.permissions import Authority, Scope

# What is said of several that are at the same step.
_AT = {
    Step.NOTHING_SET: "with nothing set to be done yet",
    Step.BEING_DONE: "being put right",
    Step.TO_BE_AUDITED_AGAIN: "to be audited again",
    Step.BEING_AUDITED_AGAIN: "being audited again",
}


@dataclass(frozen=True)
class ConcernRow:
    """One concern whose loop is open."""

    audit: CaseAudit
    step: Step
    note: str


@dataclass(frozen=True)
class Concerns:
    """The page, and a part of the home page."""

    rows: Sequence[ConcernRow]

    @property
    def said(self) -> str:
        """``1 with nothing set to be done yet, 2 being put right``, in the loop's order."""
        counted = Counter(row.step for row in self.rows)
        return ", ".join(f"{counted[one]} {words}" for one, words in _AT.items() if counted[one])


def concerns(scope: Scope, today: dt.date) -> Concerns:
    """Every open loop within this scope, those without anything set first. Three queries."""
    return _listed(fetch(_open_within, scope), today)


def _open_within(scope: Scope) -> CaseAuditQuerySet:
    return open_concerns(CaseAudit.objects.within(scope)).for_pages().order_by("pk")


def number_open(scope: Scope) -> int:
    """How many loops are open within this scope: the rows of ``concerns``. One query."""
    ((number,),) = fetch(_number_open_within, scope)
    return int(number)


def _number_open_within(scope: Scope) -> QuerySet[CaseAudit, Any]:
    found = open_concerns(CaseAudit.objects.within(scope)).order_by()
    return found.values(every=Value(1)).values_list(Count("pk"))


def mine_to_put_right(authority: Authority) -> CaseAuditQuerySet:
    """Concerns of a person's own teams and localities that wait for something to be set or done."""
    scope = authority.scope(P.REMEDY)
    own = Scope(teams=scope.teams, localities=scope.localities)
    if not own:
        return CaseAudit.objects.none()
    return to_be_put_right(CaseAudit.objects.within(own))


def my_concerns(authority: Authority, today: dt.date) -> Concerns | None:
    """What a manager or a head has to put right; None where there is nothing. Three queries."""
    listed = _listed(fetch(_mine_to_put_right, authority), today)
    return listed if listed.rows else None


def _mine_to_put_right(authority: Authority) -> CaseAuditQuerySet:
    return mine_to_put_right(authority).for_pages().order_by("pk")


def _listed(listed: Sequence[CaseAudit], today: dt.date) -> Concerns:
    prefetch_related_objects(listed, "remedial_actions")
    turns = defaultdict(list)
    if listed:
        cases = [audit.case_id for audit in listed]
        for one in CaseAudit.objects.filter(case__in=cases, turn__gt=1):
            turns[one.case_id, one.agency].append(one)
    rows = []
    for audit in listed:
        remedies = list(audit.remedial_actions.all())
        later = [one for one in turns[audit.case_id, audit.agency] if one.turn > audit.turn]
        at = step(remedies, later)
        rows.append(ConcernRow(audit, at, _note(at, remedies, later, today)))
    order = list(Step)
    rows.sort(key=lambda row: (order.index(row.step), row.audit.submitted_on or today))
    return Concerns(rows)


def _note(
    at: Step, remedies: Sequence[RemedialAction], later: Sequence[CaseAudit], today: dt.date
) -> str:
    """``1 to do, due 20 July 2016``, ``2 to do, 3 days late``, ``due 9 August 2016``."""
    due = [one.due_on for one in remedies if one.done_at is None]
    if due:
        late = days_late((today - min(due)).days)
        return f"{len(due)} to do, {late or f'due {long_date(min(due))}'}"
    if at == Step.BEING_AUDITED_AGAIN:
        return f"Due {long_date(max(later, key=lambda one: one.turn).due_on)}"
    return ""
