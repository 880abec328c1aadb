"""One round: its cases, who audits which by when, who is late, which loops are open."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet
from django.urls import reverse

from audits.models import CaseAudit, Draw, Round, SampledCase
from audits.permissions import AuditsPermission as P
from audits.permissions import reads, sees_case_number, sees_who_is_late
from audits.rounds.pages.audits import RoundLink, results_url
from audits.safety.loop import Step, step
from audits.scoring import Share
from audits.workflow import CASE_AUDIT, CaseAct, CaseState, RoundState
from earlyhelp.core.events.models import Event, Remark
from earlyhelp.core.events.verbs import sentence_of
from earlyhelp.core.pages.wording import days_late, number_of
from teams.models import User
from teams.permissions import Authority


@dataclass(frozen=True)
class AuditRow:
    """One audit of a case: an agency's, or a later turn."""

    audit: CaseAudit
    whose: str
    auditor: str
    late: str
    judgement: str
    loop: str
    url: str
    links: Sequence[RoundLink]


@dataclass(frozen=True)
class CaseRow:
    """One case of a round; ``number`` is empty for those who may not see it."""

    case: SampledCase
    number: str
    audits: Sequence[AuditRow]


@dataclass
class AuditorRow:
    """How far one auditor is."""

    person: User
    allocated: int = 0
    done: int = 0
    late: int = 0


@dataclass(frozen=True)
class CaseFilter:
    """Some of the cases, by a link."""

    label: str
    query: str
    is_current: bool


@dataclass(frozen=True)
class HistoryRow:
    """One thing that was done to the round: when, by whom, what, and why."""

    at: dt.datetime
    sentence: str
    reasons: Sequence[str]


@dataclass(frozen=True)
class RoundPage:
    """Everything that the page of a round prints; ``done`` in hundredths draws the bar."""

    round: Round
    lead: str
    done: int | None
    links: Sequence[RoundLink]
    planning: Sequence[RoundLink]
    draws: Sequence[Draw]
    auditors: Sequence[AuditorRow]
    open_loops: int
    cases: Sequence[CaseRow]
    all_cases: int
    filters: Sequence[CaseFilter]
    results_url: str
    history: Sequence[HistoryRow]
    runs: bool


def round_page(
    audit_round: Round, authority: Authority, today: dt.date, show: str = ""
) -> RoundPage:
    """One round as this person may see it; seven queries, whatever the number of cases."""
    runs = authority.holds(P.RUN_ROUNDS)
    state = RoundState(audit_round.state)
    rows = [_case_row(case, authority, today) for case in _cases(audit_round, authority)]
    audits = [row for case in rows for row in case.audits]
    first = [row.audit for row in audits if row.audit.turn == 1]
    done = Share(sum(audit.is_done for audit in first), len(first))
    shown = show if show in _FILTERS else ""
    return RoundPage(
        round=audit_round,
        lead=_lead(rows, done, state, today, whole=runs),
        done=done.hundredths if state != RoundState.PLANNING else None,
        links=_links(audit_round) if runs else [],
        planning=_planning_links(audit_round) if runs else [],
        draws=list(audit_round.draws.select_related("drawn_by")) if runs else [],
        auditors=_auditor_rows(first, today)
        if sees_who_is_late(authority) and state != RoundState.PLANNING
        else [],
        open_loops=sum(bool(row.loop) and row.loop != Step.CLOSED for row in audits),
        cases=[row for row in rows if _FILTERS[shown][1](row)],
        all_cases=len(rows),
        filters=_filters(shown, state, runs=runs),
        results_url=results_url(audit_round, authority),
        history=_history(audit_round) if runs else [],
        runs=runs,
    )


def _cases(audit_round: Round, authority: Authority) -> QuerySet[SampledCase]:
    """All of them for those who run rounds; for others those of their teams and localities."""
    cases = SampledCase.objects.filter(round=audit_round)
    if not authority.holds(P.RUN_ROUNDS):
        cases = cases.within(authority.scope(P.SEE_AUDITS))
    audits = CaseAudit.objects.select_related("auditor", "moderator").prefetch_related(
        "remedial_actions"
    )
    return cases.select_related("round", "team", "locality").prefetch_related(
        Prefetch("audits", audits.order_by("agency", "turn"))
    )


def _lead(
    rows: Sequence[CaseRow], done: Share, state: RoundState, today: dt.date, *, whole: bool
) -> str:
    where = "" if whole else " of your teams"
    if not rows:
        return "No cases yet." if whole else f"No case{where} is in this round."
    cases = number_of(len(rows), "case")
    if state == RoundState.PLANNING:
        unallocated = sum(not row.audits for row in rows)
        rest = f"{unallocated} still to be allocated" if unallocated else "all allocated"
        return f"{cases}, {rest}."
    lead = f"{cases}{where}: {done} audited"
    if state == RoundState.CLOSED:
        return f"{lead} ({done.percent})."
    late = sum(bool(row.audit.late_on(today)) for case in rows for row in case.audits)
    return f"{lead}, {late} late." if late else f"{lead}."


def _case_row(case: SampledCase, authority: Authority, today: dt.date) -> CaseRow:
    audits = list(case.audits.all())
    runs = authority.holds(P.RUN_ROUNDS)
    numbered = runs or any(sees_case_number(authority, audit) for audit in audits)
    return CaseRow(
        case=case,
        number=case.case_number if numbered else "",
        audits=[_audit_row(audit, audits, authority, today) for audit in audits],
    )


