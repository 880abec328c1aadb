"""What the plan wants of a person: their own actions, and claims that they can accept."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import prefetch_related_objects

from audits.plan.models import Action
from audits.plan.pages.rows import ActionRow, beside_rows, may_report, row_of
from audits.plan.permissions import PlanPermission
from audits.plan.progress import Overall, Progress, overall
from audits.plan.querysets import ActionQuerySet
from earlyhelp.core.compiled_queries import fetch
from teams.authority import stands_in
from teams.models import Locality
from teams.permissions import Authority

# The home page shows so many; the rest stand on the plan's page.
MOST = 6


@dataclass(frozen=True)
class MyActions:
    """A person's part of the plan on the home page; ``more`` are not shown there."""

    rows: Sequence[ActionRow]
    more: int
    late: int
    to_accept: Sequence[Action]

    @property
    def lead(self) -> str:
        """``You own 7 actions: 2 are late.``"""
        number = len(self.rows) + self.more
        if not number:
            return ""
        owned = "one action" if number == 1 else f"{number} actions"
        if not self.late:
            return f"You own {owned} in the action plan. None is late."
        late = "it is late" if number == 1 else f"{self.late} {_are(self.late)} late"
        return f"You own {owned} in the action plan: {late}."


def _are(number: int) -> str:
    return "is" if number == 1 else "are"


def my_actions(authority: Authority, today: dt.date) -> MyActions | None:
    """What is open for this person, late first; None for somebody without a part in the plan.

    The same queries for any number of actions.
    """
    reports = authority.holds(PlanPermission.UPDATE_ACTIONS)
    to_accept = _to_accept(authority)
    if not reports and to_accept is None:
        return None
    owned: list[Action] = fetch(_owned, authority)
    prefetch_related_objects(owned, *beside_rows())
    localities: list[Locality] = fetch(Locality.objects.all)
    within = _own_places(authority, today)
    waiting: list[tuple[Overall, Progress]] = []
    for action in owned:
        stands = overall(action, localities, today)
        here = stands.within(within)
        if may_report(here, authority):
            waiting.append((stands, here))
    waiting.sort(key=lambda pair: (not pair[1].is_late, pair[1].due or dt.date.max))
    if not waiting and not to_accept:
        return None
    return MyActions(
        rows=[row_of(stands, here, authority) for stands, here in waiting[:MOST]],
        more=max(0, len(waiting) - MOST),
        late=sum(here.is_late for _, here in waiting),
        to_accept=to_accept or [],
    )


def _owned(authority: Authority) -> ActionQuerySet:
    owned = Action.objects.unfinished().owned_by(authority).in_order()
    return owned.select_related("outcome__theme", "claimed_by", "accepted_by")


def _own_places(authority: Authority, today: dt.date) -> frozenset[int]:
    """The localities in which this person is appointed; none where city-wide."""
    if authority.is_city_wide:
        return frozenset()
    return stands_in(authority, today)


def _to_accept(authority: Authority) -> list[Action] | None:
    """Claims that this person can accept: somebody else's; None for who accepts nothing."""
    if not authority.holds(PlanPermission.ACCEPT_COMPLETION):
        return None
    return fetch(_claimed_by_others, authority.person_id)


def _claimed_by_others(person_id: int | None) -> ActionQuerySet:
    claims = Action.objects.awaiting_acceptance().exclude(claimed_by=person_id)
    return claims.select_related("outcome__theme", "claimed_by").in_order()
