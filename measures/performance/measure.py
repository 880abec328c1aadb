"""A measure's own page: what it says, how it went over the quarters, and the stories behind it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.urls import reverse

from measures.counting.aggregates import Tally
from measures.counting.areas import Level
from measures.counting.catalogue import MeasureSpec
from measures.counting.comparison import Change, Meaning, compare
from measures.counting.display import denominator_shown, numerator_shown, rounded, shown
from measures.counting.revisions import Revision
from measures.counting.rollups import Cell, RollUp
from measures.counting.spans import NOT_OVER, Pairing
from measures.models import Measure
from measures.performance.charts import LAYOUTS, Chart, ChartSize, Stretch, chart
from measures.performance.choices import QUARTERS_SHOWN, ChoiceLink, Choices
from measures.performance.places import Place, city_of, linked, locality_place, own_locality_ids
from measures.performance.rows import (
    MAY_COUNT_TWICE,
    AreaFigures,
    TargetJudgement,
    breaks,
    difference,
    in_part,
    is_untested,
    parts,
    places_of,
    points,
    same_teams,
    target_text,
)
from measures.performance.targets_and_commentary import (
    Annotations,
    CommentaryShown,
    annotations_of,
)
from measures.querysets import Basis
from teams.models import Locality, User
from teams.permissions import Authority
from teams.quarters import FinancialYear, Quarter, span

# What a chart has room for: three years.
MOST_QUARTERS = 12


@dataclass(frozen=True)
class QuarterRow:
    """One quarter of the measure."""

    quarter: str
    numerator: str
    denominator: str
    value: str
    opens: str
    reporting: str
    missing: str
    state: str
    revision: Revision | None
    starts_anew: str
    comments: Sequence[CommentaryShown]
    comment_url: str


@dataclass(frozen=True)
class MeasurePage:
    """Everything that a measure's page prints."""

    measure: MeasureSpec
    choices: Choices
    area: str
    areas: Sequence[ChoiceLink]
    compare_url: str
    number: str
    sentence: str
    charts: Sequence[Chart]
    chart_words: str
    revision: Revision | None
    has_revised: bool
    rows: Sequence[QuarterRow]
    notes: Sequence[str]
    downloads: Sequence[ChoiceLink]


def window(choices: Choices) -> list[Quarter]:
    """The quarters of the chart: up to three years to the period's last, at least eight."""
    last = choices.quarters[-1]
    first = max(choices.opened[0], last - (MOST_QUARTERS - 1))
    return span(min(first, last - (QUARTERS_SHOWN - 1)), last)


def measure_page(
    place: Place, choices: Choices, measure: MeasureSpec, authority: Authority, person: User
) -> MeasurePage:
    """A measure in one area: a sentence, a chart, the numbers and the stories behind them."""
    quarters = window(choices)
    # A comparison with the year before needs that year's quarters too.
    counted_from = min(quarters[0], choices.year.previous.quarters[0])
    counted = span(counted_from, quarters[-1])
    tally = place.count([measure], counted, choices, compared=choices.compared)
    figures = AreaFigures(place, choices, tally)
    years = sorted({quarter.year for quarter in quarters} | {choices.year})
    annotations = annotations_of([place], years, quarters, measure)
    cells = {quarter: figures.cell(measure, quarter) for quarter in quarters}
    may_comment = place.takes_comments_of(authority)
    localities = _localities(place, tally, measure, choices)
    compare = reverse("performance-compare", args=[measure.code])
    ends = {"from": quarters[0].slug, "to": quarters[-1].slug}
    revised = {at: one for at in cells if (one := figures.revision(measure, at))}
    texts = [
        f"{at.short} {shown(cell)}{in_part(cell)}" + (f" ({revised[at]})" if at in revised else "")
        for at, cell in cells.items()
        if cell.value is not None
    ]
    said = _said(figures, measure, annotations)
    return MeasurePage(
        measure=measure,
        choices=choices,
        area=place.area.name,
        areas=_areas(place, localities, choices, authority, person),
        compare_url=choices.url(compare, area=None) if localities else "",
        number=f"{shown(said.pairing.now, said.places)} in {choices.period_name}",
        sentence=_sentence(choices, said),
        revision=figures.revision(measure),
        has_revised=bool(revised),
        charts=[
            _chart(figures, measure, annotations, _newest(cells, layout), revised, layout)
            for layout in LAYOUTS
        ],
        chart_words=f"{measure.name}, {place.area.name}: {', '.join(texts) or 'no figures yet'}.",
        rows=[
            _row(figures, cell, quarter, annotations, may_comment=may_comment)
            for quarter, cell in reversed(cells.items())
            if cell.last is not None
        ],
        notes=_notes(measure, place),
        downloads=choices.downloads(
            "performance-export",
            {"area": place.param, "measure": measure.code, "period": None, "against": None, **ends},
        ),
    )


