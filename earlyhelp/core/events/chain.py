"""The hash chain of a subject's events, which shows what was altered behind the triggers.

Each event stores a digest of what it says and of the digest before it, from 1 on in the order in
which the subject's events were written. The words beside the record are not in it, so they can be
taken out. What a chain cannot show: docs/decisions/0009-record.md.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any

from django.db import connection

from earlyhelp.core.events.models import Event

# What a digest is made from, in this order, after the digest before it; ``by`` is an id.
FACTS = (
    *("sequence", "at", "by", "route", "verb"),
    *("subject_type", "subject_id", "part", "before", "after"),
)

# A model's name and the row's id.
Subject = tuple[str, int]

# Events that are read at a time.
CHUNK = 2000


@dataclass(frozen=True, slots=True)
class ChainLink:
    """An event's place in the chain of its subject."""

    sequence: int
    digest: str


START = ChainLink(0, "")


@dataclass(frozen=True)
class BrokenChain:
    """A chain that does not hold, and the sequence at which its first wrong event should stand."""

    subject_type: str
    subject_id: int
    sequence: int


def digest(previous: str, facts: Sequence[Any]) -> str:
    """The SHA-256, in hexadecimal, of an event's ``FACTS`` and of the digest before it.

    It is taken of a JSON list, the digest before it first, then the facts: in ASCII, without
    spaces, keys in order, times in UTC to the microsecond. ``previous`` is empty for a subject's
    first event.
    """
    return hashlib.sha256(_canonical([previous, *facts]).encode()).hexdigest()


@lru_cache(maxsize=1)  # what is written together has one time
def _instant(value: dt.datetime) -> str:
    return value.astimezone(dt.UTC).isoformat(timespec="microseconds")


_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), default=_instant).encode


def last_links(subjects: Collection[Subject]) -> dict[Subject, ChainLink]:
    """The last link of each subject's chain, those without events left out; one statement.

    Only sure to be the last while nobody else writes about them: hold the subject's row, or have
    made it in this transaction.
    """
    if not subjects:
        return {}
    marks = ", ".join(["(%s, %s)"] * len(subjects))
    with connection.cursor() as cursor:
        cursor.execute(
            # As one value: joined to its row, SQLite reads the whole record for each subject where
            # its statistics are of a time with few events.
            f"""SELECT subject.column1, subject.column2, (
                    SELECT sequence || ' ' || digest FROM events_event
                    WHERE subject_type = subject.column1 AND subject_id = subject.column2
                    ORDER BY sequence DESC LIMIT 1)
                FROM (VALUES {marks}) AS subject""",  # marks only
            [value for subject in subjects for value in subject],
        )
        found = {(row[0], row[1]): row[2].split() for row in cursor.fetchall() if row[2]}
        return {subject: ChainLink(int(at), digest) for subject, (at, digest) in found.items()}


def broken_chains() -> Iterator[BrokenChain]:
    """The chains that do not hold, read in one pass over the record without keeping it."""
    events = (
        Event.objects.order_by("subject_type", "subject_id", "sequence")
        .values_list("subject_type", "subject_id", "pk", "digest", *FACTS)
        .iterator(chunk_size=CHUNK)
    )
    for (subject_type, subject_id), chain in groupby(events, key=lambda event: event[:2]):
        wrong = _first_wrong(event[2:] for event in chain)
        if wrong is not None:
            yield BrokenChain(subject_type, subject_id, wrong)


def _first_wrong(chain: Iterable[Sequence[Any]]) -> int | None:
    """Where a chain, as (id, digest, facts...), first differs from what was written."""
    previous, newest = START, 0
    for pk, kept, *facts in chain:
        sequence = previous.sequence + 1
        if facts[0] != sequence or pk < newest or kept != digest(previous.digest, facts):
            return sequence
        previous, newest = ChainLink(sequence, kept), pk
    return None
