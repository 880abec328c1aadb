"""How much waits for a person: counted once, beside the places to go and for the home page."""

import datetime as dt
from collections import Counter
from typing import Any

from django.db.models import Count, Q, QuerySet, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.http import HttpRequest

from audits.casework.pages.lists import mine_to_audit, mine_to_moderate
from audits.permissions import WAITS_IN_AUDITS
from audits.safety.pages import mine_to_put_right
from earlyhelp.core.compiled_queries import fetch
from measures.models import Return
from measures.permissions import MeasuresPermission as Measures
from measures.permissions import review_scope
from measures.querysets import TO_BE_FILLED_IN, covered_by
from measures.review.signing import waiting_for
from teams.models import AddressChange, Appointment, User
from teams.permissions import Authority, TeamsPermission

# What is counted, by the work that waits.
IN_RETURNS = ("fill in", "review")
IN_AUDITS = ("put right", "audit", "moderate")
TO_CONFIRM = ("appointment", "address")


def what_waits(request: HttpRequest) -> Counter[str]:
    """How much of each kind of work waits for whoever is signed in; one query in a request.

    Work that is not theirs is not in it.
    """
    if not hasattr(request, "waiting"):
        actor = request.actor  # type: ignore[attr-defined]  # by middleware
        request.waiting = number_waiting(actor.authority, actor.today)  # type: ignore[attr-defined]
    waiting: Counter[str] = request.waiting  # type: ignore[attr-defined]
    return waiting


def number_waiting(authority: Authority, today: dt.date) -> Counter[str]:
    """How much of each kind of work waits for a person on this day; one query."""
    kinds: tuple[str, ...] = ()
    if authority.scope(Measures.ENTER_FIGURES) or review_scope(authority):
        kinds += IN_RETURNS
    if any(authority.holds(verb) for verb in WAITS_IN_AUDITS):
        kinds += IN_AUDITS
    if authority.holds(TeamsPermission.CONFIRM):
        kinds += TO_CONFIRM
    if authority.person_id is None or not kinds:
        return Counter()
    (row,) = fetch(_numbers, kinds, authority, today)
    return Counter(dict(zip(kinds, row, strict=True)))


def _numbers(kinds: tuple[str, ...], authority: Authority, today: dt.date) -> QuerySet[User, Any]:
    """The numbers of these kinds, in one row."""
    theirs = Q(ready_at__isnull=True) | covered_by(authority.scope(Measures.SUBMIT))
    fill_in = covered_by(authority.scope(Measures.ENTER_FIGURES)) & TO_BE_FILLED_IN & theirs
    waits: dict[str, QuerySet[Any]] = {
        "fill in": Return.objects.unlocked().filter(fill_in),
        "review": waiting_for(authority, today),
        "put right": mine_to_put_right(authority),
        "audit": mine_to_audit(authority),
        "moderate": mine_to_moderate(authority),
        "appointment": Appointment.objects.waiting_for(authority.person_id, today),
        "address": AddressChange.objects.waiting_for(authority.person_id, today),
    }
    columns = [_number(waits[kind]) for kind in kinds]
    return User.objects.filter(pk__in=[authority.person_id]).values_list(*columns)


def _number(rows: QuerySet[Any]) -> Combinable:
    """How many rows there are, to be asked together with other numbers."""
    counted = rows.order_by().values(one=Value(1)).annotate(number=Count("pk"))
    return Coalesce(Subquery(counted.values("number")), 0)
