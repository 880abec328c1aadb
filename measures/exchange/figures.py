"""Figures from a file (files.md, "Figures"): drafts for managers, or history.

What the file itself gets wrong and what the action refuses are listed together; either way
nothing is saved unless everything can be.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from django.db import transaction

from earlyhelp.core.files.problems import FileRefused, Problem
from measures.exchange.actions import Line, Loaded, LoadRefused, load_figures
from measures.exchange.tables import Kept, Row, read_table
from measures.models import Answer, DataItem, ReportingQuarter
from measures.returns.answers import Given
from measures.workflow import QuarterState
from teams.authority import AnyActor
from teams.models import Team

COLUMNS = ("team", "quarter", "item", "value", "answer", "note")


@dataclass(frozen=True)
class FigureRow:
    """A row that could be read: the line to load, its item, and the row it stands in."""

    row: Row
    line: Line
    item: DataItem


def read_figures(file: BinaryIO, name: str, problems: list[Problem]) -> list[FigureRow]:
    """The rows of a figures file that can be read; ``problems`` takes what is wrong.

    ``name`` gives the format by its ending. Four queries, whatever the length.
    """
    table = read_table(file, name, COLUMNS, problems)
    teams = Kept("team", {team.code: team for team in Team.objects.all()})
    items = Kept("data item", {item.code: item for item in DataItem.objects.all()})
    states = dict(ReportingQuarter.objects.values_list("index", "state"))
    table.refuse_twice("team", "quarter", "item")
    found = []
    for row in table:
        line = _line(row, teams, items, states)
        if line is not None:
            found.append(FigureRow(row, line, items.by_code[row["item"]]))
    return found


def _line(
    row: Row, teams: Kept[Team], items: Kept[DataItem], states: dict[int, str]
) -> Line | None:
    team = row.refer("team", teams)
    quarter = row.quarter("quarter")
    item = row.refer("item", items)
    if quarter is not None:
        _check_opened(row, states.get(quarter.index))
    given = _given(row, item)
    if team is None or quarter is None or item is None or given is None or not row.is_good:
        return None
    return Line(team, quarter, item.pk, given)


def _check_opened(row: Row, state: str | None) -> None:
    if state is None:
        row.wrong("quarter", "this quarter is not in the framework")
    elif state == QuarterState.UPCOMING:
        row.wrong("quarter", "this quarter has not been opened")


def _given(row: Row, item: DataItem | None) -> Given | None:
    """The number, or the answer with its reason; needs the item for its decimals."""
    value, answer, note = row["value"], row["answer"], row["note"]
    if value and answer:
        row.wrong("answer", "give a value or an answer, not both")
        return None
    if value:
        if item is None:
            return None
        units = row.figure("value", item.decimals)
        return None if units is None else Given(value=units, note=note)
    if not answer:
        row.wrong("value", "give a value, or an answer of not-applicable or not-provided")
        return None
    chosen = row.choice("answer", Answer)
    if not note:
        row.wrong("note", "say why there is no number")
    return None if chosen is None else Given(answer=chosen, note=note)


@dataclass(frozen=True)
class Preview:
    """What a file would do: its rows, and what loading them would change."""

    rows: Sequence[FigureRow]
    loaded: Loaded


def import_figures(file: BinaryIO, name: str, *, signed_off: bool, by: AnyActor) -> Loaded:
    """Load the file, all of it or nothing; raises ``FileRefused`` with every problem."""
    with transaction.atomic():
        return _load(file, name, signed_off=signed_off, by=by).loaded


def preview(file: BinaryIO, name: str, *, signed_off: bool, by: AnyActor) -> Preview:
    """What ``import_figures`` would do, found by doing it and taking it back."""
    with transaction.atomic():
        found = _load(file, name, signed_off=signed_off, by=by)
        transaction.set_rollback(True)
    return found


def _load(file: BinaryIO, name: str, *, signed_off: bool, by: AnyActor) -> Preview:
    problems: list[Problem] = []
    rows = read_figures(file, name, problems)
    loaded = Loaded(figures=0, unchanged=0, returns=0, signed_off=0)
    try:
        loaded = load_figures([found.line for found in rows], signed_off=signed_off, by=by)
    except LoadRefused as refused:
        for number, (column, message) in refused.errors.items():
            rows[number].row.wrong(column, message)
    if problems:
        raise FileRefused(problems)
    return Preview(rows, loaded)
