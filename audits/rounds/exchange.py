"""A file of cases, as an extract of the recording system gives it, read as a list."""

from collections.abc import Collection, Iterator, Mapping
from itertools import islice
from typing import BinaryIO

from audits.rounds.case_list import MOST_LINES, Listed, read_rows
from earlyhelp.core.files.reader import CutOff, Formula, Unreadable, read_cells


def read_file(
    file: BinaryIO,
    name: str,
    teams: Collection[str],
    *,
    team: str = "",
    names: Mapping[str, str] | None = None,
) -> Listed:
    """The cases of a CSV, XLSX or ODS file: number, team and worker's role, in this order.

    A first row of headings is left out. Whatever is wrong comes back as sentences.
    """
    try:
        rows = list(islice(_checked(read_cells(file, name)), MOST_LINES + 2))
    except Unreadable as wrong:
        where = f"Row {wrong.row}: the file" if wrong.row else "The file"
        return Listed((), (f"{where} {wrong}",))
    return read_rows(rows, teams, team=team, names=names, what="Row")


def _checked(rows: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    """The rows, as long as every cell is a value and the last one is whole."""
    for number, cells in rows:
        if any(isinstance(cell, Formula) for cell in cells):
            raise Unreadable("has a formula: paste it as values", number)
        if any(isinstance(cell, CutOff) for cell in cells):
            raise Unreadable("ends in the middle of a row", number)
        yield number, cells
