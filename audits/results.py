"""Results of rounds, read from the database and scored: by round, area, agency and year.

What is counted is the sample as it was drawn (first turns) that auditors submitted, by the
grade that counts. A round's page costs the same number of queries whatever its size.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from audits import scoring
from audits.grades import IndicatorKind
from audits.models import CaseAudit, Given, Indicator, Round
from audits.querysets import DONE, CaseAuditQuerySet
from audits.scoring import Agreement, Allocated, Compared, Completion, Share, Tally
from audits.workflow import RoundState
from teams.quarters import FinancialYear, Quarter


@dataclass(frozen=True)
class Area:
    """Whose cases: a team's, those that stood in some localities, or with neither the city's.

    ``agency`` takes one agency of a multi-agency round; None takes all of them.
    """

    team_id: int | None = None
    locality_ids: tuple[int, ...] = ()
    agency: str | None = None

    @property
    def is_city(self) -> bool:
        """Whether it is the city as a whole."""
        return self.team_id is None and not self.locality_ids

    def of(self, audits: CaseAuditQuerySet) -> CaseAuditQuerySet:
        """The audits of this area's cases."""
        if self.team_id is not None:
            audits = audits.filter(case__team=self.team_id)
        elif self.locality_ids:
            audits = audits.filter(case__locality__in=self.locality_ids)
        return audits if self.agency is None else audits.filter(agency=self.agency)


CITY = Area()


@dataclass(frozen=True)
class ChoiceResult:
    """One choice of an indicator: how many of the cases have it."""

    label: str
    share: Share


@dataclass(frozen=True)
class IndicatorResult:
    """What a round found for one indicator.

    ``compared`` is its share (good or better, or yes) beside the last round's, matched by
    code; ``agreement`` is the moderator's with the auditors; ``texts`` how many wrote about it.
    """

    indicator: Indicator
    tally: Tally
    compared: Compared
    agreement: Agreement
    choices: tuple[ChoiceResult, ...] = ()
    texts: int = 0

    @property
    def share(self) -> Share:
        """What it is judged by: yes of yes and no, or good or better of all it applied to."""
        return _share(self.indicator, self.tally)


@dataclass(frozen=True)
class RoundResults:
    """The results of one round in one area, indicators in the tool's order.

    ``cases`` counts the audits that speak. ``overall`` tallies the overall judgements,
    ``average`` is the average score over every graded answer, ``not_found`` how many documents
    were not found.
    """

    round: Round
    area: Area
    completion: Completion
    cases: int
    indicators: tuple[IndicatorResult, ...]
    overall: Tally
    unsafe: int

    @property
    def graded(self) -> Tally:
        """All answers to graded indicators together."""
        total = Tally({})
        for one in self.indicators:
            if one.indicator.kind == IndicatorKind.GRADED:
                total += one.tally
        return total

    @property
    def ranked(self) -> list[IndicatorResult]:
        """Graded indicators by the share good or better, best first."""
        graded = {
            one.indicator.code: one
            for one in self.indicators
            if one.indicator.kind == IndicatorKind.GRADED
        }
        order = scoring.rank({code: one.tally for code, one in graded.items()})
        return [graded[code] for code in order]

    @property
    def smallest_base(self) -> int | None:
        """The fewest cases behind a percentage that is shown, for the warning; None of none."""
        return min((one.share.of for one in self.indicators if one.share.of), default=None)

    def shown_to_board(self, least: int = scoring.LEAST_FOR_BOARD) -> "RoundResults | None":
        """The same without indicators of fewer than ``least`` cases; None for a small round."""
        if not scoring.is_shown_to_board(self.cases, least):
            return None
        kept = tuple(
            one
            for one in self.indicators
            if scoring.is_shown_to_board(one.tally.applied or self.cases, least)
        )
        return RoundResults(
            self.round, self.area, self.completion, self.cases, kept, self.overall, self.unsafe
        )


def _share(indicator: Indicator, tally: Tally) -> Share:
    return tally.yes if indicator.kind == IndicatorKind.YES_NO else tally.good_or_better


