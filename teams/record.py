"""Writing to the record: every action hands its events over here, with the row, in one go."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import models, transaction

from teams.models import Event, Remark, Route, User

# Rows in one INSERT; SQLite takes fewer, and Django sees to that.
BATCH_SIZE = 2000


@dataclass(frozen=True)
class Entry:
    """One thing to put on record.

    ``before`` and ``after`` hold plain values, never what people wrote; their words go
    into ``remarks`` by kind, where an empty text is left out.
    """

    verb: str
    subject: models.Model
    part: str = ""
    before: Any = None
    after: Any = None
    remarks: dict[str, str] = field(default_factory=dict)


def write(entries: Iterable[Entry], *, by: User | None, route: Route, at: dt.datetime) -> None:
    """Add the entries to the record, in order; must run inside the action's transaction.

    Two statements for the figures of a return; a large load goes in batches.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("The record is written in the transaction that writes the row")
    listed = list(entries)
    events = Event.objects.bulk_create(
        [
            Event(
                at=at,
                by_id=by.pk if by else None,
                route=route,
                verb=entry.verb,
                subject_type=str(entry.subject._meta.model_name),
                subject_id=entry.subject.pk,
                part=entry.part,
                before=entry.before,
                after=entry.after,
            )
            for entry in listed
        ],
        batch_size=BATCH_SIZE,
    )
    Remark.objects.bulk_create(
        [
            Remark(event=event, kind=kind, text=text)
            for event, entry in zip(events, listed, strict=True)
            for kind, text in entry.remarks.items()
            if text
        ],
        batch_size=BATCH_SIZE,
    )


def note(
    verb: str,
    subject: models.Model,
    *,
    by: User | None,
    route: Route,
    at: dt.datetime,
    reason: str = "",
    before: Any = None,
    after: Any = None,
) -> None:
    """Put one thing on record, with the reason given for it."""
    remarks = {Remark.Kind.REASON.value: reason}
    write([Entry(verb, subject, "", before, after, remarks)], by=by, route=route, at=at)
