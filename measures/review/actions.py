"""A head of service's review: sign off, return with a reason, reopen; remind; accept late."""

from collections.abc import Collection
from functools import partial

from django.db import transaction
from django.urls import reverse

from earlyhelp.core.change import Details, Entry, changing, lock, move, record, refuse, required
from earlyhelp.core.pages.wording import days_left, number_of
from measures.models import Figure, Return
from measures.permissions import MeasuresPermission
from measures.returns.actions import refuse_if_locked
from measures.returns.owed import last_reminded, who_submits
from measures.review.attention import attention
from measures.review.reminders import why_not_remind
from measures.review.signing import signing
from measures.verbs import MeasuresVerb
from measures.workflow import RETURN, NotAllowed, ReturnAct, ReturnState
from teams import notices
from teams.authority import Actor
from teams.models import User
from teams.permissions import require

ONLY_CORRECTED = "This quarter is closed. A performance officer can propose a correction."


LOOKED_AT_ALONE = "It has something to look at now, so it is signed off by itself."


def sign_off(made: Return, *, version: int, by: Actor, together: int = 1) -> Return:
    """Sign for every figure of a submitted return; doing it again changes nothing.

    Nobody signs what they submitted or entered a figure in (product.md, section 1). ``together``
    says how many are signed in one go: each by itself, only what nothing is to be looked at in,
    and the record says of how many it was one. Raises ``Refused``, ``NotAllowed`` or ``Stale``.
    """
    group = Details()
    with changing(made, MeasuresVerb.SIGNED_OFF, by, version=version, details=group) as found:
        refuse(signing([found], by.today)[found.pk].why_not_sign(by.authority))
        refuse_if_locked(found)
        move(found, RETURN, ReturnAct.SIGN_OFF, by)
        found.signed_off_route = by.route
        if together > 1:
            if not attention([found])[found.pk].is_plain:
                raise NotAllowed(LOOKED_AT_ALONE)
            group.after["together"] = together
    return found


def send_back(
    made: Return,
    *,
    reason: str,
    item_ids: Collection[int] = (),
    version: int,
    by: Actor,
    act: ReturnAct = ReturnAct.RETURN,
) -> Return:
    """Return a submitted return to the team, with a reason and the questions it is about.

    Or reopen a signed-off one of an open quarter: it leaves the roll-ups until it is signed off
    again; in a closed quarter a correction is proposed instead. Its head of service does, or the
    service director where they would sign it off. Raises ``Refused``, ``NotAllowed``, ``Stale``,
    or ValidationError without a reason.
    """
    verb = MeasuresVerb.RETURNED if act == ReturnAct.RETURN else MeasuresVerb.REOPENED
    reason = required("reason", reason, "Say what the team should do: they will see this")
    named = Details()
    with changing(made, verb, by, version=version, reason=reason, details=named) as found:
        refuse(signing([found], by.today)[found.pk].why_not_return(by.authority))
        if act == ReturnAct.REOPEN and found.quarter.is_closed:
            raise NotAllowed(ONLY_CORRECTED)
        refuse_if_locked(found)
        move(found, RETURN, act, by)
        found.submitted_at = found.submitted_by = None
        found.signed_off_at = found.signed_off_by = None
        found.signed_off_route = ""
        found.return_reason, found.response = reason, ""
        named.after["questions"] = _query(found, item_ids)
    return found


reopen = partial(send_back, act=ReturnAct.REOPEN)


def _query(made: Return, item_ids: Collection[int]) -> list[str]:
    """Have the reviewer's question stand at these figures and no others; their codes."""
    figures = Figure.objects.filter(return_made=made)
    figures.filter(is_queried=True).exclude(item__in=item_ids).update(is_queried=False)
    figures.filter(item__in=item_ids).update(is_queried=True)
    queried = figures.filter(is_queried=True).order_by("item__position")
    return list(queried.values_list("item__code", flat=True))


def why_not_accept_late(made: Return) -> str:
    """Why a return is not accepted late; empty where it can be."""
    if not made.quarter.is_closed:
        return "This quarter is still open: the return can simply be submitted."
    if made.state == ReturnState.SIGNED_OFF:
        return "This return is signed off already."
    if made.accepted_late_at is not None:
        return "This return was accepted late already."
    return ""


def accept_late(made: Return, *, reason: str, by: Actor) -> Return:
    """Let one unsigned return of a closed quarter still be filled in, submitted and signed.

    Raises ``Refused``, ``NotAllowed``, or ValidationError without a reason.
    """
    reason = required("reason", reason, "Say why this return is accepted late")
    with changing(made, MeasuresVerb.ACCEPTED_LATE, by, reason=reason) as found:
        require(by.authority, MeasuresPermission.ACCEPT_LATE)
        if why_not := why_not_accept_late(found):
            raise NotAllowed(why_not)
        found.accepted_late_at, found.accepted_late_by = by.now, by.person
    return found


def remind(made: Return, *, by: Actor) -> list[User]:
    """Ask those who submit a return for it, by mail and on record; gives them.

    Not twice on one day, by whomever. The return itself does not change, nor does its version:
    somebody may be typing into it. Raises ``Refused`` or ``NotAllowed``.
    """
    with transaction.atomic():
        made = lock(made)
        refuse_if_locked(made)
        people = who_submits([made], by.today)[made.pk]
        last = last_reminded([made]).get(made.pk)
        why_not = why_not_remind(made, people, last, by.authority, by.today)
        if why_not:
            raise NotAllowed(why_not)
        told = [one for one in people if one.pk != by.authority.person_id]
        after = {"on": by.today.isoformat(), "people": [one.pk for one in told]}
        record([Entry(MeasuresVerb.REMINDED, made, after=after)], by)
        due = made.quarter.due_on
        notices.tell(
            [one.email for one in told],
            "measures/mail/reminder.txt",
            by,
            made=made,
            is_late=due < by.today,
            when=days_left(due, by.today),
            answered=_answered(made),
            link=by.link(reverse("return-fill-in", args=[made.pk])),
        )
    return told


def _answered(made: Return) -> str:
    """``10 of 18 questions are answered``."""
    figures = Figure.objects.filter(return_made=made)
    asked, answered = len(figures), sum(figure.is_answered for figure in figures)
    verb = "is" if asked == 1 else "are"
    return f"{answered} of {number_of(asked, 'question')} {verb} answered"
