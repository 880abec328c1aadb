"""Adding jobs, and doing what waits; in real time, whatever day the sample stands at."""

import datetime as dt
import logging
from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.utils import timezone

from earlyhelp.core.work.kinds import KINDS, NeverPossible, Payload
from earlyhelp.core.work.models import FinishedForm, Job, JobQuerySet

# A job that has been under way for so long was broken off: its process is gone.
LONGEST = dt.timedelta(minutes=15)
# Tried again after 1, 2, 4 ... minutes, then every hour, for two days.
MOST_ATTEMPTS = 54
MOST_MINUTES = 60
# After so long a page says that nothing is done.
PATIENCE = dt.timedelta(minutes=1)
# A form that comes again so long after it was finished is a new one: no session lasts so long.
FORMS_ARE_KEPT = dt.timedelta(days=7)

log = logging.getLogger(__name__)


class BrokenOff(Exception):
    """Nobody knows whether it was done."""


@dataclass
class Delivered:
    """What became of the jobs that were due."""

    done: int = 0
    later: int = 0
    given_up: int = 0

    def __bool__(self) -> bool:
        return bool(self.done or self.later or self.given_up)

    def __str__(self) -> str:
        return f"{self.done} done, {self.later} to be tried again, {self.given_up} given up."


def add(kind: str, payload: Payload, due_at: dt.datetime | None = None) -> Job:
    """Have something done once the transaction around this is committed, or at a later moment.

    ``kind`` is a registered one (KeyError otherwise); ``payload`` is plain JSON.
    """
    KINDS[kind]
    now = timezone.now()
    return Job.objects.create(kind=kind, payload=payload, created_at=now, due_at=due_at or now)


def is_under_way(kind: str, /, **payload: Any) -> bool:
    """Whether a job of this kind, with this in its payload, waits or is being done."""
    return _about(kind, payload).filter(given_up_at__isnull=True).exists()


def how_many_wait(*kinds: str) -> int:
    """How many jobs of these kinds are due and not begun."""
    return Job.objects.due(timezone.now()).filter(kind__in=kinds).count()


def was_given_up(kind: str, /, **payload: Any) -> bool:
    """Whether a job of this kind, with this in its payload, was given up: nobody tries again."""
    return _about(kind, payload).filter(given_up_at__isnull=False).exists()


def _about(kind: str, payload: Payload) -> JobQuerySet:
    about = {f"payload__{name}": value for name, value in payload.items()}
    return Job.objects.filter(kind=kind, **about)


def deliver() -> Delivered:
    """Do everything that is due; several processes may do so at once."""
    delivered = Delivered()
    _end_broken_off(delivered)
    while (job := _take()) is not None:
        _do(job, delivered)
    forget_finished_forms()
    return delivered


def forget_finished_forms() -> None:
    """Let go of forms that were finished long ago; takes no lock where there are none."""
    old = FinishedForm.objects.filter(finished_at__lt=timezone.now() - FORMS_ARE_KEPT)
    if old.exists():
        old.delete()


def give_up_what_may_be_done() -> None:
    """For a database that was put back: what waited then to go out may have gone out since."""
    here = [name for name, kind in KINDS.items() if not kind.goes_out]
    waiting = Job.objects.filter(given_up_at__isnull=True).exclude(kind__in=here)
    waiting.update(given_up_at=timezone.now(), error=BrokenOff.__name__)


def undelivered_since() -> dt.datetime | None:
    """Since when jobs wait that nobody does; None while all is well."""
    now = timezone.now()
    oldest = Job.objects.due(now).values_list("due_at", flat=True).first()
    return oldest if oldest is not None and now - oldest > PATIENCE else None


def _take() -> Job | None:
    """The next job, for this process alone: mail goes before what takes its time."""
    going_out = [name for name, kind in KINDS.items() if kind.goes_out]
    while True:
        now = timezone.now()
        due = Job.objects.due(now)
        job = due.filter(kind__in=going_out).first() or due.first()
        if job is None:
            return None
        # Whoever changes the row has the job, on either database and without a lock.
        free = Job.objects.waiting().filter(pk=job.pk)
        if free.update(taken_at=now, attempts=F("attempts") + 1):
            job.refresh_from_db()
            return job


def _do(job: Job, delivered: Delivered) -> None:
    try:
        KINDS[job.kind].run(job.payload)
    except (NeverPossible, KeyError) as error:
        _give_up(job, error)
        delivered.given_up += 1
    except Exception as error:  # a job that fails must not stop the others
        if job.attempts >= MOST_ATTEMPTS:
            _give_up(job, error)
            delivered.given_up += 1
        else:
            log.warning("Job %s (%s) is tried again", job.pk, job.kind, exc_info=True)
            job.due_at = timezone.now() + dt.timedelta(
                minutes=min(2 ** (job.attempts - 1), MOST_MINUTES)
            )
            job.taken_at, job.error = None, type(error).__name__
            job.save(update_fields=["due_at", "taken_at", "error"])
            delivered.later += 1
    else:
        job.delete()
        delivered.done += 1


def _end_broken_off(delivered: Delivered) -> None:
    """Have it done again, done or not; what breaks off every time is given up."""
    for job in Job.objects.broken_off(timezone.now() - LONGEST):
        if job.attempts < MOST_ATTEMPTS:
            Job.objects.filter(pk=job.pk, taken_at=job.taken_at).update(taken_at=None)
        else:
            _give_up(job, BrokenOff())
            delivered.given_up += 1


def _give_up(job: Job, error: Exception) -> None:
    log.error("Job %s (%s) was given up", job.pk, job.kind, exc_info=error)
    job.given_up_at, job.error = timezone.now(), type(error).__name__
    job.save(update_fields=["given_up_at", "error"])
