"""Migrations while people save: on PostgreSQL each takes every table before it changes one.

A migration that holds one table and waits for the next can meet somebody who holds that one and
waits for the first; after a second the database breaks off whoever waited longest, who is not the
migration. So all tables are taken first: sessions, so that no new request begins; then, once what
was under way has ended, the others, waiting for none of them for longer than a blink. Where that
fails nothing was done, and it is tried again.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.state import ModelState, ProjectState

_SESSIONS = "django_session"
_ATTEMPTS = 120
_NO_LOCK = "55P03"
_TABLES = "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = current_schema()"
_OTHERS = """SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
AND backend_type = 'client backend' AND pid <> pg_backend_pid()"""
# Who is in a transaction and waits for nobody. What is told of others is kept for a transaction.
_UNDER_WAY = """SELECT count(*) FROM (SELECT pg_stat_clear_snapshot()) anew, pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
AND xact_start IS NOT NULL AND wait_event_type IS DISTINCT FROM 'Lock'"""
_MOMENTS = 100
_DEFINES = ("ALTER", "CREATE", "DROP")


@contextmanager
def only_what_changes() -> Iterator[None]:
    """Within it an operation has the model drawn that it changes, not all that lead there.

    Through people every model leads to every other, so that each of two hundred operations drew
    thirty models anew. What a table becomes follows from its own model; an operation that runs
    our code is given all of them, drawn anew, as Django has it for what it put off itself.
    """
    states: Any = ProjectState
    add, affected = states.add_model, states._find_reload_model

    def itself(state: Any, app_label: str, name: str, delay: bool = False) -> Any:
        if not delay:  # what a key points at has changed
            return affected(state, app_label, name, delay)
        state.is_delayed = True
        return {(app_label, name)}

    def added(state: Any, model: ModelState) -> None:
        drawn = state.__dict__.pop("apps", None)
        add(state, model)
        if drawn is not None:
            state.apps = drawn
            state.reload_model(model.app_label, model.name_lower, delay=True)

    states.add_model, states._find_reload_model = added, itself
    try:
        yield
    finally:
        states.add_model, states._find_reload_model = add, affected


def migrate() -> None:
    """Bring the database up, while others may be using it; OperationalError while it is busy."""
    if connection.vendor != "postgresql":
        call_command("migrate", interactive=False, verbosity=0)
        return
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            with connection.execute_wrapper(_TablesFirst()):
                call_command("migrate", interactive=False, verbosity=0)
        except OperationalError as failed:
            if getattr(failed.__cause__, "pgcode", "") != _NO_LOCK or attempt == _ATTEMPTS:
                raise
            time.sleep(0.5)
        else:
            return


class _TablesFirst:
    """Sees each statement, and takes the tables before a transaction's first that defines one."""

    def __init__(self) -> None:
        self._transaction: object = None

    def __call__(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        """Run the statement."""
        blocks = connection.atomic_blocks
        if blocks and blocks[0] is not self._transaction and str(sql).startswith(_DEFINES):
            self._transaction = blocks[0]
            _take_tables()
        return execute(sql, params, many, context)


def _take_tables() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_OTHERS)
        is_alone = not cursor.fetchone()[0]
        cursor.execute(_TABLES)
        tables = [name for (name,) in cursor.fetchall()]
        if is_alone or _SESSIONS not in tables:
            return
        # Whoever waits for something while holding nothing keeps nobody from going on.
        cursor.execute("SET LOCAL lock_timeout = '5s'")
        cursor.execute(f"LOCK TABLE {_SESSIONS}")
        for _ in range(_MOMENTS):
            cursor.execute(_UNDER_WAY)
            if not cursor.fetchone()[0]:
                break
            time.sleep(0.05)
        cursor.execute("SET LOCAL lock_timeout = '50ms'")
        cursor.execute(f"LOCK TABLE {', '.join(tables)}")
