"""What happened to one case audit, from the record, in plain words.

The answers themselves are not repeated: what an auditor gave before they submitted is theirs,
and what counts now stands on the page.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from audits.casework.pages.grading import SAVES
from audits.models import CaseAudit
from teams.models import Event, Route, User

_SENTENCES = {
    "submitted": "{who} submitted the audit",
    "moderated": "{who} moderated it",
    "remedial action set": "{who} set something to be done, by {due_on}",
    "remedial action done": "{who} said that it was done, on {done_on}",
}
_TO_SOMEBODY = {
    "allocated": "{who} gave the case to {auditor}, due {due_on}",
    "reallocated": "{who} gave the case to {auditor}, due {due_on}",
    "to be audited again": "{who} asked {auditor} to audit the case again, by {due_on}",
    "moderator named": "{who} asked {moderator} to moderate it",
}
_CHANGED = "grade changed"


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
    if event.verb == _CHANGED:
        return _CHANGED, event.at, event.by_id
    return (event.pk,)


def _entry(events: Sequence[Event], people: Mapping[int, User]) -> Entry:
    first = events[0]
    who = _who(first)
    if first.verb in SAVES:
        number = sum(event.verb == SAVES[0] for event in events)
        what = f"{number} answer{'' if number == 1 else 's'}" if number else "the judgement"
        return Entry(first.at, f"{who} saved {what}")
    if first.verb == _CHANGED:
        number = len(events)
        return Entry(first.at, f"{who} changed {number} grade{'' if number == 1 else 's'}")
    if first.verb == "told":
        names = [str(people[pk]) for pk in _people(first) if pk in people]
        return Entry(first.at, f"{' and '.join(names) or 'Nobody'} were told of the concern")
    return Entry(first.at, _sentence(first, who, people), _words(first))


def _sentence(event: Event, who: str, people: Mapping[int, User]) -> str:
    after = event.after if isinstance(event.after, dict) else {}
    form = _SENTENCES.get(event.verb) or _TO_SOMEBODY.get(event.verb)
    if form is None:
        return f"{who}: {event.verb}"
    return form.format(
        who=who,
        auditor=people.get(after.get("auditor", 0), "somebody"),
        moderator=people.get(after.get("moderator") or 0, "somebody"),
        due_on=_day(after.get("due_on")),
        done_on=_day(after.get("done_on")),
    )


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
