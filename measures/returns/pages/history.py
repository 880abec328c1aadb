"""What happened to a return and to each of its figures, from the record, in plain words."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.core.paginator import Page, Paginator

from earlyhelp.core.actor import Route
from earlyhelp.core.events.models import Event, Remark
from earlyhelp.core.events.verbs import sentence_of
from measures.models import DataItem, Figure, Return
from measures.returns.answers import counted_in
from measures.review.attention import in_words
from measures.verbs import MeasuresVerb
from teams.authority import Actor

EVENTS_A_PAGE = 300

_QUOTES = {
    Remark.Kind.REASON.value: "Reason",
    Remark.Kind.NOTE.value: "Note",
    Remark.Kind.EXPLANATION.value: "Explanation",
}


@dataclass(frozen=True)
class FigureChange:
    """A figure in an entry: what it was (empty where it had no answer) and what it became."""

    name: str
    code: str
    was: str
    now: str


@dataclass(frozen=True)
class ReturnEntry:
    """One thing that was done: the sentence, when, and the words that were written with it."""

    at: dt.datetime
    sentence: str
    changes: Sequence[FigureChange] = ()
    words: Sequence[tuple[str, str]] = field(default=())


def return_history(
    made: Return, by: Actor, page_number: str | None
) -> tuple[Page, list[ReturnEntry]]:
    """What happened to a return, latest first; a save of many figures is one entry.

    Four queries, a page of the record at a time.
    """
    events = (
        Event.objects.visible_to(by, about=made)
        .select_related("by")
        .prefetch_related("remarks")
        .order_by("-id")
    )
    page = Paginator(events, EVENTS_A_PAGE).get_page(page_number)
    items = {
        figure.item.code: figure.item
        for figure in Figure.objects.filter(return_made=made).select_related("item")
    }
    entries = []
    for _, members in groupby(page.object_list, key=_together):
        entries.append(_entry(list(members), items))
    return page, entries


def _together(event: Event) -> tuple[Any, ...]:
    """Figures saved by one person in one go belong to one entry; anything else stands alone."""
    if event.verb in (MeasuresVerb.FIGURE_SAVED, MeasuresVerb.FIGURE_CONFIRMED):
        return event.verb, event.at, event.by_id, event.route
    return (event.pk,)


def _entry(events: Sequence[Event], items: Mapping[str, DataItem]) -> ReturnEntry:
    first = events[0]
    sentence = sentence_of(first.subject_type, first.verb).format(
        who=_who(first), figures=_figures(len(events))
    )
    changes = [
        FigureChange(
            name=items[event.part].name,
            code=event.part,
            was=""
            if counted_in(event.before) is None
            else in_words(event.before, items[event.part]),
            now=in_words(event.after, items[event.part]),
        )
        for event in reversed(events)
        if event.verb == MeasuresVerb.FIGURE_SAVED and event.part in items
    ]
    sentence += _in_a_group(first)
    words = [] if changes else [*_named(first, items), *_words(first)]
    return ReturnEntry(first.at, sentence, changes, words)


def _in_a_group(event: Event) -> str:
    """Of how many it was one, where several were signed off in one go."""
    together = event.after.get("together") if isinstance(event.after, dict) else None
    return f", in a group of {together}" if together else ""


def _named(event: Event, items: Mapping[str, DataItem]) -> list[tuple[str, str]]:
    """The questions that a reviewer named."""
    codes = event.after.get("questions", []) if isinstance(event.after, dict) else []
    names = [items[code].name for code in codes if code in items]
    return [("Questions named", ", ".join(names))] if names else []


def _figures(number: int) -> str:
    return "1 figure" if number == 1 else f"{number} figures"


def _who(event: Event) -> str:
    """The person, and how where it was not on a page."""
    on_a_page = event.by is None or event.route == Route.FORM
    return event.who if on_a_page else f"{event.who} ({event.way})"


def _words(event: Event, explained: str = "") -> list[tuple[str, str]]:
    """What was written with it; ``explained`` is the number for which an explanation was given."""
    found = []
    for remark in event.remarks.all():
        text, quote = remark.text, _QUOTES[remark.kind]
        if remark.removed_at is not None:
            text = "These words were taken out."
        if explained and remark.kind == Remark.Kind.EXPLANATION:
            quote = f"Explanation of {explained}"
        found.append((quote, text))
    return found


def _explained(event: Event, item: DataItem) -> str:
    """The number for which the words of a save were given: the one saved, or one before."""
    after = event.after if isinstance(event.after, dict) else {}
    value = after.get("explained", after.get("value"))
    return "" if value is None else in_words({"value": value}, item)


def figure_history(figure: Figure, by: Actor) -> list[ReturnEntry]:
    """Everything that happened to one figure, latest first: values, people, words.

    What happened to its whole return stands in between, where it concerns the figure: when it
    was submitted and signed off, and when a reviewer asked about it. Three queries.
    """
    events = (
        Event.objects.visible_to(by, about=figure.return_made)
        .filter(part__in=["", figure.item.code])
        .select_related("by")
        .prefetch_related("remarks")
        .order_by("-id")
    )
    items = {figure.item.code: figure.item}
    return [_of_figure(event, items) for event in events if _concerns(event, figure.item.code)]


def _concerns(event: Event, code: str) -> bool:
    if event.verb == MeasuresVerb.REMINDED:
        return False
    if event.part == code or not isinstance(event.after, dict):
        return True
    return code in event.after.get("questions", []) or not event.after.get("questions")


def _of_figure(event: Event, items: Mapping[str, DataItem]) -> ReturnEntry:
    who = _who(event)
    item = next(iter(items.values()))
    if event.verb == MeasuresVerb.FIGURE_SAVED:
        before, after = counted_in(event.before), counted_in(event.after)
        was, now = in_words(before, item), in_words(after, item)
        if before == after:
            sentence = f"{who} changed the words; the figure stayed {now}"
        elif before is None:
            sentence = f"{who} entered {now}"
        elif after is None:
            sentence = f"{who} took the answer out: it was {was}"
        else:
            sentence = f"{who} changed {was} to {now}"
        return ReturnEntry(event.at, sentence, words=_words(event, _explained(event, item)))
    if event.verb == MeasuresVerb.FIGURE_CONFIRMED:
        return ReturnEntry(
            event.at, f"{who} confirmed {in_words(event.after, item)} from the extract"
        )
    return _entry([event], items)
