"""How each kind of database is written to a file, and put back from one.

SQLite has an interface for it, which copies a database of one moment while others write to it.
PostgreSQL has ``pg_dump``, ``pg_restore`` and ``psql``, which are looked for on the path.
"""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Protocol

from django.db import connection

from earlyhelp.core.consistent_read import consistent_read
from earlyhelp.operations.holdings import Holdings, holdings_of, of_the_moment


class NotPossible(Exception):
    """It cannot be done; the message says why, and what to do."""


class Engine(Protocol):
    """A kind of database: the name of its file in a backup, and the two ways."""

    file_name: str

    def dump(self, to: Path) -> Holdings:
        """Write the database as it is at one moment, and say what it held that is kept."""

    def check(self, file: Path) -> None:
        """Raise ``NotPossible`` for a file that cannot be put back."""

    def load(self, file: Path) -> None:
        """Put it in place of whatever the database holds, all of it or nothing."""

    def keep_to_its_owner(self) -> None:
        """See that a new database is read by nobody else."""


class Sqlite:
    """The embedded database: one file."""

    file_name = "early-help.sqlite3"

    def dump(self, to: Path) -> Holdings:
        """Copy it in one step, which is one moment; whoever writes meanwhile goes on."""
        with closing(_open(self._path)) as source, closing(_open(to)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
            copy.execute("PRAGMA secure_delete=ON")
            for table in of_the_moment() & _tables_of(copy):
                copy.execute(f'DELETE FROM "{table}"')  # names of our own
            copy.commit()
            return holdings_of(copy.cursor(), "sqlite")

    def check(self, file: Path) -> None:
        """Have the database look through every page of it."""
        with closing(_open(file)) as copy:
            try:
                found = copy.execute("PRAGMA integrity_check").fetchone()[0]
            except sqlite3.DatabaseError as error:
                found = str(error)
        if found != "ok":
            raise NotPossible(f"The database in it is damaged: {found}.")

    def load(self, file: Path) -> None:
        """Copy it over the database, in one transaction of its own."""
        connection.close()
        self.keep_to_its_owner()
        with closing(_open(file)) as source, closing(_open(self._path)) as database:
            try:
                source.backup(database)
            except sqlite3.OperationalError as error:
                raise NotPossible(
                    f"The database is in use ({error}): stop the web processes and deliver first."
                ) from None

    def keep_to_its_owner(self) -> None:
        """A file that is not there yet is made for its owner alone, whatever others are."""
        self._path.touch(mode=0o600)

    @property
    def _path(self) -> Path:
        return Path(connection.settings_dict["NAME"])


def _tables_of(database: sqlite3.Connection) -> set[str]:
    return {row[0] for row in database.execute("SELECT name FROM sqlite_master")}


def _open(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=20)


# What stands in the schema is ours alone (docs/running.md); its triggers go with its tables.
_EMPTIED = """SET client_min_messages = warning;
SET lock_timeout = '30s';
DO $$ DECLARE one text; BEGIN
    FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = current_schema() LOOP
        EXECUTE format('DROP TABLE IF EXISTS %I CASCADE', one);
    END LOOP;
    -- What guards the tables, of whichever app.
    FOR one IN SELECT oid::regprocedure FROM pg_proc
        WHERE pronamespace = current_schema()::regnamespace AND prorettype = 'trigger'::regtype
    LOOP
        EXECUTE format('DROP FUNCTION IF EXISTS %s CASCADE', one);
    END LOOP;
END $$;
"""


class Postgresql:
    """The database server, by its own programs."""

    file_name = "early-help.dump"

    def dump(self, to: Path) -> Holdings:
        """Dump what one transaction sees, and count in the same transaction."""
        with consistent_read(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_export_snapshot()")
            snapshot = cursor.fetchone()[0]
            written = ["--format=custom", "--no-owner", "--no-privileges", f"--file={to}"]
            written += [f"--exclude-table-data={table}" for table in sorted(of_the_moment())]
            self._run("pg_dump", *written, f"--snapshot={snapshot}", f"--dbname={self._name}")
            return holdings_of(cursor, "postgresql")

    def check(self, file: Path) -> None:
        """Read it from its first to its last byte."""
        _pg_restore(file, Path("/dev/null"))

    def load(self, file: Path) -> None:
        """Make statements of it, and run them in one transaction that empties the schema first."""
        connection.close()
        first, statements = file.with_suffix(".first.sql"), file.with_suffix(".sql")
        first.write_text(_EMPTIED)
        _pg_restore(file, statements)
        self._run(
            *("psql", "--no-psqlrc", "--quiet", "--single-transaction", "--output=/dev/null"),
            *("--set=ON_ERROR_STOP=1", f"--file={first}", f"--file={statements}"),
            f"--dbname={self._name}",
        )

    def keep_to_its_owner(self) -> None:
        """The server does."""

    @property
    def _name(self) -> str:
        return str(connection.settings_dict["NAME"])

    def _run(self, program: str, *arguments: str) -> None:
        """Run a program of the database's on our database, and on no pool in front of it.

        It settles things for its whole connection, which a pool would lend to a page next.
        """
        if _is_pooled():
            raise NotPossible(
                "DATABASE_URL leads through a pool (PgBouncer): for backup and restore name the "
                "server itself."
            )
        client = connection.client
        command, environment = client.settings_to_cmd_args_env(connection.settings_dict, [])
        where = command[1:-1]  # without psql itself and the database's name
        _run(program, *where, *arguments, more=environment or {})


def _is_pooled() -> bool:
    """Whether somebody between us and the server answers for it, and lends its connections.

    Then the process that the connection began with is not the one that answers.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return bool(cursor.fetchone()[0] != connection.connection.get_backend_pid())


def _pg_restore(file: Path, to: Path) -> None:
    _run("pg_restore", "--no-owner", "--no-privileges", f"--file={to}", str(file), more={})


def _run(program: str, *arguments: str, more: dict[str, str]) -> None:
    """Run a program that is on the path; its own words where it fails."""
    path = shutil.which(program)
    if path is None:
        raise NotPossible(
            f"{program} is not on the path: install PostgreSQL's client "
            "(on Debian: apt-get install postgresql-client)."
        )
    done = subprocess.run(  # noqa: S603  # a program of the database's, our own words
        [path, *arguments], env=os.environ | more, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"it ended with {done.returncode}"]
        raise NotPossible(f"{program} failed: {said[0]}")


def engine() -> Engine:
    """The kind of database that this site uses."""
    return Sqlite() if connection.vendor == "sqlite" else Postgresql()
