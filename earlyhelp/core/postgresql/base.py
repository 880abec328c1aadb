"""PostgreSQL as Django asks it, also through a pool that lends a connection for one transaction."""

from typing import Any

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own, but that no cursor of the server's outlives a transaction.

    Outside of one Django holds the rows at the server beyond the statement, where the pool has
    lent the connection to somebody else by the time that they are fetched.
    """

    def chunked_cursor(self) -> Any:
        """A cursor of the server's within a transaction; the usual one outside."""
        return super().chunked_cursor() if self.in_atomic_block else self.cursor()
