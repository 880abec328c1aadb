"""What is no longer kept: people's words, case numbers and names, once their period is over.

No event and no figure goes. What is taken out goes by the way of every word that is taken out
(``core.redaction``), and that it was is on record, by somebody who answers for it. The record's own
values are never changed: docs/retention.md says what of a name stays in them.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.models import Count, Max, Q, QuerySet

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


@dataclass(frozen=True)
class OldWords:
    """What is left of the words about a subject; ``last`` is the last that was done to it."""

    subject: tuple[str, int]
    last: int
    remarks: Sequence[int]
    updates: Sequence[int]
    elsewhere: redaction.Words

    @property
    def count(self) -> int:
        """How many they are."""
        return len(self.remarks) + len(self.updates) + sum(map(len, self.elsewhere.values()))


@dataclass(frozen=True)
class Over:
    """Everything whose period was over when it was looked for."""

    words: Sequence[OldWords]
    rounds: Mapping[int, int]
    people: Sequence[int]

    @property
    def count(self) -> Disposed:
        """How much it is."""
        words, numbers = sum(one.count for one in self.words), sum(self.rounds.values())
        return Disposed(words, numbers, len(self.people))


def look_for(today: dt.date) -> Over:
    """Find what is no longer kept; it takes long, and nothing is locked or written."""
    periods = Periods.until(today)
    words = [_old_words(subject, last) for subject, last in _left_alone(periods.words)]
    rounds = _closed(periods.case_numbers).annotate(
        numbers=Count("cases", filter=~Q(cases__case_number__startswith=_DISPOSED))
    )
    return Over(
        [one for one in words if one.count],
        {one.pk: one.numbers for one in rounds if one.numbers},
        [one.pk for one in _gone(periods.names)],
    )


def dispose(by: Actor) -> Disposed:
    """Take out everything whose period is over, all of it or nothing.

    What somebody went back to since it was looked for stays.
    """
    periods, over = Periods.until(by.today), look_for(by.today)
    closed, gone = _closed(periods.case_numbers), _gone(periods.names)
    with transaction.atomic():
        _forget(periods.names)
        rounds = closed.filter(pk__in=over.rounds).select_for_update(of=("self",)).order_by("pk")
        people = gone.filter(pk__in=over.people).select_for_update(of=("self",)).order_by("pk")
        return Disposed(
            sum(_take_out_words(words, by) for words in over.words),
            sum(_take_out_numbers(one, by) for one in rounds),
            sum(_take_out_name(person, by) for person in people),
        )


def _changes() -> QuerySet[Event]:
    """What was done to subjects with words; that they were disposed of before is no change."""
    told = Event.objects.filter(subject_type__in=SUBJECTS).order_by()
    return told.exclude(verb=OperationsVerb.WORDS_DISPOSED_OF)


def _left_alone(before: dt.date) -> Iterator[tuple[tuple[str, int], int]]:
    """The subjects about which nothing was put on record since a day, each with its last event."""
    subjects = _changes().values_list("subject_type", "subject_id")
    last = subjects.annotate(last=Max("at"), number=Max("sequence"))
    yield from (((kind, pk), number) for kind, pk, at, number in last if at.date() < before)


def _old_words(subject: tuple[str, int], last: int) -> OldWords:
    kind, pk = subject
    events = Event.objects.filter(subject_type=kind, subject_id=pk)
    own = Q(event__verb=OperationsVerb.WORDS_DISPOSED_OF)
    remarks = Remark.objects.filter(event__in=events).exclude(own).exclude(text="")
    parts = {one.part: one for one in events.order_by("-id")}
    updates = Update.objects.filter(action=pk, removed_at=None).exclude(text=redaction.TAKEN_OUT)
    return OldWords(
        subject,
        last,
        list(remarks.values_list("pk", flat=True)),
        list(updates.values_list("pk", flat=True)) if kind == "action" else [],
        redaction.all_words(parts.values()),
    )


def _take_out_words(words: OldWords, by: Actor) -> int:
    kind, pk = words.subject
    about = Event.objects.filter(subject_type=kind, subject_id=pk)
    last = about.latest("id")
    for model in redaction.models_of(last):
        list(model._default_manager.select_for_update(of=("self",)).filter(pk=pk))
    done = _changes().filter(subject_type=kind, subject_id=pk).aggregate(last=Max("sequence"))
    if done["last"] != words.last:
        return 0  # somebody went back to it meanwhile
    remarks = Remark.objects.filter(pk__in=words.remarks)
    count = remarks.update(text="", removed_at=by.now, removed_by=by.person)
    count += redaction.take_all_out(words.elsewhere)
    written = Update.objects.filter(pk__in=words.updates)
    count += written.update(text=redaction.TAKEN_OUT, evidence_link="")
    _record(OperationsVerb.WORDS_DISPOSED_OF, last, count, by)
    return count


def _record(verb: OperationsVerb, event: Event, count: int, by: Actor) -> None:
    """Put on record, of the subject of an event, how much was taken out."""
    for model in redaction.models_of(event):
        for row in model._default_manager.select_for_update().filter(pk=event.subject_id):
            record([Entry(verb, row, after={"count": count}, remarks={"reason": _REASON})], by)


def _closed(before: dt.date) -> QuerySet[Round]:
    return Round.objects.filter(closed_at__date__lt=before)


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


def _gone(before: dt.date) -> QuerySet[User]:
    """People who cannot sign in, whose last appointment ended or was withdrawn before a day."""
    held = Appointment.objects.filter(
        Q(ends__isnull=True) | Q(ends__gte=before),
        Q(withdrawn_at__isnull=True) | Q(withdrawn_at__date__gte=before),
    )
    people = User.objects.filter(is_active=False, date_joined__date__lt=before)
    return people.exclude(pk__in=held.values("person")).exclude(email__startswith=_DISPOSED)


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
