"""A measure's own page: what it says, how it went over the quarters, what was said of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.urls import reverse

from earlyhelp.core.files.writer import FileFormat
from measures.counting.aggregates import Tally
from measures.counting.areas import Level
from measures.counting.catalogue import MeasureSpec
from measures.counting.comparison import Change, Meaning, TargetSpec, against_target
from measures.counting.display import rounded, shown, with_decimals
from measures.counting.rollups import Cell, RollUp
from measures.models import Measure
from measures.performance.area import comment_url, made_of_url
from measures.performance.charts import Chart, Stretch, chart
from measures.performance.choices import QUARTERS_SHOWN, Choices, Link, slug_of
from measures.performance.places import Place, city_of, locality_place, own_locality_ids
from measures.performance.rows import (
    MAY_COUNT_TWICE,
    Counted,
    before_shown,
    breaks,
    change_of,
    difference,
    names_from,
    parts,
    points,
    reporting_words,
    target_text,
)
from measures.performance.targets_and_commentary import Comment, Said, said_of
from measures.permissions import comments_on, sees_areas_within_city
from measures.querysets import Basis
from teams.models import Locality, User
from teams.permissions import Authority
from teams.quarters import FinancialYear, Quarter, span

# What a chart has room for: three years.
MOST_QUARTERS = 12


@dataclass(frozen=True)
class MeasureRow:
    """One quarter of the measure."""

    quarter: str
    numerator: str
    denominator: str
    value: str
    opens: str
    reporting: str
    missing: str
    state: str
    is_revised: bool
    starts_anew: str
    comments: Sequence[Comment]
    comment_url: str


@dataclass(frozen=True)
class MeasurePage:
    """Everything that a measure's page prints."""

    measure: MeasureSpec
    caption: str
    choices: Choices
    area: str
    areas: Sequence[Link]
    compare_url: str
    sentence: str
    number: str
    chart: Chart
    chart_words: str
    numerator_name: str
    denominator_name: str
    rows: Sequence[MeasureRow]
    notes: Sequence[str]
    downloads: Sequence[Link]


def window(choices: Choices) -> list[Quarter]:
    """The quarters of the chart: up to three years to the period's last, at least eight."""
    last = choices.quarters[-1]
    first = max(choices.opened[0], last - (MOST_QUARTERS - 1))
    return span(min(first, last - (QUARTERS_SHOWN - 1)), last)


def measure_page(
    place: Place,
    choices: Choices,
    measure: MeasureSpec,
    authority: Authority,
    person: User,
) -> MeasurePage:
    """A measure in one area: a sentence, a chart, the numbers and the stories behind them."""
    quarters = window(choices)
    # A comparison with the year before needs that year's quarters too.
    counted_from = min(quarters[0], choices.year.previous.quarters[0])
    tally = place.count([measure], span(counted_from, quarters[-1]), choices)
    counted = Counted.of(tally, place.area.keys)
    years = sorted({quarter.year for quarter in quarters} | {choices.year})
    said = said_of(place, years, quarters, measure)
    cells = {quarter: counted.rollup.cell(measure, quarter) for quarter in quarters}
    now = counted.rollup.cell(measure, choices.period)
    before = counted.rollup.cell(measure, choices.before)
    target = said.target(measure, choices.year, is_year=choices.is_year)
    may_comment = bool(place.comment_code) and comments_on(authority, place.locality_ids[0])
    localities = _localities(place, tally, measure, authority)
    return MeasurePage(
        measure=measure,
        caption=f"Measure · {measure.heading.label}",
        choices=choices,
        area=place.area.name,
        areas=_areas(place, localities, choices, authority, person),
        compare_url=choices.url(reverse("performance-compare", args=[measure.code]), area=None)
        if localities
        else "",
        number=f"{shown(now)} in {choices.period_name}",
        sentence=_sentence(choices, now, before, target),
        chart=_chart(counted, measure, quarters, said, cells),
        chart_words=_chart_words(place, measure, quarters, cells),
        numerator_name=measure.numerator.name,
        denominator_name=" + ".join(item.name for item in measure.denominators),
        rows=[
            _row(place, counted, choices, measure, quarter, said, tally.team_names, may_comment)
            for quarter in reversed(quarters)
            if cells[quarter].last is not None
        ],
        notes=_notes(measure, place),
        downloads=_downloads(choices, place, measure, quarters),
    )


