"""The vocabulary for asking about teams, people's appointments and the record."""

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from teams.quarters import Quarter

if TYPE_CHECKING:
    from teams.models import Appointment, Team, User  # noqa: F401  # for the type arguments


class TeamQuerySet(models.QuerySet["Team"]):
    """Teams, by when they are open."""

    def open_in(self, quarter: Quarter) -> Self:
        """Teams open on any day of ``quarter``: those that owe a return for it."""
        return self.filter(
            Q(opened__isnull=True) | Q(opened__lte=quarter.last_day),
            Q(closed__isnull=True) | Q(closed__gte=quarter.first_day),
        )


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    """Appointments, by whether they hold."""

    def in_force(self, day: dt.date) -> Self:
        """Those that hold on ``day``: begun, not ended, not withdrawn."""
        return self.filter(
            Q(starts__lte=day), Q(ends__isnull=True) | Q(ends__gte=day), withdrawn_at__isnull=True
        )
