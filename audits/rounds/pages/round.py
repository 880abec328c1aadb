"""One round: its cases, who audits which by when, who is late, which loops are open."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Prefetch, QuerySet
from django.urls import reverse

from audits.models import CaseAudit, Draw, Round, SampledCase
from audits.permissions import AuditsPermission as P
from audits.permissions import reads, sees_case_number, sees_unfinished_rounds, sees_who_is_late
from audits.rounds.pages.history import Happened, happened
from audits.rounds.pages.rounds import COLOURS, Link
from audits.safety import loop as safety
from audits.safety.loop import Step
from audits.scoring import Share
from audits.workflow import CASE_AUDIT, CaseAct, CaseState, RoundState
from earlyhelp.core.pages.wording import days_late
from teams.models import User
from teams.permissions import Standing


@dataclass(frozen=True)
class LookRow:
    """One audit of a case: an agency's, or a later turn."""

    audit: CaseAudit
    whose: str
    auditor: str
    state: str
    colour: str
    late: str
    found: str
    loop: str
    url: str
    acts: Sequence[Link]


@dataclass(frozen=True)
class CaseRow:
    """One case of a round; ``number`` is empty for those who may not see it."""

    case: SampledCase
    number: str
    looks: Sequence[LookRow]


@dataclass(frozen=True)
class AuditorRow:
    """How far one auditor is."""

    person: User
    allocated: int
    done: int
    late: int


@dataclass(frozen=True)
class Filter:
    """Some of the cases, by a link."""

    words: str
    query: str
    current: bool


@dataclass(frozen=True)
class RoundPage:
    """Everything that the page of a round prints; ``done`` in hundredths draws the bar."""

    made: Round
    state: str
    colour: str
    lead: str
    done: int | None
    acts: Sequence[Link]
    planning: Sequence[Link]
    draws: Sequence[Draw]
    auditors: Sequence[AuditorRow]
    open_loops: int
    cases: Sequence[CaseRow]
    all_cases: int
    filters: Sequence[Filter]
    results_url: str
    history: Sequence[Happened]
    runs: bool


def round_page(made: Round, standing: Standing, today: dt.date, show: str = "") -> RoundPage:
    """One round as this person may see it; seven queries, whatever the number of cases."""
    runs = standing.holds(P.RUN_ROUNDS)
    cases = list(_cases(made, standing))
    rows = [_case_row(case, made, standing, today) for case in cases]
    first = [look.audit for row in rows for look in row.looks if look.audit.turn == 1]
    done = Share(sum(audit.is_done for audit in first), len(first))
    state = RoundState(made.state)
    loops = sum(bool(look.loop) and look.loop != Step.CLOSED for row in rows for look in row.looks)
    wanted = _filters(show)
    has_results = state == RoundState.CLOSED or sees_unfinished_rounds(standing)
    return RoundPage(
        made=made,
        state=state.label,
        colour=COLOURS[state],
        lead=_lead(rows, done, state, today, whole=runs),
        done=int(done.value * 100) if done.value is not None else None,
        acts=_acts(made) if runs else [],
        planning=_planning(made) if runs else [],
        draws=list(made.draws.select_related("drawn_by")) if runs else [],
        auditors=_auditors(first, today) if sees_who_is_late(standing) else [],
        open_loops=loops,
        cases=[row for row in rows if wanted[1](row)],
        all_cases=len(rows),
        filters=_offered(wanted[0], state, runs=runs),
        results_url=reverse("round-results", args=[made.code])
        if has_results and state != RoundState.PLANNING
        else "",
        history=happened(made) if runs else [],
        runs=runs,
    )


def _cases(made: Round, standing: Standing) -> QuerySet[SampledCase]:
    """All of them for those who run rounds; for others those of their teams and localities."""
    cases = SampledCase.objects.filter(round=made)
    if not standing.holds(P.RUN_ROUNDS):
        cases = cases.within(standing.scope(P.SEE_AUDITS))
    looks = CaseAudit.objects.select_related("auditor", "moderator").prefetch_related(
        "remedial_actions"
    )
    return cases.select_related("round", "team", "locality").prefetch_related(
        Prefetch("audits", looks.order_by("agency", "turn"))
    )


def _lead(
    rows: Sequence[CaseRow], done: Share, state: RoundState, today: dt.date, *, whole: bool
) -> str:
    number = len(rows)
    cases = f"{number} case{'' if number == 1 else 's'}"
    where = "" if whole else " of your teams"
    if not number:
        return f"No case{where} is in this round." if not whole else "No cases yet."
    if state == RoundState.PLANNING:
        unallocated = sum(not row.looks for row in rows)
        rest = f"{unallocated} still to be allocated" if unallocated else "all allocated"
        return f"{cases}, {rest}."
    looks = [look for row in rows for look in row.looks]
    overdue = sum(bool(look.audit.late_on(today)) for look in looks)
    words = f"{done} audited"
    if state == RoundState.CLOSED:
        return f"{cases}{where}: {words} ({done.percent})."
    return f"{cases}{where}: {words}, {overdue} late." if overdue else f"{cases}{where}: {words}."


