"""Who may sign this return: nobody their own, and who then."""

import datetime as dt

from measures.models import Return
from measures.permissions import MeasuresPermission, on_return
from teams.models import Appointment, Event
from teams.permissions import Standing
from teams.roles import Role

_FIGURE_VERBS = ("figure saved", "figure confirmed")


def hands_on(made: Return) -> frozenset[int]:
    """Everybody who submitted this return or entered a figure in it, ever, by id."""
    people = set(
        Event.objects.about(made)
        .filter(verb__in=[*_FIGURE_VERBS, "submitted"], by__isnull=False)
        .order_by()
        .values_list("by", flat=True)
        .distinct()
    )
    if made.submitted_by_id is not None:
        people.add(made.submitted_by_id)
    return frozenset(person for person in people if person is not None)


def heads_of(locality_id: int, day: dt.date) -> frozenset[int]:
    """The heads of service of a locality on ``day``, without deputies, by person id."""
    return frozenset(
        Appointment.objects.in_force(day)
        .filter(role=Role.HEAD_OF_SERVICE, locality=locality_id, is_cover=False)
        .values_list("person", flat=True)
    )


def why_not_sign(
    standing: Standing, made: Return, hands: frozenset[int], today: dt.date
) -> str:
    """The sentence that says why this person cannot sign this return; empty when they can.

    Its head of service signs, or a deputy; the service director signs the city-wide return,
    and a return whose own head entered or submitted it (product.md, section 1).
    """
    if standing.person_id in hands:
        return (
            "You entered figures in this return or submitted it, so somebody else has to sign it off."
        )
    if made.locality_id is None:
        if standing.holds(MeasuresPermission.SIGN_CITY_WIDE):
            return ""
        return "The service director signs off the city-wide return."
    if on_return(standing, MeasuresPermission.REVIEW, made):
        return ""
    if standing.holds(MeasuresPermission.SIGN_INSTEAD):
        heads = heads_of(made.locality_id, today)
        if not heads or heads & hands:
            return ""
        return "The locality's head of service signs off this return."
    return "You are not appointed to sign off this team's returns."
