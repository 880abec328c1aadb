"""The database is restarted while people save: errors only meanwhile, and nothing is lost."""

from pathlib import Path

import pytest

import releases
from tests.concurrency.gunicorn import serving
from tests.running import people
from tests.running.clusters import SAFE, primary
from tests.running.test_failover import filled


def answered(writer: people.Writer) -> int:
    """How often somebody saved, or was told that somebody else had been faster."""
    return len(writer.acknowledged) + writer.told


def went_on(writer: people.Writer, before: int) -> bool:
    """Whether somebody was answered more than so often."""
    return answered(writer) > before


@pytest.mark.parametrize(
    ("how", "number", "times"),
    [
        ("fast", 6, 1),
        pytest.param("fast", 24, 10, marks=pytest.mark.long),
        pytest.param("immediate", 24, 10, marks=pytest.mark.long),
    ],
)
def test_a_database_that_is_restarted_is_used_again(
    tmp_path: Path, how: str, number: int, times: int
) -> None:
    """``fast`` as a service is stopped; ``immediate`` as if the power went."""
    with primary(*SAFE) as cluster:
        filled(cluster)
        with serving(tmp_path, cluster.url()) as server:
            before = server.workers
            hands = people.writers(server.url, cluster.url(), number)
            with people.saving(hands):
                people.wait_for(hands, number)
                assert [one for writer in hands for one in writer.errors] == []
                for _ in range(times):
                    cluster.stop(how)
                    people.until(lambda: any(one.errors for one in hands))
                    assert hands[0].browser.get("/ready").status == 503
                    cluster.start(*SAFE)
                    before_it = [answered(one) for one in hands]
                    people.until(lambda was=before_it: all(map(went_on, hands, was)))
                    # Whoever was broken off is through; from now on nobody is.
                    known = [len(one.errors) for one in hands]
                    people.wait_for(hands, 2 * number)
                    assert [len(one.errors) for one in hands] == known
            # While nobody saves nobody notices: a connection is asked before it is used again.
            cluster.stop(how)
            cluster.start(*SAFE)
            known = [len(one.errors) for one in hands]
            with people.saving(hands):
                people.wait_for(hands, 2 * number)
            assert [len(one.errors) for one in hands] == known
            assert server.workers == before
        assert people.lost(cluster.url(), hands) == []
        assert "NOT SO" not in releases.manage(cluster.url(), "verify_data")
