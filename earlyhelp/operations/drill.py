"""The drill: a backup is restored into a database of its own, checked, and thrown away.

It runs the commands that somebody would run in earnest, in processes of their own.
"""

import datetime as dt
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.db.utils import DatabaseError
from django.utils import timezone

from earlyhelp import environment as env
from earlyhelp.operations.backup import Manifest, back_up, read_manifest
from earlyhelp.operations.engines import NotPossible
from earlyhelp.operations.models import RestoreDrill

_STEPS = (["migrate", "--no-input", "--verbosity=0"], ["verify_data"])


def drill(file: Path | None = None, into: str = "") -> RestoreDrill:
    """Restore a backup, or one made for it, elsewhere; what came of it is kept, also a failure.

    ``into`` is the address of an empty database; without it one is made and taken away again.
    """
    begun, made, problem = time.monotonic(), None, ""
    with TemporaryDirectory(prefix="drill-") as folder:
        try:
            path = file or Path(folder, "backup")
            made = read_manifest(path) if file else back_up(path)
            with _somewhere(into, Path(folder)) as address:
                for step in (["restore", str(path)], *_STEPS):
                    _manage(address, step)
        except (NotPossible, OSError) as failed:
            problem = str(failed)
    return _keep(round(time.monotonic() - begun), made, problem)


def _keep(seconds: int, made: Manifest | None, problem: str) -> RestoreDrill:
    return RestoreDrill.objects.create(
        at=timezone.now(),
        backup_made_at=dt.datetime.fromisoformat(made.made_at) if made else None,
        seconds=seconds,
        rows=sum(made.holdings.rows.values()) if made else 0,
        events=made.holdings.events if made else 0,
        problem=problem,
    )


@contextmanager
def _somewhere(into: str, folder: Path) -> Iterator[str]:
    """The address of an empty database."""
    if into:
        yield into
    elif connection.vendor == "sqlite":
        yield f"sqlite:///{folder}/drill.sqlite3"
    else:
        name = f"{connection.settings_dict['NAME']}_drill"
        quoted = connection.ops.quote_name(name)
        try:
            _ask(f"CREATE DATABASE {quoted}")
        except DatabaseError as refused:
            raise NotPossible(
                f"The database {name} cannot be made ({str(refused).strip()}): let the site's user "
                "make databases (ALTER ROLE ... CREATEDB), or name an empty one in "
                "EARLYHELP_DRILL_DATABASE_URL."
            ) from None
        try:
            address = urlsplit(env.text("DATABASE_URL"))
            yield address._replace(path=f"/{name}").geturl()
        finally:
            _ask(f"DROP DATABASE {quoted}")


def _ask(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def _manage(address: str, arguments: list[str]) -> None:
    """Run a command of ours on the database at an address; ``NotPossible`` where it fails."""
    done = subprocess.run(  # noqa: S603  # our own words
        [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments],
        # A replica is of the site's database, not of this one.
        env=os.environ | env.instead(DATABASE_URL=address, REPLICA_URL=""),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines() or ["it said nothing"]
        raise NotPossible(f"{arguments[0]} failed: {said[-1]}")
