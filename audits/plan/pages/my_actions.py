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
# What is due so soon stands there.
SOON = dt.timedelta(days=30)


@dataclass(frozen=True)
class MyActions:
    """A person's part of the plan on the home page: what is late or due soon of what they own.

    ``more`` of these are not shown there; ``owned`` are all that are not finished.
    """

    rows: Sequence[ActionRow]
    more: int
    late: int
    owned: int
    to_accept: Sequence[Action]

    @property
    def due(self) -> int:
        """How many are late or due soon."""
        return len(self.rows) + self.more

    @property
    def lead(self) -> str:
        """``Of your 7 actions 2 are late and 1 is due within 30 days.``"""
        if not self.owned:
            return ""
        yours = "Your action" if self.owned == 1 else f"Of your {self.owned} actions"
        soon = self.due - self.late
        parts = [
            f"{'' if self.owned == 1 else f'{number} '}{'is' if number == 1 else 'are'} {what}"
            for number, what in ((self.late, "late"), (soon, f"due within {SOON.days} days"))
            if number
        ]
        if not parts:
            none = "is not" if self.owned == 1 else "none is"
            return f"{yours} {none} late or due within {SOON.days} days."
        return f"{yours} {' and '.join(parts)}."


def my_actions(authority: Authority, today: dt.date) -> MyActions | None:
    """What is due from this person, late first; None for somebody without a part in the plan.

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
    due = [row for row in rows if row.here.is_late or _is_soon(row, today)]
    return MyActions(due[:MOST], max(0, len(due) - MOST), late, len(rows), to_accept)


def _is_soon(row: ActionRow, today: dt.date) -> bool:
    return row.here.next_due is not None and row.here.next_due <= today + SOON


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
