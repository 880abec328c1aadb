"""What a number is made of: the city of localities, a locality of teams, a team of its returns.

The parts add up to the number exactly. Drilling down stops where the reader's scope ends: who
may read a team's figures and not its return sees the numbers that were counted, and no more.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse

from measures.counting.aggregates import take
from measures.counting.areas import Level
from measures.counting.catalogue import MeasureSpec
from measures.counting.display import shown, with_decimals
from measures.counting.rollups import Cell
from measures.models import Figure, Return
from measures.performance.area import made_of_url, measure_url
from measures.performance.choices import Choices
from measures.performance.places import Place, city_of, locality_place, team_place, within
from measures.performance.rows import Counted, basis_words, names_from, parts, reporting_words
from measures.permissions import returns_seen, sees_areas_within_city
from measures.workflow import ReturnState
from teams.models import Team, User
from teams.permissions import Authority
from teams.quarters import Quarter

MOVED = "Teams that moved between localities within the year, counted in the city only"


@dataclass(frozen=True)
class Part:
    """One area's share of a number."""

    name: str
    opens: str
    numerator: str
    denominator: str
    value: str
    note: str


@dataclass(frozen=True)
class FigureCell:
    """What a return answered to one question of the measure."""

    text: str
    history_url: str
    is_revised: bool
    note: str


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
class MadeOfPage:
    """A number with its parts; ``quarters`` in place of ``parts`` for a team."""

    measure: MeasureSpec
    title: str
    choices: Choices
    number: str
    made_of: str
    basis: str
    reporting: str
    missing: str
    total: Part
    parts: Sequence[Part]
    quarters: Sequence[QuarterPart]
    trail: Sequence[tuple[str, str]]
    numerator_name: str
    denominator_name: str
    part_name: str
    stops_here: bool
    is_distinct_year: bool


def made_of_page(
    place: Place, choices: Choices, measure: MeasureSpec, authority: Authority, person: User
) -> MadeOfPage:
    """A measure's number in an area and period, and the parts that add up to it."""
    is_apart = sees_areas_within_city(authority)
    tally = place.count([measure], choices.span, choices, apart=is_apart, years=choices.is_year)
    counted = Counted.of(tally, place.area.keys)
    cell = counted.rollup.cell(measure, choices.period)
    listed = names_from(tally.team_names)
    found: list[Part] = []
    quarters: list[QuarterPart] = []
    if place.level == Level.TEAM:
        quarters = _quarters(place, counted, tally.revised, choices, measure, authority)
    elif place.level == Level.LOCALITY:
        found = _teams(place, choices, measure)
    elif sees_areas_within_city(authority):
        within = [
            one
            for one in tally.localities
            if place.level == Level.CITY or one.pk in place.locality_ids
        ]
        for one in within:
            part = locality_place(one)
            found += _part(part, Counted.of(tally, part.area.keys), choices, measure, listed)
        if place.level == Level.CITY:
            found += _city_wide(choices, measure)
            found += _counted_in_the_city_only(
                cell,
                [Counted.of(tally, [one.pk]).rollup.cell(measure, choices.period) for one in within]
                + [Counted.of(tally, [None]).rollup.cell(measure, choices.period)],
            )
    return MadeOfPage(
        measure=measure,
        title=f"{measure.name}: {place.area.name}, {choices.period_name}",
        choices=choices,
        number=shown(cell),
        made_of=parts(cell),
        basis=basis_words(counted, choices, measure),
        reporting=reporting_words(counted.reporting, measure, choices.period, cell),
        missing=listed(cell.missing),
        total=_line("Together", "", cell, ""),
        parts=found,
        quarters=quarters,
        trail=_trail(place, choices, measure, person),
        numerator_name=measure.numerator.name,
        denominator_name=" + ".join(item.name for item in measure.denominators),
        part_name="Team" if place.level == Level.LOCALITY else "Area",
        stops_here=place.level == Level.CITY and not sees_areas_within_city(authority),
        is_distinct_year=measure.is_distinct and choices.is_year,
    )


def _units(units: int | None, decimals: int) -> str:
    return "" if units is None else f"{with_decimals(units, decimals):,}"


def _line(name: str, opens: str, cell: Cell, note: str) -> Part:
    measure = cell.measure
    return Part(
        name=name,
        opens=opens,
        numerator=_units(cell.numerator, measure.numerator.decimals),
        denominator=_units(cell.denominator, measure.denominator_decimals),
        value=shown(cell),
        note=note,
    )


def _part(
    place: Place,
    counted: Counted,
    choices: Choices,
    measure: MeasureSpec,
    listed: Callable[[Collection[int]], str] | None = None,
) -> list[Part]:
    """An area's line; none where nobody was expected to answer."""
    cell = counted.rollup.cell(measure, choices.period)
    if not cell.expected:
        return []
    notes = []
    if cell.missing:
        notes.append(f"missing: {listed(cell.missing)}" if listed else "missing")
    if counted.reporting.is_provisional(measure, choices.period):
        notes.append("provisional")
    if counted.reporting.is_revised(measure, choices.period):
        notes.append("revised")
    opens = made_of_url(choices, measure.code, place.param)
    return [_line(place.area.name, opens, cell, "; ".join(notes))]


