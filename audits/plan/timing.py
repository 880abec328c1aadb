"""When an action is due, as a value, and whether it is late. Pure.

The words are kept as they were written; beside them stands what they mean (``timing_words``
reads them). Status is always worked out from this and from what was reported, never typed.
"""

import calendar
import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import TextChoices

from audits.plan.workflow import ActionState
from teams.quarters import Quarter


class TimingKind(TextChoices):
    """What a timing says."""

    BY = "by", "By a date"
    BETWEEN = "between", "From one date to another"
    FROM = "from", "From a date on"
    ONGOING = "ongoing", "Ongoing"
    BY_THEN_ONGOING = "by-then-ongoing", "By a date, then ongoing"
    SEVERAL = "several", "On several dates"
    EVERY = "every", "Again and again"


class Every(TextChoices):
    """How often a recurring action comes round."""

    WEEK = "week", "Every week"
    FORTNIGHT = "fortnight", "Every two weeks"
    HALF_MONTH = "half-month", "Twice a month"
    MONTH = "month", "Every month"
    TWO_MONTHS = "two-months", "Every two months"
    QUARTER = "quarter", "Every quarter"
    TERM = "term", "Every term"
    HALF_YEAR = "half-year", "Every six months"
    YEAR = "year", "Every year"


@dataclass(frozen=True)
class ActionTiming:
    """When something is to be done.

    ``start_by`` is the last day on which it can begin as planned ("from June 2016": 30 June),
    ``due`` the day after which it is late, ``occurrences`` the days on which each of several
    or recurring times is due.
    """

    words: str
    kind: TimingKind
    starts: dt.date | None = None
    start_by: dt.date | None = None
    due: dt.date | None = None
    every: Every | None = None
    occurrences: tuple[dt.date, ...] = ()


def between(words: str, starts: dt.date, start_by: dt.date, due: dt.date) -> ActionTiming:
    """From one date to another; ValueError where it ends before it starts."""
    if due < starts:
        raise ValueError(f"“{words}” ends before it starts")
    return ActionTiming(words, TimingKind.BETWEEN, starts, start_by, due)


def several(words: str, dates: Iterable[dt.date]) -> ActionTiming:
    """Due on each of these days, in time order; ValueError for fewer than two."""
    listed = tuple(sorted(set(dates)))
    if len(listed) < 2:
        raise ValueError(f"“{words}” names one date only: write it once")
    return ActionTiming(words, TimingKind.SEVERAL, due=listed[-1], occurrences=listed)


# More than a weekly action of five years comes to.
_MOST_TIMES = 260


def recurring(words: str, every: Every, starts: dt.date, ends: dt.date) -> ActionTiming:
    """Every week, month, quarter (of the financial year) ... from ``starts`` until ``ends``.

    Each is due on its period's last day, or at the end if that comes first. A period that
    begins on the very last day is not one more: "until 1.4.17" has no April in it.
    """
    if ends <= starts:
        raise ValueError(f"“{words}” ends before it starts")
    days: list[dt.date] = []
    day = starts
    while day < ends:
        last = _period_end(every, day, starts)
        days.append(min(last, ends))
        day = last + dt.timedelta(days=1)
        if len(days) > _MOST_TIMES:
            raise ValueError(f"“{words}” comes round more than {_MOST_TIMES} times: end it earlier")
    return ActionTiming(
        words, TimingKind.EVERY, starts, days[0], ends, every, occurrences=tuple(days)
    )


# The months in which terms end: spring, summer, autumn.
_TERMS_END = (3, 7, 12)
_DAYS = {Every.WEEK: 7, Every.FORTNIGHT: 14}


def _period_end(every: Every, day: dt.date, starts: dt.date) -> dt.date:
    """The last day of the period that ``day`` lies in; weeks and pairs of months count from
    ``starts``."""
    if every in _DAYS:
        length = _DAYS[every]
        return day + dt.timedelta(days=length - 1 - (day - starts).days % length)
    quarter = Quarter.containing(day)
    match every:
        case Every.HALF_MONTH if day.day <= 15:
            return day.replace(day=15)
        case Every.TWO_MONTHS:
            return month_end(day, after=1 - _months_between(starts, day) % 2)
        case Every.QUARTER:
            return quarter.last_day
        case Every.TERM:
            return month_end(day, after=min((end - day.month) % 12 for end in _TERMS_END))
        case Every.HALF_YEAR:
            return (quarter + quarter.number % 2).last_day
        case Every.YEAR:
            return quarter.year.quarters[3].last_day
    return month_end(day)


