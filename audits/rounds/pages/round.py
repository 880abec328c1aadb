"""One round: its cases, who audits which by when, who is late, which loops are open."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.text import capfirst

from audits.models import CaseAudit, Draw, Round, SampledCase
from audits.permissions import AuditsPermission as P
from audits.permissions import reads, reads_results, sees_case_number, sees_who_is_late
from audits.querysets import covered
from audits.results.scored_rounds import completion_by_auditor
from audits.safety.loop import Step, step
from audits.scoring import Completion, Share
from audits.workflow import CASE_AUDIT, CaseAct, CaseState, RoundState
from earlyhelp.core.events.models import Event, Remark
from earlyhelp.core.events.verbs import sentence_of
from earlyhelp.core.pages.wording import days_late, number_of
from teams.authority import Actor
from teams.models import User
from teams.permissions import Authority


@dataclass(frozen=True)
class AuditRow:
    """One audit of a case: an agency's, or a later turn; ``is_shown`` what it found."""

    audit: CaseAudit
    whose: str
    auditor: str
    late: str
    is_shown: bool
    loop: str
    links: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class CaseRow:
    """One case of a round; ``number`` is empty for those who may not see it."""

    case: SampledCase
    number: str
    audits: Sequence[AuditRow]


@dataclass(frozen=True)
class RoundPage:
    """One round as this person may see it; seven queries, whatever the number of cases.

    ``show`` chooses some of the cases.
    """

    round: Round
    by: Actor
    show: str = ""

    @property
    def authority(self) -> Authority:
        """What this person may do."""
        return self.by.authority

    @property
    def today(self) -> dt.date:
        """The day on which they look."""
        return self.by.today

    @property
    def runs(self) -> bool:
        """Whether this person plans and runs rounds."""
        return self.authority.holds(P.RUN_ROUNDS)

    @property
    def is_planned(self) -> bool:
        """Whether it is still being planned."""
        return self.round.state == RoundState.PLANNING

    @cached_property
    def rows(self) -> list[CaseRow]:
        """Its cases: all for those who run rounds, for others those of their teams."""
        cases = SampledCase.objects.filter(round=self.round)
        if not self.runs:
            cases = cases.filter(covered(self.authority.scope(P.SEE_AUDITS)))
        related = CaseAudit.objects.select_related("auditor", "moderator")
        audits = related.prefetch_related("remedial_actions").order_by("agency", "turn")
        cases = cases.select_related("round", "team", "locality")
        return [self._case_row(case) for case in cases.prefetch_related(Prefetch("audits", audits))]

    def _case_row(self, case: SampledCase) -> CaseRow:
        audits = list(case.audits.all())
        numbered = self.runs or any(sees_case_number(self.authority, audit) for audit in audits)
        number = case.case_number if numbered else ""
        return CaseRow(case, number, [self._audit_row(audit, audits) for audit in audits])

    def _audit_row(self, audit: CaseAudit, audits: Iterable[CaseAudit]) -> AuditRow:
        later = [one for one in audits if one.agency == audit.agency and one.turn > audit.turn]
        is_shown = audit.is_done and reads(self.authority, audit)
        is_named = audit.is_done or audit.auditor_id == self.authority.person_id
        loop = step(audit.remedial_actions.all(), later) if is_shown and audit.is_a_concern else ""
        return AuditRow(
            audit=audit,
            # ``Health``, ``Audited again``; nothing for the service's own first look.
            whose=capfirst(audit.name.removeprefix(str(audit.case)).removeprefix(", ")),
            auditor=str(audit.auditor) if is_named or sees_who_is_late(self.authority) else "",
            late=_late(audit, self.today),
            is_shown=is_shown,
            loop=loop,
            links=_audit_links(audit, later) if self.runs else [],
        )

    @cached_property
    def audits(self) -> list[AuditRow]:
        """The audits of these cases."""
        return [row for case in self.rows for row in case.audits]

    @property
    def _first(self) -> list[CaseAudit]:
        return [row.audit for row in self.audits if row.audit.turn == 1]

    @property
    def _share_done(self) -> Share:
        return Share(sum(audit.is_done for audit in self._first), len(self._first))

    @property
    def done(self) -> int | None:
        """How much of it is done, in hundredths, as the bar is drawn; None where there is none."""
        return None if self.is_planned else self._share_done.hundredths

    @property
    def lead(self) -> str:
        """``20 cases: 19 of 20 audited, 1 late.``"""
        where = "" if self.runs or self.authority.is_city_wide else " of your teams"
        if not self.rows:
            return "No cases yet." if self.runs else f"No case{where} is in this round."
        cases, done = number_of(len(self.rows), "case"), self._share_done
        if self.is_planned:
            unallocated = sum(not row.audits for row in self.rows)
            rest = f"{unallocated} still to be allocated" if unallocated else "all allocated"
            return f"{cases}, {rest}."
        lead = f"{cases}{where}: {done} audited"
        if self.round.state == RoundState.CLOSED:
            return f"{lead} ({done.percent})."
        late = sum(bool(row.audit.late_on(self.today)) for row in self.audits)
        return f"{lead}, {late} late." if late else f"{lead}."

    @property
    def to_allocate(self) -> bool:
        """Whether this person has a case to allocate here; agencies may always look at more."""
        is_over = self.round.state == RoundState.CLOSED
        waits = self.round.has_agencies or not all(row.audits for row in self.rows)
        return self.runs and not is_over and waits

    @property
    def has_results(self) -> bool:
        """Whether this person reads its results."""
        return reads_results(self.authority, self.round)

    @cached_property
    def draws(self) -> Sequence[Draw]:
        """How its cases were drawn by lot, for those who run rounds."""
        return list(self.round.draws.select_related("drawn_by")) if self.runs else []

    @cached_property
    def auditors(self) -> list[tuple[User, Completion]]:
        """How far each auditor is with their first audits, those who are late first."""
        if self.is_planned or not sees_who_is_late(self.authority):
            return []
        return completion_by_auditor(self._first, self.today)

    @property
    def open_loops(self) -> int:
        """How many cases of concern are not put right yet."""
        return sum(bool(row.loop) and row.loop != Step.CLOSED for row in self.audits)

    @property
    def cases(self) -> list[CaseRow]:
        """Those that were chosen."""
        _, is_chosen = _FILTERS.get(self.show, _FILTERS[""])
        return [row for row in self.rows if is_chosen(row)]

    @property
    def filters(self) -> list[tuple[str, str, bool]]:
        """Ways to choose some of the cases: what a link says, its query, and whether it is on.

        While a round is being planned nothing can be late, and only officers allocate.
        """
        offered = list(_FILTERS) if self.runs else list(_FILTERS)[:-1]
        if self.is_planned:
            offered = ["", "unallocated"]
        shown = self.show if self.show in _FILTERS else ""
        return [
            (_FILTERS[name][0], f"?show={name}" if name else "?", name == shown) for name in offered
        ]

    @cached_property
    def history(self) -> list[tuple[Event, str, list[str]]]:
        """What was done to the round itself, latest first, with its sentence and why; two queries.

        For those who run rounds.
        """
        if not self.runs:
            return []
        events = Event.objects.visible_to(self.by, about=self.round)
        events = events.select_related("by").prefetch_related("remarks")
        return [(event, _sentence(event), _reasons(event)) for event in events.order_by("-id")]


