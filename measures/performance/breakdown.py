"""The parts of a number: the city of localities, a locality of teams, a team of its returns.

The parts add up to the number exactly. Drilling down stops where the reader's scope ends: who
may read a team's figures and not its return sees the numbers that were counted, and no more.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils import timezone

from earlyhelp.core.pages.wording import long_date
from measures.counting.aggregates import Tally
from measures.counting.aggregates.shape import CorrectedAnswer
from measures.counting.areas import Level
from measures.counting.catalogue import MeasureSpec
from measures.counting.display import (
    MISSING,
    NOT_ASKED,
    denominator_shown,
    numerator_shown,
    shown,
    units_shown,
)
from measures.counting.revisions import Revision
from measures.counting.rollups import Cell, RollUp
from measures.models import Figure, Return
from measures.performance.choices import Choices
from measures.performance.places import Place, city_of, locality_place
from measures.performance.rows import AreaFigures, parts
from measures.performance.side_by_side import LAST, beside_the_rest, by_value, order_in_words
from measures.permissions import returns_seen
from measures.querysets import ReturnQuerySet
from measures.workflow import ReturnState
from teams.models import User
from teams.permissions import Authority
from teams.quarters import Quarter

MOVED = "Teams that moved between localities within the year, counted in none of them"


@dataclass(frozen=True)
class AreaPart:
    """One area's share of a number."""

    name: str
    numerator: str
    denominator: str
    value: str = ""
    opens: str = ""
    note: str = ""
    cell: Cell | None = None


@dataclass(frozen=True)
class FigureCell:
    """What a return answered to one question of the measure, as ``question`` calls it."""

    question: str
    text: str
    history_url: str = ""
    revision: Revision | None = None
    note: str = ""


@dataclass(frozen=True)
class QuarterPart:
    """A team's return of one quarter."""

    quarter: str
    state: str
    return_url: str
    figures: Sequence[FigureCell]
    value: str
    note: str


@dataclass(frozen=True)
class BreakdownPage:
    """A number with its parts; ``quarters`` in place of ``parts`` for a team."""

    measure: MeasureSpec
    title: str
    area: str
    choices: Choices
    number: str
    pooled: str
    is_provisional: bool
    revision: Revision | None
    reporting: str
    missing: str
    total: AreaPart
    order: str
    parts: Sequence[AreaPart]
    quarters: Sequence[QuarterPart]
    trail: Sequence[tuple[str, str]]
    part_name: str
    stops_here: bool
    is_distinct_year: bool


def breakdown_page(
    place: Place, choices: Choices, measure: MeasureSpec, authority: Authority, person: User
) -> BreakdownPage:
    """A measure's number in an area and period, and the parts that add up to it."""
    choices = replace(choices, compares=False)
    sees_within = choices.has_localities
    tally = place.count([measure], choices.span, choices, apart=sees_within, years=choices.is_year)
    figures = AreaFigures(place, choices, tally)
    cell = figures.cell(measure)
    is_team, is_locality = place.area.is_team, place.level == Level.LOCALITY
    has_parts = sees_within and not is_team and not (choices.is_for_outsiders and is_locality)
    found = _in_order(figures, measure) if has_parts else []
    return BreakdownPage(
        measure=measure,
        title=f"{measure.name}: {place.area.name}, {choices.period_name}",
        area=place.area.name,
        choices=choices,
        number=shown(cell),
        pooled=parts(cell),
        is_provisional=figures.is_provisional(measure),
        revision=figures.revision(measure),
        reporting=figures.reporting_words(cell),
        missing=figures.missing(cell),
        total=_line("Together", cell),
        order=order_in_words([(one.name, one.cell) for one in found if one.cell], cell),
        parts=[_beside(part, cell) for part in found],
        quarters=list(_quarters(figures, measure, authority)) if is_team else [],
        trail=_trail(place, choices, measure, person),
        part_name="Team" if is_locality else "Area",
        stops_here=not has_parts and not is_team,
        is_distinct_year=measure.is_distinct and choices.is_year,
    )


def _line(name: str, cell: Cell, opens: str = "", note: str = "") -> AreaPart:
    top, under = numerator_shown(cell), denominator_shown(cell)
    return AreaPart(name, top, under, shown(cell), opens, note, cell)


def _in_order(figures: AreaFigures, measure: MeasureSpec) -> list[AreaPart]:
    """The parts, the highest figure first; what is no area's stands last."""
    part_of = _team_parts if figures.place.level == Level.LOCALITY else _locality_parts
    found = part_of(figures, measure)
    return sorted(found, key=lambda part: by_value(part.cell) if part.cell else LAST)


def _beside(part: AreaPart, whole: Cell) -> AreaPart:
    """A part, with how it stands to the rest."""
    words = beside_the_rest(part.cell, whole) if part.cell else ""
    return replace(part, note="; ".join(filter(None, [words, part.note])))


def _part(figures: AreaFigures, measure: MeasureSpec) -> Iterator[AreaPart]:
    """An area's line; none where nobody was expected to answer."""
    cell = figures.cell(measure)
    if not cell.expected:
        return
    names = figures.missing(cell)
    notes = {
        f"missing: {names}" if names else "missing": cell.missing,
        "provisional": figures.is_provisional(measure),
    }
    revision = figures.revision(measure)
    note = "; ".join([note for note, holds in notes.items() if holds] + [str(revision or "")])
    note = note.removesuffix("; ")
    yield _line(figures.place.area.name, cell, figures.opens(measure), note)


def _team_parts(figures: AreaFigures, measure: MeasureSpec) -> Iterator[AreaPart]:
    """A locality's teams, each while it counted there; of the city those in no locality."""
    choices = figures.choices
    tally, teams = figures.place.count_teams([measure], choices.span, choices)
    for team in teams:
        yield from _part(AreaFigures(team, choices, tally), measure)


