"""PgBouncer in transaction mode, which a test starts for itself in front of a server."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

import psycopg2
import pytest
from django.conf import settings

from tests.concurrency.gunicorn import free_port
from tests.running.clusters import Cluster, as_owner

# Few, so that those who ask take turns on the same connections.
CONNECTIONS = 4
# What the page on running it says, with the places of a test's own.
PAGE = (settings.BASE_DIR / "docs" / "running.md").read_text(encoding="utf-8")
EXAMPLE = PAGE.partition("```ini\n")[2].partition("```")[0]
ELSEWHERE = {
    "earlyhelp = host=db.internal port=5432": "* = host=127.0.0.1 port={server}",
    "listen_port = 6432": "listen_port = {port}\nunix_socket_dir =\nlogfile = {folder}/log",
    "auth_type = scram-sha-256": "auth_type = trust",
    "/etc/pgbouncer/userlist.txt": "{folder}/users",
    "default_pool_size = 10": "default_pool_size = {connections}",
}


def example() -> str:
    """The page's settings of a pool, each of which is there to be replaced."""
    text = EXAMPLE
    for theirs, ours in ELSEWHERE.items():
        assert theirs in text, theirs
        text = text.replace(theirs, ours)
    return text


@contextmanager
def pool(of: Cluster) -> Iterator[Cluster]:
    """A pool in front of a server, asked as the server is."""
    program = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        pytest.fail("This test starts PgBouncer (on Debian: apt-get install pgbouncer).")
    folder, port = Path(mkdtemp(prefix="pool-")), free_port()
    said = example().format(server=of.port, port=port, folder=folder, connections=CONNECTIONS)
    (folder / "settings").write_text(said)
    (folder / "users").write_text('"earlyhelp" ""\n')
    if os.getuid() == 0:
        shutil.chown(folder, "postgres")
    before = Cluster(folder, port)
    process = subprocess.Popen(as_owner(program, str(folder / "settings")))
    try:
        _wait_for(before)
        yield before
    finally:
        process.terminate()
        process.wait(timeout=120)
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(pool: Cluster) -> None:
    """Until it answers for the server; fails after ten seconds."""
    for _ in range(100):
        try:
            psycopg2.connect(pool.url()).close()
        except psycopg2.OperationalError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError((pool.folder / "log").read_text())
