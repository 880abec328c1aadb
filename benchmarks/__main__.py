"""``make bench``: the promises of speed on SQLite and PostgreSQL, and the report.

It fails when a goal is missed, and writes ``docs/performance.md`` of what was measured last;
``python -m benchmarks p3b p5`` measures only these, and leaves the others as they were.
"""

import json
import os
import subprocess
import sys
from urllib.parse import urlsplit

import psycopg2  # type: ignore[import-untyped]

from benchmarks.councils import DATABASES, POSTGRES, name
from benchmarks.performance import write_down
from benchmarks.report import report
from benchmarks.timing import Line

ENGINES = ("sqlite", "postgresql")


def make_databases() -> None:
    """Create the databases that are missing in PostgreSQL; migrations fill them."""
    try:
        server = psycopg2.connect(POSTGRES)
    except psycopg2.OperationalError as wrong:
        sys.exit(
            f"No PostgreSQL answers at {urlsplit(POSTGRES).hostname}: start one, or name one in "
            f"which databases may be made in BENCH_POSTGRES.\n{wrong}"
        )
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database")
        there = {row[0] for row in cursor.fetchall()}
        for size in DATABASES:
            if name(size) not in there:
                cursor.execute(f'CREATE DATABASE "{name(size)}"')
    server.close()


def measure(engine: str) -> list[Line]:
    """The lines of one engine, measured in a process of its own."""
    print(f"{engine} ...", file=sys.stderr)
    done = subprocess.run(  # noqa: S603  # ourselves
        [sys.executable, "-m", "benchmarks.measure", *sys.argv[1:]],
        env={**os.environ, "BENCH_ENGINE": engine},
        stdout=subprocess.PIPE,
        check=True,
    )
    return [Line(**line) for line in json.loads(done.stdout)]


def table(found: dict[str, list[Line]]) -> str:
    """What, measured, goal, met: one line for each promise and engine."""
    rows = [("", "engine", "what", "measured", "goal", "met", "")]
    for engine, lines in found.items():
        for line in lines:
            measured = f"{line.measured:.2f}x" if line.unit == "x" else f"{line.measured:.0f}"
            goal = "-" if line.goal is None else f"<= {line.goal:g}{line.unit}"
            met = "-" if line.goal is None else "yes" if line.is_met else "NO"
            rows.append((line.promise, engine, line.what, measured, goal, met, line.detail))
    widths = [max(len(row[column]) for row in rows) for column in range(7)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def main() -> None:
    """Measure, print, and fail when a goal is missed."""
    wanted = sys.argv[1:]
    found: dict[str, list[Line]] = {}
    if wanted != ["report"]:
        make_databases()
        found = {engine: measure(engine) for engine in ENGINES}
    if not wanted or "report" in wanted:
        found["none"] = list(report())
    write_down(found)
    print(table(found))
    missed = sum(not line.is_met for lines in found.values() for line in lines)
    if missed:
        sys.exit(f"{missed} goals are missed.")


if __name__ == "__main__":
    main()
