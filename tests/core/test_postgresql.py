"""What is ours about PostgreSQL: cursors of the server's, and how long it plans."""

from django.db import connection, transaction

from earlyhelp.core.postgresql.base import TABLES_IN_ANY_ORDER


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


def tables_in_any_order() -> int | None:
    """Of how many tables the server tries every order; None where there is no server."""
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SHOW join_collapse_limit")
        [found] = cursor.fetchone()
    return int(found)


def test_a_query_of_many_tables_is_not_thought_about_for_long(db: None) -> None:
    """A page of a few rows waited longer for the order of its joins than for the rows."""
    is_server = connection.vendor == "postgresql"
    assert tables_in_any_order() == (TABLES_IN_ANY_ORDER if is_server else None)
