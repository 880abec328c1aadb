"""Numbers that an upper room offers to a return: shown beside the box, never put in silently.

``measures`` does not know of audits; ``audits`` counts how many were done, and registers at
start-up a function that offers the count to the question it answers.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from measures.models import DataItem, Return
from teams.permissions import Authority


@dataclass(frozen=True)
class Offer:
    """A number for one question: what it rests on in a sentence, and where that can be seen.

    ``number`` is as people write it; ``url`` is empty where the reader may not go.
    """

    number: str
    sentence: str
    url: str = ""


# What may be offered to these questions of a return, by item id.
Offerer = Callable[[Return, Sequence[DataItem], Authority], Mapping[int, Offer]]

_offerers: list[Offerer] = []


def register(offerer: Offerer) -> None:
    """Have ``offerer(made, items, authority)`` asked whenever a return is filled in."""
    if offerer not in _offerers:
        _offerers.append(offerer)


def offered(made: Return, items: Sequence[DataItem], authority: Authority) -> dict[int, Offer]:
    """Everything offered to these questions, by item id."""
    found: dict[int, Offer] = {}
    for offerer in _offerers:
        found.update(offerer(made, items, authority))
    return found
