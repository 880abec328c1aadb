"""Administration pages for the council, its localities, kinds of team, teams and their moves."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from teams.admin.base import Kept
from teams.exchange import (
    CouncilResource,
    LocalityResource,
    PlacementResource,
    TeamResource,
    TeamTypeResource,
)
from teams.models import Council, Locality, Placement, Team, TeamType
from teams.permissions import TeamsPermission


class Organisation(Kept):
    """Kept by those who keep the organisation; those who appoint people look things up in it."""

    kept_by = TeamsPermission.KEEP_ORGANISATION
    seen_by = (TeamsPermission.KEEP_PEOPLE,)
    list_display = ["name", "code"]
    search_fields = ["name", "code"]


@admin.register(Council)
class CouncilPages(Organisation):
    """The one council."""

    resource_classes = [CouncilResource]
    list_display = ["name", "code", "area_name"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """There is one."""
        return super().has_add_permission(request, obj) and not Council.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """It stays."""
        return False


@admin.register(Locality)
class LocalityPages(Organisation):
    """The parts of the area."""

    resource_classes = [LocalityResource]


@admin.register(TeamType)
class TeamTypePages(Organisation):
    """Kinds of team."""

    resource_classes = [TeamTypeResource]


@admin.register(Team)
class TeamPages(Organisation):
    """Teams that make returns."""

    resource_classes = [TeamResource]
    list_display = ["name", "code", "type", "locality", "opened", "closed", "successor"]
    list_filter = ["type", "locality"]
    list_select_related = ["type", "locality", "successor"]


@admin.register(Placement)
class PlacementPages(Organisation):
    """Moves of teams from one locality to another, from a quarter on."""

    resource_classes = [PlacementResource]
    list_display = ["team", "locality", "from_quarter"]
    list_filter = ["locality"]
    list_select_related = ["team", "locality"]
    search_fields = ["team__name", "team__code"]
