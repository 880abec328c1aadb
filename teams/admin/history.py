"""The history of a row in administration: what the record says of it, newest first."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import PAGE_VAR
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.text import capfirst

from earlyhelp.core.events.models import Event
from earlyhelp.core.redaction import TAKEN_OUT

NOTHING = "nothing"
PER_PAGE = 100

# What related rows are called: by field, then by key as text.
Names = Mapping[str, dict[str, str]]
# How a form reads a value, by field; nothing where it has no words of its own.
Readers = Mapping[str, Callable[[Any], str]]
_NO_FORM: Mapping[str, Any] = {}


@dataclass(frozen=True)
class ChangedField:
    """A field with what it said before and after, as people read it."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class EventLine:
    """An event about a row, as its history shows it; the event comes with its remarks."""

    event: Event
    changes: list[ChangedField]

    @property
    def what(self) -> str:
        """What was done, and to which part of the row."""
        return str(capfirst(f"{self.event.verb} {self.event.part}".strip()))

    @property
    def why(self) -> str:
        """What people wrote when they did it."""
        remarks = self.event.remarks.all()
        return "; ".join(TAKEN_OUT if one.removed_at else one.text for one in remarks)


def lines_of(
    model: type[models.Model],
    events: Iterable[Event],
    *,
    labels: Mapping[str, str] = _NO_FORM,
    readers: Readers = _NO_FORM,
) -> list[EventLine]:
    """Events about rows of ``model`` as lines; one query for each related model they name.

    ``labels`` and ``readers`` are the words of the form in which the rows are kept.
    """
    fields = {field.name: field for field in model._meta.concrete_fields}
    differences = [(event, list(_differences(event, list(fields)))) for event in events]
    names = _names(fields, [row for _, rows in differences for row in rows])
    names |= _read(model, [row for _, rows in differences for row in rows])

    def change(key: str, pair: Iterable[Any]) -> ChangedField:
        field = fields.get(key)
        words = _Words(field, names.get(key, {}), readers.get(key))
        name = labels.get(key) or (field.verbose_name if field else key.replace("_", " "))
        return ChangedField(str(capfirst(name)), *map(words, pair))

    return [
        EventLine(event, [change(key, pair) for key, *pair in rows]) for event, rows in differences
    ]


def _differences(event: Event, order: list[str]) -> Iterator[tuple[str, Any, Any]]:
    """What an event changed: each key with its values, or "" where they have no keys."""
    before, after = event.before, event.after
    if not all(value is None or isinstance(value, dict) for value in (before, after)):
        yield "", before, after
        return
    before, after = before or {}, after or {}
    place = {name: number for number, name in enumerate(order)}
    for key in sorted(before | after, key=lambda key: (place.get(key, len(order)), key)):
        was, becomes = before.get(key), after.get(key)
        if _text(was) != _text(becomes):
            yield key, was, becomes


def _names(
    fields: Mapping[str, models.Field], differences: Iterable[tuple[str, Any, Any]]
) -> dict[str, dict[str, str]]:
    """What the related rows are called that the values name by their keys."""
    related: dict[str, Any] = {name: field.related_model for name, field in fields.items()}
    wanted: dict[str, set[Any]] = defaultdict(set)
    for key, *values in differences:
        if related.get(key):
            wanted[key].update(value for value in values if value)
    return {
        key: {str(pk): str(row) for pk, row in related[key]._base_manager.in_bulk(pks).items()}
        for key, pks in wanted.items()
    }


def _read(
    model: type[models.Model], differences: Iterable[tuple[str, Any, Any]]
) -> dict[str, dict[str, str]]:
    """How a model reads values of its own to people, as ``_names``."""
    read: Mapping[str, Callable[[str], str]] = getattr(model, "read_as", {})
    found: dict[str, dict[str, str]] = {key: {} for key in read}
    for key, *values in differences:
        if key in read:
            found[key] |= {str(value): read[key](str(value)) for value in values if value}
    return found


@dataclass(frozen=True)
class _Words:
    """What the values of a field are called: its form's words, else what is known of them."""

    field: models.Field | None
    names: Mapping[str, str]
    read: Callable[[Any], str] | None

    def __call__(self, value: Any) -> str:
        if isinstance(value, list):
            return ", ".join(map(self, value)) or NOTHING
        choices = dict(self.field.flatchoices) if self.field else {}
        known = dict(self.names) | {str(one): str(label) for one, label in choices.items()}
        said = self.read(value) if self.read else ""
        return said or known.get(str(value)) or _text(value)


def _text(value: Any) -> str:
    """A plain value of the record as people read it."""
    if isinstance(value, list):
        return ", ".join(map(_text, value)) or NOTHING
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_text(part)}" for key, part in sorted(value.items()))
    text = "" if value is None else str(value)
    return {"": NOTHING, "True": "Yes", "False": "No"}.get(text, text)


class WithHistory(admin.ModelAdmin):
    """Pages whose History button reads the record; the past is not put back from here."""

    object_history_template = "admin/history.html"

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Who changed what, when and why, for those who may see the row."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = self.get_object(request, unquote(object_id))
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined, no-any-return]
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        by = request.actor  # type: ignore[attr-defined]  # by the middleware
        events = Event.objects.visible_to(by, about=row)
        events = events.select_related("by").prefetch_related("remarks")
        page = Paginator(events.order_by("-id"), PER_PAGE).get_page(request.GET.get(PAGE_VAR))
        context = {
            **self.admin_site.each_context(request),
            "title": f"View history: {row}",
            "module_name": capfirst(self.opts.verbose_name_plural),
            "object": row,
            "opts": self.opts,
            "preserved_filters": self.get_preserved_filters(request),
            "lines": lines_of(self.model, page),
            "page": page,
            "page_range": page.paginator.get_elided_page_range(page.number),
            "page_var": PAGE_VAR,
            **(extra_context or {}),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, self.object_history_template, context)