def _locality_parts(figures: AreaFigures, measure: MeasureSpec) -> Iterator[AreaPart]:
    """The localities; and in the city what stands in none."""
    place, choices, tally = figures.place, figures.choices, figures.tally
    is_city = place.level == Level.CITY
    within = [one for one in tally.localities if is_city or one.pk in place.locality_ids]
    for locality in within:
        yield from _part(AreaFigures(locality_place(locality), choices, tally), measure)
    # Outsiders read no team, nor what is left of the city without its localities.
    if is_city and not choices.is_for_outsiders:
        yield from _team_parts(figures, measure)
        keys = [*(locality.pk for locality in within), None]
        cells = [RollUp(tally, [key]).cell(measure, choices.period) for key in keys]
        yield from _counted_in_the_city_only(figures.cell(measure), cells)


def _counted_in_the_city_only(whole: Cell, cells: Sequence[Cell]) -> Iterator[AreaPart]:
    """What a measure of mixed timing leaves out of both localities of a team that moved."""
    if whole.numerator is None:
        return
    above = whole.numerator - sum(cell.numerator or 0 for cell in cells)
    below = (whole.denominator or 0) - sum(cell.denominator or 0 for cell in cells)
    if above or below:
        measure = whole.measure
        yield AreaPart(
            MOVED,
            units_shown(above, measure.numerator.decimals),
            units_shown(below, measure.denominator_decimals),
        )


def _quarters(
    figures: AreaFigures, measure: MeasureSpec, authority: Authority
) -> Iterator[QuarterPart]:
    """A team's returns of the period, with what each answered to the measure's questions."""
    returns = _returns_of(figures.place, figures.choices)
    listed = list(returns.order_by("quarter"))
    seen = set(returns.within(returns_seen(authority)).values_list("pk", flat=True))
    speaking = {row.return_id for row in figures.tally.returns if row.speaks}
    answers: dict[int, dict[int, Figure]] = {made.pk: {} for made in listed}
    for figure in Figure.objects.filter(
        return_made__in=listed, item__in=measure.item_ids
    ).select_related("item"):
        answers[figure.return_made_id][figure.item_id] = figure
    for made in listed:
        may_see, speaks = made.pk in seen, made.pk in speaking
        yield QuarterPart(
            quarter=Quarter(made.quarter_id).label,
            state=ReturnState(made.state).label,
            return_url=reverse("return", args=[made.pk]) if may_see else "",
            figures=list(
                _figure_cells(
                    measure,
                    answers[made.pk],
                    _revisions(figures.tally, made.pk),
                    may_see=may_see,
                    may_read=may_see or speaks,
                    is_last=made is listed[-1],
                )
            ),
            value=shown(figures.cell(measure, Quarter(made.quarter_id))) if speaks else MISSING,
            note=_came_late(made) if speaks else _why_not_counted(made),
        )


def _returns_of(team: Place, choices: Choices) -> ReturnQuerySet:
    quarters = [quarter.index for quarter in choices.quarters]
    return Return.objects.filter(team__in=team.area.keys or (), quarter__in=quarters)


def _why_not_counted(made: Return) -> str:
    lacks = "signed off" if made.state == ReturnState.SUBMITTED else "submitted"
    return f"not counted: the return is not {lacks}"


def _came_late(made: Return) -> str:
    at = made.accepted_late_at
    return f"accepted late, on {long_date(timezone.localdate(at))}" if at else ""


def _figure_cells(
    measure: MeasureSpec,
    answers: dict[int, Figure],
    revised: Mapping[int, Sequence[CorrectedAnswer]],
    *,
    may_see: bool,
    may_read: bool,
    is_last: bool,
) -> Iterator[FigureCell]:
    """What a return answered; a count of the quarter's end counts in the last alone."""
    for item in measure.items:
        if item.id not in answers:
            yield FigureCell(item.name, NOT_ASKED)
            continue
        figure = answers[item.id]
        history = reverse("figure-history", args=[figure.return_made_id, item.code])
        yield FigureCell(
            question=item.name,
            text=figure.shown if may_read else "–",
            history_url=history if may_see else "",
            revision=_figure_revised(figure, revised[item.id]) if item.id in revised else None,
            note="not added: counted at quarter end" if item.is_snapshot and not is_last else "",
        )


def _revisions(tally: Tally, return_id: int) -> dict[int, list[CorrectedAnswer]]:
    """The corrections of a return by item id, the oldest first."""
    found: dict[int, list[CorrectedAnswer]] = {}
    for one in tally.corrections.get(return_id, ()):
        found.setdefault(one.item_id, []).append(one)
    return found


def _figure_revised(figure: Figure, corrections: Sequence[CorrectedAnswer]) -> Revision:
    before = corrections[0].before
    was = Figure(item=figure.item, value=before.value, answer=before.answer).shown
    reasons = tuple(dict.fromkeys(one.reason for one in corrections))
    days = tuple(sorted({one.on for one in corrections}))
    return Revision(days, was, figure.shown, reasons)


def _trail(
    place: Place, choices: Choices, measure: MeasureSpec, person: User
) -> list[tuple[str, str]]:
    """The way back up: the measure, the city, the locality."""
    above = [] if place.level == Level.CITY else [city_of(person)]
    if place.area.is_team:
        returns = _returns_of(place, choices).order_by("-quarter")
        last = returns.select_related("locality").first()
        if last is not None and last.locality is not None:
            above.append(locality_place(last.locality))
    return [
        (measure.name, choices.measure_url(measure.code, "city")),
        *((one.area.name, choices.breakdown_url(measure.code, one.param)) for one in above),
    ]
