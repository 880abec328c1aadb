"""How actions stand on a day: each with its status, what is late, and by locality.

Worked out from rows that the caller has loaded (``Action.objects.for_pages``); no queries.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from audits.models import Action, Occurrence, Update
from audits.plan import timing
from audits.plan.timing import Status, Time
from teams.models import Locality


@dataclass(frozen=True)
class Progress:
    """How one action stands: ``late_since`` is the day missed, ``next_due`` the next to meet."""

    action: Action
    status: Status
    late_since: dt.date | None
    next_due: dt.date | None
    updates: tuple[Update, ...]
    occurrences: tuple[Occurrence, ...]

    @property
    def is_late(self) -> bool:
        """Whether a day was missed: overdue, or due to have begun."""
        return self.late_since is not None

    @property
    def latest(self) -> Update | None:
        """The last word on it."""
        return self.updates[-1] if self.updates else None

    @property
    def times_done(self) -> tuple[int, int]:
        """How many of its several or recurring times are done, and how many there are."""
        return sum(one.is_done for one in self.occurrences), len(self.occurrences)


def progress(action: Action, today: dt.date) -> Progress:
    """How an action stands on ``today``; it comes with updates and occurrences prefetched."""
    updates = sorted(
        (one for one in action.updates.all() if one.removed_at is None),
        key=lambda one: (one.on, one.pk),
    )
    return _stand(action, updates, list(action.occurrences.all()), today)


def _stand(
    action: Action, updates: list[Update], occurrences: list[Occurrence], today: dt.date
) -> Progress:
    when = action.timing
    times = [Time(one.due_on, one.is_done) for one in occurrences]
    status = timing.status(when, action.state, len(updates), times, today)
    unfinished = status in (Status.NOT_STARTED, Status.IN_PROGRESS, Status.OVERDUE)
    return Progress(
        action=action,
        status=status,
        late_since=timing.late_since(when, len(updates), times, today) if unfinished else None,
        next_due=timing.next_due(when, times) if unfinished else None,
        updates=tuple(updates),
        occurrences=tuple(sorted(occurrences, key=lambda one: one.due_on)),
    )


@dataclass(frozen=True)
class LocalityProgress:
    """What one locality said of an action that every locality must do."""

    locality: Locality
    progress: Progress

    @property
    def has_answered(self) -> bool:
        """Whether it has reported anything."""
        return bool(self.progress.updates) or self.progress.times_done[0] > 0


def by_locality(
    action: Action, localities: Iterable[Locality], today: dt.date
) -> list[LocalityProgress]:
    """Each locality's own progress on an action, in the council's order."""
    found = []
    for locality in localities:
        updates = [
            one
            for one in action.updates.all()
            if one.locality_id == locality.pk and one.removed_at is None
        ]
        times = [one for one in action.occurrences.all() if one.locality_id == locality.pk]
        found.append(LocalityProgress(locality, _stand(action, updates, times, today)))
    return found


def with_history(action: Action) -> list[Action]:
    """The action and what it was carried over from, latest first; one query each year back."""
    found = [action]
    while found[-1].carried_from is not None:
        found.append(found[-1].carried_from)
    return found