_FILTERS: dict[str, tuple[str, Callable[[CaseRow], bool]]] = {
    "": ("All", lambda row: True),
    "to-do": ("Not submitted", lambda row: not all(look.audit.is_done for look in row.audits)),
    "late": ("Late", lambda row: any(look.late and not look.audit.is_done for look in row.audits)),
    "concerns": ("Of concern", lambda row: any(look.loop for look in row.audits)),
    "unallocated": ("To be allocated", lambda row: not row.audits),
}


def _late(audit: CaseAudit, today: dt.date) -> str:
    """``2 days late``, ``submitted 2 days late``; nothing before the round is opened."""
    if audit.is_done:
        late = days_late(audit.days_late_on(today))
        return f"submitted {late}" if late else ""
    return "" if audit.case.round.state == RoundState.PLANNING else audit.late_on(today)


def _audit_links(audit: CaseAudit, later: Sequence[CaseAudit]) -> list[tuple[str, str]]:
    moderator = "Another moderator" if audit.moderator_id else "Name a moderator"
    offered = [
        ("Reallocate", "audit-reallocate", CASE_AUDIT.allows(CaseAct.REALLOCATE, audit.state)),
        (moderator, "audit-moderator", audit.state != CaseState.MODERATED),
        ("Audit again", "audit-again", audit.is_a_concern and not later),
    ]
    return [(label, reverse(name, args=[audit.pk])) for label, name, is_so in offered if is_so]


def _sentence(event: Event) -> str:
    """The sentence of the record, with the serials that it is about."""
    after = event.after if isinstance(event.after, dict) else {}
    before = event.before if isinstance(event.before, dict) else {}
    first, last = after.get("serials", (None, None))
    return sentence_of(event.subject_type, event.verb).format(
        who=event.who,
        cases=f"case {first}" if first == last else f"cases {first} to {last}",
        first=first,
        last=last,
        drawn=after.get("drawn"),
        of=after.get("of"),
        serial=before.get("serial"),
    )


def _reasons(event: Event) -> list[str]:
    kind = Remark.Kind.REASON
    return [remark.text for remark in event.remarks.all() if remark.kind == kind and remark.text]
