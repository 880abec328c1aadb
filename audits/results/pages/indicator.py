"""One indicator of a round: what it asks, its bar, by area, what auditors wrote, findings."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse

from audits.findings.rows import FindingRow
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
from earlyhelp.core.pages.wording import number_of


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
    def sentence(self) -> str:
        """``9 of 17 cases good or better (52.9%). Average score 2.5 of 4, over 17 graded.``"""
        return _SENTENCES[IndicatorKind(self.indicator.kind)](self.result) if self.result else ""

    @property
    def _is_judged(self) -> bool:
        return self.indicator.kind in (IndicatorKind.GRADED, IndicatorKind.YES_NO)

    @cached_property
    def rows(self) -> list[BarRow]:
        """The bar as the one row of its table."""
        return [self.bar_row(self.result)] if self.result and self._is_judged else []

    @property
    def has_agreement(self) -> bool:
        """Whether a moderator looked at it."""
        return self.result is not None and self.result.agreement.agreed.of > 0

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

    @property
    def places(self) -> list[BarRow]:
        """The localities, teams and agencies side by side, on the page of the whole."""
        if not self.rows or not self.area.is_city:
            return []
        path = reverse("round-indicator", args=[self.made.code, self.indicator.code])
        found = [(area, self.results_in(area).of(self.indicator)) for area in self.areas.everything]
        return [
            BarRow(area.name, result.tally, result.share, path + area.query())
            for area, result in found[1:]
            if result is not None
        ]

    @cached_property
    def findings(self) -> Sequence[FindingRow]:
        """The findings about it."""
        return self.findings_about(self.indicator) if self.result else ()

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


def _of_graded(result: IndicatorResult) -> str:
    share, tally = result.share, result.tally
    if not share.of:
        return "It applied to no case."
    sentence = f"{share} good or better ({share.percent})."
    if tally.graded:
        sentence += f" Average score {tally.score} of 4, over {tally.graded}"
        sentence += f" graded; {tally.not_found} not found on file."
    return sentence


def _of_yes_no(result: IndicatorResult) -> str:
    share = result.share
    return f"{share} yes ({share.percent})." if share.of else "It applied to no case."


def _of_choices(result: IndicatorResult) -> str:
    return "One case may be in several rows." if result.several else "One choice for each case."


def _of_text(result: IndicatorResult) -> str:
    return f"Written about on {number_of(result.texts, 'case')}."


_SENTENCES = {
    IndicatorKind.GRADED: _of_graded,
    IndicatorKind.YES_NO: _of_yes_no,
    IndicatorKind.CHOICES: _of_choices,
    IndicatorKind.TEXT: _of_text,
}
