"""The rules of counting in exact fractions and plain loops. Comments name a rule by its number."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import floor

from tests.oracle.council import (
    Answer,
    Basis,
    Council,
    Level,
    Measure,
    Period,
    Quarter,
    QuarterState,
    Return,
    ReturnState,
    Structure,
    Team,
    Timing,
    locality_at,
    year_label,
)

COLUMNS = (
    "level",
    "area_code",
    "area",
    "measure",
    "measure_name",
    "heading",
    "period",
    "numerator",
    "denominator",
    "value",
    "unit",
    "answered",
    "expected",
    "missing",
    "basis",
)

# ---------------------------------------------------------------------------------------------
# Where a team belongs (rule 6)
# ---------------------------------------------------------------------------------------------


def locality_now(council: Council, team: Team) -> str:
    """The locality a team's figures go to in the "as it is now" view; empty for none."""
    latest = council.opened[-1]
    if not team.locality:
        return ""  # rule 7: a city-wide team's figures belong to no locality, whoever follows it
    if team.closed and team.closed < latest.first_day:
        while team.successor:
            team = council.team(team.successor)
    if team.closed and team.closed < latest.first_day:
        return locality_at(council, team, Quarter.of(team.closed))
    return locality_at(council, team, latest)


def locality_of(council: Council, given: Return, structure: Structure) -> str:
    """The locality in which a return counts."""
    if structure == Structure.AS_WAS:
        return given.locality
    return locality_now(council, council.team(given.team))


# ---------------------------------------------------------------------------------------------
# What a team's quarter says (rules 1, 3, 4 and 5)
# ---------------------------------------------------------------------------------------------


class Says(StrEnum):
    NOTHING_EXPECTED = "not expected"
    NUMBERS = "answered"
    GAP = "missing"


def meets(council: Council, given: Return, basis: Basis) -> bool:
    """Rule 5: whether a return speaks on this basis; after closing only what is signed off or accepted late."""
    if given.state == ReturnState.SIGNED_OFF:
        return True
    if given.state != ReturnState.SUBMITTED or basis == Basis.SIGNED_OFF:
        return False
    return council.quarters[given.quarter] != QuarterState.CLOSED or given.accepted_late


def says(council: Council, given: Return, measure: Measure, basis: Basis) -> Says:
    """Rules 3 and 4 for one return and measure."""
    if any(code not in given.figures for code in measure.items):
        return Says.NOTHING_EXPECTED
    if not meets(council, given, basis):
        return Says.GAP
    answers = {given.figures[code].answer for code in measure.items}
    if Answer.NOT_APPLICABLE in answers:
        return Says.NOTHING_EXPECTED
    return Says.NUMBERS if answers == {Answer.NUMBER} else Says.GAP


# ---------------------------------------------------------------------------------------------
# The rows
# ---------------------------------------------------------------------------------------------


@dataclass
class Cell:
    """One measure in one area and period, unrounded; the numbers are None where nothing was answered."""

    numerator: Fraction | None
    denominator: Fraction | None
    answered: int
    expected: int
    missing: list[str]


def work_out(
    council: Council,
    returns: Sequence[Return],
    measure: Measure,
    quarters: Sequence[Quarter],
    basis: Basis,
) -> Cell:
    """The measure over an area's returns and a period's quarters."""
    if not quarters:
        return Cell(None, None, 0, 0, [])
    last = max(quarters)  # rule 2: of a year that is not over, the latest quarter that is
    timings = {council.item(code).timing for code in measure.items}
    if timings == {Timing.SNAPSHOT}:
        quarters = [last]
    here = [given for given in returns if given.quarter in quarters]
    verdicts = {(given.team, given.quarter): says(council, given, measure, basis) for given in here}
    if len(timings) == 2:
        # Rule 3: without its last quarter a team is left out of the whole period, and is missing.
        for team, quarter in list(verdicts):
            if (
                verdicts.get((team, last)) != Says.NUMBERS
                and verdicts[team, quarter] == Says.NUMBERS
            ):
                verdicts[team, quarter] = Says.GAP
    matched = [given for given in here if verdicts[given.team, given.quarter] == Says.NUMBERS]
    gaps = {team for (team, _), verdict in verdicts.items() if verdict == Says.GAP}
    cell = Cell(
        numerator=None,
        denominator=None,
        answered=len(matched),
        expected=sum(verdict != Says.NOTHING_EXPECTED for verdict in verdicts.values()),
        missing=[team.code for team in council.teams if team.code in gaps],
    )
    if matched:
        cell.numerator = _sum(council, matched, measure.numerator, last)
        if measure.denominators:
            cell.denominator = Fraction(0)
            for code in measure.denominators:
                cell.denominator += _sum(council, matched, code, last)
    return cell


