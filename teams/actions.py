"""The only place that writes the organisation, its people and their appointments."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, TypeVar

from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Max, Q
from django.urls import reverse

from earlyhelp.core import redaction
from earlyhelp.core.change import (
    Entry,
    changing,
    compare_version,
    lock,
    record,
    save_held,
    validate,
    with_one_line_end,
)
from earlyhelp.core.events.models import Remark
from teams import guards
from teams.authority import Actor, AnyActor
from teams.models import Appointment, Council, Team, User
from teams.models.organisation import Coded
from teams.notices import tell
from teams.permissions import ROLES, Refused, TeamsPermission, require
from teams.roles import POWERFUL_ROLES, Role
from teams.verbs import TeamsVerb

# What a head of service may pass on for a time: their own work, or a team manager's.
COVER_ROLES = (Role.HEAD_OF_SERVICE, Role.TEAM_MANAGER)

Row = TypeVar("Row", bound=models.Model)

# How long something waits for a second person.
WAITS = dt.timedelta(days=14)

_OWN = "You cannot appoint yourself: ask another administrator"


def plain(row: models.Model) -> dict[str, Any]:
    """The row's own fields as plain values, for the record."""
    return {
        field.name: _written(field, row)
        for field in row._meta.concrete_fields
        if field.name not in ("id", "password", "last_login")
    }


def _written(field: Any, row: models.Model) -> str | None:
    """One value as text, None where it is empty; 85 and 85.0000 read the same."""
    value = field.value_from_object(row)
    if value in (None, ""):
        return None
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(field.value_to_string(row))


def keep(row: models.Model, *, by: AnyActor, reason: str = "", version: int | None = None) -> bool:
    """Create or change a row of the organisation or the framework, on record.

    Validates the whole row and its constraints (``ValidationError`` by field) and lets the
    guards look; a row that says what it said before is left alone. ``version`` is the one that
    a page was made from (``Stale`` where somebody changed the row since). Gives whether
    anything was written.
    """
    with transaction.atomic():
        before = None
        with_one_line_end(row)
        if not row._state.adding:
            before = with_one_line_end(lock(row))
            if plain(before) == plain(row):
                return False
            if version is not None:
                compare_version(before, version)
        validate(row)
        guards.ask_all(before, row)
        if isinstance(row, Team):
            _refuse_a_circle(row)
        save_held(row)
        was = None if before is None else plain(before)
        verb = TeamsVerb.CREATED if before is None else TeamsVerb.CHANGED
        record([Entry(verb, row, "", was, plain(row), {"reason": reason})], by)
    return True


def discard(row: models.Model, *, by: AnyActor, reason: str = "") -> None:
    """Delete a row that nothing hangs on (the database refuses otherwise), on record."""
    with transaction.atomic():
        lock(row)
        guards.ask_all(row, row)
        record([Entry(TeamsVerb.DELETED, row, "", plain(row), None, {"reason": reason})], by)
        row.delete()


def put_in_order(
    model: type[Coded], order: Sequence[int], *, was: Sequence[int], by: AnyActor
) -> bool:
    """Put all rows of a kind in this order, by id, on record with the council.

    ``was`` is the order that the page showed: where rows came, went or moved since, nothing
    is changed (ValidationError). Gives whether anything was written.
    """
    with transaction.atomic():
        council = lock(Council.objects.get())
        rows = {row.pk: row for row in model._default_manager.select_for_update()}
        if list(rows) != list(was) or sorted(order) != sorted(was):
            raise ValidationError(
                "The list has changed since this page was opened: look at it again, then put it "
                "in order"
            )
        if list(order) == list(was):
            return False
        for position, pk in enumerate(order):
            rows[pk].position = position
        model._default_manager.bulk_update(rows.values(), ["position"], batch_size=500)
        before, after = ([rows[pk].code for pk in listed] for listed in (was, order))
        part = str(model._meta.verbose_name_plural)
        record([Entry(TeamsVerb.PUT_IN_ORDER, council, part, before, after)], by)
    return True


def place_last(row: models.Model) -> None:
    """Put a new row after all others of its kind, where those stand in an order."""
    if isinstance(row, Coded):
        last = type(row)._default_manager.aggregate(last=Max("position"))["last"]
        row.position = 0 if last is None else last + 1


def _refuse_a_circle(team: Team) -> None:
    """Raise ValidationError when following successors from ``team`` comes back to it."""
    seen = {team.pk}
    following = team.successor
    while following is not None:
        if following.pk in seen:
            raise ValidationError(
                {"successor": f"“{following}” already leads back to this team: a circle"}
            )
        seen.add(following.pk)
        following = following.successor


def appoint(
    *,
    person: User,
    role: Role,
    starts: dt.date,
    by: AnyActor,
    ends: dt.date | None = None,
    team: Team | None = None,
    locality_id: int | None = None,
    reason: str = "",
) -> Appointment:
    """Appoint a person; see ``give``."""
    appointment = Appointment(
        person=person,
        role=role,
        team=team,
        locality_id=locality_id,
        starts=starts,
        ends=ends,
    )
    give(appointment, by=by, reason=reason)
    return appointment


