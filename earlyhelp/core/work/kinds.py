"""The kinds of job there are, and what each of them does."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Payload = dict[str, Any]


class MayBeDone(Exception):
    """Nobody knows whether it was done (the line broke off), so it is not done again."""


class NeverPossible(Exception):
    """It was refused for good: trying again leads nowhere."""


@dataclass(frozen=True)
class JobKind:
    """A kind of job: what does it, and whether doing it twice does no harm."""

    run: Callable[[Payload], None]
    is_repeatable: bool


KINDS: dict[str, JobKind] = {}


def register(name: str, run: Callable[[Payload], None], *, is_repeatable: bool) -> None:
    """Have ``run(payload)`` do the jobs of this name.

    It raises ``MayBeDone`` or ``NeverPossible``, or anything else to be called again later. A job
    that was broken off is done again only where it ``is_repeatable``.
    """
    KINDS[name] = JobKind(run, is_repeatable)
