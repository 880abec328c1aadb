"""Administration pages for the council, its localities, kinds of team, teams and their moves."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from import_export.fields import Field

from teams.admin.base import Kept, KeptForm
from teams.admin.files import ByCode, DayWidget, QuarterWidget, Sheet
from teams.models import Council, Locality, Placement, Team, TeamType
from teams.permissions import TeamsPermission


class Organisation(Kept):
    """Kept by those who keep the organisation; those who appoint people look things up in it."""

    kept_by = TeamsPermission.KEEP_ORGANISATION
    seen_by = (TeamsPermission.KEEP_PEOPLE,)
    list_display = ["name", "code"]
    search_fields = ["name", "code"]


class CouncilSheet(Sheet):
    """council.csv."""

    class Meta:
        model = Council
        fields = ("code", "name", "area_name")
        import_id_fields = ("code",)


class LocalitySheet(Sheet):
    """localities.csv."""

    class Meta:
        model = Locality
        fields = ("code", "name")
        import_id_fields = ("code",)


class TeamTypeSheet(Sheet):
    """team_types.csv."""

    class Meta:
        model = TeamType
        fields = ("code", "name")
        import_id_fields = ("code",)


class TeamSheet(Sheet):
    """teams.csv."""

    type = Field("type", "type", ByCode(TeamType))
    locality = Field("locality", "locality", ByCode(Locality))
    opened = Field("opened", "opened", DayWidget())
    closed = Field("closed", "closed", DayWidget())
    successor = Field("successor", "successor", ByCode(Team))

    class Meta:
        model = Team
        fields = ("code", "name", "type", "locality", "opened", "closed", "successor")
        import_id_fields = ("code",)


class PlacementSheet(Sheet):
    """placements.csv."""

    team = Field("team", "team", ByCode(Team))
    locality = Field("locality", "locality", ByCode(Locality))
    from_quarter = Field("from_quarter", "from_quarter", QuarterWidget())

    class Meta:
        model = Placement
        fields = ("team", "locality", "from_quarter")
        import_id_fields = ("team", "from_quarter")


@admin.register(Council)
class CouncilPages(Organisation):
    """The one council."""

    resource_classes = [CouncilSheet]
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

    resource_classes = [LocalitySheet]


@admin.register(TeamType)
class TeamTypePages(Organisation):
    """Kinds of team."""

    resource_classes = [TeamTypeSheet]


class TeamForm(KeptForm):
    """A team; its moves between localities are rows of their own."""

    class Meta:
        model = Team
        fields = ["code", "name", "type", "locality", "opened", "closed", "successor"]
        widgets = {
            "opened": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "closed": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }


@admin.register(Team)
class TeamPages(Organisation):
    """Teams that make returns."""

    form = TeamForm
    resource_classes = [TeamSheet]
    list_display = ["name", "code", "type", "locality", "opened", "closed", "successor"]
    list_filter = ["type", "locality"]
    list_select_related = ["type", "locality", "successor"]


@admin.register(Placement)
class PlacementPages(Organisation):
    """Moves of teams from one locality to another, from a quarter on."""

    resource_classes = [PlacementSheet]
    list_display = ["team", "locality", "from_quarter"]
    list_filter = ["locality"]
    list_select_related = ["team", "locality"]
    search_fields = ["team__name", "team__code"]
