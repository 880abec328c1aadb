"""What a round found: written, tagged to indicators, counted, addressed, made an action."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from audits.models import (
    Action,
    Finding,
    FindingAction,
    FindingKind,
    Indicator,
    Outcome,
    Round,
    Source,
)
from audits.permissions import AuditsPermission
from audits.plan.actions import By, add_action
from audits.plan.timing import Timing
from audits.stale import StaleFinding
from audits.verbs import AuditsVerb
from audits.workflow import NotAllowed, RoundState
from earlyhelp.core import clock
from earlyhelp.core.events.verbs import Verb
from teams import record
from teams.models import Route, User
from teams.permissions import Refused, Standing


@dataclass(frozen=True)
class Found:
    """A finding as it is written; ``cases`` is on how many auditors noted it."""

    kind: FindingKind
    text: str
    indicators: Collection[Indicator] = field(default=())
    cases: int | None = None
    agency: str = ""
    is_recommendation: bool = False


def add_finding(
    made: Round,
    found: Found,
    *,
    by: User,
    standing: Standing,
    route: Route = Route.FORM,
    at: dt.datetime | None = None,
) -> Finding:
    """Write down something that an opened round found.

    Raises ``Refused``, ``NotAllowed`` or ValidationError by field.
    """
    _refuse_writer(standing)
    at = at or clock.now()
    with transaction.atomic():
        made = Round.objects.select_for_update().get(pk=made.pk)
        if made.state == RoundState.PLANNING:
            raise NotAllowed("This round has not been opened yet, so it has found nothing.")
        finding = Finding(round=made, written_at=at, written_by=by)
        _fill(finding, found)
        finding.save()
        finding.indicators.set(found.indicators)
        _note(AuditsVerb.FINDING_WRITTEN, finding, found, None, by, route, at)
    return finding


def change_finding(
    finding: Finding,
    found: Found,
    *,
    version: int,
    by: User,
    standing: Standing,
    route: Route = Route.FORM,
    at: dt.datetime | None = None,
) -> Finding:
    """Reword, tag or count a finding anew; the same again changes nothing.

    Raises ``Refused``, ``StaleFinding`` or ValidationError by field.
    """
    _refuse_writer(standing)
    at = at or clock.now()
    with transaction.atomic():
        row = Finding.objects.select_for_update().get(pk=finding.pk)
        before, text = _plain(row), row.text
        _fill(row, found)
        after = _plain(row) | {"indicators": _codes(found.indicators)}
        if before == after and text == row.text:
            return row
        if row.version != version:
            raise StaleFinding(Finding.objects.get(pk=row.pk))
        row.version += 1
        row.written_at, row.written_by = at, by
        row.save()
        row.indicators.set(found.indicators)
        _note(AuditsVerb.FINDING_CHANGED, row, found, before, by, route, at)
    return row


def _refuse_writer(standing: Standing) -> None:
    """Findings speak of a whole round, so whoever writes them anywhere writes them here."""
    if not standing.holds(AuditsPermission.WRITE_FINDINGS):
        raise Refused("You are not appointed to write findings.")


def _fill(finding: Finding, found: Found) -> None:
    words = found.text.strip()
    if not words:
        raise ValidationError({"text": "Say what was found"})
    cases = finding.round.cases.count()
    if found.cases is not None and not 1 <= found.cases <= cases:
        raise ValidationError({"cases": f"This round has {cases} cases: give 1 to {cases}"})
    if any(indicator.tool_id != finding.round.tool_id for indicator in found.indicators):
        raise ValidationError({"indicators": "Choose indicators of this round's tool"})
    finding.kind, finding.text, finding.cases = found.kind, words, found.cases
    finding.agency = found.agency.strip()
    finding.is_recommendation = found.is_recommendation


def _codes(indicators: Collection[Indicator]) -> list[str]:
    return sorted(indicator.code for indicator in indicators)


def _plain(finding: Finding) -> dict[str, Any]:
    return {
        "kind": str(finding.kind),
        "cases": finding.cases,
        "agency": finding.agency,
        "is_recommendation": finding.is_recommendation,
        "indicators": _codes(list(finding.indicators.all())),
    }


def _note(
    verb: Verb,
    finding: Finding,
    found: Found,
    before: dict[str, Any] | None,
    by: User,
    route: Route,
    at: dt.datetime,
) -> None:
    after = _plain(finding) | {"indicators": _codes(found.indicators)}
    entry = record.Entry(verb, finding, "", before, after, {"note": finding.text})
    record.write([entry], by=by, route=route, at=at)


def to_action(
    finding: Finding,
    outcome: Outcome,
    *,
    text: str,
    timing: Timing,
    owners: Sequence[By],
    by: User,
    standing: Standing,
    rationale: str = "",
    for_every_locality: bool = False,
    route: Route = Route.FORM,
    at: dt.datetime | None = None,
) -> Action:
    """Make an action of the plan out of a finding; without words of its own the rationale says
    which round found it. Raises as ``plan.add_action`` does.
    """
    at = at or clock.now()
    with transaction.atomic():
        action = add_action(
            outcome,
            text=text,
            timing=timing,
            owners=owners,
            rationale=rationale.strip() or f"Finding of {finding.round}",
            source=Source.AUDIT_FINDING,
            for_every_locality=for_every_locality,
            by=by,
            standing=standing,
            route=route,
            at=at,
        )
        _link(finding, action, by, route, at)
    return action


def carry_over(old: Action, new: Action, by: User, route: Route, at: dt.datetime) -> None:
    """Have an action that was carried over come from the same finding; see ``plan_sources``."""
    link = FindingAction.objects.select_related("finding").filter(action=old).first()
    if link is not None:
        _link(link.finding, new, by, route, at)


def _link(finding: Finding, action: Action, by: User, route: Route, at: dt.datetime) -> None:
    link = FindingAction(finding=finding, action=action)
    link.full_clean()
    link.save()
    record.note("made an action", finding, by=by, route=route, at=at, after={"action": action.pk})
