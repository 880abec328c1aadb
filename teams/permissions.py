"""May this person do this here? Roles as lists of permissions, and one function that answers.

Each room adds its own verbs and says which roles hold them (``grant``); what a person may do
follows from the appointments in force, and from nothing else. A refusal carries the sentence
that the reader sees.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from earlyhelp.core.actor import Permission, Refused
from teams.roles import Role

__all__ = ["Permission", "Refused"]


class TeamsPermission(Permission):
    """What can be done with the organisation and its people."""

    KEEP_ORGANISATION = "keep localities, teams and their moves"
    KEEP_PEOPLE = "keep people and their appointments"
    APPOINT_COVER = "appoint a deputy or an acting manager"
    CONFIRM = "confirm what waits for a second person"
    SEE_ALL = "see everything"


ROLES: dict[Role, set[Permission]] = {role: set() for role in Role}


def grant(role: Role, *permissions: Permission) -> None:
    """Add verbs to a role; called by each room's ``permissions.py`` as it is imported."""
    ROLES[role].update(permissions)


grant(Role.HEAD_OF_SERVICE, TeamsPermission.APPOINT_COVER)
grant(Role.SERVICE_DIRECTOR, TeamsPermission.SEE_ALL, TeamsPermission.CONFIRM)
grant(Role.PERFORMANCE_OFFICER, TeamsPermission.SEE_ALL, TeamsPermission.KEEP_ORGANISATION)
grant(Role.ADMINISTRATOR, TeamsPermission.KEEP_PEOPLE, TeamsPermission.CONFIRM)


@dataclass(frozen=True)
class Scope:
    """Where a permission holds: some teams, some localities, the city-wide teams, or everywhere."""

    teams: frozenset[int] = frozenset()
    localities: frozenset[int] = frozenset()
    city_wide: bool = False
    everywhere: bool = False

    def __bool__(self) -> bool:
        return bool(self.teams or self.localities or self.city_wide or self.everywhere)

    def __or__(self, other: "Scope") -> "Scope":
        return Scope(
            self.teams | other.teams,
            self.localities | other.localities,
            self.city_wide or other.city_wide,
            self.everywhere or other.everywhere,
        )

    def covers(self, team_id: int | None = None, locality_id: int | None = None) -> bool:
        """Whether something of this team and locality lies inside.

        A team without a locality is city-wide; None for both asks about the city as a whole.
        """
        if self.everywhere or (team_id is not None and team_id in self.teams):
            return True
        if locality_id is None:
            return self.city_wide
        return locality_id in self.localities


EVERYWHERE = Scope(everywhere=True)
CITY_WIDE_ONLY = Scope(city_wide=True)


@dataclass(frozen=True)
class HeldAppointment:
    """One appointment in force, as permissions need it; ``place`` is for people to read."""

    role: Role
    team_id: int | None = None
    locality_id: int | None = None
    place: str = field(default="", compare=False)


@dataclass(frozen=True)
class Authority:
    """A person with the appointments in force on a day; what every question is put to."""

    person_id: int | None
    appointments: tuple[HeldAppointment, ...] = field(default=())

    @cached_property
    def roles(self) -> frozenset[Role]:
        """The roles held now."""
        return frozenset(post.role for post in self.appointments)

    @cached_property
    def team_ids(self) -> frozenset[int]:
        """The teams that the person is appointed to."""
        return frozenset(one.team_id for one in self.appointments if one.team_id is not None)

    @cached_property
    def locality_ids(self) -> frozenset[int]:
        """The localities that the person is appointed to, not to a team of them."""
        return frozenset(
            one.locality_id for one in self.appointments if one.locality_id is not None
        )

    @property
    def is_city_wide(self) -> bool:
        """Whether one of the appointments is to no team and no locality."""
        return any(one.team_id is None and one.locality_id is None for one in self.appointments)

    def holds(self, permission: Permission) -> bool:
        """Whether the person holds this permission anywhere."""
        return any(permission in ROLES[role] for role in self.roles)

    def scope(self, permission: Permission) -> Scope:
        """Where the person holds this permission."""
        found = Scope()
        for post in self.appointments:
            if permission not in ROLES[post.role]:
                continue
            if post.team_id is not None:
                found |= Scope(teams=frozenset([post.team_id]))
            elif post.locality_id is not None:
                found |= Scope(localities=frozenset([post.locality_id]))
            elif permission in CITY_WIDE:
                found |= CITY_WIDE_ONLY
            else:
                found |= EVERYWHERE
        return found


# Verbs that a city role holds over the city-wide return and the city as a whole, not over
# each locality.
CITY_WIDE: set[Permission] = set()


def allows(
    authority: Authority,
    permission: Permission,
    *,
    team_id: int | None = None,
    locality_id: int | None = None,
) -> bool:
    """Whether this person may do this to something of this team and locality."""
    return authority.scope(permission).covers(team_id, locality_id)


def require(
    authority: Authority, permission: Permission, *, locality_id: int | None = None
) -> None:
    """Raise ``Refused``, naming the verb, unless this person may do this in this locality."""
    if not allows(authority, permission, locality_id=locality_id):
        raise Refused(f"You are not appointed to {permission.value} here.")


def require_anywhere(authority: Authority, permissions: Iterable[Permission]) -> None:
    """Raise ``Refused`` unless the person holds one of these permissions somewhere."""
    wanted = list(permissions)
    if not any(authority.holds(permission) for permission in wanted):
        raise Refused(f"You are not appointed to {wanted[0].value}.")


def why_not_confirm(authority: Authority, *, asked_by: int | None, about: int) -> str:
    """Why this person may not be the second one; empty for somebody who may.

    ``about`` is whom it is for: nobody confirms what they asked for or what they gain by.
    """
    if not authority.holds(TeamsPermission.CONFIRM):
        return f"You are not appointed to {TeamsPermission.CONFIRM.value}."
    if authority.person_id == asked_by:
        return "You asked for it: another administrator or the director has to confirm it."
    if authority.person_id == about:
        return "It is for you: another administrator or the director has to confirm it."
    return ""