def _teams(place: Place, choices: Choices, measure: MeasureSpec) -> list[Part]:
    """A locality's teams, each while it counted there."""
    return _by_team(within(place, choices), choices, measure)


def _city_wide(choices: Choices, measure: MeasureSpec) -> list[Part]:
    return _by_team(Q(locality__isnull=True), choices, measure)


def _by_team(where: Q, choices: Choices, measure: MeasureSpec) -> list[Part]:
    tally = take(
        [measure],
        choices.span,
        choices.basis,
        by_team=True,
        where=where,
        opened=choices.opened,
        years=choices.is_year,
    )
    found = []
    for team in Team.objects.filter(pk__in={row.team_id for row in tally.returns}):
        part = team_place(team)
        found += _part(part, Counted.of(tally, part.area.keys), choices, measure)
    return found


def _counted_in_the_city_only(whole: Cell, cells: Sequence[Cell]) -> list[Part]:
    """What a measure of mixed timing leaves out of both localities of a team that moved."""
    if whole.numerator is None:
        return []
    above = whole.numerator - sum(cell.numerator or 0 for cell in cells)
    below = (whole.denominator or 0) - sum(cell.denominator or 0 for cell in cells)
    if not above and not below:
        return []
    measure = whole.measure
    return [
        Part(
            name=MOVED,
            opens="",
            numerator=_units(above, measure.numerator.decimals),
            denominator=_units(below, measure.denominator_decimals),
            value="",
            note="",
        )
    ]


def _quarters(
    place: Place,
    counted: Counted,
    revised: Mapping[int, Collection[int]],
    choices: Choices,
    measure: MeasureSpec,
    authority: Authority,
) -> list[QuarterPart]:
    """A team's returns of the period, with what each answered to the measure's questions."""
    wanted = {quarter.index for quarter in choices.quarters}
    made = {
        one.quarter_id: one
        for one in Return.objects.filter(team__in=place.area.keys or (), quarter__in=wanted)
    }
    seen = set(
        Return.objects.within(returns_seen(authority))
        .filter(pk__in=[one.pk for one in made.values()])
        .values_list("pk", flat=True)
    )
    speaking = set(
        Return.objects.meeting(choices.basis)
        .filter(pk__in=[one.pk for one in made.values()])
        .values_list("pk", flat=True)
    )
    figures: dict[tuple[int, int], Figure] = {
        (figure.return_made_id, figure.item_id): figure
        for figure in Figure.objects.filter(
            return_made__in=made.values(), item__in=measure.item_ids
        ).select_related("item")
    }
    last = max(made, default=0)
    found = []
    for index, one in sorted(made.items()):
        quarter = Quarter(index)
        cell = counted.rollup.cell(measure, quarter)
        may_see, speaks = one.pk in seen, one.pk in speaking
        cells = []
        for item in measure.items:
            figure = figures.get((one.pk, item.id))
            counts = not item.is_snapshot or index == last
            cells.append(
                FigureCell(
                    text=figure.shown if may_see or speaks else "–",
                    history_url=reverse("figure-history", args=[one.pk, item.code])
                    if may_see
                    else "",
                    is_revised=item.id in revised.get(one.pk, ()),
                    note="" if counts else "not added: counted at quarter end",
                )
                if figure
                else FigureCell("not asked", "", False, "")
            )
        found.append(
            QuarterPart(
                quarter=quarter.label,
                state=ReturnState(one.state).label,
                return_url=reverse("return", args=[one.pk]) if may_see else "",
                figures=cells,
                value=shown(cell) if speaks else "missing",
                note=""
                if speaks
                else "not counted: the return is not signed off"
                if one.state == ReturnState.SUBMITTED
                else "not counted: the return is not submitted",
            )
        )
    return found


def _trail(
    place: Place, choices: Choices, measure: MeasureSpec, person: User
) -> list[tuple[str, str]]:
    """The way back up: the measure, the city, the locality."""
    city = city_of(person)
    found = [(measure.name, measure_url(choices, measure.code, "city"))]
    if place.level != Level.CITY:
        found.append((city.area.name, made_of_url(choices, measure.code, city.param)))
    if place.level == Level.TEAM:
        last = (
            Return.objects.filter(
                team__in=place.area.keys or (), quarter__in=[one.index for one in choices.quarters]
            )
            .order_by("-quarter")
            .select_related("locality")
            .first()
        )
        if last is not None and last.locality is not None:
            above = locality_place(last.locality)
            found.append((above.area.name, made_of_url(choices, measure.code, above.param)))
    return found
