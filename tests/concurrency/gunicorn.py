"""The real web server, in processes of its own, on the test's database."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from tests.cast import TODAY

# A worker that is told to end before it listens to that is ended after ``graceful_timeout``.
ENDS_WITHIN = 60


@dataclass(frozen=True)
class Server:
    """Where it answers, what it said, and its process."""

    url: str
    log: Path
    process: "subprocess.Popen[bytes]"

    @property
    def errors(self) -> list[str]:
        """Lines of its log that speak of a failure."""
        signs = ("Traceback", "Error", "database is locked")
        text = self.log.read_text(encoding="utf-8")
        return [line for line in text.splitlines() if any(sign in line for sign in signs)]

    @property
    def workers(self) -> list[int]:
        """The processes that answer, as the system lists them."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in children.read_text().split()]


def address() -> str:
    """The test's database, as DATABASE_URL writes it."""
    found = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{found['NAME']}"
    who = ":".join(quote(part) for part in (found["USER"], found["PASSWORD"]) if part)
    host = f"{found['HOST'] or 'localhost'}:{found['PORT'] or 5432}"
    return f"postgres://{who}@{host}/{found['NAME']}"


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def serving(
    folder: Path,
    url: str = "",
    code: Path = settings.BASE_DIR,
    threads: int = 8,
    inside: Sequence[str] = (),
    site: str = "earlyhelp.wsgi",
    **more: str,
) -> Iterator[Server]:
    """Two processes with eight threads each, as a small council would run it.

    On the test's database, or on another; with this code, or with that of an earlier version;
    ``inside`` comes before the command, and ``site`` is what is served.
    """
    port = free_port()
    log = folder / f"gunicorn-{port}.log"
    with log.open("w") as said:
        process = subprocess.Popen(
            [
                *(*inside, sys.executable, "-m", "gunicorn", site),
                *("--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", str(threads)),
            ],
            cwd=code,
            env=os.environ
            | {"DATABASE_URL": url or address(), "EARLYHELP_TODAY": str(TODAY)}
            | more,
            stdout=said,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_for(port)
        yield Server(f"http://127.0.0.1:{port}", log, process)
    finally:
        process.terminate()
        process.wait(ENDS_WITHIN)


def unguarded(folder: Path, guard: str) -> AbstractContextManager[Server]:
    """The same without one of its guards (``tests/unguarded_wsgi.py``)."""
    return serving(folder, site="tests.unguarded_wsgi", EARLYHELP_WITHOUT=guard)


def _wait_for(port: int) -> None:
    """Until it answers; fails after two minutes."""
    for _ in range(1200):
        try:
            asked = HTTPConnection("127.0.0.1", port, timeout=10)
            asked.request("GET", "/accounts/login/")
            asked.getresponse().read()
            asked.close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("The web server does not answer")
