"""What a timing means, in words: "Due 30 September 2016"."""

import datetime as dt
from collections.abc import Sequence

from django.utils.text import get_text_list

from audits.plan.timing import ActionTiming, TimingKind
from earlyhelp.core.pages.wording import long_date


def understood(timing: ActionTiming, times: Sequence[dt.date] = ()) -> str:
    """What the words of a timing were understood to mean.

    ``times`` are the days of several or recurring times, where the timing does not hold them.
    """
    days = sorted(set(times or timing.occurrences))
    starts, due = timing.starts, timing.due
    if due is None:
        return _without_end(timing)
    if timing.kind == TimingKind.BY_THEN_ONGOING:
        return f"Due {long_date(due)}, then ongoing"
    if timing.kind == TimingKind.SEVERAL and days:
        return f"Due {get_text_list([long_date(day) for day in days], 'and')}"
    if starts is None:
        return f"Due {long_date(due)}"
    if timing.kind == TimingKind.EVERY and timing.every is not None:
        return f"{timing.every.label} from {long_date(starts)} to {long_date(due)}{_times(days)}"
    return f"From {long_date(starts)}, due {long_date(due)}"


def _without_end(timing: ActionTiming) -> str:
    if timing.kind == TimingKind.FROM and timing.start_by is not None:
        return f"To begin by {long_date(timing.start_by)}, with no last day"
    return "Ongoing, with no date"


def _times(days: Sequence[dt.date]) -> str:
    if not days:
        return ""
    often = "once," if len(days) == 1 else f"{len(days)} times, the first"
    return f": {often} due {long_date(days[0])}"
