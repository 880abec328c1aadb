"""What one council costs: ``DATABASE_URL=... python -m benchmarks.council``.

Room in the database, and for pages of those who use it most: processor time of the web process and
of the database, queries, memory. It writes nothing but sessions, so that a council can measure its own; docs/scale.md
plans with what it prints.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import django

from earlyhelp import environment as env

TIMES, FIRST = 20, 3
WORKERS, PORT = 2, 8975
TICKS = os.sysconf("SC_CLK_TCK")
# What people look at on the last day of a quarter, by role; the address of their own return is found.
OWN_RETURN = "/returns/{}/fill-in/"
PAGES = (
    ("team-manager", "home", "/"),
    ("team-manager", "fill in a return", OWN_RETURN),
    ("head-of-service", "home", "/"),
    ("performance-officer", "home", "/"),
    ("performance-officer", "the city's page", "/performance/"),
    ("performance-officer", "the table of quarters", "/performance/table/"),
    ("performance-officer", "the action plan", "/actions/"),
    ("performance-officer", "figures as a file", "/performance/export/?format=csv"),
)


@dataclass(frozen=True)
class Cost:
    """What one page takes: milliseconds of processor time on either side, and queries."""

    who: str
    page: str
    web: float
    database: float
    queries: int


def costs() -> Iterator[Cost]:
    """Every page, as its reader gets it, after the first few times."""
    from django.db import connection

    for role, page, address, client in readers():
        for _ in range(FIRST):
            read(client, address)
        asked: list[str] = []
        with connection.execute_wrapper(
            lambda execute, sql, *rest, asked=asked: asked.append(sql) or execute(sql, *rest)
        ):
            read(client, address)
        backend, begun = processor_of_database(), time.process_time()
        for _ in range(TIMES):
            read(client, address)
        web, database = time.process_time() - begun, processor_of_database() - backend
        yield Cost(role, page, 1000 * web / TIMES, 1000 * database / TIMES, len(asked))


def readers() -> Iterator[tuple[str, str, str, Any]]:
    """Somebody of each role, signed in, and where they look."""
    from django.test import Client

    from earlyhelp.core.clock import today
    from measures.models import Return
    from teams.models import Appointment

    for role, page, address in PAGES:
        posts = Appointment.objects.in_force(today()).filter(role=role, person__is_active=True)
        mine = Return.objects.filter(team__in=posts.values("team"), state="due").first()
        if mine is not None and address == OWN_RETURN:
            address, posts = address.format(mine.pk), posts.filter(team=mine.team_id)
        post = posts.select_related("person").first()
        if post is None or "{}" in address:
            continue
        client = Client(SERVER_NAME="localhost")
        client.force_login(post.person)
        yield role, page, address, client


def read(client: Any, address: str) -> None:
    """Read a page to its end."""
    response = client.get(address)
    assert response.status_code == 200, f"{address}: {response.status_code}"
    b"".join(response)


def processor_of_database() -> float:
    """Seconds of processor time that our connection's process took; it has to be on this machine."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        after_name = Path(f"/proc/{cursor.fetchone()[0]}/stat").read_text().rpartition(")")[2]
    user, system = after_name.split()[11:13]
    return (int(user) + int(system)) / TICKS


def database_size() -> tuple[int, int]:
    """Bytes of the database, and rows of its record."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        size = cursor.fetchone()[0]
        cursor.execute("SELECT count(*) FROM events_event")
        return size, cursor.fetchone()[0]


@contextmanager
def serving() -> Iterator[list[int]]:
    """The web server as it is run; its processes."""
    command = ["-m", "gunicorn", "earlyhelp.wsgi", "--config", "python:earlyhelp.server"]
    bound = ["--bind", f"127.0.0.1:{PORT}", "--workers", str(WORKERS)]
    alone = os.environ | env.instead(EARLYHELP_DELIVER_BESIDE="false")
    process = subprocess.Popen([sys.executable, *command, *bound], env=alone)  # noqa: S603
    try:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        while not answers():
            time.sleep(0.2)
        yield [int(pid) for pid in children.read_text().split()]
    finally:
        process.terminate()
        process.wait()


def answers(path: str = "/accounts/login/", cookie: str = "") -> bool:
    """Whether the web server answers at an address."""
    try:
        asked = HTTPConnection("127.0.0.1", PORT, timeout=60)
        asked.request("GET", path, headers={"Cookie": cookie})
        asked.getresponse().read()
    except OSError:
        return False
    return True


def memory_of_a_worker() -> float:
    """MiB of its own, and its part of what it shares, after a while of work."""
    cookies = [
        (address, f"sessionid={client.cookies['sessionid'].value}")
        for _, _, address, client in readers()
    ]
    with serving() as workers:
        for _ in range(TIMES * WORKERS):
            assert all(answers(address, cookie) for address, cookie in cookies)
        held = [proportional(pid) for pid in workers]
    return sum(held) / len(held) / 1024


def proportional(pid: int) -> int:
    """KiB of a process, what it shares divided by how many share it."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def backup() -> tuple[float, int]:
    """Seconds and bytes of a backup."""
    from django.core.management import call_command

    with TemporaryDirectory() as folder:
        file, begun = Path(folder) / "one.backup", time.perf_counter()
        call_command("backup", str(file), verbosity=0)
        return time.perf_counter() - begun, file.stat().st_size


def main() -> None:
    """Print what it measured."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "earlyhelp.settings")
    django.setup()
    import_module("earlyhelp.wsgi")
    size, events = database_size()
    found: Sequence[Cost] = list(costs())
    print(f"The database: {size / 2**20:.0f} MiB, {events:,} events on record")
    print("| who | page | web, ms | database, ms | queries |\n|---|---|---|---|---|")
    for one in found:
        numbers = f"{one.web:.0f} | {one.database:.0f} | {one.queries}"
        print(f"| {one.who} | {one.page} | {numbers} |")
    web = sum(one.web for one in found) / len(found)
    database = sum(one.database for one in found)
    asked = sum(one.queries for one in found)
    print(f"A core of a web host: {1000 / web:.0f} of these pages a second")
    print(f"A core of the database: {1000 * asked / database:.0f} of their queries a second")
    print(f"A web process: {memory_of_a_worker():.0f} MiB")
    seconds, taken = backup()
    print(f"A backup: {taken / 2**20:.1f} MiB, {seconds:.0f} seconds")


if __name__ == "__main__":
    main()
