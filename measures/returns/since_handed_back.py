"""What a team changed since its return went back to it: numbers, answers, reasons and words."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from earlyhelp.core.compiled_queries import fetch
from earlyhelp.core.events.models import Event, Remark
from measures.counting.aggregates.ids import OneOf, one_of
from measures.models import Return
from measures.verbs import HANDED_BACK, MeasuresVerb


@dataclass(frozen=True)
class OnRecord:
    """What the record has of one question: the answer as it keeps it, and the words with it."""

    answer: Any = None
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class HandedBack:
    """How a return last went back to its team, and what differs since, by the question's code.

    Each is what it said then and what it says now; changed and changed back is no change.
    """

    verb: str
    differing: Mapping[str, tuple[OnRecord, OnRecord]]


def since_handed_back(returns: Collection[Return]) -> dict[int, HandedBack]:
    """What each of these returns says otherwise since it went back, by return id.

    Only returns that ever went back are asked about; two queries for all of them.
    """
    ids = one_of([made.pk for made in returns if made.returned_at is not None])
    if not any(made.returned_at is not None for made in returns):
        return {}
    words: dict[int, dict[str, str]] = defaultdict(dict)
    for event_id, kind, text in fetch(_words, **ids):
        words[event_id][kind] = text
    verbs: dict[int, str] = {}
    was: dict[int, dict[str, OnRecord]] = defaultdict(dict)
    since: dict[int, dict[str, OnRecord]] = defaultdict(dict)
    for event_id, return_id, verb, part, after in fetch(_told, **ids):
        if verb in HANDED_BACK:
            verbs[return_id] = verb
            was[return_id] |= since.pop(return_id, {})
        else:
            since[return_id][part] = OnRecord(after, words.get(event_id, {}))
    return {
        pk: HandedBack(verb, _differing(was[pk], since.get(pk, {}))) for pk, verb in verbs.items()
    }


def differs_since_handed_back(made: Return) -> bool:
    """Whether any answer, or any words on one, is not what it was when it went back."""
    return bool(since_handed_back([made])[made.pk].differing)


def _differing(
    was: Mapping[str, OnRecord], now: Mapping[str, OnRecord]
) -> dict[str, tuple[OnRecord, OnRecord]]:
    then = {part: was.get(part, OnRecord()) for part in now}
    return {part: (then[part], said) for part, said in now.items() if said != then[part]}


_ANSWERED = (MeasuresVerb.FIGURE_SAVED, MeasuresVerb.ANSWERED_AT_OPENING)


def _told() -> QuerySet[Event, Any]:
    events = Event.objects.filter(
        OneOf("subject_id"),
        subject_type=Return._meta.model_name,
        verb__in=[*_ANSWERED, *HANDED_BACK],
    )
    return events.order_by("id").values_list("id", "subject_id", "verb", "part", "after")


def _words() -> QuerySet[Remark, Any]:
    remarks = Remark.objects.filter(
        OneOf("event__subject_id"),
        event__subject_type=Return._meta.model_name,
        event__verb__in=_ANSWERED,
    )
    return remarks.exclude(text="").order_by().values_list("event_id", "kind", "text")
