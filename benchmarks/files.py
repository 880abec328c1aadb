"""P6 and P9: figures and roll-ups as files, and figures out of a file, against the database alone.

Each is done by a process of its own (``python -m benchmarks.files out large ...``), which says in
one line how much processor time it took, the database's part of it too, and how much memory.
"""

import csv
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.councils import LARGE, SMALL, council_of, engine
from benchmarks.timing import Line

ROWS, FIGURES = 547_200, 2_736_000
# What is loaded from a file, of a council whose last two quarters are emptied for it.
LOADED, A_RETURN, OFTEN = 100_000, 30, 1_000


def _child(*arguments: str) -> dict[str, float]:
    done = subprocess.run(  # noqa: S603  # ourselves
        [sys.executable, "-m", "benchmarks.files", *arguments], stdout=subprocess.PIPE, check=True
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def p6() -> Iterator[Line]:
    """Exports of a council of 2,280 teams, held against the database's own dump of as much."""
    for what, words, goal in (
        ("figures", f"all {FIGURES:,} figures", 4),
        ("roll-ups", f"the roll-up of every team, {ROWS:,} rows", 10),
    ):
        found = _child("out", LARGE, what)
        ratio = found["seconds"] / found["floor"]
        detail = f"{found['seconds']:.1f} s / {found['floor']:.1f} s of processor time"
        yield Line("P6", f"{words}: export / the database's dump", ratio, goal, detail=detail)
        yield Line("P6", f"{words}: first row", found["first"] * 1000, 100, " ms")
        yield Line("P6", f"{words}: memory", found["memory"], 20, " MiB")


def p9() -> Iterator[Line]:
    """Figures loaded from a file, held against the same rows written by hand."""
    found = _child("in", LARGE, str(LOADED))
    ratio = found["seconds"] / found["floor"]
    detail = f"{found['seconds']:.1f} s / {found['floor']:.1f} s of processor time"
    yield Line("P9", f"{LOADED:,} figures from a file / executemany", ratio, 15, detail=detail)
    yield Line("P9", f"{LOADED:,} figures from a file: memory", found["most"], 200, " MiB")
    among, alone = (_child("in", size, str(A_RETURN)) for size in (LARGE, SMALL))
    ratio = among["seconds"] / alone["seconds"]
    detail = f"{among['seconds'] * 1000:.0f} ms / {alone['seconds'] * 1000:.0f} ms"
    what = f"{A_RETURN} figures into a quarter of 2,280 teams / of 15"
    yield Line("P9", what, ratio, 1.5, detail=detail)


# -- in a process of its own ----------------------------------------------------------------


def processor_time() -> float:
    """Seconds of this process, and of the one that serves its connection to PostgreSQL."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return time.process_time()
    connection.ensure_connection()
    served = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text()
    ticks = map(int, served.rpartition(")")[2].split()[11:13])
    return time.process_time() + sum(ticks) / os.sysconf("SC_CLK_TCK")


def _alone() -> None:
    """Have the process that serves the connection do all the work: helpers are not counted."""
    from django.db import connection

    if connection.vendor == "postgresql":
        connection.cursor().execute("SET max_parallel_workers_per_gather = 0")


def memory(name: str) -> float:
    """What the process takes now (``VmRSS``), or took at most (``VmHWM``), in MiB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    [found] = [line for line in lines if line.startswith(name)]
    return int(found.split()[1]) / 1024


def out(what: str) -> dict[str, float]:
    """What an export takes, and the same columns of as many rows out of the database."""
    _alone()
    made = {"figures": _all_figures, "roll-ups": _all_roll_ups}[what]
    # As in a server that has written one before: its queries are compiled.
    for _ in islice(made(), 2):
        pass
    before = memory("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")
    begun, clock, first, lines = processor_time(), time.process_time(), 0.0, 0
    for chunk in made():
        lines += chunk.count(b"\n")
        if not first and lines > 1:
            first = time.process_time() - clock
    seconds = processor_time() - begun
    assert lines > ROWS, lines
    more = memory("VmHWM") - before
    begun = processor_time()
    _dump(what)
    return {
        "seconds": seconds,
        "first": first,
        "memory": more,
        "floor": processor_time() - begun,
    }


def _all_figures() -> Iterable[bytes]:
    from measures.exchange.figures_out import figure_chunks

    return figure_chunks()


def _all_roll_ups() -> Iterable[bytes]:
    from benchmarks.rollups import EIGHT
    from measures.counting.areas import Level, areas
    from measures.counting.catalogue import load_measures
    from measures.exchange.roll_ups import rollup_chunks, rollup_rows
    from measures.querysets import Basis

    teams = [team for team in areas(Level.TEAM) if team.code != "desk"]
    return rollup_chunks(rollup_rows(teams, load_measures(), EIGHT, basis=Basis.SIGNED_OFF))


_FIGURES = """SELECT t.code, r.quarter_id, i.code, f.value, f.answer, f.note
    FROM measures_figure f JOIN measures_return r ON r.id = f.return_id
    JOIN teams_team t ON t.id = r.team_id JOIN measures_dataitem i ON i.id = f.item_id"""
_ROLL_UPS = """SELECT 'team', t.code, t.name, i.code, i.name, i.timing, r.quarter_id, f.value, '',
    f.value, 'count', 1, 1, '', r.state
    FROM measures_figure f JOIN measures_return r ON r.id = f.return_id
    JOIN teams_team t ON t.id = r.team_id JOIN measures_dataitem i ON i.id = f.item_id
    WHERE r.quarter_id BETWEEN {} AND {} AND t.locality_id IS NOT NULL"""


def _dump(what: str) -> None:
    from django.db import connection

    from benchmarks.rollups import EIGHT

    sql = _FIGURES if what == "figures" else _ROLL_UPS.format(EIGHT[0].index, EIGHT[-1].index)
    with Path(os.devnull).open("w") as nowhere, connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.cursor.copy_expert(f"COPY ({sql}) TO STDOUT WITH CSV", nowhere)
        else:
            csv.writer(nowhere).writerows(connection.connection.execute(sql))


def into(number: int) -> dict[str, float]:
    """What loading so many figures takes, and the same rows by hand; nothing of it stays."""
    from django.db import transaction

    from measures.exchange.figures import FigureFile
    from teams.authority import command_actor

    with TemporaryDirectory() as folder, _emptied():
        path = Path(folder) / "figures.csv"
        rows = list(_lines(number))
        with path.open("w", newline="") as file:
            csv.writer(file).writerows([_HEAD, *(row[:6] for row in rows)])
        floor = _timed(lambda: _by_hand([row[6:] for row in rows]))
        rows.clear()
        Path("/proc/self/clear_refs").write_text("5")
        # A server's processor time is told in hundredths of a second: little is done often.
        times = max(1, OFTEN // number)
        seconds = 0.0
        for _ in range(times):
            with path.open("rb") as content, transaction.atomic():
                figures = FigureFile(path.name, content, signed_off=False, any_length=True)
                seconds += _timed(partial(figures.load, by=command_actor())) / times
                transaction.set_rollback(times > 1)
        return {"seconds": seconds, "floor": floor, "most": memory("VmHWM")}


_HEAD = ("team", "quarter", "item", "value", "answer", "note")


def _timed(work: Callable[[], object]) -> float:
    begun = processor_time()
    work()
    return processor_time() - begun


@contextmanager
def _emptied() -> Iterator[None]:
    """The last two quarters are open, and nothing is answered in them, until this ends."""
    from django.db import transaction

    from benchmarks.fill import LAST
    from measures.models import Figure, ReportingQuarter, Return

    last = [LAST.index - 1, LAST.index]
    with transaction.atomic():
        ReportingQuarter.objects.filter(pk__in=last).update(state="open", closed_at=None)
        Return.objects.filter(quarter__in=last).update(
            state="draft", submitted_at=None, signed_off_at=None, signed_off_route=""
        )
        Figure.objects.filter(return_made__quarter__in=last).update(
            value=None,
            answer="",
            note="",
            explanation="",
            explained_value=None,
            entered_at=None,
            entered_by=None,
            entered_route="",
            is_confirmed=True,
        )
        yield
        transaction.set_rollback(True)


def _lines(number: int) -> Iterator[tuple[Any, ...]]:
    """Lines of a file, with the return and the item; the last quarter's teams first."""
    from benchmarks.fill import LAST
    from measures.models import Figure
    from teams.quarters import Quarter

    figures = Figure.objects.filter(
        return_made__quarter__in=[LAST.index - 1, LAST.index], return_made__locality__isnull=False
    ).order_by("-return_made__quarter", "return_made__team__position", "item__position")
    for team, quarter, item, made, item_id in figures.values_list(
        "return_made__team__code", "return_made__quarter", "item__code", "return_made", "item"
    )[:number]:
        value = 50 + (made + item_id) % 40
        yield team, str(Quarter(quarter)), item, value, "", "", value, made, item_id


def _by_hand(rows: list[tuple[Any, ...]]) -> None:
    """Each figure in a statement of its own, with who, when and how, and then as it was."""
    from django.db import connection, transaction
    from django.utils import timezone

    from teams.models import User

    who = (timezone.now(), User.objects.values_list("pk", flat=True)[0])
    with transaction.atomic(), connection.cursor() as cursor:
        point = transaction.savepoint()
        sql = """UPDATE measures_figure SET value = %s, answer = '', note = '', explanation = '',
                explained_value = NULL, is_confirmed = %s, entered_at = %s, entered_by_id = %s,
                entered_route = 'form'
            WHERE return_id = %s AND item_id = %s"""
        cursor.executemany(sql, [(value, False, *who, *place) for value, *place in rows])
        transaction.savepoint_rollback(point)


def main() -> None:
    """Do one of them, and say what it took."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
    django.setup()
    way, size, what = sys.argv[1:]
    with council_of(size):
        found = out(what) if way == "out" else into(int(what))
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    assert engine()
    main()
