"""Writing to the record: every action hands its events over here, with the row, in one go."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db import models, transaction

from earlyhelp.core.actor import Route
from earlyhelp.core.events import chain
from earlyhelp.core.events.models import Event, Remark
from earlyhelp.core.rows import insert

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

    @property
    def about(self) -> chain.Subject:
        """The subject as an event names it."""
        return str(self.subject._meta.model_name), self.subject.pk


def write(
    entries: Iterable[Entry], *, by: models.Model | None, route: Route, at: dt.datetime
) -> None:
    """Add the entries to the record, in order; must run inside the action's transaction.

    The caller holds the row of each subject or has just made it, so that nobody else adds to
    its chain; where two do at once, the database refuses the second (IntegrityError). Three
    statements for the figures of a return; a large load goes in batches.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("The record is written in the transaction that writes the row")
    links: dict[chain.Subject, chain.ChainLink] = {}
    waiting = iter(entries)
    while batch := list(islice(waiting, BATCH_SIZE)):
        _write(batch, links, by, route, at)


def _write(
    batch: Sequence[Entry],
    links: dict[chain.Subject, chain.ChainLink],
    by: models.Model | None,
    route: Route,
    at: dt.datetime,
) -> None:
    """Write some entries after the ``links`` known so far, which it carries on."""
    links |= chain.last_links({entry.about for entry in batch} - links.keys())
    rows = []
    for entry in batch:
        subject = entry.about
        previous = links.get(subject, chain.START)
        sequence = previous.sequence + 1
        facts = (
            *(sequence, at, by.pk if by else None, route, entry.verb),
            *(*subject, entry.part, entry.before, entry.after),
        )
        links[subject] = chain.ChainLink(sequence, chain.digest(previous.digest, facts))
        rows.append((*facts, links[subject].digest))
    ids = insert(Event, [*chain.FACTS, "digest"], rows)
    Remark.objects.bulk_create(
        [
            Remark(event_id=event, kind=kind, text=text)
            for event, entry in zip(ids, batch, strict=True)
            for kind, text in entry.remarks.items()
            if text
        ],
        batch_size=BATCH_SIZE,
    )
