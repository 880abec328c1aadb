"""Where words that were put on record stand besides, so that they can be taken out there too.

The row that an event is about keeps the words that matter now (a return its reason, a commentary
its text). What else keeps them only an upper room knows, and it says so at start-up.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable

from django.apps import apps
from django.db import models

from earlyhelp.core.events.models import Event

TAKEN_OUT = "These words were taken out."

Rows = Callable[[Event], Iterable[models.QuerySet]]
# The ids of rows, by their model and the field in which words stand.
Words = dict[tuple[type[models.Model], str], set[int]]

_elsewhere: list[Rows] = []


def register(rows: Rows) -> None:
    """Have ``rows(event)`` say in which further rows the words of an event may stand."""
    if rows not in _elsewhere:
        _elsewhere.append(rows)


def take_out(event: Event, text: str) -> None:
    """Put ``TAKEN_OUT`` wherever ``text`` stands on account of this event, word for word."""
    for rows in _places(event):
        for name in _free_text(rows.model):
            rows.filter(**{name: text}).update(**{name: TAKEN_OUT})


def all_words(events: Iterable[Event]) -> Words:
    """Where any words stand on account of these events."""
    found: Words = defaultdict(set)
    for event in events:
        for rows in _places(event):
            for name in _free_text(rows.model):
                written = rows.exclude(**{name: ""}).exclude(**{name: TAKEN_OUT})
                found[rows.model, name] |= set(written.values_list("pk", flat=True))
    return found


def take_all_out(words: Words) -> int:
    """Put ``TAKEN_OUT`` wherever ``all_words`` found some; how many there were."""
    return sum(
        model._default_manager.filter(pk__in=rows).update(**{name: TAKEN_OUT})
        for (model, name), rows in words.items()
    )


def models_of(event: Event) -> list[type[models.Model]]:
    """The model of what an event is about; none where there is no such model any more."""
    return [one for one in apps.get_models() if one._meta.model_name == event.subject_type]


def _places(event: Event) -> list[models.QuerySet]:
    own = [model._default_manager.filter(pk=event.subject_id) for model in models_of(event)]
    return own + [rows for ask in _elsewhere for rows in ask(event)]


def _free_text(model: type[models.Model]) -> Iterable[str]:
    for field in model._meta.concrete_fields:
        if isinstance(field, models.TextField) and not field.choices:
            yield field.name
