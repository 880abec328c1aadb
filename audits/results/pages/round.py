"""What a round found in an area: headline numbers, bars, numbers, choices, words, findings."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from django.urls import reverse

from audits.grades import Grade, IndicatorKind, Threshold
from audits.permissions import sees_who_is_late
from audits.results.pages.completion import (
    CompletionRow,
    by_auditor,
    completion_in,
    completion_sentence,
)
from audits.results.pages.scored import OF_QUALITY, BarRow, FewCases, ScoredPage, warning
from audits.results.scored_rounds import (
    PROGRAMME,
    IndicatorResult,
    LabelledShare,
    RoundResults,
    audits_of_year,
    completion_of,
)
from audits.scoring import GradeTally, Share
from earlyhelp.core.files.writer import FileFormat
from earlyhelp.core.pages.wording import number_of
from teams.quarters import FinancialYear, Quarter


@dataclass(frozen=True)
class ResultsPage(ScoredPage):
    """The page; what is held back of a small round is not in ``found``."""

    legend = [(grade.value, grade.label) for grade in OF_QUALITY]

    @cached_property
    def found(self) -> RoundResults:
        """What is shown; of what is held back only how far it is."""
        return self.shown or RoundResults(self.made, self.whole.completion)

    @property
    def lead(self) -> str:
        """``20 cases in 5 localities. 19 of 20 audited, 18 on time and 1 late.``"""
        audits = [audit for audit in self.scored.audits if self.area.covers(audit)]
        lead = number_of(len({audit.case_id for audit in audits}), "case")
        localities = {audit.case.locality_id for audit in audits if audit.case.locality_id}
        if self.area.is_city and localities:
            lead += f" in {len(localities)} localit{'y' if len(localities) == 1 else 'ies'}"
        agencies = {audit.agency for audit in audits}
        if len(agencies) > 1:
            lead += f", looked at by {len(agencies)} agencies"
        return f"{lead}. {completion_sentence(self.whole.completion)}"

    @property
    def year(self) -> FinancialYear | None:
        """The year to whose programme the round belongs, if it does."""
        return Quarter.containing(self.made.ends).year if self.made.kind in PROGRAMME else None

    @property
    def of_year(self) -> Share | None:
        """How much of that year's programme is done; one query."""
        return completion_of(audits_of_year(self.year), self.by.today).done if self.year else None

    @property
    def downloads(self) -> list[tuple[str, str]]:
        """The formats of the file with what is shown here, and where they are."""
        path = reverse("round-results-export", args=[self.made.code])
        return [
            (form.label, path + self.area.query(format=form.value))
            for form in FileFormat
            if self.shown
        ]

    # -- what was found -----------------------------------------------------------------------

    @cached_property
    def graded(self) -> list[BarRow]:
        """The graded indicators that applied to some case, best first."""
        return [self._linked(result) for result in self.found.ranked if result.tally.applied]

    @cached_property
    def yes_no(self) -> list[BarRow]:
        """Yes of yes and no; in a cohort, of all its cases, since its outcomes may overlap."""
        return [self._outcome(result) for result in self.found.of_kind(IndicatorKind.YES_NO)]

    def _outcome(self, result: IndicatorResult) -> BarRow:
        row = self._linked(result)
        if not self.found.is_cohort:
            return row
        share = self.found.outcome(result)
        counts = {Grade.YES: share.part, Grade.NO: share.of - share.part}
        return replace(row, tally=GradeTally(counts), share=share)

    def _linked(self, result: IndicatorResult) -> BarRow:
        path = reverse("round-indicator", args=[self.made.code, result.indicator.code])
        return self.bar_row(result, path + self.area.query())

    @property
    def choices(self) -> list[IndicatorResult]:
        """The indicators that were answered by choosing."""
        return self.found.of_kind(IndicatorKind.CHOICES)

    @property
    def texts(self) -> list[IndicatorResult]:
        """The indicators that were answered in words; these are on the indicator's page."""
        return self.found.of_kind(IndicatorKind.TEXT)

    @cached_property
    def overall(self) -> list[BarRow]:
        """The overall judgements of the cases, where the tool asked for them, as a table's row."""
        tally = self.found.overall
        return [BarRow("The case as a whole", tally, tally.good_or_better)] if tally.applied else []

    @property
    def thresholds(self) -> list[LabelledShare]:
        """How often each level of help was judged right; nothing where nobody judged it."""
        counts = self.found.thresholds
        total = sum(counts.values()) if self.sees_small_results else 0
        return [
            LabelledShare(level.label, Share(counts.get(level, 0), total))
            for level in Threshold
            if total
        ]

    @property
    def has_results(self) -> bool:
        """Whether anything was found here that the reader is shown."""
        return bool(self.graded or self.yes_no or self.choices or self.texts or self.overall)

    @property
    def has_agreement(self) -> bool:
        """Whether a moderator looked at any of it."""
        return any(result.agreement.agreed.of for result in self.found.indicators)

    @property
    def warning(self) -> FewCases | None:
        """How much one case weighs here."""
        return warning(self.found.bases)

    # -- how far it is ------------------------------------------------------------------------

    @cached_property
    def places_done(self) -> list[CompletionRow]:
        """Completion by locality on the city's page, where the reader sees localities."""
        path = self.made.results_url
        return [
            CompletionRow(
                area.name,
                completion_in(self.scored.audits, area, self.by.today),
                path + area.query(),
            )
            for area in self.areas.localities
            if self.area.is_city
        ]

    @cached_property
    def people_done(self) -> Sequence[CompletionRow]:
        """Completion by auditor, for those who look at all of it."""
        if not sees_who_is_late(self.by.authority):
            return ()
        audits = [audit for audit in self.scored.audits if self.area.covers(audit)]
        return by_auditor(audits, self.by.today)
