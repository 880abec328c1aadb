"""The areas of a round whose results can be looked at, as an address calls them (``area=``)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import Http404

from audits.models import CaseAudit
from audits.permissions import AuditsPermission
from audits.results.scored_rounds import CaseArea
from teams.models import Council, Locality, Team, User
from teams.permissions import Authority

SERVICE = "The service itself"


@dataclass(frozen=True)
class CaseAreas:
    """The areas in which a round has cases: the city, localities, teams, agencies."""

    city: CaseArea
    localities: Sequence[CaseArea] = ()
    teams: Sequence[CaseArea] = ()
    agencies: Sequence[CaseArea] = ()

    @property
    def everything(self) -> list[CaseArea]:
        """All of them, the city first."""
        return [self.city, *self.localities, *self.teams, *self.agencies]

    def named(self, param: str) -> CaseArea:
        """What ``area=`` names; "not found" for an area without a case of the round."""
        for area in self.everything:
            if param == area.param:
                return area
        raise Http404("This round has no such area")

    @property
    def lines(self) -> list[tuple[str, list[CaseArea]]]:
        """The areas to choose between, a line for each kind; none where there is only the city."""
        localities = [self.city, *self.localities] if self.localities else []
        lines = [("Localities", localities), ("Teams", self.teams), ("Agencies", self.agencies)]
        return [(name, list(areas)) for name, areas in lines if areas]


def city_name(person: User) -> str:
    """What the whole is called: the council's area."""
    council: Council | None = person.council
    return council.area_name if council else "The whole area"


def areas_of(audits: Sequence[CaseAudit], city: str, authority: Authority) -> CaseAreas:
    """The areas of these audits that this person may look at; audits come with their places.

    Whoever reads the city alone has only that.
    """
    whole = CaseArea(name=city)
    if not authority.holds(AuditsPermission.SEE_RESULTS):
        return CaseAreas(whole)
    agencies = sorted({audit.agency for audit in audits})
    return CaseAreas(
        city=whole,
        localities=_places("locality", (audit.case.locality for audit in audits)),
        teams=_places("team", (audit.case.team for audit in audits)),
        agencies=[CaseArea("agency", agency, agency or SERVICE, agency) for agency in agencies]
        if len(agencies) > 1
        else [],
    )


def _places(level: str, places: Iterable[Locality | Team | None]) -> list[CaseArea]:
    known = {place for place in places if place is not None}
    in_order = sorted(known, key=lambda place: (place.position, place.code))
    return [CaseArea(level, place.pk, place.name, place.code) for place in in_order]
