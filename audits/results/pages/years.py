"""A year's audit programme: how much of it is done, by round and by area, beside last year's."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from audits.models import CaseAudit, Round
from audits.permissions import sees_unfinished_rounds, sees_who_is_late
from audits.results.pages.areas import Place, places_of
from audits.results.pages.completion import CompletionRow, by_auditor, completion_row, said
from audits.results.scored_rounds import audits_of_year, completion_of
from audits.scoring import Completion
from audits.workflow import RoundState
from teams.permissions import Authority
from teams.quarters import FinancialYear


@dataclass(frozen=True)
class YearPage:
    """The page of one year; ``earlier`` and ``later`` lead to the years beside it."""

    year: FinancialYear
    found: Completion
    before: Completion
    sentence: str
    earlier: str
    later: str
    rounds: Sequence[CompletionRow]
    localities: Sequence[CompletionRow]
    teams: Sequence[CompletionRow]
    people: Sequence[CompletionRow]


def year_page(year: FinancialYear, city: str, authority: Authority, today: dt.date) -> YearPage:
    """Everything the page says; two queries."""
    audits, before = audits_of_year(year), audits_of_year(year.previous)
    places = places_of([*audits, *before], city, authority)
    found, last = completion_of(audits, today), completion_of(before, today)
    return YearPage(
        year=year,
        found=found,
        before=last,
        sentence=said(found) if found.done.of else "No case was to be audited in this year.",
        earlier=reverse("audit-year", args=[year.start - 1]),
        later=reverse("audit-year", args=[year.start + 1]),
        rounds=_by_round(audits, authority, today),
        localities=_by_place(places.localities, audits, before, today),
        teams=_by_place(places.teams, audits, before, today),
        people=by_auditor(audits, today) if sees_who_is_late(authority) else [],
    )


def _by_round(
    audits: Sequence[CaseAudit], authority: Authority, today: dt.date
) -> list[CompletionRow]:
    rounds: dict[Round, list[CaseAudit]] = {}
    for audit in audits:
        rounds.setdefault(audit.case.round, []).append(audit)
    return [
        completion_row(str(made), theirs, today, url=_results_url(made, authority))
        for made, theirs in sorted(rounds.items(), key=lambda one: (one[0].ends, one[0].pk))
    ]


def _results_url(made: Round, authority: Authority) -> str:
    """Where the round's results are, for those who are shown them at this stage."""
    if made.state != RoundState.CLOSED and not sees_unfinished_rounds(authority):
        return ""
    return reverse("round-results", args=[made.code])


def _by_place(
    places: Sequence[Place],
    audits: Sequence[CaseAudit],
    before: Sequence[CaseAudit],
    today: dt.date,
) -> list[CompletionRow]:
    rows = []
    for place in places:
        earlier = completion_of([one for one in before if place.area.covers(one)], today).done
        rows.append(
            completion_row(
                place.name,
                [one for one in audits if place.area.covers(one)],
                today,
                before=f"{earlier} ({earlier.percent})" if earlier.of else "",
            )
        )
    return rows
