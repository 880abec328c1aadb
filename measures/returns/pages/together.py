"""All of a person's teams on one sheet: questions down, teams across, each a return of its own."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.text import slugify

from measures.models import DataItem, Return
from measures.returns.forms import FiguresForm, as_it_is, prefix_of, write_snapshot
from measures.returns.pages.fill_in import Beside, FillIn, Group, QuestionRow, fill_in
from measures.returns.pages.percentages import WorkedOut
from measures.returns.pages.sheet import Sheet
from teams.quarters import Quarter

# More teams than these stand on sheets of their own: no more have room side by side.
TEAMS_ON_A_SHEET = 4


@dataclass(frozen=True)
class Filling:
    """One return on the sheet: what it says, and what stands in its boxes."""

    sheet: Sheet
    form: FiguresForm

    @property
    def made(self) -> Return:
        """The return."""
        return self.sheet.made

    @property
    def is_wrong(self) -> bool:
        """Whether something of it is not saved, because it cannot be."""
        return bool(self.form.errors or self.form.group_errors)

    @property
    def prefix(self) -> str:
        """What the names of its boxes begin with."""
        return prefix_of(self.made)


@dataclass(frozen=True)
class Column:
    """A team's column; ``version`` and ``was`` are what its save brings back.

    ``place`` is its number from the left, in words: pages write it a hundred times.
    """

    made: Return
    place: str
    prefix: str
    page: FillIn
    version: int
    was: str
    may_submit: bool

    @property
    def saves_to(self) -> str:
        """The address of the return's own page, where a script saves it."""
        return reverse("return-fill-in", args=[self.made.pk])


@dataclass(frozen=True)
class TeamBox:
    """What one team is asked in a row; ``row`` is None where it is not asked."""

    column: Column
    row: QuestionRow | None


@dataclass(frozen=True)
class SheetRow:
    """One question with every team's box."""

    code: str
    name: str
    when: str
    definition: str
    cells: Sequence[TeamBox]

    @property
    def asked(self) -> list[TeamBox]:
        """The cells of the teams that are asked."""
        return [cell for cell in self.cells if cell.row is not None]

    @property
    def is_open(self) -> bool:
        """Whether what hides behind the row has to be seen."""
        return any(cell.row.is_open for cell in self.cells if cell.row is not None)


@dataclass(frozen=True)
class WorkedCell:
    """A percentage of one team; ``one`` is None where its questions are not asked there."""

    column: Column
    one: WorkedOut | None


@dataclass(frozen=True)
class WorkedRow:
    """One percentage with every team's number."""

    name: str
    cells: Sequence[WorkedCell]


@dataclass(frozen=True)
class SheetGroup:
    """Questions that stand together, and the percentages that they feed."""

    name: str
    key: str
    rows: Sequence[SheetRow]
    worked: Sequence[WorkedRow]
    nobody: Sequence[tuple[str, str]]
    reason: str
    error: str

    @property
    def slug(self) -> str:
        """The id of its heading."""
        return f"group-{self.key}"


@dataclass(frozen=True)
class Together:
    """The page; ``shown`` is the place of the team that a phone shows first."""

    quarter: Quarter
    columns: Sequence[Column]
    groups: Sequence[SheetGroup]
    last_quarter: str
    months: str
    problems: Sequence[tuple[str, str]]
    asks: Sequence[tuple[str, str]]
    shown: str

    @property
    def asked(self) -> int:
        """How many questions there are, over all teams."""
        return sum(column.page.asked for column in self.columns)

    @property
    def answered(self) -> int:
        """How many of them are answered."""
        return sum(column.page.answered for column in self.columns)

    @property
    def saved(self) -> str:
        """When something was last saved; said by each return's own page."""
        return ""


def together(
    fillings: Sequence[Filling],
    beside: Mapping[int, Beside],
    now: dt.datetime,
    submits: frozenset[int],
) -> Together:
    """The page for what stands in the boxes of some returns of one quarter.

    ``beside`` is by return id; ``submits`` are the ids of the returns that the person submits.
    """
    columns = [
        _column(filling, str(place), beside[filling.made.pk], now, submits)
        for place, filling in enumerate(fillings, start=1)
    ]
    problems = [
        (target, f"{column.made.team}: {text}")
        for column in columns
        for target, text in column.page.problems
    ]
    wrong = [column.place for column in columns if column.page.problems]
    return Together(
        quarter=fillings[0].sheet.quarter,
        columns=columns,
        groups=_groups(columns, fillings),
        last_quarter=columns[0].page.columns[1],
        months=columns[0].page.months,
        problems=problems,
        asks=[
            (target, f"{column.made.team}: {name}")
            for column in columns
            for target, name in column.page.asks
        ],
        shown=wrong[0] if wrong else "1",
    )


def _column(
    filling: Filling, place: str, beside: Beside, now: dt.datetime, submits: frozenset[int]
) -> Column:
    made, form = filling.made, filling.form
    was = as_it_is(filling.sheet.figures) if form.was is None else form.was
    return Column(
        made=made,
        place=place,
        prefix=filling.prefix,
        page=fill_in(filling.sheet, form, now, beside, prefix=filling.prefix),
        version=made.version if form.version is None else form.version,
        was=write_snapshot(was),
        may_submit=made.pk in submits,
    )


def _groups(columns: Sequence[Column], fillings: Sequence[Filling]) -> list[SheetGroup]:
    """The groups of all teams, in the framework's order."""
    every = {figure.item_id: figure.item for one in fillings for figure in one.sheet.figures}
    items = sorted(every.values(), key=lambda item: (item.position, item.code))
    rows = {(column.place, row.code): row for column in columns for row in column.page.rows}
    found: dict[str, list[DataItem]] = {}
    for item in items:
        found.setdefault(item.group, []).append(item)
    return [_group(name, asked, columns, rows) for name, asked in found.items()]


def _group(
    name: str,
    items: Sequence[DataItem],
    columns: Sequence[Column],
    rows: Mapping[tuple[str, str], QuestionRow],
) -> SheetGroup:
    every = ((column.place, group) for column in columns for group in column.page.groups)
    of_teams = {place: group for place, group in every if group.name == name}
    return SheetGroup(
        name=name,
        key=slugify(name),
        rows=[_row(item, columns, rows) for item in items],
        worked=_worked(columns, of_teams),
        nobody=_nobody(columns, of_teams),
        reason="".join({one.reason for one in of_teams.values()}),
        error="".join({one.error for one in of_teams.values()}),
    )


def _nobody(columns: Sequence[Column], groups: Mapping[str, Group]) -> list[tuple[str, str]]:
    """The buttons by which a team says that none of a group could be provided."""
    return [
        (button, f"None for {column.made.team}")
        for column in columns
        if column.place in groups
        for button, _ in groups[column.place].nobody
    ]


def _row(
    item: DataItem, columns: Sequence[Column], rows: Mapping[tuple[str, str], QuestionRow]
) -> SheetRow:
    boxes = [TeamBox(column, rows.get((column.place, item.code))) for column in columns]
    when = next((box.row.when for box in boxes if box.row is not None), "")
    return SheetRow(item.code, item.name, when, item.definition, boxes)


def _worked(columns: Sequence[Column], groups: Mapping[str, Group]) -> list[WorkedRow]:
    """The percentages of a group, each with every team's."""
    found: dict[str, dict[str, WorkedOut]] = {}
    for place, group in groups.items():
        for one in group.worked:
            found.setdefault(one.name, {})[place] = one
    return [
        WorkedRow(name, [WorkedCell(column, by_place.get(column.place)) for column in columns])
        for name, by_place in found.items()
    ]
