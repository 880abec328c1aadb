"""Figures from a file (files.md, "Figures"): drafts for managers, or history.

A file is read and checked before any transaction begins, whatever its length: its lines are
kept by their returns in a few bytes each. What the file itself gets wrong and what the action
refuses are listed together; either way nothing is saved unless everything can be.
"""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import BinaryIO

from earlyhelp.core.files.problems import FileRefused, Problem, Problems
from earlyhelp.core.files.tables import CodeIndex, Row, Table, rows_as_they_come
from earlyhelp.core.files.widgets import ChoiceWidget
from earlyhelp.core.numbers import parse_units
from earlyhelp.core.pages.wording import number_of
from measures.exchange.actions import (
    Batch,
    FigureLine,
    Loaded,
    LoadPlan,
    LoadRefused,
    NamedTeam,
    check_batches,
    load_batches,
)
from measures.exchange.unusual import Unusual, unusual_in
from measures.models import Answer, DataItem, Figure, ReportingQuarter
from measures.returns.answers import GivenAnswer, write_number
from measures.workflow import QuarterState
from teams.authority import AnyActor
from teams.exchange import QuarterWidget
from teams.models import Team
from teams.quarters import Quarter

COLUMNS = ("team", "quarter", "item", "value", "answer", "note")
# Enough to see that the right file was chosen; a page is no place for 100,000 rows.
MOST_SHOWN = 100
_QUARTER, _ANSWER = QuarterWidget(), ChoiceWidget(Answer.values)
_RETURNS_AT_ONCE = 200
_NO_NUMBER = -1
_TO_A_LINE = 3


class SheetWanted(Exception):
    """Several sheets of a workbook could be meant: ``sheets``."""

    def __init__(self, table: Table) -> None:
        super().__init__(table.problems[0].message)
        self.sheets = table.sheets


@dataclass
class FileLines:
    """The lines of a figures file that could be read, by their returns.

    A return's lines are numbers one after the other: the item, the row, and the figure. A line
    that is wrong is kept without an answer, so that a second one about its figure is seen.
    """

    items: Mapping[int, DataItem]
    teams: dict[int, NamedTeam] = field(default_factory=dict)
    by_return: dict[tuple[int, int], "array[int]"] = field(default_factory=dict)
    words: dict[int, tuple[str, str]] = field(default_factory=dict)

    def first_row(self, quarter: Quarter, team: NamedTeam, item: DataItem) -> int | None:
        """The row of an earlier line about the same figure."""
        listed = self.by_return.get((quarter.index, team.pk), array("q"))
        places = listed[::_TO_A_LINE]
        return listed[places.index(item.pk) * _TO_A_LINE + 1] if item.pk in places else None

    def add(
        self, row: int, quarter: Quarter, team: NamedTeam, item: DataItem, given: GivenAnswer | None
    ) -> None:
        """One line more."""
        self.teams[team.pk] = team
        listed = self.by_return.setdefault((quarter.index, team.pk), array("q"))
        value = None if given is None else given.value
        listed.extend((item.pk, row, _NO_NUMBER if value is None else value))
        if given is not None and (given.answer or given.note):
            self.words[row] = given.answer, given.note

    def batches(self) -> Iterator[Batch]:
        """The lines by their rows, some returns at a time, in the order of quarters and teams."""
        waiting = iter(sorted(self.by_return))
        while some := list(islice(waiting, _RETURNS_AT_ONCE)):
            yield [numbered for place in some for numbered in self._of(place)]

    def _of(self, place: tuple[int, int]) -> Iterator[tuple[int, FigureLine]]:
        quarter, team = Quarter(place[0]), self.teams[place[1]]
        listed = self.by_return[place]
        for start in range(0, len(listed), _TO_A_LINE):
            item_id, row, value = listed[start : start + _TO_A_LINE]
            answer, note = self.words.get(row, ("", ""))
            given = GivenAnswer(None if value == _NO_NUMBER else value, answer, note)
            if given.is_answered:
                yield row, FigureLine(team, quarter, item_id, given)

    def written(self, line: FigureLine, column: str) -> str:
        """What stands in a column of a line."""
        value, decimals = line.answer.value, self.items[line.item_id].decimals
        cells = {
            "quarter": str(line.quarter),
            "item": self.items[line.item_id].code,
            "answer": line.answer.answer,
            "value": "" if value is None else write_number(value, decimals),
        }
        return cells.get(column, "")

    def shown(self, line: FigureLine) -> "ShownLine":
        """A line as a page shows it."""
        item, answer = self.items[line.item_id], line.answer
        figure = Figure(item=item, value=answer.value, answer=answer.answer)
        return ShownLine(line, item, figure.shown)


@dataclass(frozen=True)
class ShownLine:
    """A line of a file on a page: its item, and the figure as people read it."""

    line: FigureLine
    item: DataItem
    shown: str


