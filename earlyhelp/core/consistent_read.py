"""Reading as of one moment, for pages and files whose numbers have to agree.

A roll-up takes several statements. Somebody may sign a return off between two of them, and then
the sum has its figures while the coverage says that they are missing. Within ``one_moment`` the
database answers every statement from the same data.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar, cast

from django.db import connection, transaction
from django.http import HttpResponseBase

from teams.http import SignedInRequest

P = ParamSpec("P")
T = TypeVar("T")


@contextmanager
def one_moment() -> Iterator[None]:
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


def as_of_one_moment(
    view: Callable[Concatenate[SignedInRequest, P], HttpResponseBase],
) -> Callable[Concatenate[SignedInRequest, P], HttpResponseBase]:
    """A page that only reads, and shows one moment; it is rendered before the view returns."""

    @wraps(view)
    def wrapped(request: SignedInRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        with one_moment():
            return view(request, *args, **kwargs)

    return cast("Callable[Concatenate[SignedInRequest, P], HttpResponseBase]", wrapped)


def streamed_from_one_moment(rows: Iterable[T]) -> Iterator[T]:
    """The rows, read while they are sent, which is after the view has returned."""
    with one_moment():
        yield from rows
