"""Who was asked what in a quarter, as it was when it was released: kept, and read again."""

from collections.abc import Iterable, Mapping
from typing import Any

from measures.counting.aggregates.shape import Tally, TeamQuarter


def asked_in(tally: Tally, quarter: int) -> dict[str, Any]:
    """The questions by kind of team, the returns, and the gaps in them, as plain JSON."""
    rows = [row for row in tally.returns if row.quarter == quarter]
    return {
        "questions": {
            str(type_id): sorted(items)
            for (at, type_id), items in sorted(tally.questions.items())
            if at == quarter
        },
        "returns": sorted(
            [row.return_id, row.team_id, row.key, row.type_id, row.speaks, row.state]
            for row in rows
        ),
        "gaps": {
            str(row.return_id): {str(item): answer for item, answer in sorted(gaps.items())}
            for row in sorted(rows)
            if (gaps := tally.gaps.get(row.return_id))
        },
    }


def tally_of(asked: Mapping[int, Mapping[str, Any]], **more: Any) -> Tally:
    """A tally of these quarters in which nothing is added up."""
    questions: dict[tuple[int, int], frozenset[int]] = {}
    returns: list[TeamQuarter] = []
    gaps: dict[int, dict[int, str]] = {}
    for quarter, kept in asked.items():
        questions |= {
            (quarter, int(type_id)): frozenset(items)
            for type_id, items in kept["questions"].items()
        }
        returns += _returns(quarter, kept["returns"])
        gaps |= {
            int(made): {int(item): answer for item, answer in of.items()}
            for made, of in kept["gaps"].items()
        }
    return Tally(
        quarters=frozenset(asked), questions=questions, returns=returns, sums={}, gaps=gaps, **more
    )


def _returns(quarter: int, kept: Iterable[list[Any]]) -> Iterable[TeamQuarter]:
    return (
        TeamQuarter(made, team, key, type_id, quarter, speaks, state)
        for made, team, key, type_id, speaks, state in kept
    )
