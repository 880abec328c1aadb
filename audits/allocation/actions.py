"""Who audits which case by when, and who moderates: never one's own line."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from operator import attrgetter

from django.core.exceptions import ValidationError
from django.db import transaction

from audits.allocation import balance
from audits.models import CaseAudit, Round, SampledCase
from audits.permissions import AuditsPermission, own_line
from audits.verbs import AuditsVerb
from audits.workflow import CASE_AUDIT, CaseAct, CaseState, NotAllowed, RoundState
from earlyhelp.core.change import (
    Details,
    Entry,
    changing,
    create,
    lock,
    record,
    required,
)
from earlyhelp.core.events.record import BATCH_SIZE
from teams.authority import Actor, authority_of
from teams.models import User
from teams.permissions import Authority, require


def allocate(
    audit_round: Round,
    cases: Collection[SampledCase],
    *,
    auditor: User,
    due_on: dt.date,
    by: Actor,
    agency: str = "",
    moderator: User | None = None,
) -> list[CaseAudit]:
    """Give these cases of a round to an auditor, due on a day.

    In a multi-agency round ``agency`` names whose eyes they are, so that several look at the
    same case. Raises ``Refused``, ``NotAllowed``, or ValidationError naming each case that is of
    the person's own line or allocated already.
    """
    require(by.authority, AuditsPermission.RUN_ROUNDS)
    agency = agency.strip()
    with transaction.atomic():
        audit_round = _lock_allocatable(audit_round, agency)
        listed = list(
            SampledCase.objects.filter(round=audit_round, pk__in=[case.pk for case in cases])
        )
        if not listed:
            raise ValidationError({"cases": "Choose at least one case"})
        _refuse_auditor(listed, auditor, by.today)
        _refuse_allocated(listed, agency)
        if moderator is not None:
            _refuse_moderator(listed, moderator, auditor, by.today)
        return _allocate(
            [
                CaseAudit(
                    case=case, agency=agency, auditor=auditor, due_on=due_on, moderator=moderator
                )
                for case in listed
            ],
            by,
        )


def _allocate(audits: Collection[CaseAudit], by: Actor) -> list[CaseAudit]:
    created = CaseAudit.objects.bulk_create(audits, batch_size=BATCH_SIZE)
    record([Entry(AuditsVerb.ALLOCATED, audit, after=_plain(audit)) for audit in created], by)
    return created


@dataclass(frozen=True)
class SharedOut:
    """What came of sharing cases out; ``nobodys`` are of everybody's own line."""

    audits: Sequence[CaseAudit]
    nobodys: Sequence[SampledCase]


def share_out(
    audit_round: Round,
    *,
    auditors: Collection[User],
    due_on: dt.date,
    by: Actor,
    agency: str = "",
) -> SharedOut:
    """Share the cases that nobody audits yet out over these auditors, evenly, due on one day.

    Nobody is given a case of their own line; what is of everybody's stays unallocated. In a
    multi-agency round the cases are those that ``agency`` does not look at yet. Raises
    ``Refused``, ``NotAllowed``, or ValidationError where none of it can be given to anybody.
    """
    require(by.authority, AuditsPermission.RUN_ROUNDS)
    agency = agency.strip()
    if not auditors:
        raise ValidationError({"auditors": "Choose who audits"})
    with transaction.atomic():
        audit_round = _lock_allocatable(audit_round, agency)
        allocated = CaseAudit.objects.filter(agency=agency, turn=1)
        waiting = list(SampledCase.objects.filter(round=audit_round).exclude(audits__in=allocated))
        if not waiting:
            raise NotAllowed("Every case is allocated already.")
        people = {person.pk: person for person in sorted(auditors, key=attrgetter("name", "pk"))}
        authorities = {pk: _authority_to_audit(people[pk], by.today) for pk in people}
        shared = balance.share_out(
            {
                case.pk: [
                    pk
                    for pk, authority in authorities.items()
                    if not own_line(authority, case.team_id, case.locality_id)
                ]
                for case in waiting
            },
            list(people),
        )
        if not shared.by_case:
            raise ValidationError(
                {"auditors": "Each case is of the own line of everybody chosen: choose others"}
            )
        auditor_of = {case: people[pk] for case, pk in shared.by_case.items()}
        audits = _allocate(
            [
                CaseAudit(case=case, agency=agency, auditor=auditor_of[case.pk], due_on=due_on)
                for case in waiting
                if case.pk in auditor_of
            ],
            by,
        )
    return SharedOut(audits, [case for case in waiting if case.pk in shared.nobodys])


def _lock_allocatable(audit_round: Round, agency: str) -> Round:
    """The round, locked; NotAllowed or ValidationError where it takes no such allocation."""
    audit_round = lock(audit_round)
    if audit_round.state == RoundState.CLOSED:
        raise NotAllowed("This round is closed, so its cases can no longer be allocated.")
    if agency and not audit_round.has_agencies:
        raise ValidationError({"agency": "Only a multi-agency round has agencies"})
    return audit_round