def give(appointment: Appointment, *, by: AnyActor, reason: str = "") -> bool:
    """Make a new appointment; who may do so is asked by the caller that knows the authority.

    One of the powerful roles waits for a second person, but by a command: whoever runs those
    holds the database. Nobody appoints themselves, to anything (ValidationError).
    """
    if appointment.person == by.person:
        raise ValidationError({"person": _OWN})
    appointment.appointed_by = by.person
    if appointment.role in POWERFUL_ROLES:
        _wait(appointment, by)
    with transaction.atomic():
        keep(appointment, by=by, reason=reason)
        _tell_of(appointment, by)
    return True


def _wait(appointment: Appointment, by: AnyActor) -> None:
    """Have an appointment wait for a second person; a command is its own."""
    appointment.confirmed_by = None
    if by.person is None:
        appointment.waits_until, appointment.confirmed_at = None, by.now
    else:
        appointment.waits_until, appointment.confirmed_at = by.today + WAITS, None


def _tell_of(appointment: Appointment, by: AnyActor) -> None:
    """Write to the person, and to those who can confirm it where it waits."""
    what = {"appointment": appointment}
    if not appointment.is_unconfirmed:
        tell([appointment.person.email], "teams/mail/appointed.txt", by, **what)
        return
    tell([appointment.person.email], "teams/mail/appointment_waits.txt", by, **what)
    tell(
        second_people(by, about=appointment.person),
        "teams/mail/please_confirm.txt",
        by,
        link=by.link(reverse("confirmations")),
        until=appointment.waits_until,
    )


def second_people(by: AnyActor, *, about: User | None = None) -> list[str]:
    """The addresses of those who can confirm what ``by`` asks for, ``about`` somebody."""
    confirm = [role for role, held in ROLES.items() if TeamsPermission.CONFIRM in held]
    posts = Appointment.objects.in_force(by.today).filter(role__in=confirm, person__is_active=True)
    but = [one.pk for one in (by.person, about) if one is not None]
    posts = posts.exclude(person__in=but).order_by("person")
    return list(posts.values_list("person__email", flat=True))


def prolong(
    appointment: Appointment, *, ends: dt.date | None, by: AnyActor, reason: str = ""
) -> bool:
    """Give an appointment another last day, or none; gives whether that changed anything.

    A powerful one is not prolonged: what is asked for beyond its last day is an appointment of
    its own, which waits. Nobody prolongs their own, and one that was withdrawn is over
    (ValidationError).
    """
    with transaction.atomic():
        found = lock(appointment)
        if found.ends == ends:
            return False
        if found.person == by.person:
            raise ValidationError({"ends": _OWN})
        if found.withdrawn_at is not None:
            raise ValidationError({"ends": "This appointment was withdrawn: make a new one"})
        if found.role in POWERFUL_ROLES and found.ends and (ends is None or ends > found.ends):
            return _ask_for_more(found, found.ends, ends, by, reason)
        found.ends = ends
        keep(found, by=by, reason=reason)
        tell([found.person.email], "teams/mail/last_day.txt", by, appointment=found)
    return True


def _ask_for_more(
    appointment: Appointment, last: dt.date, ends: dt.date | None, by: AnyActor, reason: str
) -> bool:
    """Ask for the time after an appointment's last day; gives False where that was done already."""
    if appointment.is_unconfirmed:
        waits = "It is not confirmed yet: withdraw it and make another"
        raise ValidationError({"ends": waits})
    further = Appointment(
        person=appointment.person,
        role=appointment.role,
        team=appointment.team,
        locality=appointment.locality,
        starts=max(last + dt.timedelta(days=1), by.today),
        ends=ends,
        is_cover=appointment.is_cover,
    )
    same = Appointment.objects.not_over(by.today).filter(
        person=further.person,
        role=further.role,
        locality=further.locality,
        starts__gt=last,
        ends=ends,
    )
    if (same.settled() | same.waiting(by.today)).exists():
        return False
    return give(further, by=by, reason=reason)


def keep_person(person: User, *, by: AnyActor, reason: str = "") -> bool:
    """Create or change a person, but their address (``teams.confirmations.actions``).

    Somebody who can sign in again holds what they held, but that what is powerful waits again.
    """
    with transaction.atomic():
        before = None if person._state.adding else lock(person)
        if before is not None:
            person.email = before.email
        written = keep(person, by=by, reason=reason)
        if before is not None and person.is_active and not before.is_active:
            held = person.appointments.settled().not_over(by.today)
            for appointment in held.filter(role__in=POWERFUL_ROLES):
                with changing(appointment, TeamsVerb.WAITS_AGAIN, by, reason=reason) as found:
                    found.appointed_by = by.person
                    _wait(found, by)
                _tell_of(found, by)
    return written


