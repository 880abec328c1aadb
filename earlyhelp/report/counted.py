"""The signed-off figures that a report speaks of: read once, for any area and period of it.

What outsiders are not shown is decided here, for tokens, tables and charts alike.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import cast

from earlyhelp.report.periods import HalfYear, ReportPeriod, moved, quarters_of, year_of
from measures.counting import areas
from measures.counting.aggregates import Tally, take
from measures.counting.areas import Area, Level
from measures.counting.catalogue import MeasureSpec, load_measures
from measures.counting.comparison import Change, TargetSpec, compare
from measures.counting.reporting import Reporting
from measures.counting.rollups import Cell, Period, RollUp
from measures.counting.spans import Pairing, Spans
from measures.models import ReportingQuarter
from measures.performance.places import Place
from measures.performance.targets_and_commentary import Annotations, annotations_of
from measures.querysets import Audience, Basis
from teams.models import Locality, Team
from teams.quarters import Quarter

# Whether outsiders are not shown a measure of an area in a period.
Hides = Callable[[MeasureSpec, Area, ReportPeriod], bool]


class ReportRollUp(RollUp):
    """A roll-up that can be asked for half a year: flows added up, snapshots at its end."""

    def quarters_of(self, measure: MeasureSpec, period: Period | HalfYear) -> list[Quarter]:
        """The quarters whose figures a period is made of (rule 2)."""
        if isinstance(period, HalfYear):
            over = self.tally.over_in(period.quarters)
            return over[-1:] if measure.is_snapshot else over
        return super().quarters_of(measure, period)

    def count(self, measure: MeasureSpec, period: Period | HalfYear) -> Cell:
        """The measure with nothing hidden; of different people there is none over two quarters."""
        if isinstance(period, HalfYear):
            counted = self.counted(measure, self.quarters_of(measure, period))
            if measure.is_distinct:
                return replace(counted, numerator=None, denominator=None, not_provided=0)
            return counted
        return super().count(measure, period)


@dataclass(frozen=True)
class AreaCounts:
    """The figures of one area, who reported them, and what they may be compared on."""

    area: Area
    rollup: ReportRollUp
    place: Place

    @cached_property
    def reporting(self) -> Reporting:
        """Who reported them."""
        return Reporting(self.rollup)

    @cached_property
    def spans(self) -> Spans:
        """What they may be compared on."""
        return Spans(self.rollup)


class Counts:
    """The figures of the city and its localities over a span of quarters."""

    def __init__(
        self,
        measures: Iterable[MeasureSpec],
        tally: Tally,
        annotations: Annotations,
        hides: Hides | None,
        today: dt.date,
    ) -> None:
        self.measures = {one.code: one for one in measures}
        self.tally = tally
        self.annotations = annotations
        self.today = today
        self._hides = hides
        self._known: dict[tuple[str, ...], AreaCounts] = {}
        self.localities = {one.code: one for one in tally.localities}
        self.team_codes: dict[int, str] = {}

    @cached_property
    def city(self) -> Area:
        """The whole council."""
        return areas.city()

    def area(self, codes: tuple[str, ...]) -> AreaCounts:
        """The city, a locality, or several localities together, by code."""
        if codes not in self._known:
            localities = [self.localities[code] for code in codes]
            ids: tuple[int | None, ...] = tuple(one.pk for one in localities) or (None,)
            area = self._area(localities)
            place = Place(area, "", "", ids)
            self._known[codes] = AreaCounts(area, ReportRollUp(self.tally, area.keys), place)
        return self._known[codes]

    def _area(self, localities: list[Locality]) -> Area:
        if not localities:
            return self.city
        if len(localities) == 1:
            return areas.of_locality(localities[0])
        together = areas.own(localities)
        return replace(together, code="+".join(one.code for one in localities))

    def cell(self, measure: MeasureSpec, codes: tuple[str, ...], period: ReportPeriod) -> Cell:
        """A measure in an area and a period, as the readers of this document may see it."""
        counts = self.area(codes)
        cell = counts.rollup.cell(measure, cast("Period", period))
        if cell.numerator is not None and self.is_hidden(measure, codes, period):
            return cell.hidden()
        return cell

    def is_hidden(self, measure: MeasureSpec, codes: tuple[str, ...], period: ReportPeriod) -> bool:
        """Whether outsiders are not shown it; a sum is hidden where a part of it is."""
        if self._hides is None:
            return False
        parts = [(code,) for code in codes] if codes else [()]
        return any(self._hides(measure, self.area(part).area, period) for part in parts)

    def pair(
        self, measure: MeasureSpec, codes: tuple[str, ...], period: ReportPeriod, was: ReportPeriod
    ) -> tuple[Pairing, Change]:
        """A figure beside an earlier one, and what may be said of the change."""
        now, before = (self.cell(measure, codes, one) for one in (period, was))
        pairing = self._pairing(codes, now, before, period, was)
        return pairing, compare(pairing)

    def _pairing(
        self,
        codes: tuple[str, ...],
        now: Cell,
        before: Cell,
        period: ReportPeriod,
        was: ReportPeriod,
    ) -> Pairing:
        if now.is_hidden or before.is_hidden:
            return Pairing(now, before)
        rollup = self.area(codes).rollup
        lengths = [
            len(rollup.quarters_of(now.measure, cast("Period", one))) for one in (period, was)
        ]
        if type(period) is not type(was) or (
            isinstance(period, HalfYear) and lengths[0] != lengths[1]
        ):
            return Pairing(now, before, reasons=("the periods are not alike",))
        spans = self.area(codes).spans
        return spans.pair(now, before, cast("Period", period), cast("Period", was))

    def target(
        self, measure: MeasureSpec, codes: tuple[str, ...], period: ReportPeriod
    ) -> TargetSpec | None:
        """The target that holds for it; of half a year as of a quarter, for ratios alone."""
        if len(codes) > 1:
            return None
        place, year = self.area(codes).place, year_of(period)
        is_year = period == year
        return self.annotations.target(place, measure, year, is_year=is_year)

    def bears_verdict(self, cell: Cell, codes: tuple[str, ...], period: ReportPeriod) -> bool:
        """Whether a figure may be held against its target."""
        if cell.value is None or len(codes) > 1:
            return False
        return self.area(codes).spans.bears_verdict(cell, cast("Period", period))

    def missing(self, cell: Cell) -> tuple[str, ...]:
        """The codes of the teams missing from a cell, in the framework's order."""
        return tuple(code for pk, code in self.team_codes.items() if pk in cell.missing)


