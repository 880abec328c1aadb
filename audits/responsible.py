"""Who manages and heads a team, and to whom an audit was given: read from appointments."""

import datetime as dt

from django.db.models import QuerySet

from audits.models import CaseAudit
from audits.verbs import ALLOCATIONS
from earlyhelp.core.events.models import Event
from teams.models import Appointment, Team, User
from teams.permissions import ROLES, Permission
from teams.quarters import Quarter
from teams.roles import Role


def locality_of(team: Team | None, day: dt.date) -> int | None:
    """The locality in which a team stood on ``day``, by id."""
    return None if team is None else team.locality_id_in(Quarter.containing(day))


def people_holding(permission: Permission, day: dt.date) -> QuerySet[User]:
    """Everybody whose appointments on ``day`` let them do this somewhere, by name."""
    roles = [role for role, held in ROLES.items() if permission in held]
    posts = Appointment.objects.in_force(day).filter(role__in=roles)
    return User.objects.filter(is_active=True, pk__in=posts.values("person")).order_by(
        "name", "email"
    )


def people_answering(team_id: int | None, locality_id: int | None, day: dt.date) -> list[User]:
    """Who has to know of a case of concern: the team's managers and the locality's heads.

    Cover counts. Where neither is to be found it is the service directors and the performance
    officers, so that no concern goes to nobody.
    """
    in_force = (
        Appointment.objects.in_force(day).filter(person__is_active=True).select_related("person")
    )
    managers = in_force.filter(role=Role.TEAM_MANAGER, team=team_id) if team_id else []
    heads = in_force.filter(role=Role.HEAD_OF_SERVICE, locality=locality_id) if locality_id else []
    found = {post.person for post in (*managers, *heads)}
    if not found:
        city = in_force.filter(role__in=[Role.SERVICE_DIRECTOR, Role.PERFORMANCE_OFFICER])
        found = {post.person for post in city}
    return sorted(found, key=lambda person: (person.name, person.pk))


def was_given_to(audit: CaseAudit, person_id: int | None, *, to: str) -> bool:
    """Whether this audit was once given to this person; one query.

    ``to`` is what for, as the record calls it: ``auditor`` or ``moderator``. What they typed
    into it is theirs to have back, also after it was given to somebody else.
    """
    if person_id is None:
        return False
    given = Event.objects.about(audit).filter(verb__in=ALLOCATIONS)
    return any(event.after[to] == person_id for event in given if event.after)
