"""What waits for somebody who reviews returns: a head of service, or the service director."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from earlyhelp.core.compiled_queries import fetch
from measures.models import Return
from measures.permissions import review_scope
from measures.querysets import ReturnQuerySet
from measures.returns.owed import is_late, owed_within
from measures.review.attention import Attention, attention
from measures.review.reminders import OwedRow, owed_rows
from measures.review.signing import signing
from measures.workflow import WITH_THE_TEAM, QuarterState, ReturnState
from teams.permissions import Authority, Scope
from teams.quarters import Quarter


@dataclass(frozen=True)
class Waiting:
    """A submitted return: what to look at in it, and why somebody else signs it, if so."""

    made: Return
    found: Attention
    why_not: str

    @property
    def key(self) -> str:
        """What its box posts: the return and the version that was shown."""
        return f"{self.made.pk}-{self.made.version}"


@dataclass(frozen=True)
class Queue:
    """Everything in one reviewer's scope that is not finished, each return in one list.

    ``submitted`` are those that somebody signs off. ``owed`` are the first of those that are
    still with their teams, ``number_owed`` in all.
    """

    submitted: Sequence[Waiting]
    owed: Sequence[OwedRow]
    number_owed: int
    late: int
    again: int
    signed_off: int
    expected: int
    quarters: Sequence[tuple[Quarter, dt.date]]

    @property
    def to_look_at(self) -> list[Waiting]:
        """Those for this reviewer in which something is to be looked at."""
        return [row for row in self.submitted if not row.why_not and not row.found.is_plain]

    @property
    def plain(self) -> list[Waiting]:
        """Those for this reviewer that can be signed together."""
        return [row for row in self.submitted if not row.why_not and row.found.is_plain]

    @property
    def for_others(self) -> list[Waiting]:
        """Those that somebody else signs off."""
        return [row for row in self.submitted if row.why_not]

    @property
    def waiting(self) -> int:
        """How many wait for this reviewer."""
        return sum(not row.why_not for row in self.submitted)

    @property
    def lead(self) -> str:
        """How it stands, in one line."""
        number = self.waiting
        parts = [
            f"{self.signed_off} of {self.expected} signed off",
            f"{number} {'waits' if number == 1 else 'wait'} for you" if number else "",
            f"{self.late} late" if self.late else "",
            f"{self.again} with the team again" if self.again else "",
        ]
        return ", ".join(part for part in parts if part) + "."

    @property
    def more_owed(self) -> int:
        """How many that are still with their teams are not listed here."""
        return self.number_owed - len(self.owed)


# So many that are still with their teams stand in the queue; the rest on a page of their own.
MOST_OWED = 50


def queue(authority: Authority, today: dt.date) -> Queue:
    """The reviewer's queue on a day; submitted returns oldest first.

    The same queries whatever the number of teams.
    """
    scope = review_scope(authority)
    counts = fetch(_counted, scope, today)
    states = Counter[str]()
    for *_, state, number, _ in counts:
        states[state] += number
    return Queue(
        submitted=_waiting(fetch(_submitted, scope), authority, today),
        owed=owed_rows(fetch(_owed, scope), authority, today),
        number_owed=sum(states[state] for state in WITH_THE_TEAM),
        late=sum(late for *_, late in counts),
        again=states[ReturnState.RETURNED],
        signed_off=states[ReturnState.SIGNED_OFF],
        expected=states.total(),
        quarters=list({Quarter(index): due_on for index, due_on, *_ in counts}.items()),
    )


def _counted(scope: Scope, today: dt.date) -> QuerySet[Return, Any]:
    """By quarter and state: how many returns are unfinished or of an open quarter, and late."""
    finished = Q(state=ReturnState.SIGNED_OFF) & Q(quarter__state=QuarterState.CLOSED)
    here = Return.objects.within(scope).unlocked().exclude(finished)
    late = Count("pk", filter=is_late(today))
    by_state = here.order_by("quarter").values_list("quarter", "quarter__due_on", "state")
    return by_state.annotate(number=Count("pk"), late=late)


def _submitted(scope: Scope) -> ReturnQuerySet:
    submitted = Return.objects.within(scope).awaiting_sign_off().for_pages()
    return submitted.order_by("submitted_at", "pk")


def _owed(scope: Scope) -> ReturnQuerySet:
    return owed_within(scope).for_pages().with_counts().in_order()[:MOST_OWED]


def _waiting(returns: list[Return], authority: Authority, today: dt.date) -> list[Waiting]:
    """Submitted returns as rows, those of others with why somebody else signs them."""
    if not returns:
        return []
    found, whose = attention(returns), signing(returns, today)
    return [
        Waiting(made, found[made.pk], whose[made.pk].why_not_sign(authority)) for made in returns
    ]
