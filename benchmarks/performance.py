"""``docs/performance.md``: what was measured last of each promise, and on what machine."""

import datetime as dt
import json
import platform
import sqlite3
from collections.abc import Mapping, Sequence
from os import cpu_count
from pathlib import Path
from typing import Any

import django
import psycopg2  # type: ignore[import-untyped]

from benchmarks.councils import FOLDER, POSTGRES
from benchmarks.timing import Line

DOCUMENT = Path(__file__).parent.parent / "docs" / "performance.md"
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL", "none": "without a database"}
PROMISES = {
    "P1": "The city added up, through the ORM",
    "P2": "One locality, in a small and in a large database",
    "P3": "The city's page",
    "P3b": "Every other page",
    "sizes": "Every page, in a small and in a larger council",
    "P4": "The city's page, in a small and in a larger council",
    "P5": "Saving",
    "P6": "Files out",
    "P7": "The last day of a quarter",
    "P8": "Years",
    "P9": "Files in",
    "report": "A board report",
}
# Where the time goes of a goal that is missed: by promise and engine.
_CITY = (
    "of the page for 60 teams a third is the template, a quarter the comparisons of its thirty "
    "measures with a year before, a fifth the session and the navigation. None of it grows with "
    "the council: it is the sums that do, and they take as long as the raw SQL's."
)
WHY: Mapping[tuple[str, str], str] = {
    ("P3", "sqlite"): _CITY,
    ("P3", "postgresql"): f"{_CITY} A statement takes longer than on SQLite, and it has ten more "
    "than the raw SQL.",
    ("P3b", "sqlite"): "three quarters of the sheet of all teams is its template, with the boxes "
    "and reasons of every question for each of them, shown or not.",
    ("P3b", "postgresql"): "half of a head's home page is its statements, one for each list that "
    "it opens with. On SQLite, where a statement costs little, it takes ten bare pages.",
    ("P7", "postgresql"): "two processes serve eight people, so each request waits for three "
    "others, an empty page as these; and a page of the mixture takes some eight empty ones by "
    "itself. None waits for a lock.",
}
Found = Mapping[str, Sequence[Line]]
# A line as it is kept, with the day on which it was measured.
Plain = Mapping[str, Any]


def write_down(found: Found) -> None:
    """Keep these lines in place of earlier ones of their promises, and write the document."""
    kept = FOLDER / "measured.json"
    known = json.loads(kept.read_text()) if kept.exists() else {}
    for engine, lines in found.items():
        fresh = {line.promise for line in lines}
        old = [one for one in known.get(engine, []) if one["promise"] not in fresh]
        today = dt.datetime.now(dt.UTC).date().isoformat()
        known[engine] = old + [{**line.as_plain(), "day": today} for line in lines]
    FOLDER.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps(known))
    DOCUMENT.write_text("\n".join([_BEFORE, _machine(), *_tables(known)]) + "\n")


_BEFORE = """# Performance

Written by `make bench`, which measures on both databases (the first time it builds councils of 15
to 2,280 teams, which takes minutes). `python -m benchmarks p6 p9` measures some of it, and leaves
the rest as it was measured last. Everything is a ratio against a floor taken in the same run, in turns: raw SQL,
the database's own dump, or a *bare page* (a view with session and user, no template). Milliseconds
beside them are of this machine, and of whatever else it was doing.
"""
_HEAD = "| database | what | measured | goal | met | how long | on |\n|---|---|---|---|---|---|---|"


def _machine() -> str:
    facts = [f"{cpu_count()} cores", f"Python {platform.python_version()}"]
    facts += [f"Django {django.__version__}", f"SQLite {sqlite3.sqlite_version}"]
    try:
        server = psycopg2.connect(POSTGRES)
        facts.append(f"PostgreSQL {server.server_version // 10_000}")
        server.close()
    except psycopg2.OperationalError:
        pass
    return f"The machine: {platform.machine()}, {', '.join(facts)}.\n"


def _tables(known: Mapping[str, Sequence[Plain]]) -> list[str]:
    found = []
    for promise, title in PROMISES.items():
        rows = [
            _row(engine, one)
            for engine, lines in known.items()
            for one in lines
            if one["promise"] == promise
        ]
        if rows:
            why = [_why(promise, engine) for engine in known if _missed(promise, known[engine])]
            found.append("\n".join([f"## {title} ({promise})\n", _HEAD, *rows, "", *why]))
    return found


def _missed(promise: str, lines: Sequence[Plain]) -> bool:
    return any(one["promise"] == promise and not _line(one).is_met for one in lines)


def _why(promise: str, engine: str) -> str:
    why = WHY.get((promise, engine), "nobody has looked yet where the time goes.")
    return f"Missed on {NAMES[engine]}: {why}\n"


def _line(kept: Plain) -> Line:
    return Line(**{key: value for key, value in kept.items() if key != "day"})


def _row(engine: str, one: Plain) -> str:
    day, line = one["day"], _line(one)
    shown = f"{line.measured:.2f}x" if line.unit == "x" else f"{line.measured:.0f}{line.unit}"
    goal = "" if line.goal is None else f"{line.goal:g}{line.unit}"
    met = "" if line.goal is None else "yes" if line.is_met else "**no**"
    cells = (NAMES[engine], line.what, shown, goal, met, line.detail, day)
    return f"| {' | '.join(map(str, cells))} |"
