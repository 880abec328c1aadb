"""A list of cases as a file gave it, before anything is added."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from audits.models import Round
from audits.rounds.case_list import CaseLine
from teams.models import Team

# Enough to see that the right file was chosen.
MOST_SHOWN = 100


@dataclass(frozen=True)
class ListedRow:
    """One case of the file, as people read it."""

    number: str
    team: str
    worker_role: str
    is_there: bool


@dataclass(frozen=True)
class ListedPage:
    """What a file would add; ``there`` cases of it are in the round already."""

    name: str
    lead: str
    teams: Sequence[tuple[str, int]]
    rows: Sequence[ListedRow]
    more: int
    there: int


def cases_in(number: int) -> str:
    """``1 case``, ``20 cases``."""
    return f"{number:,} case{'' if number == 1 else 's'}"


def preview(made: Round, name: str, lines: Sequence[CaseLine]) -> ListedPage:
    """The page that asks whether to add the cases of a file; two queries."""
    names = dict(Team.objects.values_list("code", "name"))
    held = set(made.cases.values_list("case_number", flat=True))
    counted = Counter(names.get(line.team, "Team not known") for line in lines)
    there = sum(line.number in held for line in lines)
    return ListedPage(
        name=name,
        lead=f"{cases_in(len(lines)).capitalize()} would be added to {made}.",
        teams=sorted(counted.items()),
        rows=[
            ListedRow(
                line.number,
                names.get(line.team, "Not known"),
                line.worker_role,
                line.number in held,
            )
            for line in lines[:MOST_SHOWN]
        ],
        more=max(0, len(lines) - MOST_SHOWN),
        there=there,
    )
