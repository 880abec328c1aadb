"""When an action is due, as people write it, and whether it is late. Pure.

Plans say "September 2016", "1.9.16", "From June 2016", "1.4.17, ongoing", "November 2016 and
February 2017", "Audits every quarter until 1.4.17" or "Ongoing". The words are kept as they
were written; beside them stands what they mean. A month is due on its last day. Status is
always worked out from this and from what was reported, never typed.
"""

import calendar
import datetime as dt
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import TextChoices

from audits.plan.workflow import ActionState
from teams.quarters import FinancialYear, Quarter


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
    MONTH = "month", "Every month"
    QUARTER = "quarter", "Every quarter"


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


@dataclass(frozen=True)
class _Span:
    """What was written as one date: a day, a month, a quarter or a year."""

    first: dt.date
    last: dt.date


_MONTHS = {
    name.lower(): number
    for names in (calendar.month_name, calendar.month_abbr)
    for number, name in enumerate(names)
    if name
} | {"sept": 9}
_MONTH = r"(?P<{0}>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\.?"
_FORMS = [
    re.compile(form.replace("MONTH", _MONTH.format("month")))
    for form in (
        r"(?P<year>\d{4})-(?P<number>\d{2})-(?P<day>\d{2})(?!\d)",
        r"(?<!\d)(?P<day>\d{1,2})[./-](?P<number>\d{1,2})[./-](?P<year>\d{4}|\d{2})(?!\d)",
        r"(?P<day>\d{1,2})(?:st|nd|rd|th)?(?: of)? MONTH,? (?P<year>\d{4})(?!\d)",
        r"MONTH,? (?P<year>\d{4})(?!\d)",
        r"(?:q|quarter )(?P<quarter>[1-4]),?(?: of)? (?P<fy>\d{4}-\d{2})(?!\d)",
        r"(?P<fy>\d{4}-\d{2})(?!\d)",
    )
]
_EVERY = re.compile(r"\b(?:every|each) (week|month|quarter)\b|\b(week|month|quarter)ly\b")
_ONGOING = re.compile(r"[,;.]?\s*(?:and |then |and then )?on-?going\b")
_JOIN = r"\s*(?:,|;|&|\.|\band\b)+\s*"
_UNTIL = r"\s*(?:\b(?:to|until|till|up to|and)\b|[-–—])\s*"
_DATE = "\x00{}\x00"
_MARK = re.escape(_DATE).replace(r"\{\}", r"(\d+)")
_BY = rf"(?:by|before|due)?\s*(?:the )?(?:end of )?{_MARK}"

# What is written around its dates; whether it also says "ongoing", where that matters; and what
# it then means. The first that fits holds.
_MEANINGS: list[tuple[str, bool | None, Callable[[str, list[_Span]], ActionTiming]]] = [
    (r"", True, lambda words, _: ActionTiming(words, TimingKind.ONGOING)),
    (
        rf"(?:from|starting|since) {_MARK}(?: on| onwards?)?",
        None,
        lambda words, dates: ActionTiming(words, TimingKind.FROM, dates[0].first, dates[0].last),
    ),
    (
        rf"(?!{_MARK}\s*and\s*{_MARK}\Z)(?:(?:from|between)\s+)?{_MARK}{_UNTIL}{_MARK}",
        False,
        lambda words, dates: _between(words, *dates),
    ),
    (
        _BY,
        True,
        lambda words, dates: ActionTiming(words, TimingKind.BY_THEN_ONGOING, due=dates[0].last),
    ),
    (_BY, False, lambda words, dates: ActionTiming(words, TimingKind.BY, due=dates[0].last)),
    (
        rf"(?:by\s+)?{_MARK}(?:{_JOIN}(?:by\s+)?{_MARK})+",
        False,
        lambda words, dates: several(words, [date.last for date in dates]),
    ),
]

UNREADABLE = (
    "“{}” does not say when. Write a date (1.9.16), a month (September 2016), “From June 2016”, "
    "“Ongoing”, several dates with “and”, or “every month from 1.6.16 to 1.9.16”; or keep "
    "your words and give the date beside them."
)


def parse(words: str, year: FinancialYear) -> ActionTiming:
    """What ``words`` mean in a plan for ``year``; raise ValueError, with a sentence, if unread.

    The plan's year bounds a recurring action that does not say when it starts or ends.
    """
    kept = " ".join(words.split())
    if not kept:
        raise ValueError("Say by when")
    text, dates = _with_dates_marked(kept)
    again = _EVERY.search(text)
    if again:
        return _recurring(kept, Every(again[1] or again[2]), text[again.end() :], dates, year)
    ongoing = bool(_ONGOING.search(text))
    rest = _ONGOING.sub("", text).strip(" .,;")
    for shape, goes_on, meaning in _MEANINGS:
        if goes_on in (None, ongoing) and re.fullmatch(shape, rest):
            return meaning(kept, dates)
    raise ValueError(UNREADABLE.format(kept))


