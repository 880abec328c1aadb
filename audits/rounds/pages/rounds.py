"""Audits at a glance: what waits for whoever asks, and every round with how far it is."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Min, Q, QuerySet
from django.urls import reverse

from audits.models import CaseAudit, Round
from audits.permissions import AuditsPermission as P
from audits.permissions import (
    own_line,
    sees_small_results,
    sees_unfinished_rounds,
)
from audits.querysets import DONE, TO_DO
from audits.safety.loop import open_concerns
from audits.scoring import Share
from audits.workflow import RoundState
from earlyhelp.core.pages.wording import long_date
from teams.permissions import Standing

COLOURS = {RoundState.PLANNING: "yellow", RoundState.AUDITING: "blue", RoundState.CLOSED: "green"}
_FIRST = Q(cases__audits__turn=1)


@dataclass(frozen=True)
class Link:
    """Words that lead somewhere."""

    words: str
    url: str


@dataclass(frozen=True)
class Waiting:
    """Something that waits for this person: a sentence, and where to go."""

    sentence: str
    link: Link
    is_urgent: bool = False


@dataclass(frozen=True)
class RoundRow:
    """A round in a list; ``done`` in hundredths draws the bar, where there is one."""

    made: Round
    url: str
    state: str
    colour: str
    progress: str
    done: int | None
    results_url: str


@dataclass(frozen=True)
class Audits:
    """The first page of audits."""

    waiting: Sequence[Waiting]
    planned: Sequence[RoundRow]
    under_way: Sequence[RoundRow]
    closed: Sequence[RoundRow]
    links: Sequence[Link]
    tells_progress: bool


def audits_page(standing: Standing, today: dt.date) -> Audits:
    """Everything the page says, for this standing on this day; four queries at most."""
    rows = [_row(one, standing) for one in _counted(_listed(standing), today)]
    return Audits(
        waiting=_waiting(standing, today),
        planned=[row for row in rows if row.made.state == RoundState.PLANNING],
        under_way=[row for row in rows if row.made.state == RoundState.AUDITING],
        closed=[row for row in rows if row.made.state == RoundState.CLOSED],
        links=_links(standing),
        tells_progress=sees_small_results(standing),
    )


def _links(standing: Standing) -> list[Link]:
    """The other pages of audits that this person has, also when nothing waits on them."""
    offered = [
        ("Plan a round", "round-new", [P.RUN_ROUNDS]),
        ("Your cases", "auditing", [P.AUDIT, P.MODERATE]),
        ("Case audits to read", "audits-read", [P.SEE_AUDITS]),
        ("Safety concerns", "concerns", [P.REMEDY]),
        ("Audit tools", "audit-tools", [P.KEEP_TOOLS, P.AUDIT, P.SEE_AUDITS]),
    ]
    return [
        Link(words, reverse(name))
        for words, name, needed in offered
        if any(standing.holds(permission) for permission in needed)
    ]


def _listed(standing: Standing) -> QuerySet[Round]:
    """The rounds that this person is told of."""
    if standing.holds(P.RUN_ROUNDS):
        return Round.objects.all()
    if sees_small_results(standing):
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


def _row(made: Round, standing: Standing) -> RoundRow:
    state = RoundState(made.state)
    follows = standing.holds(P.RUN_ROUNDS) or standing.holds(P.SEE_AUDITS)
    done = Share(made.done, made.allocated)  # type: ignore[attr-defined]  # counted
    has_results = state == RoundState.CLOSED or (
        state == RoundState.AUDITING and sees_unfinished_rounds(standing)
    )
    return RoundRow(
        made=made,
        url=reverse("round", args=[made.code]) if follows else "",
        state=state.label,
        colour=COLOURS[state],
        progress=_progress(made, done) if sees_small_results(standing) else "",
        done=_hundredths(done) if state != RoundState.PLANNING else None,
        results_url=reverse("round-results", args=[made.code]) if has_results else "",
    )


def _hundredths(done: Share) -> int | None:
    return int(done.value * 100) if done.value is not None else None


def _progress(made: Round, done: Share) -> str:
    """``19 of 20 audited, 1 late``, or how far the planning is."""
    counted: dict[str, int] = vars(made)
    if made.state == RoundState.PLANNING:
        cases = counted["sampled"]
        if not cases:
            return "No cases yet"
        said = f"{cases} case{'' if cases == 1 else 's'}"
        return f"{said}, {counted['given_out']} allocated"
    words = f"{done} audited"
    if made.state == RoundState.CLOSED:
        return f"{words} ({done.percent})" if done.of else words
    return f"{words}, {counted['late']} late" if counted["late"] else words


def _waiting(standing: Standing, today: dt.date) -> list[Waiting]:
    """What this person has to audit, to moderate and to put right; three queries at most."""
    found = [
        _to_put_right(standing),
        _to_audit(standing, today),
        _to_moderate(standing),
    ]
    return [one for one in found if one is not None]


def _to_audit(standing: Standing, today: dt.date) -> Waiting | None:
    if standing.person_id is None or not standing.holds(P.AUDIT):
        return None
    mine = CaseAudit.objects.to_be_done_by(standing.person_id).order_by()
    counted = mine.aggregate(
        number=Count("pk"), late=Count("pk", filter=Q(due_on__lt=today)), due=Min("due_on")
    )
    number, late = counted["number"], counted["late"]
    if not number:
        return None
    words = f"You have {_cases(number)} to audit"
    if late:
        words += f", {_how_many(late, number)} late"
    else:
        words += f". The first is due on {long_date(counted['due'])}"
    return Waiting(f"{words}.", Link("Go to your cases", reverse("auditing")), bool(late))


def _how_many(late: int, number: int) -> str:
    if late < number:
        return f"{late} of them"
    return "and it is" if number == 1 else "all of them"


def _to_moderate(standing: Standing) -> Waiting | None:
    if standing.person_id is None or not standing.holds(P.MODERATE):
        return None
    asked = CaseAudit.objects.to_be_moderated().filter(moderator=standing.person_id)
    lines = asked.values_list("case__team", "case__locality")
    number = sum(not own_line(standing, team, locality) for team, locality in lines)
    if not number:
        return None
    words = f"You were asked to moderate {_cases(number)} that {_were(number)} submitted."
    return Waiting(words, Link("Go to those you moderate", reverse("auditing")))


def _to_put_right(standing: Standing) -> Waiting | None:
    scope = standing.scope(P.REMEDY)
    if not scope:
        return None
    number = open_concerns(CaseAudit.objects.within(scope)).count()
    if not number:
        return None
    words = f"{_cases(number).capitalize()} found inadequate or unsafe {_are(number)} not put right"
    needs = "See what it needs" if number == 1 else "See what they need"
    return Waiting(f"{words} yet.", Link(needs, reverse("concerns")), True)


def _cases(number: int) -> str:
    return f"{number} case{'' if number == 1 else 's'}"


def _were(number: int) -> str:
    return "was" if number == 1 else "were"


def _are(number: int) -> str:
    return "is" if number == 1 else "are"
