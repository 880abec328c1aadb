"""Questions that upper rooms ask before the organisation is changed.

``teams`` does not know which quarters were opened; ``measures`` does, and registers a guard
at start-up that refuses a change which would rewrite one of them.
"""

from collections.abc import Callable

from django.db import models

Guard = Callable[[models.Model | None, models.Model], None]

_guards: list[Guard] = []


def register(guard: Guard) -> None:
    """Have ``guard(before, after)`` called before a row is saved; it raises to refuse."""
    if guard not in _guards:
        _guards.append(guard)


def ask_all(before: models.Model | None, after: models.Model) -> None:
    """Let every guard look at the change; ``before`` is None for a new row."""
    for guard in _guards:
        guard(before, after)
