"""L8: a backup that is made while people save is restored elsewhere, and is the same.

Short: one backup under write load, one restore, one drill; what is refused changes nothing.
"""

import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

import releases
from earlyhelp.core.events.chain import broken_chains
from earlyhelp.core.work.models import Job
from earlyhelp.operations import backup, engines, holdings
from earlyhelp.operations.engines import NotPossible
from earlyhelp.operations.models import RestoreDrill
from measures.returns import actions as entry
from measures.returns.answers import GivenAnswer
from tests.cast import TODAY, Cast, build_council
from tests.concurrency.gunicorn import address
from tests.upgrades.test_upgrades import urls

__all__ = ["urls"]
ROLLUP = ("export_rollup", "--by", "team", "--from", "2015-16 Q1", "--to", "2016-17 Q1")
ROLLUP_OF_DRAFTS = (*ROLLUP, "--basis", "submitted")
RIGHTS = "SELECT person_id || role || coalesce(team_id, 0) || starts FROM teams_appointment"


@pytest.fixture
def cast(transactional_db: None, settings: Any) -> Cast:
    """The council, committed."""
    settings.BUSINESS_DATE = TODAY
    return build_council()


class Saving(threading.Thread):
    """Somebody who goes on saving a return until told to stop."""

    def __init__(self, cast: Cast) -> None:
        super().__init__()
        self.cast, self.saves, self.enough = cast, 0, threading.Event()

    def run(self) -> None:
        item, manager = self.cast.item["open-cases"].pk, self.cast.actor("manager")
        try:
            while not self.enough.is_set():
                made = self.cast.made("north-family")
                given = {item: GivenAnswer(self.saves % 90)}
                entry.save_figures(made, given, version=made.version, by=manager)
                self.saves += 1
        finally:
            connection.close()

    def __enter__(self) -> "Saving":
        self.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self.enough.set()
        self.join(30)


@pytest.fixture
def packed(cast: Cast, tmp_path: Path) -> Path:
    """A backup made while somebody saves; with a mail that waits."""
    cast.sign_off("south-family", "other_head")
    Job.objects.create(kind="mail", created_at=timezone.now(), due_at=timezone.now())
    file = tmp_path / "early-help.backup"
    with Saving(cast) as saving:
        while saving.saves < 2:
            assert saving.is_alive()
        call_command("backup", str(file))
    assert saving.saves > 2
    assert list(broken_chains()) == []
    return file


def test_a_backup_made_while_people_save_is_restored_elsewhere(
    cast: Cast, packed: Path, urls: list[str], tmp_path: Path
) -> None:
    assert packed.stat().st_mode & 0o077 == 0, "nobody else reads it"
    with patch.object(holdings, "of_the_moment", set), patch.object(engines, "of_the_moment", set):
        Client().force_login(cast.person["head"])
        before_that = tmp_path / "of-0.2.0.backup"
        call_command("backup", str(before_that))
    assert [one.name for one in tmp_path.iterdir() if "backup-" in one.name] == []
    old, (new, _) = address(), urls
    said = releases.manage(new, "restore", str(packed))
    assert "It is what was backed up." in said
    # The record is that of the backup's moment, and goes on from there in the old one.
    digests = "SELECT digest FROM events_event ORDER BY id"
    before, after = releases.query(old, digests), releases.query(new, digests)
    assert after == before[: len(after)]
    assert len(after) > 20
    assert sorted(releases.query(new, RIGHTS)) == sorted(releases.query(old, RIGHTS))
    assert releases.manage(new, *ROLLUP) == releases.manage(old, *ROLLUP)
    assert releases.manage(new, *ROLLUP_OF_DRAFTS).count("\n") > 100
    assert "NOT SO" not in releases.manage(new, "verify_data")
    # Mail that waited may have gone out since.
    assert releases.query(new, "SELECT error FROM work_job") == ["BrokenOff"]
    # Restoring once more would lose what is there, so it has to be said.
    with (
        patch.dict("os.environ", {"DATABASE_URL": new}),
        pytest.raises(Exception, match="returned"),
    ):
        releases.manage(new, "restore", str(packed))
    # An earlier version backed up who was signed in.
    assert "It is what" in releases.manage(new, "restore", "--replace", str(before_that))
    assert releases.query(new, digests) == before
    assert releases.query(new, "SELECT count(*) FROM django_session") == ["0"]


