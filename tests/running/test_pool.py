"""PgBouncer in transaction mode in front: a connection is lent for one transaction, then to others.

The journeys and everything that is done at once run through it, on a database made beforehand.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

import releases
from tests.running.clusters import Cluster, primary
from tests.running.pools import pool
from tests.running.test_failover import filled

pytestmark = pytest.mark.long
THROUGH_IT = (
    "tests/concurrency",
    "tests/browser/test_journey.py",
    "tests/browser/test_saving.py",
    "tests/core/test_postgresql.py",
    "tests/core/test_once.py",
    "tests/measures/exchange/test_pages.py",
    "tests/running/test_several_hosts.py",
)


@pytest.fixture
def server() -> Iterator[Cluster]:
    """A server that loses what it has when the power goes, which is not what is tested here."""
    with primary("fsync=off") as cluster:
        yield cluster


def run_tests(url: str, *arguments: str) -> str:
    """What a run of tests of its own said, none left out; its words where it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider", *arguments],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": url, "EARLYHELP_NO_SKIPS": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr
    return done.stdout


def test_journeys_and_what_is_done_at_once_go_through_it(server: Cluster) -> None:
    run_tests(server.url(), "--create-db", "--reuse-db", "tests/core/test_rows.py")
    with pool(server) as before:
        said = run_tests(before.url(), "--reuse-db", *THROUGH_IT)
    assert " passed" in said


def test_a_backup_goes_past_it(server: Cluster, tmp_path: Path) -> None:
    """``pg_dump`` settles things for its whole connection, which the pool would lend to a page."""
    filled(server)
    with pool(server) as before:
        with pytest.raises(subprocess.CalledProcessError):
            releases.manage(before.url(), "backup", str(tmp_path / "one.backup"))
        assert not (tmp_path / "one.backup").exists()
        # What reads row by row does so in one transaction.
        assert "NOT SO" not in releases.manage(before.url(), "verify_data")
        releases.manage(before.url(), "export_everything", str(tmp_path / "all"))
        assert list((tmp_path / "all").iterdir())
        releases.manage(before.url(), "prepare", "--database-only")
    releases.manage(server.url(), "backup", str(tmp_path / "one.backup"))
    assert (tmp_path / "one.backup").exists()
