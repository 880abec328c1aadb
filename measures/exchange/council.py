"""Loading a council folder (files.md): everything in one transaction, through the actions.

Rows are created or changed by code and never deleted. Files are read first, then applied in
the order in which they refer to each other; what is wrong anywhere is listed together.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db import models

from earlyhelp.core.files.problems import FileRefused, Problem
from earlyhelp.core.files.reader import MOST_BYTES
from measures.exchange.tables import Kept, Row, Table, read_table
from teams.actions import keep
from teams.authority import command_actor
from teams.models import Council, Locality, Placement, Team, TeamType
from teams.models.organisation import Coded

Named = TypeVar("Named", bound=Coded)


@dataclass(frozen=True)
class FileSpec:
    """One file of the folder, without its ending, and its columns."""

    stem: str
    columns: tuple[str, ...]
    optional: tuple[str, ...] = ()
    is_optional: bool = False


_FILES = (
    FileSpec("council", ("code", "name", "area_name")),
    FileSpec("localities", ("code", "name")),
    FileSpec("team_types", ("code", "name")),
    FileSpec("teams", ("code", "name", "type", "locality", "opened", "closed", "successor")),
    FileSpec("placements", ("team", "locality", "from_quarter"), is_optional=True),
    FileSpec("quarters", ("quarter", "due_on", "state")),
    FileSpec(
        "data_items",
        (
            *("code", "name", "group", "timing", "decimals", "part_of", "team_types"),
            *("definition", "from_quarter", "to_quarter"),
        ),
        optional=("counts", "distinct"),
    ),
    FileSpec(
        "measures",
        (
            *("code", "name", "heading", "numerator", "denominators", "scale", "good"),
            *("decimals", "definition"),
        ),
    ),
    FileSpec(
        "targets",
        ("measure", "financial_year", "locality", "target", "close_within"),
        is_optional=True,
    ),
    FileSpec("series_breaks", ("item", "quarter", "reason"), is_optional=True),
)


@dataclass
class Done:
    """What happened to the rows of one file, each by its number and what it is called."""

    created: dict[int, str] = field(default_factory=dict)
    changed: dict[int, str] = field(default_factory=dict)
    left: int = 0
    notes: list[str] = field(default_factory=list)

    def count(self, number: int, label: str, *, is_new: bool, changed: bool) -> None:
        """Put one row down."""
        if is_new:
            self.created[number] = label
        elif changed:
            self.changed[number] = label
        else:
            self.left += 1


@dataclass
class Folder:
    """The folder's tables by stem, what is wrong with them, and what was done with them."""

    tables: dict[str, Table]
    problems: list[Problem]
    set_aside: list[str]
    done: dict[str, Done] = field(default_factory=dict)

    def note(self, stem: str, sentence: str) -> None:
        """Add a sentence to what is said of one file."""
        self.done.setdefault(stem, Done()).notes.append(sentence)

    def table(self, stem: str) -> Table:
        """The table, empty where an optional file is not there."""
        return self.tables.get(stem) or Table(stem, frozenset(), self.problems)

    def keep(
        self,
        stem: str,
        row: Row,
        label: str,
        act: Callable[[], bool],
        *,
        is_new: bool,
        columns: dict[str, str] | None = None,
    ) -> bool:
        """Run the action that creates or changes what a row describes; whether it was accepted.

        ``act`` says whether anything changed; ``columns`` maps its fields to other columns.
        """
        try:
            changed = act()
        except ValidationError as refused:
            row.refuse(refused, columns)
            return False
        self.done.setdefault(stem, Done()).count(row.number, label, is_new=is_new, changed=changed)
        return True


def read_folder(path: Path) -> Folder:
    """Read every table of a council folder; nothing is written.

    Each file may be CSV, XLSX or ODS. Raises ``FileRefused`` where there is no such folder.
    """
    try:
        present = sorted(entry.name for entry in path.iterdir() if entry.is_file())
    except OSError as wrong:
        reason = wrong.strerror or "it cannot be read"
        raise FileRefused([Problem(str(path), f"is not a folder to load: {reason}")]) from None
    problems: list[Problem] = []
    tables: dict[str, Table] = {}
    used: set[str] = set()
    for spec in _FILES:
        names = [name for name in present if name in {spec.stem + ending for ending in MOST_BYTES}]
        used.update(names)
        if len(names) > 1:
            others = " and ".join(names[1:])
            problems.append(Problem(names[0], f"{others} is here as well: keep one"))
        elif names:
            tables[spec.stem] = _read_file(path / names[0], spec, problems)
        elif not spec.is_optional:
            problems.append(Problem(f"{spec.stem}.csv", "this file is missing"))
    return Folder(tables, problems, [name for name in present if name not in used])


def _read_file(path: Path, spec: FileSpec, problems: list[Problem]) -> Table:
    try:
        with path.open("rb") as file:
            return read_table(file, path.name, spec.columns, problems, optional=spec.optional)
    except OSError as wrong:
        problems.append(Problem(path.name, f"cannot be read: {wrong.strerror}"))
        return Table(path.name, frozenset(), problems)


