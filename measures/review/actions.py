"""A head of service's review: sign off, return with a reason, reopen; a late return accepted."""

import datetime as dt
from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import transaction

from earlyhelp.core import clock
from measures import workflow
from measures.models import Figure, Return
from measures.permissions import MeasuresPermission
from measures.returns.actions import StaleReturn, lock, refuse_if_locked
from measures.review.signing import hands_on, why_not_return, why_not_sign
from measures.workflow import Act, NotAllowed, QuarterState, ReturnState
from teams import record
from teams.models import Route, User
from teams.permissions import Refused, Standing, require


def sign_off(
    made: Return,
    *,
    version: int,
    by: User,
    standing: Standing,
    today: dt.date,
    at: dt.datetime | None = None,
) -> Return:
    """Sign for every figure of a submitted return; doing it again changes nothing.

    Nobody signs what they submitted or entered a figure in (product.md, section 1). Raises
    ``Refused``, ``NotAllowed`` or ``StaleReturn``.
    """
    at = at or clock.now()
    with transaction.atomic():
        found = lock(made)
        if (
            found.state == ReturnState.SIGNED_OFF
            and found.signed_off_by_id == by.pk
            and found.version == version + 1
        ):
            return found
        refusal = why_not_sign(standing, found, hands_on(found), today)
        if refusal:
            raise Refused(refusal)
        refuse_if_locked(found)
        after = workflow.next_state(Act.SIGN_OFF, ReturnState(found.state))
        if found.version != version:
            raise StaleReturn(found)
        found.state = after
        found.version += 1
        found.signed_off_at, found.signed_off_by = at, by
        found.signed_off_route = Route.FORM
        found.save(
            update_fields=[
                "state",
                "version",
                "signed_off_at",
                "signed_off_by",
                "signed_off_route",
            ]
        )
        record.note(
            "signed off",
            found,
            by=by,
            route=Route.FORM,
            at=at,
            before=ReturnState.SUBMITTED,
            after=after,
        )
    return found


def send_back(
    made: Return,
    *,
    reason: str,
    item_ids: Collection[int] = (),
    version: int,
    by: User,
    standing: Standing,
    today: dt.date | None = None,
    at: dt.datetime | None = None,
) -> Return:
    """Return a submitted return to the team, with a reason and the questions it is about.

    Its head of service does, or the service director where they would sign it off.
    Raises ``Refused``, ``NotAllowed``, ``StaleReturn``, or ValidationError without a reason.
    """
    return _back_to_team(
        made, Act.RETURN, "returned", reason, item_ids, version, by, standing, today, at
    )


def reopen(
    made: Return,
    *,
    reason: str,
    item_ids: Collection[int] = (),
    version: int,
    by: User,
    standing: Standing,
    today: dt.date | None = None,
    at: dt.datetime | None = None,
) -> Return:
    """Give a signed-off return of an open quarter back to the team, with a reason.

    It leaves the roll-ups until it is signed off again. Raises as ``send_back`` does; in a
    closed quarter nothing is reopened, a correction is proposed instead.
    """
    return _back_to_team(
        made, Act.REOPEN, "reopened", reason, item_ids, version, by, standing, today, at
    )


def _back_to_team(
    made: Return,
    act: Act,
    verb: str,
    reason: str,
    item_ids: Collection[int],
    version: int,
    by: User,
    standing: Standing,
    today: dt.date | None,
    at: dt.datetime | None,
) -> Return:
    at = at or clock.now()
    if not reason.strip():
        raise ValidationError({"reason": "Say what the team should do: they will see this"})
    with transaction.atomic():
        found = lock(made)
        refusal = why_not_return(standing, found, today or clock.today())
        if refusal:
            raise Refused(refusal)
        if act == Act.REOPEN and found.quarter.state == QuarterState.CLOSED:
            raise NotAllowed(
                "This quarter is closed. A performance officer can propose a correction."
            )
        refuse_if_locked(found)
        before, after = found.state, workflow.next_state(act, ReturnState(found.state))
        if found.version != version:
            raise StaleReturn(found)
        found.state = after
        found.version += 1
        found.submitted_at = found.submitted_by = None
        found.signed_off_at = found.signed_off_by = None
        found.signed_off_route = ""
        found.returned_at, found.returned_by = at, by
        found.return_reason, found.response = reason.strip(), ""
        found.save()
        figures = Figure.objects.filter(return_made=found)
        figures.filter(is_queried=True).exclude(item__in=item_ids).update(is_queried=False)
        figures.filter(item__in=item_ids).update(is_queried=True)
        named = list(
            figures.filter(is_queried=True)
            .order_by("item__position")
            .values_list("item__code", flat=True)
        )
        record.note(
            verb,
            found,
            by=by,
            route=Route.FORM,
            at=at,
            reason=found.return_reason,
            before=before,
            after={"state": after, "questions": named},
        )
    return found


def accept_late(
    made: Return,
    *,
    reason: str,
    by: User,
    standing: Standing,
    at: dt.datetime | None = None,
) -> Return:
    """Let one unsigned return of a closed quarter still be filled in, submitted and signed.

    Raises ``Refused``, ``NotAllowed``, or ValidationError without a reason.
    """
    at = at or clock.now()
    if not reason.strip():
        raise ValidationError({"reason": "Say why this return is accepted late"})
    with transaction.atomic():
        found = lock(made)
        require(standing, MeasuresPermission.ACCEPT_LATE)
        if found.quarter.state != QuarterState.CLOSED:
            raise NotAllowed("This quarter is still open: the return can simply be submitted.")
        if found.state == ReturnState.SIGNED_OFF:
            raise NotAllowed("This return is signed off already.")
        if found.accepted_late_at is not None:
            raise NotAllowed("This return was accepted late already.")
        found.accepted_late_at, found.accepted_late_by = at, by
        found.version += 1
        found.save(update_fields=["accepted_late_at", "accepted_late_by", "version"])
        record.note("accepted late", found, by=by, route=Route.FORM, at=at, reason=reason.strip())
    return found