def _case_row(case: SampledCase, made: Round, standing: Standing, today: dt.date) -> CaseRow:
    looks = list(case.audits.all())
    runs = standing.holds(P.RUN_ROUNDS)
    numbered = runs or any(sees_case_number(standing, audit) for audit in looks)
    return CaseRow(
        case=case,
        number=case.case_number if numbered else "",
        looks=[_look(audit, looks, standing, today) for audit in looks],
    )


def _look(
    audit: CaseAudit, looks: Iterable[CaseAudit], standing: Standing, today: dt.date
) -> LookRow:
    state = CaseState(audit.state)
    readable = reads(standing, audit)
    later = [one for one in looks if one.agency == audit.agency and one.turn > audit.turn]
    concern = audit.is_a_concern and readable
    named = sees_who_is_late(standing) or audit.is_done or audit.auditor_id == standing.person_id
    waits = "" if audit.case.round.state == RoundState.PLANNING else audit.late_on(today)
    if audit.is_done and audit.days_late_on(today):
        waits = f"submitted {days_late(audit.days_late_on(today))}"
    return LookRow(
        audit=audit,
        whose=_whose(audit),
        auditor=str(audit.auditor) if named else "",
        state=state.label,
        colour=audit.colour,
        late=waits,
        found=audit.counted_judgement_label if readable and audit.is_done else "",
        loop=safety.step(audit.remedial_actions.all(), later) if concern else "",
        url=reverse("audit-case", args=[audit.pk]) if readable and audit.is_done else "",
        acts=_look_acts(audit, later) if standing.holds(P.RUN_ROUNDS) else [],
    )


def _whose(audit: CaseAudit) -> str:
    """``Health``, ``Audited again``; nothing for the service's own first look."""
    again = {1: "", 2: "audited again"}.get(audit.turn, f"turn {audit.turn}")
    words = ", ".join(filter(None, [audit.agency, again]))
    return words[:1].upper() + words[1:]


def _look_acts(audit: CaseAudit, later: Sequence[CaseAudit]) -> list[Link]:
    """What a performance officer can do with one audit now."""
    acts = []
    state = CaseState(audit.state)
    if CASE_AUDIT.allows(CaseAct.REALLOCATE, state):
        acts.append(Link("Reallocate", reverse("audit-reallocate", args=[audit.pk])))
    if state != CaseState.MODERATED:
        words = "Another moderator" if audit.moderator_id else "Name a moderator"
        acts.append(Link(words, reverse("audit-moderator", args=[audit.pk])))
    if audit.is_a_concern and not later:
        acts.append(Link("Audit again", reverse("audit-again", args=[audit.pk])))
    return acts


def _acts(made: Round) -> list[Link]:
    """What moves the round on."""
    if made.state == RoundState.PLANNING:
        return [
            Link("Allocate cases", reverse("round-allocate", args=[made.code])),
            Link("Open the round", reverse("round-open", args=[made.code])),
            Link("Change what it is about", reverse("round-edit", args=[made.code])),
        ]
    if made.state == RoundState.AUDITING:
        return [
            Link("Allocate cases", reverse("round-allocate", args=[made.code])),
            Link("Close the round", reverse("round-close", args=[made.code])),
        ]
    return []


def _planning(made: Round) -> list[Link]:
    """How cases come in, while the round is being planned."""
    if made.state != RoundState.PLANNING:
        return []
    return [
        Link("By hand, or from a pasted list", reverse("round-add-cases", args=[made.code])),
        Link("From a file", reverse("round-load-cases", args=[made.code])),
        Link("Drawn at random from a list", reverse("round-draw", args=[made.code])),
    ]


@dataclass
class _Counted:
    allocated: int = 0
    done: int = 0
    late: int = 0
    person: User = field(default_factory=User)


def _auditors(audits: Iterable[CaseAudit], today: dt.date) -> list[AuditorRow]:
    """How far each auditor is with their first looks, those who are late first."""
    counted: dict[int, _Counted] = {}
    for audit in audits:
        one = counted.setdefault(audit.auditor_id, _Counted(person=audit.auditor))
        one.allocated += 1
        one.done += audit.is_done
        one.late += bool(audit.late_on(today))
    rows = [AuditorRow(one.person, one.allocated, one.done, one.late) for one in counted.values()]
    return sorted(rows, key=lambda row: (-row.late, row.person.name))


_CHOSEN: dict[str, tuple[str, Callable[[CaseRow], bool]]] = {
    "": ("All", lambda row: True),
    "to-do": ("Not submitted", lambda row: any(not one.audit.is_done for one in row.looks)),
    "late": (
        "Late",
        lambda row: any(one.late and not one.audit.is_done for one in row.looks),
    ),
    "concerns": ("Of concern", lambda row: any(one.loop for one in row.looks)),
    "unallocated": ("To be allocated", lambda row: not row.looks),
}


def _filters(show: str) -> tuple[list[Filter], Callable[[CaseRow], bool]]:
    """The filters as links, and the one that was asked for."""
    chosen = show if show in _CHOSEN else ""
    return [
        Filter(words, f"?show={name}" if name else "?", name == chosen)
        for name, (words, _) in _CHOSEN.items()
    ], _CHOSEN[chosen][1]


def _offered(filters: Sequence[Filter], state: RoundState, *, runs: bool) -> list[Filter]:
    """While a round is being planned nothing can be late or found; officers allocate."""
    if state == RoundState.PLANNING:
        return [filters[0], filters[-1]]
    return list(filters) if runs else list(filters[:-1])
