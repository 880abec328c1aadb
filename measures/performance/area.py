"""The page of an area: what it did, how well, what difference it made; beside the time before."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from django.urls import reverse

from earlyhelp.core.pages.wording import part_of
from measures.counting.aggregates import Tally
from measures.counting.areas import Level
from measures.counting.catalogue import MeasureSpec
from measures.performance.choices import FILTERS, ChoiceLink, Choices, slug_of
from measures.performance.filters import Filter, TileRow
from measures.performance.places import Place, linked, locality_place, own_locality_ids
from measures.performance.rows import (
    AreaFigures,
    MeasureRow,
    SaidOnce,
    by_chance,
    by_heading,
    like_for_like,
    row_of,
    signed_off_words,
)
from measures.performance.targets_and_commentary import Annotations, annotations_of
from teams.permissions import Authority
from teams.quarters import FinancialYear, Quarter


@dataclass(frozen=True)
class AreaPage:
    """Everything that the page of an area prints; ``groups`` are rows by heading."""

    caption: str
    title: str
    choices: Choices
    said: SaidOnce
    signed_off: str
    like_for_like: str
    by_chance: str
    tiles: Sequence[TileRow]
    shown: str
    all_url: str
    areas: Sequence[ChoiceLink]
    table_url: str
    groups: Sequence[tuple[str, Sequence[MeasureRow]]]
    target_heading: str
    downloads: Sequence[ChoiceLink]


# Stands for a code in an address that is put together once for all rows of a page.
_CODE = "x--code--x"


def _for_each(address: str) -> Callable[[str], str]:
    """Addresses that differ in a code alone; taking each apart anew costs more than its row."""
    before, _, after = address.partition(_CODE)
    return lambda code: f"{before}{code}{after}"


def area_page(
    place: Place,
    choices: Choices,
    measures: Sequence[MeasureSpec],
    authority: Authority,
    whole: str,
) -> AreaPage:
    """Everything that the page of an area shows; ``whole`` is what all of it is called."""
    if choices.not_closed:
        choices = replace(choices, reported=place.reported(choices))
    tally = place.count(
        measures, choices.span, choices, years=choices.is_year, compared=choices.compared
    )
    figures = AreaFigures(place, choices, tally)
    annotations = annotations_of([place], [choices.year, choices.year.next], choices.quarters)
    target_year = annotations.target_year(measures, choices.year)
    listed = list(_rows(figures, measures, annotations, target_year, authority))
    wanted = Filter.of(choices.asked)
    of = SaidOnce.of_a_team if place.area.is_team else SaidOnce.of
    said = of([row for _, row in listed])
    rows = [(heading, said.but(row)) for heading, row in listed if wanted.shows(row)]
    signed, made = figures.reporting.signed_off(choices.quarters)
    period = slug_of(choices.period)
    is_city = place.level == Level.CITY
    return AreaPage(
        caption="Performance" if is_city else f"Performance · {place.level.label}",
        title=f"{place.area.name}, {choices.period_name}",
        choices=choices,
        said=said,
        like_for_like=like_for_like(choices),
        by_chance=by_chance(row.is_tested for _, row in listed),
        signed_off=signed_off_words(signed, made),
        tiles=list(wanted.tiles([row for _, row in listed], choices)),
        shown=f"{part_of(len(rows), len(listed), 'measure')}: {wanted}" if wanted else "",
        all_url=choices.url(**dict.fromkeys(FILTERS)),
        areas=list(_areas(place, choices, tally, authority, whole)),
        table_url=_table_url(place, choices),
        groups=by_heading(rows),
        target_heading=f"Target {target_year}",
        downloads=choices.downloads("performance-export", {"area": place.param, "period": period}),
    )


def _table_url(place: Place, choices: Choices) -> str:
    """The area's table of quarters; none of a team, and none of a locality for outsiders."""
    if place.area.is_team or (choices.is_for_outsiders and place.level != Level.CITY):
        return ""
    return choices.url(reverse("performance-table"), area=place.param, period=None)


def _rows(
    figures: AreaFigures,
    measures: Sequence[MeasureSpec],
    annotations: Annotations,
    target_year: FinancialYear,
    authority: Authority,
) -> Iterator[tuple[str, MeasureRow]]:
    """The row of each measure that was asked here, with its heading."""
    place, choices = figures.place, figures.choices
    page_of = _for_each(choices.measure_url(_CODE, place.param))
    parts_of = _for_each(choices.breakdown_url(_CODE, place.param))
    comment_on = None
    if isinstance(choices.period, Quarter) and place.takes_comments_of(authority):
        comment_on = _for_each(place.comment_url(_CODE, choices.period))
    city_wide = _city_wide(figures.tally, measures) if place.level == Level.CITY else set()
    for measure in filter(figures.was_asked, measures):
        is_city_wide = measure.id in city_wide
        yield (
            f"{place.area.name} as a whole" if is_city_wide else measure.heading.label,
            row_of(
                figures,
                measure,
                annotations,
                target_year,
                name=measure.name,
                url=page_of(measure.code),
                opens=parts_of(measure.code),
                is_city_wide=is_city_wide,
                comment_url=comment_on(measure.code) if comment_on else "",
            ),
        )


def _city_wide(tally: Tally, measures: Sequence[MeasureSpec]) -> set[int]:
    """The measures that are asked of city-wide teams alone, by id."""
    in_localities: set[int] = set()
    for (_, type_id), items in tally.questions.items():
        if type_id in tally.types_in_localities:
            in_localities |= items
    return {measure.id for measure in measures if measure.item_ids.isdisjoint(in_localities)}


def _areas(
    place: Place, choices: Choices, tally: Tally, authority: Authority, whole: str
) -> Iterator[ChoiceLink]:
    """The areas within this one, or the ``whole`` around it."""
    if not choices.has_localities:
        return
    if place.level != Level.CITY:
        yield ChoiceLink(whole, choices.url(reverse("performance-city")))
        if place.level == Level.LOCALITY and not choices.is_for_outsiders:
            side_by_side = reverse("performance-locality-teams", args=[place.area.code])
            yield ChoiceLink("Its teams side by side", choices.url(side_by_side))
        return
    within = linked([locality_place(one) for one in tally.localities], place)
    yield from (ChoiceLink(one.area.name, choices.url(one.path)) for one in within)
    yield ChoiceLink("Localities side by side", choices.url(reverse("performance-localities")))
    if len(own_locality_ids(authority)) > 1:
        yield ChoiceLink("Your localities together", choices.url(reverse("performance-own")))
