"""The page of an area: what it did, how well, what difference it made; beside the time before."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.urls import reverse

from earlyhelp.core.files.writer import FileFormat
from measures.counting.aggregates import Tally
from measures.counting.areas import Level
from measures.counting.catalogue import MeasureSpec
from measures.counting.comparison import Meaning
from measures.models import Heading
from measures.performance.choices import Choices, Link, slug_of
from measures.performance.places import Place, own_locality_ids
from measures.performance.rows import NOT_COMPARABLE, Aim, Counted, Row, names_from, row_of
from measures.performance.targets_and_commentary import Said, said_of
from measures.permissions import comments_on, sees_areas_within_city
from measures.querysets import Basis
from teams.models import Locality
from teams.permissions import Authority
from teams.quarters import FinancialYear, Quarter

CITY_WIDE = "City-wide figures"


@dataclass(frozen=True)
class Group:
    """The measures under one heading."""

    name: str
    rows: Sequence[Row]


@dataclass(frozen=True)
class Page:
    """Everything that the page of an area prints."""

    caption: str
    title: str
    choices: Choices
    stats: Sequence[tuple[str, str]]
    provisional: str
    areas: Sequence[Link]
    groups: Sequence[Group]
    target_heading: str
    downloads: Sequence[Link]
    table_url: str

    @property
    def columns(self) -> int:
        """How many columns its table has."""
        return 7


def downloads(choices: Choices, area: str, **also: str) -> list[Link]:
    """The same figures as files."""
    return [
        Link(
            str(form.label),
            choices.url(
                reverse("performance-export"),
                **{"area": area, "period": slug_of(choices.period), "format": form.value, **also},
            ),
        )
        for form in FileFormat
    ]


def made_of_url(choices: Choices, code: str, param: str, **changes: str | None) -> str:
    """Where a measure's number opens into what it is made of."""
    return choices.url(
        reverse("performance-made-of"),
        **{"measure": code, "area": param, "period": slug_of(choices.period), **changes},
    )


def measure_url(choices: Choices, code: str, param: str) -> str:
    """A measure's own page, for this area."""
    period = choices.asked.get("period")
    area = None if param == "city" else param
    return choices.url(reverse("performance-measure", args=[code]), area=area, period=period)


# Stands for a code in an address that is put together once for all rows of a page.
_CODE = "x--code--x"


def _for_each(address: str) -> Callable[[str], str]:
    """Addresses that differ in a code alone; taking each apart anew costs more than its row."""
    before, _, after = address.partition(_CODE)
    return lambda code: f"{before}{code}{after}"


def provisional_words(choices: Choices, signed: int, made: int) -> str:
    """What the basis means here, for those who may see provisional figures."""
    if choices.basis == Basis.SIGNED_OFF:
        return ""
    if signed == made:
        return ""
    return (
        "These figures are provisional: they include returns that were submitted and are not "
        "signed off yet."
    )


def target_year(said: Said, measures: Sequence[MeasureSpec], choices: Choices) -> FinancialYear:
    """The year whose targets a page shows: its own, or the coming one where it has none."""
    if any((one.id, choices.year.start) in said.targets for one in measures):
        return choices.year
    if any((one.id, choices.year.next.start) in said.targets for one in measures):
        return choices.year.next
    return choices.year


