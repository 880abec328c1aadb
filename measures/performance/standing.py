"""How a place's measures stand in a quarter: how many came out in which way, and why.

What a home page says in a line or two, by the rules of the pages that it leads to. It adds up
only the quarters that are held against each other, not the eight of a page with lines.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain

from measures.counting.catalogue import MeasureSpec
from measures.counting.comparison import Change, Meaning, TargetSpec, compare
from measures.counting.display import shown
from measures.counting.revisions import Revision
from measures.counting.spans import Pairing
from measures.performance.choices import Choices, choices_of, slug_of
from measures.performance.filters import ByChange, ByTarget, by_change, by_target
from measures.performance.places import Place
from measures.performance.rows import (
    AreaFigures,
    TargetJudgement,
    difference,
    places_of,
    target_text,
)
from measures.performance.targets_and_commentary import annotations_of
from measures.querysets import Basis
from teams.permissions import Authority
from teams.quarters import Quarter


@dataclass(frozen=True)
class MeasureStanding:
    """One measure in one place and quarter; a filter reads its change and its target."""

    measure: MeasureSpec
    pairing: Pairing
    changed: Change
    target: TargetSpec | None
    verdict: TargetJudgement | None
    revision: Revision | None

    @property
    def meaning(self) -> Meaning:
        """What its change says."""
        return self.changed.meaning

    @property
    def places(self) -> int:
        """The decimals with which it is printed."""
        return places_of(self.pairing, self.changed, self.verdict)

    @property
    def now(self) -> str:
        """The figure, as it is printed."""
        return shown(self.pairing.now, self.places)

    @property
    def before(self) -> str:
        """The figure of the time before."""
        return shown(self.pairing.before, self.places)

    @property
    def change(self) -> str:
        """``▼ 7.5 points, worsened``."""
        moved = difference(self.changed, self.pairing, self.places)
        says = "" if self.meaning in (Meaning.NONE, Meaning.SAME) else self.meaning.value
        return ", ".join(filter(None, (moved, says)))

    @property
    def aimed_at(self) -> str:
        """Its target; nothing where it has none."""
        return target_text(self.target.target, self.measure) if self.target else ""


@dataclass(frozen=True)
class PlaceStanding:
    """The measures of a place in a quarter, and the quarters that were read for it."""

    place: Place
    choices: Choices
    measures: Sequence[MeasureStanding]
    quarters: Sequence[Quarter]

    def changed(self, one: ByChange) -> int:
        """How many measures are in a group by their change."""
        return sum(by_change(row) == one for row in self.measures)

    def judged(self, one: ByTarget) -> int:
        """How many are in a group by their target."""
        return sum(by_target(row) == one for row in self.measures)

    @property
    def revised(self) -> list[MeasureStanding]:
        """Those whose figure of the quarter changed after it was published."""
        return [row for row in self.measures if row.revision]

    def url(self, **shown: str) -> str:
        """The page of the place in this quarter, with just those measures that are named."""
        return self.choices.url(**shown)

    def measure_url(self, row: MeasureStanding) -> str:
        """The page of a measure there."""
        return self.choices.measure_url(row.measure.code, self.place.param)


def last_closed(authority: Authority) -> Choices | None:
    """What is asked for to read the latest closed quarter as signed off; None before the first.

    One query.
    """
    choices = choices_of({"basis": Basis.SIGNED_OFF.value}, "", authority)
    if choices is None or not choices.closed:
        return None
    period = max(choices.closed)
    return replace(choices, period=period, asked={**choices.asked, "period": slug_of(period)})


def standing_of(place: Place, choices: Choices, measures: Sequence[MeasureSpec]) -> PlaceStanding:
    """How the measures of a place stand in the quarter asked for; four queries or so."""
    quarters = sorted(set(chain.from_iterable(choices.compared)))
    tally = place.count(measures, quarters, choices, years=False, compared=choices.compared)
    figures = AreaFigures(place, choices, tally)
    targets = annotations_of([place], [choices.year])
    rows = []
    for measure in filter(figures.was_asked, measures):
        now, before = (figures.cell(measure, one) for one in (choices.period, choices.before))
        pairing = figures.pair(now, before)
        target = targets.target(place, measure, choices.year, is_year=choices.is_year)
        judged, revision = figures.judged(now, target), figures.revision(measure)
        rows.append(MeasureStanding(measure, pairing, compare(pairing), target, judged, revision))
    # A filter is of the page that it stands on.
    return PlaceStanding(place, replace(choices, path=place.path), rows, quarters)
