"""What a database holds, in short, to compare a backup with what was restored from it."""

import hashlib
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session

from earlyhelp.core.events.models import Event

_TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()",
}
_AT_ONCE = 10_000


def of_the_moment() -> set[str]:
    """The tables that no backup fills: who is signed in, wrong passwords, files that wait."""
    return {Session._meta.db_table, *(str(one["LOCATION"]) for one in settings.CACHES.values())}


@dataclass(frozen=True)
class Holdings:
    """How many rows each table has that is kept, and the digest of the whole record of events."""

    rows: dict[str, int]
    record: str

    @property
    def events(self) -> int:
        """How many events the record has."""
        return self.rows.get(Event._meta.db_table, 0)

    def as_json(self) -> dict[str, Any]:
        """As a backup carries them."""
        return asdict(self)

    def differing(self, other: "Holdings") -> list[str]:
        """The tables that have other rows there, and the record where it says something else."""
        # Backups of earlier versions counted what is of the moment too.
        tables = sorted((self.rows.keys() | other.rows.keys()) - of_the_moment())
        found = [table for table in tables if self.rows.get(table) != other.rows.get(table)]
        return found + ["the record of events"] * (self.record != other.record)


def holdings_of(cursor: Any, vendor: str) -> Holdings:
    """What the database behind a cursor holds; in one transaction, if it is in use."""
    cursor.execute(_TABLES[vendor])
    tables = sorted({row[0] for row in cursor.fetchall()} - of_the_moment())
    rows = {}
    for table in tables:
        cursor.execute(f'SELECT count(*) FROM "{table}"')
        rows[table] = int(cursor.fetchone()[0])
    whole = hashlib.sha256()
    if Event._meta.db_table in rows:
        # Each event's digest is made from all that it says.
        cursor.execute(f"SELECT digest FROM {Event._meta.db_table} ORDER BY id")
        while some := cursor.fetchmany(_AT_ONCE):
            whole.update("".join(row[0] for row in some).encode())
    return Holdings(rows, whole.hexdigest())
