"""Everything that the site holds, as CSV that anybody can read: the way out.

A file for each table, a line for each row, the columns by their names; ``columns.csv`` says of each
column what it is and what it points to. What is left out is listed here, with why.
"""

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import models

from earlyhelp.core.files.writer import CellValue, csv_chunks

ROOMS = ("events", "teams", "measures", "plan", "audits", "operations")
# Nobody needs the digest of a password elsewhere, nor what the directory gave to this site.
LEFT_OUT = {"teams.User.password", "signin.DirectoryGrant.token"}
COLUMNS_FILE = "columns.csv"
_ABOUT_COLUMNS = ("file", "column", "kind", "points_to", "values", "about")
_AT_ONCE = 2000


def tables() -> Iterator[type[models.Model]]:
    """The tables, in the order of rooms; those of other apps of ours come after them."""
    ours = ("earlyhelp.", "teams.", "measures.", "audits.")
    labels = [one.label for one in apps.get_app_configs() if one.name.startswith(ours)]
    more = [label for label in labels if label not in (*ROOMS, "work")]
    for label in (*ROOMS, *more):
        yield from apps.get_app_config(label).get_models(include_auto_created=True)


def write_everything(folder: Path) -> list[tuple[str, int]]:
    """Write all tables into an empty folder; gives the files with how many rows each has.

    Call it in a consistent read, so that the files agree. OSError where it cannot be written.
    """
    written = []
    for model in tables():
        name, count = file_of(model), _Counter()
        with (folder / name).open("wb") as file:
            header = [str(field.column) for field in _fields(model)]
            file.writelines(csv_chunks(header, count.through(_rows(model))))
        written.append((name, count.rows))
    with (folder / COLUMNS_FILE).open("wb") as file:
        file.writelines(csv_chunks(_ABOUT_COLUMNS, _about()))
    return written


def file_of(model: type[models.Model]) -> str:
    """The name of a table's file."""
    return f"{model._meta.db_table}.csv"


class _Counter:
    def __init__(self) -> None:
        self.rows = 0

    def through(self, rows: Iterable[list[CellValue]]) -> Iterator[list[CellValue]]:
        for row in rows:
            self.rows += 1
            yield row


def _fields(model: type[models.Model]) -> list[models.Field]:
    return [
        field
        for field in model._meta.concrete_fields
        if f"{model._meta.label}.{field.name}" not in LEFT_OUT
    ]


def _rows(model: type[models.Model]) -> Iterator[list[CellValue]]:
    names = [field.attname for field in _fields(model)]
    rows = model._base_manager.order_by("pk").values_list(*names).iterator(chunk_size=_AT_ONCE)
    for row in rows:
        yield [_written(value) for value in row]


def _written(value: Any) -> CellValue:
    """As files have it: nothing for what is not known, ISO 8601 in UTC, JSON."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return str(value)


def _about() -> Iterator[list[CellValue]]:
    for model in tables():
        for field in _fields(model):
            to = field.remote_field.model if field.remote_field else None
            yield [
                file_of(model),
                field.column,
                field.get_internal_type(),
                file_of(to) if to else "",
                "; ".join(f"{value}: {label}" for value, label in field.flatchoices),
                str(field.help_text or field.verbose_name),
            ]
