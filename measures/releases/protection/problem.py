"""What is told in a table of cells, what is known besides, and what must stay unknown. Pure."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum

# So many whole values of a hidden number have to stay possible.
POSSIBLE = 5
# So long a mask is searched for before the best that was found has to do.
SECONDS = 10.0


@dataclass(frozen=True)
class Sum:
    """A sum of unknowns, each with its factor; so many ``unit`` are a whole one of it."""

    terms: tuple[tuple[int, int], ...]
    unit: int = 1

    def of(self, world: Sequence[int]) -> int:
        """What it comes to."""
        return sum(factor * world[at] for at, factor in self.terms)


class Fate(Enum):
    """Whether a cell may still be hidden, or is hidden or shown for good."""

    OPEN = "open"
    HIDDEN = "hidden"
    SHOWN = "shown"


@dataclass(frozen=True)
class MaskedCell:
    """What is shown together or not at all: a numerator, and perhaps what it is divided by."""

    key: Hashable
    parts: tuple[Sum, ...]
    cost: int = 1
    fate: Fate = Fate.OPEN


@dataclass(frozen=True)
class Link:
    """What everybody knows of the unknowns: ``low <= total <= high``; None is no bound."""

    total: Sum
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True)
class Secret:
    """A number that must stay unknown; ``key`` is the cell that it is told of for.

    Of a small one every value from ``low`` to ``high`` stays possible where that can be had, so
    that who takes it for a small one learns no more.
    """

    key: Hashable
    total: Sum
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True)
class Puzzle:
    """Everything that is to be told, and known; ``truth`` are the unknowns as they are.

    What is told of the ``forgiven`` is not kept where it was lost before anything new is shown.
    """

    truth: Sequence[int]
    cells: Sequence[MaskedCell]
    links: Sequence[Link] = ()
    guards: Sequence[Secret] = ()
    forgiven: frozenset[Hashable] = frozenset()


@dataclass(frozen=True)
class ChosenMask:
    """The open cells that are hidden, what that costs, and how cheap it could be at the best.

    ``lost`` are the forgiven cells that can be worked out whatever is hidden.
    """

    hidden: frozenset[Hashable]
    cost: int = 0
    bound: int = 0
    lost: frozenset[Hashable] = frozenset()

    @property
    def gap(self) -> float:
        """How much cheaper another mask might be, as a share; 0 where this is the cheapest."""
        return (self.cost - self.bound) / self.cost if self.cost > self.bound else 0.0


class Impossible(Exception):
    """Nothing that could be hidden protects these cells."""

    def __init__(self, keys: Iterable[Hashable]) -> None:
        super().__init__("Nothing that could be hidden protects these cells")
        self.keys = list(dict.fromkeys(keys))


def split(problem: Puzzle) -> list[Puzzle]:
    """The problem in parts that share no unknown; those in which nothing is hidden left out."""
    root_of = _roots(problem)
    cells: dict[int, list[MaskedCell]] = defaultdict(list)
    links: dict[int, list[Link]] = defaultdict(list)
    guards: dict[int, list[Secret]] = defaultdict(list)
    for cell in problem.cells:
        for part in cell.parts:
            if part.terms:
                cells[root_of[part.terms[0][0]]].append(cell)
                break
    for link in problem.links:
        links[root_of[link.total.terms[0][0]]].append(link)
    for guard in problem.guards:
        guards[root_of[guard.total.terms[0][0]]].append(guard)
    return [
        _renumbered(replace(problem, cells=cells[at], links=links[at], guards=guards[at]))
        for at in cells
        if guards[at] or any(cell.fate is Fate.HIDDEN for cell in cells[at])
    ]


def _roots(problem: Puzzle) -> list[int]:
    """For each unknown one that stands for all that it is told together with."""
    parent = list(range(len(problem.truth)))

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    together = [tuple(term for part in cell.parts for term in part.terms) for cell in problem.cells]
    together += [link.total.terms for link in problem.links]
    together += [guard.total.terms for guard in problem.guards]
    for terms in together:
        for at, _ in terms[1:]:
            parent[root(at)] = root(terms[0][0])
    return [root(at) for at in range(len(problem.truth))]


def _renumbered(problem: Puzzle) -> Puzzle:
    """The same with its unknowns counted from nought."""
    numbers: dict[int, int] = {}

    def anew(total: Sum) -> Sum:
        terms = ((numbers.setdefault(at, len(numbers)), factor) for at, factor in total.terms)
        return Sum(tuple(sorted(terms)), total.unit)

    cells = [replace(one, parts=tuple(map(anew, one.parts))) for one in problem.cells]
    links = [replace(one, total=anew(one.total)) for one in problem.links]
    guards = [replace(one, total=anew(one.total)) for one in problem.guards]
    truth = [problem.truth[at] for at in numbers]
    return replace(problem, truth=truth, cells=cells, links=links, guards=guards)