def appoint_cover(
    *,
    person: User,
    role: Role,
    starts: dt.date,
    ends: dt.date,
    by: Actor,
    reason: str,
    team: Team | None = None,
    team_locality_id: int | None = None,
    locality_id: int | None = None,
) -> Appointment:
    """A head of service appoints a deputy (a locality) or an acting manager (a team).

    ``team_locality_id`` is where the team stands now; it, or the locality itself, must be
    one of the head's own. Deputies cannot appoint deputies: nobody passes on what they hold
    for a time. Raises ``Refused`` or ``ValidationError``.
    """
    if role not in COVER_ROLES:
        raise Refused("Cover is for a head of service or a team manager.")
    where = locality_id if role == Role.HEAD_OF_SERVICE else team_locality_id
    require(by.authority, TeamsPermission.APPOINT_COVER, locality_id=where)
    if where is None or not _own_post(by.person, where, starts):
        raise Refused("You can only appoint cover in a locality that you head yourself.")
    if person == by.person:
        raise ValidationError({"person": "Select somebody else: you cannot cover for yourself"})
    if not person.is_active:
        raise ValidationError({"person": f"{person} can no longer sign in"})
    if ends < starts:
        raise ValidationError({"ends": "The last day cannot be before the first"})
    cover = Appointment(
        person=person,
        role=role,
        starts=starts,
        ends=ends,
        team=team if role == Role.TEAM_MANAGER else None,
        locality_id=locality_id if role == Role.HEAD_OF_SERVICE else None,
        is_cover=True,
        appointed_by=by.person,
    )
    with transaction.atomic():
        keep(cover, by=by, reason=reason)
        tell([person.email], "teams/mail/appointed.txt", by, appointment=cover)
    return cover


def _own_post(person: User, locality_id: int, day: dt.date) -> bool:
    return (
        Appointment.objects.in_force(day)
        .filter(person=person, role=Role.HEAD_OF_SERVICE, locality_id=locality_id, is_cover=False)
        .exists()
    )


def withdraw(appointment: Appointment, *, by: Actor, reason: str = "") -> Appointment:
    """End an appointment now; it counts at the person's next request."""
    with transaction.atomic():
        found = lock(appointment)
        if found.withdrawn_at is not None:
            raise Refused("This appointment was withdrawn already.")
        found.withdrawn_at, found.withdrawn_by = by.now, by.person
        keep(found, by=by, reason=reason)
        tell([found.person.email], "teams/mail/withdrawn.txt", by, appointment=found)
    return found


def withdraw_cover(
    appointment: Appointment, *, by: Actor, team_locality_id: int | None
) -> Appointment:
    """A head of service ends cover in a locality of their own; raises ``Refused``."""
    where = appointment.locality_id or team_locality_id
    require(by.authority, TeamsPermission.APPOINT_COVER, locality_id=where)
    if not appointment.is_cover:
        raise Refused("Only cover can be ended here.")
    return withdraw(appointment, by=by)


def end_sessions(person: User) -> None:
    """End every session of a person, wherever it was opened.

    A session that is to go on takes the new state up (``update_session_auth_hash``).
    """
    User.objects.filter(pk=person.pk).update(sessions_ended=F("sessions_ended") + 1)
    person.refresh_from_db(fields=["sessions_ended"])


def take_away_second_step(person: User, *, by: Actor, reason: str) -> bool:
    """Forget a person's second step of signing in (a lost phone), on record.

    Gives whether there was one; they are signed out, and set it up again when they next sign in.
    """
    with transaction.atomic():
        lock(person)
        forgotten, _ = Authenticator.objects.filter(user=person).delete()
        if forgotten:
            end_sessions(person)
            verb = TeamsVerb.SECOND_STEP_TAKEN_AWAY
            record([Entry(verb, person, remarks={"reason": reason})], by)
    return bool(forgotten)


def take_out_words(remark: Remark, *, by: Actor, reason: str) -> Remark:
    """Empty a remark that should not have been written (a name, say), on record.

    The same words elsewhere on account of the same thing are taken out with it: in its row, in
    its history, and in what was put on record when it was saved again.
    """
    with transaction.atomic():
        found = Remark.objects.select_related("event").get(pk=remark.pk)
        same = Q(pk=found.pk)
        if found.text:
            event = found.event
            redaction.take_out(event, found.text)
            about = {"subject_type": event.subject_type, "subject_id": event.subject_id}
            same |= Q(text=found.text, **{f"event__{name}": value for name, value in about.items()})
        # In one order, so that two people who take out the same words wait for one another.
        locked = Remark.objects.select_for_update(of=("self",)).filter(same).order_by("pk")
        for one in locked:
            one.text, one.removed_at, one.removed_by = "", by.now, by.person
            one.save(update_fields=["text", "removed_at", "removed_by"])
            record([Entry(TeamsVerb.WORDS_TAKEN_OUT, one, remarks={"reason": reason})], by)
    return next(one for one in locked if one.pk == found.pk)
