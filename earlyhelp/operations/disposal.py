"""What is no longer kept: people's words, case numbers and names, once their period is over.

No event and no figure goes. What is taken out goes by the way of every word that is taken out
(``core.redaction``), and that it was is on record, by somebody who answers for it. The record's own
values are never changed: docs/retention.md says what of a name stays in them.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.models import Max, Q

from audits.models import Round, SampledCase
from audits.plan.models import Update
from earlyhelp.core import redaction
from earlyhelp.core.change import Entry, record
from earlyhelp.core.events.models import Event, Remark
from earlyhelp.core.work.models import Job
from earlyhelp.operations.verbs import OperationsVerb
from earlyhelp.signin.models import DirectoryGrant
from teams.authority import Actor
from teams.models import AddressChange, Appointment, User

# What people wrote about casework and figures. The framework and the plan's aims are no words
# about anybody, and stay.
SUBJECTS = ("return", "correction", "commentary", "caseaudit", "finding", "action")
_REASON = "The period for which it is kept is over."
_DISPOSED = "disposed-of"


@dataclass(frozen=True)
class Disposed:
    """How much was taken out, or would be."""

    words: int
    case_numbers: int
    names: int

    def __str__(self) -> str:
        return f"{self.words} words, {self.case_numbers} case numbers, {self.names} names"


@dataclass(frozen=True)
class Periods:
    """Since when each kind of thing has to have been left alone, to be disposed of."""

    words: dt.date
    case_numbers: dt.date
    names: dt.date

    @classmethod
    def until(cls, today: dt.date) -> "Periods":
        """As the settings say; ImproperlyConfigured while one of them says nothing."""
        names = ("WORDS", "CASE_NUMBERS", "NAMES")
        years = {name: getattr(settings, f"KEEP_{name}_YEARS") for name in names}
        if unsaid := [f"EARLYHELP_KEEP_{name}_YEARS" for name, said in years.items() if not said]:
            raise ImproperlyConfigured(
                "Nothing is disposed of until the council has said for how long things are "
                f"kept: {', '.join(unsaid)}"
                f" {'is' if len(unsaid) == 1 else 'are'} not set (docs/retention.md)."
            )
        return cls(*(_years_before(today, years[name]) for name in names))


def dispose(by: Actor) -> Disposed:
    """Take out everything whose period is over, all of it or nothing."""
    periods = Periods.until(by.today)
    with transaction.atomic():
        _forget(periods.names)
        return Disposed(
            sum(_take_out_words(subject, by) for subject in _left_alone(periods.words)),
            sum(_take_out_numbers(closed, by) for closed in _closed(periods.case_numbers)),
            sum(_take_out_name(person, by) for person in _gone(periods.names)),
        )


def _left_alone(before: dt.date) -> Iterator[tuple[str, int]]:
    """The subjects about which nothing was put on record since a day, with words left."""
    told = Event.objects.filter(subject_type__in=SUBJECTS).values_list("subject_type", "subject_id")
    # What was disposed of already speaks of that last; its own event is no change.
    changes = told.exclude(verb=OperationsVerb.WORDS_DISPOSED_OF).order_by()
    yield from (
        (kind, pk) for kind, pk, last in changes.annotate(last=Max("at")) if last.date() < before
    )


def _take_out_words(subject: tuple[str, int], by: Actor) -> int:
    kind, pk = subject
    events = Event.objects.filter(subject_type=kind, subject_id=pk)
    own = Q(event__verb=OperationsVerb.WORDS_DISPOSED_OF)
    remarks = Remark.objects.filter(event__in=events).exclude(own).exclude(text="")
    count = remarks.update(text="", removed_at=by.now, removed_by=by.person)
    for part in events.order_by().values_list("part", flat=True).distinct():
        one = events.filter(part=part).first()
        count += redaction.take_all_out(one) if one else 0
    if kind == "action":
        written = Update.objects.filter(action=pk, removed_at=None)
        count += written.exclude(text=redaction.TAKEN_OUT).update(
            text=redaction.TAKEN_OUT, evidence_link=""
        )
    if count:
        last = events.latest("id")
        _record(OperationsVerb.WORDS_DISPOSED_OF, last, count, by)
    return count


def _record(verb: OperationsVerb, event: Event, count: int, by: Actor) -> None:
    """Put on record, of the subject of an event, how much was taken out."""
    for model in redaction.models_of(event):
        for row in model._default_manager.select_for_update().filter(pk=event.subject_id):
            record([Entry(verb, row, after={"count": count}, remarks={"reason": _REASON})], by)


def _closed(before: dt.date) -> list[Round]:
    return list(Round.objects.filter(closed_at__date__lt=before).select_for_update().order_by("pk"))


def _take_out_numbers(closed: Round, by: Actor) -> int:
    cases = SampledCase.objects.filter(round=closed).exclude(case_number__startswith=_DISPOSED)
    found = list(cases)
    for case in found:
        case.case_number = f"{_DISPOSED}-{case.pk}"
    SampledCase.objects.bulk_update(found, ["case_number"], batch_size=500)
    if found:
        verb, after = OperationsVerb.CASE_NUMBERS_DISPOSED_OF, {"count": len(found)}
        record([Entry(verb, closed, after=after, remarks={"reason": _REASON})], by)
    return len(found)


def _gone(before: dt.date) -> list[User]:
    """People who cannot sign in, whose last appointment ended or was withdrawn before a day."""
    held = Appointment.objects.filter(
        Q(ends__isnull=True) | Q(ends__gte=before),
        Q(withdrawn_at__isnull=True) | Q(withdrawn_at__date__gte=before),
    )
    people = User.objects.filter(is_active=False, date_joined__date__lt=before)
    people = people.exclude(pk__in=held.values("person")).exclude(email__startswith=_DISPOSED)
    return list(people.select_for_update().order_by("pk"))


def _take_out_name(person: User, by: Actor) -> int:
    person.name = f"Former person {person.pk}"
    person.email = f"{_DISPOSED}-{person.pk}@invalid.example"
    person.set_unusable_password()
    person.save(update_fields=["name", "email", "password"])
    for number, change in enumerate(AddressChange.objects.filter(person=person), start=1):
        change.before, change.after = f"{_DISPOSED}@invalid.example", f"{number}.{person.email}"
        change.save(update_fields=["before", "after"])
    for related in ("socialaccount_set", "authenticator_set", "emailaddress_set"):
        getattr(person, related).all().delete()
    DirectoryGrant.objects.filter(person=person).delete()
    LogEntry.objects.filter(object_id=str(person.pk), content_type__model="user").delete()
    record([Entry(OperationsVerb.NAME_DISPOSED_OF, person, remarks={"reason": _REASON})], by)
    return 1


def _forget(before: dt.date) -> None:
    """What holds names beside the record: administration's own log, and mail that was given up."""
    LogEntry.objects.filter(action_time__date__lt=before).delete()
    Job.objects.filter(given_up_at__date__lt=before).delete()


def _years_before(day: dt.date, years: int) -> dt.date:
    """The same day so many years earlier; the 28th where there is no 29th of February."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
