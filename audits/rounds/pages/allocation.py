"""Whom cases can be given to, and which cases of a round wait for somebody."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.utils.text import get_text_list

from audits.models import CaseAudit, Round, RoundKind, SampledCase
from audits.querysets import TO_DO
from audits.rounds.allocation import SharedOut
from audits.rounds.pages.listed_cases import cases_in
from audits.workflow import CaseState, ToolState
from earlyhelp.core.pages.wording import long_date
from teams.models import Appointment


def posts_by_person(today: dt.date) -> dict[int, str]:
    """What everybody is appointed to, in words, so that an own line shows; one query.

    ``Team manager, North family; Head of service, North``.
    """
    found: dict[int, list[str]] = defaultdict(list)
    posts = Appointment.objects.in_force(today).select_related("team", "locality")
    for post in posts.order_by("role", "locality__position", "team__position"):
        found[post.person_id].append(str(post))
    return {person: "; ".join(dict.fromkeys(words)) for person, words in found.items()}


@dataclass(frozen=True)
class Choose:
    """A link that ticks some of the cases: all of them, or one team's."""

    words: str
    query: str


@dataclass(frozen=True)
class ToAllocate:
    """The cases that can be given to an auditor, as choices, and links that tick them."""

    choices: Sequence[tuple[int, str]]
    links: Sequence[Choose]
    ticked: Collection[int]
    none_words: str
    waiting_words: str


def to_allocate(made: Round, choose: str) -> ToAllocate:
    """The cases of a round that somebody can be asked to audit; two queries.

    In a multi-agency round every case: other agencies look at the same one. ``choose`` is
    ``all``, a team's code, or nothing.
    """
    cases = SampledCase.objects.filter(round=made).select_related("team")
    agencies = made.kind == RoundKind.MULTI_AGENCY
    wanted = cases.prefetch_related("audits") if agencies else cases.filter(audits__isnull=True)
    waiting = list(wanted)
    by_team: dict[str, list[SampledCase]] = defaultdict(list)
    for case in waiting:
        by_team[case.team.code if case.team else ""].append(case)
    links = [Choose(f"All {len(waiting)}", "?choose=all")] if len(waiting) > 1 else []
    if len(by_team) > 1:
        links += [
            Choose(f"{group[0].team} ({len(group)})", f"?choose={code}")
            for code, group in by_team.items()
            if code
        ]
    ticked = waiting if choose == "all" else by_team.get(choose, []) if choose else []
    return ToAllocate(
        [(case.pk, _label(case) + (_looked_at(case) if agencies else "")) for case in waiting],
        links,
        {case.pk for case in ticked},
        "Every case is allocated." if waiting or cases.exists() else "This round has no cases yet.",
        _waiting_words(len(waiting), agencies),
    )


def _waiting_words(number: int, agencies: bool) -> str:
    """What is shared out: what nobody audits, or what one agency does not look at yet."""
    if agencies:
        return "The cases that the agency does not look at yet are shared out."
    return f"{cases_in(number).capitalize()} wait{'s' if number == 1 else ''} for an auditor."


def _label(case: SampledCase) -> str:
    where = str(case.team) if case.team else "team not known"
    role = f", {case.worker_role}" if case.worker_role else ""
    return f"{case}: {case.case_number}, {where}{role}"


def _looked_at(case: SampledCase) -> str:
    """Whose eyes look at it already."""
    agencies = [one.agency or "the service itself" for one in case.audits.all() if one.turn == 1]
    return f" (already with {get_text_list(agencies, 'and')})" if agencies else ""


def shared_words(shared: SharedOut, due_on: dt.date) -> str:
    """``12 cases shared out: 6 to Auditor; 6 to Director. They are due on 20 July 2016.``"""
    counted = Counter(one.auditor for one in shared.audits)
    each = "; ".join(f"{number} to {person}" for person, number in counted.items())
    due = "It is" if len(shared.audits) == 1 else "They are"
    said = cases_in(len(shared.audits)).capitalize()
    return f"{said} shared out: {each}. {due} due on {long_date(due_on)}."


def nobodys_words(shared: SharedOut) -> str:
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
    return [(one.pk, f"{one.name}: audited by {one.auditor}") for one in others]


@dataclass(frozen=True)
class Opening:
    """What opening a round does, and what still stands in its way."""

    cases: int
    auditors: int
    obstacles: Sequence[str]


def opening(made: Round) -> Opening:
    """What an officer is told before a round is opened; two queries."""
    audits = CaseAudit.objects.filter(case__round=made)
    cases = list(made.cases.values_list("serial", "audits__auditor"))
    serials = {serial for serial, _ in cases}
    unallocated = {serial for serial, auditor in cases if auditor is None}
    obstacles = []
    if made.tool.state != ToolState.IN_USE:
        obstacles.append(f"Its tool, {made.tool}, is not in use.")
    if not serials:
        obstacles.append("It has no cases yet.")
    if unallocated:
        number = len(unallocated)
        obstacles.append(f"{number} case{' is' if number == 1 else 's are'} still to be allocated.")
    return Opening(len(serials), audits.values("auditor").distinct().count(), obstacles)


@dataclass(frozen=True)
class Undone:
    """An audit that closing a round leaves behind."""

    name: str
    auditor: str
    state: str


def undone(made: Round) -> list[Undone]:
    """The first looks that are not submitted; one query."""
    audits = (
        CaseAudit.objects.filter(case__round=made, turn=1, state__in=TO_DO)
        .select_related("case", "auditor")
        .order_by("case__serial", "agency")
    )
    return [Undone(one.name, str(one.auditor), CaseState(one.state).label) for one in audits]
