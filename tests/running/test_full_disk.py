"""The disk is full: a save is told so on a clear page, none is half done, and it goes on with room.

SQLite lies on a small disk of its own. PostgreSQL does with what it stores, beside its log of what
is being written, which has to have room of its own (docs/running.md). Where that log has none the
server stops; the long test starts it again.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2
import pytest
from django.db import connection

import releases
from tests.concurrency.crowd import Reply
from tests.concurrency.gunicorn import Server, serving
from tests.running import people
from tests.running.clusters import Cluster, as_owner, primary, run
from tests.running.disks import MIB, Disk, small_disk
from tests.running.people import ITEM, Writer

SIZE = 256 * MIB


def filled(url: str) -> None:
    """The sample, as a released version left it, brought up."""
    releases.restore("0.1.0", url)
    releases.manage(url, "prepare", "--database-only")


@contextmanager
def on_sqlite(folder: Path) -> Iterator[tuple[Disk, Server, str]]:
    """The site with its database on a small disk, and the address of a copy to look into."""
    copy = folder / "site.db"
    filled(f"sqlite:///{copy}")
    place = folder / "disk"
    place.mkdir()
    with small_disk(place, SIZE) as disk:
        shutil.copy(copy, disk.folder)
        url = f"sqlite:///{place}/site.db"
        with serving(folder, url, inside=disk.inside, EARLYHELP_VAR=str(place)) as server:
            yield disk, server, f"sqlite:///{copy}"


@contextmanager
def on_postgresql(folder: Path) -> Iterator[tuple[Disk, Server, str]]:
    """The same, with what PostgreSQL stores of the site's database."""
    with primary() as cluster:
        place = cluster.folder / "disk"
        run("mkdir", str(place))
        with small_disk(place, SIZE, *as_owner()) as disk:
            run("mkdir", f"{disk.folder}/data")
            with closing(psycopg2.connect(cluster.url())) as opened:
                opened.autocommit = True
                cursor = opened.cursor()
                cursor.execute(f"CREATE TABLESPACE small LOCATION '{disk.folder}/data'")
                cursor.execute("CREATE DATABASE small TABLESPACE small")
            filled(cluster.url("small"))
            with serving(folder, cluster.url("small")) as server:
                yield disk, server, cluster.url("small")


def refused(writer: Writer) -> tuple[Reply, int]:
    """What somebody is told who saves while there is no room, and what they typed.

    A page of the database that is half empty still takes a save or two, and the writer's own
    thread may have been faster by one of them.
    """
    for typed in range(700_000, 700_100):
        form = {"version": writer.browser.get(writer.address).version, f"value-{ITEM}": typed}
        told = writer.browser.post(writer.address, form | {"then": "leave"})
        if told.status not in (302, 409):
            break
    return told, typed


def wait_until_each_is_refused(hands: list[Writer]) -> None:
    for one in hands:
        people.until(lambda one=one: one.errors)


def test_a_full_disk_is_told_and_nothing_is_half_done(tmp_path: Path) -> None:
    on = on_sqlite if connection.vendor == "sqlite" else on_postgresql
    with on(tmp_path) as (disk, server, url):
        hands = people.writers(server.url, url, 3)
        browser = hands[0].browser
        with people.saving(hands):
            people.wait_for(hands, 6)
            assert browser.get("/ready").text == "ready\n"
            assert [one.errors for one in hands] == [[], [], []]
            disk.fill()
            wait_until_each_is_refused(hands)
            told, typed = refused(hands[0])
            assert told.status == 503
            assert "saved whole or not at all" in told.text
            assert f'value="{typed}"' in told.text
            # Of PostgreSQL's disk a process of the site knows nothing.
            is_beside = connection.vendor == "sqlite"
            assert browser.get("/ready").status == (503 if is_beside else 200)
            disk.make_room()
            people.wait_for(hands, 6)
        assert {error[:16] for one in hands for error in one.errors} == {"Unexpected('503 "}
        for name in ("site.db", "site.db-wal"):
            if (disk.folder / name).exists():
                shutil.copy(disk.folder / name, tmp_path)
        assert people.lost(url, hands) == []
        assert "NOT SO" not in releases.manage(url, "verify_data")


@pytest.mark.long
def test_a_server_whose_log_is_full_loses_nothing_and_is_used_again(tmp_path: Path) -> None:
    """PostgreSQL's, whichever database the other tests run on: SQLite has no such server."""
    with primary() as cluster:
        url, place = cluster.url(), cluster.folder / "disk"
        filled(url)
        run("mkdir", str(place))
        with small_disk(place, SIZE, *as_owner()) as disk:
            move_log(cluster, disk)
            try:
                with serving(tmp_path, url) as server:
                    stop_for_want_of_room(cluster, disk, server, url)
            finally:
                cluster.stop("immediate")


def move_log(cluster: Cluster, disk: Disk) -> None:
    """Have what is being written on the small disk, with everything else beside it."""
    cluster.stop()
    log = cluster.folder / "data/pg_wal"
    run("cp", "-a", str(log), f"{disk.folder}/log")
    run("rm", "-r", str(log))
    run("ln", "-s", f"{disk.folder}/log", str(log))
    cluster.start()


def stop_for_want_of_room(cluster: Cluster, disk: Disk, server: Server, url: str) -> None:
    hands = people.writers(server.url, url, 3)
    with people.saving(hands):
        people.wait_for(hands, 6)
        disk.fill()
        with pytest.raises(psycopg2.OperationalError):
            take_room(url)
        people.until(lambda: is_stopped(cluster))
        wait_until_each_is_refused(hands)
        assert hands[0].browser.get(hands[0].address).status == 503
        disk.make_room()
        cluster.start()
        people.wait_for(hands, 6)
    assert not [one for each in hands for one in each.errors if one.startswith("Unexpected('500")]
    assert people.lost(url, hands) == []
    assert "NOT SO" not in releases.manage(url, "verify_data")


def take_room(url: str) -> None:
    """Begin one file of the log after the other, until there is no room for the next."""
    with closing(psycopg2.connect(url)) as opened:
        opened.autocommit = True
        cursor = opened.cursor()
        for _ in range(2 * SIZE // (16 * MIB)):
            cursor.execute("SELECT pg_logical_emit_message(false, 'a test', 'more')")
            cursor.execute("SELECT pg_switch_wal()")


def is_stopped(cluster: Cluster) -> bool:
    """Whether no process of it is left."""
    file = cluster.folder / "data/postmaster.pid"
    if not file.exists():
        return True
    try:
        os.kill(int(file.read_text().split()[0]), 0)
    except ProcessLookupError:
        return True
    return False
