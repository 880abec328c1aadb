"""Many rows written at once from plain values, where objects cost more than the writing.

Django's ``bulk_create`` prepares each value of each row through its field, which takes four times
as long as the statement. Here a field is asked only about values that the database does not take
as they are: days, times and JSON.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, islice
from typing import Any

from django.db import connection, models

# Values in one statement: what SQLite takes by default since 2020, with room.
_MOST_VALUES = 30_000


def insert(
    model: type[models.Model],
    names: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    unique: Sequence[str] = (),
    update: Sequence[str] = (),
) -> list[int]:
    """The ids of rows that are written; ``names`` are their fields, in order.

    Where a row with the same ``unique`` fields is there, its ``update`` fields are written.
    """
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    quote = connection.ops.quote_name
    columns = {field.name: quote(field.column) for field in fields}
    more = _on_conflict(columns, unique, update) if unique else ""
    odd = [place for place, field in enumerate(fields) if not _is_plain(field)]
    into = f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(columns.values())}) VALUES"
    marks, waiting, ids = f"({', '.join(['%s'] * len(fields))})", iter(rows), list[int]()
    with connection.cursor() as cursor:
        while some := list(islice(waiting, _MOST_VALUES // len(fields))):
            ready = [_prepared(row, fields, odd) for row in some] if odd else some
            sql = f"{into} {', '.join([marks] * len(ready))} {more} RETURNING id"  # marks
            cursor.execute(sql, list(chain.from_iterable(ready)))
            ids += [row[0] for row in cursor.fetchall()]
    return ids


def _on_conflict(columns: Mapping[str, str], unique: Sequence[str], update: Sequence[str]) -> str:
    held = ", ".join(columns[name] for name in unique)
    written = ", ".join(f"{columns[name]} = EXCLUDED.{columns[name]}" for name in update)
    return f"ON CONFLICT ({held}) DO UPDATE SET {written}"


def _is_plain(field: Any) -> bool:
    return not isinstance(field, models.JSONField | models.DateField)


def _prepared(row: Sequence[Any], fields: Sequence[Any], odd: Sequence[int]) -> Sequence[Any]:
    ready = list(row)
    for place in odd:
        ready[place] = fields[place].get_db_prep_save(ready[place], connection)
    return ready