def read_figures(table: Table, file: BinaryIO, *, sheet: str, any_length: bool) -> FileLines:
    """The lines of a figures file that can be read; the table's problems are what is wrong.

    The table's name gives the format by its ending. Four queries, whatever the length.
    """
    listed = Team.objects.order_by().values_list("code", "pk", "name")
    teams = CodeIndex("team", {code: NamedTeam(pk, name) for code, pk, name in listed})
    items = CodeIndex("data item", {item.code: item for item in DataItem.objects.all()})
    states = dict(ReportingQuarter.objects.values_list("index", "state"))
    lines = FileLines({item.pk: item for item in items.by_code.values()})
    for row in rows_as_they_come(table, file, COLUMNS, sheet=sheet, any_length=any_length):
        team = row.refer("team", teams)
        quarter = row.read("quarter", _QUARTER.read)
        item = row.refer("item", items)
        if quarter is not None:
            _check_opened(row, states.get(quarter.index))
        given = _given(row, item)
        if team and quarter and item:
            _add(lines, row, quarter, team, item, given)
    return lines


def _add(
    lines: FileLines, row: Row, quarter: Quarter, team: NamedTeam, item: DataItem,
    given: GivenAnswer | None,
) -> None:  # fmt: skip
    """A line about a figure, unless an earlier one is about the same."""
    first = lines.first_row(quarter, team, item)
    if first is None:
        lines.add(row.number, quarter, team, item, given if row.is_good else None)
    else:
        row.wrong("item", f"row {first} is for the same team, quarter and item")


def _check_opened(row: Row, state: str | None) -> None:
    if state is None:
        row.wrong("quarter", "this quarter is not in the framework")
    elif state == QuarterState.UPCOMING:
        row.wrong("quarter", "this quarter has not been opened")


def _given(row: Row, item: DataItem | None) -> GivenAnswer | None:
    """The number, or the answer with its reason; needs the item for its decimals."""
    value, answer, note = row["value"], row["answer"], row["note"]
    if value and answer:
        row.wrong("answer", "give a value or an answer, not both")
        return None
    if value:
        if item is None:
            return None
        units = row.read("value", partial(parse_units, decimals=item.decimals))
        return None if units is None else GivenAnswer(value=units, note=note)
    if not answer:
        row.wrong("value", "give a value, or an answer of not-applicable or not-provided")
        return None
    chosen = row.read("answer", _ANSWER.read)
    if not note:
        row.wrong("note", "say why there is no number")
    return None if chosen is None else GivenAnswer(answer=chosen, note=note)


@dataclass(frozen=True)
class Preview:
    """What a file would do: its first rows, what loading it would change, what is unusual."""

    name: str
    rows: Sequence[ShownLine]
    loaded: Loaded
    signed_off: bool
    unusual: Sequence[tuple[ShownLine, str]] = ()

    @property
    def more(self) -> int:
        """How many rows are not shown."""
        return self.loaded.figures + self.loaded.unchanged - len(self.rows)

    @property
    def lead(self) -> str:
        """The sentences that ask whether to load it."""
        loaded = self.loaded
        what = "They become drafts, for managers to confirm."
        if not loaded.figures and not loaded.signed_off:
            what = "Everything in it is here already: loading it changes nothing."
        elif self.signed_off:
            what = f"{number_of(loaded.signed_off, 'return')} would become signed off by import."
        return (
            f"{number_of(loaded.figures, 'figure')} in {number_of(loaded.returns, 'return')} "
            f"would change, {loaded.unchanged} would stay. {what}"
        )


@dataclass(frozen=True)
class FigureFile:
    """A file of figures to look at or to load; ``any_length`` is for the command."""

    name: str
    file: BinaryIO
    signed_off: bool
    sheet: str = ""
    any_length: bool = False

    def load(self, *, by: AnyActor) -> Loaded:
        """Load it, all of it or nothing; raises ``FileRefused`` with every problem."""
        table, lines = self._read()
        try:
            return load_batches(lines.batches, signed_off=self.signed_off, by=by)
        except LoadRefused as refused:
            raise _with_lines(table, lines, refused) from None

    def preview(self) -> Preview:
        """What loading it would do; nothing is locked or written. Raises as ``load`` does."""
        table, lines = self._read()
        unusual: list[Unusual] = []

        def look(plan: LoadPlan) -> None:
            unusual.extend(islice(unusual_in(plan), MOST_SHOWN - len(unusual)))

        try:
            loaded = check_batches(lines.batches, signed_off=self.signed_off, look=look)
        except LoadRefused as refused:
            raise _with_lines(table, lines, refused) from None
        first = islice((line for batch in lines.batches() for _, line in batch), MOST_SHOWN)
        asked = [(lines.shown(one.line_of(lines.teams)), one.text) for one in unusual]
        return Preview(table.name, [*map(lines.shown, first)], loaded, self.signed_off, asked)

    def _read(self) -> tuple[Table, FileLines]:
        """Its lines, all of them good to be loaded as far as the file itself says."""
        table = Table(self.name, frozenset(), Problems())
        lines = read_figures(table, self.file, sheet=self.sheet, any_length=self.any_length)
        if table.sheets:
            raise SheetWanted(table)
        if not table.problems:
            return table, lines
        try:
            check_batches(lines.batches, signed_off=self.signed_off)
        except LoadRefused as refused:
            raise _with_lines(table, lines, refused) from None
        raise FileRefused(table.problems)


def _with_lines(table: Table, lines: FileLines, refused: LoadRefused) -> FileRefused:
    """The file's own problems, and what the action refused by row, column and value."""
    for batch in lines.batches():
        for row, line in batch:
            if row in refused.errors:
                column, message = refused.errors[row]
                said = lines.written(line, column)
                table.problems.append(Problem(table.name, message, row, column, said))
    return FileRefused(table.problems)