def _sum(council: Council, matched: Sequence[Return], code: str, last: Quarter) -> Fraction:
    """Rule 2: a flow over the period's quarters, a snapshot at its last."""
    total = Fraction(0)
    for given in matched:
        if council.item(code).timing == Timing.FLOW or given.quarter == last:
            value = given.figures[code].value
            assert value is not None
            total += value
    return total


def half_up(value: Fraction, decimals: int) -> str:
    """Rule 8: an exact number of at least 0 as text, rounded once, half up."""
    digits = str(floor(value * 10**decimals + Fraction(1, 2))).rjust(decimals + 1, "0")
    return f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits


def exact(value: Fraction, decimals: int) -> str:
    """A number that has no more than these decimals, as text."""
    assert (value * 10**decimals).denominator == 1, f"{value} has more than {decimals} decimals"
    return half_up(value, decimals)


UNITS = {1: "average", 100: "%", 1000: "per 1,000", 10000: "per 10,000", 100000: "per 100,000"}


def _numbers(council: Council, measure: Measure, cell: Cell) -> tuple[str, str, str]:
    """The numerator, denominator and value of a cell as an export writes them."""
    if cell.numerator is None:
        return "", "", ""
    of_item = council.item(measure.numerator).decimals
    numerator = exact(cell.numerator, of_item)
    if not measure.denominators:
        return numerator, "", numerator
    assert cell.denominator is not None
    denominator = exact(
        cell.denominator, max(council.item(code).decimals for code in measure.denominators)
    )
    if not cell.denominator:
        return numerator, denominator, ""  # "no cases", not 0%
    decimals = 1 if measure.decimals is None else measure.decimals
    return (
        numerator,
        denominator,
        half_up(cell.numerator / cell.denominator * measure.scale, decimals),
    )


def areas_of(
    council: Council, by: Level, structure: Structure
) -> list[tuple[str, str, list[Return]]]:
    """Code, name and returns of every area of a level, in the framework's order."""
    if by == Level.CITY:
        return [(council.code, council.area_name, council.returns)]
    if by == Level.TEAM:
        return [
            (team.code, team.name, [given for given in council.returns if given.team == team.code])
            for team in council.teams
        ]
    return [
        (
            locality.code,
            locality.name,
            [
                given
                for given in council.returns
                if locality_of(council, given, structure) == locality.code
            ],
        )
        for locality in council.localities
    ]


def _periods(
    council: Council, first: Quarter, last: Quarter, period: Period
) -> list[tuple[str, list[Quarter]]]:
    """Label and quarters of every period of the span; a year is whole, and has only opened ones that are over."""
    if period == Period.YEAR:
        return [
            (year_label(year), [quarter for quarter in council.over if quarter.year == year])
            for year in range(first.year, last.year + 1)
        ]
    periods = []
    quarter = first
    while quarter <= last:
        periods.append((str(quarter), [quarter]))
        quarter = quarter.next
    return periods


def rollup(
    council: Council,
    *,
    by: Level,
    first: Quarter,
    last: Quarter,
    period: Period = Period.QUARTER,
    basis: Basis = Basis.SIGNED_OFF,
    structure: Structure = Structure.AS_WAS,
    measures: Sequence[str] | None = None,
) -> list[dict[str, str]]:
    """The rows of ``export_rollup``, in its order, with every column as text."""
    rows = []
    for area_code, area_name, returns in areas_of(council, by, structure):
        for measure in council.measures:
            if measures is not None and measure.code not in measures:
                continue
            if not any(code in given.figures for given in returns for code in measure.items):
                continue  # never asked here: no rows
            for label, quarters in _periods(council, first, last, period):
                cell = work_out(council, returns, measure, quarters, basis)
                if period == Period.YEAR and any(
                    council.item(code).distinct for code in measure.items
                ):
                    cell.numerator = cell.denominator = (
                        None  # different people are not added over quarters
                    )
                numerator, denominator, value = _numbers(council, measure, cell)
                rows.append(
                    {
                        "level": str(by),
                        "area_code": area_code,
                        "area": area_name,
                        "measure": measure.code,
                        "measure_name": measure.name,
                        "heading": measure.heading,
                        "period": label,
                        "numerator": numerator,
                        "denominator": denominator,
                        "value": value,
                        "unit": UNITS[measure.scale] if measure.denominators else "count",
                        "answered": str(cell.answered),
                        "expected": str(cell.expected),
                        "missing": " ".join(cell.missing),
                        "basis": str(basis),
                    }
                )
    return rows
