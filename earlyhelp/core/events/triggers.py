"""The database's own refusal to change or delete an event, on both engines.

Installed after every migration (``EventsConfig.ready``). ``manage.py check --database default``
(``make check`` does) says when somebody has taken them out; it warns instead of failing, because
``migrate``, which runs the same checks first, is what mends it.
"""

from collections.abc import Sequence
from typing import Any

from django.core import checks
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "events_event"
NAMES = {
    "sqlite": {"events_event_no_update", "events_event_no_delete", "events_event_no_replace"},
    "postgresql": {"events_event_no_update", "events_event_no_delete", "events_event_no_truncate"},
}
_REFUSAL = "the record of events is never changed"

_SQLITE = [
    *(
        f"CREATE TRIGGER IF NOT EXISTS {TABLE}_no_{verb.lower()} BEFORE {verb} ON {TABLE} "
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        for verb in ("UPDATE", "DELETE")
    ),
    # REPLACE takes a row out without asking the trigger for deletes.
    f"CREATE TRIGGER IF NOT EXISTS {TABLE}_no_replace BEFORE INSERT ON {TABLE} "
    f"WHEN EXISTS (SELECT 1 FROM {TABLE} WHERE id = NEW.id) OR EXISTS ("
    f"SELECT 1 FROM {TABLE} WHERE subject_type = NEW.subject_type "
    f"AND subject_id = NEW.subject_id AND sequence = NEW.sequence) "
    f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END",
]
_POSTGRESQL = [
    f"""CREATE OR REPLACE FUNCTION {TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'restrict_violation'; END $$""",
    *(
        f"CREATE OR REPLACE TRIGGER {TABLE}_no_{verb.lower()} BEFORE {verb} ON {TABLE} "
        f"FOR EACH {'STATEMENT' if verb == 'TRUNCATE' else 'ROW'} "
        f"EXECUTE FUNCTION {TABLE}_refuse()"
        for verb in ("UPDATE", "DELETE", "TRUNCATE")
    ),
]


def install(connection: BaseDatabaseWrapper) -> None:
    """Create the triggers where they are missing; needs the table to exist."""
    statements = _SQLITE if connection.vendor == "sqlite" else _POSTGRESQL
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Drop the triggers: only for emptying a test database."""
    on_table = "" if connection.vendor == "sqlite" else f" ON {TABLE}"
    with connection.cursor() as cursor:
        for name in sorted(NAMES[connection.vendor]):
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on_table}")


def missing(connection: BaseDatabaseWrapper) -> set[str]:
    """Names of the triggers that should stand and do not; none before the table exists."""
    with connection.cursor() as cursor:
        if TABLE not in connection.introspection.table_names(cursor):
            return set()
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute(
                "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'"
            )
        return NAMES[connection.vendor] - {row[0] for row in cursor.fetchall()}


def install_after_migrate(using: str, **kwargs: Any) -> None:
    """Receiver for ``post_migrate``: put the triggers back once the table exists."""
    connection = connections[using]
    if missing(connection):
        install(connection)


def check_event_triggers(
    *, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """The triggers of the event log that are missing from the databases asked about."""
    return [
        checks.Warning(
            f"The record of events can be changed in the database “{alias}”: "
            f"{', '.join(sorted(gone))} is missing.",
            hint=f"Run manage.py migrate --database {alias}, which puts it back.",
            id="events.W001",
        )
        for alias in databases or []
        if (gone := missing(connections[alias]))
    ]
