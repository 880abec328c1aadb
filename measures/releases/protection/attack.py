"""What an outsider can work out of what is told: one linear programme, asked again and again. Pure.

Possible worlds that were found along the way are kept: one in which a number is far from the truth
answers the next question about that number without asking it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

from measures.releases.protection.problem import POSSIBLE, Puzzle, Sum
from measures.releases.protection.programme import programme

Numbers = NDArray[np.float64]

_NEAR = 1e-6
# No unknown is taken for more than so many times the largest there is: keeps programmes bounded.
_FAR = 4
_ENDLESS: float = highspy.kHighsInf
_MOST_WORLDS = 400


@dataclass
class _Reach:
    """How far sums can be from the truth, as far as is known; and the whole worlds among these."""

    low: Numbers
    high: Numbers
    whole: list[Numbers] = field(default_factory=list)

    def take(self, values: Numbers) -> None:
        """One more possible world, by what every sum comes to in it."""
        np.minimum(self.low, values, out=self.low)
        np.maximum(self.high, values, out=self.high)
        self.whole.append(values)


def _matrix(totals: Sequence[Sum], width: int) -> Numbers:
    """The factors of the unknowns in each sum."""
    matrix: Numbers = np.zeros((len(totals), width))
    for row, total in enumerate(totals):
        for at, factor in total.terms:
            matrix[row, at] += factor
    return matrix


class Attack:
    """The sums that cells tell or that are guarded, and how far each can be pushed."""

    def __init__(self, problem: Puzzle) -> None:
        self._width = len(problem.truth)
        self.totals: dict[Sum, int] = {}
        for part in (part for cell in problem.cells for part in cell.parts):
            self.totals.setdefault(part, len(self.totals))
        told_at_all = len(self.totals)
        for guard in problem.guards:
            self.totals.setdefault(guard.total, len(self.totals))
        listed = [*self.totals, *(link.total for link in problem.links)]
        self._matrix = _matrix(list(self.totals), self._width)
        self._units = [total.unit for total in self.totals]
        truth = np.array(problem.truth, dtype=float)
        self.true: Numbers = self._matrix @ truth
        self._rule = np.full(len(self.totals), -_ENDLESS)
        # Zero is shown, so what is hidden is at least one.
        self._rule[:told_at_all] = np.minimum(self.true[:told_at_all], 1)
        self._low, self._high = self._rule.copy(), np.full(len(self.totals), _ENDLESS)
        lows = [-_ENDLESS if one.low is None else one.low for one in problem.links]
        highs = [_ENDLESS if one.high is None else one.high for one in problem.links]
        self._worlds: Numbers = truth[np.newaxis]
        self._whole = [True]
        self._lp = self._programme(listed, [*self._low, *lows], [*self._high, *highs])
        self.told: frozenset[int] = frozenset()
        self._reach = _Reach(self.true.copy(), self.true.copy())

    def _programme(
        self, listed: Sequence[Sum], lows: Sequence[float], highs: Sequence[float]
    ) -> Any:
        lp = programme(presolve="off")
        far = _FAR * max(10_000.0, self._worlds.max(initial=0.0))
        for _ in range(self._width):
            lp.addCol(0.0, 0.0, far, 0, np.array([], dtype=np.int32), np.array([]))
        for total, low, high in zip(listed, lows, highs, strict=True):
            at = np.array([one for one, _ in total.terms], dtype=np.int32)
            by = np.array([float(factor) for _, factor in total.terms])
            lp.addRow(low, high, len(at), at, by)
        return lp

    def show(self, told: frozenset[int]) -> None:
        """Tell these sums and no others; what was found under another mask is gone through."""
        low, high = self._rule.copy(), np.full(len(self.totals), _ENDLESS)
        listed = sorted(told)
        low[listed] = high[listed] = self.true[listed]
        for at in np.flatnonzero((low != self._low) | (high != self._high)):
            self._lp.changeRowBounds(int(at), float(low[at]), float(high[at]))
        self._low, self._high, self.told = low, high, told
        values = self._worlds @ self._matrix.T
        fits = np.all((values >= low - _NEAR) & (values <= high + _NEAR), axis=1)
        self._reach = _Reach(values[fits].min(axis=0), values[fits].max(axis=0))
        self._reach.whole = [
            one for one, fit, whole in zip(values, fits, self._whole, strict=True) if fit and whole
        ]
        if len(self._whole) > _MOST_WORLDS:
            kept = np.concatenate([[True], fits[1:]])
            self._worlds = self._worlds[kept]
            self._whole = [one for one, keep in zip(self._whole, kept, strict=True) if keep]

    # -- linear ---------------------------------------------------------------------------------

    def stopped_by(self, total: int, low: int | None, high: int | None) -> frozenset[int] | None:
        """The told sums that leave too few values of a sum; None where enough are left."""
        if total in self.told:
            return frozenset([total])
        if low is None or high is None:
            return self._narrow(total)
        if self._reach.low[total] > low + _NEAR:
            stops = self._push(total, upward=False)
            if self._reach.low[total] > low + _NEAR:
                return stops
        if self._reach.high[total] < high - _NEAR:
            stops = self._push(total, upward=True)
            if self._reach.high[total] < high - _NEAR:
                return stops
        return None

    def _narrow(self, total: int) -> frozenset[int] | None:
        stops: frozenset[int] = frozenset()
        for upward in (True, False):
            if self._is_wide(total):
                return None
            stops |= self._push(total, upward=upward)
        return None if self._is_wide(total) else stops

    def _is_wide(self, total: int) -> bool:
        unit = self._units[total]
        highest = np.floor((self._reach.high[total] + _NEAR) / unit)
        return bool(highest - np.ceil((self._reach.low[total] - _NEAR) / unit) >= POSSIBLE - 1)

    def _push(self, total: int, *, upward: bool) -> frozenset[int]:
        """Push a sum as far as it goes; the told sums that stop it."""
        self._aim(total, upward=upward)
        self._lp.run()
        solution = self._lp.getSolution()
        self._found(np.array(solution.col_value))
        duals = np.array(solution.row_dual)
        return frozenset(at for at in self.told if abs(duals[at]) > _NEAR)

    def _aim(self, total: int, *, upward: bool) -> None:
        columns = np.arange(self._width, dtype=np.int32)
        sign = -1.0 if upward else 1.0
        self._lp.changeColsCost(self._width, columns, sign * self._matrix[total])

    def _found(self, world: Numbers) -> None:
        near = np.rint(world)
        is_whole = bool(np.abs(world - near).max(initial=0.0) < _NEAR)
        world = near if is_whole else world
        self._worlds = np.vstack([self._worlds, world])
        self._whole.append(is_whole)
        values = self._matrix @ world
        np.minimum(self._reach.low, values, out=self._reach.low)
        np.maximum(self._reach.high, values, out=self._reach.high)
        if is_whole:
            self._reach.whole.append(values)

    # -- in whole numbers -------------------------------------------------------------------------

    def has_whole_values(self, total: int, low: int | None, high: int | None) -> bool:
        """Whether enough values are left of a sum when every unknown is a whole number."""
        if self._enough(total, low, high):
            return True
        for upward in (True, False):
            self._aim(total, upward=upward)
            self._run_whole()
            if self._enough(total, low, high):
                return True
        known = [values[total] for values in self._reach.whole]
        return self._fill(total, low, high, int(min(known)), int(max(known)))

    def _enough(self, total: int, low: int | None, high: int | None) -> bool:
        found = {round(values[total]) // self._units[total] for values in self._reach.whole}
        if len(found) < POSSIBLE:
            return False
        if low is None or high is None:
            return True
        values = [one[total] for one in self._reach.whole]
        return bool(min(values) <= low + _NEAR and max(values) >= high - _NEAR)

    def _fill(self, total: int, low: int | None, high: int | None, least: int, most: int) -> bool:
        """Look for what lies between the ends, value for value."""
        unit = self._units[total]
        for value in range(least, min(most, least + 4 * POSSIBLE * unit) + 1, unit):
            self._lp.changeRowBounds(total, float(value), float(value))
            self._run_whole()
            self._lp.changeRowBounds(total, float(self._low[total]), float(self._high[total]))
            if self._enough(total, low, high):
                return True
        return False

    def _run_whole(self) -> None:
        columns = np.arange(self._width, dtype=np.int32)
        for kind in (highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous):
            kinds = np.full(self._width, int(kind), dtype=np.uint8)
            self._lp.changeColsIntegrality(self._width, columns, kinds)
            if kind is highspy.HighsVarType.kInteger:
                self._lp.run()
                is_solved = self._lp.getModelStatus() == highspy.HighsModelStatus.kOptimal
                world = np.rint(np.array(self._lp.getSolution().col_value))
        if is_solved:
            self._found(world)
