"""What outsiders read: not the figures of today but the releases, which answer at start-up."""

from collections.abc import Callable, Collection, Sequence

from measures.counting.aggregates.shape import Tally
from measures.counting.catalogue import MeasureSpec
from teams.quarters import Quarter

Reader = Callable[[Sequence[MeasureSpec], Collection[Quarter], Sequence[Sequence[Quarter]]], Tally]
_readers: list[Reader] = []


def register(read: Reader) -> None:
    """Have ``read(measures, quarters, compared)`` give the tally of outsiders."""
    _readers[:] = [read]


def read(
    measures: Sequence[MeasureSpec],
    quarters: Collection[Quarter],
    compared: Sequence[Sequence[Quarter]],
) -> Tally:
    """What was released of these measures in these quarters and their years."""
    [one] = _readers
    return one(measures, quarters, compared)