def results(made: Round, *, today: dt.date, area: Area = CITY) -> RoundResults:
    """What a round found in an area, beside the round that it is compared with.

    ``made`` comes with its tool; eight queries, or ten with a round to compare with.
    """
    audits = list(area.of(_first_looks([made.pk])))
    done = [audit for audit in audits if audit.is_done]
    asked = list(made.tool.indicators.prefetch_related("choices"))
    rows = _rows(done)
    earlier = _earlier(made, area)
    chosen = _chosen(done, asked)
    found = []
    for indicator in asked:
        given = rows[indicator.pk]
        tally = Tally.of(counted for _, counted, _ in given)
        share = _share(indicator, tally)
        found.append(
            IndicatorResult(
                indicator=indicator,
                tally=tally,
                compared=scoring.compare(share, earlier.get(indicator.code)),
                agreement=scoring.agreement((grade, moderated) for grade, _, moderated in given),
                choices=_choices(indicator, chosen[indicator.pk], len(done)),
                texts=len(given) if indicator.kind == IndicatorKind.TEXT else 0,
            )
        )
    return RoundResults(
        round=made,
        area=area,
        completion=_completion(audits, today),
        cases=len(done),
        indicators=tuple(found),
        overall=Tally.of(audit.counted_overall for audit in done),
        unsafe=sum(audit.counted_unsafe for audit in done),
    )


def _first_looks(rounds: Collection[int]) -> CaseAuditQuerySet:
    return CaseAudit.objects.first_look().filter(case__round__in=rounds)


# An auditor's grade, the one that counts, and the moderator's.
_Row = tuple[str, str, str]


def _rows(done: Sequence[CaseAudit]) -> dict[int, list[_Row]]:
    """The grades given in these audits, by indicator id; one query."""
    found: dict[int, list[_Row]] = defaultdict(list)
    for indicator_id, grade, moderated in (
        Given.objects.filter(audit__in=[audit.pk for audit in done])
        .values_list("indicator", "grade", "moderated_grade")
        .order_by()
    ):
        found[indicator_id].append((grade, moderated or grade, moderated))
    return found


def _earlier(made: Round, area: Area) -> dict[str, Share]:
    """The shares of the round before, by indicator code; empty without one."""
    if made.compares_with_id is None:
        return {}
    before = Round.objects.select_related("tool").get(pk=made.compares_with_id)
    done = [audit for audit in area.of(_first_looks([before.pk])) if audit.is_done]
    rows = _rows(done)
    return {
        indicator.code: _share(indicator, Tally.of(counted for _, counted, _ in rows[indicator.pk]))
        for indicator in before.tool.indicators.all()
    }


def _chosen(done: Sequence[CaseAudit], asked: Sequence[Indicator]) -> dict[int, list[int]]:
    """The choices made, by indicator id, once for each case that has them."""
    found: dict[int, list[int]] = defaultdict(list)
    if not any(indicator.kind == IndicatorKind.CHOICES for indicator in asked):
        return found
    for indicator_id, choice_id in Given.chosen.through.objects.filter(
        given__audit__in=[audit.pk for audit in done]
    ).values_list("given__indicator", "choice"):
        found[indicator_id].append(choice_id)
    return found


def _choices(indicator: Indicator, made: Sequence[int], cases: int) -> tuple[ChoiceResult, ...]:
    return tuple(
        ChoiceResult(choice.label, Share(made.count(choice.pk), cases))
        for choice in indicator.choices.all()
    )


def _completion(audits: Collection[CaseAudit], today: dt.date) -> Completion:
    return scoring.completion(
        [Allocated(audit.auditor_id, audit.is_done, audit.days_late_on(today)) for audit in audits]
    )


def completion_of_year(year: FinancialYear, *, today: dt.date, area: Area = CITY) -> Completion:
    """Done of allocated over every opened round whose period ends in the year: 133 of 138."""
    first, last = year.quarters[0].first_day, year.quarters[3].last_day
    rounds = Round.objects.opened().ending_between(first, last).values_list("pk", flat=True)
    return _completion(list(area.of(_first_looks(list(rounds)))), today)


def cases_audited(quarter: Quarter, *, team_id: int | None = None) -> int:
    """How many case audits were submitted in a quarter, of a team's cases or the city's.

    What a return's question "cases audited" can be offered; people put it in themselves.
    """
    audits = CaseAudit.objects.filter(
        state__in=DONE, submitted_on__range=(quarter.first_day, quarter.last_day)
    ).exclude(case__round__state=RoundState.PLANNING)
    return (audits if team_id is None else audits.filter(case__team=team_id)).count()
