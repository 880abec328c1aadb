"""Measures down, areas or quarters across: areas side by side, and the table of quarters."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from django.core.paginator import Page, Paginator
from django.urls import reverse
from django.utils.text import get_text_list

from earlyhelp.core.files.writer import Cover, FileFormat
from earlyhelp.core.pages.wording import part_of
from measures.counting.aggregates import Tally
from measures.counting.areas import Level
from measures.counting.catalogue import MeasureSpec
from measures.counting.display import NOT_ASKED, shown
from measures.counting.revisions import Revision
from measures.counting.rollups import Cell
from measures.exchange.roll_ups import RollUpRow, cover_of, rollup_rows
from measures.performance.choices import ChoiceLink, Choices, slug_of
from measures.performance.places import Place, linked, locality_place, own_locality_ids, own_of
from measures.performance.rows import (
    AreaFigures,
    MeasureRow,
    SaidOnce,
    by_heading,
    like_for_like,
    row_of,
    signed_off_words,
)
from measures.performance.side_by_side import beside_the_rest, by_value, order_in_words
from measures.performance.targets_and_commentary import annotations_of
from measures.permissions import sees_areas_within_city
from teams.models import Locality
from teams.permissions import Authority
from teams.quarters import Quarter

# So many areas stand beside each other, and so many below each other, on one page.
AREAS_ACROSS = 12
AREAS_DOWN = 50


@dataclass(frozen=True)
class ComparePage:
    """One measure, area by area; ``pages`` is which of the areas are shown."""

    measure: MeasureSpec
    title: str
    choices: Choices
    order: str
    said: SaidOnce
    signed_off: str
    like_for_like: str
    rows: Sequence[MeasureRow]
    pages: Page[AreaFigures]
    measure_url: str
    target_heading: str
    downloads: Sequence[ChoiceLink]


@dataclass(frozen=True)
class GridCell:
    """A measure in one area or quarter; ``note`` where somebody is missing or it is provisional."""

    text: str
    column: str
    opens: str = ""
    note: str = ""
    revision: Revision | None = None
    starts_anew: bool = False


@dataclass(frozen=True)
class GridRow:
    """A measure across the areas or quarters."""

    name: str
    url: str
    cells: Sequence[GridCell]


Grid = list[tuple[str, list[GridRow]]]


def _revised(groups: Grid, columns: Sequence[str]) -> list[tuple[str, Revision]]:
    """What was revised in a grid, by measure and column, to stand below it."""
    return [
        (f"{row.name}, {column}", cell.revision)
        for _, rows in groups
        for row in rows
        for column, cell in zip(columns, row.cells, strict=True)
        if cell.revision
    ]


@dataclass(frozen=True)
class AreasPage:
    """All measures across the localities of the city, or the teams of a locality.

    ``pages`` is which of them are shown.
    """

    caption: str
    title: str
    choices: Choices
    pages: Page[Place]
    areas: Sequence[ChoiceLink]
    together: str
    groups: Grid
    downloads: Sequence[ChoiceLink]

    @property
    def revised(self) -> list[tuple[str, Revision]]:
        """What was revised in it."""
        return _revised(self.groups, [*(area.text for area in self.areas), self.together])


@dataclass(frozen=True)
class QuartersPage:
    """The table of quarters of one area; ``localities_url`` where not all are among ``areas``."""

    title: str
    choices: Choices
    areas: Sequence[ChoiceLink]
    localities_url: str
    groups: Grid
    downloads: Sequence[ChoiceLink]
    earlier: str
    later: str

    @property
    def revised(self) -> list[tuple[str, Revision]]:
        """What was revised in it."""
        return _revised(self.groups, [quarter.short for quarter in self.choices.span])


# -- areas beside each other ------------------------------------------------------------------


def compare_page(
    city: Place, choices: Choices, measure: MeasureSpec, page_number: str | None = None
) -> ComparePage:
    """Each locality's figure of a measure beside the others', and the city's; one tally."""
    tally = city.count(
        [measure],
        choices.span,
        choices,
        apart=True,
        years=choices.is_year,
        compared=choices.compared,
    )
    whole = AreaFigures(city, choices, tally)
    among = whole.cell(measure)
    every = (AreaFigures(locality_place(one), choices, tally) for one in tally.localities)
    parts = [one for one in every if one.was_asked(measure)]
    parts.sort(key=lambda one: by_value(one.cell(measure)))
    pages = Paginator(parts, AREAS_DOWN).get_page(page_number)
    places = [*(one.place for one in pages), city]
    annotations = annotations_of(places, [choices.year, choices.year.next], measure=measure)
    target_year, period = annotations.target_year([measure], choices.year), slug_of(choices.period)
    listed = [
        row_of(
            figures,
            measure,
            annotations,
            target_year,
            name=figures.place.area.name,
            url=choices.url(figures.place.path),
            opens=figures.opens(measure),
        )
        for figures in (*pages, whole)
        if figures.was_asked(measure)
    ]
    said = SaidOnce.of_areas(listed)
    rows = [said.but(_beside(row, among)) for row in listed]
    signed, made = whole.reporting.signed_off(choices.quarters, measure)
    return ComparePage(
        measure=measure,
        title=f"{measure.name}, {choices.period_name}",
        choices=choices,
        order=order_in_words([(one.place.area.name, one.cell(measure)) for one in parts], among),
        said=said,
        signed_off=signed_off_words(signed, made),
        like_for_like=like_for_like(choices),
        rows=rows,
        pages=pages,
        measure_url=choices.measure_url(measure.code, "city"),
        target_heading=f"Target {target_year}",
        downloads=choices.downloads(
            "performance-export",
            {"area": "localities", "period": period, "format": "", "measure": measure.code},
        ),
    )


