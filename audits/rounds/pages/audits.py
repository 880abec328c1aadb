"""Audits at a glance: what waits for whoever asks, and every round with how far it is."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Min, Q, QuerySet
from django.urls import reverse

from audits.models import CaseAudit, Round
from audits.permissions import AuditsPermission as P
from audits.permissions import own_places, reads_results, sees_small_results
from audits.querysets import DONE, TO_DO
from audits.safety.loop import open_concerns
from audits.scoring import Share
from audits.workflow import RoundState
from earlyhelp.core.pages.wording import long_date, number_of
from teams.permissions import Authority

_FIRST = Q(cases__audits__turn=1)


@dataclass(frozen=True)
class WaitingNotice:
    """Something that waits for this person: a sentence, and where to go."""

    sentence: str
    label: str
    url: str
    is_urgent: bool = False


@dataclass(frozen=True)
class RoundRow:
    """A round in a list; ``done`` in hundredths draws the bar, where there is one."""

    round: Round
    progress: str
    done: int | None
    has_results: bool


@dataclass(frozen=True)
class AuditsPage:
    """The first page of audits."""

    waiting: Sequence[WaitingNotice]
    rows: Sequence[RoundRow]
    links: Sequence[tuple[str, str]]
    tells_progress: bool
    follows: bool

    @property
    def groups(self) -> list[tuple[str, list[RoundRow]]]:
        """The rounds by what stands above them: being planned, under way, closed."""
        return [
            (state.label, [row for row in self.rows if row.round.state == state])
            for state in RoundState
        ]


def audits_page(authority: Authority, today: dt.date) -> AuditsPage:
    """Everything the page says, for this person on this day; four queries at most."""
    rows = [_row(audit_round, authority) for audit_round in _counted(_listed(authority), today)]
    waiting = [_to_put_right(authority), _to_audit(authority, today), _to_moderate(authority)]
    return AuditsPage(
        waiting=[notice for notice in waiting if notice is not None],
        rows=rows,
        links=_links(authority),
        tells_progress=sees_small_results(authority),
        follows=authority.holds(P.RUN_ROUNDS) or authority.holds(P.SEE_AUDITS),
    )


def _links(authority: Authority) -> list[tuple[str, str]]:
    """The other pages of audits that this person has, also when nothing waits on them."""
    offered = [
        ("Plan a round", "round-new", [P.RUN_ROUNDS]),
        ("Your cases", "auditing", [P.AUDIT, P.MODERATE]),
        ("Case audits to read", "audits-read", [P.SEE_AUDITS]),
        ("Safety concerns", "concerns", [P.REMEDY]),
        ("Audit tools", "audit-tools", [P.KEEP_TOOLS, P.AUDIT, P.SEE_AUDITS]),
    ]
    return [
        (label, reverse(name))
        for label, name, needed in offered
        if any(authority.holds(permission) for permission in needed)
    ]


def _listed(authority: Authority) -> QuerySet[Round]:
    if authority.holds(P.RUN_ROUNDS):
        return Round.objects.all()
    if sees_small_results(authority):
        return Round.objects.opened()
    return Round.objects.closed()


def _counted(rounds: QuerySet[Round], today: dt.date) -> QuerySet[Round]:
    """With how many audits were allocated and are done, and how many cases nobody audits yet."""
    late = _FIRST & Q(cases__audits__state__in=TO_DO, cases__audits__due_on__lt=today)
    return rounds.annotate(
        sampled=Count("cases", distinct=True),
        given_out=Count("cases", distinct=True, filter=Q(cases__audits__isnull=False)),
        allocated=Count("cases__audits", filter=_FIRST),
        done=Count("cases__audits", filter=_FIRST & Q(cases__audits__state__in=DONE)),
        late=Count("cases__audits", filter=late),
    ).order_by("-ends", "theme")


def _row(audit_round: Round, authority: Authority) -> RoundRow:
    done = Share(audit_round.done, audit_round.allocated)  # type: ignore[attr-defined]  # counted
    return RoundRow(
        round=audit_round,
        progress=_progress(audit_round, done),
        done=done.hundredths if audit_round.state != RoundState.PLANNING else None,
        has_results=reads_results(authority, audit_round),
    )


def _progress(audit_round: Round, done: Share) -> str:
    """``19 of 20 audited, 1 late``, or how far the planning is."""
    counted: dict[str, int] = vars(audit_round)
    if audit_round.state == RoundState.PLANNING:
        cases = counted["sampled"]
        return f"{_cases(cases)}, {counted['given_out']} allocated" if cases else "No cases yet"
    progress = f"{done} audited"
    if audit_round.state == RoundState.CLOSED:
        return f"{progress} ({done.percent})" if done.of else progress
    return f"{progress}, {counted['late']} late" if counted["late"] else progress


def _to_audit(authority: Authority, today: dt.date) -> WaitingNotice | None:
    if authority.person_id is None or not authority.holds(P.AUDIT):
        return None
    mine = CaseAudit.objects.to_be_done_by(authority.person_id).order_by()
    counted = mine.aggregate(
        number=Count("pk"), late=Count("pk", filter=Q(due_on__lt=today)), due=Min("due_on")
    )
    number, late = counted["number"], counted["late"]
    if not number:
        return None
    if not late:
        rest = f". The first is due on {long_date(counted['due'])}"
    elif late < number:
        rest = f", {late} of them late"
    else:
        rest = ", and it is late" if number == 1 else ", all of them late"
    return WaitingNotice(
        f"You have {_cases(number)} to audit{rest}.",
        "Go to your cases",
        reverse("auditing"),
        bool(late),
    )


def _to_moderate(authority: Authority) -> WaitingNotice | None:
    if authority.person_id is None or not authority.holds(P.MODERATE):
        return None
    asked = CaseAudit.objects.to_be_moderated().filter(moderator=authority.person_id)
    number = asked.outside(own_places(authority)).count()
    if not number:
        return None
    were = "was" if number == 1 else "were"
    return WaitingNotice(
        f"You were asked to moderate {_cases(number)} that {were} submitted.",
        "Go to those you moderate",
        reverse("auditing"),
    )


def _to_put_right(authority: Authority) -> WaitingNotice | None:
    scope = authority.scope(P.REMEDY)
    if not scope:
        return None
    number = open_concerns(CaseAudit.objects.within(scope)).count()
    if not number:
        return None
    are, needs = ("is", "it needs") if number == 1 else ("are", "they need")
    return WaitingNotice(
        f"{_cases(number)} found inadequate or unsafe {are} not put right yet.",
        f"See what {needs}",
        reverse("concerns"),
        is_urgent=True,
    )


def _cases(number: int) -> str:
    return number_of(number, "case")