# -- the organisation -----------------------------------------------------------------------


@dataclass
class Organisation:
    """What the framework's files refer to."""

    localities: Kept[Locality]
    team_types: Kept[TeamType]
    teams: Kept[Team]


def keep_organisation(folder: Folder) -> Organisation:
    """Create and change the council, its localities, kinds of team, teams and moves."""
    _keep_council(folder)
    localities = _keep_named(folder, "localities", "locality", Locality)
    team_types = _keep_named(folder, "team_types", "team type", TeamType)
    teams = _keep_teams(folder, localities, team_types)
    _keep_placements(folder, teams, localities)
    return Organisation(localities, team_types, teams)


def by_code(model: type[Named]) -> dict[str, Named]:
    """Every row of a coded model by its code; one query."""
    return {row.code: row for row in model._default_manager.all()}


def _keep_council(folder: Folder) -> None:
    if "council" not in folder.tables:
        return
    table = folder.table("council")
    rows = list(table)
    if len(rows) != 1 and table.columns:
        folder.problems.append(
            Problem(table.name, f"has {len(rows)} rows under its header: a council is one row")
        )
        return
    for row in rows:
        found = Council.objects.first() or Council()
        code, name, area_name = row.code(), row.text("name"), row.text("area_name")
        if found.code and code and found.code != code:
            row.wrong("code", f"this database holds another council, “{found.code}”")
        if row.is_good:
            found.code, found.name, found.area_name = code, name, area_name
            folder.keep("council", row, code, partial(write, found), is_new=found.pk is None)


def write(row: models.Model, reason: str = "") -> bool:
    """Keep a row as this command does: by nobody in particular, on record."""
    return keep(row, by=command_actor(), reason=reason)


def _keep_named(folder: Folder, stem: str, word: str, model: type[Named]) -> Kept[Named]:
    table = folder.table(stem)
    kept = Kept(word, by_code(model), is_whole=table.is_whole)
    table.refuse_twice("code")
    for position, row in enumerate(table):
        code, name = row.code(), row.text("name")
        if row.is_good:
            found = kept.by_code.get(code) or model(code=code)
            found.name, found.position = name, position
            act = partial(write, found)
            if folder.keep(stem, row, code, act, is_new=found.pk is None):
                kept.by_code[code] = found
        if not row.is_good:
            kept.broken.add(code)
    return kept


def _keep_teams(
    folder: Folder, localities: Kept[Locality], team_types: Kept[TeamType]
) -> Kept[Team]:
    table = folder.table("teams")
    kept = Kept("team", by_code(Team), is_whole=table.is_whole)
    table.refuse_twice("code")
    place = {row.number: position for position, row in enumerate(table)}
    for row in referred_first(table, "successor"):
        code, name = row.code(), row.text("name")
        team_type = row.refer("type", team_types)
        locality = row.refer("locality", localities, needed=False)
        opened, closed = row.day("opened"), row.day("closed")
        successor = row.refer("successor", kept, needed=False)
        if row.is_good and team_type is not None:
            team = kept.by_code.get(code) or Team(code=code)
            team.name, team.type, team.locality = name, team_type, locality
            team.opened, team.closed, team.successor = opened, closed, successor
            team.position = place[row.number]
            act = partial(write, team)
            if folder.keep("teams", row, code, act, is_new=team.pk is None):
                kept.by_code[code] = team
        if not row.is_good:
            kept.broken.add(code)
    return kept


def referred_first(table: Table, column: str) -> Sequence[Row]:
    """The rows so that each comes after the one that its ``column`` names, if it is here.

    Rows that lead back to themselves are reported, and come last.
    """
    by_its_code = {row["code"]: row for row in table}
    ordered: dict[int, Row] = {}
    for row in table:
        chain: dict[int, Row] = {}
        step: Row | None = row
        while step is not None and step.number not in ordered and step.number not in chain:
            chain[step.number] = step
            step = by_its_code.get(step[column]) if step[column] else None
        if step is not None and step.number in chain:
            numbers = list(chain)
            for number in numbers[numbers.index(step.number) :]:
                chain[number].wrong(column, f"“{step['code']}” leads back to itself: a circle")
        for link in reversed(chain.values()):
            ordered.setdefault(link.number, link)
    return list(ordered.values())


def _keep_placements(folder: Folder, teams: Kept[Team], localities: Kept[Locality]) -> None:
    table = folder.table("placements")
    table.refuse_twice("team", "from_quarter")
    known = {(move.team_id, move.from_quarter): move for move in Placement.objects.all()}
    for row in table:
        team, locality = row.refer("team", teams), row.refer("locality", localities)
        quarter = row.quarter("from_quarter")
        if row.is_good and team and locality and quarter:
            move = known.get((team.pk, quarter)) or Placement(team=team, from_quarter=quarter)
            move.locality = locality
            label = f"{team.code} from {quarter}"
            act = partial(write, move)
            folder.keep("placements", row, label, act, is_new=move.pk is None)
