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
from earlyhelp.core.change import Details, Entry, changing, create, lock, record, required
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
        listed = SampledCase.objects.filter(round=audit_round, pk__in=[case.pk for case in cases])
        if not listed:
            raise ValidationError({"cases": "Select at least one case"})
        _refuse_for("auditor", auditor, listed, by)
        _refuse_allocated(listed, agency)
        _refuse_moderator(moderator, auditor, listed, by)
        common = {"agency": agency, "auditor": auditor, "due_on": due_on, "moderator": moderator}
        return _allocate([CaseAudit(case=case, **common) for case in listed], by)


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
        raise ValidationError({"auditors": "Select who audits"})
    with transaction.atomic():
        audit_round = _lock_allocatable(audit_round, agency)
        allocated = CaseAudit.objects.filter(agency=agency, turn=1)
        waiting = list(SampledCase.objects.filter(round=audit_round).exclude(audits__in=allocated))
        if not waiting:
            raise NotAllowed("Every case is allocated already.")
        people = sorted(auditors, key=attrgetter("name", "pk"))
        shared = balance.share_out(_who_may_audit(waiting, people, by), people)
        if not shared.by_case:
            raise ValidationError(
                {"auditors": "Each case is of the own line of everybody chosen: choose others"}
            )
        audits = [
            CaseAudit(case=case, agency=agency, auditor=shared.by_case[case], due_on=due_on)
            for case in waiting
            if case in shared.by_case
        ]
        return SharedOut(_allocate(audits, by), list(shared.nobodys))


def _who_may_audit(
    cases: Collection[SampledCase], people: Collection[User], by: Actor
) -> dict[SampledCase, list[User]]:
    """Of these people, for each case, those whose own line it is not."""
    authorities = {person: _authority("auditor", person, by) for person in people}
    return {
        case: [person for person in people if not _is_own(case, authorities[person])]
        for case in cases
    }


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


# What is asked of each: the permission, and how a refusal says it.
_ASKED = {
    "auditor": (AuditsPermission.AUDIT, "audit cases"),
    "moderator": (AuditsPermission.MODERATE, "moderate"),
}


def _authority(role: str, person: User, by: Actor) -> Authority:
    """What somebody may do who is to audit or moderate; ValidationError if not appointed to."""
    permission, deed = _ASKED[role]
    authority = authority_of(person, by.today)
    if not authority.holds(permission):
        raise ValidationError({role: f"{person} is not appointed to {deed}"})
    return authority


def _is_own(case: SampledCase, authority: Authority) -> bool:
    return own_line(authority, case.team_id, case.locality_id)


def _refuse_for(role: str, person: User, cases: Collection[SampledCase], by: Actor) -> None:
    """Raise ValidationError when this person cannot audit or moderate these cases."""
    authority = _authority(role, person, by)
    own = [case for case in cases if _is_own(case, authority)]
    if own:
        raise ValidationError({role: [f"{case} is of {person}'s own line" for case in own]})


def _refuse_moderator(
    moderator: User | None, auditor: User, cases: Collection[SampledCase], by: Actor
) -> None:
    """Raise ValidationError when somebody cannot moderate these cases of this auditor."""
    if moderator is None:
        return
    if moderator == auditor:
        raise ValidationError({"moderator": "The auditor cannot be the moderator"})
    _refuse_for("moderator", moderator, cases, by)


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
    reason = required("reason", reason, "Enter why this case is given to somebody else")
    details = Details()
    with changing(
        audit, AuditsVerb.REALLOCATED, by, version=version, reason=reason, details=details
    ) as current:
        CASE_AUDIT.next(CaseAct.REALLOCATE, current.state)
        _refuse_for("auditor", auditor, [current.case], by)
        if current.moderator_id == auditor.pk:
            raise ValidationError({"auditor": "The moderator cannot be the auditor"})
        details.before = _plain(current)
        current.auditor, current.due_on = auditor, due_on
        details.after = _plain(current)
    return current


def why_not_name_moderator(audit: CaseAudit) -> str:
    """Why nobody can be asked to moderate this audit any more; empty while they can."""
    return f"{audit} is moderated already." if audit.state == CaseState.MODERATED else ""


def name_moderator(audits: Collection[CaseAudit], *, moderator: User, by: Actor) -> list[CaseAudit]:
    """Ask somebody to moderate these audits, not moderated yet and not of their own line.

    Raises ``Refused``, ``NotAllowed`` or ValidationError.
    """
    require(by.authority, AuditsPermission.RUN_ROUNDS)
    named = []
    with transaction.atomic():
        for audit in sorted(audits, key=attrgetter("pk")):
            details = Details()
            with changing(audit, AuditsVerb.MODERATOR_NAMED, by, details=details) as current:
                if why_not := why_not_name_moderator(current):
                    raise NotAllowed(why_not)
                _refuse_moderator(moderator, current.auditor, [current.case], by)
                details.before = _plain(current)
                current.moderator = moderator
                details.after = _plain(current)
            named.append(current)
    return named


NO_CONCERN = "Only a case found inadequate or unsafe is audited again."


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
            raise NotAllowed(NO_CONCERN)
        _refuse_for("auditor", auditor, [audit.case], by)
        _refuse_moderator(moderator, auditor, [audit.case], by)
        again = CaseAudit(**turn, auditor=auditor, due_on=due_on, moderator=moderator)
        return create(again, AuditsVerb.AUDITED_AGAIN, by, after=_plain(again))
