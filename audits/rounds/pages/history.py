"""What happened to a round, from the record, in plain words."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from audits.models import Round
from earlyhelp.core.events.verbs import sentence_of
from teams.models import Event, Remark


@dataclass(frozen=True)
class Happened:
    """One thing that was done: when, by whom, what, and why."""

    at: dt.datetime
    sentence: str
    why: Sequence[str]


def happened(made: Round) -> list[Happened]:
    """What was done to the round itself, latest first; two queries."""
    events = Event.objects.about(made).select_related("by").prefetch_related("remarks")
    return [Happened(event.at, _sentence(event), _why(event)) for event in events.order_by("-id")]


def _sentence(event: Event) -> str:
    """The sentence of the record, with the serials that it is about."""
    after = event.after if isinstance(event.after, dict) else {}
    before = event.before if isinstance(event.before, dict) else {}
    first, last = after.get("serials", (None, None))
    return sentence_of(event.subject_type, event.verb).format(
        who=event.by or event.get_route_display().capitalize(),
        cases=f"case {first}" if first == last else f"case {first} to {last}",
        first=first,
        last=last,
        drawn=after.get("drawn"),
        of=after.get("of"),
        serial=before.get("serial"),
    )


def _why(event: Event) -> list[str]:
    return [
        remark.text
        for remark in event.remarks.all()
        if remark.kind == Remark.Kind.REASON and remark.text
    ]
