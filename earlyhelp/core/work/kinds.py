"""The kinds of job there are, and what each of them does."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Payload = dict[str, Any]


class NeverPossible(Exception):
    """It was refused for good: trying again leads nowhere."""


@dataclass(frozen=True)
class JobKind:
    """A kind of job: what does it, and whether somebody outside gets what it makes."""

    run: Callable[[Payload], None]
    goes_out: bool


KINDS: dict[str, JobKind] = {}


def register(name: str, run: Callable[[Payload], None], *, goes_out: bool) -> None:
    """Have ``run(payload)`` do the jobs of this name.

    It raises ``NeverPossible``, or anything else to be called again later. It is called once more
    where it was broken off, done or not. What ``goes_out`` is not done from a backup of long ago.
    """
    KINDS[name] = JobKind(run, goes_out)
