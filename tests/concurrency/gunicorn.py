"""The real web server, in processes of its own, on the test's database."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from tests.cast import TODAY


@dataclass(frozen=True)
class Server:
    """Where it answers, and what it said."""

    url: str
    log: Path

    @property
    def errors(self) -> list[str]:
        """Lines of its log that speak of a failure."""
        signs = ("Traceback", "Error", "database is locked")
        text = self.log.read_text(encoding="utf-8")
        return [line for line in text.splitlines() if any(sign in line for sign in signs)]


def address() -> str:
    """The test's database, as DATABASE_URL writes it."""
    found = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{found['NAME']}"
    who = ":".join(quote(part) for part in (found["USER"], found["PASSWORD"]) if part)
    host = f"{found['HOST'] or 'localhost'}:{found['PORT'] or 5432}"
    return f"postgres://{who}@{host}/{found['NAME']}"


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """Two processes with eight threads each, as a small council would run it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = folder / "gunicorn.log"
    with log.open("w") as said:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "earlyhelp.wsgi"),
                *("--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "8"),
            ],
            cwd=settings.BASE_DIR,
            env={**os.environ, "DATABASE_URL": address(), "EARLYHELP_TODAY": str(TODAY)},
            stdout=said,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_for(port)
        yield Server(f"http://127.0.0.1:{port}", log)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_for(port: int) -> None:
    """Until it answers; fails after half a minute."""
    for _ in range(300):
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
