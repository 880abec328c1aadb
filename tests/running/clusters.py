"""PostgreSQL servers that a test starts for itself: a primary, and replicas that stream from it."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

import pytest

from tests.concurrency.gunicorn import free_port

# Without them a server that is killed may lose what it acknowledged, which is what is tested.
SAFE = ("fsync=on", "full_page_writes=on")


def programs() -> Path:
    """Where the newest PostgreSQL of the machine has its programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda one: one.parts[-3])
    if not found:
        pytest.fail("This test starts PostgreSQL (on Debian: apt-get install postgresql).")
    return found[-1].parent


def as_owner(*command: str) -> list[str]:
    """The server refuses to run as root."""
    return [*(("runuser", "-u", "postgres", "--") if os.getuid() == 0 else ()), *command]


def run(*command: str) -> None:
    """Run a program as the server's owner; its own words where it fails."""
    done = subprocess.run(as_owner(*command), capture_output=True, text=True, cwd="/")
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"


@dataclass
class Cluster:
    """A server of our own, in a folder of its own."""

    folder: Path
    port: int

    def url(self, database: str = "earlyhelp") -> str:
        """The address of one of its databases."""
        return f"postgres://earlyhelp@127.0.0.1:{self.port}/{database}"

    def start(self, *settings: str) -> None:
        """Start it, and wait until it answers."""
        given = ("listen_addresses=127.0.0.1", f"unix_socket_directories={self.folder}")
        options = " ".join(f"-c {one}" for one in (*given, "max_connections=150", *settings))
        self._ctl(
            "start",
            "-w",
            "-t",
            "120",
            "-l",
            f"{self.folder}/log",
            "-o",
            f"-p {self.port} {options}",
        )

    def stop(self, mode: str = "fast") -> None:
        """Stop it; ``immediate`` is as if the power went."""
        self._ctl("stop", "-m", mode)

    def promote(self) -> None:
        """Make a replica the primary."""
        self._ctl("promote", "-w")

    def kill(self) -> None:
        """Kill every process of it at once, as they stand."""
        pid = int((self.folder / "data/postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for one in (pid, *map(int, children)):
            os.kill(one, signal.SIGKILL)

    def _ctl(self, *arguments: str) -> None:
        run(f"{programs()}/pg_ctl", "-D", f"{self.folder}/data", *arguments)


@contextmanager
def primary(*settings: str) -> Iterator[Cluster]:
    """A new server with an empty database, gone afterwards."""
    with _folder() as cluster:
        data = f"{cluster.folder}/data"
        new = ("-U", "earlyhelp", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        run(f"{programs()}/initdb", "-D", data, *new)
        cluster.start(*settings)
        run("createdb", "-h", "127.0.0.1", "-p", str(cluster.port), "-U", "earlyhelp", "earlyhelp")
        yield cluster


@contextmanager
def replica(of: Cluster, name: str, *settings: str) -> Iterator[Cluster]:
    """A replica that streams from a server; ``name`` is what the server knows it by."""
    with _folder() as cluster:
        source = f"host=127.0.0.1 port={of.port} user=earlyhelp application_name={name}"
        copy = ("-D", f"{cluster.folder}/data", "-R", "-X", "stream", "-c", "fast", "--no-sync")
        run(f"{programs()}/pg_basebackup", "-d", source, *copy)
        cluster.start("hot_standby_feedback=on", *settings)
        yield cluster


@contextmanager
def _folder() -> Iterator[Cluster]:
    folder = Path(mkdtemp(prefix="cluster-"))
    if os.getuid() == 0:
        shutil.chown(folder, "postgres")
    cluster = Cluster(folder, free_port())
    with ExitStack() as after:
        after.callback(shutil.rmtree, folder, ignore_errors=True)
        after.callback(_stop_if_it_runs, cluster)
        yield cluster


def _stop_if_it_runs(cluster: Cluster) -> None:
    if (cluster.folder / "data/postmaster.pid").exists():
        try:
            cluster.stop("immediate")
        except AssertionError:
            pass  # it was killed, and left its file
