"""Whom cases can be given to, each with what they are appointed to on the day."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from audits.permissions import AuditsPermission
from audits.responsible import people_holding
from teams.models import Appointment, User


@dataclass(frozen=True)
class Candidates:
    """Who audits and who moderates; ``appointments`` in words, by person."""

    auditors: QuerySet[User]
    moderators: QuerySet[User]
    appointments: Mapping[int, str]

    def label(self, person: User) -> str:
        """``Head (Head of service, North)``, so that an own line shows."""
        held = self.appointments.get(person.pk)
        return f"{person} ({held})" if held else str(person)


def candidates(day: dt.date) -> Candidates:
    """Everybody who audits or moderates on ``day``; one query, the people when they are shown."""
    held: dict[int, list[str]] = defaultdict(list)
    appointments = Appointment.objects.in_force(day).select_related("team", "locality")
    for appointment in appointments.order_by("role", "locality__position", "team__position"):
        held[appointment.person_id].append(str(appointment))
    return Candidates(
        auditors=people_holding(AuditsPermission.AUDIT, day),
        moderators=people_holding(AuditsPermission.MODERATE, day),
        appointments={person: "; ".join(dict.fromkeys(names)) for person, names in held.items()},
    )