def _audit_row(
    audit: CaseAudit, audits: Iterable[CaseAudit], authority: Authority, today: dt.date
) -> AuditRow:
    is_read = reads(authority, audit)
    later = [other for other in audits if other.agency == audit.agency and other.turn > audit.turn]
    is_named = audit.is_done or audit.auditor_id == authority.person_id
    return AuditRow(
        audit=audit,
        whose=_whose(audit),
        auditor=str(audit.auditor) if is_named or sees_who_is_late(authority) else "",
        late=_late(audit, today),
        judgement=audit.counted_judgement_label if is_read and audit.is_done else "",
        loop=step(audit.remedial_actions.all(), later) if is_read and audit.is_a_concern else "",
        url=reverse("audit-case", args=[audit.pk]) if is_read and audit.is_done else "",
        links=_audit_links(audit, later) if authority.holds(P.RUN_ROUNDS) else [],
    )


def _late(audit: CaseAudit, today: dt.date) -> str:
    """``2 days late``, ``submitted 2 days late``; nothing before the round is opened."""
    if audit.is_done:
        late = days_late(audit.days_late_on(today))
        return f"submitted {late}" if late else ""
    return "" if audit.case.round.state == RoundState.PLANNING else audit.late_on(today)


def _whose(audit: CaseAudit) -> str:
    """``Health``, ``Audited again``; nothing for the service's own first look."""
    again = {1: "", 2: "audited again"}.get(audit.turn, f"turn {audit.turn}")
    whose = ", ".join(filter(None, [audit.agency, again]))
    return whose[:1].upper() + whose[1:]


def _audit_links(audit: CaseAudit, later: Sequence[CaseAudit]) -> list[RoundLink]:
    """What a performance officer can do with one audit now."""
    moderator = "Another moderator" if audit.moderator_id else "Name a moderator"
    offered = [
        ("Reallocate", "audit-reallocate", CASE_AUDIT.allows(CaseAct.REALLOCATE, audit.state)),
        (moderator, "audit-moderator", audit.state != CaseState.MODERATED),
        ("Audit again", "audit-again", audit.is_a_concern and not later),
    ]
    return [
        RoundLink(label, reverse(name, args=[audit.pk])) for label, name, is_so in offered if is_so
    ]


def _links(audit_round: Round) -> list[RoundLink]:
    """What moves the round on."""
    offered = {
        RoundState.PLANNING: [
            ("Allocate cases", "round-allocate"),
            ("Open the round", "round-open"),
            ("Change what it is about", "round-edit"),
        ],
        RoundState.AUDITING: [
            ("Allocate cases", "round-allocate"),
            ("Close the round", "round-close"),
        ],
    }.get(RoundState(audit_round.state), [])
    return [RoundLink(label, reverse(name, args=[audit_round.code])) for label, name in offered]


def _planning_links(audit_round: Round) -> list[RoundLink]:
    """How cases come in, while the round is being planned."""
    if audit_round.state != RoundState.PLANNING:
        return []
    offered = [
        ("By hand, or from a pasted list", "round-add-cases"),
        ("From a file", "round-load-cases"),
        ("Drawn at random from a list", "round-draw"),
    ]
    return [RoundLink(label, reverse(name, args=[audit_round.code])) for label, name in offered]


def _auditor_rows(audits: Iterable[CaseAudit], today: dt.date) -> list[AuditorRow]:
    """How far each auditor is with their first audits, those who are late first."""
    rows: dict[int, AuditorRow] = {}
    for audit in audits:
        row = rows.setdefault(audit.auditor_id, AuditorRow(audit.auditor))
        row.allocated += 1
        row.done += audit.is_done
        row.late += bool(audit.late_on(today))
    return sorted(rows.values(), key=lambda row: (-row.late, row.person.name))


_FILTERS: dict[str, tuple[str, Callable[[CaseRow], bool]]] = {
    "": ("All", lambda row: True),
    "to-do": ("Not submitted", lambda row: not all(look.audit.is_done for look in row.audits)),
    "late": ("Late", lambda row: any(look.late and not look.audit.is_done for look in row.audits)),
    "concerns": ("Of concern", lambda row: any(look.loop for look in row.audits)),
    "unallocated": ("To be allocated", lambda row: not row.audits),
}


def _filters(shown: str, state: RoundState, *, runs: bool) -> list[CaseFilter]:
    """As links; while a round is being planned nothing can be late, and only officers allocate."""
    offered = list(_FILTERS) if runs else list(_FILTERS)[:-1]
    if state == RoundState.PLANNING:
        offered = ["", "unallocated"]
    return [
        CaseFilter(_FILTERS[name][0], f"?show={name}" if name else "?", name == shown)
        for name in offered
    ]


# -- its history ----------------------------------------------------------------------------


def _history(audit_round: Round) -> list[HistoryRow]:
    """What was done to the round itself, latest first; two queries."""
    events = Event.objects.about(audit_round).select_related("by").prefetch_related("remarks")
    return [
        HistoryRow(event.at, _sentence(event), _reasons(event)) for event in events.order_by("-id")
    ]


def _sentence(event: Event) -> str:
    """The sentence of the record, with the serials that it is about."""
    after = event.after if isinstance(event.after, dict) else {}
    before = event.before if isinstance(event.before, dict) else {}
    first, last = after.get("serials", (None, None))
    return sentence_of(event.subject_type, event.verb).format(
        who=event.by or event.get_route_display().capitalize(),
        cases=f"case {first}" if first == last else f"case {first} to {last}",
        first=first,
        last=last,
        drawn=after.get("drawn"),
        of=after.get("of"),
        serial=before.get("serial"),
    )


def _reasons(event: Event) -> list[str]:
    kind = Remark.Kind.REASON
    return [remark.text for remark in event.remarks.all() if remark.kind == kind and remark.text]
