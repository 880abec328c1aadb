"""P7: the last day of a quarter. Eight people at once, at a real web server of two processes."""

import os
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from statistics import quantiles
from urllib.parse import urlencode

import psycopg2  # type: ignore[import-untyped]
from django.conf import settings
from django.db import connections
from django.test import Client
from django.urls import reverse

from benchmarks.councils import FOLDER, POSTGRES, SERVED, council_of, engine, name
from benchmarks.fill import LAST
from benchmarks.timing import Line
from earlyhelp import environment as env
from measures.models import Figure, Return
from measures.workflow import ReturnState
from teams.models import Appointment, Council, Team, User
from teams.roles import Role

# The council, a copy of which is worked in; the people, each with a team; what each asks for in
# turn, so often; what they do of every ten things.
COUNCIL, PEOPLE, ROUNDS, A_ROUND = "teams_60", 8, 3, 30
LIGHT, SAVES = 6, 2
ANSWERED = {200, 302}
VERSION = re.compile(r'name="version" value="(\d+)"')


@dataclass
class Manager:
    """Somebody whose return is open: a session, and what went wrong."""

    session: str
    address: str
    codes: Sequence[str]
    chance: random.Random
    server: str = ""
    version: int = 0
    errors: list[str] = field(default_factory=list)

    def ask(self, where: str, sent: dict[str, object] | None = None) -> tuple[float, str]:
        """One request; how long it took, and what came."""
        token = "c" * 32
        cookies = {settings.SESSION_COOKIE_NAME: self.session, settings.CSRF_COOKIE_NAME: token}
        head = {"Cookie": "; ".join(f"{key}={value}" for key, value in cookies.items())}
        body = None
        if sent is not None:
            head |= {"X-CSRFToken": token, "Content-Type": "application/x-www-form-urlencoded"}
            body = urlencode(sent)
        begun = time.perf_counter()
        with closing(HTTPConnection(self.server, timeout=60)) as connection:
            connection.request("GET" if sent is None else "POST", where, body, head)
            answer = connection.getresponse()
            text = answer.read().decode()
        took = time.perf_counter() - begun
        if answer.status not in ANSWERED or answer.getheader("Location", "").startswith("/acc"):
            self.errors.append(f"{where}: {answer.status}")
        return took, text

    def bare(self) -> float:
        """An empty page for somebody who is signed in."""
        return self.ask(reverse("bench-bare"))[0]

    def something(self) -> float:
        """A light page, a save of thirty figures, or the city's page."""
        what = self.chance.randrange(10)
        if what < LIGHT:
            return self.ask(
                self.chance.choice([reverse("home"), reverse("returns"), self.address])
            )[0]
        if what < LIGHT + SAVES:
            return self._save()
        return self.ask(reverse("performance-city"))[0]

    def _save(self) -> float:
        if not self.version:
            found = VERSION.search(self.ask(self.address)[1])
            assert found, "The return can be filled in"
            self.version = int(found[1])
        typed = {f"value-{code}": self.chance.randrange(50, 90) for code in self.codes}
        took, _ = self.ask(self.address, {**typed, "version": self.version, "then": "leave"})
        self.version += 1
        return took


def p7() -> Iterator[Line]:
    """95 of 100 answers, held against an empty page's under as many people; and no errors."""
    with _copy(), council_of(SERVED):
        people = _people()
        with tempfile.TemporaryDirectory() as folder, _serving(Path(folder)) as (server, log):
            for one in people:
                one.server = server
            bare, busy = _in_turns(people)
            said = log.read_text()
        for one in people:
            one.errors += [
                line for line in said.splitlines() if "Error" in line or "locked" in line
            ]
        _check(people)
    ratio = bare and busy / bare
    detail = f"95 of 100 within {busy * 1000:.0f} ms / {bare * 1000:.0f} ms"
    what = f"{PEOPLE} people, 60% light pages, 20% saves, 20% the city / an empty page"
    yield Line("P7", what, ratio, 6, detail=detail)
    errors = [error for one in people for error in one.errors]
    what = f"{PEOPLE * ROUNDS * A_ROUND} requests: errors and locks"
    yield Line("P7", what, len(errors), 0, "", detail="; ".join(errors[:3]))


