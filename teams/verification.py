"""What must hold of the organisation (``core.verification``)."""

from collections.abc import Iterator
from itertools import groupby

from earlyhelp.core.verification import register
from teams.models import Placement, Team


def overlapping_placements() -> Iterator[str]:
    """Teams that would stand in two localities at once, or move although they are city-wide."""
    city_wide = set(Team.objects.filter(locality=None).values_list("pk", flat=True))
    rows = Placement.objects.order_by("team", "from_quarter", "pk")
    for (team, quarter), some in groupby(
        rows.values_list("team", "from_quarter", "pk"), key=lambda row: row[:2]
    ):
        found = [pk for _, _, pk in some]
        if len(found) > 1:
            yield f"team {team}: placements {found} begin in the same quarter ({quarter})"
        if team in city_wide:
            yield f"team {team}: it counts for the city and has placement {found[0]}"


def successors_in_a_circle() -> Iterator[str]:
    """Teams that follow one another in a circle."""
    after = dict(Team.objects.exclude(successor=None).values_list("pk", "successor"))
    for team in after:
        seen = set[int]()
        at: int | None = team
        while at in after and at not in seen:
            seen.add(at)
            at = after[at]
        if at == team:
            yield f"team {team}: it comes after itself"


def register_all() -> None:
    """Have all of this checked."""
    register("placements", "A team stands in one place at a time.", overlapping_placements)
    register("successors", "No team comes after itself.", successors_in_a_circle)
