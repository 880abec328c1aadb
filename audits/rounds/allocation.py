"""Who audits which case by when, and who moderates: never one's own line."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction

from audits import workflow
from audits.models import CaseAudit, Round, RoundKind, SampledCase
from audits.permissions import AuditsPermission, own_line
from audits.querysets import DONE
from audits.rounds import allocation_balance as sharing
from audits.rounds.actions import lock
from audits.stale import StaleAudit
from audits.workflow import Act, CaseState, NotAllowed, RoundState
from earlyhelp.core import clock
from teams import record
from teams.authority import standing_of
from teams.models import Route, User
from teams.permissions import Standing, require


def allocate(
    made: Round,
    cases: Collection[SampledCase],
    *,
    auditor: User,
    due_on: dt.date,
    by: User,
    standing: Standing,
    today: dt.date,
    agency: str = "",
    moderator: User | None = None,
    route: Route = Route.FORM,
    at: dt.datetime | None = None,
) -> list[CaseAudit]:
    """Give these cases of a round to an auditor, due on a day.

    In a multi-agency round ``agency`` names whose eyes they are, so that several look at the
    same case. ``today`` is the day on which the appointments are read. Raises ``Refused``,
    ``NotAllowed``, or ValidationError naming each case that is of the person's own line or
    allocated already.
    """
    require(standing, AuditsPermission.RUN_ROUNDS)
    agency = agency.strip()
    with transaction.atomic():
        found = lock(made)
        if found.state == RoundState.CLOSED:
            raise NotAllowed("This round is closed, so its cases can no longer be allocated.")
        listed = list(SampledCase.objects.filter(round=found, pk__in=[case.pk for case in cases]))
        _refuse(found, listed, auditor, agency, today)
        if moderator is not None:
            refuse_moderator(listed, moderator, auditor, today)
        wanted = [
            CaseAudit(case=case, agency=agency, auditor=auditor, due_on=due_on, moderator=moderator)
            for case in listed
        ]
        return _allocate(wanted, by, route, at)


def _allocate(
    wanted: Collection[CaseAudit], by: User, route: Route, at: dt.datetime | None
) -> list[CaseAudit]:
    audits = CaseAudit.objects.bulk_create(wanted, batch_size=record.BATCH_SIZE)
    record.write(
        [record.Entry("allocated", audit, after=_plain(audit)) for audit in audits],
        by=by,
        route=route,
        at=at or clock.now(),
    )
    return audits


@dataclass(frozen=True)
class SharedOut:
    """What came of sharing cases out; ``nobodys`` are of everybody's own line."""

    audits: Sequence[CaseAudit]
    nobodys: Sequence[SampledCase]


def share_out(
    made: Round,
    *,
    auditors: Collection[User],
    due_on: dt.date,
    by: User,
    standing: Standing,
    today: dt.date,
    agency: str = "",
    route: Route = Route.FORM,
    at: dt.datetime | None = None,
) -> SharedOut:
    """Share the cases that nobody audits yet out over these auditors, evenly, due on one day.

    Nobody is given a case of their own line; what is of everybody's stays unallocated. In a
    multi-agency round the cases are those that ``agency`` does not look at yet. Raises
    ``Refused``, ``NotAllowed``, or ValidationError where none of it can be given to anybody.
    """
    require(standing, AuditsPermission.RUN_ROUNDS)
    agency = agency.strip()
    if not auditors:
        raise ValidationError({"auditors": "Choose who audits"})
    with transaction.atomic():
        found = lock(made)
        if found.state == RoundState.CLOSED:
            raise NotAllowed("This round is closed, so its cases can no longer be allocated.")
        if agency and found.kind != RoundKind.MULTI_AGENCY:
            raise ValidationError({"agency": "Only a multi-agency round has agencies"})
        looked_at = CaseAudit.objects.filter(agency=agency, turn=1)
        waiting = list(SampledCase.objects.filter(round=found).exclude(audits__in=looked_at))
        if not waiting:
            raise NotAllowed("Every case is allocated already.")
        people = {one.pk: one for one in sorted(auditors, key=lambda one: (one.name, one.pk))}
        theirs = {one.pk: _auditors_standing(one, today) for one in people.values()}
        shared = sharing.share_out(
            {
                case.pk: [
                    person
                    for person, stands in theirs.items()
                    if not own_line(stands, case.team_id, case.locality_id)
                ]
                for case in waiting
            },
            list(people),
        )
        if not shared.by_case:
            raise ValidationError(
                {"auditors": "Each case is of the own line of everybody chosen: choose others"}
            )
        wanted = [
            CaseAudit(
                case=case, agency=agency, auditor=people[shared.by_case[case.pk]], due_on=due_on
            )
            for case in waiting
            if case.pk in shared.by_case
        ]
        audits = _allocate(wanted, by, route, at)
    return SharedOut(audits, [case for case in waiting if case.pk in shared.nobodys])


