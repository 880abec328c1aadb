"""How actions stand on a day: each with its status, what is late, and by locality.

Worked out from rows that the caller has loaded (an action with its updates and occurrences);
no queries.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from django.utils import timezone

from audits.plan import timing
from audits.plan.models import Action, Occurrence, Update
from audits.plan.timing import Status, Time
from earlyhelp.core.pages.wording import long_date, part_of
from teams.models import Locality

SOON = dt.timedelta(days=30)
_UNFINISHED = (Status.NOT_STARTED, Status.IN_PROGRESS, Status.OVERDUE)


@dataclass(frozen=True)
class ActionProgress:
    """How an action stands: ``late_since`` is the day missed, ``next_due`` the next to meet.

    As a whole (with ``localities``, where each of them has to do it), or in one ``locality``.
    """

    action: Action
    today: dt.date
    status: Status
    late_since: dt.date | None
    next_due: dt.date | None
    updates: tuple[Update, ...]
    occurrences: tuple[Occurrence, ...]
    locality: Locality | None = None
    localities: tuple["ActionProgress", ...] = ()

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
    def times_done(self) -> tuple[int, int]:
        """How many of its several or recurring times are done, and how many there are."""
        return sum(one.is_done for one in self.occurrences), len(self.occurrences)

    @property
    def times_text(self) -> str:
        """``2 of 4 times done``; nothing for an action that is done once."""
        return f"{part_of(*self.times_done, 'time')} done" if self.occurrences else ""

    @property
    def note(self) -> str:
        """What makes the status say more: which day was missed, who claimed, why it was stopped."""
        action = self.action
        if self.late_since is not None:
            verb = "was due" if self.status == Status.OVERDUE else "was to begin by"
            return f"{verb} {long_date(self.late_since)}"
        if self.status == Status.CLAIMED and action.claimed_at:
            return f"by {action.claimed_by}, {_date(action.claimed_at)}"
        if self.status == Status.COMPLETE and action.accepted_at:
            return f"accepted by {action.accepted_by}, {_date(action.accepted_at)}"
        return action.stop_reason if self.status == Status.NO_LONGER_NEEDED else ""

    @property
    def has_answered(self) -> bool:
        """Whether anything was reported."""
        return bool(self.updates) or self.times_done[0] > 0

    @property
    def latest(self) -> str:
        """The last that was said: the last update, or else the time that was done last."""
        if self.updates:
            return self.updates[-1].dated_text
        done = [(one.done_on, one.due_on, one.note) for one in self.occurrences if one.done_on]
        if not done:
            return ""
        done_on, _, note = max(done)
        return f"Done on {long_date(done_on)}{f': {note}' if note else ''}"

    def within(self, localities: Collection[int]) -> "ActionProgress":
        """How it stands in these localities, late where it is late in any; else as a whole."""
        there = [one for one in self.localities if one.locality and one.locality.pk in localities]
        return next((one for one in there if one.is_late), there[0] if there else self)


def _date(moment: dt.datetime) -> str:
    return long_date(timezone.localdate(moment))


def progress(action: Action, today: dt.date) -> ActionProgress:
    """How an action stands on ``today``; it comes with updates and occurrences prefetched."""
    return _stand(action, _updates(action), list(action.occurrences.all()), today)


def _updates(action: Action) -> list[Update]:
    """What was reported, in time order, without words that were taken out."""
    kept = (one for one in action.updates.all() if one.removed_at is None)
    return sorted(kept, key=lambda one: (one.on, one.pk))


def _stand(
    action: Action,
    updates: list[Update],
    occurrences: list[Occurrence],
    today: dt.date,
    locality: Locality | None = None,
) -> ActionProgress:
    when, times = action.timing, [Time(one.due_on, one.is_done) for one in occurrences]
    reports = len(updates) + action.was_claimed
    status = timing.status(when, action.state, reports, times, today)
    unfinished = status in _UNFINISHED
    return ActionProgress(
        action=action,
        today=today,
        status=status,
        late_since=timing.late_since(when, reports, times, today) if unfinished else None,
        next_due=timing.next_due(when, times) if unfinished else None,
        updates=tuple(updates),
        occurrences=tuple(sorted(occurrences, key=lambda one: one.due_on)),
        locality=locality,
    )


def by_locality(
    action: Action, localities: Iterable[Locality], today: dt.date
) -> list[ActionProgress]:
    """Each locality's own progress on an action, in the council's order."""
    updates: dict[int | None, list[Update]] = defaultdict(list)
    for update in _updates(action):
        updates[update.locality_id].append(update)
    times: dict[int | None, list[Occurrence]] = defaultdict(list)
    for time in action.occurrences.all():
        times[time.locality_id].append(time)
    return [_stand(action, updates[one.pk], times[one.pk], today, one) for one in localities]


def overall(action: Action, localities: Iterable[Locality], today: dt.date) -> ActionProgress:
    """How an action stands on ``today``, everywhere; worked out once for all that is asked."""
    each = by_locality(action, localities, today) if action.for_every_locality else []
    return replace(progress(action, today), localities=tuple(each))


def with_history(action: Action) -> list[Action]:
    """The action and what it was carried over from, latest first; one query each year back."""
    years = [action]
    while years[-1].carried_from is not None:
        years.append(years[-1].carried_from)
    return years
