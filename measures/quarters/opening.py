"""When a quarter may be opened: once it has begun, and never after a later one."""

import datetime as dt

from django.db.models import Max
from django.utils.text import get_text_list

from earlyhelp.core.pages.wording import long_date
from measures.models import ReportingQuarter
from measures.workflow import QUARTER, QuarterAct
from teams.quarters import Quarter, span


def why_not_open(row: ReportingQuarter, today: dt.date) -> str:
    """Why a quarter cannot be opened on a day; empty where it can. At most one query.

    What would be due in it says nothing before it has begun; and once a later one is opened,
    what came before is settled.
    """
    quarter = row.quarter
    if why_not := QUARTER.why_not(QuarterAct.OPEN, row.state):
        return why_not
    if today < quarter.first_day:
        begins = long_date(quarter.first_day)
        return f"{quarter} begins on {begins}: it can be opened from that day on."
    later = ReportingQuarter.objects.opened().after(quarter).order_by("index").first()
    if later is not None:
        return f"{later.quarter} was opened before it, so {quarter} cannot be opened any more."
    return ""


def skipped_by(quarter: Quarter) -> list[Quarter]:
    """The quarters that opening this one would leave out for good; at most two queries.

    Those since the latest that was opened, planned or not; where none was, those that are planned.
    """
    before = ReportingQuarter.objects.filter(index__lt=quarter.index)
    last = before.opened().aggregate(last=Max("index"))["last"]
    if last is not None:
        return span(Quarter(last + 1), quarter - 1)
    return [row.quarter for row in before.order_by("index")]


def ask_about(skipped: list[Quarter]) -> str:
    """What has to be agreed to before these quarters are skipped."""
    names = get_text_list([str(one) for one in skipped], "and")
    return f"Tick the box if {names} will never be opened"
