"""L9: the sample as each released version stored it, made dirty, comes up to the code as it is.

Also while processes of the old code still answer, as they do for the minutes of an upgrade.
"""

import tomllib
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings
from django.db import connection

import releases
from tests.concurrency.gunicorn import serving
from tests.running import people
from tests.upgrades import dirt

RELEASES = tomllib.loads((Path(settings.BASE_DIR) / "docs/releases.toml").read_text())
# Superusers of a version that knew them, who became administrators by appointment.
WERE_SUPERUSERS = {"0.1.0": ["officer@derby.example"]}
GUARDS = """
from django.db import connection
from earlyhelp.core.guarded import Guard, each
each(lambda one, it: print(sorted(one.missing(it))), "default")
"""

DJANGOS_OWN = """
from django.core.management import call_command
from django.core.management.commands.migrate import Command
call_command(Command(), verbosity=0)
"""


@pytest.fixture
def urls(tmp_path: Path, django_db_setup: None) -> Iterator[list[str]]:
    """Two empty databases of the kind that the tests run on, gone afterwards."""
    if connection.vendor == "sqlite":
        yield [f"sqlite:///{tmp_path}/{name}.sqlite3" for name in ("old", "new")]
        return
    server = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/".format(**settings.DATABASES["default"])
    names = [f"upgrade_{uuid.uuid4().hex[:12]}" for _ in range(2)]
    with closing(psycopg2.connect(server + "postgres")) as admin:
        admin.autocommit = True
        cursor = admin.cursor()
        for name in names:
            cursor.execute(f"CREATE DATABASE {name}")
        try:
            yield [server + name for name in names]
        finally:
            for name in names:
                cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def restore_dirty(version: str, url: str) -> None:
    """A database of a released version that people worked with."""
    releases.restore(version, url)
    if connection.vendor == "sqlite":  # the other words it anew in each of its versions
        assert releases.digest(releases.schema(url)) == RELEASES[version]["schema"]
    with closing(releases.connect(url)) as opened, closing(opened.cursor()) as cursor:
        for statement in dirt.statements(releases.engine(url), version):
            cursor.execute(statement)
            assert cursor.rowcount > 0, statement
        opened.commit()


@pytest.mark.parametrize("version", RELEASES)
def test_a_database_of_a_released_version_comes_up(version: str, urls: list[str]) -> None:
    old, new = urls
    restore_dirty(version, old)
    rows = "SELECT digest FROM events_event ORDER BY id"
    before, columns = releases.query(old, rows), releases.columns(old)
    words = "SELECT explanation FROM measures_figure WHERE explanation <> '' ORDER BY id"
    explained = releases.query(old, words)
    for url in urls:
        releases.manage(url, "prepare", "--database-only")
    # What came up is what is made anew: a released migration was never rewritten.
    assert releases.schema(old) == releases.schema(new)
    assert releases.query(old, rows) == before
    assert releases.query(old, words) == explained
    assert leave_out(columns, releases.columns(old)) == []
    rights_are_kept(version, old)
    assert set(releases.manage(old, "shell", "--no-imports", "-c", GUARDS).split()) == {"[]"}
    assert "NOT SO" not in releases.manage(old, "verify_data")
    assert releases.rollup(old) == releases.kept(version, "rollup.csv")


@pytest.mark.long
def test_migrations_make_what_django_by_itself_makes(urls: list[str]) -> None:
    """Ours draws fewer models (earlyhelp/core/migrating.py)."""
    ours, djangos = urls
    releases.manage(ours, "migrate", "--verbosity", "0")
    releases.manage(djangos, "shell", "--no-imports", "-c", DJANGOS_OWN)
    assert releases.schema(ours) == releases.schema(djangos)


def leave_out(
    before: dict[tuple[str, str], bool], now: dict[tuple[str, str], bool]
) -> list[tuple[str, str]]:
    """The new columns of old tables that a process of the old code cannot do without."""
    tables = {table for table, _ in before}
    added = {one: may for one, may in now.items() if one[0] in tables and one not in before}
    return [one for one, may in added.items() if not may]


def rights_are_kept(version: str, url: str) -> None:
    """What people were appointed to counts as confirmed; whoever kept people still does."""
    waiting = "SELECT count(*) FROM teams_appointment WHERE role = 'service-director' AND {}"
    assert releases.query(url, waiting.format("confirmed_at IS NULL")) == ["0"]
    assert releases.query(url, waiting.format("confirmed_at IS NOT NULL")) == ["1"]
    assert releases.query(
        url,
        "SELECT DISTINCT u.email FROM teams_appointment a JOIN teams_user u ON u.id = a.person_id "
        "WHERE a.role = 'administrator' AND a.confirmed_at IS NOT NULL ORDER BY u.email",
    ) == ["administrator@derby.example", *WERE_SUPERUSERS.get(version, ())]


@pytest.mark.long
@pytest.mark.parametrize("version", RELEASES)
def test_the_old_code_answers_while_it_is_replaced(
    version: str, urls: list[str], tmp_path: Path
) -> None:
    """Eight people save on the old code, through the upgrade, and go on with the new one."""
    url, code = urls[0], tmp_path / "code"
    releases.restore(version, url)
    releases.put_code(version, code)
    with serving(tmp_path, url, code, EARLYHELP_VAR=str(tmp_path / "var")) as server:
        hands = people.writers(server.url, url, 8)
        with people.saving(hands):
            people.wait_for(hands, 40)
            releases.manage(url, "prepare", "--database-only")
            people.wait_for(hands, 80)
        assert server.errors == []
    with serving(tmp_path, url) as server:
        new = people.writers(server.url, url, 8)
        for number, one in enumerate(new):
            one.first = 500_000 + 1_000 * number
        with people.saving(new):
            people.wait_for(new, 40)
        assert server.errors == []
    assert [one.errors for one in (*hands, *new) if one.errors] == []
    assert people.lost(url, [*hands, *new]) == []
    assert "NOT SO" not in releases.manage(url, "verify_data")
