"""Who counts, and where: the organisation, its people, and the record of what they did."""

from earlyhelp.core.actor import Route
from teams.models.events import Event, Remark
from teams.models.organisation import Council, Locality, Placement, Team, TeamType
from teams.models.people import Appointment, User

__all__ = [
    "Appointment",
    "Council",
    "Event",
    "Locality",
    "Placement",
    "Remark",
    "Route",
    "Team",
    "TeamType",
    "User",
]
