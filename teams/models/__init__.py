"""Who counts, and where: the organisation and its people."""

from teams.models.organisation import Council, Locality, Placement, Team, TeamType
from teams.models.people import Appointment, User

__all__ = [
    "Appointment",
    "Council",
    "Locality",
    "Placement",
    "Team",
    "TeamType",
    "User",
]
