"""A query that Django puts together once and the database is asked many times.

Putting a query together takes Django a millisecond or two, longer than the database needs to
answer it for a council of fifteen teams. What is asked on every page in the same words is
therefore written as a function from plain values to a queryset, and its SQL is kept by those
values. The rows are as the database gives them: no model instances, no converted columns.
"""

from collections.abc import Callable, Hashable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import QuerySet

Build = Callable[..., "QuerySet[Any, Any]"]
Statement = tuple[str, str, tuple[Any, ...]]

# So many are kept; the oldest goes first. One is a few kilobytes.
MOST = 1024


class Later(NamedTuple):
    """Stands among the parameters for a value that comes when the query is asked."""

    name: str


def fetch(build: Build, *args: Hashable, **later: Any) -> list[tuple[Any, ...]]:
    """All rows of ``build(*args)``, a queryset of ``values_list``; one query.

    ``build`` gives the same queryset for the same arguments, whatever stands in the database.
    ``later`` has the value of each ``Later`` in it.
    """
    statement = _prepared(build, args)
    if statement is None:
        return []
    using, sql, params = statement
    with connections[using].cursor() as cursor:
        cursor.execute(sql, _filled(params, later))
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


@lru_cache(MOST)
def _prepared(build: Build, args: tuple[Hashable, ...]) -> Statement | None:
    """The database, the SQL and its parameters; None where no row can answer."""
    rows = build(*args)
    try:
        sql, params = rows.query.get_compiler(rows.db).as_sql()
    except EmptyResultSet:
        return None
    return rows.db, sql, tuple(params)


def _filled(params: tuple[Any, ...], later: Mapping[str, Any]) -> list[Any]:
    return [later[one.name] if isinstance(one, Later) else one for one in params]
