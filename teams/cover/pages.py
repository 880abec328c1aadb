"""Cover as a head of service reads and gives it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from teams.models import Appointment, Locality, Team, User
from teams.quarters import Quarter
from teams.roles import Role


@dataclass(frozen=True)
class CoverableAppointment:
    """A head's own appointment, or a team manager's, that somebody can hold for a time."""

    label: str
    role: Role
    locality_id: int
    team: Team | None = None

    @property
    def key(self) -> str:
        """What the form calls it."""
        return _key(self.team.pk if self.team else None, self.locality_id)


def _key(team_id: int | None, locality_id: int | None) -> str:
    return f"team-{team_id}" if team_id else f"locality-{locality_id}"


@dataclass(frozen=True)
class CoverRow:
    """One cover in a list, with how it stands today."""

    appointment: Appointment
    label: str
    status: str
    colour: str
    can_end: bool


def coverable(person: User, day: dt.date) -> list[CoverableAppointment]:
    """What a person can have covered: each locality that they head, and each team in it now.

    They head it in their own right on ``day``, not as a deputy.
    """
    headed = Appointment.objects.in_force(day).filter(
        person=person, role=Role.HEAD_OF_SERVICE, is_cover=False
    )
    found = [
        CoverableAppointment(f"Deputy head of service, {one}", Role.HEAD_OF_SERVICE, one.pk)
        for one in Locality.objects.filter(pk__in=headed.values("locality"))
    ]
    own, quarter = {one.locality_id for one in found}, Quarter.containing(day)
    for team in Team.objects.open_in(quarter).prefetch_related("placements") if found else ():
        where = team.locality_id_in(quarter)
        if where in own:
            label = f"Acting manager, {team}"
            found.append(CoverableAppointment(label, Role.TEAM_MANAGER, where, team))
    return found


def cover_of(appointments: Sequence[CoverableAppointment]) -> QuerySet[Appointment]:
    """Every cover of these, also past and ended; latest first."""
    return (
        Appointment.objects.filter(
            Q(locality__in=[one.locality_id for one in appointments])
            | Q(team__in=[one.team for one in appointments if one.team]),
            is_cover=True,
        )
        .select_related("person", "team", "locality", "appointed_by")
        .order_by("-starts", "-pk")
    )


def cover_rows(appointments: Sequence[CoverableAppointment], day: dt.date) -> list[CoverRow]:
    """The list of cover as it stands on ``day``; one query."""
    labels = {one.key: one.label for one in appointments}
    return [
        CoverRow(
            cover,
            labels[_key(cover.team_id, cover.locality_id)],
            *_status(cover, day),
            can_end=cover.withdrawn_at is None and (cover.ends is None or cover.ends >= day),
        )
        for cover in cover_of(appointments)
    ]


def _status(one: Appointment, day: dt.date) -> tuple[str, str]:
    if one.withdrawn_at is not None:
        return "Ended early", ""
    if one.is_unconfirmed:
        return one.standing(day), "yellow"
    if one.starts > day:
        return "To come", "blue"
    if one.ends is not None and one.ends < day:
        return "Over", ""
    return "In force", "green"
