"""Where the measures that outcomes aim at stand today, for whoever may read them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.urls import reverse
from django.utils import timezone

from audits.plan.aims import Course, course, share_of_year
from audits.plan.models import Aim
from measures.counting.aggregates import take
from measures.counting.catalogue import MeasureSpec, load_measures
from measures.counting.display import shown
from measures.counting.rollups import Cell
from measures.performance.rows import Counted, reporting_words, target_text
from measures.permissions import bases_seen, sees_areas_within_city
from measures.querysets import Basis
from teams.models import Council
from teams.permissions import Authority
from teams.quarters import FinancialYear

_COLOURS = {
    "reached": "green",
    "on course": "green",
    "behind": "red",
    "not reached": "red",
}


@dataclass(frozen=True)
class AimSaid:
    """One aim: the level, and the measure's figure today with what it covers.

    ``course`` is empty where nothing can be judged, and ``why_not`` says why.
    """

    pk: int
    outcome_id: int
    measure: str
    url: str
    where: str
    goal: str
    today: str
    period: str
    coverage: str
    is_provisional: bool
    course: str
    colour: str
    why_not: str

    @property
    def words(self) -> str:
        """The whole of it in a line, as files have it."""
        provisional = ", provisional" if self.is_provisional else ""
        figure = f"{self.today} in {self.period} ({self.coverage}{provisional})"
        said = [f"{self.measure}, {self.where}: {self.goal}", figure if self.today else ""]
        return f"{'; now '.join(filter(None, said))}: {self.course or self.why_not}"


@dataclass(frozen=True)
class AimEnded:
    """An aim that was changed or removed; ``instead`` is what came in its place, if anything."""

    outcome_id: int
    words: str
    instead: str
    on: dt.date
    by: str
    why: str


def aims_ended(aims: Sequence[Aim]) -> list[AimEnded]:
    """Of these aims those that no longer hold, in the order in which they ended.

    ``aims`` are all of their outcomes. Two queries, or none where every aim holds.
    """
    ended = [aim for aim in aims if aim.ended_at is not None]
    if not ended:
        return []
    specs = {one.id: one for one in load_measures([aim.measure.code for aim in aims])}
    city = _city()
    instead = {aim.replaces_id: aim_words(aim, specs[aim.measure_id], city) for aim in aims}
    return [
        AimEnded(
            outcome_id=aim.outcome_id,
            words=aim_words(aim, specs[aim.measure_id], city),
            instead=instead.get(aim.pk, ""),
            on=timezone.localdate(aim.ended_at),
            by=str(aim.ended_by),
            why=aim.ended_why,
        )
        for aim in sorted(ended, key=lambda one: (one.ended_at, one.pk))
        if aim.ended_at is not None
    ]


def aim_words(aim: Aim, measure: MeasureSpec, city: str) -> str:
    """``Families feeding back, Derby: from 71.2% to 75% by the end of 2016-17``."""
    return f"{measure.name}, {aim.locality or city}: {goal_words(aim, measure)}"


def in_words(aim: Aim) -> str:
    """The same for one aim alone; its measure and the city are read."""
    [measure] = load_measures([aim.measure.code])
    return aim_words(aim, measure, _city())


def aim_typed(aim: Aim) -> dict[str, Any]:
    """The boxes of a form about it, before anybody types."""
    return {
        "measure": aim.measure_id,
        "locality": aim.locality_id,
        "start": None if aim.start is None else f"{aim.start.normalize():f}",
        "level": f"{aim.level.normalize():f}",
        "year": aim.year,
    }


def _city() -> str:
    return Council.objects.values_list("area_name", flat=True).first() or "the city"


def aims_said(aims: Sequence[Aim], authority: Authority) -> list[AimSaid]:
    """Each aim with its measure's figure, on the first basis that this person may read.

    Where nobody has reported for the aim's year yet, last year's figure stands and nothing is
    judged. The same few queries for any number of aims; none without one.
    """
    if not aims:
        return []
    bases = bases_seen(authority)
    specs = {one.id: one for one in load_measures([aim.measure.code for aim in aims])}
    city = _city()
    if not bases:
        return [_unseen(aim, specs[aim.measure_id], city) for aim in aims]
    years = {year for aim in aims for year in (aim.financial_year, aim.financial_year.previous)}
    quarters = [quarter for year in years for quarter in year.quarters]
    tally = take(list(specs.values()), quarters, bases[0], named=True)
    counted = {
        key: Counted.of(tally, None if key is None else frozenset([key]))
        for key in {aim.locality_id for aim in aims}
    }
    within = sees_areas_within_city(authority)
    return [
        _said(aim, specs[aim.measure_id], counted[aim.locality_id], city, bases[0])
        if aim.locality_id is None or within
        else _unseen(aim, specs[aim.measure_id], city)
        for aim in aims
    ]


def goal_words(aim: Aim, measure: MeasureSpec) -> str:
    """``from 71.2% to 75% by the end of 2016-17``."""
    level = target_text(Fraction(aim.level), measure)
    start = "" if aim.start is None else f"from {target_text(Fraction(aim.start), measure)} "
    return f"{start}to {level} by the end of {aim.financial_year}"


def _unseen(aim: Aim, measure: MeasureSpec, city: str) -> AimSaid:
    return AimSaid(
        pk=aim.pk,
        outcome_id=aim.outcome_id,
        measure=measure.name,
        url="",
        where=str(aim.locality or city),
        goal=goal_words(aim, measure),
        today="",
        period="",
        coverage="",
        is_provisional=False,
        course="",
        colour="",
        why_not="you do not read this figure",
    )


def _said(aim: Aim, measure: MeasureSpec, counted: Counted, city: str, basis: Basis) -> AimSaid:
    year = aim.financial_year
    cell = counted.rollup.cell(measure, year)
    if cell.value is None:
        before = counted.rollup.cell(measure, year.previous)
        if before.value is not None:
            year, cell = year.previous, before
    judged, why_not = _judged(aim, measure, year, cell)
    area = f"&area=locality:{aim.locality.code}" if aim.locality else ""
    path = reverse("performance-measure", args=[measure.code])
    return AimSaid(
        pk=aim.pk,
        outcome_id=aim.outcome_id,
        measure=measure.name,
        url=f"{path}?basis={basis.value}&period={year}{area}" if cell.last else path,
        where=str(aim.locality or city),
        goal=goal_words(aim, measure),
        today=shown(cell) if cell.value is not None else "",
        period=_period(year, cell),
        coverage=f"{reporting_words(counted.reporting, measure, year, cell)} teams",
        is_provisional=counted.reporting.is_provisional(measure, year),
        course=judged,
        colour=_COLOURS.get(judged, ""),
        why_not=why_not,
    )


def _period(year: FinancialYear, cell: Cell) -> str:
    is_over = cell.last is None or cell.last.number == 4
    return str(year) if is_over else f"{year} so far"


def _judged(aim: Aim, measure: MeasureSpec, year: FinancialYear, cell: Cell) -> tuple[str, str]:
    """Whether it is on course, or why that cannot be said."""
    if cell.value is None or cell.last is None or year != aim.financial_year:
        return "", f"no figure for {aim.financial_year} yet"
    if not (measure.is_ratio or measure.is_snapshot) and cell.last.number != 4:
        return "", "a count is judged when the year is over"
    elapsed = share_of_year(year, cell.last)
    found = course(cell.value, start=aim.start, level=aim.level, elapsed=elapsed)
    if found == Course.BEHIND and elapsed == 1:
        return "not reached", ""
    return str(found), ""
