"""The cheapest mask that protects: choose, attack, learn, choose again. Pure.

A choice that is attacked is repaired at once with what is cheapest for each attack, so that there
is a mask that protects long before the cheapest is known; its cost and the master's bound
say how far it may be from that.
"""

import time
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import highspy
import numpy as np

from measures.releases.protection.attack import Attack
from measures.releases.protection.problem import (
    SECONDS,
    ChosenMask,
    Fate,
    Impossible,
    MaskedCell,
    Puzzle,
    split,
)
from measures.releases.protection.programme import programme


def solve(problem: Puzzle, seconds: float = SECONDS) -> ChosenMask:
    """The cheapest mask that protects; after so many seconds, the best that was found.

    What shares no unknown is solved apart. Raises ``Impossible``.
    """
    ends = time.monotonic() + seconds
    masks: list[ChosenMask] = []
    impossible: list[Hashable] = []
    for part in split(problem):
        try:
            masks.append(_Search(part).run(ends))
        except Impossible as none:
            impossible += none.keys
    if impossible:
        raise Impossible(impossible)
    return ChosenMask(
        hidden=frozenset().union(*(mask.hidden for mask in masks)),
        cost=sum(mask.cost for mask in masks),
        bound=sum(mask.bound for mask in masks),
        lost=frozenset().union(*(mask.lost for mask in masks)),
    )


def exposed_without(problem: Puzzle, mask: ChosenMask) -> dict[Hashable, list[Hashable]]:
    """For each open cell that is hidden, those that could be worked out if it were shown."""
    found: dict[Hashable, list[Hashable]] = {}
    for part in split(problem):
        hidden = mask.hidden & {cell.key for cell in part.cells}
        search = _Search(part, lost=mask.lost) if hidden else None
        for key in hidden:
            cuts = search.cuts(hidden - {key}) if search else []
            found[key] = list(dict.fromkeys(cut.key for cut in cuts if cut.key != key))
    return found


@dataclass(frozen=True)
class _Cut:
    """One of ``totals`` must no longer be told for the sake of ``key``, if that is hidden.

    ``watched`` is what would be known.
    """

    watched: "_Watched"
    totals: frozenset[int]

    @property
    def key(self) -> Hashable:
        """The cell that would be known."""
        return self.watched.key


class _Watched(NamedTuple):
    """A sum that must stay unknown: whose, between what, and what else would have to be untold.

    ``is_open`` where its cell is hidden by choice.
    """

    key: Hashable
    total: int
    low: int | None = None
    high: int | None = None
    more: frozenset[int] = frozenset()
    is_open: bool = False


class _Search:
    """The search in a part of a problem that hangs together."""

    def __init__(self, problem: Puzzle, lost: Collection[Hashable] = ()) -> None:
        self._problem = problem
        self._attack = Attack(problem)
        at = self._attack.totals
        self._parts = {cell.key: [at[part] for part in cell.parts] for cell in problem.cells}
        self._cells = {cell.key: cell for cell in problem.cells}
        self._tellers: dict[int, list[MaskedCell]] = defaultdict(list)
        for cell in problem.cells:
            for total in set(self._parts[cell.key]):
                self._tellers[total].append(cell)
        self._hideable = {
            total
            for total, cells in self._tellers.items()
            if all(cell.fate is not Fate.SHOWN for cell in cells)
        }
        self._lost = set(lost)
        self._never: set[Hashable] = set()
        # Small numbers of which not every value can stay possible, but enough others.
        self._elsewhere: set[_Watched] = set()
        self._impossible: list[Hashable] = []

    # -- what attacks a mask ----------------------------------------------------------------------

    def cuts(self, hidden: Collection[Hashable]) -> list[_Cut]:
        """What has to change in a mask; empty where it protects."""
        self._attack.show(
            frozenset(
                total
                for cell in self._problem.cells
                if cell.fate is Fate.SHOWN or (cell.fate is Fate.OPEN and cell.key not in hidden)
                for total in self._parts[cell.key]
            )
        )
        found = [
            _Cut(one, stops | one.more)
            for one in self._watched(hidden)
            if (stops := self._attack.stopped_by(one.total, one.low, one.high)) is not None
        ]
        return found or self._whole_cuts(hidden)

    def _whole_cuts(self, hidden: Collection[Hashable]) -> list[_Cut]:
        """The same in whole numbers: as no programme says why, anything told may be to blame."""
        return [
            _Cut(one, self._attack.told | one.more)
            for one in self._watched(hidden)
            if not self._attack.has_whole_values(one.total, one.low, one.high)
        ]

    def _watched(self, hidden: Collection[Hashable]) -> Iterator[_Watched]:
        """What must stay unknown under a mask."""
        for guard in self._problem.guards:
            if guard.key not in self._lost:
                total = self._attack.totals[guard.total]
                watched = _Watched(guard.key, total, guard.low, guard.high)
                yield _Watched(guard.key, total) if watched in self._elsewhere else watched
        for cell in self._problem.cells:
            is_open = cell.fate is Fate.OPEN
            is_hidden = cell.key in hidden if is_open else cell.fate is Fate.HIDDEN
            if not is_hidden or cell.key in self._lost:
                continue
            above, *below = self._parts[cell.key]
            if above in self._attack.told and below:
                # Its numerator stands elsewhere: then what it is divided by must not be known.
                yield _Watched(cell.key, below[0], more=frozenset([above]), is_open=is_open)
            else:
                yield _Watched(cell.key, above, is_open=is_open)

    # -- choosing ---------------------------------------------------------------------------------

    def run(self, ends: float) -> ChosenMask:
        """Choose until nothing cheaper can protect, or the time is over."""
        master = _Master([cell for cell in self._problem.cells if cell.fate is Fate.OPEN])
        chosen: frozenset[Hashable] = frozenset()
        best: frozenset[Hashable] | None = None
        cost = bound = 0
        while True:
            mask = self._repaired(chosen, master)
            if best is None or self._cost(mask) < cost:
                best, cost = mask, self._cost(mask)
            left = ends - time.monotonic()
            if left <= 0:
                break
            chosen, bound = master.choose(left)
            if bound >= cost:
                break
        return ChosenMask(best, cost, min(bound, cost), frozenset(self._lost))

    def _cost(self, hidden: Collection[Hashable]) -> int:
        return sum(self._cells[key].cost for key in hidden)

    def _repaired(self, hidden: frozenset[Hashable], master: "_Master") -> frozenset[Hashable]:
        """The mask with what is cheapest hidden for each attack, until there is none."""
        while cuts := self.cuts(hidden):
            for cut in cuts:
                hidden = self._learn(cut, hidden, master)
            if self._impossible:
                raise Impossible(self._impossible)
        return hidden

    def _learn(
        self, cut: _Cut, hidden: frozenset[Hashable], master: "_Master"
    ) -> frozenset[Hashable]:
        """Tell the master of an attack, and hide what is cheapest against it."""
        is_open = cut.watched.is_open
        choices = self._choices(cut, {cut.key} if is_open else set())
        if not choices:
            return self._give_up(cut, hidden, master)
        master.one_of(choices, cut.key if is_open else None)
        if any(keys <= hidden for keys in choices):
            return hidden
        return hidden | min(
            (keys - hidden for keys in choices),
            key=lambda keys: (self._cost(keys), sorted(map(repr, keys))),
        )

    def _choices(self, cut: _Cut, but: set[Hashable]) -> list[frozenset[Hashable]]:
        """The cells that have to be hidden together, for one of the sums not to be told."""
        told = (self._still_told(one, frozenset()) for one in cut.totals if one in self._hideable)
        return [keys - but for keys in told if not keys & self._never]

    def _give_up(
        self, cut: _Cut, hidden: frozenset[Hashable], master: "_Master"
    ) -> frozenset[Hashable]:
        """What becomes of a cell that can be worked out whatever is hidden."""
        if cut.watched.is_open:
            self._never.add(cut.key)
            master.forbid(cut.key)
            return hidden - {cut.key}
        if cut.watched.low is not None:
            self._elsewhere.add(cut.watched)
        elif cut.key in self._problem.forgiven:
            self._lost.add(cut.key)
        else:
            self._impossible.append(cut.key)
        return hidden

    def _still_told(self, total: int, hidden: Collection[Hashable]) -> frozenset[Hashable]:
        """The cells that would have to be hidden for a sum to be told nowhere."""
        return frozenset(
            cell.key
            for cell in self._tellers[total]
            if cell.fate is Fate.OPEN and cell.key not in hidden
        )


