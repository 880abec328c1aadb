"""The councils that are measured: where each is kept, and letting one stand in for the site's."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

# Where the councils in SQLite are kept, and a PostgreSQL in which databases may be made.
FOLDER = Path(os.environ.get("BENCH_FOLDER", Path(tempfile.gettempdir()) / "earlyhelp-bench"))
POSTGRES = os.environ.get("BENCH_POSTGRES", "postgres://127.0.0.1:5432/postgres")
# Part of every database's name; a change of the figures' pattern makes new ones.
EDITION = 1


@dataclass(frozen=True)
class Size:
    """How many teams, in localities of fifteen, and for how many quarters."""

    teams: int
    quarters: int

    @property
    def figures(self) -> int:
        """Figures of the ordinary teams: thirty questions each."""
        return self.teams * self.quarters * 30


SIZES = {
    "teams_15": Size(15, 40),
    "teams_60": Size(60, 12),
    "teams_240": Size(240, 12),
    "teams_960": Size(960, 12),
    "large": Size(2280, 40),
}
SMALL, LARGE = "teams_15", "large"
# A copy that a web server works in, and the council that a process has as its own.
SERVED = "served"
# The sample council is kept beside them, as ``load_sample`` loads it.
SAMPLE = "sample"
DATABASES = (*SIZES, SAMPLE)


def engine() -> str:
    """``sqlite`` or ``postgresql``: what this process measures."""
    return os.environ.get("BENCH_ENGINE", "sqlite")


def name(size: str) -> str:
    """The database of a size."""
    return f"earlyhelp_bench_{EDITION}_{size}"


def address(size: str) -> str:
    """The database of a size, as DATABASE_URL writes it."""
    if engine() == "sqlite":
        FOLDER.mkdir(parents=True, exist_ok=True)
        return f"sqlite:///{FOLDER}/{name(size)}.sqlite3"
    return urlsplit(POSTGRES)._replace(path=f"/{name(size)}").geturl()


@contextmanager
def council_of(size: str) -> Iterator[None]:
    """Let this council be the site's: everything that asks ``default`` asks it."""
    from django.db import connections

    usual = connections["default"]
    connections["default"] = connections[size]
    try:
        yield
    finally:
        connections["default"] = usual
