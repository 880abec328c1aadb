"""The areas of a round whose results can be looked at, as an address calls them (``area=``)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404
from django.utils.text import slugify

from audits.models import CaseAudit
from audits.permissions import sees_areas_of_results
from audits.results.scored_rounds import CITY, Area
from teams.models import Council, User
from teams.permissions import Authority

SERVICE = "The service itself"


@dataclass(frozen=True)
class Place:
    """An area with its name; ``level`` and ``code`` are what files and addresses call it."""

    area: Area
    name: str
    level: str
    code: str

    @property
    def param(self) -> str:
        """What ``area=`` calls it; nothing for the city."""
        return "" if self.level == "city" else f"{self.level}:{self.code}"

    @property
    def slug(self) -> str:
        """What a file is called after; nothing for the city."""
        return slugify(self.param.replace(":", "-"))


@dataclass(frozen=True)
class AreaLink:
    """One area to go to."""

    text: str
    url: str
    current: bool


@dataclass(frozen=True)
class AreaLinks:
    """Areas of one kind, side by side; ``name`` says which kind."""

    name: str
    links: Sequence[AreaLink]


@dataclass(frozen=True)
class Places:
    """The areas in which a round has cases: the city, localities, teams, agencies."""

    city: Place
    localities: tuple[Place, ...] = ()
    teams: tuple[Place, ...] = ()
    agencies: tuple[Place, ...] = ()

    @property
    def everything(self) -> list[Place]:
        """All of them, the city first."""
        return [self.city, *self.localities, *self.teams, *self.agencies]

    def named(self, param: str) -> Place:
        """What ``area=`` names; "not found" for an area without a case of the round."""
        for place in self.everything:
            if param == place.param:
                return place
        raise Http404("This round has no such area")

    def links(self, path: str, current: Place) -> list[AreaLinks]:
        """The areas to choose between, a line for each kind; none where there is only the city."""
        lines = [
            ("Localities", [self.city, *self.localities]),
            ("Teams", [*self.teams]),
            ("Agencies", [*self.agencies]),
        ]
        return [
            AreaLinks(name, [_link(place, path, current) for place in places])
            for name, places in lines
            if places and places != [self.city]
        ]


def _link(place: Place, path: str, current: Place) -> AreaLink:
    return AreaLink(place.name, address(path, place.param), place == current)


def address(path: str, param: str, **also: str) -> str:
    """The address of a page about an area."""
    asked = ({"area": param} if param else {}) | also
    return f"{path}?{urlencode(asked)}" if asked else path


def city_name(person: User) -> str:
    """What the whole is called: the council's area."""
    council: Council | None = person.council
    return council.area_name if council else "The city"


def places_of(audits: Iterable[CaseAudit], city: str, authority: Authority) -> Places:
    """The areas of these audits that this person may look at; audits come with their places.

    Whoever reads the city alone has only that.
    """
    whole = Place(CITY, city, "city", "")
    if not sees_areas_of_results(authority):
        return Places(whole)
    listed = list(audits)
    localities = {one.case.locality for one in listed if one.case.locality is not None}
    teams = {one.case.team for one in listed if one.case.team is not None}
    agencies = {one.agency for one in listed}
    return Places(
        city=whole,
        localities=tuple(
            Place(Area(locality_ids=(one.pk,)), one.name, "locality", one.code)
            for one in sorted(localities, key=lambda one: (one.position, one.code))
        ),
        teams=tuple(
            Place(Area(team_id=one.pk), one.name, "team", one.code)
            for one in sorted(teams, key=lambda one: (one.position, one.code))
        ),
        agencies=tuple(
            Place(Area(agency=one), one or SERVICE, "agency", one) for one in sorted(agencies)
        )
        if len(agencies) > 1
        else (),
    )
