"""The rows of a roll-up, as ``files.md`` writes them, for the command and for every page."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import chain, groupby, islice
from typing import BinaryIO, NamedTuple

from django.db.models import Q, TextChoices

from earlyhelp.core import clock
from earlyhelp.core.files.writer import (
    DATA_IS_FOR_PROGRAMS,
    CellValue,
    Cover,
    FileFormat,
    Percentage,
    Sheet,
    csv_line,
    line_chunks,
    write_sheets,
)
from earlyhelp.core.pages.wording import long_date
from measures.counting.aggregates import Key, take
from measures.counting.areas import Area, Structure, moved
from measures.counting.catalogue import MeasureSpec
from measures.counting.display import REMEMBERED, divided, with_decimals
from measures.counting.reporting import Reporting
from measures.counting.revisions import COLUMNS as REVISED_COLUMNS
from measures.counting.revisions import SHEET as REVISED
from measures.counting.revisions import Revision
from measures.counting.rollups import Cell, Period, RollUp
from measures.models import Question, Return
from measures.querysets import Audience, Basis
from measures.workflow import ReturnState
from teams.models import Team
from teams.quarters import FinancialYear, Quarter, span

COLUMNS = (
    *("level", "area_code", "area"),
    *("measure", "measure_name", "heading", "period"),
    *("numerator", "denominator", "value", "unit"),
    *("answered", "expected", "missing", "basis"),
)
_NUMBERS = slice(COLUMNS.index("numerator"), COLUMNS.index("unit"))
# What stands for a number that outsiders are not shown.
HIDDEN_IN_CSV, HIDDEN_IN_WORKBOOK = "c", "[c]"
# So much of a roll-up is laid out for reading as well.
MOST_ROWS_READ, MOST_SHEETS = 10_000, 25
# Teams are added up so many at a time, so that a large council streams out: the first few go out
# at once.
_FIRST_TEAMS, _TEAMS_AT_ONCE = 10, 100


# A period stands in a row of each measure and area.
_name = lru_cache(maxsize=1000)(str)


class PeriodKind(TextChoices):
    """What a row covers."""

    QUARTER = "quarter", "Quarter"
    YEAR = "year", "Year"


class RollUpRow(NamedTuple):
    """One measure in one area and period; ``missing`` are the codes of teams."""

    area: Area
    period: Period
    cell: Cell
    missing: Sequence[str]
    basis: Basis
    revision: Revision | None = None

    def cells(self, hidden: str = HIDDEN_IN_CSV) -> list[CellValue]:
        """The row for a writer, in the order of ``COLUMNS``; None is an empty cell.

        Numbers are decimals with exactly the decimals to be written; ``hidden`` stands for those
        that outsiders are not shown.
        """
        cell, measure = self.cell, self.cell.measure
        nothing: CellValue = hidden if cell.is_hidden else None
        numerator = denominator = value = nothing
        if cell.numerator is not None:
            numerator = with_decimals(cell.numerator, measure.numerator.decimals)
        if cell.denominator is not None:
            denominator = with_decimals(cell.denominator, measure.denominator_decimals)
        if not measure.is_ratio and not cell.is_hidden:
            value = numerator
        elif cell.parts is not None:
            value = divided(*cell.parts, measure.decimals)
        return [
            *_area_cells(self.area),
            *_measure_cells(measure),
            *(_name(self.period), numerator, denominator, value, measure.unit),
            *(cell.answered, cell.expected, " ".join(self.missing), self.basis.value),
        ]


def _area_cells(area: Area) -> list[str]:
    return [area.level.value, area.code, area.name]


def _measure_cells(measure: MeasureSpec) -> list[str]:
    return [measure.code, measure.name, measure.heading.value]


def rollup_chunks(rows: Iterable[RollUpRow]) -> Iterator[bytes]:
    """The rows as CSV in pieces."""
    return line_chunks(COLUMNS, _lines(rows))


def _lines(rows: Iterable[RollUpRow]) -> Iterator[str]:
    """The rows as lines of CSV: what comes again from row to row is written once."""
    measures: dict[int, tuple[str, str]] = {}
    area: Area | None = None
    begins = ""
    for row in rows:
        cell, measure = row.cell, row.cell.measure
        if row.area is not area:
            area, begins = row.area, csv_line(_area_cells(row.area))
        if measure.id not in measures:
            measures[measure.id] = csv_line(_measure_cells(measure)), csv_line([measure.unit])
        named, unit = measures[measure.id]
        yield (
            f"{begins},{named},{_name(row.period)},{_numbers(row)},{unit},"
            f"{cell.answered},{cell.expected},{' '.join(row.missing)},{row.basis}\n"
        )


def _numbers(row: RollUpRow) -> str:
    """The three numbers of a line, which need no quotes."""
    cell, measure = row.cell, row.cell.measure
    if cell.released is not None:
        return csv_line(row.cells()[_NUMBERS])
    if cell.numerator is None:
        return ",,"
    numerator = _units(cell.numerator, measure.numerator.decimals)
    if cell.denominator is None:
        return f"{numerator},,{'' if measure.is_ratio else numerator}"
    denominator = _units(cell.denominator, measure.denominator_decimals)
    value = _quotient(*cell.parts, measure.decimals) if cell.parts else ""
    return f"{numerator},{denominator},{value}"


@lru_cache(maxsize=REMEMBERED)
def _units(units: int, decimals: int) -> str:
    return str(with_decimals(units, decimals))


@lru_cache(maxsize=REMEMBERED)
def _quotient(above: int, below: int, places: int) -> str:
    return str(divided(above, below, places))


# Where a file with submitted figures was asked for and everything in it is signed off.
ASKED_FOR = (
    "On the sheet Data “submitted” says which returns were asked for: it takes in those that are "
    "signed off, and here all of them are."
)


def cover_of(
    title: str, areas: str, wanted: Sequence[Period], basis: Basis, structure: Structure
) -> Cover:
    """The first sheet of a workbook of figures: what they are of, and how they are counted."""
    first, last = wanted[0], wanted[-1]
    met = _basis_met(basis, wanted)
    facts = [
        ("Area", areas),
        ("Period", str(first) if first == last else f"{first} to {last}"),
        ("Figures", _figures_are(met)),
        ("Localities", structure.label),
        ("Made on", long_date(clock.today())),
    ]
    notes = [
        "Teams reporting stand beside each figure. A total without some of them is not the whole.",
        f"What was revised stands on the sheet {REVISED}, where there is one.",
        DATA_IS_FOR_PROGRAMS,
    ]
    if met != basis:
        notes.append(ASKED_FOR)
    return Cover(title, facts, notes)


def _figures_are(basis: Basis) -> str:
    """What the figures stand on, in words that nobody has to look up."""
    if basis == Basis.SIGNED_OFF:
        return basis.label
    return f"{basis.label}: with submitted returns that are not signed off yet"


def _basis_met(basis: Basis, wanted: Sequence[Period]) -> Basis:
    """Signed off where nothing else speaks in these periods, whatever was asked for; one query."""
    quarters = [one.index for period in wanted for one in _quarters(period)]
    unsigned = Return.objects.filter(quarter__in=quarters, state=ReturnState.SUBMITTED)
    return basis if unsigned.exists() else Basis.SIGNED_OFF


def write_rows(form: FileFormat, rows: Iterable[RollUpRow], to: BinaryIO, *, cover: Cover) -> None:
    """Write the rows as a file; a workbook has a cover, and a sheet of what was revised."""
    if form == FileFormat.CSV:
        to.writelines(rollup_chunks(rows))
    else:
        write_sheets(form, _sheets(rows), to, cover=cover)


def _sheets(rows: Iterable[RollUpRow]) -> Iterator[Sheet]:
    revised: list[Sequence[CellValue]] = []
    reading = ReadingSheets()

    def cells() -> Iterator[Sequence[CellValue]]:
        for row in rows:
            reading.take(row)
            if row.revision:
                measure, period = row.cell.measure.name, str(row.period)
                revised.append(row.revision.cells(row.area.name, measure, period))
            yield row.cells(HIDDEN_IN_WORKBOOK)

    yield "Data", COLUMNS, cells()
    yield from reading.sheets()
    if revised:
        yield REVISED, REVISED_COLUMNS, revised


class ReadingSheets:
    """Sheets for reading: one for each area, measures down under their headings, periods across.

    A file of more areas or rows than people read through has none of them.
    """

    def __init__(self) -> None:
        self._rows: dict[Area, dict[MeasureSpec, list[RollUpRow]]] = {}
        self._number = 0

    def take(self, row: RollUpRow) -> None:
        """Look at a row as it goes by."""
        self._number += 1
        if self._number > MOST_ROWS_READ or len(self._rows) > MOST_SHEETS:
            self._rows.clear()
        else:
            self._rows.setdefault(row.area, {}).setdefault(row.cell.measure, []).append(row)

    def sheets(self) -> Iterator[Sheet]:
        """The sheets, in the order of areas."""
        if self._number > MOST_ROWS_READ or len(self._rows) > MOST_SHEETS:
            return
        for area, measures in self._rows.items():
            wanted = [row.period for row in next(iter(measures.values()))]
            head = ["Measure", *map(str, wanted), f"Returns counted, {wanted[-1]}"]
            yield area.name, head, self._lines(measures)

    @staticmethod
    def _lines(measures: Mapping[MeasureSpec, list[RollUpRow]]) -> Iterator[Sequence[CellValue]]:
        headings = list(dict.fromkeys(measure.heading for measure in measures))
        for heading in headings:
            yield [heading.label]
            for measure, rows in measures.items():
                if measure.heading == heading:
                    unit = "" if measure.unit in ("%", "count") else f", {measure.unit}"
                    last = rows[-1].cell
                    counted = f"{last.answered} of {last.expected}"
                    yield [f"{measure.name}{unit}", *map(_read, rows), counted]


def _read(row: RollUpRow) -> CellValue:
    """The value as it is read: a percentage is one."""
    value = row.cells(HIDDEN_IN_WORKBOOK)[COLUMNS.index("value")]
    if row.cell.measure.unit == "%" and isinstance(value, Decimal):
        return Percentage(value)
    return value


def periods(first: Quarter, last: Quarter, kind: PeriodKind) -> list[Period]:
    """The quarters from ``first`` to ``last``, or every year that they touch."""
    if kind == PeriodKind.QUARTER:
        return list(span(first, last))
    return [FinancialYear(start) for start in range(first.year.start, last.year.start + 1)]


def rollup_rows(
    areas: Sequence[Area],
    measures: Sequence[MeasureSpec],
    wanted: Sequence[Period],
    *,
    basis: Basis,
    structure: Structure = Structure.AS_WAS,
    audience: Audience = Audience.INTERNAL,
) -> Iterator[RollUpRow]:
    """A row for each area, measure and period, in that order of nesting.

    A measure has rows in an area where any of its items was ever asked of a team-quarter
    that counts there, whatever the span. Areas of one level come together; few queries, or for
    teams as few for every hundred. What outsiders are not shown is hidden, and nobody is named as
    missing to them.
    """
    teams = enumerate(Team.objects.values_list("pk", "code"))
    order = {pk: (place, code) for place, (pk, code) in teams}
    asked: dict[tuple[int, int], list[int]] = defaultdict(list)
    for quarter, type_id, item_id in Question.objects.values_list("quarter", "team_type", "item"):
        asked[quarter, type_id].append(item_id)
    ask = _Asking(measures, wanted, basis, audience, asked, order)
    for is_team, group in groupby(areas, key=lambda area: area.is_team):
        now = moved() if structure == Structure.AS_NOW and not is_team else None
        waiting = iter(group)
        at_once = _FIRST_TEAMS if is_team else None
        while some := list(islice(waiting, at_once)):
            yield from ask.rows(some, now)
            at_once = _TEAMS_AT_ONCE if is_team else None


@dataclass(frozen=True)
class _Asking:
    """What rows are of: ``asked`` has the items by quarter and kind of team, ``order`` teams."""

    measures: Sequence[MeasureSpec]
    wanted: Sequence[Period]
    basis: Basis
    audience: Audience
    asked: Mapping[tuple[int, int], Sequence[int]]
    order: Mapping[int, tuple[int, str]]

    def rows(self, areas: Sequence[Area], now: dict[int, Key] | None) -> Iterator[RollUpRow]:
        """What areas of one level come to, where anything was ever asked; few queries."""
        by_team, where = areas[0].is_team, None
        if by_team:
            where = Q(team__in=[pk for area in areas for pk in area.keys or ()])
        tally = take(
            *(self.measures, list(chain.from_iterable(map(_quarters, self.wanted))), self.basis),
            audience=self.audience,
            by_team=by_team,
            now=now,
            where=where,
            years=any(isinstance(period, FinancialYear) for period in self.wanted),
        )
        made_there = self._made(by_team=by_team, now=now or {}, where=where or Q())
        for area in areas:
            items = self._asked_in(area, made_there)
            yield from self._of_area(area, RollUp(tally, area.keys), items)

    def _asked_in(self, area: Area, made: Mapping[Key, Collection[tuple[int, int]]]) -> set[int]:
        """The items that were ever asked of whoever made returns in an area."""
        here = made if area.keys is None else area.keys
        kinds = set().union(*(made.get(key, ()) for key in here))
        return set().union(*(self.asked.get(kind, ()) for kind in kinds))

    def _of_area(self, area: Area, rollup: RollUp, asked: set[int]) -> Iterator[RollUpRow]:
        reporting = Reporting(rollup)
        may_be_revised, is_unnamed = reporting.may_be_revised, self.audience == Audience.EXTERNAL
        revision: Revision | None = None
        for measure in self.measures:
            if measure.item_ids.isdisjoint(asked):
                continue
            for period in self.wanted:
                cell = rollup.cell(measure, period)
                missing = self._codes(cell) if cell.missing and not is_unnamed else ()
                if may_be_revised:
                    revision = reporting.revision(measure, period)
                yield RollUpRow(area, period, cell, missing, self.basis, revision)

    def _codes(self, cell: Cell) -> Sequence[str]:
        """The codes of the missing teams, in the framework's order."""
        return [code for _, code in sorted(self.order[pk] for pk in cell.missing)]

    def _made(
        self, *, by_team: bool, now: Mapping[int, Key], where: Q
    ) -> dict[Key, set[tuple[int, int]]]:
        """Which quarters' returns were made in each area by which kinds of team; one query."""
        found: dict[Key, set[tuple[int, int]]] = defaultdict(set)
        places = Return.objects.filter(where).order_by()
        for team, locality, quarter, type_id in places.values_list(
            "team", "locality", "quarter", "team_type"
        ):
            found[team if by_team else now.get(team, locality)].add((quarter, type_id))
        return found


def _quarters(period: Period) -> Sequence[Quarter]:
    return [period] if isinstance(period, Quarter) else period.quarters