def area_page(
    place: Place, choices: Choices, measures: Sequence[MeasureSpec], authority: Authority
) -> Page:
    """Everything that the page of an area shows."""
    tally = place.count(measures, choices.span, choices, years=choices.is_year)
    counted = Counted.of(tally, place.area.keys)
    said = said_of(place, [choices.year, choices.year.next], choices.quarters)
    is_city = place.level == Level.CITY
    city_wide = _city_wide(tally, measures) if is_city else set()
    aims = target_year(said, measures, choices)
    team_names = names_from(tally.team_names)
    may_comment = bool(place.comment_code) and comments_on(authority, place.locality_ids[0])
    page_of = _for_each(measure_url(choices, _CODE, place.param))
    parts_of = _for_each(made_of_url(choices, _CODE, place.param))
    comment_on = _comments_on(place, choices) if may_comment else None
    groups: dict[str, list[Row]] = {heading.label: [] for heading in Heading}
    for measure in measures:
        if not counted.rollup.was_asked(measure):
            continue
        is_city_wide = measure.id in city_wide
        target = said.target(measure, aims, is_year=choices.is_year)
        row = row_of(
            counted,
            measure,
            choices,
            name=measure.name,
            url=page_of(measure.code),
            opens=parts_of(measure.code),
            aim=Aim(target, is_judged=aims == choices.year),
            team_names=team_names,
            is_team=place.area.is_team,
            is_city_wide=is_city_wide,
            comments=said.comments.get(measure.id, ()),
            comment_url=comment_on(measure.code) if comment_on else "",
        )
        groups.setdefault(CITY_WIDE if is_city_wide else measure.heading.label, []).append(row)
    signed, made = counted.reporting.signed_off(choices.quarters)
    shown_rows = [row for rows in groups.values() for row in rows]
    return Page(
        caption="Performance" if is_city else f"Performance · {place.level.label}",
        title=f"{place.area.name}, {choices.period_name}",
        choices=choices,
        stats=_stats(shown_rows, signed, made),
        provisional=provisional_words(choices, signed, made),
        areas=_areas(place, choices, tally.localities, authority),
        groups=[Group(name, rows) for name, rows in groups.items() if rows],
        target_heading=f"Target {aims}",
        downloads=downloads(choices, place.param),
        table_url=""
        if place.area.is_team
        else choices.url(reverse("performance-table"), area=place.param, period=None),
    )


def _city_wide(tally: Tally, measures: Sequence[MeasureSpec]) -> set[int]:
    """The measures that are asked of city-wide teams alone, by id."""
    in_localities: set[int] = set()
    for (_, type_id), items in tally.questions.items():
        if type_id in tally.types_in_localities:
            in_localities |= items
    return {one.id for one in measures if one.item_ids.isdisjoint(in_localities)}


def _stats(rows: Sequence[Row], signed: int, made: int) -> list[tuple[str, str]]:
    meanings = [row.meaning for row in rows]
    return [
        (f"{signed:,} of {made:,}", "returns signed off"),
        (str(meanings.count(Meaning.IMPROVED)), "improved"),
        (str(meanings.count(Meaning.WORSENED)), "worsened"),
        (str(meanings.count(Meaning.NO_CLEAR_CHANGE)), "no clear change"),
        (str(sum(one in NOT_COMPARABLE for one in meanings)), "not comparable"),
    ]


def _comments_on(place: Place, choices: Choices) -> Callable[[str], str] | None:
    if not isinstance(choices.period, Quarter):
        return None
    return _for_each(comment_url(place, _CODE, choices.period))


def comment_url(place: Place, code: str, quarter: Quarter) -> str:
    """Where the story behind a measure's figure is written."""
    return reverse("commentary-edit", args=[code, place.comment_code, slug_of(quarter)])


def _areas(
    place: Place, choices: Choices, localities: Sequence[Locality], authority: Authority
) -> list[Link]:
    """The areas within this one, or around it."""
    if not sees_areas_within_city(authority):
        return []
    if place.level == Level.CITY:
        page_of = _for_each(choices.url(reverse("performance-locality", args=[_CODE])))
        found = [Link(one.name, page_of(one.code)) for one in localities]
        side_by_side = choices.url(reverse("performance-localities"))
        found.append(Link("Localities side by side", side_by_side))
        if len(own_locality_ids(authority)) > 1:
            found.append(Link("Your localities together", choices.url(reverse("performance-own"))))
        return found
    found = [Link("The whole city", choices.url(reverse("performance-city")))]
    if place.level == Level.LOCALITY:
        side_by_side = reverse("performance-locality-teams", args=[place.area.code])
        found.append(Link("Its teams side by side", choices.url(side_by_side)))
    return found
