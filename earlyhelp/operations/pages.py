"""How the site stands, as an administrator reads it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.template.defaultfilters import filesizeformat
from django.utils import timezone

from earlyhelp.core import replica
from earlyhelp.core.replica import ReplicaStanding
from earlyhelp.core.version import VERSION
from earlyhelp.operations.standing import (
    DRILL_IS_GOOD_FOR,
    free_bytes,
    last_drill,
    not_ready,
    waiting_jobs,
)

_WRONG = {
    "migrations": "It waits for an upgrade: run manage.py prepare.",
    "triggers": "The record can be changed: run manage.py migrate.",
    "disk": "There is next to no room left: make some.",
}


@dataclass(frozen=True)
class StatusLine:
    """One thing that is told; ``wrong`` says what to do where something is wrong."""

    label: str
    value: str
    wrong: str = ""


@dataclass(frozen=True)
class StatusPage:
    """Everything that is told."""

    lines: Sequence[StatusLine]

    @property
    def is_well(self) -> bool:
        """Whether nobody has to do anything."""
        return not any(line.wrong for line in self.lines)


def status_page() -> StatusPage:
    """The site as it stands; few queries."""
    with connection.cursor():
        version = _database_version()
    problems = not_ready()
    wrong = " ".join(_WRONG[name] for name in problems if name in ("migrations", "triggers"))
    return StatusPage(
        [
            StatusLine("Version", VERSION),
            StatusLine("Database", version, wrong),
            *_replica(),
            StatusLine(
                "Room on the disk",
                filesizeformat(free_bytes()),
                _WRONG["disk"] if "disk" in problems else "",
            ),
            _jobs(),
            _drill(),
        ]
    )


def _database_version() -> str:
    numbers = connection.get_database_version()
    return f"{connection.display_name} {'.'.join(map(str, numbers))}"


_FROM_PRIMARY = "Pages read from the primary meanwhile"
_TO_DO = {
    ReplicaStanding.BEHIND: f"{_FROM_PRIMARY}: if that stays so, look at its log.",
    ReplicaStanding.PROMOTED: f"{_FROM_PRIMARY}: change DATABASE_URL or REPLICA_URL.",
    ReplicaStanding.GONE: f"{_FROM_PRIMARY}: start the replica, or unset REPLICA_URL.",
}


def _replica() -> list[StatusLine]:
    if not replica.is_there():
        return []
    found = replica.standing()
    return [StatusLine("Replica", found.value, _TO_DO.get(found, ""))]


def _jobs() -> StatusLine:
    label, (waiting, given_up, late) = "Mail, and files of reports", waiting_jobs()
    value = f"{waiting} waiting, {given_up} given up"
    if late.total_seconds() > 60:
        return StatusLine(label, value, "Nothing is at it: start manage.py deliver --watch.")
    if given_up:
        return StatusLine(label, value, "Some could not be done: look at Jobs in administration.")
    return StatusLine(label, value)


def _drill() -> StatusLine:
    label, drill = "Last backup that was restored for practice", last_drill()
    if drill is None:
        return StatusLine(label, "None", "Run manage.py restore_drill, once a month.")
    when = f"{timezone.localtime(drill.at):%-d %B %Y, %H:%M}"
    if drill.problem:
        return StatusLine(label, f"{when}: it failed", drill.problem)
    value = f"{when}: {drill.rows:,} rows and {drill.events:,} events in {drill.seconds} seconds"
    is_old = timezone.now() - drill.at > DRILL_IS_GOOD_FOR
    return StatusLine(label, value, "That is long ago: run manage.py restore_drill." * is_old)
