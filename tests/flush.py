"""Emptying a test database although it refuses to lose an event.

Tests on a live server empty their tables between them; its triggers are taken out
for that moment only. The migrate signal that follows a flush puts them back.
"""

from typing import Any

from django.test import TransactionTestCase

from earlyhelp.core.guarded import Guard, each

_flush = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]


def _flush_without_triggers(self: TransactionTestCase, *args: Any) -> None:
    for alias in self._databases_names(include_mirrors=False):  # type: ignore[attr-defined]
        each(Guard.remove, alias)
    _flush(self, *args)
    for alias in self._databases_names(include_mirrors=False):  # type: ignore[attr-defined]
        each(Guard.install, alias)


def install() -> None:
    """Have every transactional test empty its tables this way."""
    TransactionTestCase._fixture_teardown = _flush_without_triggers  # type: ignore[attr-defined]
