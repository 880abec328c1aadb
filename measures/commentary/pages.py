"""What a commentary is about, and the number it stands beside."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse

from measures.counting.catalogue import MeasureSpec
from measures.counting.display import shown
from measures.models import Commentary, Measure
from measures.performance.choices import choices_of, slug_of
from measures.performance.places import city_of, locality_place
from measures.performance.rows import Counted, parts
from teams.models import Locality, User
from teams.permissions import Authority
from teams.quarters import Quarter


@dataclass(frozen=True)
class About:
    """A measure, an area (no locality: the city) and a quarter."""

    measure: Measure
    locality: Locality | None
    quarter: Quarter

    @property
    def locality_id(self) -> int | None:
        """The locality's id; None is the city."""
        return self.locality.pk if self.locality else None

    def found(self) -> Commentary | None:
        """The commentary as it stands, if there is any."""
        return Commentary.objects.filter(
            measure=self.measure, locality=self.locality, quarter=self.quarter
        ).first()

    def unwritten(self) -> Commentary:
        """What stands in its place where there is none."""
        return Commentary(
            measure=self.measure, locality=self.locality, quarter=self.quarter, version=0
        )

    @property
    def back(self) -> str:
        """The page of the measure in this area, with the numbers beside the commentary."""
        asked = {"period": slug_of(self.quarter)}
        if self.locality:
            asked["area"] = f"locality:{self.locality.code}"
        query = urlencode(asked, safe=":")
        return f"{reverse('performance-measure', args=[self.measure.code])}?{query}"


@dataclass(frozen=True)
class Beside:
    """The number that a commentary explains."""

    area: str
    value: str
    made_of: str
    before: str
    before_name: str


def number(about: About, measure: MeasureSpec, authority: Authority, person: User) -> Beside:
    """The measure's figure in this area and quarter, and the quarter before."""
    choices = choices_of({"period": slug_of(about.quarter)}, about.back, authority)
    if choices is None:
        raise Http404("No quarter has been opened yet")
    place = locality_place(about.locality) if about.locality else city_of(person)
    tally = place.count([measure], choices.span, choices, years=False)
    counted = Counted.of(tally, place.area.keys)
    cell = counted.rollup.cell(measure, about.quarter)
    return Beside(
        area=place.area.name,
        value=shown(cell),
        made_of=parts(cell),
        before=shown(counted.rollup.cell(measure, about.quarter - 1)),
        before_name=(about.quarter - 1).short,
    )
