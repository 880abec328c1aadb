"""Where words that were put on record stand besides, so that they can be taken out there too.

The row that an event is about keeps the words that matter now (a return its reason, a commentary
its text). What else keeps them only an upper room knows, and it says so at start-up.
"""

from collections.abc import Callable, Iterable

from django.apps import apps
from django.db import models

from earlyhelp.core.events.models import Event

TAKEN_OUT = "These words were taken out."

Rows = Callable[[Event], Iterable[models.QuerySet]]

_elsewhere: list[Rows] = []


def register(rows: Rows) -> None:
    """Have ``rows(event)`` say in which further rows the words of an event may stand."""
    if rows not in _elsewhere:
        _elsewhere.append(rows)


def take_out(event: Event, text: str) -> None:
    """Put ``TAKEN_OUT`` wherever ``text`` stands on account of this event, word for word."""
    places = [
        model._default_manager.filter(pk=event.subject_id)
        for model in apps.get_models()
        if model._meta.model_name == event.subject_type
    ]
    places += [rows for ask in _elsewhere for rows in ask(event)]
    for rows in places:
        for name in _free_text(rows.model):
            rows.filter(**{name: text}).update(**{name: TAKEN_OUT})


def _free_text(model: type[models.Model]) -> Iterable[str]:
    for field in model._meta.concrete_fields:
        if isinstance(field, models.TextField) and not field.choices:
            yield field.name
