"""Who can be named as an owner of an action: roles, and people by what they are appointed to."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from audits.plan.action_changes import By
from audits.plan.models.action import EVERYBODY
from audits.plan.permissions import PlanPermission
from teams.models import Appointment, User
from teams.permissions import ROLES
from teams.roles import Role

_REPORTING = [role for role in Role if PlanPermission.UPDATE_ACTIONS in ROLES[role]]


@dataclass(frozen=True)
class Nameable:
    """The choices of a form that names owners, and the people behind their ids."""

    roles: Sequence[tuple[str, str]]
    people: Sequence[tuple[int, str]]
    by_id: dict[int, User]


def nameable(today: dt.date, before: Sequence[By] = ()) -> Nameable:
    """Those who can report on actions here, and who owns it already; one query.

    Everybody else is written down as a body: they have no sign-in to report with.
    """
    posts = (
        Appointment.objects.in_force(today)
        .filter(role__in=_REPORTING, person__is_active=True)
        .select_related("person", "team", "locality")
        .order_by("person__name", "person", "role", "pk")
    )
    people = {one.person.pk: one.person for one in before if one.person}
    held: dict[int, list[str]] = defaultdict(list)
    for post in posts:
        people[post.person_id] = post.person
        held[post.person_id].append(_post(post))
    listed = sorted(people.values(), key=lambda one: (one.name, one.pk))
    roles = [*_REPORTING]
    roles += [one.role for one in before if one.role and one.role not in _REPORTING]
    return Nameable(
        roles=[(role.value, EVERYBODY[role]) for role in roles],
        people=[(one.pk, _label(one, held[one.pk])) for one in listed],
        by_id=people,
    )


def _post(post: Appointment) -> str:
    where = str(post.team or post.locality or "")
    label = Role(post.role).label
    return f"{label}, {where}" if where else label


def _label(person: User, posts: Sequence[str]) -> str:
    if len(posts) > 2:
        posts = [*posts[:2], f"and {len(posts) - 2} more"]
    return f"{person} ({'; '.join(posts)})" if posts else str(person)