def _beside(row: MeasureRow, whole: Cell) -> MeasureRow:
    """An area's row, with how it stands to the rest."""
    words = "" if row.cell is whole else beside_the_rest(row.cell, whole)
    return replace(row, below=". ".join(filter(None, [row.below, words.capitalize()])))


def teams_page(
    place: Place,
    choices: Choices,
    measures: Sequence[MeasureSpec],
    page_number: str | None = None,
) -> AreasPage:
    """Each team's figures while it stood in this locality, and the locality's; one tally."""
    tally, teams = place.count_teams(measures, choices.quarters, choices)
    pages = Paginator(teams, AREAS_ACROSS).get_page(page_number)
    return _areas_page(place, pages, tally, choices, measures)


def localities_page(
    city: Place,
    choices: Choices,
    measures: Sequence[MeasureSpec],
    page_number: str | None = None,
) -> AreasPage:
    """Each locality's figures beside the others', all measures; one tally."""
    tally = city.count(measures, choices.quarters, choices, apart=True, years=choices.is_year)
    localities = [locality_place(locality) for locality in tally.localities]
    pages = Paginator(localities, AREAS_ACROSS).get_page(page_number)
    return _areas_page(city, pages, tally, choices, measures)


def _areas_page(
    place: Place,
    within: Page[Place],
    tally: Tally,
    choices: Choices,
    measures: Sequence[MeasureSpec],
) -> AreasPage:
    """The measures that any of the areas was asked, in each and in all of them together."""
    choices = replace(choices, compares=False)
    is_city = place.level == Level.CITY
    every = [AreaFigures(one, choices, tally) for one in within.paginator.object_list]
    first = within.start_index() - 1
    parts = every[first : first + len(within)]
    columns = [*parts, AreaFigures(place, choices, tally, is_whole=True)]

    def row(measure: MeasureSpec) -> GridRow:
        url = choices.measure_url(measure.code, place.param)
        if is_city:
            url = choices.url(reverse("performance-compare", args=[measure.code]))
        return GridRow(measure.name, url, [_area_cell(figures, measure) for figures in columns])

    asked = (one for one in measures if any(figures.was_asked(one) for figures in every))
    return AreasPage(
        caption=f"Performance · {'Localities' if is_city else 'Teams'} side by side",
        title=f"{place.area.name}, {choices.period_name}",
        choices=choices,
        pages=within,
        areas=[ChoiceLink(one.area.name, choices.url(one.path)) for one in within],
        together=place.area.name,
        groups=by_heading((measure.heading.label, row(measure)) for measure in asked),
        downloads=choices.downloads(
            "performance-export",
            {
                "area": "localities" if is_city else f"teams:{place.area.code}",
                "period": slug_of(choices.period),
            },
        ),
    )


