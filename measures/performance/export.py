"""The figures of a performance page as rows of a file, for whoever may read the page."""

from collections.abc import Iterator, Mapping

from django.http import Http404
from django.utils.text import get_text_list

from earlyhelp.core.files.writer import Cover
from measures.counting.areas import Area, of_locality, of_team
from measures.counting.catalogue import load_measures
from measures.counting.rollups import Period
from measures.exchange.roll_ups import RollUpRow, cover_of, rollup_rows
from measures.models import Return
from measures.performance.choices import Choices, period_of, slug_of
from measures.performance.places import city_of, place_of
from teams.models import Locality, Team, User
from teams.permissions import Authority
from teams.quarters import FinancialYear, Quarter, span

# Ten years: more than that comes from the command.
MOST_QUARTERS = 40

# What an address of an export says besides the choices of every page.
ASKED = ("area", "measure", "from", "to")


def rows(
    authority: Authority, person: User, choices: Choices, asked: Mapping[str, str]
) -> Iterator[RollUpRow]:
    """The rows for what the address names; "not found" for what its reader may not see."""
    codes = [asked["measure"]] if asked.get("measure") else None
    measures = load_measures(codes)
    if codes and not measures:
        raise Http404("There is no such measure")
    return rollup_rows(
        _areas(authority, person, choices, asked),
        measures,
        _periods(choices, asked),
        basis=choices.basis,
        structure=choices.structure,
        audience=choices.audience,
    )


def quarters(choices: Choices, asked: Mapping[str, str]) -> list[Quarter]:
    """The quarters that such a file has rows about."""
    return [
        quarter
        for period in _periods(choices, asked)
        for quarter in ([period] if isinstance(period, Quarter) else period.quarters)
    ]


def _areas(
    authority: Authority, person: User, choices: Choices, asked: Mapping[str, str]
) -> list[Area]:
    """The areas of a page: one, the localities with the city, or a locality with its teams."""
    param = asked.get("area", "")
    if param == "localities":
        if choices.is_for_outsiders and not _are_years(choices, asked):
            raise Http404("There is no such area")
        return [*(of_locality(one) for one in Locality.objects.all()), city_of(person).area]
    if param.startswith("teams:"):
        place = place_of(authority, person, param.replace("teams:", "locality:", 1))
        made = Return.objects.filter(
            place.returns_within(choices), quarter__in=[one.index for one in choices.quarters]
        )
        return [*map(of_team, Team.objects.filter(pk__in=made.values("team"))), place.area]
    has_localities = choices.is_for_outsiders and _are_years(choices, asked)
    return [place_of(authority, person, param, has_localities=has_localities).area]


def _are_years(choices: Choices, asked: Mapping[str, str]) -> bool:
    """Whether the rows are of years alone, of which outsiders read localities."""
    return all(isinstance(period, FinancialYear) for period in _periods(choices, asked))


def _periods(choices: Choices, asked: Mapping[str, str]) -> list[Period]:
    """The quarters that the address names, or the page's period and the one before it."""
    if asked.get("from") or asked.get("to"):
        try:
            first, last = period_of(asked.get("from", "")), period_of(asked.get("to", ""))
        except ValueError as wrong:
            raise Http404(f"{wrong}; in an address, from=2015-16-q1 and to=2015-16-q4") from None
        if not isinstance(first, Quarter) or not isinstance(last, Quarter):
            raise Http404("An export goes from a quarter to a quarter, like 2015-16-q4")
        if not 0 <= last.index - first.index < MOST_QUARTERS:
            raise Http404(f"An export covers from 1 to {MOST_QUARTERS} quarters")
        return list(span(first, last))
    if isinstance(choices.period, FinancialYear):
        return [choices.period.previous, choices.period]
    return [choices.before, choices.period]


def cover(authority: Authority, person: User, choices: Choices, asked: Mapping[str, str]) -> Cover:
    """The first sheet of a workbook of these rows."""
    found = _areas(authority, person, choices, asked)
    names = get_text_list([one.name for one in found], "and")
    periods = _periods(choices, asked)
    return cover_of("Performance", names, periods, choices.basis, choices.structure)


def file_name(choices: Choices, asked: Mapping[str, str]) -> str:
    """What the file is called, without its ending; for what ``rows`` took."""
    where = (asked.get("area") or "city").replace(":", "-")
    when = slug_of(period_of(asked["to"]) if asked.get("to") else choices.period)
    return "-".join(part for part in (where, asked.get("measure", ""), when) if part)