def _refuse(
    made: Round, cases: Collection[SampledCase], auditor: User, agency: str, today: dt.date
) -> None:
    if not cases:
        raise ValidationError({"cases": "Choose at least one case"})
    if agency and made.kind != RoundKind.MULTI_AGENCY:
        raise ValidationError({"agency": "Only a multi-agency round has agencies"})
    refuse_auditor(cases, auditor, today)
    taken = CaseAudit.objects.filter(case__in=cases, agency=agency, turn=1)
    serials = sorted(taken.values_list("case__serial", flat=True))
    if serials:
        raise ValidationError(
            {"cases": [f"Case {serial} is allocated already" for serial in serials]}
        )


def refuse_auditor(cases: Collection[SampledCase], auditor: User, today: dt.date) -> None:
    """Raise ValidationError when this person cannot audit these cases."""
    theirs = _auditors_standing(auditor, today)
    own = [case.serial for case in cases if own_line(theirs, case.team_id, case.locality_id)]
    if own:
        raise ValidationError(
            {"auditor": [f"Case {serial} is of {auditor}'s own line" for serial in own]}
        )


def _auditors_standing(auditor: User, today: dt.date) -> Standing:
    """Where somebody stands who is to audit; ValidationError for who is not appointed to."""
    theirs = standing_of(auditor, today)
    if not theirs.holds(AuditsPermission.AUDIT):
        raise ValidationError({"auditor": f"{auditor} is not appointed to audit cases"})
    return theirs


def refuse_moderator(
    cases: Collection[SampledCase], moderator: User, auditor: User, today: dt.date
) -> None:
    """Raise ValidationError when this person cannot moderate these cases of this auditor."""
    theirs = standing_of(moderator, today)
    if moderator == auditor:
        raise ValidationError({"moderator": "The auditor cannot be the moderator"})
    if not theirs.holds(AuditsPermission.MODERATE):
        raise ValidationError({"moderator": f"{moderator} is not appointed to moderate"})
    own = [case.serial for case in cases if own_line(theirs, case.team_id, case.locality_id)]
    if own:
        raise ValidationError(
            {"moderator": [f"Case {serial} is of {moderator}'s own line" for serial in own]}
        )


def _plain(audit: CaseAudit) -> dict[str, object]:
    return {
        "auditor": audit.auditor_id,
        "moderator": audit.moderator_id,
        "due_on": audit.due_on.isoformat(),
        "agency": audit.agency,
        "turn": audit.turn,
    }


