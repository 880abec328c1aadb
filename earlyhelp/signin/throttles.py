"""Where throttles count: the database's cache, in which a failed write stops nobody."""

from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import DatabaseCache


class Counters(DatabaseCache):
    """A cache in the database for counters that are written under a lock of its own.

    The sign-in library takes its lock with ``add`` and refuses whoever cannot have it ("too many
    requests"). Where the database is busy, Django's cache says the same as where somebody else
    holds the lock.
    """

    def add(
        self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None
    ) -> bool:
        """Whether the key may be taken as set: nobody else has it."""
        added = super().add(key, value, timeout, version)
        return added or self.get(key, version=version) is None
