"""What a timing means, in words: "Due 30 September 2016"."""

import datetime as dt
import re
from collections.abc import Sequence

from django.utils.text import get_text_list

from audits.plan.timing import Timing, TimingKind


def day_words(day: dt.date) -> str:
    """``30 September 2016``."""
    return f"{day.day} {day:%B %Y}"


def understood(timing: Timing, times: Sequence[dt.date] = ()) -> str:
    """What the words of a timing were understood to mean.

    ``times`` are the days of several or recurring times, where the timing does not hold them.
    """
    days = sorted(set(times or timing.occurrences))
    starts, due = timing.starts, timing.due
    if timing.kind == TimingKind.FROM and timing.start_by is not None:
        return f"To begin by {day_words(timing.start_by)}, with no last day"
    if due is None:
        return "Ongoing, with no date"
    if timing.kind == TimingKind.BY_THEN_ONGOING:
        return f"Due {day_words(due)}, then ongoing"
    if timing.kind == TimingKind.SEVERAL and days:
        return f"Due {get_text_list([day_words(day) for day in days], 'and')}"
    if starts is None:
        return f"Due {day_words(due)}"
    if timing.kind == TimingKind.EVERY and timing.every is not None:
        said = f"{timing.every.label} from {day_words(starts)} to {day_words(due)}"
        if len(days) == 1:
            return f"{said}: once, due {day_words(days[0])}"
        return f"{said}: {len(days)} times, the first due {day_words(days[0])}" if days else said
    return f"From {day_words(starts)}, due {day_words(due)}"


def names_its_day(timing: Timing) -> bool:
    """Whether the words themselves give the day, so that nothing had to be read into them."""
    if timing.kind == TimingKind.ONGOING:
        return True
    if timing.kind not in (TimingKind.BY, TimingKind.BY_THEN_ONGOING) or timing.due is None:
        return False
    return bool(re.search(rf"(?<!\d)0?{timing.due.day}(?!\d)", timing.words))
