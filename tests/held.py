"""Whoever writes to the record holds the row that it is about, or has just made it.

Asked of every write in every test: without it two transactions could number an event of one
subject alike, and the database would refuse the second.
"""

import functools
from collections.abc import Iterable
from typing import Any

from django.db import connection, models
from django.db.models.signals import post_save

from earlyhelp.core.events import record

unasked = record.write
_fetch_all = models.QuerySet._fetch_all
_bulk_create = models.QuerySet.bulk_create


def install() -> None:
    """Have rows that are locked or made noted, and every write to the record ask for them."""
    post_save.connect(_saved, dispatch_uid="held rows")
    models.QuerySet._fetch_all = _noting_locks  # type: ignore[method-assign]
    models.QuerySet.bulk_create = _noting_new  # type: ignore[method-assign]
    record.write = _asking  # type: ignore[assignment]


def _held() -> set[tuple[type[models.Model], Any]]:
    """What the action's own transaction holds, apart from that of the test around it."""
    for block in connection.atomic_blocks:
        if not block._from_testcase:
            return block.__dict__.setdefault("held", set())
    return set()


def _saved(sender: type[models.Model], instance: Any, created: bool, **kwargs: Any) -> None:
    if created:
        _held().add((sender, instance.pk))


def _noting_locks(rows: Any) -> None:
    _fetch_all(rows)
    if rows.query.select_for_update:
        _held().update((rows.model, getattr(row, "pk", None)) for row in rows._result_cache)


@functools.wraps(_bulk_create)
def _noting_new(rows: Any, *args: Any, **kwargs: Any) -> Any:
    made = _bulk_create(rows, *args, **kwargs)
    _held().update((rows.model, row.pk) for row in made)
    return made


@functools.wraps(unasked)
def _asking(entries: Iterable[record.Entry], **kwargs: Any) -> None:
    listed = list(entries)
    for entry in listed:
        subject = type(entry.subject), entry.subject.pk
        assert subject in _held(), f"“{entry.verb}” is put on record without holding {subject}"
    unasked(listed, **kwargs)
