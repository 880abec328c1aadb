"""Who reads what the record says of the framework, returns, commentary and corrections."""

from earlyhelp.core.events.scopes import Rows, Seen
from measures.models import (
    Commentary,
    CorrectedFigure,
    Correction,
    DataItem,
    Measure,
    ReportingQuarter,
    Return,
    SeriesBreak,
    Target,
)
from measures.permissions import MeasuresPermission, returns_seen, sees_areas_within_city
from teams.authority import Actor


def _framework(by: Actor) -> bool:
    return by.authority.holds(MeasuresPermission.KEEP_FRAMEWORK)


def _quarters(by: Actor) -> bool:
    return by.authority.holds(MeasuresPermission.RUN_QUARTERS)


def _returns(by: Actor) -> Seen:
    return Return.objects.within(returns_seen(by.authority))


def _commentary(by: Actor) -> bool:
    return sees_areas_within_city(by.authority)


def _corrections(by: Actor) -> Seen:
    """Those of whose figures all are seen: the record names each of them."""
    seen = Return.objects.within(returns_seen(by.authority))
    others = CorrectedFigure.objects.exclude(figure__return_made__in=seen)
    return Correction.objects.exclude(pk__in=others.order_by().values("correction"))


SEEN: dict[type, Rows] = {
    **dict.fromkeys((DataItem, Measure, Target, SeriesBreak), _framework),
    ReportingQuarter: _quarters,
    Return: _returns,
    Commentary: _commentary,
    Correction: _corrections,
}
