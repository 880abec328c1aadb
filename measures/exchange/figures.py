"""Figures from a file (files.md, "Figures"): drafts for managers, or history.

What the file itself gets wrong and what the action refuses are listed together; either way
nothing is saved unless everything can be.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO

from django.db import transaction

from earlyhelp.core.files.problems import FileRefused, Problem
from earlyhelp.core.files.tables import CodeIndex, Row, read_table
from earlyhelp.core.files.widgets import ChoiceWidget
from earlyhelp.core.numbers import parse_units
from earlyhelp.core.pages.wording import number_of
from measures.exchange.actions import FigureLine, Loaded, LoadRefused, load_figures
from measures.models import Answer, DataItem, Figure, ReportingQuarter
from measures.returns.answers import GivenAnswer
from measures.workflow import QuarterState
from teams.authority import AnyActor
from teams.exchange import QuarterWidget
from teams.models import Team

COLUMNS = ("team", "quarter", "item", "value", "answer", "note")
_QUARTER, _ANSWER = QuarterWidget(), ChoiceWidget(Answer.values)


@dataclass(frozen=True)
class FigureRow:
    """A row that could be read: the line to load, its item, and the row it stands in."""

    row: Row
    line: FigureLine
    item: DataItem

    @property
    def shown(self) -> str:
        """The figure as people read it."""
        answer = self.line.answer
        return Figure(item=self.item, value=answer.value, answer=answer.answer).shown


def read_figures(file: BinaryIO, name: str, problems: list[Problem]) -> list[FigureRow]:
    """The rows of a figures file that can be read; ``problems`` takes what is wrong.

    ``name`` gives the format by its ending. Four queries, whatever the length.
    """
    table = read_table(file, name, COLUMNS, problems)
    teams = CodeIndex("team", {team.code: team for team in Team.objects.all()})
    items = CodeIndex("data item", {item.code: item for item in DataItem.objects.all()})
    states = dict(ReportingQuarter.objects.values_list("index", "state"))
    table.refuse_repeated("team", "quarter", "item")
    figures = []
    for row in table:
        team = row.refer("team", teams)
        quarter = row.read("quarter", _QUARTER.read)
        item = row.refer("item", items)
        if quarter is not None:
            _check_opened(row, states.get(quarter.index))
        given = _given(row, item)
        if team and quarter and item and given and row.is_good:
            figures.append(FigureRow(row, FigureLine(team, quarter, item.pk, given), item))
    return figures


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
    """What a file would do: its rows, and what loading them would change."""

    rows: Sequence[FigureRow]
    loaded: Loaded
    signed_off: bool

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


def import_figures(file: BinaryIO, name: str, *, signed_off: bool, by: AnyActor) -> Loaded:
    """Load the file, all of it or nothing; raises ``FileRefused`` with every problem."""
    with transaction.atomic():
        return _load(file, name, signed_off, by).loaded


def preview(file: BinaryIO, name: str, *, signed_off: bool, by: AnyActor) -> Preview:
    """What ``import_figures`` would do, found by doing it and taking it back."""
    with transaction.atomic():
        found = _load(file, name, signed_off, by)
        transaction.set_rollback(True)
    return found


def _load(file: BinaryIO, name: str, signed_off: bool, by: AnyActor) -> Preview:
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
    return Preview(rows, loaded, signed_off)
