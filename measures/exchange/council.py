"""Loading a council folder (files.md): everything in one transaction, through the actions.

Rows are created or changed by code and never deleted. Files are read first and compared with what
is there; then what they say that is new is applied, in the order in which they refer to each
other. What is wrong anywhere is listed together.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.text import get_text_list

from earlyhelp.core.change import lock
from earlyhelp.core.files.cells import ENDINGS
from earlyhelp.core.files.problems import FileRefused, Problem
from earlyhelp.core.files.tables import CodeIndex, Row, Table, read_table
from measures.exchange.framework import (
    DataItemResource,
    MeasureResource,
    QuarterResource,
    SeriesBreakResource,
    TargetResource,
)
from measures.models import ReportingQuarter
from measures.quarters import actions, closing, opening
from measures.workflow import QuarterState
from teams.actions import plain
from teams.authority import AnyActor, command_actor
from teams.exchange import (
    ActionResource,
    CouncilResource,
    Lists,
    LocalityResource,
    PlacementResource,
    TeamResource,
    TeamTypeResource,
)
from teams.models import Team
from teams.models.organisation import Coded
from teams.quarters import Quarter

FILES: dict[str, type[ActionResource]] = {
    "council": CouncilResource,
    "localities": LocalityResource,
    "team_types": TeamTypeResource,
    "teams": TeamResource,
    "placements": PlacementResource,
    "quarters": QuarterResource,
    "data_items": DataItemResource,
    "measures": MeasureResource,
    "targets": TargetResource,
    "series_breaks": SeriesBreakResource,
}
OPTIONAL_FILES = {"placements", "targets", "series_breaks"}
CLOSED_BY_FILE = "Closed when the council folder was loaded."
MEANWHILE = "somebody changed this while the folder was read: load it again"


@dataclass(frozen=True)
class RowToKeep:
    """A row that says something new: what it says, of which instance, and what that said before.

    ``was`` is nothing of a new one.
    """

    row: Row
    values: Mapping[str, Any]
    instance: models.Model
    lists: Lists
    was: Mapping[str, Any]

    @property
    def is_new(self) -> bool:
        """Whether there is nothing yet that it is about."""
        return not self.was

    @property
    def refers_to_nothing(self) -> bool:
        """Whether a row that it refers to was refused, and is not there."""
        named = [*self.values.values(), *(one for listed in self.lists.values() for one in listed)]
        return any(isinstance(one, models.Model) and one.pk is None for one in named)

    def is_current(self) -> bool:
        """Whether what it is about says what it said when it was read; locks it."""
        return self.is_new or plain(lock(self.instance)) == self.was

    def refer(self) -> None:
        """Have the instance point to what was saved since it was read."""
        for name, value in self.values.items():
            if isinstance(value, models.Model):
                setattr(self.instance, name, value)


@dataclass
class FolderFile:
    """One file of a folder, and what happened to its rows, each by its number and its label."""

    resource: ActionResource
    table: Table
    is_present: bool
    to_keep: list[RowToKeep] = field(default_factory=list)
    created: dict[int, str] = field(default_factory=dict)
    changed: dict[int, str] = field(default_factory=dict)
    left: int = 0
    notes: list[str] = field(default_factory=list)

    def keep(self, row: Row, act: Callable[[], bool], *, is_new: bool) -> None:
        """Run the action that creates or changes what a row describes, or report its refusal.

        ``act`` says whether anything changed.
        """
        try:
            changed = act()
        except ValidationError as refused:
            row.refuse(refused, self.resource.columns)
            return
        if is_new:
            self.created[row.number] = self.resource.label(row)
        elif changed:
            self.changed[row.number] = self.resource.label(row)
        else:
            self.left += 1


@dataclass
class Folder:
    """The files of a folder by their stems, and what is wrong with them."""

    files: dict[str, FolderFile]
    problems: list[Problem]
    set_aside: list[str]
    by: AnyActor = field(default_factory=command_actor)


def load_council(path: Path, *, dry_run: bool = False) -> Folder:
    """Load a council folder, all of it or nothing; ``dry_run`` takes it back at the end.

    Gives what was done, file by file. Raises ``FileRefused`` with every problem.
    """
    folder = read_folder(path)
    _check_there_is_one_council(folder)
    quarters = _look(folder)
    with transaction.atomic():
        for stem, file in folder.files.items():
            if stem != "quarters":
                _keep_rows(folder, file)
        # Last, because opening a quarter takes teams and questions as they are.
        _keep_quarters(folder, quarters)
        if folder.problems:
            raise FileRefused(folder.problems)
        if dry_run:
            transaction.set_rollback(True)
    return folder


def _look(folder: Folder) -> list[tuple[Row, Mapping[str, Any]]]:
    """Find which rows say something new, before anything is locked; gives those of quarters."""
    indexes: dict[type[models.Model], CodeIndex[Any]] = {}
    for stem, file in folder.files.items():
        if stem != "quarters":
            _look_at_rows(file, indexes)
    file = folder.files["quarters"]
    file.table.refuse_repeated("quarter")
    read = [(row, file.resource.read(row, {})) for row in file.table]
    # In time order, whatever the file's: none is opened after a later one.
    return sorted(
        ((row, values) for row, values in read if row.is_good), key=lambda one: one[1]["quarter"]
    )


def read_folder(path: Path) -> Folder:
    """Read every table of a council folder; nothing is written.

    Each file may be CSV, XLSX or ODS. Raises ``FileRefused`` where there is no such folder.
    """
    try:
        names = sorted(entry.name for entry in path.iterdir() if entry.is_file())
    except OSError as wrong:
        reason = wrong.strerror or "it cannot be read"
        raise FileRefused([Problem(str(path), f"is not a folder to load: {reason}")]) from None
    problems: list[Problem] = []
    files = {
        stem: _read_file(path, stem, names, resource(), problems)
        for stem, resource in FILES.items()
    }
    ours = {stem + ending for stem in FILES for ending in ENDINGS}
    return Folder(files, problems, [name for name in names if name not in ours])


def _read_file(
    path: Path, stem: str, names: list[str], resource: ActionResource, problems: list[Problem]
) -> FolderFile:
    """The file with this stem among ``names``; with an empty table where it cannot be read."""
    mine = [name for name in names if name in {stem + ending for ending in ENDINGS}]
    name = mine[0] if mine else f"{stem}.csv"
    table = Table(name, frozenset(), problems)
    if len(mine) > 1:
        problems.append(Problem(name, f"{' and '.join(mine[1:])} is here as well: keep one"))
    elif mine:
        try:
            with (path / name).open("rb") as file:
                columns = list(resource.columns.values())
                table = read_table(file, name, columns, problems, optional=resource.optional)
        except OSError as wrong:
            problems.append(Problem(name, f"cannot be read: {wrong.strerror}"))
    elif stem not in OPTIONAL_FILES:
        problems.append(Problem(name, "this file is missing"))
    return FolderFile(resource, table, is_present=bool(mine))


def _check_there_is_one_council(folder: Folder) -> None:
    table = folder.files["council"].table
    if table.columns and len(table.rows) != 1:
        message = f"has {len(table.rows)} rows under its header: a council is one row"
        folder.problems.append(Problem(table.name, message))
        table.rows.clear()


def _look_at_rows(file: FolderFile, indexes: dict[type[models.Model], CodeIndex[Any]]) -> None:
    """Read what the rows of a file describe; later files can refer to it."""
    resource, table = file.resource, file.table
    table.refuse_repeated(*resource.key_columns)
    rows = resource.get_queryset()
    present = {resource.key(row): row for row in rows}
    index = CodeIndex(resource.noun, present, is_whole=table.is_whole)
    indexes[rows.model] = index
    position = {row.number: place for place, row in enumerate(table)}
    reference = resource.own_reference
    before = {row.pk: plain(row) for row in rows}
    for row in table.referred_first(reference) if reference else table:
        values = resource.read(row, indexes)
        if not row.is_good:
            index.broken.add(row[resource.key_columns[0]])
            continue
        instance, lists = resource.fill(values, present)
        if isinstance(instance, Coded):
            instance.position = position[row.number]
            present[resource.key(instance)] = instance
        found = RowToKeep(row, values, instance, lists, before.get(instance.pk, {}))
        if found.refers_to_nothing or resource.says_more(instance, lists, found.was):
            file.to_keep.append(found)
        else:
            file.left += 1


def _keep_rows(folder: Folder, file: FolderFile) -> None:
    """Create and change what the rows of a file describe."""
    resource = file.resource
    for one in file.to_keep:
        if one.refers_to_nothing:
            continue  # what it refers to was refused, and told
        if not one.is_current():
            one.row.wrong("", MEANWHILE)
            continue
        one.refer()
        reason = "" if one.is_new else resource.reason_in_folder
        act = partial(resource.act, one.instance, one.lists, by=folder.by, reason=reason)
        file.keep(one.row, act, is_new=one.is_new)
    file.notes += [f"Warning: {one}" for one in resource.warnings]


# -- quarters -------------------------------------------------------------------------------


def _keep_quarters(folder: Folder, rows: Iterable[tuple[Row, Mapping[str, Any]]]) -> None:
    known = {row.pk: row for row in ReportingQuarter.objects.all()}
    for row, values in rows:
        quarter, state = values["quarter"], QuarterState(values["state"])
        current = known.get(quarter.index)
        if current is not None and QuarterState(current.state).goes_back_to(state):
            row.wrong("state", f"{quarter} is {current.state}: it cannot go back")
            continue
        act = partial(_keep_quarter, folder, quarter, values["due_on"], state)
        folder.files["quarters"].keep(row, act, is_new=current is None)


def _keep_quarter(folder: Folder, quarter: Quarter, due_on: dt.date, state: QuarterState) -> bool:
    """Plan, open and close one quarter as far as the file says; whether anything changed.

    A file that opens a quarter has said that earlier ones stay as they are; what closing would
    be asked about (``closing.questions``) is refused, since a file cannot be asked.
    """
    before = ReportingQuarter.objects.filter(pk=quarter.index).first()
    current = actions.plan_quarter(quarter, due_on=due_on, by=folder.by)
    changed = before is None or before.due_on != due_on
    opens = state != QuarterState.UPCOMING and current.state == QuarterState.UPCOMING
    if opens:
        _refuse_to_open(current, folder.by.today)
    # Once something is wrong nothing will be saved, so no returns are made for nothing.
    if state == QuarterState.UPCOMING or folder.problems:
        return changed
    was = current.state
    if opens:
        _open(folder, current)
    else:
        changed |= _add_returns(folder, current)
    if state == QuarterState.CLOSED and was != QuarterState.CLOSED:
        _close(folder, current)
    return changed or was != state


def _refuse_to_open(row: ReportingQuarter, today: dt.date) -> None:
    if why_not := opening.why_not_open(row, today):
        raise ValidationError({"state": why_not})


def _open(folder: Folder, row: ReportingQuarter) -> None:
    skipped = opening.skipped_by(row.quarter)
    actions.start(row, skipping=True, by=folder.by)
    if skipped:
        names = get_text_list([str(one) for one in skipped], "and")
        folder.files["quarters"].notes.append(f"{names} will never be opened: {row.quarter} is")


def _add_returns(folder: Folder, row: ReportingQuarter) -> bool:
    """Teams that came after a quarter was opened owe a return in it, unless it is closed."""
    notes = folder.files["quarters"].notes
    if row.is_closed:
        if codes := _left_out(row):
            notes.append(f"{row.quarter} is closed, so it has no return of {', '.join(codes)}")
        return False
    count = actions.add_returns(row, by=folder.by)
    if count:
        notes.append(f"{row.quarter}: {count} more returns, of teams that are new")
    return count > 0


def _close(folder: Folder, row: ReportingQuarter) -> None:
    states = list(row.returns.values_list("state", flat=True))
    if asked := closing.questions(row, states, folder.by.today):
        sentence = f"{' '.join(asked)} Close it on its page, which asks about that"
        raise ValidationError({"state": sentence})
    actions.finish(row, reason=CLOSED_BY_FILE, by=folder.by)


def _left_out(closed: ReportingQuarter) -> list[str]:
    """Teams that were added later: who was expected in a closed quarter stays known."""
    late = Team.objects.open_in(closed.quarter).exclude(returns__quarter=closed)
    return list(late.values_list("code", flat=True))