def _with_dates_marked(words: str) -> tuple[str, list[_Span]]:
    """The words in lower case with each date replaced by its place in the list."""
    text = words.lower()
    found: list[tuple[int, int, _Span]] = []
    for form in _FORMS:
        for match in form.finditer(text):
            if any(match.start() < end and start < match.end() for start, end, _ in found):
                continue
            found.append((match.start(), match.end(), _span(match, words)))
    found.sort(key=lambda one: one[0])
    for place in range(len(found) - 1, -1, -1):
        start, end, _ = found[place]
        text = text[:start] + _DATE.format(place) + text[end:]
    return text, [span for _, _, span in found]


def _span(match: re.Match[str], words: str) -> _Span:
    parts = match.groupdict()
    if parts.get("fy"):
        year = FinancialYear.parse(parts["fy"])
        if parts.get("quarter"):
            quarter = Quarter.of(year.start, int(parts["quarter"]))
            return _Span(quarter.first_day, quarter.last_day)
        return _Span(year.quarters[0].first_day, year.quarters[3].last_day)
    number = int(parts["year"])
    number += 2000 if number < 100 else 0
    month = int(parts["number"]) if parts.get("number") else _MONTHS[parts["month"]]
    try:
        if parts.get("day"):
            day = dt.date(number, month, int(parts["day"]))
            return _Span(day, day)
        first = dt.date(number, month, 1)
    except ValueError:
        raise ValueError(f"“{match[0]}” in “{words}” is not a date") from None
    return _Span(first, _month_end(first))


def _month_end(day: dt.date) -> dt.date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _between(words: str, first: _Span, last: _Span) -> ActionTiming:
    if last.last < first.first:
        raise ValueError(f"“{words}” ends before it starts")
    return ActionTiming(words, TimingKind.BETWEEN, first.first, first.last, last.last)


def several(words: str, dates: Iterable[dt.date]) -> ActionTiming:
    """Due on each of these days, in time order; ValueError for fewer than two."""
    listed = tuple(sorted(set(dates)))
    if len(listed) < 2:
        raise ValueError(f"“{words}” names one date only: write it once")
    return ActionTiming(words, TimingKind.SEVERAL, due=listed[-1], occurrences=listed)


def _recurring(
    words: str, every: Every, tail: str, dates: Sequence[_Span], year: FinancialYear
) -> ActionTiming:
    """ "every month from ... to ...": each bound may be missing, the plan's year then bounds it."""
    starts, ends = year.quarters[0].first_day, year.quarters[3].last_day
    if len(dates) > 2:
        raise ValueError(UNREADABLE.format(words))
    if len(dates) == 2:
        starts, ends = dates[0].first, dates[1].last
    elif dates and re.search(r"\b(from|starting|since)\b", tail):
        starts, ends = dates[0].first, max(ends, dates[0].last)
    elif dates and re.search(r"\b(to|until|till|by|up to)\b", tail):
        starts, ends = min(starts, dates[0].first), dates[0].last
    elif dates:
        raise ValueError(
            f"“{words}”: say whether the date is the first or the last (from ..., until ...)"
        )
    return recurring(words, every, starts, ends)


def recurring(words: str, every: Every, starts: dt.date, ends: dt.date) -> ActionTiming:
    """Every week, month or quarter (of the financial year) from ``starts`` until ``ends``.

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
    return ActionTiming(
        words, TimingKind.EVERY, starts, days[0], ends, every, occurrences=tuple(days)
    )


def _period_end(every: Every, day: dt.date, starts: dt.date) -> dt.date:
    if every == Every.WEEK:
        return day + dt.timedelta(days=6 - (day - starts).days % 7)
    if every == Every.MONTH:
        return _month_end(day)
    return Quarter.containing(day).last_day


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
        raise ValueError("Say by when, in your own words")
    if every is not None:
        if starts is None or due is None:
            raise ValueError("Say from when and until when it comes round")
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
            return _between(words, _Span(starts, starts), _Span(due, due))
        return ActionTiming(words, TimingKind.BY, due=due)
    if starts is not None:
        return ActionTiming(words, TimingKind.FROM, starts, starts)
    if is_ongoing:
        return ActionTiming(words, TimingKind.ONGOING)
    raise ValueError("Give a date, or say that it is ongoing")


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
    timing: ActionTiming, updates: int, times: Sequence[Time], today: dt.date
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
    if timing.start_by is not None and not updates and timing.start_by < today:
        return timing.start_by
    return None


def next_due(timing: ActionTiming, times: Sequence[Time]) -> dt.date | None:
    """The earliest day still to be met, missed ones included; None without one."""
    if times:
        return min((time.due for time in times if not time.is_done), default=None)
    return timing.due


def status(
    timing: ActionTiming, state: str, updates: int, times: Sequence[Time], today: dt.date
) -> Status:
    """How an action stands on ``today``: said by people where they said it, else worked out.

    ``updates`` is how many progress updates there are. *Overdue* needs a day that has passed;
    an action from a month on that has not begun is *not started* and late (``late_since``).
    """
    if state != ActionState.OPEN:
        return Status(ActionState(state).label)
    begun = updates > 0 or any(time.is_done for time in times)
    has_a_day = timing.due is not None or bool(times)
    if has_a_day and late_since(timing, updates, times, today) is not None:
        return Status.OVERDUE
    return Status.IN_PROGRESS if begun else Status.NOT_STARTED
