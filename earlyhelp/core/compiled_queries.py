"""A cache of compiled queries: Django writes the SQL once, the database is asked many times.

Writing the SQL of a query takes Django a millisecond or two, longer than the database needs to
answer it for a council of fifteen teams. A query that many pages make is therefore a function,
its *builder*, from plain values to a queryset; the SQL is kept by those values. The rows are
those that the queryset itself would give: tuples of ``values_list``, or the model's own.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from contextlib import ExitStack
from functools import lru_cache
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connections, router
from django.db.models import IntegerField, Model, QuerySet, Value
from django.db.models.query import ModelIterable, get_related_populators

Builder = Callable[..., "QuerySet[Any, Any]"]
# Tuples, or rows of the model, as the builder's queryset has them.
Rows = list[Any]
Converter = Callable[[Any, Any, Any], Any]

# The oldest goes first. One entry is a few kilobytes.
CACHE_SIZE = 4096


# What a column of whole numbers has.
_WHOLE = frozenset({int, type(None)})


class Parameter(NamedTuple):
    """A parameter of the SQL whose value comes with each call of ``fetch``."""

    name: str


class BuilderQueries(Exception):
    """A builder asked the database: what it read would be kept for good."""


class _Statement(NamedTuple):
    """The SQL for one database, its parameters, and Django's converters by column.

    Of the columns ``whole`` Django's own makes whole numbers, which most databases give already.
    ``width`` says how many columns count, where the SQL needs more for its own sake;
    ``as_model`` makes a row of the model, where the queryset gives those.
    """

    sql: str
    params: tuple[Any, ...]
    width: int | None
    converters: Mapping[int, tuple[list[Converter], Any]]
    whole: frozenset[int]
    as_model: Callable[[tuple[Any, ...]], Model] | None


def fetch(builder: Builder, *args: Hashable, **parameters: Any) -> Rows:
    """All rows of ``builder(*args)``; one query.

    The builder gives the same queryset for the same arguments, whatever is in the database;
    one that reads the database, or prefetches, raises ``BuilderQueries``. Arguments that are
    equal but of different types are kept apart, though not inside a tuple. ``parameters`` has
    the value of each ``Parameter``.
    """
    compiled = _compiled(builder, *args)
    using = compiled.using or router.db_for_read(compiled.model)
    if using not in compiled.statements:
        compiled.statements[using] = _compile(_built(builder, args), using)
    statement = compiled.statements[using]
    if statement is None:
        return []
    connection = connections[using]
    with connection.cursor() as cursor:
        params = [parameters[p.name] if isinstance(p, Parameter) else p for p in statement.params]
        cursor.execute(statement.sql, params)
        rows: Rows = cursor.fetchall()
    if statement.width is not None:
        rows = [row[: statement.width] for row in rows]
    if statement.converters:
        rows = _converted(rows, statement, connection)
    return rows if statement.as_model is None else [statement.as_model(row) for row in rows]


def forget() -> None:
    """Empty the cache: for tests that replace what a builder is made of."""
    _compiled.cache_clear()


class _Compiled(NamedTuple):
    """The model asked for, the database if the builder names one, and its statement for each.

    A statement is None where no row can answer. The queryset itself is not kept: it takes many
    times the memory.
    """

    model: type[Model]
    using: str | None
    statements: dict[str, _Statement | None]


@lru_cache(CACHE_SIZE, typed=True)
def _compiled(builder: Builder, *args: Hashable) -> _Compiled:
    rows = _built(builder, args)
    named: str | None = rows._db  # type: ignore[attr-defined]  # by using(); no public name
    return _Compiled(rows.model, named, {rows.db: _compile(rows, rows.db)})


def _built(builder: Builder, args: tuple[Hashable, ...]) -> "QuerySet[Any, Any]":
    with ExitStack() as stack:
        for connection in connections.all():
            stack.enter_context(connection.execute_wrapper(_refuse_queries))
        return builder(*args)


def _refuse_queries(execute: Any, sql: str, *rest: Any) -> None:
    raise BuilderQueries(f"The builder of a compiled query may not ask the database: {sql}")


def _compile(rows: "QuerySet[Any, Any]", using: str) -> _Statement | None:
    """What Django's own iteration over a queryset does (``SQLCompiler.results_iter``)."""
    if rows._prefetch_related_lookups:  # type: ignore[attr-defined]
        raise BuilderQueries("A compiled query has no prefetched rows: prefetch_related_objects")
    compiler = rows.query.get_compiler(using)
    try:
        sql, params = compiler.as_sql()
    except EmptyResultSet:
        return None
    selected = [column[0] for column in compiler.select[: compiler.col_count]]
    needed = compiler.get_converters(selected)
    converters = {
        # A value of the same field stands for the expression, which would keep the whole query.
        column: (converters, Value(None, output_field=expression.output_field))
        for column, (converters, expression) in needed.items()
    }
    whole = frozenset(
        column
        for column, (converters, expression) in needed.items()
        if isinstance(expression.output_field, IntegerField)
        and converters == [expression.convert_value]
    )
    width = compiler.col_count if compiler.has_extra_select else None
    gives_models = rows._iterable_class is ModelIterable
    as_model = _model_maker(compiler, using) if gives_models else None
    return _Statement(sql, tuple(params), width, converters, whole, as_model)


def _model_maker(compiler: Any, using: str) -> Callable[[tuple[Any, ...]], Model]:
    """What Django's own iteration over rows of a model does (``ModelIterable``)."""
    own = compiler.klass_info["select_fields"]
    first, end = own[0], own[-1] + 1
    model: type[Model] = compiler.klass_info["model"]
    names = [column[0].target.attname for column in compiler.select[first:end]]
    followed = compiler.klass_info, compiler.select, using
    related = get_related_populators(*followed)  # type: ignore[call-arg]  # of a later Django
    annotated = dict(compiler.annotation_col_map or {})

    def made(row: tuple[Any, ...]) -> Model:
        instance = model.from_db(using, names, row[first:end])
        for populator in related:
            populator.populate(row, instance)
        for name, column in annotated.items():
            setattr(instance, name, row[column])
        return instance

    return made


def _converted(rows: Rows, statement: _Statement, connection: Any) -> Rows:
    """The rows as Django's converters make them, column by column; whole numbers need none."""
    if not rows:
        return rows
    columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
    changed = False
    for column, (converters, expression) in statement.converters.items():
        values = columns[column]
        if column in statement.whole and _WHOLE.issuperset(map(type, values)):
            continue
        for convert in converters:
            values = [convert(value, expression, connection) for value in values]
        columns[column], changed = values, True
    return list(zip(*columns, strict=True)) if changed else rows