def _localities(place: Place, tally: Tally, measure: MeasureSpec, choices: Choices) -> list[Place]:
    """The localities that have this measure; none of a city-wide one, none beyond one's scope."""
    if not choices.has_localities:
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
) -> list[ChoiceLink]:
    """The areas that have this measure, this one among them."""
    # Outsiders read localities side by side: they have no quarters of them.
    within = [] if choices.is_for_outsiders else linked(localities, place)
    found = [(one.area.name, one.param) for one in (city_of(person), *within)]
    if localities and len(own_locality_ids(authority)) > 1:
        found.append(("Your localities together", "own"))
    if place.level == Level.TEAM:
        found.append((place.area.name, place.param))
    return [
        ChoiceLink(name, choices.url(area=None if param == "city" else param), param == place.param)
        for name, param in found
    ]


@dataclass(frozen=True)
class _Said:
    """What the page says of the period's figure, and with how many decimals."""

    pairing: Pairing
    change: Change
    judged: TargetJudgement | None
    places: int


def _said(figures: AreaFigures, measure: MeasureSpec, annotations: Annotations) -> _Said:
    choices, now = figures.choices, figures.cell(measure)
    pairing = figures.pair(now, figures.cell(measure, choices.before))
    change = compare(pairing)
    target = annotations.target(figures.place, measure, choices.year, is_year=choices.is_year)
    judged = figures.judged(now, target)
    return _Said(pairing, change, judged, places_of(pairing, change, judged))


def _sentence(choices: Choices, said: _Said) -> str:
    """The rest of the sentence that starts with the number: against what, and what it means."""
    now, judged = said.pairing.now, said.judged
    sentence = f" ({parts(now)})" if parts(now) else ""
    if now.value is None:
        return f"{sentence}."
    sentence += f"{_against(choices, said)}."
    if judged is not None:
        sentence += f" The target of {target_text(judged.target.target, now.measure)} is {judged}."
    return sentence


def _against(choices: Choices, said: _Said) -> str:
    before, name = said.pairing.before, choices.before_name
    if before.value is None:
        return "" if before.expected else f"; it was not asked in {name}"
    if said.pairing.reasons == (NOT_OVER,):
        return f"; the year is not over, and {name} as a whole came to {shown(before)}"
    pooled = f" ({parts(before)})" if before.measure.is_ratio else ""
    return f", against {shown(before, said.places)}{pooled} in {name}: {_meaning(said)}"


def _meaning(said: _Said) -> str:
    pairing, change, measure = said.pairing, said.change, said.pairing.now.measure
    size = difference(change, pairing, said.places).lstrip("▲▼ ")
    chance = ", more than chance alone would often give" if change.is_tested else ""
    if is_untested(change, measure):
        chance = " (not tested)"
    words = {
        Meaning.IMPROVED: f"better by {size}{chance}",
        Meaning.WORSENED: f"worse by {size}{chance}",
        Meaning.NO_CLEAR_CHANGE: "no more than chance alone would often give, so no clear change",
        Meaning.MORE: f"{size} more",
        Meaning.FEWER: f"{size} fewer",
        Meaning.HIGHER: f"higher by {size}{chance}, which is neither good nor bad by itself",
        Meaning.LOWER: f"lower by {size}{chance}, which is neither good nor bad by itself",
        Meaning.SAME: "the same",
        Meaning.NOT_COMPARABLE: f"not a like-for-like comparison ({'; '.join(pairing.reasons)})",
        Meaning.PART_OF_AREA: "too few reported both times for a verdict",
    }[change.meaning]
    return "; ".join(filter(None, [words, same_teams(pairing, said.places), pairing.beside]))


def _tick(measure: MeasureSpec, value: Fraction) -> str:
    """An axis label: as few decimals as the step needs."""
    places = next(at for at in range(5) if (value * 10**at).denominator == 1 or at == 4)
    return f"{rounded(value, places):,}{'%' if measure.unit == '%' else ''}"


