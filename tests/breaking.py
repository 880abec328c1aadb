"""The machine stops at one SQL statement: what is done has to be whole, or not done at all."""

import ast
import re
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, models, transaction
from django.db.transaction import TransactionManagementError

ROOT = Path(__file__).parent.parent
OURS = ("earlyhelp", "teams", "measures", "audits")
# Where the mechanism itself stands, and what is done to no row of anybody's.
_ELSEWHERE = ("earlyhelp/core/", "earlyhelp/sample/", "/migrations/")
_OPENS = {"changing", "create", "atomic"}
# When somebody last signed in is not theirs to keep.
_PASSING = {"last_login"}
_WRITES = ("INSERT", "UPDATE", "DELETE", "SAVEPOINT")
# How a statement that writes begins, with its table.
WRITTEN = re.compile(r'\s*(?:INSERT (?:OR \w+ )?INTO|UPDATE|DELETE FROM) "(\w+)"')
# What a visit keeps, and Django's own list beside our record, are no rows of anybody's.
OF_THE_VISIT = {Session, LogEntry}
_DIGEST = 64
_NEW_EACH_TIME = ("DateTimeField", "BinaryField", "JSONField")


class Broken(DatabaseError):
    """The machine stopped here."""


@contextmanager
def breaking_at(number: int) -> Iterator[list[str]]:
    """Raise in place of the ``number``-th statement, once; gives the statements that came."""
    seen: list[str] = []

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.append(sql)
        if len(seen) == number:
            raise Broken(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        yield seen


Digest = dict[str, list[tuple[Any, ...]]]


def digest(tables: Collection[str]) -> Digest:
    """Every row of these tables: two equal digests mean nothing changed."""
    return {
        model._meta.db_table: sorted(
            model._base_manager.values_list(*(one.attname for one in _fields(model))), key=repr
        )
        for model in _models(tables)
    }


def _models(tables: Collection[str]) -> list[type[models.Model]]:
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.db_table in tables and model not in OF_THE_VISIT
    ]


def _fields(model: type[models.Model]) -> list[Any]:
    return [one for one in model._meta.concrete_fields if one.name not in _PASSING]


def _shape(of: Digest) -> Digest:
    """A digest without what is new each time: keys, moments and what is made from them."""
    columns = {
        model._meta.db_table: [
            number
            for number, one in enumerate(_fields(model))
            if not (one.primary_key or one.is_relation or one.max_length == _DIGEST)
            and one.get_internal_type() not in _NEW_EACH_TIME
            and not one.name.endswith("_id")
        ]
        for model in _models(of)
    }
    return {
        table: sorted((tuple(row[at] for at in columns[table]) for row in rows), key=repr)
        for table, rows in of.items()
    }


def half_done(
    act: Callable[[], object], choose: Callable[[list[int]], list[int]] = list
) -> list[str]:
    """Break off at statements of what is done: those that left something behind, half of it.

    They are chosen from the first on that writes: what breaks before it has nothing to undo.
    What only looks after it was done (a page, a session) may break: then all of it stands.
    """
    with transaction.atomic():
        with breaking_at(0) as statements:
            act()
        tables = {found[1] for sql in statements if (found := WRITTEN.match(sql))}
        after = digest(tables)
        transaction.set_rollback(True)
    before, whole = digest(tables), _shape(after)
    assert after != before, "nothing was done"
    writes = [at for at, sql in enumerate(statements, 1) if sql.startswith(_WRITES)]
    # A rollback that cannot be asked for ends the connection, and so is one.
    can_break = [at for at, sql in enumerate(statements, 1) if not sql.startswith("ROLLBACK")]
    found = []
    visit = {model._meta.db_table for model in OF_THE_VISIT}
    last = max(
        at
        for at, sql in enumerate(statements, 1)
        if (table := WRITTEN.match(sql)) and table[1] not in visit
    )
    # What only looks comes at the end: of a few, the last is the last that writes.
    end = len(statements) if choose is list else last
    for number in choose([at for at in can_break if writes[0] <= at <= end]):
        with transaction.atomic():
            with breaking_at(number) as seen:
                try:
                    act()
                except (Broken, ValidationError, TransactionManagementError):
                    pass  # a validation that could not ask refuses
            transaction.set_rollback(False)  # the database itself refused nothing
            now = digest(tables)
            if now != before and _shape(now) != whole:
                found.append(seen[number - 1])
            transaction.set_rollback(True)
    return found


def few(numbers: list[int]) -> list[int]:
    """The first, the middle and the last of them."""
    return sorted({numbers[0], numbers[len(numbers) // 2], numbers[-1]})


# -- which functions write, and which of them were broken off -----------------------------------


def writers() -> set[str]:
    """Every function of ours that opens a change, creates on record or opens a transaction."""
    found = set()
    for app in OURS:
        for file in (ROOT / app).rglob("*.py"):
            name = str(file.relative_to(ROOT))
            if not any(part in f"{name}" for part in _ELSEWHERE):
                found |= {f"{name}::{one}" for one in _writers_in(ast.parse(file.read_text()), "")}
    return found


def _writers_in(tree: ast.AST, prefix: str) -> Iterator[str]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ClassDef):
            yield from _writers_in(node, f"{prefix}{node.name}.")
        elif isinstance(node, ast.FunctionDef):
            called = {
                one.func.attr
                if isinstance(one.func, ast.Attribute)
                else getattr(one.func, "id", "")
                for one in ast.walk(node)
                if isinstance(one, ast.Call) and not _of_a_manager(one)
            }
            if called & _OPENS:
                yield prefix + node.name


def _of_a_manager(call: ast.Call) -> bool:
    """``Model.objects.create`` puts nothing on record by itself."""
    on = getattr(call.func, "value", None)
    return isinstance(on, ast.Attribute) and on.attr in ("objects", "_default_manager")


@dataclass
class Seen:
    """Functions of ours that stood above a statement, ``file::qualified name``; tables changed."""

    functions: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)


@contextmanager
def watching() -> Iterator[Seen]:
    """What asks the database, and in which tables it changes or deletes rows that are there."""
    seen = Seen()
    root = f"{ROOT}/"

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if (found := WRITTEN.match(sql)) and not sql.lstrip().startswith("INSERT"):
            seen.changed.add(found[1])
        frame: FrameType | None = sys._getframe(1)
        while frame is not None:
            code = frame.f_code
            if code.co_filename.startswith(root):
                seen.functions.add(f"{code.co_filename.removeprefix(root)}::{code.co_qualname}")
            frame = frame.f_back
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        yield seen
