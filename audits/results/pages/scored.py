"""A round's results as somebody reads them, and what its pages share: bars, changes, warnings."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from django.conf import settings

from audits.findings.rows import FindingRow, finding_rows
from audits.grades import QUALITY, Grade, IndicatorKind
from audits.models import Indicator, Round, RoundKind
from audits.permissions import sees_small_results
from audits.results.charts import Bar, bar
from audits.results.pages.areas import CaseAreas
from audits.results.scored_rounds import CaseArea, IndicatorResult, RoundResults, ScoredRound
from audits.scoring import Agreement, Compared, GradeTally, Share, ShareChange
from earlyhelp.core.pages.wording import number_of
from measures.counting.display import rounded
from teams.authority import Actor

# The parts of a bar, from left to right: its look is the grade's own name.
OF_QUALITY = (*QUALITY, Grade.NOT_FOUND)
OF_YES_NO = (Grade.YES, Grade.NO)


@dataclass(frozen=True)
class LastRound:
    """The last round's share and what changed; ``look`` repeats a clear change in colour."""

    share: Share
    words: str
    look: str = ""


@dataclass(frozen=True)
class BarRow:
    """An indicator, or an area, with its bar and its share."""

    name: str
    tally: GradeTally
    share: Share
    url: str = ""
    before: LastRound | None = None
    agreement: Agreement | None = None

    @cached_property
    def bar(self) -> Bar:
        """Its grades, or yes and no: an indicator has either."""
        grades = (*OF_QUALITY, *OF_YES_NO)
        return bar((grade.value, grade.label, self.tally[grade]) for grade in grades)

    @property
    def counts(self) -> list[tuple[str, int, str]]:
        """The number of each grade and its share."""
        return grade_counts(self.tally, (*OF_QUALITY, Grade.NOT_APPLICABLE))


def grade_counts(tally: GradeTally, grades: Iterable[Grade]) -> list[tuple[str, int, str]]:
    """How often each grade was given, and its share of the cases that it applied to.

    *Not applicable* is no share of them, so it has none.
    """
    return [
        (
            grade.label,
            tally[grade],
            "" if grade == Grade.NOT_APPLICABLE else tally.share(grade).percent,
        )
        for grade in grades
    ]


def last_round(compared: Compared, indicator_kind: str, round_kind: str) -> LastRound:
    """The last round's share in words: "improved by 12.3 points", "too few to compare".

    Whether *yes* is good news depends on the question, so there only up and down are said.
    """
    before = compared.before or Share(0, 0)
    if compared.change == ShareChange.TOO_FEW:
        return LastRound(before, "too few to compare")
    if compared.change not in (ShareChange.IMPROVED, ShareChange.WORSENED) or not compared.points:
        return LastRound(before, str(compared.change))
    points = f"by {rounded(abs(compared.points), 1)} points"
    if indicator_kind == IndicatorKind.GRADED and round_kind != RoundKind.COHORT:
        return LastRound(before, f"{compared.change} {points}", str(compared.change))
    return LastRound(before, f"{'up' if compared.points > 0 else 'down'} {points}")


@dataclass(frozen=True)
class FewCases:
    """The plain warning about few cases; ``is_small`` under 10."""

    words: str
    is_small: bool


def warning(bases: Iterable[int]) -> FewCases | None:
    """How much one case weighs: "stand on 17 to 20 cases: one case moves them by 5 to 6 points".

    Nothing where one case moves no percentage by a whole point.
    """
    known = [base for base in bases if base]
    if not known or min(known) > 100:
        return None
    smallest, largest = min(known), max(known)
    least, most = (int(rounded(Fraction(100, number), 0)) for number in (largest, smallest))
    cases, points = _between(smallest, largest, "case"), _between(least, most, "point")
    words = f"Percentages here stand on {cases}: one case moves them by {points}."
    small = Share(0, smallest).is_small
    if small:
        words += " With fewer than 10 cases, read the numbers rather than the percentages."
    return FewCases(words, small)


def _between(low: int, high: int, what: str) -> str:
    """``17 to 20 cases``, ``1 case``."""
    return number_of(low, what) if low == high else f"{low} to {high} {what}s"


@dataclass(frozen=True)
class ScoredPage:
    """A round's results in an area, as this person reads them on this day."""

    scored: ScoredRound
    areas: CaseAreas
    area: CaseArea
    by: Actor
    indicator: Indicator | None = None

    @property
    def made(self) -> Round:
        """The round."""
        return self.scored.round

    @cached_property
    def whole(self) -> RoundResults:
        """Everything that was found in the area."""
        return self.results_in(self.area)

    @cached_property
    def shown(self) -> RoundResults | None:
        """What of it this person is shown; None where it stands on too few cases."""
        return self.shown_of(self.whole)

    def results_in(self, area: CaseArea) -> RoundResults:
        """Everything that was found in an area."""
        return self.scored.results(area, self.by.today)

    def shown_of(self, results: RoundResults) -> RoundResults | None:
        """What of some results this person is shown; None where they stand on too few cases."""
        if self.sees_small_results:
            return results
        return results.shown_to_board(settings.LEAST_CASES_FOR_BOARD)

    @property
    def sees_small_results(self) -> bool:
        """Whether this person is shown what stands on few cases."""
        return sees_small_results(self.by.authority)

    @property
    def held_back(self) -> str:
        """Why a board member is not shown a result; empty where everything is shown."""
        return "" if self.shown else held_back()

    def bar_row(self, result: IndicatorResult, url: str = "") -> BarRow:
        """The row of an indicator."""
        kinds = result.indicator.kind, self.made.kind
        before = last_round(result.compared, *kinds) if self.scored.before else None
        return BarRow(
            result.indicator.name, result.tally, result.share, url, before, result.agreement
        )

    @cached_property
    def findings(self) -> Sequence[FindingRow]:
        """What the round found in words, or what of that is about the indicator of the page."""
        if self.held_back:
            return ()
        authority, today = self.by.authority, self.by.today
        least = settings.LEAST_CASES_FOR_BOARD
        return finding_rows(self.made, authority, today, least=least, about=self.indicator)

    @property
    def strengths(self) -> list[FindingRow]:
        """What was found to be good."""
        return [one for one in self.findings if one.is_strength]

    @property
    def improvements(self) -> list[FindingRow]:
        """What was found to need improvement."""
        return [one for one in self.findings if not one.is_strength]


def held_back() -> str:
    """Why a board member is not shown a result."""
    return (
        f"Results that stand on fewer than {settings.LEAST_CASES_FOR_BOARD} cases are not shown "
        "to board members, so that nobody can be recognised in them."
    )
