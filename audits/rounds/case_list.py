"""A list of cases as people paste it: a case a line, its team, the worker's role. Pure."""

import csv
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from audits.rounds.sampling import plain_number

LONGEST_NUMBER = 40
LONGEST_ROLE = 60
MOST_LINES = 5_000
# A first line that starts with one of these holds headings.
HEADINGS = {"case", "case number", "case no", "case reference", "number", "reference"}


@dataclass(frozen=True)
class CaseLine:
    """One case of a list; ``team`` is a team's code, or empty where it is not known."""

    number: str
    team: str = ""
    worker_role: str = ""


@dataclass(frozen=True)
class CaseList:
    """What was read from a pasted list, and what is wrong with it, in sentences, by line."""

    cases: tuple[CaseLine, ...]
    errors: tuple[str, ...]


@dataclass(frozen=True)
class ListedTeams:
    """How a list can name teams: by their ``codes``, or by ``names`` in lower case.

    ``otherwise`` stands for lines that name none.
    """

    codes: Collection[str]
    names: Mapping[str, str] = field(default_factory=dict)
    otherwise: str = ""

    def code_of(self, written: str) -> str:
        """The code of a team as it is written; what is written where there is no such team."""
        written = written or self.otherwise
        return written if written in self.codes else self.names.get(written.casefold(), written)


def read_list(text: str, teams: ListedTeams) -> CaseList:
    """Read ``number``, ``number, team`` or ``number, team, worker's role``, one case a line.

    Commas, semicolons or tabs divide. An unknown team, a number twice or too long, and a line
    with too much in it are errors, all listed together.
    """
    return read_rows(_lines(text), teams)


def read_rows(
    rows: Iterable[tuple[int, Sequence[str]]], teams: ListedTeams, what: str = "Line"
) -> CaseList:
    """The same from rows of cells with their places; ``what`` a place is called in errors.

    A first row of headings is left out.
    """
    cases: list[CaseLine] = []
    errors: list[str] = []
    first_seen: dict[str, int] = {}
    listed = list(islice(rows, MOST_LINES + 2))
    for place, cells in listed[_has_headings(listed) : MOST_LINES + 1]:
        parts = [cell.strip() for cell in (*cells, "", "", "")]
        line = CaseLine(plain_number(parts[0]), teams.code_of(parts[1]), parts[2])
        problem = _problem(line, parts, teams)
        if not problem and line.number in first_seen:
            problem = f"the same case as on {what.lower()} {first_seen[line.number]}"
        if problem:
            errors.append(f"{what} {place}: {problem}")
        else:
            first_seen[line.number] = place
            cases.append(line)
    if len(listed) > MOST_LINES + 1:
        errors.append(f"The list has more than {MOST_LINES:,} lines")
    if not cases and not errors:
        errors.append("Enter at least one case number")
    return CaseList(tuple(cases), tuple(errors))


def _has_headings(rows: Sequence[tuple[int, Sequence[str]]]) -> bool:
    return bool(rows and rows[0][1]) and rows[0][1][0].strip().casefold() in HEADINGS


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each line that says something, with its place, in its parts."""
    for place, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        mark = next((mark for mark in "\t;," if mark in line), ",")
        yield place, next(csv.reader([line], delimiter=mark))


def _problem(line: CaseLine, parts: list[str], teams: ListedTeams) -> str:
    """What is wrong with one line by itself; empty where nothing is."""
    if not line.number:
        return "no case number"
    if len(line.number) > LONGEST_NUMBER:
        return f"a case number has at most {LONGEST_NUMBER} characters"
    if any(parts[3:]):
        return "more than a case number, a team and a worker's role"
    if line.team and line.team not in teams.codes:
        return f"there is no team “{line.team}”"
    if len(line.worker_role) > LONGEST_ROLE:
        return f"a worker's role has at most {LONGEST_ROLE} characters"
    return ""
