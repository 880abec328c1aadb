"""Returns that are still with their teams: who submits them, and when they were last reminded."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from typing import Any

from django.db.models import Q, QuerySet

from earlyhelp.core.compiled_queries import fetch
from earlyhelp.core.events.models import Event
from measures.counting.aggregates.ids import OneOf, one_of
from measures.models import Return
from measures.querysets import TO_BE_FILLED_IN, ReturnQuerySet
from measures.verbs import MeasuresVerb
from teams.models import Appointment, User
from teams.permissions import Scope
from teams.querysets import AppointmentQuerySet
from teams.roles import Role


def owed_within(scope: Scope) -> ReturnQuerySet:
    """The returns within a scope that can still be filled in, and wait for their teams."""
    return Return.objects.within(scope).unlocked().filter(TO_BE_FILLED_IN)


def is_late(today: dt.date) -> Q:
    """The condition under which a return is still to be filled in after its due date."""
    return TO_BE_FILLED_IN & Q(quarter__due_on__lt=today)


def who_submits(returns: Collection[Return], day: dt.date) -> dict[int, list[User]]:
    """The people who can submit each of these returns on ``day``, by name; by return id.

    A team's managers, cover included; of a city-wide team the performance officers as well. One
    query.
    """
    by_team: dict[int | None, list[Return]] = defaultdict(list)
    for made in returns:
        by_team[made.team_id].append(made)
        if made.is_city_wide:
            by_team[None].append(made)
    found: dict[int, dict[int, User]] = {made.pk: {} for made in returns}
    for post in _posts(by_team, day):
        for made in by_team.get(post.team_id, ()):
            found[made.pk][post.person_id] = post.person
    return {pk: list(people.values()) for pk, people in found.items()}


def _posts(team_ids: Collection[int | None], day: dt.date) -> AppointmentQuerySet:
    teams = [pk for pk in team_ids if pk is not None]
    managers = Q(role=Role.TEAM_MANAGER, team__in=teams)
    officers = Q(role=Role.PERFORMANCE_OFFICER)
    posts = Appointment.objects.in_force(day).filter(
        managers | officers if None in team_ids else managers, person__is_active=True
    )
    return posts.select_related("person").order_by("person__name", "person__email")


def last_reminded(returns: Collection[Return]) -> dict[int, dt.date]:
    """The day on which each of these returns was last asked for by mail, by return id.

    One query, in the record's order.
    """
    found = {}
    for return_id, after in fetch(_reminders, **one_of([made.pk for made in returns])):
        found[return_id] = dt.date.fromisoformat(after["on"])
    return found


def _reminders() -> QuerySet[Event, Any]:
    events = Event.objects.filter(
        OneOf("subject_id"),
        subject_type=Return._meta.model_name,
        verb=MeasuresVerb.REMINDED,
    )
    return events.order_by("id").values_list("subject_id", "after")
