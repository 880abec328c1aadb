"""Who is asking, and as what: read once per request, at the edge."""

import datetime as dt
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from teams.compiled_queries import fetch
from teams.models import Appointment, User
from teams.permissions import Post, Standing
from teams.roles import Role


def standing_of(person: User | AnonymousUser, day: dt.date) -> Standing:
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