def _localities(
    place: Place, tally: Tally, measure: MeasureSpec, authority: Authority
) -> list[Place]:
    """The localities that have this measure; none of a city-wide one, none beyond one's scope."""
    if not sees_areas_within_city(authority):
        return []
    if place.level != Level.CITY:
        return [locality_place(one) for one in Locality.objects.all()]
    return [
        locality_place(one)
        for one in tally.localities
        if RollUp(tally, [one.pk]).was_asked(measure)
    ]


def _areas(
    place: Place, localities: Sequence[Place], choices: Choices, authority: Authority, person: User
) -> list[Link]:
    """The areas that have this measure, this one among them."""
    city = city_of(person)
    found = [(city.area.name, city.param), *((one.area.name, one.param) for one in localities)]
    if localities and len(own_locality_ids(authority)) > 1:
        found.append(("Your localities together", "own"))
    if place.level == Level.TEAM:
        found.append((place.area.name, place.param))
    return [
        Link(name, choices.url(area=None if param == "city" else param), param == place.param)
        for name, param in found
    ]


def _sentence(choices: Choices, now: Cell, before: Cell, target: TargetSpec | None) -> str:
    """The rest of the sentence that starts with the number: against what, and what it means."""
    measure = now.measure
    said = f" ({parts(now)})" if parts(now) else ""
    if now.value is None:
        return f"{said}."
    change = change_of(choices, now, before)
    if not choices.counts_all_of(measure):
        whole = before_shown(before)
        said += f"; the year is not over, and {choices.before_name} as a whole came to {whole}"
    elif before.value is not None:
        made_of = f" ({parts(before)})" if measure.is_ratio else ""
        meaning = _meaning(change, measure)
        said += f", against {shown(before)}{made_of} in {choices.before_name}: {meaning}"
    elif not before.expected:
        said += f"; it was not collected in {choices.before_name}"
    said += "."
    verdict = against_target(now, target) if choices.counts_all_of(measure) else None
    if target is not None and verdict is not None:
        said += f" The target of {target_text(target.target, measure)} is {verdict.value}."
    return said


def _meaning(change: Change, measure: MeasureSpec) -> str:
    size = difference(change, measure).lstrip("▲▼ ")
    words = {
        Meaning.IMPROVED: f"better by {size}",
        Meaning.WORSENED: f"worse by {size}",
        Meaning.NO_CLEAR_CHANGE: "no more than chance alone would often give, so no clear change",
        Meaning.MORE: f"{size} more",
        Meaning.FEWER: f"{size} fewer",
        Meaning.HIGHER: f"higher by {size}, which is neither good nor bad by itself",
        Meaning.LOWER: f"lower by {size}, which is neither good nor bad by itself",
        Meaning.SAME: "the same",
        Meaning.PART_OF_AREA: "other teams reported then, so the two do not compare",
    }
    if change.meaning is Meaning.NOT_COMPARABLE:
        return f"not a like-for-like comparison ({'; '.join(change.reasons)})"
    if measure.unit == "%" and change.meaning in (Meaning.IMPROVED, Meaning.WORSENED):
        return f"{words[change.meaning]}, more than chance alone would often give"
    return words[change.meaning]


def _tick(measure: MeasureSpec, value: Fraction) -> str:
    """An axis label: as few decimals as the step needs."""
    places = next(at for at in range(5) if (value * 10**at).denominator == 1 or at == 4)
    return f"{rounded(value, places):,}{'%' if measure.unit == '%' else ''}"


