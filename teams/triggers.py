"""What the database itself sees to, by triggers that stand on both engines.

Here: it refuses to change or delete an event. ``measures`` registers its own at start-up. They
are installed after every migration (``TeamsConfig.ready``), since SQLite rebuilds a table
without them; ``missing`` lets a system check say so when somebody has taken them out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper


@dataclass(frozen=True)
class Triggers:
    """Triggers that belong together.

    ``names`` gives the table of each, by engine and name; ``statements`` create those that are
    missing; ``without`` says what is wrong where one is.
    """

    names: Mapping[str, Mapping[str, str]]
    statements: Mapping[str, Sequence[str]]
    without: str

    def install(self, connection: BaseDatabaseWrapper) -> None:
        """Create those that are missing; needs the tables to exist."""
        with connection.cursor() as cursor:
            for statement in self.statements[connection.vendor]:
                cursor.execute(statement)

    def remove(self, connection: BaseDatabaseWrapper) -> None:
        """Drop them: only for tests."""
        with connection.cursor() as cursor:
            for name, table in sorted(self.names[connection.vendor].items()):
                on_table = "" if connection.vendor == "sqlite" else f" ON {table}"
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on_table}")

    def missing(self, connection: BaseDatabaseWrapper) -> set[str]:
        """Names of those that should stand and do not; none before their tables exist."""
        names = self.names[connection.vendor]
        with connection.cursor() as cursor:
            if not set(names.values()) <= set(connection.introspection.table_names(cursor)):
                return set()
            if connection.vendor == "sqlite":
                cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            else:
                cursor.execute(
                    "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'"
                )
            return set(names) - {row[0] for row in cursor.fetchall()}


# -- the record -------------------------------------------------------------------------------

_EVENT = "teams_event"
_REFUSAL = "the record of events is never changed"

_SQLITE = [
    *(
        f"CREATE TRIGGER IF NOT EXISTS {_EVENT}_no_{verb.lower()} BEFORE {verb} ON {_EVENT} "
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        for verb in ("UPDATE", "DELETE")
    ),
    # REPLACE takes a row out without asking the trigger for deletes.
    f"CREATE TRIGGER IF NOT EXISTS {_EVENT}_no_replace BEFORE INSERT ON {_EVENT} "
    f"WHEN EXISTS (SELECT 1 FROM {_EVENT} WHERE id = NEW.id) OR EXISTS ("
    f"SELECT 1 FROM {_EVENT} WHERE subject_type = NEW.subject_type "
    f"AND subject_id = NEW.subject_id AND sequence = NEW.sequence) "
    f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END",
]
_POSTGRESQL = [
    f"""CREATE OR REPLACE FUNCTION {_EVENT}_refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'restrict_violation'; END $$""",
    *(
        f"CREATE OR REPLACE TRIGGER {_EVENT}_no_{verb.lower()} BEFORE {verb} ON {_EVENT} "
        f"FOR EACH {'STATEMENT' if verb == 'TRUNCATE' else 'ROW'} "
        f"EXECUTE FUNCTION {_EVENT}_refuse()"
        for verb in ("UPDATE", "DELETE", "TRUNCATE")
    ),
]
RECORD = Triggers(
    names={
        engine: {f"{_EVENT}_no_{verb}": _EVENT for verb in verbs}
        for engine, verbs in (
            ("sqlite", ("update", "delete", "replace")),
            ("postgresql", ("update", "delete", "truncate")),
        )
    },
    statements={"sqlite": _SQLITE, "postgresql": _POSTGRESQL},
    without="The record of events can be changed",
)

known: list[Triggers] = [RECORD]


def register(triggers: Triggers) -> None:
    """Have these put back after every migration too, and asked about by the check."""
    if triggers not in known:
        known.append(triggers)


def install_after_migrate(using: str, **kwargs: Any) -> None:
    """Receiver for ``post_migrate``: put the triggers back once their tables exist."""
    connection = connections[using]
    for triggers in known:
        if triggers.missing(connection):
            triggers.install(connection)
