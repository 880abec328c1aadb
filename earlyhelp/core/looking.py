"""An act in two steps: what takes long is read first, and the transaction only writes.

Reading, parsing and building lie before the transaction. What is left to do in it is the lock,
whether what was read is still so, and the writing: nobody waits for somebody who reads.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

DoneT = TypeVar("DoneT")


@dataclass(frozen=True)
class Looking(Generic[DoneT]):
    """An act of which ``look`` reads what it needs, and gives what writes it.

    What it gives refuses where something moved since. Called, it does both; a page looks before
    the transaction that keeps its form (``core.pages.forms``).
    """

    look: Callable[[], Callable[[], DoneT]]

    def __call__(self) -> DoneT:
        """Look, and write."""
        return self.look()()


def looked(act: Callable[[], DoneT]) -> Callable[[], DoneT]:
    """What is left to do of an act: all of it, where it does not look first."""
    return act.look() if isinstance(act, Looking) else act