def _months_between(first: dt.date, last: dt.date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month


def month_end(day: dt.date, *, after: int = 0) -> dt.date:
    """The last day of its month, or of one so many months later."""
    years, month = divmod(day.month - 1 + after, 12)
    year = day.year + years
    return dt.date(year, month + 1, calendar.monthrange(year, month + 1)[1])


def given(
    words: str,
    *,
    starts: dt.date | None = None,
    due: dt.date | None = None,
    dates: Sequence[dt.date] = (),
    every: Every | None = None,
    is_ongoing: bool = False,
) -> ActionTiming:
    """A timing from fields, for words that cannot be read; ValueError if they do not agree."""
    kept = " ".join(words.split())
    if not kept:
        raise ValueError("Enter by when, in your own words")
    if every is not None:
        if starts is None or due is None:
            raise ValueError("Enter from when and until when it comes round")
        return recurring(kept, every, starts, due)
    if dates:
        return several(kept, dates)
    return _once(kept, starts, due, is_ongoing=is_ongoing)


def _once(
    words: str, starts: dt.date | None, due: dt.date | None, *, is_ongoing: bool
) -> ActionTiming:
    if due is not None:
        if is_ongoing:
            return ActionTiming(words, TimingKind.BY_THEN_ONGOING, due=due)
        if starts is not None:
            return between(words, starts, starts, due)
        return ActionTiming(words, TimingKind.BY, due=due)
    if starts is not None:
        return ActionTiming(words, TimingKind.FROM, starts, starts)
    if is_ongoing:
        return ActionTiming(words, TimingKind.ONGOING)
    raise ValueError("Enter a date, or say that it is ongoing")


class Status(StrEnum):
    """How an action stands, in words as pages show them; what people said, as its state has it."""

    NOT_STARTED = "Not started"
    IN_PROGRESS = "In progress"
    OVERDUE = "Overdue"
    CLAIMED = "Claimed complete"
    COMPLETE = "Complete"
    NO_LONGER_NEEDED = "No longer needed"
    CARRIED_OVER = "Carried over"

    @property
    def colour(self) -> str:
        """The colour of its tag."""
        return _COLOURS.get(self, "")


_COLOURS = {
    Status.IN_PROGRESS: "blue",
    Status.OVERDUE: "red",
    Status.CLAIMED: "yellow",
    Status.COMPLETE: "green",
}


@dataclass(frozen=True)
class Time:
    """One of several or recurring times: when it is due, and whether it was done."""

    due: dt.date
    is_done: bool = False


def late_since(
    timing: ActionTiming, reports: int, times: Sequence[Time], today: dt.date
) -> dt.date | None:
    """The day that was missed, the earliest of several, or None when nothing is late.

    A due day is missed once it is over. An action with several times misses each that was not
    done; when all were done it is not late, whatever the date. An action without an end
    ("from June 2016") that nobody has reported on is late once its start is past. An ongoing
    one is never late.
    """
    if times:
        missed = (time.due for time in times if not time.is_done and time.due < today)
        return min(missed, default=None)
    if timing.due is not None:
        return timing.due if timing.due < today else None
    if timing.start_by is not None and not reports and timing.start_by < today:
        return timing.start_by
    return None


def next_due(timing: ActionTiming, times: Sequence[Time]) -> dt.date | None:
    """The earliest day still to be met, missed ones included; None without one."""
    if times:
        return min((time.due for time in times if not time.is_done), default=None)
    return timing.due


def status(
    timing: ActionTiming, state: str, reports: int, times: Sequence[Time], today: dt.date
) -> Status:
    """How an action stands on ``today``: said by people where they said it, else worked out.

    ``reports`` is how often something was said of it: each update, and a claim that is none any
    more. *Overdue* needs a day that has passed;
    an action from a month on that has not begun is *not started* and late (``late_since``).
    """
    if state != ActionState.OPEN:
        return Status(ActionState(state).label)
    begun = reports > 0 or any(time.is_done for time in times)
    has_a_day = timing.due is not None or bool(times)
    if has_a_day and late_since(timing, reports, times, today) is not None:
        return Status.OVERDUE
    return Status.IN_PROGRESS if begun else Status.NOT_STARTED
