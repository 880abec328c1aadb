"""Council folders for tests: a small one by hand, and random ones that keep the contract."""

import csv
import datetime as dt
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from random import Random

from tests import oracle

HEADERS = {
    "council": "code,name,area_name",
    "localities": "code,name",
    "team_types": "code,name",
    "teams": "code,name,type,locality,opened,closed,successor",
    "placements": "team,locality,from_quarter",
    "quarters": "quarter,due_on,state",
    "data_items": (
        "code,name,group,timing,decimals,part_of,team_types,definition,from_quarter,to_quarter,"
        "counts,distinct"
    ),
    "measures": "code,name,heading,numerator,denominators,scale,good,decimals,definition",
    "targets": "measure,financial_year,locality,target,close_within",
    "series_breaks": "item,quarter,reason",
}
FIGURES = "team,quarter,item,value,answer,note"

# Two localities, a team that merged into another, a team that moved, the city-wide team.
SMALL = {
    "council": ["town,Town Council,The town"],
    "localities": ["north,North", "south,South"],
    "team_types": ["mat,Multi-agency team", "city-wide,City-wide"],
    "teams": [
        "red,Red team,mat,north,,2015-06-30,blue",
        "green,Green team,mat,north,,,",
        "blue,Blue team,mat,south,,,",
        "desk,Performance,city-wide,,,,",
    ],
    "placements": ["green,south,2015-16 Q3"],
    "quarters": [
        "2015-16 Q1,2015-07-14,closed",
        "2015-16 Q2,2015-10-14,closed",
        "2015-16 Q3,2016-01-14,open",
        "2015-16 Q4,2016-04-14,upcoming",
    ],
    "data_items": [
        "reopened,Cases re-opened,Cases,flow,,closed,mat,Opened again,,,cases,",
        "open,Open cases,Cases,snapshot,,,mat,On the last day,,,cases,",
        "closed,Cases closed,Cases,flow,0,,mat,In the quarter,,,cases,",
        "hours,Hours worked,Staff,flow,2,,mat,All staff,,,hours,",
        "people,People seen,People,flow,,,mat,Each once,,,people,yes",
        "care,Children in care,City,snapshot,,,city-wide,On the last day,,,children,",
    ],
    "measures": [
        "open,Open cases,how-much,open,,1,neither,,",
        "share,Re-opened of cases worked with,how-well,reopened,open closed,100,lower,,",
        "pace,Cases closed an hour,how-well,closed,hours,1,higher,2,",
        "hours,Hours,how-much,hours,,1,neither,,",
        "people,People,how-much,people,,1,higher,,",
        "care,In care,impact,care,,1,lower,,",
    ],
    "targets": ["share,2015-16,,15.5,2", "share,2015-16,north,14,2"],
    "series_breaks": ["closed,2015-16 Q2,New recording system"],
}


def write_folder(path: Path, **files: Sequence[str] | None) -> Path:
    """The small council with some files replaced; None leaves a file out."""
    path.mkdir(exist_ok=True)
    for stem, lines in {**SMALL, **files}.items():
        target = path / f"{stem}.csv"
        target.unlink(missing_ok=True)
        if lines is not None:
            target.write_text("\n".join([HEADERS[stem], *lines, ""]), encoding="utf-8")
    return path


def write_figures(path: Path, *lines: str) -> Path:
    """A figures file with these lines."""
    path.write_text("\n".join([FIGURES, *lines, ""]), encoding="utf-8")
    return path


# -- random ones ----------------------------------------------------------------------------

