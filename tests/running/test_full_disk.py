"""The disk is full: a save is told so on a clear page, none is half done, and it goes on with room.

SQLite lies on a small disk of its own. PostgreSQL does with what it stores, beside its log of what
is being written, which has to have room of its own (docs/running.md).
"""

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2
from django.db import connection

import releases
from tests.concurrency.crowd import Reply
from tests.concurrency.gunicorn import Server, serving
from tests.running import people
from tests.running.clusters import as_owner, primary, run
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


def refused(writer: Writer) -> Reply:
    """What somebody is told who saves while there is no room."""
    form = {"version": writer.browser.get(writer.address).version, f"value-{ITEM}": 77}
    return writer.browser.post(writer.address, form | {"then": "leave"})


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
            told = refused(hands[0])
            assert told.status == 503
            assert "saved whole or not at all" in told.text
            assert 'value="77"' in told.text
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