def _newest(cells: Mapping[Quarter, Cell], layout: ChartSize) -> dict[Quarter, Cell]:
    """The quarters that a chart of this size has room for."""
    return dict(list(cells.items())[-layout.quarters :])


def _chart(
    figures: AreaFigures,
    measure: MeasureSpec,
    annotations: Annotations,
    cells: Mapping[Quarter, Cell],
    revised: Collection[Quarter],
    layout: ChartSize,
) -> Chart:
    quarters = list(cells)
    years: dict[FinancialYear, list[int]] = {}
    for at, quarter in enumerate(quarters):
        years.setdefault(quarter.year, []).append(at)
    return chart(
        points(cells.values()),
        labels=[
            "" if cell.value is None else shown(cell) + (" [r]" if at in revised else "")
            for at, cell in cells.items()
        ],
        notes=[in_part(cell).strip(" ()") for cell in cells.values()],
        columns=[f"Q{quarter.number}" for quarter in quarters],
        years=[Stretch(at[0], at[-1], Fraction(0), str(year)) for year, at in years.items()],
        tick_label=lambda value: _tick(measure, value),
        breaks=breaks(measure, quarters),
        targets=list(_targets(figures, measure, annotations, years)),
        averages=list(_averages(figures, measure, cells, years)),
        layout=layout,
    )


def _targets(
    figures: AreaFigures,
    measure: MeasureSpec,
    annotations: Annotations,
    years: Mapping[FinancialYear, Sequence[int]],
) -> Iterator[Stretch]:
    for year, at in years.items():
        target = annotations.target(figures.place, measure, year, is_year=False)
        if target is not None:
            text = f"target {target_text(target.target, measure)}"
            yield Stretch(at[0], at[-1], target.target, text)


def _averages(
    figures: AreaFigures,
    measure: MeasureSpec,
    cells: Mapping[Quarter, Cell],
    years: Mapping[FinancialYear, Sequence[int]],
) -> Iterator[Stretch]:
    """The figures of whole years without a break, where a year's lies among its quarters'."""
    if not measure.is_ratio or measure.is_mixed:
        return
    for year, at in years.items():
        first, *_, last = year.quarters
        is_whole = len(at) == 4 and all(cells[quarter].expected for quarter in year.quarters)
        if is_whole and not measure.breaks_between(first, last):
            whole = figures.cell(measure, year)
            if whole.value is not None and whole.last == last:
                yield Stretch(at[0], at[-1], whole.value, f"year {shown(whole)}")


def _row(
    figures: AreaFigures,
    cell: Cell,
    quarter: Quarter,
    annotations: Annotations,
    *,
    may_comment: bool,
) -> QuarterRow:
    measure = cell.measure
    signed, made = figures.reporting.signed_off([quarter], measure)
    state = "signed off"
    if signed < made:
        counted = "counted" if figures.choices.basis == Basis.SIGNED_OFF else state
        state = f"{signed} of {made} {counted}"
    return QuarterRow(
        quarter=quarter.short,
        numerator=numerator_shown(cell),
        denominator=denominator_shown(cell),
        value=shown(cell),
        opens=figures.opens(measure, period=quarter.slug),
        reporting=figures.reporting_words(cell, quarter),
        missing=figures.missing(cell),
        state=state,
        revision=figures.revision(measure, quarter),
        starts_anew="; ".join(one.reason for one in measure.breaks if one.quarter == quarter),
        comments=[]
        if cell.is_hidden
        else [one for one in annotations.comments.get(measure.id, ()) if one.quarter == quarter],
        comment_url=figures.place.comment_url(measure.code, quarter) if may_comment else "",
    )


def _notes(measure: MeasureSpec, place: Place) -> list[str]:
    notes = {
        "Counted on the last day of the quarter: a year's figure is its last quarter's.": (
            measure.is_snapshot
        ),
        "It divides what happened in the quarter by a count that includes the last day's.": (
            measure.is_mixed
        ),
        "Numerators and denominators are added up first and divided once.": measure.is_ratio,
        "It counts different people, so quarters are never added together.": measure.is_distinct,
        f"Added over teams it {MAY_COUNT_TWICE}.": measure.is_distinct and not place.area.is_team,
        f"{Measure.Good(measure.good).label}.": True,
    }
    return [note for note, holds in notes.items() if holds]
