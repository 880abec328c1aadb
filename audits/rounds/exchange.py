"""A file of cases, as an extract of the recording system gives it, read as a list."""

from collections.abc import Iterator
from typing import BinaryIO

from audits.rounds.case_list import HEADINGS, CaseList, ListedTeams, read_rows
from earlyhelp.core.files.cells import CutOff, Formula, Unreadable
from earlyhelp.core.files.reader import read_cells
from teams.models import Team


def listed_teams(otherwise: str) -> ListedTeams:
    """How lists can name the teams that there are; one query."""
    names = dict(Team.objects.values_list("code", "name"))
    codes = {name.casefold(): code for code, name in names.items()}
    return ListedTeams(set(names), codes, otherwise)


def read_file(file: BinaryIO, name: str, teams: ListedTeams) -> CaseList:
    """The cases of a CSV, XLSX or ODS file: number, team and worker's role, in this order.

    A first row of headings is left out. Whatever is wrong comes back as sentences.
    """
    try:
        return read_rows(_checked(read_cells(file, name, HEADINGS)), teams, "Row")
    except Unreadable as error:
        where = f"Row {error.row}: the file" if error.row else "The file"
        return CaseList((), (f"{where} {error}",))


def _checked(rows: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    """The rows, as long as every cell is a value and the last one is whole."""
    for number, cells in rows:
        if any(isinstance(cell, Formula) for cell in cells):
            raise Unreadable("has a formula: paste it as values", number)
        if any(isinstance(cell, CutOff) for cell in cells):
            raise Unreadable("ends in the middle of a row", number)
        yield number, cells
