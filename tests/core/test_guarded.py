"""What the database keeps: triggers of an earlier version are made anew by the next migration."""

import pytest
from django.core.management import call_command
from django.db import connection

from earlyhelp.core.guarded import GUARDS, Guard

pytestmark = pytest.mark.django_db


def said(guard: Guard) -> dict[str, str]:
    """What each trigger of a table does, by name."""
    of = {
        "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s",
        "postgresql": "SELECT tgname, prosrc FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid "
        "WHERE tgrelid = %s::regclass AND NOT tgisinternal",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(of, [guard.table])
        return dict(cursor.fetchall())


def outdate(guard: Guard) -> None:
    """Leave the triggers by name, and have them let everything pass."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            guard.remove(connection)
            for name in guard.names["sqlite"]:
                on = f"BEFORE UPDATE ON {guard.table}"
                cursor.execute(f"CREATE TRIGGER {name} {on} BEGIN SELECT 1; END")
            return
        functions = "SELECT DISTINCT tgfoid::regproc::text FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal"  # fmt: skip
        cursor.execute(functions, [guard.table])
        for (name,) in cursor.fetchall():
            passes = f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$"  # fmt: skip
            cursor.execute(passes)


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.table)
def test_a_trigger_of_an_earlier_version_is_made_anew(guard: Guard) -> None:
    """A table that got columns would be kept without them, and its trigger's name says nothing."""
    now = said(guard)
    assert set(now) == guard.names[connection.vendor]
    outdate(guard)
    assert said(guard) != now
    assert guard.missing(connection) == set()
    call_command("migrate", verbosity=0)
    assert said(guard) == now
