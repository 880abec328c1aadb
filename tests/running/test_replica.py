"""Pages that only read ask a real streaming replica, which is behind; who saved never notices.

Short: 20 saves; long: 1,000. Without what remembers who saved, what they read is old.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest

import releases
from tests.concurrency.gunicorn import Server, serving
from tests.running.clusters import Cluster, primary, replica
from tests.running.surfers import Planner, Surfer
from tests.running.test_failover import filled, run_sql

OFFICER, DIRECTOR = "officer@derby.example", "director@derby.example"
# How far the replica stays behind, and how old what is read may be.
BEHIND, LAG = "1500ms", "4"
WRITERS = 4
MANAGER, ADMINISTRATOR = "manager-1@derby.example", "administrator@derby.example"
ACTIONS = """
SELECT a.id FROM plan_action a JOIN plan_outcome o ON o.id = a.outcome_id
JOIN plan_theme t ON t.id = o.theme_id JOIN plan_plan p ON p.id = t.plan_id
WHERE p.year = 2016 AND a.state = 'open' ORDER BY a.id
"""
WITHDRAWN = f"""
UPDATE teams_appointment SET ends = '2016-07-04'
WHERE person_id = (SELECT id FROM teams_user WHERE email = '{MANAGER}')
"""


@dataclass
class Pair:
    """A primary with the sample, and a replica of it that is behind."""

    first: Cluster
    second: Cluster
    folder: Path

    def pages_read(self) -> int:
        """How many pages were read from the replica."""
        log = (self.second.folder / "log").read_text(errors="replace")
        return log.count("REPEATABLE READ READ ONLY")

    def wait_for_a_page(self, read: Callable[[], bool]) -> None:
        """Until a page is as it has to be, and was read from the replica."""
        before = self.pages_read()
        wait_until(lambda: read() and self.pages_read() > before)

    def site(self, settings: str = "earlyhelp.settings") -> AbstractContextManager[Server]:
        """The site on both, with these settings."""
        more = {"REPLICA_URL": self.second.url(), "REPLICA_LAG_SECONDS": LAG}
        return serving(self.folder, self.first.url(), DJANGO_SETTINGS_MODULE=settings, **more)

    def planners(self, server: Server) -> list[Planner]:
        """People who save, each an action of their own."""
        actions = releases.query(self.first.url(), ACTIONS)[:WRITERS]
        assert len(actions) == WRITERS
        return [Planner(server.url, OFFICER, int(pk)) for pk in actions]


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """They lose what they have when the power goes, which is not what is tested here."""
    with primary("fsync=off") as first:
        filled(first)
        behind = f"recovery_min_apply_delay={BEHIND}"
        with replica(first, "reader", behind, "log_statement=all", "fsync=off") as second:
            yield Pair(first, second, tmp_path_factory.mktemp("replica"))


@pytest.fixture(scope="module")
def server(pair: Pair) -> Iterator[Server]:
    """The site, but that whoever saved goes to the replica as soon as it has what they saved."""
    with pair.site("tests.running.place_alone") as server:
        yield server
        assert server.errors == []


def save_and_read(people: list[Planner], saves: int) -> int:
    """All at once; how often somebody did not read what they had saved."""
    with ThreadPoolExecutor(len(people)) as pool:
        return sum(pool.map(lambda one: one.save_and_read(saves // len(people)), people))


def wait_until(it_is_so: Callable[[], object]) -> None:
    """Fails after half a minute."""
    end = time.monotonic() + 30
    while not it_is_so():
        assert time.monotonic() < end
        time.sleep(0.2)


@pytest.mark.parametrize("saves", [20, pytest.param(1_000, marks=pytest.mark.long)])
def test_whoever_saved_reads_it_and_others_read_the_replica(
    pair: Pair, server: Server, saves: int
) -> None:
    people, reader = pair.planners(server), Surfer(server.url, DIRECTOR)
    assert save_and_read(people, saves) == 0
    # Others are shown it once the replica has it, and so is who saved.
    pair.wait_for_a_page(lambda: reader.reads(people[0].words))
    pair.wait_for_a_page(lambda: people[0].reads(people[0].words))


@pytest.mark.long
def test_as_a_council_runs_it_whoever_saved_reads_it(pair: Pair) -> None:
    with pair.site() as server:
        assert save_and_read(pair.planners(server), 1_000) == 0
        assert server.errors == []


def test_without_it_who_saved_reads_what_is_old(pair: Pair) -> None:
    """The control."""
    with pair.site("tests.running.unmarked") as server:
        people = pair.planners(server)
        wait_until(lambda: save_and_read(people, WRITERS))


def test_what_is_withdrawn_is_gone_at_once(pair: Pair, server: Server) -> None:
    """Who somebody is and what they may do is asked of the primary, however far a replica is."""
    manager = Surfer(server.url, MANAGER)
    pair.wait_for_a_page(lambda: manager.get("/actions/").status == 200)
    run_sql(pair.second, "SELECT pg_wal_replay_pause()")
    run_sql(pair.first, WITHDRAWN)
    assert manager.get("/actions/").status == 403
    run_sql(pair.second, "SELECT pg_wal_replay_resume()")


def test_a_replica_that_cannot_be_relied_on_is_passed_by(pair: Pair, server: Server) -> None:
    """Far behind, promoted, gone: nobody reads what is old, and nobody meets an error."""
    writer, reader = pair.planners(server)[0], Surfer(server.url, DIRECTOR)
    keeper = Surfer(server.url, ADMINISTRATOR)
    pair.wait_for_a_page(lambda: reader.reads(""))
    assert "Pages read from it" in keeper.get("/status/").text
    assert "earlyhelp_replica_read 1.0" in keeper.get("/metrics").text
    run_sql(pair.second, "SELECT pg_wal_replay_pause()")
    writer.save()
    assert writer.reads(writer.words)
    assert not reader.reads(writer.words)
    wait_until(lambda: reader.reads(writer.words))  # for the replica is too old
    assert "It is behind" in keeper.get("/status/").text
    assert "earlyhelp_replica_read 0.0" in keeper.get("/metrics").text
    run_sql(pair.second, "SELECT pg_wal_replay_resume()")
    pair.second.promote()
    before = pair.pages_read()
    _all_read_what_was_saved(writer, reader)
    assert pair.pages_read() == before
    assert "It is a primary" in keeper.get("/status/").text
    pair.second.stop("immediate")
    _all_read_what_was_saved(writer, reader)
    assert "It does not answer" in keeper.get("/status/").text


def _all_read_what_was_saved(writer: Planner, reader: Surfer) -> None:
    writer.save()
    for _ in range(3):
        assert writer.reads(writer.words)
        assert reader.reads(writer.words)
