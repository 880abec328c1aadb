"""Taking turns: the thing and its floor, one after the other, so that a busy moment hits both."""

import gc
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

Work = Callable[[], object]


@dataclass(frozen=True)
class Line:
    """One line of the table."""

    promise: str
    what: str
    measured: float
    goal: float | None
    unit: str = "x"
    detail: str = ""

    @property
    def is_met(self) -> bool:
        """Whether it is as fast as promised; so is what nothing was promised about."""
        return self.goal is None or self.measured <= self.goal

    def as_plain(self) -> dict[str, Any]:
        """For the process that prints."""
        return asdict(self)


def seconds(work: Work) -> float:
    """How long it takes once."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


@dataclass(frozen=True)
class Compared:
    """The medians of two things that took turns."""

    thing: float
    floor: float

    @property
    def ratio(self) -> float:
        """How many times the floor the thing takes."""
        return self.thing / self.floor

    @property
    def detail(self) -> str:
        """Both, in milliseconds."""
        return f"{self.thing * 1000:.1f} ms / {self.floor * 1000:.1f} ms"


def compare(thing: Work, floor: Work, *, most: int = 60, within: float = 20.0) -> Compared:
    """Let both take turns, at most so often and for so many seconds, at least five times."""
    thing(), floor()
    gc.collect()
    things: list[float] = []
    floors: list[float] = []
    begun = time.perf_counter()
    while len(things) < 5 or (len(things) < most and time.perf_counter() - begun < within):
        floors.append(seconds(floor))
        things.append(seconds(thing))
    return Compared(median(things), median(floors))
