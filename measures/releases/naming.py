"""What the lines of a release are called: a measure, an area and a period in words."""

from collections.abc import Iterable, Sequence

from measures.counting.catalogue import load_measures
from measures.releases.lines import CITY, Key
from measures.releases.small import Why
from teams.models import Council, Locality


class LineNames:
    """The names of measures and areas, read once; a handful of queries."""

    def __init__(self) -> None:
        self.measures = {one.id: one for one in load_measures()}
        council = Council.objects.first()
        self._areas = {CITY: council.area_name if council else "City"}
        self._areas |= dict(Locality.objects.values_list("pk", "name"))

    def area(self, key: Key) -> str:
        """The area of a line."""
        return self._areas[key.locality]

    def measure(self, key: Key) -> str:
        """The measure of a line."""
        return self.measures[key.measure].name

    def of(self, key: Key) -> str:
        """A line in one breath: ``Open cases, North, 2015-16``."""
        return f"{self.measure(key)}, {self.area(key)}, {key.period}"

    def why(self, whys: Iterable[Why], protects: Sequence[Key]) -> str:
        """Why a line is hidden: for itself, or what it protects."""
        words = [why.words for why in whys]
        if not words and protects:
            words = [f"to protect {'; '.join(self.of(key) for key in protects)}"]
        return ", ".join(words) or "to protect others"
