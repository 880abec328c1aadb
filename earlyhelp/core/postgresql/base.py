"""PostgreSQL as Django asks it, also through a pool that lends a connection for one transaction."""

from typing import Any

from django.db.backends.postgresql import base

# Of so many tables at most PostgreSQL tries every order; further ones are joined as Django wrote
# them, from the row to what it refers to. Of eight (the server's own setting) thinking about the
# order took ten times as long as everything else about a query for a few rows.
TABLES_IN_ANY_ORDER = 5


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own, but that no cursor of the server's outlives a transaction.

    Outside of one Django holds the rows at the server beyond the statement, where the pool has
    lent the connection to somebody else by the time that they are fetched.
    """

    def init_connection_state(self) -> None:
        """Say how a new connection plans what it is asked."""
        super().init_connection_state()
        with self.cursor() as cursor:
            cursor.execute("SET join_collapse_limit = %s", [TABLES_IN_ANY_ORDER])

    def chunked_cursor(self) -> Any:
        """A cursor of the server's within a transaction; the usual one outside."""
        return super().chunked_cursor() if self.in_atomic_block else self.cursor()
