"""A round's results as rows of a file: a line for each indicator, or choice, in each area.

Serials and case numbers are in none of them: a line speaks of counts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from audits.grades import Grade, IndicatorKind
from audits.results.pages.scored import last_round
from audits.results.scored_rounds import CaseArea, IndicatorResult, RoundResults
from audits.scoring import Share
from earlyhelp.core.files.writer import CellValue, Percentage
from measures.counting.display import rounded

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
    *(grade.value.replace("-", "_") for grade in Grade),
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

# The heads of a sheet for reading: an indicator, how often each answer was given, and the share
# that is good or better, or yes, or that choice.
READ = ["Indicator", *(str(grade.label) for grade in Grade), "Counted", "Of", "Share"]


@dataclass(frozen=True)
class ResultLine:
    """An indicator in an area; ``choice`` where the line speaks of one choice alone."""

    results: RoundResults
    area: CaseArea
    result: IndicatorResult
    before: str
    share: Share
    choice: str = ""

    def cells(self) -> list[CellValue]:
        """The line in the order of ``COLUMNS``."""
        audit_round, asked, tally = self.results.round, self.result.indicator, self.result.tally
        return [
            audit_round.code,
            audit_round.theme,
            audit_round.period_name,
            "yes" if audit_round.is_illustrative else "no",
            self.area.level,
            self.area.code,
            self.area.name,
            asked.code,
            asked.name,
            asked.kind,
            self.choice,
            *(self._count(grade) for grade in Grade),
            self.share.part,
            self.share.of,
            rounded(self.share.value * 100, 1) if self.share.value is not None else None,
            *((tally.score, tally.graded) if self._is_graded else (None, None)),
            *self._before(),
            *self._agreement(),
        ]

    @property
    def _is_graded(self) -> bool:
        return self.result.indicator.kind == IndicatorKind.GRADED

    def read(self) -> list[CellValue]:
        """The line in the order of ``READ``, as it stands on a page."""
        name, share = self.result.indicator.name, self.share
        percent = None if share.value is None else Percentage(rounded(share.value * 100, 1))
        return [
            f"{name}: {self.choice}" if self.choice else name,
            *(self._count(grade) for grade in Grade),
            *(share.part, share.of, percent),
        ]

    def _count(self, grade: Grade) -> int | None:
        """How often; nothing for an answer that this kind of indicator does not offer."""
        offered = not self.choice and grade in self.result.indicator.answers
        return self.result.tally[grade] if offered else None

    def _before(self) -> list[CellValue]:
        kind, before = self.result.indicator.kind, self.result.compared.before
        judged = kind in (IndicatorKind.GRADED, IndicatorKind.YES_NO)
        if not self.before or before is None or not judged:
            return [self.before, None, None, ""]
        words = last_round(self.result.compared, kind, self.results.round.kind).words
        return [self.before, before.part, before.of, words]

    def _agreement(self) -> list[CellValue]:
        agreement = self.result.agreement
        if self.choice or not agreement.agreed.of:
            return [None, None, None]
        return [agreement.agreed.part, agreement.agreed.of, agreement.rounded_kappa]


def read_sheet(shown: Sequence[ResultLine]) -> tuple[list[str], list[list[CellValue]]]:
    """The head and the rows of a sheet for reading, without answers that nothing offers."""
    rows = [line.read() for line in shown]
    kept = [at for at in range(len(READ)) if not rows or any(row[at] is not None for row in rows)]
    return [READ[at] for at in kept], [[row[at] for at in kept] for row in rows]


def lines(results: RoundResults, area: CaseArea, before: str) -> Iterator[ResultLine]:
    """The lines of one area, indicators in the tool's order."""
    for result in results.indicators:
        if result.indicator.kind == IndicatorKind.CHOICES:
            for choice in result.choices:
                yield ResultLine(results, area, result, before, choice.share, choice.label)
        elif result.indicator.kind == IndicatorKind.TEXT:
            yield ResultLine(results, area, result, before, Share(result.texts, results.audits))
        else:
            yield ResultLine(results, area, result, before, results.outcome(result))
