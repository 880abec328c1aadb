"""The vocabulary for asking about teams, people's appointments and the record."""

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from teams.quarters import Quarter

if TYPE_CHECKING:
    from teams.models import AddressChange, Appointment, Team, User  # noqa: F401  # for the type arguments


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
        """Those that hold on ``day``: begun, not ended, not withdrawn, not waiting."""
        return self.settled().not_over(day).filter(starts__lte=day)

    def not_over(self, day: dt.date) -> Self:
        """Those whose last day is not past, and that nobody withdrew or declined."""
        return self.filter(Q(ends__isnull=True) | Q(ends__gte=day), withdrawn_at__isnull=True)

    def settled(self) -> Self:
        """Those that wait for nobody: confirmed, or in no need of it."""
        return self.filter(Q(waits_until__isnull=True) | Q(confirmed_at__isnull=False))

    def waiting(self, day: dt.date) -> Self:
        """Those that a second person can still confirm on ``day``."""
        return self.not_over(day).filter(waits_until__gte=day, confirmed_at__isnull=True)

    def lapsed(self, day: dt.date) -> Self:
        """Those that nobody confirmed in time."""
        return self.filter(
            waits_until__lt=day, confirmed_at__isnull=True, withdrawn_at__isnull=True
        )

    def waiting_for(self, person_id: int | None, day: dt.date) -> Self:
        """Those that this person can confirm, if anybody's: neither asked for nor held by them."""
        return self.waiting(day).exclude(appointed_by=person_id).exclude(person=person_id)


class AddressChangeQuerySet(models.QuerySet["AddressChange"]):
    """Changed addresses, by whether they wait."""

    def undecided(self) -> Self:
        """Those that nobody confirmed or declined, also too long ago."""
        return self.filter(decided_at__isnull=True)

    def waiting(self, day: dt.date) -> Self:
        """Those that can still be confirmed on ``day``."""
        return self.undecided().filter(waits_until__gte=day)

    def waiting_for(self, person_id: int | None, day: dt.date) -> Self:
        """Those that this person can confirm, if anybody's: neither asked for nor about them."""
        return self.waiting(day).exclude(asked_by=person_id).exclude(person=person_id)
