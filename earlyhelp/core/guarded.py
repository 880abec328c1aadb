"""Tables that the database itself keeps from being changed, by triggers on both engines.

Made anew after every migration: SQLite rebuilds a table without its triggers, and what they say of
a table changes with its columns.
``manage.py check --database default`` says when somebody has taken them out; it warns instead of
failing, because ``migrate``, which runs the same checks first, is what mends it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import AppConfig
from django.core import checks
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.signals import post_migrate


@dataclass(frozen=True)
class Guard:
    """The triggers of one table: their names and what makes them, by engine; ``label`` says of
    what they keep, in the sentence that says that one is missing."""

    table: str
    label: str
    check_id: str
    names: dict[str, set[str]]
    statements: dict[str, Sequence[str]]

    def install(self, connection: BaseDatabaseWrapper) -> None:
        """Create the triggers where they are missing; needs the table to exist."""
        with connection.cursor() as cursor:
            for statement in self.statements[connection.vendor]:
                cursor.execute(statement)

    def renew(self, connection: BaseDatabaseWrapper) -> None:
        """Have the triggers say what the code says; nothing before the table exists.

        A table that got columns is kept with them. PostgreSQL's triggers call a function, which
        alone is written anew, so that nobody who saves is waited for.
        """
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            if self.table not in connection.introspection.table_names(cursor):
                return
            if connection.vendor == "sqlite":
                self.remove(connection)
            if self.missing(connection):
                self.install(connection)
                return
            for statement in self.statements[connection.vendor]:
                if statement.startswith("CREATE OR REPLACE FUNCTION"):
                    cursor.execute(statement)

    def remove(self, connection: BaseDatabaseWrapper) -> None:
        """Drop the triggers: to make them anew, and for emptying a test database."""
        on_table = "" if connection.vendor == "sqlite" else f" ON {self.table}"
        with connection.cursor() as cursor:
            for name in sorted(self.names[connection.vendor]):
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on_table}")

    def missing(self, connection: BaseDatabaseWrapper) -> set[str]:
        """Names of the triggers that should stand and do not; none before the table exists."""
        with connection.cursor() as cursor:
            if self.table not in connection.introspection.table_names(cursor):
                return set()
            if connection.vendor == "sqlite":
                cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            else:
                cursor.execute(
                    "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'"
                )
            return self.names[connection.vendor] - {row[0] for row in cursor.fetchall()}

    def problems(self, databases: Sequence[str] | None) -> list[checks.CheckMessage]:
        """The triggers that are missing from the databases asked about."""
        return [
            checks.Warning(
                f"{self.label} can be changed in the database “{alias}”: "
                f"{', '.join(sorted(gone))} is missing.",
                hint=f"Run manage.py migrate --database {alias}, which puts it back.",
                id=self.check_id,
            )
            for alias in databases or []
            if (gone := self.missing(connections[alias]))
        ]


def insert_only(
    table: str, label: str, check_id: str, refusal: str, *unique: Sequence[str]
) -> Guard:
    """A guard of a table whose rows are never changed and never deleted.

    ``unique`` are the columns, besides the key, of which no two rows have the same: SQLite's
    REPLACE takes a row out without asking the trigger for deletes.
    """
    there = " OR ".join(
        f"EXISTS (SELECT 1 FROM {table} WHERE "  # noqa: S608  # our own tables alone
        + " AND ".join(f"{column} = NEW.{column}" for column in columns)
        + ")"
        for columns in (("id",), *unique)
    )
    abort = f"BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
    sqlite = {
        "update": f"BEFORE UPDATE ON {table}",
        "delete": f"BEFORE DELETE ON {table}",
        "replace": f"BEFORE INSERT ON {table} WHEN {there}",
    }
    postgresql = {"update": "ROW", "delete": "ROW", "truncate": "STATEMENT"}
    function = f"""CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '{refusal}' USING ERRCODE = 'restrict_violation'; END $$"""
    return Guard(
        table=table,
        label=label,
        check_id=check_id,
        names={
            "sqlite": {f"{table}_no_{verb}" for verb in sqlite},
            "postgresql": {f"{table}_no_{verb}" for verb in postgresql},
        },
        statements={
            "sqlite": [
                f"CREATE TRIGGER IF NOT EXISTS {table}_no_{verb} {when} {abort}"
                for verb, when in sqlite.items()
            ],
            "postgresql": [
                function,
                *(
                    f"CREATE OR REPLACE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} "
                    f"ON {table} FOR EACH {each} EXECUTE FUNCTION {table}_refuse()"
                    for verb, each in postgresql.items()
                ),
            ],
        },
    )


GUARDS: list[Guard] = []


def register(guard: Guard) -> None:
    """Have a table kept: after every migration, and by the system's checks."""
    GUARDS.append(guard)

    def installed(app_config: AppConfig, using: str, **kwargs: Any) -> None:
        if guard.table in {model._meta.db_table for model in app_config.get_models()}:
            guard.renew(connections[using])

    def checked(
        *, databases: Sequence[str] | None = None, **kwargs: Any
    ) -> list[checks.CheckMessage]:
        return guard.problems(databases)

    post_migrate.connect(installed, weak=False, dispatch_uid=f"guard of {guard.table}")
    checks.register(checked, checks.Tags.database)


def each(act: Callable[[Guard, BaseDatabaseWrapper], None], alias: str) -> None:
    """Do something with every guard of a database."""
    for guard in GUARDS:
        act(guard, connections[alias])
