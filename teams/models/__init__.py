"""Who counts, and where: the organisation and its people."""

from teams.models.organisation import Council, Locality, Placement, Team, TeamType
from teams.models.people import AddressChange, AddressDecision, Appointment, User

__all__ = [
    "AddressChange",
    "AddressDecision",
    "Appointment",
    "Council",
    "Locality",
    "Placement",
    "Team",
    "TeamType",
    "User",
]
