"""What audit rounds offer to a return: how many cases were audited in its quarter.

Which questions they answer is a setting, by the codes of the data items.
"""

from collections.abc import Mapping, Sequence

from django.conf import settings
from django.urls import reverse

from audits.permissions import AuditsPermission
from audits.results.scored_rounds import audits_due, cases_audited
from measures.models import DataItem, Return
from measures.returns.offers import Offer
from teams.permissions import Authority


def offer_audits(
    made: Return, items: Sequence[DataItem], authority: Authority
) -> Mapping[int, Offer]:
    """The counts of the return's quarter, of the team's cases or for a city-wide return of all.

    No queries unless one of the questions is asked. Nothing is offered for a quarter in which
    no audit was due or submitted anywhere: then the rounds know nothing of it.
    """
    asked = {item.code: item.pk for item in items}
    numbers = _numbers(made, set(asked))
    sees = authority.holds(AuditsPermission.SEE_CITY_RESULTS)
    url = reverse("audit-year", args=[made.quarter.quarter.year.start]) if sees else ""
    return {
        asked[code]: Offer(str(number), f"Audit rounds of this quarter say {number}.", url)
        for code, number in numbers.items()
    }


def _numbers(made: Return, asked: set[str]) -> dict[str, int]:
    quarter = made.quarter.quarter
    team_id = None if made.locality_id is None else made.team_id
    found: dict[str, int] = {}
    if settings.CASES_AUDITED_ITEM in asked and cases_audited(quarter):
        found[settings.CASES_AUDITED_ITEM] = cases_audited(quarter, team_id=team_id)
    due_items = {settings.AUDITS_DUE_ITEM, settings.AUDITS_COMPLETED_ITEM} & asked
    if due_items and audits_due(quarter).of:
        due = audits_due(quarter, team_id=team_id)
        both = {settings.AUDITS_DUE_ITEM: due.of, settings.AUDITS_COMPLETED_ITEM: due.part}
        found |= {code: both[code] for code in due_items}
    return found
