"""What a commentary is about, and the number it stands beside."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse

from measures.counting.catalogue import MeasureSpec
from measures.counting.display import shown
from measures.counting.revisions import Revision
from measures.models import Commentary, Measure
from measures.performance.choices import choices_of
from measures.performance.places import city_of, locality_place
from measures.performance.rows import AreaFigures, parts
from teams.models import Locality, User
from teams.permissions import Authority
from teams.quarters import Quarter


@dataclass(frozen=True)
class About:
    """A measure, an area (no locality: the city) and a quarter."""

    measure: Measure
    locality: Locality | None
    quarter: Quarter

    def commentary(self) -> Commentary:
        """As it stands; where there is none, an empty one of version 0."""
        asked = {"measure": self.measure, "locality": self.locality, "quarter": self.quarter}
        return Commentary.objects.filter(**asked).first() or Commentary(**asked, version=0)

    @property
    def back(self) -> str:
        """The page of the measure in this area, with the numbers beside the commentary."""
        asked = {"period": self.quarter.slug}
        if self.locality:
            asked["area"] = f"locality:{self.locality.code}"
        query = urlencode(asked, safe=":")
        return f"{reverse('performance-measure', args=[self.measure.code])}?{query}"


@dataclass(frozen=True)
class Explained:
    """The number that a commentary explains."""

    area: str
    value: str
    pooled: str
    before: str
    before_name: str
    revision: Revision | None


def number(about: About, measure: MeasureSpec, authority: Authority, person: User) -> Explained:
    """The measure's figure in this area and quarter, and the quarter before."""
    choices = choices_of({"period": about.quarter.slug}, about.back, authority)
    if choices is None:
        raise Http404("No quarter has been opened yet")
    place = locality_place(about.locality) if about.locality else city_of(person)
    tally = place.count([measure], choices.span, choices, years=False)
    figures, before = AreaFigures(place, choices, tally), about.quarter - 1
    cell = figures.cell(measure)
    return Explained(
        area=place.area.name,
        value=shown(cell),
        pooled=parts(cell),
        before=shown(figures.cell(measure, before)),
        before_name=before.short,
        revision=figures.revision(measure),
    )
