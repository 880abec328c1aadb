"""Who is still on a test database as it is dropped: PostgreSQL alone says that somebody is."""

import functools
from typing import Any

from django.db import OperationalError
from django.db.backends.base.creation import BaseDatabaseCreation

_destroy = BaseDatabaseCreation._destroy_test_db  # type: ignore[attr-defined]
WHO = "SELECT application_name, state, query_start, query FROM pg_stat_activity WHERE datname = %s"


@functools.wraps(_destroy)
def _telling(self: Any, name: str, verbosity: int) -> None:
    try:
        _destroy(self, name, verbosity)
    except OperationalError as wrong:
        with self.connection._nodb_cursor() as cursor:
            cursor.execute(WHO, [name])
            raise OperationalError(f"{wrong} Left open: {cursor.fetchall()}") from wrong


def install() -> None:
    """Have a database that cannot be dropped told with what is open on it."""
    BaseDatabaseCreation._destroy_test_db = _telling  # type: ignore[attr-defined]
