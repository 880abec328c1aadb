"""Asking the database itself which states of a row it takes, past every rule in Python."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from django.apps import apps
from django.db import IntegrityError, connection, models, transaction


def every_state(axes: Mapping[str, Sequence[Any]]) -> Iterator[dict[str, Any]]:
    """Every combination of the values."""
    for values in product(*axes.values()):
        yield dict(zip(axes, values, strict=True))


def violated(row: models.Model, state: Mapping[str, Any]) -> str:
    """Put a saved row into this state: the constraint that refuses it, or "" when none does.

    The row is as it was afterwards.
    """
    try:
        with transaction.atomic():
            type(row)._base_manager.filter(pk=row.pk).update(**state)
            transaction.set_rollback(True)
    except IntegrityError as refusal:
        return name_of(refusal)
    return ""


def refused_once(row: models.Model) -> str:
    """Insert a new row: the constraint that refuses it, or "" when none does."""
    try:
        with transaction.atomic():
            type(row)._base_manager.bulk_create([row])
    except IntegrityError as refusal:
        return name_of(refusal)
    return ""


def refused_twice(row: models.Model) -> str:
    """Insert a new row, then the same again: the constraint that refuses the second."""
    assert refused_once(row) == ""
    row.pk = None
    return refused_once(row)


def name_of(refusal: IntegrityError) -> str:
    """The constraint that a refusal names; SQLite names a plain unique one by its columns."""
    if connection.vendor == "postgresql":
        cause: Any = refusal.__cause__
        return str(cause.diag.constraint_name)
    said = str(refusal).split(": ", 1)[1]
    if "." not in said:
        return said.removeprefix("index '").removesuffix("'")
    columns = [part.split(".")[1] for part in said.split(", ")]
    return unique_names()[said.split(".")[0], tuple(columns)]


def unique_names() -> dict[tuple[str, tuple[str, ...]], str]:
    """The unconditional unique constraints by table and columns."""
    return {
        (
            model._meta.db_table,
            _columns(model, found.fields),
        ): found.name
        for model, found in all_constraints()
        if isinstance(found, models.UniqueConstraint)
    }


def _columns(model: type[models.Model], fields: Sequence[str]) -> tuple[str, ...]:
    columns = {field.name: field.column for field in model._meta.concrete_fields}
    return tuple(columns[name] for name in fields)


def all_constraints(*labels: str) -> list[tuple[type[models.Model], models.BaseConstraint]]:
    """Every constraint of our models (or those of the apps named)."""
    return [
        (model, found)
        for label in labels or ("events", "teams", "measures", "plan", "audits")
        for model in apps.get_app_config(label).get_models()
        for found in model._meta.constraints
    ]


def names(kind: type[models.BaseConstraint], *labels: str) -> set[str]:
    """The names of some apps' constraints of a kind."""
    return {found.name for _, found in all_constraints(*labels) if isinstance(found, kind)}
