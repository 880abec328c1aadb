"""Consistent reads: pages and files whose numbers have to agree read as of one moment.

A roll-up takes several statements. Somebody may sign a return off between two of them, and then
the sum has its figures while the coverage says that they are missing. Within
``consistent_read`` the database answers every statement from the same data.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from django.db import connections, transaction
from django.http import Http404, HttpRequest, HttpResponseBase

from earlyhelp.core import replica

P = ParamSpec("P")
R = TypeVar("R", bound=HttpRequest)
T = TypeVar("T")


@contextmanager
def consistent_read() -> Iterator[None]:
    """Everything read inside was so at one moment. For reading only: PostgreSQL refuses a write.

    Within a transaction that has begun already this adds nothing: its level is settled.
    """
    connection = connections[replica.reads_from()]
    if connection.in_atomic_block:
        yield
        return
    begin = _on_postgresql if connection.vendor == "postgresql" else _on_sqlite
    with begin(connection):
        yield


@contextmanager
def _on_postgresql(connection: Any) -> Iterator[None]:
    """Its usual transactions see what others commit between two statements."""
    with transaction.atomic(using=connection.alias):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


@contextmanager
def _on_sqlite(connection: Any) -> Iterator[None]:
    """Any transaction sees one state; ours take the writers' lock, which a reader leaves alone."""
    connection.ensure_connection()
    usual = getattr(connection, "transaction_mode", None)
    connection.transaction_mode = "DEFERRED"
    try:
        with transaction.atomic(using=connection.alias):
            # From here on it has begun.
            connection.transaction_mode = usual
            yield
    finally:
        connection.transaction_mode = usual


def consistent(
    view: Callable[Concatenate[R, P], HttpResponseBase],
) -> Callable[Concatenate[R, P], HttpResponseBase]:
    """A page that only reads, and shows one moment; it is rendered before the view returns."""

    @wraps(view)
    def wrapped(request: R, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        with consistent_read():
            return view(request, *args, **kwargs)

    return cast("Callable[Concatenate[R, P], HttpResponseBase]", wrapped)


def reading(
    view: Callable[Concatenate[R, P], HttpResponseBase],
) -> Callable[Concatenate[R, P], HttpResponseBase]:
    """The same, from the replica where it is new enough.

    From the primary where the replica breaks off, or has not got what somebody else just made.
    """
    page = consistent(view)

    @wraps(view)
    def wrapped(request: R, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if replica.new_enough(request):
            try:
                with replica.reading_from(replica.ALIAS):
                    return page(request, *args, **kwargs)
            except replica.GONE:
                replica.leave_alone()
            except Http404:
                pass
        return page(request, *args, **kwargs)

    return cast("Callable[Concatenate[R, P], HttpResponseBase]", wrapped)


def streamed_consistently(rows: Iterable[T]) -> Iterator[T]:
    """The rows, read while they are sent, which is after the view has returned.

    From the database that the view reads from.
    """
    return _streamed(rows, replica.reads_from())


def _streamed(rows: Iterable[T], alias: str) -> Iterator[T]:
    with replica.reading_from(alias), consistent_read():
        yield from rows
