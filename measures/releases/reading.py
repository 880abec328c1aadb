"""What outsiders may read: the newest line of each measure, area and period that is not void.

The only door for pages, exports, charts and editions of outsiders. A hidden line comes without its
numbers, so that nothing that reads it can show them.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from earlyhelp.core import clock
from measures.counting.aggregates.shape import AsReleased, Place, Tally
from measures.counting.catalogue import MeasureSpec
from measures.models import Measure
from measures.releases.asked import tally_of
from measures.releases.lines import CITY, Key, period_of
from measures.releases.models import ReleasedLine, ReleasedQuarter, VoidedQuarter
from teams.models import Locality
from teams.quarters import FinancialYear, Quarter

Period = Quarter | FinancialYear


@dataclass(frozen=True)
class Published:
    """The periods of which outsiders read something."""

    quarters: frozenset[Quarter]
    years: frozenset[FinancialYear]


@dataclass(frozen=True)
class ReleaseMask:
    """Which cells of a period are hidden from outsiders, for an edition that is frozen under it.

    A cell is hidden whole: numerator, denominator and value. ``lines`` are by the code of the
    measure and of the locality (empty for the city). What is in no release is not for outsiders.
    """

    lines: Mapping[tuple[str, str], AsReleased]

    def line(self, measure: str, area: str = "") -> AsReleased | None:
        """What outsiders read of a measure in an area; None where it is not released."""
        return self.lines.get((measure, area))

    def hides(self, measure: str, area: str = "") -> bool:
        """Whether a cell must not be shown to them: hidden, or not released."""
        found = self.line(measure, area)
        return found is None or found.is_hidden


def masks_of(periods: Iterable[Period]) -> dict[Period, ReleaseMask]:
    """What outsiders may read of quarters and years; four queries.

    Localities stand in years alone.
    """
    measures = dict(Measure.objects.values_list("pk", "code"))
    localities: dict[int | None, str] = dict(Locality.objects.values_list("pk", "code"))
    localities[None] = ""
    lines: dict[Period, dict[tuple[str, str], AsReleased]] = {one: {} for one in periods}
    for (pk, area, period), line in _lines(Q(period__in=map(str, lines))).items():
        lines[period_of(period)][measures[pk], localities[area]] = line
    return {period: ReleaseMask(found) for period, found in lines.items()}


def published() -> Published:
    """The quarters and years that outsiders can ask for; two queries."""
    voided = VoidedQuarter.objects.filter(quarter=OuterRef("quarter")).order_by("-up_to")
    told = ReleasedQuarter.objects.order_by().annotate(void=Subquery(voided.values("up_to")[:1]))
    rows = list(told.values_list("quarter", "release", "void"))
    # Only what was released was ever made void.
    voids = {at: void or 0 for at, _, void in rows}
    quarters = {Quarter(at) for at, release, _ in rows if release > voids[at]}
    city = ReleasedLine.objects.filter(locality__isnull=True).exclude(period__contains=" ")
    years = {
        year
        for period, release in city.order_by().values_list("period", "release").distinct()
        if (year := FinancialYear.parse(period)) and _stands(year, release, voids)
    }
    return Published(frozenset(quarters), frozenset(years))


def standing() -> dict[Key, tuple[Any, ...]]:
    """What stands of each line, hidden or not: for the next release to see what changed."""
    voids = _voids()
    found: dict[Key, tuple[Any, ...]] = {}
    columns = ("measure", "locality", "period", "release")
    facts = ("numerator", "denominator", "answered", "expected", "not_provided")
    rows = ReleasedLine.objects.order_by("release").values_list(*columns, *facts)
    for measure, locality, period, release, *told in rows:
        if _stands(period_of(period), release, voids):
            found[Key(measure, locality or CITY, period)] = tuple(told)
    return found


def asked_standing() -> dict[int, Any]:
    """Who was asked what in each quarter, as it stands in a release; two queries."""
    return _asked(Q())


def _asked(where: Q) -> dict[int, Any]:
    voids = _voids()
    return {
        row.quarter_id: row.asked
        for row in ReleasedQuarter.objects.filter(where).order_by("release")
        if row.release_id > voids.get(row.quarter_id, 0)
    }


def _lines(where: Q) -> dict[Place, AsReleased]:
    rows = _rows(ReleasedLine.objects.filter(where), _voids())
    return {place: as_released(row) for place, row in rows.items()}


def _rows(rows: QuerySet[ReleasedLine], voids: Mapping[int, int]) -> dict[Place, ReleasedLine]:
    """The newest of each line that stands; one query."""
    return {
        (row.measure_id, row.locality_id, row.period): row
        for row in rows.order_by("release")
        if _stands(period_of(row.period), row.release_id, voids)
    }


def _voids() -> dict[int, int]:
    """The last release that is void for each quarter whose closing was undone; one query."""
    found: dict[int, int] = defaultdict(int)
    for quarter, release in VoidedQuarter.objects.order_by().values_list("quarter", "up_to"):
        found[quarter] = max(found[quarter], release)
    return found


def _stands(period: Period, release: int, voids: Mapping[int, int]) -> bool:
    quarters = [period] if isinstance(period, Quarter) else period.quarters
    return all(release > voids.get(quarter.index, 0) for quarter in quarters)


def as_released(row: ReleasedLine) -> AsReleased:
    """A line as outsiders read it: without its numbers where it is hidden."""
    hidden = row.is_hidden
    return AsReleased(
        None if hidden else row.numerator,
        None if hidden else row.denominator,
        row.answered,
        row.expected,
        0 if hidden else row.not_provided,
        None if row.last is None else Quarter(row.last),
        hidden,
        (row.teams_answered, row.teams_expected),
        row.bears and not hidden,
        tuple((dt.date.fromisoformat(day), kind) for day, kind in row.revised),
    )


def tally(
    measures: Sequence[MeasureSpec],
    quarters: Collection[Quarter],
    compared: Sequence[Sequence[Quarter]],
) -> Tally:
    """What outsiders may read of these measures, quarters and their years; three queries."""
    voids = _voids()
    wanted = [quarter.index for quarter in quarters]
    told = ReleasedQuarter.objects.filter(quarter__in=wanted).order_by("release")
    asked = {
        row.quarter_id: row.asked for row in told if row.release_id > voids.get(row.quarter_id, 0)
    }
    periods = [str(one) for one in (*quarters, *{quarter.year for quarter in quarters})]
    lines = ReleasedLine.objects.filter(
        period__in=periods, measure__in=[measure.id for measure in measures]
    )
    rows = _rows(lines.select_related("locality"), voids)
    localities = {row.locality for row in rows.values() if row.locality is not None}
    today = clock.today()
    return tally_of(
        asked,
        over=frozenset(at for at in asked if Quarter(at).last_day < today),
        compared=compared,
        closed=frozenset(asked),
        localities=sorted(localities, key=lambda one: (one.position, one.code)),
        released={place: as_released(row) for place, row in rows.items()},
    )
