"""A round's results as rows of a file: a line for each indicator, or choice, in each area.

Serials and case numbers are in none of them: a line speaks of counts.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from audits import scoring
from audits.grades import Grade, IndicatorKind
from audits.models import RoundKind
from audits.results.pages.areas import Place
from audits.results.pages.scored import beside
from audits.results.scored_rounds import IndicatorResult, RoundResults
from audits.scoring import Share
from earlyhelp.core.files.writer import CellValue
from measures.counting.display import rounded

_COUNTED = [
    Grade.OUTSTANDING,
    Grade.GOOD,
    Grade.REQUIRES_IMPROVEMENT,
    Grade.INADEQUATE,
    Grade.NOT_FOUND,
    Grade.NOT_APPLICABLE,
    Grade.YES,
    Grade.NO,
]

COLUMNS = [
    "round",
    "theme",
    "period",
    "illustrative",
    "level",
    "area",
    "area_name",
    "indicator",
    "indicator_name",
    "kind",
    "choice",
    *(grade.value.replace("-", "_") for grade in _COUNTED),
    "numerator",
    "denominator",
    "percent",
    "average_score",
    "graded",
    "previous_round",
    "previous_numerator",
    "previous_denominator",
    "change",
    "moderator_agreed",
    "moderated",
    "kappa",
]


@dataclass(frozen=True)
class Line:
    """An indicator in an area; ``choice`` where the line speaks of one choice alone."""

    found: RoundResults
    place: Place
    one: IndicatorResult
    before: str
    share: Share
    choice: str = ""

    def cells(self) -> list[CellValue]:
        """The line in the order of ``COLUMNS``."""
        made, asked, tally = self.found.round, self.one.indicator, self.one.tally
        return [
            made.code,
            made.theme,
            made.period_name,
            "yes" if made.is_illustrative else "no",
            self.place.level,
            self.place.code,
            self.place.name,
            asked.code,
            asked.name,
            asked.kind,
            self.choice,
            *(self._count(grade) for grade in _COUNTED),
            self.share.part,
            self.share.of,
            rounded(self.share.value * 100, 1) if self.share.value is not None else None,
            rounded(tally.average, 1) if self._is_graded and tally.average is not None else None,
            tally.graded if self._is_graded else None,
            *self._before(),
            *self._agreement(),
        ]

    @property
    def _is_graded(self) -> bool:
        return self.one.indicator.kind == IndicatorKind.GRADED

    def _count(self, grade: Grade) -> int | None:
        """How often; nothing for an answer that this kind of indicator does not offer."""
        offered = not self.choice and grade in self.one.indicator.answers
        return self.one.tally[grade] if offered else None

    def _before(self) -> list[CellValue]:
        before = self.one.compared.before
        judged = self._is_graded or self.one.indicator.kind == IndicatorKind.YES_NO
        if not self.before or before is None or not judged:
            return [self.before, None, None, ""]
        said = beside(self.one.compared, self.one.indicator.kind, self.found.round.kind)
        return [self.before, before.part, before.of, said.words]

    def _agreement(self) -> list[CellValue]:
        agreed = self.one.agreement.agreed
        if self.choice or not agreed.of:
            return [None, None, None]
        kappa = self.one.agreement.kappa
        return [agreed.part, agreed.of, rounded(kappa, 2) if kappa is not None else None]


def lines(found: RoundResults, place: Place, before: str) -> Iterator[Line]:
    """The lines of one area, indicators in the tool's order."""
    for one in found.indicators:
        if one.indicator.kind == IndicatorKind.CHOICES:
            for choice in one.choices:
                yield Line(found, place, one, before, choice.share, choice.label)
        elif one.indicator.kind == IndicatorKind.TEXT:
            yield Line(found, place, one, before, Share(one.texts, found.audits))
        else:
            yield Line(found, place, one, before, _share(found, one))


def _share(found: RoundResults, one: IndicatorResult) -> Share:
    """What the page shows: in a cohort each outcome is a share of all its cases."""
    if found.round.kind == RoundKind.COHORT and one.indicator.kind == IndicatorKind.YES_NO:
        met = {one.indicator.code: one.tally[Grade.YES]}
        return scoring.overlapping(found.audits, met)[one.indicator.code]
    return one.share
