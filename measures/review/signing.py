"""Whose decision a return is: nobody signs their own, and who does then."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
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
from teams.querysets import AppointmentQuerySet
from teams.roles import Role


@dataclass(frozen=True)
class Signing:
    """What decides who signs a return, as ids of people.

    ``hands`` submitted it or entered a figure in it, ever; ``heads`` are the heads of service of
    its locality, without deputies.
    """

    made: Return
    hands: frozenset[int]
    heads: frozenset[int]

    @property
    def needs_the_director(self) -> bool:
        """Whether no head of service of the locality can sign it."""
        return not self.heads or bool(self.heads & self.hands)

    def why_not_sign(self, authority: Authority) -> str:
        """The sentence that says why this person cannot sign it; empty when they can.

        Its head of service signs, or a deputy; the service director signs the city-wide return,
        and a return whose own head entered or submitted it (product.md, section 1).
        """
        if authority.person_id in self.hands:
            return (
                "You entered figures in this return or submitted it, "
                "so somebody else has to sign it off."
            )
        return self.why_not_return(authority)

    def why_not_return(self, authority: Authority) -> str:
        """The sentence that says why this person cannot give it back to its team, or reopen it.

        Whoever would sign it off may, also when they had a hand in it themselves.
        """
        if self.made.locality_id is None:
            if authority.holds(MeasuresPermission.SIGN_CITY_WIDE):
                return ""
            return "The service director signs off the return for the whole area."
        if on_return(authority, MeasuresPermission.REVIEW, self.made):
            return ""
        if not authority.holds(MeasuresPermission.SIGN_INSTEAD):
            return "You are not appointed to review this return."
        if self.needs_the_director:
            return ""
        return "The locality's head of service signs off this return or sends it back."

    def why_theirs(self, authority: Authority) -> str:
        """Why it is for the service director to decide; empty for everybody else."""
        if self.made.is_city_wide or not self.needs_the_director:
            return ""
        if on_return(authority, MeasuresPermission.REVIEW, self.made):
            return ""
        if not self.heads:
            return "This locality has no head of service now, so it comes to you."
        return "Its head of service entered figures in it or submitted it, so it comes to you."


def signing(returns: Collection[Return], day: dt.date) -> dict[int, Signing]:
    """Who decides each of these returns on ``day``, by return id; two queries for all of them."""
    hands: dict[int, set[int]] = defaultdict(set)
    for return_id, person in fetch(_with_a_hand_in, **one_of([made.pk for made in returns])):
        hands[return_id].add(person)
    for made in returns:
        if made.submitted_by_id is not None:
            hands[made.pk].add(made.submitted_by_id)
    heads: dict[int | None, set[int]] = defaultdict(set)
    for locality_id, person in fetch(_people_by_locality, day):
        heads[locality_id].add(person)
    return {
        made.pk: Signing(
            made,
            frozenset(hands[made.pk]),
            frozenset(heads[made.locality_id]),
        )
        for made in returns
    }


def _heads(day: dt.date) -> AppointmentQuerySet:
    return Appointment.objects.in_force(day).filter(role=Role.HEAD_OF_SERVICE, is_cover=False)


def _people_by_locality(day: dt.date) -> QuerySet[Appointment, Any]:
    return _heads(day).values_list("locality", "person")


def _with_a_hand_in() -> QuerySet[Event, Any]:
    events = Event.objects.filter(
        OneOf("subject_id"),
        subject_type=Return._meta.model_name,
        verb__in=HANDS_ON,
        by__isnull=False,
    )
    return events.order_by().values_list("subject_id", "by").distinct()


def waiting_for(authority: Authority, day: dt.date) -> ReturnQuerySet:
    """The submitted returns that this person can sign off on ``day``; see ``Signing``.

    Said in the database's words, so that every page can count them.
    """
    by_hand = Event.objects.filter(
        subject_type=Return._meta.model_name,
        subject_id=OuterRef("pk"),
        verb__in=HANDS_ON,
    )
    heads = _heads(day)
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
