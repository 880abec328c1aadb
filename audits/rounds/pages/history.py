"""What happened to a round, from the record, in plain words."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from audits.models import Round
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
    who = str(event.by) if event.by else event.get_route_display().capitalize()
    return f"{who}: {_what(event)}"


def _what(event: Event) -> str:
    """The verb of the record, with the serials that it is about."""
    after = event.after if isinstance(event.after, dict) else {}
    before = event.before if isinstance(event.before, dict) else {}
    first, last = after.get("serials", (None, None))
    if event.verb == "cases drawn":
        return f"{after['drawn']} of {after['of']} cases drawn, case {first} to {last}"
    if event.verb == "cases added":
        return f"case {first} added" if first == last else f"case {first} to {last} added"
    if event.verb == "case taken out":
        return f"case {before['serial']} taken out"
    return event.verb


def _why(event: Event) -> list[str]:
    return [
        remark.text
        for remark in event.remarks.all()
        if remark.kind == Remark.Kind.REASON and remark.text
    ]