def load_counts(
    quarters: Collection[Quarter],
    *,
    audience: Audience,
    today: dt.date,
    years: Collection[int] = (),
) -> Counts:
    """Everything counted in these quarters and in what they are compared with; few queries."""
    opened = [row.quarter for row in ReportingQuarter.objects.opened()]
    wanted = sorted({one for each in quarters for one in (each, each - 4)}.intersection(opened))
    measures = load_measures()
    tally = take(
        *(measures, wanted, Basis.SIGNED_OFF),
        audience=Audience.INTERNAL,  # what outsiders are not shown is taken out below
        opened=opened,
        named=True,
        compared=[wanted],
    )
    tally = replace(tally, localities=list(Locality.objects.all()))
    found = {one.year for one in wanted} | {year for one in wanted for year in (one.year.next,)}
    places = [Place(areas.city(), "", "", (None,))]
    places += [Place(areas.of_locality(one), "", "", (one.pk,)) for one in tally.localities]
    annotations = annotations_of(places, sorted(found), wanted)
    hides = None
    if audience == Audience.EXTERNAL:
        hides = _hidden_from_outsiders(measures, tally)
    counts = Counts(measures, tally, annotations, hides, today)
    counts.team_codes = dict(Team.objects.values_list("pk", "code"))
    return counts


def _hidden_from_outsiders(measures: list[MeasureSpec], now: Tally) -> Hides:
    """What outsiders are not shown: what no release shows, or what changed since it did."""
    quarters = [Quarter(index) for index in now.quarters]
    tally = take(measures, quarters, Basis.SIGNED_OFF, audience=Audience.EXTERNAL)

    def hides(measure: MeasureSpec, area: Area, period: ReportPeriod) -> bool:
        if isinstance(period, HalfYear):
            return any(hides(measure, area, one) for one in quarters_of(period))
        if area.level not in (Level.CITY, Level.LOCALITY):
            return True
        told, stands = (RollUp(one, area.keys).cell(measure, period) for one in (tally, now))
        if told.numerator is None:
            return True
        return (told.numerator, told.denominator) != (stands.numerator, stands.denominator)

    return hides


def span_of(period: ReportPeriod, *, also: Iterable[Quarter] = ()) -> list[Quarter]:
    """The quarters that a report can speak of: two years up to its last, and the year after.

    What came since ("in the first quarter of 2016-17") is often said beside last year's.
    """
    last = quarters_of(period)[-1]
    first = quarters_of(moved(period, -1))[0]
    first = min(first, year_of(period).previous.quarters[0])
    found = {Quarter(index) for index in range(first.index, last.index + 5)}
    return sorted(found | set(also))
