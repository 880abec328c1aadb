"""Who acts, and with what authority: read once per request, at the edge."""

import datetime as dt
from typing import Any, TypeAlias

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.utils import timezone

from earlyhelp.core import actor, clock
from earlyhelp.core.actor import Route
from earlyhelp.core.compiled_queries import fetch
from teams.models import Appointment, Team, User
from teams.permissions import Authority, HeldAppointment
from teams.quarters import Quarter
from teams.roles import Role

# Somebody who acts in person, and anybody: a command or an import acts without a person.
Actor: TypeAlias = actor.Actor[User, Authority]
AnyActor: TypeAlias = actor.Actor[User | None, Authority]


def actor_of(
    person: User,
    *,
    today: dt.date | None = None,
    now: dt.datetime | None = None,
    route: Route = Route.FORM,
    site: str = "",
) -> Actor:
    """A person with the appointments in force ``today``, the day of ``now`` unless given."""
    today = today or (clock.today() if now is None else timezone.localdate(now))
    return Actor(person, authority_of(person, today), today, now or clock.now(), route, site)


def command_actor(route: Route = Route.COMMAND) -> AnyActor:
    """A command or an import that nobody stands for; it holds no permission of its own."""
    return AnyActor(None, Authority(person_id=None), clock.today(), clock.now(), route)


def authority_of(person: User | AnonymousUser, day: dt.date) -> Authority:
    """The person's appointments in force on ``day``; nobody, and somebody disabled, has none."""
    if not isinstance(person, User) or not person.is_active:
        return Authority(person_id=None)
    held = fetch(_held, person.pk, day)
    return Authority(
        person_id=person.pk,
        appointments=tuple(
            HeldAppointment(Role(role), team_id, locality_id, team or locality or "")
            for role, team_id, locality_id, team, locality in held
        ),
    )


def _held(person_id: int, day: dt.date) -> QuerySet[Appointment, Any]:
    return (
        Appointment.objects.in_force(day)
        .filter(person=person_id)
        .order_by("role", "locality__position", "team__position")
        .values_list("role", "team", "locality", "team__name", "locality__name")
    )


def stands_in(authority: Authority, day: dt.date) -> frozenset[int]:
    """The localities in which a person is appointed on ``day``: headed, or of their teams."""
    quarter = Quarter.containing(day)
    teams = Team.objects.filter(pk__in=authority.team_ids).prefetch_related("placements")
    of_teams = {team.locality_id_in(quarter) for team in teams}
    return authority.locality_ids | frozenset(one for one in of_teams if one is not None)
