"""A system check: the database still sees to what it should, such as a record never changed.

``manage.py check --database default`` runs it (``make check`` does). It warns instead of
failing, because ``migrate``, which runs the same checks first, is what mends it.
"""

from collections.abc import Sequence
from typing import Any

from django.core import checks
from django.db import connections

from teams import triggers


def triggers_stand(
    *, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """Say which triggers are missing from the databases asked about."""
    return [
        checks.Warning(
            f"{one.without} in the database “{alias}”: {', '.join(sorted(gone))} is missing.",
            hint=f"Run manage.py migrate --database {alias}, which puts it back.",
            id="teams.W001",
        )
        for alias in databases or []
        for one in triggers.known
        if (gone := one.missing(connections[alias]))
    ]
