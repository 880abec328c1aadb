"""What the plan wants of a person: their own actions, and claims that they can accept."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import prefetch_related_objects

from audits.plan.models import Action
from audits.plan.pages.rows import ActionRow, beside_rows, may_report, row_of
from audits.plan.permissions import PlanPermission
from audits.plan.progress import overall
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
        late = f"{self.late} {'is' if self.late == 1 else 'are'} late"
        return f"You own {owned} in the action plan: {'it is late' if number == 1 else late}."


def my_actions(authority: Authority, today: dt.date) -> MyActions | None:
    """What is open for this person, late first; None for somebody without a part in the plan.

    The same queries for any number of actions.
    """
    accepts = authority.holds(PlanPermission.ACCEPT_COMPLETION)
    if not accepts and not authority.holds(PlanPermission.UPDATE_ACTIONS):
        return None
    rows = _own_rows(authority, today)
    to_accept = fetch(_claimed_by_others, authority.person_id) if accepts else []
    if not rows and not to_accept:
        return None
    late = sum(row.here.is_late for row in rows)
    return MyActions(rows[:MOST], max(0, len(rows) - MOST), late, to_accept)


def _own_rows(authority: Authority, today: dt.date) -> list[ActionRow]:
    """The unfinished actions that this person reports on, as they stand where they are appointed.

    City-wide appointments see each as a whole.
    """
    owned: list[Action] = fetch(_owned, authority)
    prefetch_related_objects(owned, *beside_rows())
    localities: list[Locality] = fetch(Locality.objects.all)
    places = frozenset() if authority.is_city_wide else stands_in(authority, today)
    rows = []
    for action in owned:
        stands = overall(action, localities, today)
        here = stands.within(places)
        if may_report(here, authority):
            rows.append(row_of(stands, here, authority))
    return sorted(rows, key=lambda row: (not row.here.is_late, row.here.due or dt.date.max))


def _owned(authority: Authority) -> ActionQuerySet:
    owned = Action.objects.unfinished().owned_by(authority).in_order()
    return owned.select_related("outcome__theme", "claimed_by", "accepted_by")


def _claimed_by_others(person_id: int | None) -> ActionQuerySet:
    """Claims that this person can accept: somebody else's."""
    claims = Action.objects.awaiting_acceptance().exclude(claimed_by=person_id)
    return claims.select_related("outcome__theme", "claimed_by").in_order()
