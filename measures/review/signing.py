"""Whose decision a return is: nobody signs their own, and who does then."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from earlyhelp.core.compiled_queries import fetch
from earlyhelp.core.events.models import Event
from measures.counting.aggregates.ids import OneOf, one_of
from measures.models import Return
from measures.permissions import MeasuresPermission, on_return
from measures.querysets import ReturnQuerySet, covered_by
from measures.verbs import HANDS_ON
from teams.models import Appointment
from teams.permissions import Authority
from teams.roles import Role


def hands_on(made: Return) -> frozenset[int]:
    """Everybody who submitted this return or entered a figure in it, ever, by id."""
    return hands_on_each([made])[made.pk]


def hands_on_each(returns: Collection[Return]) -> dict[int, frozenset[int]]:
    """Who had a hand in each of these returns, by return id; one query for all of them."""
    people: dict[int, set[int]] = {made.pk: set() for made in returns}
    for return_id, person in fetch(_with_a_hand_in, **one_of(list(people))):
        people[return_id].add(person)
    for made in returns:
        if made.submitted_by_id is not None:
            people[made.pk].add(made.submitted_by_id)
    return {return_id: frozenset(found) for return_id, found in people.items()}


def _with_a_hand_in() -> QuerySet[Event, Any]:
    events = Event.objects.filter(
        OneOf("subject_id"),
        subject_type=Return._meta.model_name,
        verb__in=HANDS_ON,
        by__isnull=False,
    )
    return events.order_by().values_list("subject_id", "by").distinct()


def waiting_for(authority: Authority, day: dt.date) -> ReturnQuerySet:
    """The submitted returns that this person can sign off on ``day``; see ``refusal``.

    Said in the database's words, so that every page can count them.
    """
    by_hand = Event.objects.filter(
        subject_type=Return._meta.model_name,
        subject_id=OuterRef("pk"),
        verb__in=HANDS_ON,
    )
    heads = Appointment.objects.in_force(day).filter(role=Role.HEAD_OF_SERVICE, is_cover=False)
    own_heads = heads.filter(locality=OuterRef("locality"))
    # One step further out, for the heads are asked for from within the record.
    and_theirs = heads.filter(locality=OuterRef(OuterRef("locality"))).values("person")
    head_cannot = (
        ~Exists(own_heads)
        | Exists(by_hand.filter(by__in=and_theirs))
        | Q(submitted_by__in=own_heads.values("person"))
    )
    within = Q(locality__isnull=False)
    theirs = (
        within & covered_by(authority.scope(MeasuresPermission.REVIEW))
        | covered_by(authority.scope(MeasuresPermission.SIGN_CITY_WIDE)) & ~within
        | within & covered_by(authority.scope(MeasuresPermission.SIGN_INSTEAD)) & head_cannot
    )
    return (
        Return.objects.awaiting_sign_off()
        .filter(theirs)
        .exclude(submitted_by=authority.person_id)
        .exclude(Exists(by_hand.filter(by=authority.person_id)))
    )


def heads_by_locality(day: dt.date) -> dict[int, frozenset[int]]:
    """The heads of service on ``day``, without deputies: person ids by locality id."""
    found: dict[int, set[int]] = defaultdict(set)
    for locality_id, person in fetch(_heads, day):
        found[locality_id].add(person)
    return {locality_id: frozenset(people) for locality_id, people in found.items()}


def _heads(day: dt.date) -> QuerySet[Appointment, Any]:
    heads = Appointment.objects.in_force(day).filter(role=Role.HEAD_OF_SERVICE, is_cover=False)
    return heads.values_list("locality", "person")


def why_not_sign(authority: Authority, made: Return, hands: frozenset[int], today: dt.date) -> str:
    """The sentence that says why this person cannot sign this return; empty when they can.

    Its head of service signs, or a deputy; the service director signs the city-wide return,
    and a return whose own head entered or submitted it (product.md, section 1).
    """
    return refusal(authority, made, hands, heads_by_locality(today))


def refusal(
    authority: Authority,
    made: Return,
    hands: frozenset[int],
    heads: Mapping[int, frozenset[int]],
) -> str:
    """The same for a list of returns, with the heads of every locality read once."""
    if authority.person_id in hands:
        return (
            "You entered figures in this return or submitted it, "
            "so somebody else has to sign it off."
        )
    return not_theirs(authority, made, hands, heads)


def why_not_return(authority: Authority, made: Return, today: dt.date) -> str:
    """The sentence that says why this person cannot give a return back to its team, or reopen it.

    Whoever would sign it off may, also when they had a hand in it themselves.
    """
    return not_theirs(authority, made, hands_on(made), heads_by_locality(today))


def not_theirs(
    authority: Authority,
    made: Return,
    hands: frozenset[int],
    heads: Mapping[int, frozenset[int]],
) -> str:
    """Whose decision this return is, where it is not this person's; empty when it is."""
    if made.locality_id is None:
        if authority.holds(MeasuresPermission.SIGN_CITY_WIDE):
            return ""
        return "The service director signs off the city-wide return."
    if on_return(authority, MeasuresPermission.REVIEW, made):
        return ""
    if authority.holds(MeasuresPermission.SIGN_INSTEAD):
        own = heads.get(made.locality_id, frozenset())
        if not own or own & hands:
            return ""
        return "The locality's head of service signs off this return or sends it back."
    return "You are not appointed to review this return."


def why_theirs(
    authority: Authority,
    made: Return,
    hands: frozenset[int],
    heads: Mapping[int, frozenset[int]],
) -> str:
    """Why a locality's return is for the service director to decide; empty for everybody else."""
    if made.locality_id is None or on_return(authority, MeasuresPermission.REVIEW, made):
        return ""
    own = heads.get(made.locality_id, frozenset())
    if not own:
        return "This locality has no head of service now, so it comes to you."
    if own & hands:
        return "Its head of service entered figures in it or submitted it, so it comes to you."
    return ""