def _chart(
    counted: Counted,
    measure: MeasureSpec,
    quarters: Sequence[Quarter],
    said: Said,
    cells: dict[Quarter, Cell],
) -> Chart:
    positions: dict[FinancialYear, list[int]] = {}
    for at, quarter in enumerate(quarters):
        positions.setdefault(quarter.year, []).append(at)
    broken = breaks(measure, quarters)
    years, targets, averages = [], [], []
    for year, places in positions.items():
        first, last = places[0], places[-1]
        years.append(Stretch(first, last, Fraction(0), str(year)))
        target = said.target(measure, year, is_year=False)
        if target is not None and measure.good != Measure.Good.NEITHER:
            words = f"target {target_text(target.target, measure)}"
            targets.append(Stretch(first, last, target.target, words))
        whole = counted.rollup.cell(measure, year)
        is_one_series = not any(first < start <= last for start, _ in broken)
        is_whole = len(places) == 4 and all(cells[quarters[one]].last for one in places)
        has_average = measure.is_ratio and not measure.is_mixed and is_one_series and is_whole
        if has_average and whole.value is not None:
            averages.append(Stretch(first, last, whole.value, f"year {shown(whole)}"))
    return chart(
        points(counted.rollup, measure, quarters),
        labels=[
            "" if cells[quarter].value is None else shown(cells[quarter]) for quarter in quarters
        ],
        columns=[f"Q{quarter.number}" for quarter in quarters],
        years=years,
        tick_label=lambda value: _tick(measure, value),
        breaks=broken,
        targets=targets,
        averages=averages,
    )


def _chart_words(
    place: Place, measure: MeasureSpec, quarters: Sequence[Quarter], cells: dict[Quarter, Cell]
) -> str:
    """The chart as a sentence, for those who do not see it."""
    said = [
        f"{quarter.short} {shown(cells[quarter])}"
        for quarter in quarters
        if cells[quarter].value is not None
    ]
    return f"{measure.name}, {place.area.name}: {', '.join(said) or 'no figures yet'}."


def _row(
    place: Place,
    counted: Counted,
    choices: Choices,
    measure: MeasureSpec,
    quarter: Quarter,
    said: Said,
    names: dict[int, str],
    may_comment: bool,
) -> MeasureRow:
    cell = counted.rollup.cell(measure, quarter)
    signed, made = counted.reporting.signed_off([quarter], measure)
    state = f"{signed} of {made} signed off" if signed < made else "signed off"
    if choices.basis == Basis.SIGNED_OFF and signed < made:
        state = f"{signed} of {made} counted"
    return MeasureRow(
        quarter=quarter.short,
        numerator=""
        if cell.numerator is None
        else f"{with_decimals(cell.numerator, measure.numerator.decimals):,}",
        denominator=""
        if cell.denominator is None
        else f"{with_decimals(cell.denominator, measure.denominator_decimals):,}",
        value=shown(cell) if cell.expected else "not collected",
        opens=made_of_url(choices, measure.code, place.param, period=slug_of(quarter)),
        reporting=reporting_words(counted.reporting, measure, quarter, cell),
        missing=names_from(names)(cell.missing),
        state=state,
        is_revised=counted.reporting.is_revised(measure, quarter),
        starts_anew="; ".join(one.reason for one in measure.breaks if one.quarter == quarter),
        comments=[one for one in said.comments.get(measure.id, ()) if one.quarter == quarter],
        comment_url=comment_url(place, measure.code, quarter) if may_comment else "",
    )


def _notes(measure: MeasureSpec, place: Place) -> list[str]:
    found = []
    if measure.is_snapshot:
        found.append(
            "Counted on the last day of the quarter: a year's figure is its last quarter's."
        )
    elif measure.is_mixed:
        found.append(
            "It divides what happened in the quarter by a count that includes the last day's."
        )
    if measure.is_ratio:
        found.append("Numerators and denominators are added up first and divided once.")
    if measure.is_distinct:
        found.append("It counts different people, so quarters are never added together.")
        if not place.area.is_team:
            found.append(f"Added over teams it {MAY_COUNT_TWICE}.")
    found.append(f"{Measure.Good(measure.good).label}.")
    return found


def _downloads(
    choices: Choices, place: Place, measure: MeasureSpec, quarters: Sequence[Quarter]
) -> list[Link]:
    asked = {
        "area": place.param,
        "measure": measure.code,
        "from": slug_of(quarters[0]),
        "to": slug_of(quarters[-1]),
        "period": None,
        "against": None,
    }
    return [
        Link(
            str(form.label),
            choices.url(reverse("performance-export"), **asked, format=form.value),
        )
        for form in FileFormat
    ]
