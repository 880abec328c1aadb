"""Confirming and declining what waits for a second person; asking for another address.

A changed address is told to the old one, and counts once that one or a second person says so: an
address is who somebody is to the site, so nobody changes one alone.
"""

from allauth.account.models import EmailAddress
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from earlyhelp.core.change import (
    DoneAlready,
    Entry,
    changing,
    create,
    lock,
    record,
    refuse,
    required,
)
from earlyhelp.core.workflow import NotAllowed
from teams.actions import WAITS, second_people
from teams.authority import Actor
from teams.models import AddressChange, AddressDecision, Appointment, User
from teams.notices import tell
from teams.permissions import why_not_confirm
from teams.verbs import TeamsVerb

OVER = "This does not wait for anybody any more."
_SALT = "earlyhelp.changed-address"


# -- appointments -----------------------------------------------------------------------------


def confirm(appointment: Appointment, *, by: Actor) -> Appointment:
    """Let an appointment take effect; once only, by somebody who neither asked nor gains.

    Raises ``Refused`` or ``NotAllowed``.
    """
    with changing(appointment, TeamsVerb.CONFIRMED, by) as found:
        _look_at(found, found.confirmed_by_id, by)
        found.confirmed_at, found.confirmed_by = by.now, by.person
        tell(_both(found), "teams/mail/confirmed.txt", by, appointment=found)
    return found


def decline(appointment: Appointment, *, reason: str, by: Actor) -> Appointment:
    """Turn an appointment down, saying why; raises ``Refused``, ``NotAllowed`` or for no reason."""
    reason = required("reason", reason, "Enter why it is declined")
    with changing(appointment, TeamsVerb.DECLINED, by, reason=reason) as found:
        _look_at(found, found.withdrawn_by_id, by)
        found.withdrawn_at, found.withdrawn_by = by.now, by.person
        tell(_both(found), "teams/mail/declined.txt", by, appointment=found, reason=reason)
    return found


def _look_at(appointment: Appointment, decided_by: int | None, by: Actor) -> None:
    """Raise unless this appointment waits, and for this person; or they decided it just so."""
    asked_by, about = appointment.appointed_by_id, appointment.person_id
    refuse(why_not_confirm(by.authority, asked_by=asked_by, about=about))
    if decided_by == by.person.pk:
        raise DoneAlready(OVER)
    if not Appointment.objects.waiting(by.today).filter(pk=appointment.pk).exists():
        raise NotAllowed(OVER)


def _both(appointment: Appointment) -> list[str]:
    """The addresses of whom an appointment is for and of who asked for it."""
    asked_by = appointment.appointed_by
    return [appointment.person.email, *([asked_by.email] if asked_by else [])]


# -- addresses --------------------------------------------------------------------------------


def ask_for_address(
    person: User, address: str, *, by: Actor, reason: str = ""
) -> AddressChange | None:
    """Ask that a person have another address; None where they have it, or it waits already.

    What was asked for before and still waits is taken back. ValidationError where somebody else
    has the address.
    """
    address = address.strip().lower()
    with transaction.atomic():
        person = lock(person)
        waiting = list(AddressChange.objects.undecided().filter(person=person))
        if address == person.email or address in [
            one.after for one in waiting if one.waits_until >= by.today
        ]:
            return None
        if User.objects.filter(email__iexact=address).exists():
            raise ValidationError({"email": "Somebody with this address is already here"})
        for earlier in waiting:
            _decide(earlier, AddressDecision.DECLINED, by, decided_by=by.person)
        change = AddressChange(
            person=person,
            before=person.email,
            after=address,
            asked_by=by.person,
            asked_at=by.now,
            waits_until=by.today + WAITS,
        )
        create(change, TeamsVerb.CREATED, by, reason=reason, after={"person": person.pk})
        record([Entry(TeamsVerb.ADDRESS_ASKED_FOR, person)], by)
        _tell_the_old_address(change, by)
    return change


def _tell_the_old_address(change: AddressChange, by: Actor) -> None:
    link = by.link(reverse("address-by-link", args=[token_of(change)]))
    about = {"change": change, "until": change.waits_until}
    tell([change.before], "teams/mail/address_asked.txt", by, link=link, **about)
    link = by.link(reverse("confirmations"))
    others = second_people(by, about=change.person)
    tell(others, "teams/mail/please_confirm.txt", by, link=link, **about)


def confirm_address(change: AddressChange, *, by: Actor) -> AddressChange:
    """Let a changed address count, as a second person; raises ``Refused`` or ``NotAllowed``."""
    refuse(why_not_confirm(by.authority, asked_by=change.asked_by_id, about=change.person_id))
    return _decide(change, AddressDecision.CONFIRMED, by, decided_by=by.person)


def decline_address(change: AddressChange, *, reason: str, by: Actor) -> AddressChange:
    """Turn a changed address down, saying why; raises ``Refused`` or ``NotAllowed``."""
    refuse(why_not_confirm(by.authority, asked_by=change.asked_by_id, about=change.person_id))
    reason = required("reason", reason, "Enter why it is declined")
    return _decide(change, AddressDecision.DECLINED, by, decided_by=by.person, reason=reason)


def answer_by_link(change: AddressChange, decision: AddressDecision, *, by: Actor) -> AddressChange:
    """Confirm or decline a changed address by the link that the old one was sent.

    ``by`` is the person whose address it is: whoever reads the mail answers for them.
    """
    return _decide(change, decision, by, decided_by=None)


def _decide(
    change: AddressChange,
    decision: AddressDecision,
    by: Actor,
    *,
    decided_by: User | None,
    reason: str = "",
) -> AddressChange:
    """Say what becomes of a changed address, and have it where it is confirmed."""
    is_confirmed = decision == AddressDecision.CONFIRMED
    verb = TeamsVerb.CONFIRMED if is_confirmed else TeamsVerb.DECLINED
    with transaction.atomic():
        lock(change.person)  # before the change, as whoever asks for another one does
        with changing(change, verb, by, reason=reason) as found:
            if found.decided_at is not None:
                again = (found.decision, found.decided_by) == (decision, decided_by)
                raise (DoneAlready if again else NotAllowed)(OVER)
            found.decision, found.decided_at, found.decided_by = decision, by.now, decided_by
            if is_confirmed:
                _have(found, by)
            told = [found.before, found.asked_by.email, *([found.after] if is_confirmed else [])]
            template = f"teams/mail/address_{decision.value}.txt"
            tell(told, template, by, change=found, reason=reason)
    return found


def _have(change: AddressChange, by: Actor) -> None:
    """Give a person their new address; the old one signs in nowhere any more."""
    if change.waits_until < by.today:
        raise NotAllowed(OVER)
    with changing(change.person, TeamsVerb.ADDRESS_CHANGED, by) as person:
        if person.email != change.before:
            raise NotAllowed(OVER)
        person.email = change.after
    EmailAddress.objects.filter(user=person).delete()


# -- the link in the mail to the old address ----------------------------------------------------


def token_of(change: AddressChange) -> str:
    """What the link of the mail to the old address holds."""
    return signing.dumps(change.pk, salt=_SALT)


def change_of(token: str) -> AddressChange | None:
    """The change that a link is about, decided or not; None for what we did not write."""
    try:
        pk = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    changes = AddressChange.objects.select_related("person", "asked_by")
    return changes.filter(pk=pk, person__is_active=True).first()
