"""What happened to one case audit, from the record, in plain words.

The answers themselves are not repeated: what an auditor gave before they submitted is theirs,
and what counts now stands on the page.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from audits.models import CaseAudit
from audits.verbs import SAVES, AuditsVerb
from earlyhelp.core.actor import Route
from earlyhelp.core.events.models import Event
from earlyhelp.core.events.verbs import sentence_of
from teams.models import User


@dataclass(frozen=True)
class Entry:
    """One thing that was done: the sentence, when, and the words that were written with it."""

    at: dt.datetime
    sentence: str
    words: Sequence[str] = field(default=())


def history(audit: CaseAudit) -> list[Entry]:
    """What happened, latest first; what was saved in one go is one entry. Three queries.

    By the moment first: what is loaded from files is not always written in the order in which
    it happened.
    """
    events = list(
        Event.objects.about(audit)
        .select_related("by")
        .prefetch_related("remarks")
        .order_by("-at", "-id")
    )
    people = User.objects.in_bulk(sorted({pk for event in events for pk in _people(event)}))
    return [_entry(list(members), people) for _, members in groupby(events, key=_together)]


def _people(event: Event) -> list[int]:
    """The ids of those whom an event is about."""
    after = event.after if isinstance(event.after, dict) else {}
    found = [*after.get("people", []), after.get("auditor"), after.get("moderator")]
    return [pk for pk in found if pk is not None]


def _together(event: Event) -> tuple[Any, ...]:
    """Answers saved, or grades changed, by one person in one go belong to one entry."""
    if event.verb in SAVES:
        return "saved", event.at, event.by_id
    if event.verb == AuditsVerb.GRADE_CHANGED:
        return event.verb, event.at, event.by_id
    return (event.pk,)


def _entry(events: Sequence[Event], people: Mapping[int, User]) -> Entry:
    first = events[0]
    answers = sum(event.verb == AuditsVerb.ANSWERED for event in events)
    after = first.after if isinstance(first.after, dict) else {}
    names = [str(people[pk]) for pk in _people(first) if pk in people]
    sentence = sentence_of(first.subject_type, first.verb).format(
        who=_who(first),
        people=" and ".join(names) or "Nobody",
        saved=_number(answers, "answer") if answers else "the judgement",
        grades=_number(len(events), "grade"),
        auditor=people.get(after.get("auditor", 0), "somebody"),
        moderator=people.get(after.get("moderator") or 0, "somebody"),
        due_on=_day(after.get("due_on")),
        done_on=_day(after.get("done_on")),
    )
    told = first.verb in (*SAVES, AuditsVerb.GRADE_CHANGED, AuditsVerb.TOLD)
    return Entry(first.at, sentence, () if told else _words(first))


def _number(number: int, name: str) -> str:
    return f"{number} {name}{'' if number == 1 else 's'}"


def _day(written: str | None) -> str:
    if not written:
        return "no day"
    when = dt.date.fromisoformat(written)
    return f"{when.day} {when:%B %Y}"


def _who(event: Event) -> str:
    """The person, and how where it was not on a page."""
    if event.by is None:
        return "A file" if event.route == Route.IMPORT else "A command"
    return str(event.by)


def _words(event: Event) -> list[str]:
    return [
        "These words were taken out." if remark.removed_at else remark.text
        for remark in event.remarks.all()
    ]
