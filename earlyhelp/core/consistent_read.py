"""Consistent reads: pages and files whose numbers have to agree read as of one moment.

A roll-up takes several statements. Somebody may sign a return off between two of them, and then
the sum has its figures while the coverage says that they are missing. Within
``consistent_read`` the database answers every statement from the same data.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar, cast

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponseBase

P = ParamSpec("P")
R = TypeVar("R", bound=HttpRequest)
T = TypeVar("T")


@contextmanager
def consistent_read() -> Iterator[None]:
    """Everything read inside was so at one moment. For reading only: PostgreSQL refuses a write.

    Within a transaction that has begun already this adds nothing: its level is settled.
    """
    if connection.in_atomic_block:
        yield
        return
    begin = _on_postgresql if connection.vendor == "postgresql" else _on_sqlite
    with begin():
        yield


@contextmanager
def _on_postgresql() -> Iterator[None]:
    """Its usual transactions see what others commit between two statements."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


@contextmanager
def _on_sqlite() -> Iterator[None]:
    """Any transaction sees one state; ours take the writers' lock, which a reader leaves alone."""
    connection.ensure_connection()
    usual = getattr(connection, "transaction_mode", None)
    connection.transaction_mode = "DEFERRED"  # type: ignore[attr-defined]  # SQLite's alone
    try:
        with transaction.atomic():
            # From here on it has begun.
            connection.transaction_mode = usual  # type: ignore[attr-defined]
            yield
    finally:
        connection.transaction_mode = usual  # type: ignore[attr-defined]


def consistent(
    view: Callable[Concatenate[R, P], HttpResponseBase],
) -> Callable[Concatenate[R, P], HttpResponseBase]:
    """A page that only reads, and shows one moment; it is rendered before the view returns."""

    @wraps(view)
    def wrapped(request: R, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        with consistent_read():
            return view(request, *args, **kwargs)

    return cast("Callable[Concatenate[R, P], HttpResponseBase]", wrapped)


def streamed_consistently(rows: Iterable[T]) -> Iterator[T]:
    """The rows, read while they are sent, which is after the view has returned."""
    with consistent_read():
        yield from rows
