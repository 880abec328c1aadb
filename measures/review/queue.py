"""What waits for somebody who reviews returns: a head of service, or the service director."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from earlyhelp.core.compiled_queries import fetch
from measures.models import ReportingQuarter, Return
from measures.permissions import review_scope
from measures.querysets import ReturnQuerySet
from measures.returns.status import late
from measures.review.attention import Attention, Reason, attention
from measures.review.signing import signing
from measures.workflow import QuarterState, ReturnState
from teams.permissions import Authority, Scope

_TALLIED = {
    Reason.NOT_PROVIDED: "not provided",
    Reason.NO_LONGER_APPLICABLE: "not applicable now",
    Reason.ASKED_AGAIN: "asked about, not changed",
}


@dataclass(frozen=True)
class Waiting:
    """A submitted return: what to look at in it, and why somebody else signs it, if so."""

    made: Return
    things: tuple[str, ...]
    why_not: str


@dataclass(frozen=True)
class Owed:
    """A return that waits for its team; ``late`` says by how much, if it is."""

    made: Return
    late: str


@dataclass(frozen=True)
class Queue:
    """Everything in one reviewer's scope that is not finished, each return in one list."""

    to_sign: Sequence[Waiting]
    for_others: Sequence[Waiting]
    returned: Sequence[Owed]
    late: Sequence[Owed]
    to_come: Sequence[Owed]
    signed_off: int
    expected: int
    quarters: Sequence[ReportingQuarter]

    @property
    def lead(self) -> str:
        """How it stands, in one line."""
        parts = [f"{self.signed_off} of {self.expected} signed off"]
        waiting = len(self.to_sign)
        parts.append(f"{waiting} {'waits' if waiting == 1 else 'wait'} for you" if waiting else "")
        parts.append(f"{len(self.late)} late" if self.late else "")
        parts.append(f"{len(self.returned)} with the team again" if self.returned else "")
        return ", ".join(part for part in parts if part) + "."


def queue(authority: Authority, today: dt.date) -> Queue:
    """The reviewer's queue on a day; submitted returns oldest first.

    Eight queries, whatever the number of teams.
    """
    # City-wide last, whichever way the database sorts what has no locality.
    returns: list[Return] = sorted(
        fetch(_unfinished_or_open, review_scope(authority)),
        key=lambda made: (made.quarter_id, made.is_city_wide),
    )
    by_state: dict[str, list[Return]] = defaultdict(list)
    for made in returns:
        by_state[made.state].append(made)
    to_sign, for_others = _waiting(by_state[ReturnState.SUBMITTED], authority, today)
    new = [
        Owed(made, late(made, today))
        for made in returns
        if made.state in (ReturnState.DUE, ReturnState.DRAFT)
    ]
    return Queue(
        to_sign=to_sign,
        for_others=for_others,
        returned=[Owed(made, late(made, today)) for made in by_state[ReturnState.RETURNED]],
        late=[one for one in new if one.late],
        to_come=[one for one in new if not one.late],
        signed_off=len(by_state[ReturnState.SIGNED_OFF]),
        expected=len(returns),
        quarters=list({made.quarter_id: made.quarter for made in returns}.values()),
    )


def _unfinished_or_open(scope: Scope) -> ReturnQuerySet:
    finished = Q(state=ReturnState.SIGNED_OFF) & Q(quarter__state=QuarterState.CLOSED)
    unlocked = Return.objects.within(scope).unlocked()
    return unlocked.exclude(finished).for_pages().in_order()


def _waiting(
    returns: list[Return], authority: Authority, today: dt.date
) -> tuple[list[Waiting], list[Waiting]]:
    """Those that this person can sign off, and those that somebody else does."""
    if not returns:
        return [], []
    looks, whose = attention(returns), signing(returns, today)
    rows = [
        Waiting(made, _things(looks[made.pk]), whose[made.pk].why_not_sign(authority))
        for made in returns
    ]
    rows.sort(key=lambda row: (row.made.submitted_at, row.made.pk))
    return [row for row in rows if not row.why_not], [row for row in rows if row.why_not]


def _things(found: Attention) -> tuple[str, ...]:
    """What there is to look at in a return, counted in words: "2 unusual", "1 changed"."""
    counted = Counter(_TALLIED.get(look.reason, "unusual") for look in found.looks)
    if found.changed:
        counted["changed"] = len(found.changed)
    return tuple(f"{number} {words}" for words, number in counted.items())
