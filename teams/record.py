"""Who reads what the record says of the organisation and its people."""

from earlyhelp.core.events.scopes import Rows
from teams.authority import Actor
from teams.models import Appointment, Council, Locality, Placement, Team, TeamType, User
from teams.permissions import TeamsPermission


def _people(by: Actor) -> bool:
    """Those who keep people, and whoever set the site up (docs/decisions/0006)."""
    return by.authority.holds(TeamsPermission.KEEP_PEOPLE) or by.person.is_superuser


def _organisation(by: Actor) -> bool:
    return by.authority.holds(TeamsPermission.KEEP_ORGANISATION) or _people(by)


SEEN: dict[type, Rows] = {
    User: _people,
    Appointment: _people,
    **dict.fromkeys((Council, Locality, TeamType, Team, Placement), _organisation),
}
