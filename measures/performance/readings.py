"""Who of the board has read a closed quarter: put on record as its figures are shown.

The one thing that a page that is only asked for may write: as long as no board member has read
a closed quarter, its closing can be undone (``quarters.closing.why_not_undo``).
"""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.http import HttpResponseBase

from measures.models import QuarterReading, ReportingQuarter
from measures.permissions import reads_for_the_board
from measures.workflow import QuarterState
from teams.authority import Actor
from teams.http import SignedInRequest
from teams.quarters import Quarter

P = ParamSpec("P")
View = Callable[Concatenate[SignedInRequest, P], HttpResponseBase]


def note_shown(request: SignedInRequest, quarters: Iterable[Quarter]) -> None:
    """Remember, for ``readings_recorded``, that the answer shows figures of these quarters."""
    shown: frozenset[Quarter] = getattr(request, "quarters_shown", frozenset())
    request.quarters_shown = shown | set(quarters)  # type: ignore[attr-defined]  # ours alone


def readings_recorded(view: View[P]) -> View[P]:
    """A page of figures whose readers on the board are put on record once it has been read.

    It stands around ``reading``, within which nothing can be written.
    """

    @wraps(view)
    def wrapped(request: SignedInRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        answer = view(request, *args, **kwargs)
        if answer.status_code == 200 and reads_for_the_board(request.actor.authority):
            record_readings(getattr(request, "quarters_shown", ()), by=request.actor)
        return answer

    return cast("View[P]", wrapped)


def record_readings(quarters: Iterable[Quarter], *, by: Actor) -> None:
    """Put on record which closed quarters among these this person has now read; once each.

    One query where nothing is new, and one more where something is.
    """
    closed = ReportingQuarter.objects.filter(
        index__in=[one.index for one in quarters], state=QuarterState.CLOSED
    )
    new = closed.exclude(readings__person=by.person)
    QuarterReading.objects.bulk_create(
        [QuarterReading(quarter=row, person=by.person, first_at=by.now) for row in new],
        ignore_conflicts=True,
    )
