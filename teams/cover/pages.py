"""Cover as a head of service reads and gives it."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from teams.models import Appointment, Locality, Team, User
from teams.quarters import Quarter
from teams.roles import Role


@dataclass(frozen=True)
class Post:
    """A head's own post, or a team manager's, that somebody can hold for a time."""

    key: str
    label: str
    role: Role
    locality_id: int
    team: Team | None = None


@dataclass(frozen=True)
class CoverRow:
    """One cover in a list, with how it stands today."""

    appointment: Appointment
    label: str
    status: str
    colour: str
    can_end: bool


def own_localities(person: User, day: dt.date) -> list[Locality]:
    """The localities that a person heads in their own right on ``day``, not as a deputy."""
    return list(
        Locality.objects.filter(
            pk__in=Appointment.objects.in_force(day)
            .filter(person=person, role=Role.HEAD_OF_SERVICE, is_cover=False)
            .values("locality")
        )
    )


def posts_in(localities: Sequence[Locality], day: dt.date) -> list[Post]:
    """What can be covered there: each locality itself, and each team that stands in it now."""
    quarter = Quarter.containing(day)
    by_id = {locality.pk: locality for locality in localities}
    found = [
        Post(
            f"locality-{locality.pk}",
            f"Deputy head of service, {locality}",
            Role.HEAD_OF_SERVICE,
            locality.pk,
        )
        for locality in localities
    ]
    for team in Team.objects.open_in(quarter).prefetch_related("placements"):
        where = team.locality_id_in(quarter)
        if where in by_id:
            found.append(
                Post(f"team-{team.pk}", f"Acting manager, {team}", Role.TEAM_MANAGER, where, team)
            )
    return found


def cover_in(posts: Iterable[Post]) -> QuerySet[Appointment]:
    """Every cover, also past and ended, of these posts; latest first."""
    listed = list(posts)
    return (
        Appointment.objects.filter(
            Q(locality__in=[post.locality_id for post in listed if post.team is None])
            | Q(team__in=[post.team.pk for post in listed if post.team is not None]),
            is_cover=True,
        )
        .select_related("person", "team", "locality", "appointed_by")
        .order_by("-starts", "-pk")
    )


def cover_rows(posts: Sequence[Post], day: dt.date) -> list[CoverRow]:
    """The list of cover as it stands on ``day``; one query."""
    labels = {
        (post.role, post.team.pk if post.team else post.locality_id): post.label for post in posts
    }
    return [_row(one, labels, day) for one in cover_in(posts)]


def _row(one: Appointment, labels: dict[tuple[Role, int], str], day: dt.date) -> CoverRow:
    where = one.team_id or one.locality_id or 0
    status, colour = _status(one, day)
    return CoverRow(
        appointment=one,
        label=labels[Role(one.role), where],
        status=status,
        colour=colour,
        can_end=one.withdrawn_at is None and (one.ends is None or one.ends >= day),
    )


def _status(one: Appointment, day: dt.date) -> tuple[str, str]:
    if one.withdrawn_at is not None:
        return "Ended early", ""
    if one.starts > day:
        return "To come", "blue"
    if one.ends is not None and one.ends < day:
        return "Over", ""
    return "In force", "green"
