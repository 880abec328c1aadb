"""The cast, built once and copied into every test: the actions that make it take a second.

Rows are copied as they are, with their keys, inside the test's own transaction.
"""

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, models, transaction

APPS = ("events", "teams", "measures", "releases", "plan", "audits")


class Snapshot:
    """All rows of our tables at one moment, as one INSERT statement a table."""

    def __init__(self) -> None:
        self._statements = [
            statement for model in _models() if (statement := _insert(model)) is not None
        ]

    def restore(self) -> None:
        """Put the rows into a database without any of them."""
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in self._statements:
                cursor.execute(statement)
            for reset in connection.ops.sequence_reset_sql(no_style(), _models()):
                cursor.execute(reset)


def _models() -> list[type[models.Model]]:
    return [
        model
        for app in APPS
        if app in apps.app_configs
        for model in apps.get_app_config(app).get_models(include_auto_created=True)
    ]


def _insert(model: type[models.Model]) -> str | None:
    """The rows of a table as a statement with every value written out by the database itself."""
    quote = "quote" if connection.vendor == "sqlite" else "quote_nullable"
    columns = [field.column for field in model._meta.concrete_fields]
    table = connection.ops.quote_name(model._meta.db_table)
    names = [connection.ops.quote_name(column) for column in columns]
    written = " || ',' || ".join(f"{quote}({name})" for name in names)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT '(' || {written} || ')' FROM {table}")
        rows = [row[0] for row in cursor.fetchall()]
    if not rows:
        return None
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES {', '.join(rows)}"
