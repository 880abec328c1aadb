"""A year's audit programme: how much of it is done, by round and by area, beside last year's."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from audits.models import CaseAudit, Round
from audits.permissions import reads_results, sees_who_is_late
from audits.results.pages.areas import areas_of
from audits.results.pages.completion import (
    CompletionRow,
    by_auditor,
    completion_in,
    completion_sentence,
)
from audits.results.scored_rounds import CaseArea, audits_of_year, completion_of
from audits.scoring import Completion
from teams.permissions import Authority
from teams.quarters import FinancialYear


@dataclass(frozen=True)
class AuditYearPage:
    """The page of one year; ``before`` is the year before it."""

    year: FinancialYear
    completion: Completion
    before: Completion
    sentence: str
    rounds: Sequence[CompletionRow]
    localities: Sequence[CompletionRow]
    teams: Sequence[CompletionRow]
    people: Sequence[CompletionRow]


def year_page(
    year: FinancialYear, city: str, authority: Authority, today: dt.date
) -> AuditYearPage:
    """Everything the page says; two queries."""
    audits, before = audits_of_year(year), audits_of_year(year.previous)
    areas = areas_of([*audits, *before], city, authority)
    completion = completion_of(audits, today)

    def by_area(areas: Sequence[CaseArea]) -> list[CompletionRow]:
        rows = []
        for area in areas:
            earlier = completion_in(before, area, today).done
            words = f"{earlier} ({earlier.percent})" if earlier.of else ""
            rows.append(CompletionRow(area.name, completion_in(audits, area, today), before=words))
        return rows

    return AuditYearPage(
        year=year,
        completion=completion,
        before=completion_of(before, today),
        sentence=completion_sentence(completion)
        if audits
        else "No case was to be audited in this year.",
        rounds=_by_round(audits, authority, today),
        localities=by_area(areas.localities),
        teams=by_area(areas.teams),
        people=by_auditor(audits, today) if sees_who_is_late(authority) else [],
    )


def _by_round(
    audits: Sequence[CaseAudit], authority: Authority, today: dt.date
) -> list[CompletionRow]:
    theirs: dict[Round, list[CaseAudit]] = {}
    for audit in audits:
        theirs.setdefault(audit.case.round, []).append(audit)
    return [
        CompletionRow(
            str(audit_round),
            completion_of(theirs[audit_round], today),
            audit_round.results_url if reads_results(authority, audit_round) else "",
        )
        for audit_round in sorted(theirs, key=lambda one: (one.ends, one.pk))
    ]