class _Master:
    """Which cells to hide, by what was learned: a programme in noughts and ones."""

    def __init__(self, cells: Collection[MaskedCell]) -> None:
        self._mip = programme(mip_rel_gap=0.0)
        self._at: dict[Hashable, int] = {}
        self._together: dict[frozenset[Hashable], int] = {}
        self._known: set[tuple[frozenset[int], int | None]] = set()
        for cell in cells:
            self._at[cell.key] = self._add(cell.cost)

    def _add(self, cost: float) -> int:
        at = int(self._mip.getNumCol())
        self._mip.addCol(cost, 0.0, 1.0, 0, np.array([], dtype=np.int32), np.array([]))
        self._mip.changeColIntegrality(at, highspy.HighsVarType.kInteger)
        return at

    def _row(self, low: float, ones: Collection[int], minus: Collection[int] = ()) -> None:
        at = np.array([*ones, *minus], dtype=np.int32)
        by = np.array([1.0] * len(ones) + [-1.0] * len(minus))
        self._mip.addRow(low, highspy.kHighsInf, len(at), at, by)

    def _all_of(self, keys: frozenset[Hashable]) -> int:
        """What is one only where all of these are hidden."""
        if len(keys) == 1:
            return self._at[next(iter(keys))]
        if keys not in self._together:
            self._together[keys] = self._add(0.0)
            for key in keys:
                self._row(0.0, [self._at[key]], [self._together[keys]])
        return self._together[keys]

    def one_of(self, choices: list[frozenset[Hashable]], only_if: Hashable | None) -> None:
        """One of the choices has to be hidden as a whole (if a certain cell is hidden)."""
        ones = frozenset(self._all_of(keys) for keys in choices if keys)
        hangs_on = None if only_if is None else self._at[only_if]
        if (ones, hangs_on) not in self._known:
            self._known.add((ones, hangs_on))
            self._row(
                1.0 if hangs_on is None else 0.0, ones, [] if hangs_on is None else [hangs_on]
            )

    def forbid(self, key: Hashable) -> None:
        """A cell that would not be protected if it were hidden is shown."""
        self._mip.changeColBounds(self._at[key], 0.0, 0.0)

    def choose(self, seconds: float) -> tuple[frozenset[Hashable], int]:
        """The cheapest choice so far, and a cost that nothing can be under."""
        self._mip.setOptionValue("time_limit", seconds)
        self._mip.run()
        info = self._mip.getInfo()
        values = self._mip.getSolution().col_value
        chosen = frozenset(key for key, at in self._at.items() if values and values[at] > 0.5)
        return chosen, int(np.ceil(info.mip_dual_bound - 1e-6))
