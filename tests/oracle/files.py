"""The oracle's own reader of a council folder and of figures files."""

import csv
from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from pathlib import Path

from tests.oracle.council import (
    Answer,
    Council,
    Figure,
    Item,
    Locality,
    Measure,
    Placement,
    Quarter,
    QuarterState,
    Return,
    ReturnState,
    Team,
    Timing,
    locality_at,
)


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _quarter(text: str) -> Quarter | None:
    return Quarter.parse(text) if text else None


def read_council(folder: Path) -> Council:
    """Read a valid council folder; it has no returns yet."""
    (council,) = _rows(folder / "council.csv")
    return Council(
        code=council["code"],
        area_name=council["area_name"],
        localities=[Locality(row["code"], row["name"]) for row in _rows(folder / "localities.csv")],
        teams=[
            Team(
                code=row["code"],
                name=row["name"],
                type=row["type"],
                locality=row["locality"],
                opened=_day(row["opened"]),
                closed=_day(row["closed"]),
                successor=row["successor"],
            )
            for row in _rows(folder / "teams.csv")
        ],
        placements=[
            Placement(row["team"], row["locality"], Quarter.parse(row["from_quarter"]))
            for row in _rows(folder / "placements.csv")
        ],
        quarters={
            Quarter.parse(row["quarter"]): QuarterState(row["state"])
            for row in _rows(folder / "quarters.csv")
        },
        items=[
            Item(
                code=row["code"],
                timing=Timing(row["timing"]),
                team_types=tuple(row["team_types"].split()),
                decimals=int(row["decimals"] or 0),
                from_quarter=_quarter(row["from_quarter"]),
                to_quarter=_quarter(row["to_quarter"]),
                distinct=row.get("distinct", "") == "yes",
                part_of=row["part_of"],
            )
            for row in _rows(folder / "data_items.csv")
        ],
        measures=[
            Measure(
                code=row["code"],
                name=row["name"],
                heading=row["heading"],
                numerator=row["numerator"],
                denominators=tuple(row["denominators"].split()),
                scale=int(row["scale"] or 1),
                decimals=int(row["decimals"]) if row["decimals"] else None,
            )
            for row in _rows(folder / "measures.csv")
        ],
    )


def open_returns(council: Council) -> None:
    """Give every team that was open on any day of an opened quarter its return, with its questions."""
    for quarter in council.opened:
        for team in council.teams:
            if team.opened and team.opened > quarter.last_day:
                continue
            if team.closed and team.closed < quarter.first_day:
                continue
            figures = {}
            for item in council.items:
                if asked(item, team.type, quarter):
                    figures[item.code] = Figure()
                    if (
                        item.timing == Timing.SNAPSHOT
                        and team.closed
                        and team.closed < quarter.last_day
                    ):
                        figures[item.code] = Figure(Answer.NOT_APPLICABLE)
            council.returns.append(
                Return(team.code, quarter, locality_at(council, team, quarter), figures)
            )


def asked(item: Item, team_type: str, quarter: Quarter) -> bool:
    """Whether teams of a type are asked the item in a quarter."""
    if item.from_quarter and quarter < item.from_quarter:
        return False
    if item.to_quarter and quarter > item.to_quarter:
        return False
    return team_type in item.team_types


def fill(council: Council, rows: Iterable[dict[str, str]], *, signed_off: bool = False) -> None:
    """Put the rows of a figures file into the returns; ``signed_off`` as the import's flag of that name."""
    for row in rows:
        given = council.find_return(row["team"], Quarter.parse(row["quarter"]))
        if row["item"] not in given.figures:
            raise LookupError(f"{row['team']} was not asked {row['item']} in {row['quarter']}")
        if row["value"]:
            given.figures[row["item"]] = Figure(Answer.NUMBER, Fraction(row["value"]))
        else:
            given.figures[row["item"]] = Figure(Answer(row["answer"]))
        if signed_off:
            given.state = ReturnState.SIGNED_OFF


def fill_from_file(council: Council, path: Path, *, signed_off: bool = False) -> None:
    """``fill`` from a CSV file."""
    fill(council, _rows(path), signed_off=signed_off)
