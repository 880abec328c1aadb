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
from teams.permissions import Post, Standing
from teams.quarters import Quarter
from teams.roles import Role

# Somebody who acts in person, and anybody: a command or an import acts without a person.
Actor: TypeAlias = actor.Actor[User, Standing]
AnyActor: TypeAlias = actor.Actor[User | None, Standing]


def actor_of(
    person: User,
    *,
    today: dt.date | None = None,
    now: dt.datetime | None = None,
    route: Route = Route.FORM,
) -> Actor:
    """A person with the appointments in force ``today``, the day of ``now`` unless given."""
    today, now = _when(today, now)
    return Actor(person, authority_of(person, today), today, now, route)


def command_actor(
    route: Route = Route.COMMAND, *, today: dt.date | None = None, now: dt.datetime | None = None
) -> AnyActor:
    """A command or an import that nobody stands for; it holds no permission of its own."""
    return AnyActor(None, Standing(person_id=None), *_when(today, now), route)


def _when(today: dt.date | None, now: dt.datetime | None) -> tuple[dt.date, dt.datetime]:
    day = clock.today() if now is None else timezone.localdate(now)
    return today or day, now or clock.now()


def authority_of(person: User | AnonymousUser, day: dt.date) -> Standing:
    """The person's appointments in force on ``day``; nobody, and somebody disabled, has none."""
    if not isinstance(person, User) or not person.is_active:
        return Standing(person_id=None)
    held = fetch(_held, person.pk, day)
    return Standing(
        person_id=person.pk,
        posts=tuple(
            Post(Role(role), team_id, locality_id, team or locality or "")
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


def stands_in(standing: Standing, day: dt.date) -> frozenset[int]:
    """The localities in which a person's posts are on ``day``: headed, or of their teams."""
    localities = {post.locality_id for post in standing.posts if post.locality_id is not None}
    quarter = Quarter.containing(day)
    teams = {post.team_id for post in standing.posts if post.team_id is not None}
    for team in Team.objects.filter(pk__in=teams).prefetch_related("placements"):
        locality = team.locality_id_in(quarter)
        if locality is not None:
            localities.add(locality)
    return frozenset(localities)