def reallocate(
    audit: CaseAudit,
    *,
    auditor: User,
    due_on: dt.date,
    reason: str,
    version: int,
    by: User,
    standing: Standing,
    today: dt.date,
    route: Route = Route.FORM,
    at: dt.datetime | None = None,
) -> CaseAudit:
    """Give a case to another auditor, or another day, with a reason; what was saved stays.

    Raises ``Refused``, ``NotAllowed``, ``StaleAudit`` or ValidationError.
    """
    require(standing, AuditsPermission.RUN_ROUNDS)
    if not reason.strip():
        raise ValidationError({"reason": "Say why this case is given to somebody else"})
    with transaction.atomic():
        found = lock_audit(audit)
        workflow.next_case(Act.REALLOCATE, found.state)
        if found.version != version:
            raise StaleAudit(found)
        refuse_auditor([found.case], auditor, today)
        if found.moderator_id == auditor.pk:
            raise ValidationError({"auditor": "The moderator cannot be the auditor"})
        before = _plain(found)
        found.auditor, found.due_on = auditor, due_on
        found.version += 1
        found.save(update_fields=["auditor", "due_on", "version"])
        record.note(
            "reallocated",
            found,
            by=by,
            route=route,
            at=at or clock.now(),
            reason=reason.strip(),
            before=before,
            after=_plain(found),
        )
    return found


def name_moderator(
    audits: Collection[CaseAudit],
    *,
    moderator: User,
    by: User,
    standing: Standing,
    today: dt.date,
    route: Route = Route.FORM,
    at: dt.datetime | None = None,
) -> list[CaseAudit]:
    """Ask somebody to moderate these audits, not moderated yet and not of their own line.

    Raises ``Refused``, ``NotAllowed`` or ValidationError.
    """
    require(standing, AuditsPermission.RUN_ROUNDS)
    with transaction.atomic():
        found = [lock_audit(audit) for audit in sorted(audits, key=lambda one: one.pk)]
        entries = []
        for one in found:
            if one.state == CaseState.MODERATED:
                raise NotAllowed(f"{one} is moderated already.")
            refuse_moderator([one.case], moderator, one.auditor, today)
            before = _plain(one)
            one.moderator = moderator
            one.version += 1
            one.save(update_fields=["moderator", "version"])
            entries.append(record.Entry("moderator named", one, "", before, _plain(one)))
        record.write(entries, by=by, route=route, at=at or clock.now())
    return found


def audit_again(
    audit: CaseAudit,
    *,
    auditor: User,
    due_on: dt.date,
    by: User,
    standing: Standing,
    today: dt.date,
    moderator: User | None = None,
    route: Route = Route.FORM,
    at: dt.datetime | None = None,
) -> CaseAudit:
    """Have an inadequate or unsafe case audited again, in a new turn, also in a closed round.

    Asking again while a later turn is there gives that one. Raises ``Refused``,
    ``NotAllowed`` or ValidationError.
    """
    require(standing, AuditsPermission.RUN_ROUNDS)
    with transaction.atomic():
        lock(audit.case.round)
        found = lock_audit(audit)
        later = CaseAudit.objects.filter(
            case=found.case_id, agency=found.agency, turn=found.turn + 1
        ).first()
        if later is not None:
            return later
        if found.state not in DONE or not found.is_a_concern:
            raise NotAllowed("Only a case found inadequate or unsafe is audited again.")
        refuse_auditor([found.case], auditor, today)
        if moderator is not None:
            refuse_moderator([found.case], moderator, auditor, today)
        again = CaseAudit.objects.create(
            case=found.case,
            agency=found.agency,
            turn=found.turn + 1,
            auditor=auditor,
            due_on=due_on,
            moderator=moderator,
        )
        record.note(
            "to be audited again",
            again,
            by=by,
            route=route,
            at=at or clock.now(),
            after=_plain(again),
        )
    return again


def lock_audit(audit: CaseAudit) -> CaseAudit:
    """The audit as it stands, locked until the transaction ends; case and round read after it.

    They are read in a statement of their own, so that a save that waited for a closing round
    sees it closed.
    """
    found = CaseAudit.objects.select_for_update().get(pk=audit.pk)
    found.case = SampledCase.objects.select_related("round").get(pk=found.case_id)
    return found
