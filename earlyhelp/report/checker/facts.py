"""What the checker holds a text against: the framework and its signed-off figures, as plain values.

The application gathers them (``earlyhelp.report.facts``); tests write them by hand.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from earlyhelp.report.checker.periods import Period

# How many of how many.
Parts = tuple[Fraction, Fraction]
# The code by which the whole council is called.
CITY = "city"


@dataclass(frozen=True)
class ItemFact:
    """A question: what is counted once."""

    code: str
    name: str
    counts: str = ""
    is_snapshot: bool = False
    definition: str = ""
    also_called: tuple[str, ...] = ()
    breaks: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True)
class MeasureFact:
    """A measure: a count (no denominators), or a ratio at a scale.

    One with ``of`` is no measure of the framework: the count of an item that only a ratio holds,
    and ``of`` is that ratio's code.
    """

    code: str
    name: str
    numerator: ItemFact
    denominators: tuple[ItemFact, ...] = ()
    scale: int = 1
    decimals: int = 0
    good: str = "neither"
    definition: str = ""
    also_called: tuple[str, ...] = ()
    is_share: bool = False
    of: str = ""

    @property
    def is_ratio(self) -> bool:
        """Whether it is divided by something."""
        return bool(self.denominators)

    @property
    def is_percent(self) -> bool:
        """Whether it is a percentage."""
        return self.is_ratio and self.scale == 100

    @property
    def items(self) -> tuple[ItemFact, ...]:
        """What it is made of."""
        return (self.numerator, *self.denominators)

    @property
    def is_snapshot(self) -> bool:
        """Whether all of it is counted at quarter end."""
        return all(item.is_snapshot for item in self.items)

    @property
    def is_mixed(self) -> bool:
        """Whether it mixes what is counted at quarter end with what is counted over it."""
        return len({item.is_snapshot for item in self.items}) == 2

    def breaks_between(self, earlier: Period, later: Period) -> list[str]:
        """Why two periods do not compare: what broke after the first began."""
        return [
            reason
            for item in self.items
            for quarter, reason in item.breaks
            if earlier.first < quarter <= later.last
        ]


@dataclass(frozen=True)
class AreaFact:
    """The whole council (``city``) or a part of it."""

    code: str
    name: str
    is_whole: bool = False


@dataclass(frozen=True)
class CellFact:
    """A measure in an area and a period; ``value`` is exact and None where there is none.

    ``quarters`` are those whose figures it is made of. ``reporting`` of ``teams`` answered in all.
    """

    value: Fraction | None
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    answered: int = 0
    expected: int = 0
    reporting: int = 0
    teams: int = 0
    quarters: tuple[int, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether everybody who was expected answered."""
        return self.answered == self.expected


@dataclass(frozen=True)
class TargetFact:
    """A target, and how near is close, in the measure's units."""

    level: Fraction
    close_within: Fraction = Fraction(0)


@dataclass(frozen=True)
class CouncilFacts:
    """The framework and its figures.

    ``cells`` are by measure, area and period; where there is none the text cannot be held to one.
    ``over`` are the quarters that were opened and are over. ``is_clear`` says of two cells of a
    share whether they differ by more than chance; None: not tested.
    """

    measures: Sequence[MeasureFact]
    areas: Sequence[AreaFact]
    cells: Mapping[tuple[str, str, Period], CellFact]
    targets: Mapping[tuple[str, str, int], TargetFact] = field(default_factory=dict)
    over: frozenset[int] = frozenset()
    council_names: tuple[str, ...] = ()
    is_clear: Callable[[str, Parts, Parts], bool | None] = lambda *_: None

    @cached_property
    def by_code(self) -> dict[str, MeasureFact]:
        """The measures by their codes."""
        return {measure.code: measure for measure in self.measures}

    @cached_property
    def localities(self) -> list[AreaFact]:
        """The areas that are parts of the council."""
        return [area for area in self.areas if not area.is_whole]

    @cached_property
    def _codes(self) -> frozenset[str]:
        return frozenset(area.code for area in self.areas)

    def cell(self, measure: str, area: str, period: Period) -> CellFact | None:
        """A cell with a number; None where there is none."""
        if measure not in self.by_code or area not in self._codes:
            return None
        found = self.cells.get((measure, area, period))
        return found if found is not None and found.value is not None else None

    def target(self, measure: str, area: str, period: Period) -> TargetFact | None:
        """The target of a year; a ratio's holds for every part of the council (rule 10)."""
        own = self.targets.get((measure, area, period.start))
        if own is None and self.by_code[measure].is_ratio:
            own = self.targets.get((measure, CITY, period.start))
        return own
