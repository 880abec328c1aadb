"""A file of cases, as an extract of the recording system gives it, read as a list."""

from collections.abc import Collection, Iterator, Mapping
from itertools import islice
from typing import Any, BinaryIO

from audits.rounds.case_list import MOST_LINES, CaseList, read_rows
from earlyhelp.core.files.reader import CutOff, Formula, Unreadable, read_cells
from teams.models import Team


def known_teams() -> dict[str, Any]:
    """How lists can name teams: by ``teams``, the codes, or ``names`` in lower case; one query."""
    rows = list(Team.objects.values_list("code", "name"))
    return {
        "teams": {code for code, _ in rows},
        "names": {name.casefold(): code for code, name in rows},
    }


def read_file(
    file: BinaryIO,
    name: str,
    teams: Collection[str],
    *,
    team: str = "",
    names: Mapping[str, str] | None = None,
) -> CaseList:
    """The cases of a CSV, XLSX or ODS file: number, team and worker's role, in this order.

    A first row of headings is left out. Whatever is wrong comes back as sentences.
    """
    try:
        rows = list(islice(_checked(read_cells(file, name)), MOST_LINES + 2))
    except Unreadable as error:
        where = f"Row {error.row}: the file" if error.row else "The file"
        return CaseList((), (f"{where} {error}",))
    return read_rows(rows, teams, team=team, names=names, what="Row")


def _checked(rows: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    """The rows, as long as every cell is a value and the last one is whole."""
    for number, cells in rows:
        if any(isinstance(cell, Formula) for cell in cells):
            raise Unreadable("has a formula: paste it as values", number)
        if any(isinstance(cell, CutOff) for cell in cells):
            raise Unreadable("ends in the middle of a row", number)
        yield number, cells
