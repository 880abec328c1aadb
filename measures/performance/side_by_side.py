"""Areas beside each other: the localities for one measure, a locality's teams for all."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from measures.counting import areas
from measures.counting.aggregates import take
from measures.counting.areas import Level
from measures.counting.catalogue import MeasureSpec
from measures.counting.display import shown
from measures.models import Heading
from measures.performance.area import downloads, made_of_url, measure_url, target_year
from measures.performance.choices import Choices, Link
from measures.performance.places import Place, locality_place, team_place, within
from measures.performance.rows import Aim, Counted, Row, names_from, row_of
from measures.performance.targets_and_commentary import targets_everywhere
from teams.models import Team


@dataclass(frozen=True)
class ComparePage:
    """One measure, area by area."""

    measure: MeasureSpec
    title: str
    choices: Choices
    rows: Sequence[Row]
    measure_url: str
    target_heading: str
    downloads: Sequence[Link]


def localities_page(city: Place, choices: Choices, measure: MeasureSpec) -> ComparePage:
    """Each locality's figure beside the others', and the city's; one tally for all."""
    now = areas.moved() if choices.is_now else None
    tally = take(
        [measure],
        choices.span,
        choices.basis,
        now=now,
        opened=choices.opened,
        named=True,
        years=choices.is_year,
    )
    places = [*(locality_place(one) for one in tally.localities), city]
    said = targets_everywhere(places, [choices.year, choices.year.next], measure)
    aims = target_year(said[city.param], [measure], choices)
    rows = []
    for place in places:
        counted = Counted.of(tally, place.area.keys)
        if not counted.rollup.was_asked(measure):
            continue
        target = said[place.param].target(measure, aims, is_year=choices.is_year)
        rows.append(
            row_of(
                counted,
                measure,
                choices,
                name=place.area.name,
                url=choices.url(place.path),
                opens=made_of_url(choices, measure.code, place.param),
                aim=Aim(target, is_judged=aims == choices.year),
                team_names=names_from(tally.team_names),
            )
        )
    return ComparePage(
        measure=measure,
        title=f"{measure.name}, {choices.period_name}",
        choices=choices,
        rows=rows,
        measure_url=measure_url(choices, measure.code, "city"),
        target_heading=f"Target {aims}",
        downloads=downloads(choices, "localities", measure=measure.code),
    )


@dataclass(frozen=True)
class AreaCell:
    """One area's figure of one measure; ``note`` where it is missing or provisional."""

    text: str
    opens: str
    note: str


@dataclass(frozen=True)
class AreasRow:
    """A measure across areas, and in all of them together."""

    name: str
    url: str
    cells: Sequence[AreaCell]


@dataclass(frozen=True)
class AreasGroup:
    """The measures under one heading."""

    name: str
    rows: Sequence[AreasRow]


@dataclass(frozen=True)
class AreasPage:
    """All measures across the localities of the city, or the teams of a locality."""

    caption: str
    title: str
    choices: Choices
    areas: Sequence[Link]
    together: str
    groups: Sequence[AreasGroup]
    downloads: Sequence[Link]

    @property
    def columns(self) -> int:
        """How many columns its table has: the measure, the areas, all of them."""
        return len(self.areas) + 2


def teams_page(place: Place, choices: Choices, measures: Sequence[MeasureSpec]) -> AreasPage:
    """Each team's figures while it stood in this locality, and the locality's; one tally."""
    where = within(place, choices)
    tally = take(
        measures,
        choices.quarters,
        choices.basis,
        by_team=True,
        where=where,
        opened=choices.opened,
        years=choices.is_year,
    )
    here = {row.team_id for row in tally.returns}
    places = [team_place(team) for team in Team.objects.filter(pk__in=here)]
    columns = [(one, Counted.of(tally, one.area.keys)) for one in places]
    return AreasPage(
        caption="Performance · Teams side by side",
        title=f"{place.area.name}, {choices.period_name}",
        choices=choices,
        areas=[Link(one.area.name, choices.url(one.path)) for one in places],
        together=place.area.name,
        groups=_groups(columns, place, Counted.of(tally, None), choices, measures),
        downloads=downloads(choices, f"teams:{place.area.code}"),
    )


def city_page(city: Place, choices: Choices, measures: Sequence[MeasureSpec]) -> AreasPage:
    """Each locality's figures beside the others', all measures; one tally."""
    now = areas.moved() if choices.is_now else None
    tally = take(
        measures,
        choices.quarters,
        choices.basis,
        now=now,
        opened=choices.opened,
        named=True,
        years=choices.is_year,
    )
    places = [locality_place(one) for one in tally.localities]
    columns = [(one, Counted.of(tally, one.area.keys)) for one in places]
    return AreasPage(
        caption="Performance · Localities side by side",
        title=f"{city.area.name}, {choices.period_name}",
        choices=choices,
        areas=[Link(one.area.name, choices.url(one.path)) for one in places],
        together=city.area.name,
        groups=_groups(columns, city, Counted.of(tally, None), choices, measures),
        downloads=downloads(choices, "localities"),
    )


def _groups(
    columns: Sequence[tuple[Place, Counted]],
    together: Place,
    whole: Counted,
    choices: Choices,
    measures: Sequence[MeasureSpec],
) -> list[AreasGroup]:
    """The rows by heading, of measures that any of the areas was asked."""
    groups: dict[str, list[AreasRow]] = {heading.label: [] for heading in Heading}
    for measure in measures:
        if any(counted.rollup.was_asked(measure) for _, counted in columns):
            cells = [_cell(one, counted, measure, choices) for one, counted in columns]
            cells.append(_cell(together, whole, measure, choices))
            url = measure_url(choices, measure.code, together.param)
            if together.level == Level.CITY:
                url = choices.url(reverse("performance-compare", args=[measure.code]))
            groups[measure.heading.label].append(AreasRow(measure.name, url, cells))
    return [AreasGroup(name, rows) for name, rows in groups.items() if rows]


def _cell(place: Place, counted: Counted, measure: MeasureSpec, choices: Choices) -> AreaCell:
    cell = counted.rollup.cell(measure, choices.period)
    if not cell.expected:
        return AreaCell("not asked", "", "")
    note = ""
    if not cell.is_complete:
        note = "missing" if not cell.answered else "in part"
    elif counted.reporting.is_provisional(measure, choices.period):
        note = "provisional"
    return AreaCell(shown(cell), made_of_url(choices, measure.code, place.param), note)
