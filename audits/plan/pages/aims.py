"""Where the measures that outcomes aim at stand today, for whoever may read them."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from audits.plan.aims import Course, course, share_of_year
from audits.plan.models import Aim
from earlyhelp.core import clock
from measures.counting.aggregates import take
from measures.counting.catalogue import MeasureSpec, load_measures
from measures.counting.display import shown, year_name
from measures.counting.revisions import Revision
from measures.counting.rollups import Cell
from measures.performance.rows import Counted, reporting_words, target_text, teams_of
from measures.permissions import audience_of, bases_seen, sees_areas_within_city
from measures.querysets import Audience, Basis
from teams.models import Council
from teams.permissions import Authority
from teams.quarters import FinancialYear


@dataclass(frozen=True)
class AimText:
    """An aim in words: ``Helped families, Derby: from 71.2% to 75% by the end of 2016-17``."""

    aim: Aim
    measure: MeasureSpec
    city: str

    def __str__(self) -> str:
        return f"{self.measure.name}, {self.where}: {self.goal}"

    @property
    def where(self) -> str:
        """The locality, or the city."""
        return str(self.aim.locality or self.city)

    @property
    def goal(self) -> str:
        """``from 71.2% to 75% by the end of 2016-17``."""
        start, level = self.aim.start, target_text(Fraction(self.aim.level), self.measure)
        begun = "" if start is None else f"from {target_text(Fraction(start), self.measure)} "
        return f"{begun}to {level} by the end of {self.aim.financial_year}"


@dataclass(frozen=True)
class AimRow(AimText):
    """One aim, with the measure's figure today and what it covers.

    Without ``course`` nothing can be judged, and ``why_not`` says why.
    """

    url: str = ""
    today: str = ""
    period: str = ""
    coverage: str = ""
    is_provisional: bool = False
    revision: Revision | None = None
    course: Course | None = None
    why_not: str = "you do not read this figure"

    @property
    def line(self) -> str:
        """The whole of it in a line, as files have it."""
        provisional = ", provisional" if self.is_provisional else ""
        revised = f", {self.revision}" if self.revision else ""
        figure = f"{self.today} in {self.period} ({self.coverage}{provisional}{revised})"
        now = f"; now {figure}" if self.today else ""
        return f"{self}{now}: {self.course or self.why_not}"


@dataclass(frozen=True)
class EndedAim(AimText):
    """An aim that was changed or removed; ``instead`` is what came in its place, if anything."""

    instead: str

    @property
    def on(self) -> dt.date:
        """The day on which it ended."""
        return timezone.localdate(self.aim.ended_at)


def in_words(aim: Aim) -> str:
    """One aim alone; its measure and the city are read."""
    [measure] = load_measures([aim.measure.code])
    return str(AimText(aim, measure, Council.whole_area()))


def aim_typed(aim: Aim) -> dict[str, Any]:
    """The boxes of a form about it, before anybody types."""
    return {
        "measure": aim.measure_id,
        "locality": aim.locality_id,
        "start": None if aim.start is None else f"{aim.start.normalize():f}",
        "level": f"{aim.level.normalize():f}",
        "year": aim.year,
    }


def aim_rows(aims: Sequence[Aim], authority: Authority) -> tuple[list[AimRow], list[EndedAim]]:
    """Those that hold, with their figures, and those that ended, in the order of that.

    ``aims`` are all of their outcomes. The same few queries for any number of aims; none
    without one.
    """
    if not aims:
        return [], []
    specs = {one.id: one for one in load_measures([aim.measure.code for aim in aims])}
    city = Council.whole_area()
    texts = [AimText(aim, specs[aim.measure_id], city) for aim in aims]
    instead = {one.aim.replaces_id: str(one) for one in texts}
    ended = [
        EndedAim(one.aim, one.measure, city, instead.get(one.aim.pk, ""))
        for one in texts
        if one.aim.ended_at is not None
    ]
    ended.sort(key=lambda one: (one.aim.ended_at, one.aim.pk))
    return _with_figures([one for one in texts if one.aim.ended_at is None], authority), ended


def _with_figures(texts: Sequence[AimText], authority: Authority) -> list[AimRow]:
    """Each with its measure's figure, on the first basis that this person may read.

    Where nobody has reported for the aim's year yet, last year's figure stands and nothing is
    judged.
    """
    bases = bases_seen(authority)
    if not texts or not bases:
        return [AimRow(one.aim, one.measure, one.city) for one in texts]
    areas = {one.aim.locality_id for one in texts}
    if not sees_areas_within_city(authority):
        areas &= {None}
    counted = _counted(texts, areas, bases[0], audience_of(authority))
    return [_row(one, counted.get(one.aim.locality_id), bases[0]) for one in texts]


def _counted(
    texts: Sequence[AimText],
    areas: Collection[int | None],
    basis: Basis,
    audience: Audience,
) -> dict[int | None, Counted]:
    """The figures of their measures, of the aims' years and of those before, by area."""
    years = {one.aim.financial_year for one in texts}
    quarters = [one for year in years | {year.previous for year in years} for one in year.quarters]
    measures = {one.measure.id: one.measure for one in texts}
    compared = [[one, one - 4] for year in years for one in year.quarters]
    tally = take(
        *(list(measures.values()), quarters, basis),
        audience=audience,
        named=True,
        compared=compared,
    )
    return {area: Counted.of(tally, None if area is None else frozenset([area])) for area in areas}


def _row(text: AimText, counted: Counted | None, basis: Basis) -> AimRow:
    aim, measure, year = text.aim, text.measure, text.aim.financial_year
    if counted is None:
        return AimRow(aim, measure, text.city)
    cell = counted.rollup.cell(measure, year)
    if cell.value is None:
        before = counted.rollup.cell(measure, year.previous)
        if before.value is not None:
            year, cell = year.previous, before
    judged, why_not = _judged(text, counted, year, cell)
    asked = {"basis": basis.value, "period": str(year) if cell.last else ""}
    asked["area"] = f"locality:{aim.locality.code}" if aim.locality else ""
    query = urlencode({key: value for key, value in asked.items() if value}, safe=":")
    return AimRow(
        aim,
        measure,
        text.city,
        url=f"{reverse('performance-measure', args=[measure.code])}?{query}",
        today=shown(cell) if cell.value is not None else "",
        period=_period(counted, year),
        coverage=teams_of(reporting_words(counted.reporting, measure, year, cell)),
        is_provisional=counted.reporting.is_provisional(measure, year),
        revision=counted.reporting.revision(measure, year),
        course=judged,
        why_not=why_not,
    )


def _period(counted: Counted, year: FinancialYear) -> str:
    over = counted.rollup.tally.over_in(year.quarters)
    is_over = year.quarters[3].last_day < clock.today()
    return year_name(year, over, is_over=is_over)


def _judged(
    text: AimText, counted: Counted, year: FinancialYear, cell: Cell
) -> tuple[Course | None, str]:
    """Whether it is on course, or why that cannot be said."""
    aim, measure = text.aim, text.measure
    if cell.value is None or cell.last is None or year != aim.financial_year:
        return None, f"no figure for {aim.financial_year} yet"
    if not (measure.is_ratio or measure.is_snapshot) and cell.last.number != 4:
        return None, "a count is judged when the year is over"
    if not counted.spans.bears_verdict(cell, year, is_so_far=True):
        return None, "too little of it was reported to judge"
    elapsed = share_of_year(year, cell.last)
    stands = course(cell.value, start=aim.start, level=aim.level, elapsed=elapsed)
    return Course.NOT_REACHED if stands == Course.BEHIND and elapsed == 1 else stands, ""
