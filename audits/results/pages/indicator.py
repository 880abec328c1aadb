"""One indicator of a round: what it asks, its bar, by area, what auditors wrote, findings."""

from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse

from audits.grades import IndicatorKind
from audits.models import CaseAudit, Given, Indicator
from audits.permissions import audits_seen
from audits.results.pages.scored import (
    OF_QUALITY,
    OF_YES_NO,
    BarRow,
    FewCases,
    ScoredPage,
    grade_counts,
    held_back,
    warning,
)
from audits.results.scored_rounds import IndicatorResult


@dataclass(frozen=True)
class IndicatorPage(ScoredPage):
    """The page of what the round asked."""

    indicator: Indicator

    @cached_property
    def result(self) -> IndicatorResult | None:
        """What was found and is shown; None where it stands on too few cases."""
        return self.shown.of(self.indicator) if self.shown else None

    @property
    def held_back(self) -> str:
        """The sentence in place of a result of too few cases."""
        return "" if self.result else held_back()

    @property
    def legend(self) -> list[tuple[str, str]]:
        """The looks of the bars and what they mean."""
        grades = OF_YES_NO if self.indicator.kind == IndicatorKind.YES_NO else OF_QUALITY
        return [(grade.value, grade.label) for grade in grades]

    @property
    def share_name(self) -> str:
        """What the share is of: good or better, or yes."""
        return "Yes" if self.indicator.kind == IndicatorKind.YES_NO else "Good or better"

    @property
    def has_before(self) -> bool:
        """Whether the last round stands beside it."""
        return self.scored.before is not None and not self.whole.is_cohort

    @property
    def _is_judged(self) -> bool:
        return self.indicator.kind in (IndicatorKind.GRADED, IndicatorKind.YES_NO)

    @cached_property
    def rows(self) -> list[BarRow]:
        """The bar as the one row of its table."""
        return [self.bar_row(self.result)] if self.result and self._is_judged else []

    @property
    def warning(self) -> FewCases | None:
        """How much one case weighs here."""
        return warning(row.share.of for row in self.rows)

    @property
    def counts(self) -> list[tuple[str, int, str]]:
        """The number of each answer that can be given, and its share."""
        if self.result is None:
            return []
        tally = self.result.tally
        offered = [one for one in self.indicator.answers if self._is_judged or tally[one]]
        return grade_counts(tally, offered)

    @cached_property
    def places(self) -> list[BarRow]:
        """The localities, teams and agencies side by side, on the page of the whole."""
        if not self.rows or not self.area.is_city:
            return []
        path = reverse("round-indicator", args=[self.made.code, self.indicator.code])
        return [
            BarRow(area.name, result.tally, result.share, path + area.query())
            for area in self.areas.everything[1:]
            if (result := self.results_in(area).of(self.indicator))
        ]

    @cached_property
    def comments(self) -> list[Given]:
        """What auditors and moderators wrote, of the audits that this person reads; two queries."""
        if self.result is None:
            return []
        readable = CaseAudit.objects.readable_by(self.by.authority, audits_seen(self.by.authority))
        rows = (
            Given.objects.filter(
                indicator=self.indicator,
                audit__in=readable.done().first_look().filter(case__round=self.made),
            )
            .exclude(comment="", text="", moderation_comment="")
            .select_related("audit__case__team")
            .order_by("audit__case__serial", "audit__agency")
        )
        return [given for given in rows if self.area.covers(given.audit)]

    @property
    def reads_audits(self) -> bool:
        """Whether this person reads the audits of some team."""
        return bool(audits_seen(self.by.authority))
