"""The primary is killed while people save, and a synchronous standby takes its place.

Short: 8 writers; long: 50.
"""

from contextlib import closing
from pathlib import Path

import psycopg2
import pytest

import releases
from tests.concurrency.gunicorn import serving
from tests.running import people
from tests.running.clusters import SAFE, Cluster, primary, replica

VERSION = "0.1.0"


def filled(cluster: Cluster) -> None:
    """The sample, as a released version left it, brought up."""
    releases.restore(VERSION, cluster.url())
    releases.manage(cluster.url(), "prepare", "--database-only")


@pytest.mark.parametrize("number", [8, pytest.param(50, marks=pytest.mark.long)])
def test_nothing_acknowledged_is_lost_with_the_primary(tmp_path: Path, number: int) -> None:
    """It is killed while people save; a synchronous replica takes its place, at its address."""
    with primary(*SAFE) as old:
        filled(old)
        with replica(old, "standby", *SAFE) as new:
            run_sql(old, "ALTER SYSTEM SET synchronous_standby_names = 'standby'")
            run_sql(old, "SELECT pg_reload_conf()")
            with serving(tmp_path, old.url()) as server:
                hands = people.writers(server.url, old.url(), number)
                with people.saving(hands):
                    people.wait_for(hands, 3 * number)
                    old.kill()
                acknowledged = sum(len(one.acknowledged) for one in hands)
            new.promote()
            run_sql(new, "ALTER SYSTEM SET synchronous_standby_names = ''")
            run_sql(new, "SELECT pg_reload_conf()")
            assert people.lost(new.url(), hands) == []
            assert acknowledged >= 3 * number
            assert "NOT SO" not in releases.manage(new.url(), "verify_data")
            with serving(tmp_path, new.url()) as server:
                assert people.writers(server.url, new.url(), 1)[0].save()


def run_sql(cluster: Cluster, statement: str) -> None:
    """Outside a transaction."""
    with closing(psycopg2.connect(cluster.url())) as opened:
        opened.autocommit = True
        opened.cursor().execute(statement)