_QUARTERS = [oracle.Quarter(2014 + n // 4, n % 4 + 1) for n in range(10)]


def random_folder(path: Path, seed: int) -> Path:
    """A council that moves, merges, opens and closes teams; some quarters are never opened."""
    luck = Random(seed)
    localities = [f"loc-{n}" for n in range(luck.randint(1, 4))]
    luck.shuffle(localities)
    types = ["mat", "centre", "desk"]
    items = [f"item-{n}" for n in range(7)]
    decimals = {code: luck.choice([0, 0, 0, 1, 2]) for code in items}
    return write_folder(
        path,
        council=["shire,The Shire,Shire county"],
        localities=[f"{code},Place {code}" for code in localities],
        team_types=[f"{code},Kind {code}" for code in types],
        teams=_teams(luck, localities),
        placements=_placements(luck, localities),
        quarters=[
            f"{quarter},{quarter.last_day + dt.timedelta(days=14)},{state}"
            for quarter in _QUARTERS
            for state in [luck.choice(["closed", "closed", "open", "upcoming"])]
        ],
        data_items=[_item(luck, code, decimals[code]) for code in items],
        measures=[
            line for n in range(12) for line in [_measure(luck, f"measure-{n}", items, decimals)]
        ],
        targets=None,
        series_breaks=None,
    )


def _teams(luck: Random, localities: list[str]) -> list[str]:
    lines = []
    for n in range(9):
        opened = luck.choice(["", "", f"{2014 + luck.randint(0, 1)}-0{luck.randint(1, 9)}-11"])
        closed = luck.choice(["", "", f"2016-0{luck.randint(1, 8)}-20", "2016-03-31"])
        followers = [f"team-{other}" for other in range(9) if other > n]
        successor = luck.choice(["", *followers]) if closed else ""
        kind = luck.choice(["mat", "centre"]) if n else "desk"
        locality = luck.choice(localities) if n else ""
        lines.append(f"team-{n},Team {n},{kind},{locality},{opened},{closed},{successor}")
    luck.shuffle(lines)
    return lines


def _placements(luck: Random, localities: list[str]) -> list[str]:
    moves = {(luck.randint(1, 8), luck.choice(_QUARTERS)) for _ in range(6)}
    return [f"team-{n},{luck.choice(localities)},{quarter}" for n, quarter in sorted(moves)]


def _item(luck: Random, code: str, decimals: int) -> str:
    timing = luck.choice(["flow", "snapshot"])
    asked = " ".join(luck.choice([["mat", "centre"], ["mat"], ["desk"], ["mat", "centre", "desk"]]))
    starts = luck.choice(["", "", "", str(_QUARTERS[3])])
    ends = luck.choice(["", "", "", str(_QUARTERS[6])])
    distinct = luck.choice(["", "", "", "yes"])
    return f"{code},Item {code},Group,{timing},{decimals},,{asked},What,{starts},{ends},,{distinct}"


def _measure(luck: Random, code: str, items: list[str], decimals: dict[str, int]) -> str:
    numerator = luck.choice(items)
    below = luck.sample(items, luck.choice([0, 1, 1, 2, 3]))
    heading = luck.choice(["how-much", "how-well", "impact"])
    if not below:
        return f"{code},Name {code},{heading},{numerator},,1,neither,{decimals[numerator]},"
    scale, places = luck.choice([1, 100, 1000, 10000, 100000]), luck.choice(["", "0", "1", "3"])
    return f"{code},Name {code},{heading},{numerator},{' '.join(below)},{scale},higher,{places},"


def random_figures(council: oracle.Council, seed: int) -> list[dict[str, str]]:
    """Answers to most questions of most returns of a council that ``oracle`` has opened."""
    luck = Random(seed)
    rows = []
    for given in council.returns:
        fullness = luck.choice([0, 0.7, 1, 1, 1])
        for code in given.figures:
            if luck.random() >= fullness:
                continue
            row = {"team": given.team, "quarter": str(given.quarter), "item": code}
            row |= {"value": "", "answer": "", "note": ""}
            if luck.random() < 0.93:
                units = luck.choice([0, luck.randint(0, 50), luck.randint(0, 10**7)])
                row["value"] = oracle.half_up(
                    Fraction(units, 10 ** council.item(code).decimals),
                    council.item(code).decimals,
                )
            else:
                row["answer"] = luck.choice(["not-applicable", "not-provided"])
                row["note"] = "Because"
            rows.append(row)
    luck.shuffle(rows)
    return rows


def write_rows(path: Path, rows: list[dict[str, str]]) -> Path:
    """A figures file of these rows."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, FIGURES.split(","))
        writer.writeheader()
        writer.writerows(rows)
    return path
