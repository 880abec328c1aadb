"""Releases in tests: made again after a test has changed the figures that they were made from."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from measures.models import ReportingQuarter
from measures.releases import actions
from measures.releases.guard import GUARDS
from measures.releases.models import Release, ReleasedLine, ReleasedQuarter, VoidedQuarter
from measures.releases.reading import Period, ReleaseMask, masks_of
from measures.workflow import QuarterState
from teams.authority import command_actor


@contextmanager
def unguarded() -> Iterator[None]:
    """The database does not refuse to change releases for a moment."""
    connection.check_constraints()
    for one in GUARDS:
        one.remove(connection)
    yield
    for one in GUARDS:
        one.install(connection)


def forget_releases() -> None:
    """As if nothing had been released: the database refuses it, so its triggers go for a moment."""
    with unguarded():
        for model in (VoidedQuarter, ReleasedLine, ReleasedQuarter, Release):
            model.objects.all().delete()


def mask_of(period: Period) -> ReleaseMask:
    """What outsiders may read of a quarter or a year."""
    return masks_of([period])[period]


def release() -> Release | None:
    """The release at the closing of the latest closed quarter."""
    latest = ReportingQuarter.objects.filter(state=QuarterState.CLOSED).latest("index")
    return actions.make(latest, by=command_actor())


def release_anew() -> Release | None:
    """What would have been released of what stands now."""
    forget_releases()
    return release()
