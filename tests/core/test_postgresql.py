"""What is ours about PostgreSQL: no cursor of the server's outlives a transaction."""

from django.db import connection, transaction


def name_of_cursor() -> str | None:
    """What the server knows a cursor for many rows by; None for a usual one."""
    with connection.chunked_cursor() as cursor:
        return getattr(cursor.cursor, "name", None)


def test_a_cursor_of_the_server_stands_in_a_transaction(transactional_db: None) -> None:
    """A pool in transaction mode has lent the connection to somebody else otherwise."""
    assert name_of_cursor() is None
    with transaction.atomic():
        assert (name_of_cursor() is not None) == (connection.vendor == "postgresql")
    assert name_of_cursor() is None
