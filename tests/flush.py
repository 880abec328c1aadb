"""Emptying a test database although it refuses to lose an event.

Tests on a live server empty their tables between them; its triggers are taken out for that
moment only. What a migration filled (the kinds of rows, and what may be done with them) stays:
making it anew for every test took a third of a second, and deleting from small tables is several
times quicker than having PostgreSQL make new files for them.
"""

from typing import Any

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import OperationalError, connections, transaction
from django.test import TransactionTestCase

from earlyhelp.core.guarded import Guard, each

# A page that saves by itself may be in the midst of it as its test ends: one of two that wait for
# each other is sent away, and if that was the emptying it begins anew.
TRIES = 5
KEPT = {model._meta.db_table for model in (ContentType, Permission)}


def _empty(self: TransactionTestCase, *args: Any) -> None:
    for alias in self._databases_names(include_mirrors=False):  # type: ignore[attr-defined]
        for more in reversed(range(TRIES)):
            try:
                _empty_one(alias)
                break
            except OperationalError:
                if not more:
                    raise


def _empty_one(alias: str) -> None:
    connection = connections[alias]
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    # Foreign keys are looked at when the transaction ends, so the order does not matter.
    with transaction.atomic(using=alias), connection.cursor() as cursor:
        each(Guard.remove, alias)
        for table in sorted(set(tables) - KEPT):
            name = connection.ops.quote_name(table)
            cursor.execute(f"DELETE FROM {name}")  # our own tables alone
        connection.check_constraints()
        each(Guard.install, alias)


def install() -> None:
    """Have every transactional test empty its tables this way."""
    TransactionTestCase._fixture_teardown = _empty  # type: ignore[attr-defined]
