"""An outsider who works out what is hidden: a linear programme of its own, with no code of ours.

It is told what everybody can read and nothing else: which answers a number adds up, the number
where one is shown, that a hidden one is not zero (zero is always shown), which answers cannot
exceed which others, and intervals that rounding leaves.
"""

import math
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from highspy import Highs, HighsModelStatus, HighsVarType

# An answer: which return, which question, and the how-manieth number that stood there.
Unknown = Hashable
Weights = Mapping[Unknown, int]


@dataclass
class Outsider:
    """What an outsider knows, and what follows from it."""

    claims: list[tuple[Weights, float | None, float | None]] = field(default_factory=list)
    _solver: Any = None
    _columns: dict[Unknown, Any] = field(default_factory=dict)

    def reads(self, weights: Weights, value: float) -> None:
        """A number that is shown somewhere."""
        self.claims.append((weights, value, value))

    def knows_between(self, weights: Weights, low: float | None, high: float | None) -> None:
        """A number that lies between two others."""
        self.claims.append((weights, low, high))

    def prepare(self) -> None:
        """Write everything into one programme."""
        self._solver = Highs()
        self._solver.silent()
        unknowns = {one for weights, _, _ in self.claims for one in weights}
        self._columns = {
            one: self._solver.addVariable(lb=0, ub=1e6) for one in sorted(unknowns, key=repr)
        }
        for weights, low, high in self.claims:
            total = sum(by * self._columns[one] for one, by in weights.items())
            if low is not None:
                self._solver.addConstr(total >= low)
            if high is not None:
                self._solver.addConstr(total <= high)

    def bounds(self, weights: Weights) -> tuple[int, int]:
        """The least and the greatest whole value that a sum can have, for all that is known."""
        low, high = self._linear(weights)
        return (low, high) if high - low > 12 else self._whole(weights)

    def _linear(self, weights: Weights) -> tuple[int, int]:
        low, high = self._ends(weights)
        return math.ceil(low - 1e-6), math.floor(high + 1e-6)

    def _whole(self, weights: Weights) -> tuple[int, int]:
        for column in self._columns.values():
            self._solver.changeColIntegrality(column.index, HighsVarType.kInteger)
        low, high = self._ends(weights)
        for column in self._columns.values():
            self._solver.changeColIntegrality(column.index, HighsVarType.kContinuous)
        return round(low), round(high)

    def _ends(self, weights: Weights) -> tuple[float, float]:
        total = sum(by * self._columns[one] for one, by in weights.items())
        found = []
        for act in (self._solver.minimize, self._solver.maximize):
            act(total)
            assert self._solver.getModelStatus() == HighsModelStatus.kOptimal
            found.append(self._solver.getInfo().objective_function_value)
        return found[0], found[1]


def together(parts: Iterable[Weights]) -> dict[Unknown, int]:
    """Several sums added up."""
    found: dict[Unknown, int] = {}
    for part in parts:
        for one, by in part.items():
            found[one] = found.get(one, 0) + by
    return found
