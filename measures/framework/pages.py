"""A question, a measure and a target as people will see them, before they are saved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from django.utils.text import get_text_list

from measures.counting.aggregates import take
from measures.counting.areas import Area, Level, areas, city
from measures.counting.catalogue import MeasureSpec, spec_of
from measures.counting.display import denominator_shown, numerator_shown, shown
from measures.counting.rollups import RollUp
from measures.framework.target_effect import effects
from measures.models import DataItem, Measure, ReportingQuarter, Target
from measures.performance.rows import target_text
from measures.querysets import Audience, Basis
from teams.models import TeamType
from teams.quarters import FinancialYear

Lists = Mapping[str, list[Any]]
Preview = tuple[str, Mapping[str, Any]]
_PER = {
    100: "of every 100",
    1000: "for every 1,000",
    10000: "for every 10,000",
    100000: "for every 100,000",
}


@dataclass(frozen=True)
class PreviewedPart:
    """The questions of a part of the return in order, and the kinds of team asked just these."""

    questions: Sequence[DataItem]
    kinds: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Who reads it so, and what the part is called."""
        return f"{get_text_list(self.kinds, 'and')}: {self.questions[0].group}"


def question_preview(item: DataItem, lists: Lists) -> Preview:
    """The part of the return in which the question will stand, for each kind of team asked it."""
    asked = {one.pk for one in lists["team_types"]}
    beside = DataItem.objects.filter(group=item.group).exclude(pk=item.pk)
    alike: dict[tuple[str, ...], PreviewedPart] = {}
    for kind in TeamType.objects.filter(pk__in=asked):
        questions = [*beside.filter(team_types=kind), item]
        questions.sort(key=lambda one: (one.position, one.code))
        part = alike.setdefault(tuple(one.code for one in questions), PreviewedPart(questions))
        part.kinds.append(str(kind))
    return "measures/framework/_question_preview.html", {"parts": alike.values(), "item": item}


@dataclass(frozen=True)
class PreviewedValue:
    """What a measure comes to in an area."""

    area: Area
    value: str
    parts: str
    teams: str


def measure_preview(measure: Measure, lists: Lists) -> Preview:
    """The measure in words, and what it came to in the latest year that there are figures of."""
    spec = spec_of(measure, lists["denominators"])
    year = _latest_year()
    values = [] if year is None else _values(spec, year)
    context = {"sentence": in_words(spec), "year": year, "values": values}
    return "measures/framework/_measure_preview.html", context


def target_preview(target: Target, _: Lists) -> Preview:
    """What the target would say of the latest year that there are figures of, or of its own."""
    links = target.measure.denominator_items.select_related("item")
    spec = spec_of(target.measure, [link.item for link in links])
    latest = _latest_year()
    year = latest and min(latest, target.financial_year)
    saved = Target.objects.filter(pk=target.pk).first()
    context = {
        "measure": target.measure,
        "year": year,
        "effects": [] if year is None else effects(spec, year, target, saved),
        "typed": target_text(Fraction(target.target), spec),
        "saved": saved and target_text(Fraction(saved.target), spec),
    }
    return "measures/framework/_target_preview.html", context


def _latest_year() -> FinancialYear | None:
    """The last year that there are figures of; None before the first quarter is opened."""
    latest = ReportingQuarter.objects.opened().order_by("-index").first()
    return None if latest is None else _year(latest)


def _year(latest: ReportingQuarter) -> FinancialYear:
    """The last whole year, or this one while there is no other."""
    year = latest.quarter.year
    whole = latest.quarter.number == 4 and latest.is_closed
    before = year.previous
    has_before = ReportingQuarter.objects.opened().filter(
        index__in=[quarter.index for quarter in before.quarters]
    )
    return year if whole or not has_before.exists() else before


def _values(spec: MeasureSpec, year: FinancialYear) -> list[PreviewedValue]:
    tally = take([spec], year.quarters, Basis.SIGNED_OFF, audience=Audience.INTERNAL)
    found = []
    for area in [city(), *areas(Level.LOCALITY)]:
        cell = RollUp(tally, area.keys).cell(spec, year)
        parts = f"{numerator_shown(cell)} of {denominator_shown(cell)}" if spec.is_ratio else ""
        has_parts = cell.numerator is not None
        teams = f"{cell.answered} of {cell.expected}"
        found.append(PreviewedValue(area, shown(cell), parts if has_parts else "", teams))
    return found


def in_words(spec: MeasureSpec) -> str:
    """What the measure says, as one reads it aloud."""
    if not spec.is_ratio:
        return f"How many: {spec.numerator.name}"
    per = _PER.get(spec.scale, "for each of")
    return f"How many {per} “{spec.denominator_name}”: {spec.numerator.name}"
