"""The figures that a report speaks of: read once, for any area and period of it.

Inside they are the signed-off ones of the day. A copy for outsiders is made from the releases and
from nothing else (``rollups``), for tokens, tables and charts alike.
"""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import cast

from earlyhelp.report.periods import HalfYear, ReportPeriod, moved, quarters_of, year_of
from earlyhelp.report.rollups import ReleasedRollUp, ReportRollUp, added_up
from earlyhelp.report.tree import AskedAs, CountedAs
from measures.counting import areas
from measures.counting.aggregates import Tally, take
from measures.counting.areas import Area
from measures.counting.catalogue import MeasureSpec, load_measures
from measures.counting.comparison import Change, TargetSpec, compare
from measures.counting.reporting import Reporting
from measures.counting.rollups import Cell, Period
from measures.counting.spans import Pairing, Spans
from measures.models import DataItem, ReportingQuarter
from measures.performance.places import Place
from measures.performance.targets_and_commentary import Annotations, annotations_of
from measures.querysets import Audience, Basis
from teams.models import Locality, Team
from teams.quarters import Quarter


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
        today: dt.date,
    ) -> None:
        self.measures = {one.code: one for one in measures}
        self.tally = tally
        self.annotations = annotations
        self.today = today
        self._known: dict[tuple[str, ...], AreaCounts] = {}
        self.localities = {one.code: one for one in tally.localities}
        self.team_codes: dict[int, str] = {}

    @cached_property
    def city(self) -> Area:
        """The whole council."""
        return areas.city()

    @cached_property
    def _definitions(self) -> dict[int, str]:
        """What counts, by question; one query."""
        return dict(DataItem.objects.values_list("pk", "definition"))

    def counted(self, codes: Collection[str]) -> tuple[CountedAs, ...]:
        """These measures as they are defined, with the questions that each is made from."""
        return tuple(
            CountedAs(
                *(code, one.name, one.definition),
                tuple(AskedAs(item.name, self._definitions[item.id]) for item in one.items),
            )
            for code, one in self.measures.items()
            if code in codes
        )

    def area(self, codes: tuple[str, ...]) -> AreaCounts:
        """The city, a locality, or several localities together, by code."""
        if codes not in self._known:
            localities = [self.localities[code] for code in codes]
            ids: tuple[int | None, ...] = tuple(one.pk for one in localities) or (None,)
            area = self._area(localities)
            place = Place(area, "", "", ids)
            self._known[codes] = AreaCounts(area, self._rollup(area), place)
        return self._known[codes]

    def names(self, codes: str) -> str:
        """What areas are called, by their codes with blanks between; ``city`` is the whole."""
        named = (self.localities[code].name for code in codes.split() if code in self.localities)
        return " and ".join(named) or self.city.name

    def _rollup(self, area: Area) -> ReportRollUp:
        """The roll-up of an area; for outsiders that of several localities says who was asked."""
        if not self.tally.is_for_outsiders:
            return ReportRollUp(self.tally, area.keys)
        is_one = area.keys is not None and len(area.keys) == 1
        return ReleasedRollUp(self.tally, area.keys if is_one else None)

    def _area(self, localities: list[Locality]) -> Area:
        if not localities:
            return self.city
        if len(localities) == 1:
            return areas.of_locality(localities[0])
        together = areas.own(localities)
        return replace(together, code="+".join(one.code for one in localities))

    def cell(self, measure: MeasureSpec, codes: tuple[str, ...], period: ReportPeriod) -> Cell:
        """A measure in an area and a period, as the readers of this document may see it."""
        if self.tally.is_for_outsiders and len(codes) > 1:
            return added_up(measure, [self.cell(measure, (code,), period) for code in codes])
        return self.area(codes).rollup.cell(measure, cast("Period", period))

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
        if self.tally.is_for_outsiders and len(codes) > 1:
            return self._of_each(codes, Pairing(now, before), period, was)
        spans = self.area(codes).spans
        return spans.pair(now, before, cast("Period", period), cast("Period", was))

    def _of_each(
        self, codes: tuple[str, ...], pairing: Pairing, period: ReportPeriod, was: ReportPeriod
    ) -> Pairing:
        """Sums over areas beside each other: unlike for whatever makes one of the areas unlike."""
        each = [self.pair(pairing.now.measure, (code,), period, was)[0] for code in codes]
        reasons = dict.fromkeys(reason for one in each for reason in one.reasons)
        return replace(pairing, reasons=tuple(reasons))

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
        audience=audience,
        opened=opened,
        named=True,
        compared=[wanted],
    )
    tally = replace(tally, localities=list(Locality.objects.all()))
    found = {one.year for one in wanted} | {year for one in wanted for year in (one.year.next,)}
    places = [Place(areas.city(), "", "", (None,))]
    places += [Place(areas.of_locality(one), "", "", (one.pk,)) for one in tally.localities]
    annotations = annotations_of(places, sorted(found), wanted)
    counts = Counts(measures, tally, annotations, today)
    counts.team_codes = dict(Team.objects.values_list("pk", "code"))
    return counts


def span_of(period: ReportPeriod, *, also: Iterable[Quarter] = ()) -> list[Quarter]:
    """The quarters that a report can speak of: two years up to its last, and the year after.

    What came since ("in the first quarter of 2016-17") is often said beside last year's.
    """
    last = quarters_of(period)[-1]
    first = quarters_of(moved(period, -1))[0]
    first = min(first, year_of(period).previous.quarters[0])
    found = {Quarter(index) for index in range(first.index, last.index + 5)}
    return sorted(found | set(also))