def _refuse_allocated(cases: Collection[SampledCase], agency: str) -> None:
    allocated = CaseAudit.objects.filter(case__in=cases, agency=agency, turn=1)
    serials = sorted(allocated.values_list("case__serial", flat=True))
    if serials:
        raise ValidationError(
            {"cases": [f"Case {serial} is allocated already" for serial in serials]}
        )


def _refuse_auditor(cases: Collection[SampledCase], auditor: User, today: dt.date) -> None:
    """Raise ValidationError when this person cannot audit these cases."""
    _refuse_own_line("auditor", cases, auditor, _authority_to_audit(auditor, today))


def _authority_to_audit(auditor: User, today: dt.date) -> Authority:
    """The authority of somebody who is to audit; ValidationError for who is not appointed to."""
    authority = authority_of(auditor, today)
    if not authority.holds(AuditsPermission.AUDIT):
        raise ValidationError({"auditor": f"{auditor} is not appointed to audit cases"})
    return authority


def _refuse_moderator(
    cases: Collection[SampledCase], moderator: User, auditor: User, today: dt.date
) -> None:
    """Raise ValidationError when this person cannot moderate these cases of this auditor."""
    if moderator == auditor:
        raise ValidationError({"moderator": "The auditor cannot be the moderator"})
    authority = authority_of(moderator, today)
    if not authority.holds(AuditsPermission.MODERATE):
        raise ValidationError({"moderator": f"{moderator} is not appointed to moderate"})
    _refuse_own_line("moderator", cases, moderator, authority)


def _refuse_own_line(
    name: str, cases: Collection[SampledCase], person: User, authority: Authority
) -> None:
    own = [case for case in cases if own_line(authority, case.team_id, case.locality_id)]
    if own:
        raise ValidationError({name: [f"{case} is of {person}'s own line" for case in own]})


def _plain(audit: CaseAudit) -> dict[str, object]:
    return {
        "auditor": audit.auditor_id,
        "moderator": audit.moderator_id,
        "due_on": audit.due_on.isoformat(),
        "agency": audit.agency,
        "turn": audit.turn,
    }


def reallocate(
    audit: CaseAudit, *, auditor: User, due_on: dt.date, reason: str, version: int, by: Actor
) -> CaseAudit:
    """Give a case to another auditor, or another day, with a reason; what was saved stays.

    Raises ``Refused``, ``NotAllowed``, ``Stale`` or ValidationError.
    """
    require(by.authority, AuditsPermission.RUN_ROUNDS)
    reason = required("reason", reason, "Say why this case is given to somebody else")
    details = Details()
    with changing(
        audit, AuditsVerb.REALLOCATED, by, version=version, reason=reason, details=details
    ) as current:
        CASE_AUDIT.next(CaseAct.REALLOCATE, current.state)
        _refuse_auditor([current.case], auditor, by.today)
        if current.moderator_id == auditor.pk:
            raise ValidationError({"auditor": "The moderator cannot be the auditor"})
        details.before = _plain(current)
        current.auditor, current.due_on = auditor, due_on
        details.after = _plain(current)
    return current


def name_moderator(audits: Collection[CaseAudit], *, moderator: User, by: Actor) -> list[CaseAudit]:
    """Ask somebody to moderate these audits, not moderated yet and not of their own line.

    Raises ``Refused``, ``NotAllowed`` or ValidationError.
    """
    require(by.authority, AuditsPermission.RUN_ROUNDS)
    with transaction.atomic():
        in_order = sorted(audits, key=lambda audit: audit.pk)
        return [_name_moderator(audit, moderator, by) for audit in in_order]


def _name_moderator(audit: CaseAudit, moderator: User, by: Actor) -> CaseAudit:
    details = Details()
    with changing(audit, AuditsVerb.MODERATOR_NAMED, by, details=details) as current:
        if current.state == CaseState.MODERATED:
            raise NotAllowed(f"{current} is moderated already.")
        _refuse_moderator([current.case], moderator, current.auditor, by.today)
        details.before = _plain(current)
        current.moderator = moderator
        details.after = _plain(current)
    return current


def audit_again(
    audit: CaseAudit,
    *,
    auditor: User,
    due_on: dt.date,
    by: Actor,
    moderator: User | None = None,
) -> CaseAudit:
    """Have an inadequate or unsafe case audited again, in a new turn, also in a closed round.

    Asking again while a later turn is there gives that one. Raises ``Refused``,
    ``NotAllowed`` or ValidationError.
    """
    require(by.authority, AuditsPermission.RUN_ROUNDS)
    with transaction.atomic():
        lock(audit.case.round)
        audit = lock(audit)
        turn = {"case": audit.case, "agency": audit.agency, "turn": audit.turn + 1}
        later = CaseAudit.objects.filter(**turn).first()
        if later is not None:
            return later
        if not audit.is_a_concern:
            raise NotAllowed("Only a case found inadequate or unsafe is audited again.")
        _refuse_auditor([audit.case], auditor, by.today)
        if moderator is not None:
            _refuse_moderator([audit.case], moderator, auditor, by.today)
        again = CaseAudit(**turn, auditor=auditor, due_on=due_on, moderator=moderator)
        return create(again, AuditsVerb.AUDITED_AGAIN, by, after=_plain(again))
