"""What a round found: written, tagged to indicators, counted, addressed, made an action."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from audits.models import Finding, FindingAction, FindingKind, Indicator, Round
from audits.permissions import AuditsPermission
from audits.plan.action_changes import By, add_action
from audits.plan.models import Action, Outcome, Source
from audits.plan.timing import ActionTiming
from audits.verbs import AuditsVerb
from audits.workflow import RoundState
from earlyhelp.core.change import Details, Entry, changing, create, lock, record, required
from earlyhelp.core.workflow import NotAllowed
from teams.authority import Actor
from teams.permissions import require_anywhere


@dataclass(frozen=True)
class Found:
    """A finding as it is written; ``cases`` is on how many auditors noted it."""

    kind: FindingKind
    text: str
    indicators: Collection[Indicator] = ()
    cases: int | None = None
    agency: str = ""
    is_recommendation: bool = False


def add_finding(audit_round: Round, found: Found, *, by: Actor) -> Finding:
    """Write down something that an opened round found.

    Raises ``Refused``, ``NotAllowed`` or ValidationError by field.
    """
    require_anywhere(by.authority, [AuditsPermission.WRITE_FINDINGS])
    with transaction.atomic():
        audit_round = lock(audit_round)
        if audit_round.state == RoundState.PLANNING:
            raise NotAllowed("This round has not been opened yet, so it has found nothing.")
        finding = Finding(round=audit_round, written_at=by.now, written_by=by.person)
        _fill(finding, found)
        finding.full_clean()
        finding.save()
        finding.indicators.set(found.indicators)
        remarks = {"note": finding.text}
        record([Entry(AuditsVerb.FINDING_WRITTEN, finding, "", None, _plain(finding), remarks)], by)
    return finding


def change_finding(finding: Finding, found: Found, *, version: int, by: Actor) -> Finding:
    """Other words, tags or numbers for a finding; the same again changes nothing.

    Raises ``Refused``, ``Stale`` or ValidationError by field.
    """
    require_anywhere(by.authority, [AuditsPermission.WRITE_FINDINGS])
    verb, details, text = AuditsVerb.FINDING_CHANGED, Details(), found.text.strip()
    with changing(finding, verb, by, version=version, note=text, details=details) as finding:
        details.before = _plain(finding)
        _fill(finding, found)
        finding.indicators.set(found.indicators)
        finding.written_at, finding.written_by = by.now, by.person
        details.after = _plain(finding)
    return finding


def _fill(finding: Finding, found: Found) -> None:
    text = required("text", found.text, "Enter what was found")
    cases = finding.round.cases.count()
    if found.cases is not None and not 1 <= found.cases <= cases:
        raise ValidationError({"cases": f"This round has {cases} cases: give 1 to {cases}"})
    if any(indicator.tool_id != finding.round.tool_id for indicator in found.indicators):
        raise ValidationError({"indicators": "Select indicators of this round's tool"})
    finding.kind, finding.text, finding.cases = found.kind, text, found.cases
    finding.agency = found.agency.strip()
    finding.is_recommendation = found.is_recommendation


def _plain(finding: Finding) -> dict[str, Any]:
    """The finding for the record, without its words."""
    return {
        "kind": str(finding.kind),
        "cases": finding.cases,
        "agency": finding.agency,
        "is_recommendation": finding.is_recommendation,
        "indicators": sorted(finding.indicators.values_list("code", flat=True)),
    }


def to_action(
    finding: Finding,
    outcome: Outcome,
    *,
    text: str,
    timing: ActionTiming,
    owners: Sequence[By],
    by: Actor,
    rationale: str = "",
    for_every_locality: bool = False,
) -> Action:
    """Make an action of the plan out of a finding; without words of its own the rationale says
    which round found it. Raises as ``add_action`` does.
    """
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
        )
        _link(finding, action, by)
    return action


def carry_over(old: Action, new: Action, by: Actor) -> None:
    """Have an action that was carried over come from the same finding; see ``plan.sources``."""
    link = FindingAction.objects.select_related("finding").filter(action=old).first()
    if link is not None:
        _link(link.finding, new, by)


def _link(finding: Finding, action: Action, by: Actor) -> None:
    finding = lock(finding)
    link = FindingAction(finding=finding, action=action)
    create(link, AuditsVerb.MADE_AN_ACTION, by, about=finding, after={"action": action.pk})
