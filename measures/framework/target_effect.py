"""What a target says of figures that are there: of the whole area, its localities, its teams."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from measures.counting.aggregates import take
from measures.counting.areas import Area, Level, areas, city, of_locality
from measures.counting.catalogue import MeasureSpec
from measures.counting.comparison import TargetSpec, TargetVerdict
from measures.counting.display import shown
from measures.models import Measure, Target
from measures.performance.rows import Counted, TargetJudgement
from measures.querysets import Audience, Basis
from teams.quarters import FinancialYear

TEAMS = "Teams"


@dataclass(frozen=True)
class JudgedArea:
    """An area's figure, and how it stands to the target as it is typed and as it is saved."""

    area: Area
    value: str
    typed: TargetJudgement | None
    saved: TargetJudgement | None


@dataclass(frozen=True)
class Effect:
    """What a target says of the areas of one kind."""

    what: str
    rows: Sequence[JudgedArea]

    @property
    def typed(self) -> str:
        """With the target as it is typed: ``3 met, 1 close, 1 missed``."""
        return _in_words(one.typed for one in self.rows)

    @property
    def saved(self) -> str:
        """With the target as it is saved."""
        return _in_words(one.saved for one in self.rows)


def _in_words(judged: Iterable[TargetJudgement | None]) -> str:
    numbers = Counter(one and one.verdict for one in judged)
    words = [f"{numbers[verdict]} {verdict}" for verdict in TargetVerdict]
    return ", ".join([*words, f"{numbers[None]} not judged"] if numbers[None] else words)


def effects(
    spec: MeasureSpec, year: FinancialYear, typed: Target, saved: Target | None
) -> list[Effect]:
    """What a target would say of a year's signed-off figures wherever it holds (rule 10)."""
    found = []
    for what, listed in _places(spec, typed).items():
        tally = take(
            [spec],
            year.quarters,
            Basis.SIGNED_OFF,
            audience=Audience.INTERNAL,
            by_team=what == TEAMS,
        )
        rows = []
        for area in listed:
            team_id = next(iter(area.keys or ()), None) if area.is_team else None
            counted = Counted.of(tally, area.keys, team_id)
            cell = counted.rollup.cell(spec, year)
            verdicts = [counted.judged(cell, _spec(one), year) for one in (typed, saved)]
            if cell.expected:
                rows.append(JudgedArea(area, shown(cell), *verdicts))
        found.append(Effect(what, rows))
    return found


def _spec(target: Target | None) -> TargetSpec | None:
    if target is None:
        return None
    return TargetSpec(Fraction(target.target), Fraction(target.close_within))


def _places(spec: MeasureSpec, target: Target) -> dict[str, list[Area]]:
    """The areas that take the target, by kind: a locality with one of its own does not."""
    if spec.good == Measure.Good.NEITHER:
        return {}
    if target.locality is not None:
        return {"The locality": [of_locality(target.locality)]}
    if not spec.is_ratio:
        return {"The whole area": [city()]}
    alike = Target.objects.filter(measure=target.measure, year=target.year)
    own = set(alike.values_list("locality__code", flat=True))
    below = [one for one in areas(Level.LOCALITY) if one.code not in own]
    return {"The whole area": [city()], "Localities": below, TEAMS: areas(Level.TEAM)}
