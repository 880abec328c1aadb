"""What each released version left behind: its schema, and a database of its time.

``docs/releases.toml`` names each version with its commit and the digest of its schema (SQLite's,
which keeps a schema word for word). ``tests/upgrades/VERSION/`` holds the sample as that version
stored it, on either database, and its code, so that no history is needed to run it;
``tests/upgrades/test_upgrades.py`` brings each up to the code as it is, also while the old code
still answers.

::

    python tools/releases.py 0.2.0 sqlite:///new.sqlite3 postgres://localhost/new

makes the sample in two databases that are empty, keeps a dump of each, the roll-up by locality and
the code as it is committed, and prints the version's entry for ``docs/releases.toml``. It needs
``pg_dump`` on the path. A version is released once: what is kept of it never changes.
"""

import argparse
import gzip
import hashlib
import io
import lzma
import os
import re
import sqlite3
import subprocess
import sys
import tarfile
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import psycopg2

ROOT = Path(__file__).resolve().parent.parent
DUMPS = ROOT / "tests" / "upgrades"
# What it takes to run a version, beside the environment that it shares with the others.
CODE = ["manage.py", "pyproject.toml", "earlyhelp", "teams", "measures", "audits"]
CODE += ["templates", "static"]
# The sample's story is told on this day.
SAMPLE = {"EARLYHELP_TODAY": "2016-07-05", "EARLYHELP_SAMPLE": "true"}
ROLLUP = ("--from", "2014-15 Q1", "--to", "2016-17 Q1")

_SQLITE_SCHEMA = (
    "SELECT type || ' ' || tbl_name || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_master"
)
_POSTGRES_SCHEMA = (
    "SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default,"
    " character_maximum_length) FROM information_schema.columns WHERE table_schema = 'public'",
    "SELECT concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid))"
    " FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
    "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
)
_SQLITE_COLUMNS = (
    "SELECT m.name || ' ' || c.name || ' ' || (c.\"notnull\" = 0 OR c.pk OR"
    " c.dflt_value IS NOT NULL)"
    " FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'"
)
_POSTGRES_COLUMNS = (
    "SELECT concat_ws(' ', table_name, column_name, (is_nullable = 'YES'"
    " OR column_default IS NOT NULL OR is_identity = 'YES')::int)"
    " FROM information_schema.columns WHERE table_schema = 'public'"
)

_CASTS = re.compile(r"::(character varying|text)(\[\])?|[()]")


def engine(url: str) -> str:
    """``sqlite`` or ``postgres``: which database a URL names."""
    return url.partition(":")[0]


def query(url: str, *statements: str) -> list[str]:
    """The first column of all rows of the statements, as text."""
    with closing(connect(url)) as connection, closing(connection.cursor()) as cursor:
        rows: list[str] = []
        for statement in statements:
            cursor.execute(statement)
            rows += [str(row[0]) for row in cursor.fetchall()]
        return rows


def connect(url: str) -> "sqlite3.Connection | psycopg2.extensions.connection":
    """A connection to the database itself, past Django."""
    if engine(url) == "sqlite":
        return sqlite3.connect(url.removeprefix("sqlite:///"))
    return psycopg2.connect(url)


def schema(url: str) -> list[str]:
    """Every table, column, index, constraint and trigger of a database, in order.

    PostgreSQL words its casts anew when a dump is restored, so they are left out.
    """
    if engine(url) == "sqlite":
        return sorted(query(url, _SQLITE_SCHEMA))
    return sorted(_CASTS.sub("", line) for line in query(url, *_POSTGRES_SCHEMA))


def digest(lines: Iterable[str]) -> str:
    """The SHA-256 of a schema."""
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def dump(url: str) -> str:
    """A database as statements that make it anew, schema and rows."""
    if engine(url) == "sqlite":
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            return "\n".join(connection.iterdump())
    command = [
        "pg_dump",
        "--inserts",
        "--rows-per-insert=500",
        "--no-owner",
        "--no-privileges",
        url,
    ]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    # Lines that only psql understands.
    return "\n".join(line for line in text.splitlines() if not line.startswith("\\"))


def restore(version: str, url: str) -> None:
    """Put the sample as a version stored it into an empty database."""
    script = kept(version, f"{engine(url)}.sql")
    with closing(connect(url)) as connection:
        if isinstance(connection, sqlite3.Connection):
            connection.executescript(script)
        else:
            with connection, connection.cursor() as cursor:
                cursor.execute(script)


def keep(version: str, name: str, text: str) -> None:
    """Keep a file of a version."""
    path = DUMPS / version / f"{name}.gz"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def kept(version: str, name: str) -> str:
    """A file that was kept of a version."""
    return gzip.decompress((DUMPS / version / f"{name}.gz").read_bytes()).decode()


def keep_code(version: str, commit: str) -> None:
    """Keep the code of a commit."""
    archive = subprocess.run(
        ["git", "archive", commit, *CODE], check=True, capture_output=True, cwd=ROOT
    ).stdout
    path = DUMPS / version / "code.tar.xz"
    path.write_bytes(lzma.compress(archive, preset=9))


def put_code(version: str, folder: Path) -> None:
    """Put the code of a version into a folder, ready to run."""
    archive = lzma.decompress((DUMPS / version / "code.tar.xz").read_bytes())
    with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
        opened.extractall(folder, filter="data")


def columns(url: str) -> dict[tuple[str, str], bool]:
    """Every column of every table, and whether a new row may leave it out."""
    statements = {"sqlite": _SQLITE_COLUMNS, "postgres": _POSTGRES_COLUMNS}
    split = (line.split() for line in query(url, statements[engine(url)]))
    return {(table, column): may == "1" for table, column, may in split}


def manage(url: str, *command: str) -> str:
    """What a management command prints, run on a database in a process of its own."""
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *command],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | SAMPLE | {"DATABASE_URL": url},
        cwd=ROOT,
    ).stdout


def rollup(url: str) -> str:
    """What the sample's figures add up to, by locality and quarter, as CSV."""
    return manage(url, "export_rollup", "--by", "locality", *ROLLUP)


def main() -> None:
    """Keep a version."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("version")
    parser.add_argument("urls", nargs=2, metavar="url", help="an empty database")
    given = parser.parse_args()
    commit = subprocess.run(
        ["git", "rev-parse", "HEAD"], check=True, capture_output=True, text=True, cwd=ROOT
    ).stdout.strip()
    print(f'["{given.version}"]\ncommit = "{commit}"')
    for url in given.urls:
        manage(url, "prepare")
        manage(url, "load_sample")
        if engine(url) == "sqlite":
            print(f'schema = "{digest(schema(url))}"')
        keep(given.version, f"{engine(url)}.sql", dump(url))
    keep(given.version, "rollup.csv", rollup(given.urls[0]))
    keep_code(given.version, commit)


if __name__ == "__main__":
    main()
