"""L4: the server's own processes are killed while people save, and nothing is half done.

Short: three kills; long: sixty.
"""

import os
import signal
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection

import releases
from tests.concurrency.gunicorn import serving
from tests.running import people
from tests.upgrades.test_upgrades import urls

__all__ = ["urls"]


@pytest.mark.parametrize("kills", [3, pytest.param(60, marks=pytest.mark.long)])
def test_processes_that_are_killed_leave_nothing_half_done(
    urls: list[str], tmp_path: Path, kills: int
) -> None:
    url = urls[0]
    releases.restore("0.1.0", url)
    releases.manage(url, "prepare", "--database-only")
    with serving(tmp_path, url) as server:
        hands = people.writers(server.url, url, 4)
        with people.saving(hands):
            for _ in range(kills):
                people.wait_for(hands, 2)
                os.kill(server.workers[0], signal.SIGKILL)
            people.wait_for(hands, 4)
    # Who was broken off may have been saved or not; who was told so was.
    assert people.lost(url, hands) == []
    assert sum(len(one.acknowledged) for one in hands) >= 2 * kills
    assert "NOT SO" not in releases.manage(url, "verify_data")
    if connection.vendor == "sqlite":
        with closing(releases.connect(url)) as opened:
            assert opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)
