"""Writing to the record: every action hands its events over here, with the row, in one go."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import models, transaction

from teams import bulk
from teams.models import Event, Remark, Route, User

_COLUMNS = ["at", "by", "route", "verb", "subject_type", "subject_id", "part", "before", "after"]


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
    ids = bulk.insert(
        Event,
        _COLUMNS,
        [
            (
                *(at, by.pk if by else None, route, entry.verb),
                *(str(entry.subject._meta.model_name), entry.subject.pk, entry.part),
                *(entry.before, entry.after),
            )
            for entry in listed
        ],
    )
    remarks = [
        (event_id, kind, text)
        for event_id, entry in zip(ids, listed, strict=True)
        for kind, text in entry.remarks.items()
        if text
    ]
    if remarks:
        bulk.insert(Remark, ["event", "kind", "text"], remarks)


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
