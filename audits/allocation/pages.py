"""Which cases of a round wait for an auditor, and which audits for a moderator."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.utils.text import get_text_list

from audits.allocation.actions import SharedOut
from audits.models import CaseAudit, Round, SampledCase
from audits.workflow import CaseState
from earlyhelp.core.pages.wording import long_date, number_of


@dataclass(frozen=True)
class AllocationPage:
    """The cases that can be given to an auditor, as choices, and links that tick some of them.

    A link is its words and its query; ``waiting`` is a sentence.
    """

    choices: Sequence[tuple[int, str]]
    links: Sequence[tuple[str, str]]
    ticked: Collection[int]
    waiting: str


def allocation_page(audit_round: Round, choose: str = "") -> AllocationPage:
    """The cases of a round that somebody can be asked to audit; two queries.

    In a multi-agency round every case: other agencies look at the same one. ``choose`` is
    ``all``, a team's code, or nothing.
    """
    cases = SampledCase.objects.filter(round=audit_round).select_related("team")
    if audit_round.has_agencies:
        waiting = list(cases.prefetch_related("audits"))
        sentence = "The cases that the agency does not look at yet are shared out."
    else:
        waiting = list(cases.filter(audits__isnull=True))
        wait = "waits" if len(waiting) == 1 else "wait"
        sentence = f"{number_of(len(waiting), 'case')} {wait} for an auditor."
    groups, links = _groups(waiting)
    return AllocationPage(
        choices=[(case.pk, _label(case, audit_round)) for case in waiting],
        links=links,
        ticked={case.pk for case in groups.get(choose, ())},
        waiting=sentence,
    )


def _groups(
    cases: Sequence[SampledCase],
) -> tuple[dict[str, Sequence[SampledCase]], list[tuple[str, str]]]:
    """All cases and those of each team, by what ``choose`` says, and the links to them."""
    by_team: dict[str, list[SampledCase]] = defaultdict(list)
    for case in cases:
        by_team[case.team.code if case.team else ""].append(case)
    has_several = len(by_team) > 1
    by_team.pop("", None)
    links = [(f"All {len(cases)}", "?choose=all")] if len(cases) > 1 else []
    if has_several:
        links += [
            (f"{group[0].team} ({len(group)})", f"?choose={code}")
            for code, group in by_team.items()
        ]
    return {**by_team, "all": cases}, links


def _label(case: SampledCase, audit_round: Round) -> str:
    """The case, where it is, and in a multi-agency round whose eyes look at it already."""
    role = f", {case.worker_role}" if case.worker_role else ""
    label = f"{case}: {case.case_number}, {case.team or 'team not known'}{role}"
    if not audit_round.has_agencies:
        return label
    first = [audit for audit in case.audits.all() if audit.turn == 1]
    agencies = [audit.agency or "the service itself" for audit in first]
    return f"{label} (already with {get_text_list(agencies, 'and')})" if agencies else label


def shared_out_sentence(shared: SharedOut, due_on: dt.date) -> str:
    """``12 cases shared out: 6 to Auditor; 6 to Director. They are due on 20 July 2016.``"""
    counted = Counter(audit.auditor for audit in shared.audits)
    each = "; ".join(f"{number} to {person}" for person, number in counted.items())
    due = "It is" if len(shared.audits) == 1 else "They are"
    cases = number_of(len(shared.audits), "case")
    return f"{cases} shared out: {each}. {due} due on {long_date(due_on)}."


def nobodys_sentence(shared: SharedOut) -> str:
    """Which cases none of those chosen may audit."""
    named = get_text_list([str(case) for case in shared.nobodys], "and")
    verb = "is" if len(shared.nobodys) == 1 else "are"
    return f"{named} {verb} of the own line of everybody chosen, so somebody else has to audit."


def others_to_moderate(audit: CaseAudit) -> list[tuple[int, str]]:
    """Other audits of the round that nobody is asked to moderate, as choices; one query."""
    others = (
        CaseAudit.objects.filter(case__round=audit.case.round_id, moderator__isnull=True)
        .exclude(state=CaseState.MODERATED)
        .exclude(pk=audit.pk)
        .select_related("case__team", "auditor")
        .order_by("case__serial", "agency", "turn")
    )
    return [(other.pk, f"{other.name}: audited by {other.auditor}") for other in others]
