"""Many rows of one model in one statement, each column prepared as a whole.

For what is written by the thousand: figures and the record. It does what ``bulk_create`` does
without making it prepare every value anew, which costs more than the database's own work.
"""

from collections.abc import Collection, Sequence
from typing import Any

from django.db import connections, models, router

Row = Sequence[Any]

# Rows a statement: well under what either database takes.
BATCH = 2000


def insert(
    model: type[models.Model],
    names: Sequence[str],
    rows: Sequence[Row],
    *,
    unique: Collection[str] = (),
    update: Collection[str] = (),
) -> list[int]:
    """Insert ``rows``, one value for each of the fields ``names``, in batches; gives their ids.

    A related row is given by its id. Where a row with the same ``unique`` fields is there
    already, its ``update`` fields take the new values instead.
    """
    using = router.db_for_write(model)
    connection = connections[using]
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    quote = connection.ops.quote_name
    columns = {field.name: quote(str(field.column)) for field in fields}
    head = f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(columns.values())}) VALUES "
    tail = ""
    if unique:
        keys = ", ".join(columns[name] for name in unique)
        new = ", ".join(f"{columns[name]} = EXCLUDED.{columns[name]}" for name in update)
        tail = f" ON CONFLICT ({keys}) DO UPDATE SET {new}"
    tail += f" RETURNING {quote(str(model._meta.pk.column))}"
    marks = f"({', '.join(['%s'] * len(fields))})"
    size = min(BATCH, connection.ops.bulk_batch_size(fields, rows)) or BATCH
    ids: list[int] = []
    with connection.cursor() as cursor:
        for start in range(0, len(rows), size):
            batch = rows[start : start + size]
            prepared = [
                _prepared(field, values, connection)
                for field, values in zip(fields, zip(*batch, strict=True), strict=True)
            ]
            params = [value for row in zip(*prepared, strict=True) for value in row]
            cursor.execute(head + ", ".join([marks] * len(batch)) + tail, params)
            ids += [pk for (pk,) in cursor.fetchall()]
    return ids


def _prepared(field: Any, values: Sequence[Any], connection: Any) -> list[Any]:
    """A column as the database takes it; what stands in it many times is prepared once."""
    if isinstance(field, models.JSONField):
        return [field.get_db_prep_save(value, connection=connection) for value in values]
    known = {value: field.get_db_prep_save(value, connection=connection) for value in set(values)}
    return [known[value] for value in values]
