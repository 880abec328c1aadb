"""What waits for a second person, as those read it who can confirm it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from earlyhelp.core.events.models import Event, Remark
from teams.models import AddressChange, Appointment, User
from teams.permissions import Authority, why_not_confirm
from teams.roles import Role

# What each of the powerful roles lets somebody do.
GRANTS = {
    Role.HEAD_OF_SERVICE: (
        "Reads the returns and audits of the locality, signs its returns off, and appoints cover."
    ),
    Role.SERVICE_DIRECTOR: (
        "Reads everything, signs the return for the whole area, countersigns corrections, and "
        "confirms appointments and changed addresses."
    ),
    Role.PERFORMANCE_OFFICER: (
        "Reads everything, keeps teams, questions, measures and targets, opens and closes quarters."
    ),
    Role.ADMINISTRATOR: (
        "Keeps people and appointments, and confirms appointments and changed addresses."
    ),
}


@dataclass(frozen=True)
class WaitingLine:
    """One thing that waits, in the list; ``why_not`` is empty for somebody who can confirm it."""

    person: User
    what: str
    asked_by: User | None
    until: dt.date
    url: str
    why_not: str


@dataclass(frozen=True)
class WaitingPage:
    """One thing that waits, with what whoever confirms it has to know."""

    person: User
    what: str
    facts: Sequence[tuple[str, str]]
    reason: str
    held: Sequence[Appointment]
    why_not: str
    confirm_url: str
    decline_url: str


def lines(authority: Authority, day: dt.date) -> list[WaitingLine]:
    """Everything that waits on ``day``, what runs out first on top; two queries."""
    appointments = Appointment.objects.waiting(day).select_related(
        "person", "appointed_by", "team", "locality"
    )
    addresses = AddressChange.objects.waiting(day).select_related("person", "asked_by")
    found = [
        WaitingLine(
            one.person,
            str(one),
            one.appointed_by,
            one.waits_until,  # type: ignore[arg-type]  # what waits has one
            reverse("appointment-waiting", args=[one.pk]),
            why_not_confirm(authority, asked_by=one.appointed_by_id, about=one.person_id),
        )
        for one in appointments
    ]
    found += [
        WaitingLine(
            one.person,
            "Another address",
            one.asked_by,
            one.waits_until,
            reverse("address-waiting", args=[one.pk]),
            why_not_confirm(authority, asked_by=one.asked_by_id, about=one.person_id),
        )
        for one in addresses
    ]
    return sorted(found, key=lambda line: line.until)


def appointment_page(appointment: Appointment, authority: Authority, day: dt.date) -> WaitingPage:
    """An appointment that waits: what it grants, for whom, by whom, from when to when."""
    asked_by = appointment.appointed_by
    return WaitingPage(
        person=appointment.person,
        what=str(appointment),
        facts=[
            ("Who", f"{appointment.person} ({appointment.person.email})"),
            ("What it lets them do", GRANTS[Role(appointment.role)]),
            ("First day", _day(appointment.starts)),
            ("Last day", _day(appointment.ends) if appointment.ends else "None"),
            ("Asked for by", f"{asked_by} ({asked_by.email})" if asked_by else "Nobody"),
            ("Can be confirmed until", _day(appointment.waits_until)),
        ],
        reason=_reason(appointment),
        held=_held(appointment.person, day),
        why_not=why_not_confirm(
            authority, asked_by=appointment.appointed_by_id, about=appointment.person_id
        ),
        confirm_url=reverse("appointment-confirm", args=[appointment.pk]),
        decline_url=reverse("appointment-decline", args=[appointment.pk]),
    )


def address_page(change: AddressChange, authority: Authority, day: dt.date) -> WaitingPage:
    """An address that waits: whose, which, by whom."""
    return WaitingPage(
        person=change.person,
        what="Another address",
        facts=[
            ("Who", str(change.person)),
            ("Address until now", change.before),
            ("New address", change.after),
            ("Asked for by", f"{change.asked_by} ({change.asked_by.email})"),
            ("Can be confirmed until", _day(change.waits_until)),
        ],
        reason=_reason(change),
        held=_held(change.person, day),
        why_not=why_not_confirm(authority, asked_by=change.asked_by_id, about=change.person_id),
        confirm_url=reverse("address-confirm", args=[change.pk]),
        decline_url=reverse("address-decline", args=[change.pk]),
    )


def _day(day: dt.date | None) -> str:
    return f"{day.day} {day:%B %Y}" if day else ""


def _reason(row: Appointment | AddressChange) -> str:
    """What whoever asked for it wrote, as it stands on record."""
    kind = {"kind": Remark.Kind.REASON, "event__in": Event.objects.about(row)}
    remark = Remark.objects.filter(**kind).order_by("pk").last()
    return remark.text if remark else ""


def _held(person: User, day: dt.date) -> list[Appointment]:
    held = Appointment.objects.in_force(day).filter(person=person)
    return list(held.select_related("team", "locality"))