def altered(packed: Path, tmp_path: Path) -> Path:
    """The same backup with one byte of the database changed, packed anew."""
    with tarfile.open(packed) as archive:
        archive.extractall(tmp_path / "out", filter="data")
    (database,) = [one for one in (tmp_path / "out").iterdir() if one.suffix != ".json"]
    content = bytearray(database.read_bytes())
    content[len(content) // 2] ^= 1
    database.write_bytes(content)
    return repacked(tmp_path / "out", tmp_path / "altered")


def repacked(folder: Path, to: Path) -> Path:
    with tarfile.open(to, "w:gz") as archive:
        for one in folder.iterdir():
            archive.add(one, one.name)
    return to


def cut_short(packed: Path, tmp_path: Path) -> Path:
    (tmp_path / "cut").write_bytes(packed.read_bytes()[: packed.stat().st_size // 2])
    return tmp_path / "cut"


def no_backup_at_all(packed: Path, tmp_path: Path) -> Path:
    (tmp_path / "other").write_text("name,value\n")
    return tmp_path / "other"


def of_a_later_version(packed: Path, tmp_path: Path) -> Path:
    with tarfile.open(packed) as archive:
        archive.extractall(tmp_path / "later", filter="data")
    manifest = tmp_path / "later" / "manifest.json"
    manifest.write_text(manifest.read_text().replace("teams.0001_initial", "teams.9999_later"))
    return repacked(tmp_path / "later", tmp_path / "later.backup")


def test_what_is_not_a_whole_backup_changes_nothing(packed: Path, tmp_path: Path) -> None:
    events = "SELECT digest FROM events_event ORDER BY id"
    before = releases.query(address(), events)
    for spoil, says in (
        (altered, "altered"),
        (cut_short, "not all of one"),
        (no_backup_at_all, "not a backup"),
        (of_a_later_version, "later version"),
    ):
        with pytest.raises(NotPossible, match=says):
            backup.restore(spoil(packed, tmp_path), replace=True)
        assert releases.query(address(), events) == before
    with pytest.raises(CommandError, match=r"holds something: 1 councils?, \d+ people, \d+ events"):
        call_command("restore", str(packed))
    with pytest.raises(CommandError, match="is there already"):
        call_command("backup", str(packed))


def test_the_drill_restores_a_backup_and_is_kept(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As services and containers name the database: in a file."""
    (tmp_path / "database_url").write_text(address())
    named = {"DATABASE_URL": "", "DATABASE_URL_FILE": str(tmp_path / "database_url")}
    with patch.dict("os.environ", named):
        call_command("restore_drill")
        assert "were restored and checked in" in capsys.readouterr().out
        with pytest.raises(CommandError, match="The drill failed"):
            call_command("restore_drill", str(tmp_path / "nothing"))
    failed, well = RestoreDrill.objects.all()
    assert (well.problem, well.rows > 500, well.events > 0) == ("", True, True)
    assert "is not there" in failed.problem


def test_the_drill_restores_into_an_empty_database_that_is_named_in_a_file(
    cast: Cast, tmp_path: Path
) -> None:
    """No password is among a command's words; a second drill finds the database full."""
    with an_empty_database(tmp_path) as there:
        (tmp_path / "drill_url").write_text(there)
        named = {"DATABASE_URL": address(), "EARLYHELP_DRILL_DATABASE_URL": ""}
        named["EARLYHELP_DRILL_DATABASE_URL_FILE"] = str(tmp_path / "drill_url")
        with patch.dict("os.environ", named):
            call_command("restore_drill")
            with pytest.raises(CommandError, match="holds something"):
                call_command("restore_drill")
        events = "SELECT count(*) FROM events_event"
        assert releases.query(there, events) == releases.query(address(), events) != [(0,)]


@contextmanager
def an_empty_database(folder: Path) -> Iterator[str]:
    """The address of a database beside the tests' own, with nothing in it."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{folder}/elsewhere.sqlite3"
        return
    name = f"{connection.settings_dict['NAME']}_elsewhere"
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    try:
        yield urlsplit(address())._replace(path=f"/{name}").geturl()
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}"')
