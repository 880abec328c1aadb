"""How actions stand on a day: each with its status, what is late, and by locality.

Worked out from rows that the caller has loaded (an action with its updates and occurrences);
no queries.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from audits.plan import timing
from audits.plan.models import Action, Occurrence, Update
from audits.plan.timing import Status, Time, Timing
from teams.models import Locality

SOON = dt.timedelta(days=30)
_UNFINISHED = (Status.NOT_STARTED, Status.IN_PROGRESS, Status.OVERDUE)


@dataclass(frozen=True)
class Progress:
    """How one action stands: ``late_since`` is the day missed, ``next_due`` the next to meet."""

    action: Action
    today: dt.date
    status: Status
    late_since: dt.date | None
    next_due: dt.date | None
    updates: tuple[Update, ...]
    occurrences: tuple[Occurrence, ...]

    @property
    def is_unfinished(self) -> bool:
        """Whether there is still something to do or to report."""
        return self.status in _UNFINISHED

    @property
    def is_late(self) -> bool:
        """Whether a day was missed: overdue, or due to have begun."""
        return self.late_since is not None

    @property
    def is_soon(self) -> bool:
        """Whether a day to be met lies in the next thirty days."""
        if not self.is_unfinished:
            return False
        days = [one.due_on for one in self.occurrences if not one.is_done]
        if not self.occurrences and self.action.due_on:
            days = [self.action.due_on]
        return any(self.today <= day <= self.today + SOON for day in days)

    @property
    def due(self) -> dt.date | None:
        """The day that it is due: the next one still to be met, or the last of all."""
        return self.next_due or self.action.due_on

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
    return _stand(action, action.timing, _updates(action), list(action.occurrences.all()), today)


def _updates(action: Action) -> list[Update]:
    """What was reported, in time order, without words that were taken out."""
    kept = (one for one in action.updates.all() if one.removed_at is None)
    return sorted(kept, key=lambda one: (one.on, one.pk))


def _stand(
    action: Action,
    when: Timing,
    updates: list[Update],
    occurrences: list[Occurrence],
    today: dt.date,
) -> Progress:
    times = [Time(one.due_on, one.is_done) for one in occurrences]
    status = timing.status(when, action.state, len(updates), times, today)
    unfinished = status in _UNFINISHED
    return Progress(
        action=action,
        today=today,
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
    when = action.timing
    updates: dict[int | None, list[Update]] = defaultdict(list)
    for update in _updates(action):
        updates[update.locality_id].append(update)
    times: dict[int | None, list[Occurrence]] = defaultdict(list)
    for time in action.occurrences.all():
        times[time.locality_id].append(time)
    return [
        LocalityProgress(one, _stand(action, when, updates[one.pk], times[one.pk], today))
        for one in localities
    ]


@dataclass(frozen=True)
class Overall:
    """How an action stands as a whole, and in each locality where every one has to do it."""

    whole: Progress
    localities: tuple[LocalityProgress, ...]

    @property
    def action(self) -> Action:
        """What this is about."""
        return self.whole.action

    def within(self, localities: Collection[int]) -> Progress:
        """How it stands in these localities, late where it is late in any; else as a whole."""
        there = [one.progress for one in self.localities if one.locality.pk in localities]
        return next((one for one in there if one.is_late), there[0] if there else self.whole)


def overall(action: Action, localities: Iterable[Locality], today: dt.date) -> Overall:
    """How an action stands on ``today``, everywhere; worked out once for all that is asked."""
    sides = by_locality(action, localities, today) if action.for_every_locality else []
    return Overall(progress(action, today), tuple(sides))


def with_history(action: Action) -> list[Action]:
    """The action and what it was carried over from, latest first; one query each year back."""
    found = [action]
    while found[-1].carried_from is not None:
        found.append(found[-1].carried_from)
    return found
