"""L9: the sample as each released version stored it comes up to the code as it is."""

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

RELEASES = tomllib.loads((Path(settings.BASE_DIR) / "docs/releases.toml").read_text())
BROKEN = "from earlyhelp.core.events.chain import broken_chains; print(list(broken_chains()))"


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


@pytest.mark.parametrize("version", RELEASES)
def test_a_database_of_a_released_version_comes_up(version: str, urls: list[str]) -> None:
    old, new = urls
    releases.restore(version, old)
    if connection.vendor == "sqlite":  # the other words it anew in each of its versions
        assert releases.digest(releases.schema(old)) == RELEASES[version]["schema"]
    rows = "SELECT count(*) FROM events_event"
    before = releases.query(old, rows)
    for url in urls:
        releases.manage(url, "prepare")
    # What came up is what is made anew: a released migration was never rewritten.
    assert releases.schema(old) == releases.schema(new)
    assert releases.query(old, rows) == before
    # What people were appointed to counts as confirmed.
    waiting = "SELECT count(*) FROM teams_appointment WHERE role = 'service-director' AND {}"
    assert releases.query(old, waiting.format("confirmed_at IS NULL")) == ["0"]
    assert releases.query(old, waiting.format("confirmed_at IS NOT NULL")) == ["1"]
    assert releases.manage(old, "shell", "--no-imports", "-c", BROKEN).strip() == "[]"
    assert releases.rollup(old) == releases.kept(version, "rollup.csv")
