"""What takes long to make and stays the same until somebody does something: kept as it was made.

A report held to its figures, what changed since an edition, an edition's own page. Each process
keeps the last that it made, by all that it was made from: what the caller names, and the last
thing on record, for whatever changes a figure leaves an event. What is approved is put together
anew; only what the checker says of the very same words and figures is taken from here.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar, cast

from django.db import connections

from earlyhelp.core import replica
from earlyhelp.core.events.models import Event
from earlyhelp.report.record import SEEN
from measures.verbs import MeasuresVerb

T = TypeVar("T")
# Which is the last thing on record that can have changed a figure: its number and its digest.
Moment = tuple[int, str]
# Results that a process keeps; the largest, a page of sixty printed ones, takes half a megabyte.
MOST = 50

# Of reports themselves callers name what they read.
_OF_REPORTS = [str(model._meta.model_name) for model in SEEN]
# A figure that is typed changes nothing before somebody signs it off, which is an event of its own.
_NOT_YET = [MeasuresVerb.FIGURE_SAVED.value]
# Numbers are given before they can be read: while others write, an earlier one may still come.
_ALL_IS_THERE = """
SELECT pg_snapshot_xmin(pg_current_snapshot()) = pg_snapshot_xmax(pg_current_snapshot())"""

_made: OrderedDict[Hashable, Any] = OrderedDict()
_lock = Lock()


def kept(what: Hashable, make: Callable[[], T]) -> T:
    """What ``make`` makes of the figures and of ``what``, which has to name all else it reads."""
    database = connections[replica.reads_from()]
    moment = last_moment()
    is_settled = database.vendor != "postgresql" or _is_all_there()
    return frozen((what, database.settings_dict["NAME"], moment), make, is_kept=is_settled)


def frozen(what: Hashable, make: Callable[[], T], *, is_kept: bool = True) -> T:
    """What ``make`` makes of ``what`` alone, which never changes."""
    with _lock:
        if what in _made:
            _made.move_to_end(what)
            return cast("T", _made[what])
    made = make()
    if is_kept:
        with _lock:
            _made[what] = made
            while len(_made) > MOST:
                _made.popitem(last=False)
    return made


def forget() -> None:
    """Let go of all of it."""
    with _lock:
        _made.clear()


def last_moment() -> Moment:
    """The last thing on record that can have changed a figure; one query."""
    events = Event.objects.exclude(subject_type__in=_OF_REPORTS).exclude(verb__in=_NOT_YET)
    found = events.order_by("-id").values_list("id", "digest").first()
    return found or (0, "")


def _is_all_there() -> bool:
    """Whether nobody is writing, so that no event with a smaller number is still to come."""
    with connections[replica.reads_from()].cursor() as cursor:
        cursor.execute(_ALL_IS_THERE)
        return bool(cursor.fetchone()[0])