def _in_turns(people: Sequence[Manager]) -> tuple[float, float]:
    """The 95th percentile of empty pages and of the mixture, all of them at once, in turns."""
    bare: list[float] = []
    busy: list[float] = []
    with ThreadPoolExecutor(len(people)) as pool:

        def all_of_them(work: Callable[[Manager], float]) -> list[float]:
            done = pool.map(lambda one: [work(one) for _ in range(A_ROUND)], people)
            return [took for times in done for took in times]

        all_of_them(Manager.something)
        for _ in range(ROUNDS):
            bare += all_of_them(Manager.bare)
            busy += all_of_them(Manager.something)
    return quantiles(bare, n=20)[-1], quantiles(busy, n=20)[-1]


def _check(people: Sequence[Manager]) -> None:
    """What was saved last is there."""
    saved = Return.objects.filter(quarter=LAST.index, state=ReturnState.DRAFT)
    versions = sorted(saved.values_list("version", flat=True))
    known = sorted(one.version for one in people)
    for one in people:
        if versions != known:
            one.errors.append(f"saved {versions}, acknowledged {known}")


def _people() -> list[Manager]:
    """Managers of the first teams, whose returns of the last quarter are open again."""
    council = Council.objects.get()
    found = []
    for place in range(PEOPLE):
        team = Team.objects.get(code=f"team-{place}")
        Return.objects.filter(team=team, quarter=LAST.index).update(
            state=ReturnState.DRAFT, submitted_at=None, signed_off_at=None, signed_off_route=""
        )
        made = Return.objects.get(team=team, quarter=LAST.index)
        person = User.objects.create_user(f"p{place}@bench.example", name="P", council=council)
        Appointment.objects.create(
            person=person, role=Role.TEAM_MANAGER, team=team, starts=LAST.first_day
        )
        client = Client(SERVER_NAME="localhost")
        client.force_login(person)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        codes = list(Figure.objects.of(made).values_list("item__code", flat=True))
        where = reverse("return-fill-in", args=[made.pk])
        found.append(Manager(session, where, codes, random.Random(place)))
    return found


@contextmanager
def _copy() -> Iterator[None]:
    """A copy of the council, which is thrown away."""
    connections[COUNCIL].close()
    if engine() == "sqlite":
        kept, used = (FOLDER / f"{name(one)}.sqlite3" for one in (COUNCIL, SERVED))
        shutil.copy(kept, used)
        try:
            yield
        finally:
            connections[SERVED].close()
            used.unlink()
        return
    _on_server(f'DROP DATABASE IF EXISTS "{name(SERVED)}"')
    _on_server(f'CREATE DATABASE "{name(SERVED)}" TEMPLATE "{name(COUNCIL)}"')
    try:
        yield
    finally:
        connections[SERVED].close()
        _on_server(f'DROP DATABASE "{name(SERVED)}" WITH (FORCE)')


def _on_server(statement: str) -> None:
    with closing(psycopg2.connect(POSTGRES)) as server:
        server.autocommit = True
        server.cursor().execute(statement)


@contextmanager
def _serving(folder: Path) -> Iterator[tuple[str, Path]]:
    """The site as it is served, two processes, on the copy; where, and what it says."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{free.getsockname()[1]}"
    log = folder / "log"
    command = [sys.executable, "-m", "gunicorn", "earlyhelp.wsgi", "--bind", host]
    beside = {"DJANGO_SETTINGS_MODULE": "benchmarks.settings", "BENCH_COUNCIL": SERVED}
    with log.open("w") as said:
        process = subprocess.Popen(  # noqa: S603  # our own words
            [*command, "--config", "python:earlyhelp.server"],
            env=os.environ | beside | env.instead(EARLYHELP_DELIVER_BESIDE="false"),
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_for(host, log)
            yield host, log
        finally:
            process.terminate()
            process.wait(timeout=60)


def _wait_for(host: str, log: Path) -> None:
    for _ in range(600):
        try:
            with closing(HTTPConnection(host, timeout=10)) as asked:
                asked.request("GET", "/live")
                asked.getresponse().read()
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"The web server does not answer: {log.read_text()}")
