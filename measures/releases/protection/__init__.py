"""Which cells stay hidden, so that none of them can be worked out: ``problem`` in, a mask out.

Pure: unknown whole numbers, sums of them that cells tell, and what is known besides go in; the
cheapest set of cells to hide comes out. The usual way with such tables: a master problem chooses
what to hide (``search``), the attack on each hidden number is a linear programme over what is shown
(``attack``), and what an attack needed becomes a rule of the master: one of those has to be hidden.

``search`` loads HiGHS, which no page needs: it is imported where somebody searches.
"""

from measures.releases.protection.problem import (
    POSSIBLE,
    SECONDS,
    ChosenMask,
    Fate,
    Impossible,
    Link,
    MaskedCell,
    Puzzle,
    Secret,
    Sum,
)

__all__ = [
    "POSSIBLE",
    "SECONDS",
    "ChosenMask",
    "Fate",
    "Impossible",
    "Link",
    "MaskedCell",
    "Puzzle",
    "Secret",
    "Sum",
]
