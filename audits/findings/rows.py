"""What a round found, in words: strengths, areas for improvement, and what is done about them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch
from django.urls import reverse

from audits.models import Finding, FindingAction, FindingKind, Indicator, Round
from audits.permissions import AuditsPermission, sees_small_results
from audits.plan.models import Action
from audits.plan.permissions import PlanPermission
from audits.plan.progress import progress
from audits.plan.sources import Origin
from teams.permissions import Authority


@dataclass(frozen=True)
class ActionLink:
    """An action that came of a finding, and how it stands today."""

    ref: str
    text: str
    url: str
    status: str
    colour: str


@dataclass(frozen=True)
class FindingRow:
    """One finding; addresses are empty where the reader may not go there.

    ``made_words`` says that something is done about it to those who do not see the plan.
    """

    text: str
    is_strength: bool
    indicators: str
    noted: str
    addressed: str
    actions: Sequence[ActionLink]
    edit_url: str
    action_url: str
    shows_actions: bool


def finding_rows(
    made: Round,
    authority: Authority,
    today: dt.date,
    *,
    least: int,
    about: Indicator | None = None,
) -> list[FindingRow]:
    """The findings of a round, or those tagged to one indicator; at most five queries."""
    sees_plan = authority.holds(PlanPermission.SEE_PLAN)
    keeps_plan = authority.holds(PlanPermission.KEEP_PLAN)
    writes = authority.holds(AuditsPermission.WRITE_FINDINGS)
    fewest = 1 if sees_small_results(authority) else max(least, 1)
    found = made.findings.prefetch_related("indicators")
    if about is not None:
        found = found.filter(indicators=about)
    if sees_plan:
        actions = Action.objects.select_related("outcome__theme").in_order()
        actions = actions.prefetch_related("updates", "occurrences")
        found = found.prefetch_related(Prefetch("actions", actions))
    rows = list(found)
    cases = made.cases_audited if rows else 0
    return [
        FindingRow(
            text=one.text,
            is_strength=one.kind == FindingKind.STRENGTH,
            indicators=", ".join(map(str, one.indicators.all())),
            noted=_noted(one.cases or 0, cases, fewest),
            addressed=_addressed(one),
            actions=[_link_to(action, today) for action in one.actions.all()] if sees_plan else [],
            edit_url=reverse("finding-edit", args=[one.pk]) if writes else "",
            action_url=reverse("finding-to-action", args=[one.pk]) if keeps_plan else "",
            shows_actions=sees_plan,
        )
        for one in rows
    ]


def _noted(number: int, cases: int, fewest: int) -> str:
    """On how many of the audited cases; written down before they are, it is a number alone."""
    if number < fewest:
        return ""
    of = f" of {cases}" if number <= cases else ""
    return f"noted on {number}{of} case{'' if max(number, cases) == 1 else 's'}"


def _addressed(finding: Finding) -> str:
    """Whom a recommendation is addressed to; or which agency a finding is about."""
    if finding.is_recommendation:
        return f"Recommendation to {finding.agency or 'the service'}"
    return f"For {finding.agency}" if finding.agency else ""


def _link_to(action: Action, today: dt.date) -> ActionLink:
    status = progress(action, today).status
    url = reverse("action", args=[action.pk])
    return ActionLink(action.ref, action.text, url, str(status), status.colour)


def origin_of(action: Action) -> Origin | None:
    """The finding that an action of the plan comes from, for the plan's pages; one query."""
    links = FindingAction.objects.select_related("finding__round")
    link = links.filter(action=action).first()
    return Origin(link.finding.text, str(link.finding.round)) if link else None