def _area_cell(figures: AreaFigures, measure: MeasureSpec) -> GridCell:
    cell = figures.cell(measure)
    if not cell.expected:
        return GridCell(NOT_ASKED, figures.place.area.name)
    notes = {
        "in part": not cell.is_complete,
        "provisional": figures.is_provisional(measure),
    }
    return GridCell(
        text=shown(cell),
        column=figures.place.area.name,
        opens=figures.opens(measure),
        note=", ".join(note for note, holds in notes.items() if holds) if cell.answered else "",
        revision=figures.revision(measure),
    )


# -- the table of quarters, as committees know it -----------------------------------------------


def places_of(city: Place, authority: Authority) -> list[Place]:
    """The areas that have a table for this reader: the city, localities, a head's own together."""
    if not sees_areas_within_city(authority):
        return [city]
    places = [city, *(locality_place(one) for one in Locality.objects.all())]
    return [*places, own_of(authority)] if len(own_locality_ids(authority)) > 1 else places


def to_quarter(choices: Choices, last: Quarter | None) -> Choices:
    """The choices with ``to`` in place of the period, so that links keep the quarter it ends in."""
    asked = {key: value for key, value in choices.asked.items() if key != "period"}
    if last is not None:
        asked["to"] = last.slug
    return replace(choices, asked=asked, compares=False)


def quarters_page(
    place: Place, others: Sequence[Place], choices: Choices, measures: Sequence[MeasureSpec]
) -> QuartersPage:
    """The table of one area (never a team) on the screen; the first of ``others`` is the city."""
    last, opened = choices.span[-1], choices.opened
    name = "performance-table"
    path = reverse(name)
    earlier, later = last - 4, min(last + 4, opened[-1])
    [figures] = _counted([place], others[0], choices, measures)
    within = linked(others, place)
    return QuartersPage(
        title=f"{place.area.name}, eight quarters to {last.short}",
        choices=choices,
        areas=[
            ChoiceLink(
                "Your localities together" if one.level == Level.OWN else one.area.name,
                choices.url(path, area=one.param),
                one.param == place.param,
            )
            for one in within
        ],
        localities_url=choices.url(
            reverse("performance-localities"), area=None, to=None, period=choices.asked.get("to")
        )
        if len(within) < len(others)
        else "",
        groups=by_heading(
            (
                measure.heading.label,
                GridRow(
                    measure.name,
                    choices.measure_url(measure.code, place.param),
                    [_quarter_cell(figures, measure, quarter) for quarter in choices.span],
                ),
            )
            for measure in filter(figures.was_asked, measures)
        ),
        downloads=choices.downloads(name, {}, (FileFormat.XLSX, FileFormat.ODS)),
        earlier=choices.url(path, to=earlier.slug) if earlier in opened else "",
        later=choices.url(path, to=later.slug) if last < later else "",
    )


def _counted(
    places: Sequence[Place], city: Place, choices: Choices, measures: Sequence[MeasureSpec]
) -> Iterator[AreaFigures]:
    """The eight quarters of each place; one tally for all of them."""
    tally = city.count(measures, choices.span, choices, apart=True, years=False)
    return (AreaFigures(place, choices, tally) for place in places)


def _quarter_cell(figures: AreaFigures, measure: MeasureSpec, quarter: Quarter) -> GridCell:
    cell = figures.cell(measure, quarter)
    notes = {
        part_of(cell.answered, cell.expected, "team"): not cell.is_complete,
        "provisional": figures.reporting.is_provisional(measure, quarter),
    }
    starts = {one.quarter for one in measure.breaks}
    return GridCell(
        text=shown(cell),
        column=quarter.short,
        opens=figures.opens(measure, period=quarter.slug, to=None) if cell.expected else "",
        note=", ".join(note for note, holds in notes.items() if holds) if cell.answered else "",
        revision=figures.revision(measure, quarter),
        starts_anew=quarter in starts and quarter != figures.choices.span[0],
    )


def cover(places: Sequence[Place], choices: Choices) -> Cover:
    """The first sheet of the workbook."""
    names = get_text_list([place.area.name for place in places], "and")
    return cover_of("Table of quarters", names, choices.span, choices.basis, choices.structure)


def rows(
    places: Sequence[Place], choices: Choices, measures: Sequence[MeasureSpec]
) -> Iterator[RollUpRow]:
    """The same tables as rows of a workbook: each area's measures, quarter by quarter."""
    return rollup_rows(
        [place.area for place in places],
        measures,
        choices.span,
        basis=choices.basis,
        structure=choices.structure,
        audience=choices.audience,
    )
