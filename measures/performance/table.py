"""The table of quarters, as committees know it: measures down, eight quarters across."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.urls import reverse

from earlyhelp.core.files.writer import CellValue, FileFormat
from measures.counting import areas
from measures.counting.aggregates import Tally, take
from measures.counting.areas import Level
from measures.counting.catalogue import MeasureSpec
from measures.counting.display import rounded, shown
from measures.counting.rollups import Cell
from measures.models import Heading
from measures.performance.area import made_of_url, measure_url
from measures.performance.choices import Choices, Link, slug_of
from measures.performance.places import Place, locality_place, own_locality_ids, own_of
from measures.performance.rows import Counted
from measures.permissions import sees_areas_within_city
from teams.models import Locality
from teams.permissions import Authority
from teams.quarters import Quarter


@dataclass(frozen=True)
class QuarterCell:
    """One measure in one quarter; ``note`` says how many answered where not everybody did."""

    text: str
    opens: str
    note: str
    starts_anew: bool


@dataclass(frozen=True)
class QuartersRow:
    """A measure across the quarters."""

    name: str
    url: str
    cells: Sequence[QuarterCell]


@dataclass(frozen=True)
class QuartersGroup:
    """The measures under one heading."""

    name: str
    rows: Sequence[QuartersRow]


@dataclass(frozen=True)
class QuartersPage:
    """The table for one area."""

    title: str
    choices: Choices
    areas: Sequence[Link]
    columns: Sequence[str]
    groups: Sequence[QuartersGroup]
    downloads: Sequence[Link]
    earlier: str
    later: str

    @property
    def width(self) -> int:
        """How many columns its table has."""
        return len(self.columns) + 1


def places_of(city: Place, authority: Authority) -> list[Place]:
    """The areas that have a table for this reader: the city, localities, a head's own together."""
    if not sees_areas_within_city(authority):
        return [city]
    found = [city, *(locality_place(one) for one in Locality.objects.all())]
    return [*found, own_of(authority)] if len(own_locality_ids(authority)) > 1 else found


def to_quarter(choices: Choices, last: Quarter | None) -> Choices:
    """The choices with ``to`` in place of the period, so that links keep the quarter it ends in."""
    asked = {key: value for key, value in choices.asked.items() if key != "period"}
    if last is not None:
        asked["to"] = slug_of(last)
    return replace(choices, asked=asked)


def tally_of(choices: Choices, measures: Sequence[MeasureSpec]) -> Tally:
    """The eight quarters, by locality: serves every area of the table."""
    now = areas.moved() if choices.is_now else None
    return take(measures, choices.span, choices.basis, now=now, opened=choices.opened, years=False)


def quarters_page(
    place: Place, others: Sequence[Place], choices: Choices, measures: Sequence[MeasureSpec]
) -> QuartersPage:
    """The table of one area (never a team) on the screen."""
    counted = Counted.of(tally_of(choices, measures), place.area.keys)
    groups: dict[str, list[QuartersRow]] = {heading.label: [] for heading in Heading}
    for measure in measures:
        if counted.rollup.was_asked(measure):
            starts = {one.quarter for one in measure.breaks}
            cells = [
                QuarterCell(
                    text=_shown(cell),
                    opens=made_of_url(
                        choices, measure.code, place.param, period=slug_of(quarter), to=None
                    )
                    if cell.expected
                    else "",
                    note=_note(cell),
                    starts_anew=quarter in starts and quarter != choices.span[0],
                )
                for quarter in choices.span
                for cell in [counted.rollup.cell(measure, quarter)]
            ]
            url = measure_url(choices, measure.code, place.param)
            groups[measure.heading.label].append(QuartersRow(measure.name, url, cells))
    last = choices.span[-1]
    opened = choices.opened
    path = reverse("performance-table")
    return QuartersPage(
        title=f"{place.area.name}, eight quarters to {last.short}",
        choices=choices,
        areas=[
            Link(
                "Your localities together" if one.level == Level.OWN else one.area.name,
                choices.url(path, area=one.param),
                one.param == place.param,
            )
            for one in others
        ],
        columns=[quarter.short for quarter in choices.span],
        groups=[QuartersGroup(name, rows) for name, rows in groups.items() if rows],
        downloads=[
            Link(str(form.label), choices.url(path, format=form.value))
            for form in (FileFormat.XLSX, FileFormat.ODS)
        ],
        earlier=choices.url(path, to=slug_of(last - 4)) if last - 4 in opened else "",
        later=choices.url(path, to=slug_of(min(last + 4, opened[-1]))) if last < opened[-1] else "",
    )


def _shown(cell: Cell) -> str:
    return shown(cell) if cell.expected else "–"


def _note(cell: Cell) -> str:
    if cell.answered and not cell.is_complete:
        return f"{cell.answered} of {cell.expected} teams"
    return ""


def sheets(
    places: Sequence[Place], choices: Choices, measures: Sequence[MeasureSpec]
) -> Iterable[tuple[str, list[str], list[list[CellValue]]]]:
    """The same tables for a workbook: a sheet for each area, numbers as numbers."""
    tally = tally_of(choices, measures)
    names = [quarter.short for quarter in choices.span]
    header = ["Heading", "Measure", "Unit", *names, *(f"Teams reporting, {one}" for one in names)]
    for place in places:
        counted = Counted.of(tally, place.area.keys)
        rows: list[list[CellValue]] = []
        for measure in measures:
            if not counted.rollup.was_asked(measure):
                continue
            cells = [counted.rollup.cell(measure, quarter) for quarter in choices.span]
            rows.append(
                [
                    measure.heading.label,
                    measure.name,
                    measure.unit,
                    *(_value(cell) for cell in cells),
                    *(f"{one.answered} of {one.expected}" if one.expected else "" for one in cells),
                ]
            )
        yield place.area.name, header, rows


def _value(cell: Cell) -> CellValue:
    """The number as the screen shows it; words where the screen has words."""
    return _shown(cell) if cell.value is None else rounded(cell.value, cell.measure.decimals)
