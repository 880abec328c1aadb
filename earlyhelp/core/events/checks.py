"""A system check: the database still refuses to change the record.

``manage.py check --database default`` runs it (``make check`` does). It warns instead of
failing, because ``migrate``, which runs the same checks first, is what mends it.
"""

from collections.abc import Sequence
from typing import Any

from django.core import checks
from django.db import connections

from earlyhelp.core.events import triggers


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
        if (gone := triggers.missing(connections[alias]))
    ]
