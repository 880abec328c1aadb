"""How the site stands: the questions that a load balancer, a monitor and an administrator ask."""

import datetime as dt
import shutil
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from earlyhelp.core.events import triggers
from earlyhelp.core.work.models import Job
from earlyhelp.operations.backup import applied_migrations, known_migrations
from earlyhelp.operations.models import RestoreDrill

# With less room than this nothing can be relied on to be written.
LEAST_FREE = 200 * 1024 * 1024
# A drill is due every month; after so long without one, somebody should ask why.
DRILL_IS_GOOD_FOR = dt.timedelta(days=40)

_known = lru_cache(maxsize=1)(known_migrations)


def not_ready() -> list[str]:
    """What keeps the site from serving, by name; nothing while it is ready. Few queries."""
    found = []
    for name, is_well in _QUESTIONS.items():
        try:
            if not is_well():
                found.append(name)
        except (DatabaseError, OSError):
            found.append(name)
            if name == "database":
                break  # the others ask it too
    return found


def _answers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone())


def _is_migrated() -> bool:
    return _known() <= set(applied_migrations())


def free_bytes() -> int:
    """How much room there is where the site writes."""
    places = [Path(settings.VAR_DIR)]
    if connection.vendor == "sqlite":
        places.append(Path(connection.settings_dict["NAME"]).parent)
    return min(shutil.disk_usage(place).free for place in places if place.exists())


_QUESTIONS: dict[str, Callable[[], bool]] = {
    "database": _answers,
    "migrations": _is_migrated,
    "triggers": lambda: not triggers.missing(connection),
    "disk": lambda: free_bytes() >= LEAST_FREE,
}


def last_drill() -> RestoreDrill | None:
    """The last time that a backup was restored for practice."""
    return RestoreDrill.objects.first()


def waiting_jobs() -> tuple[int, int, dt.timedelta]:
    """How many jobs wait, how many were given up, and for how long the first has been due."""
    now = timezone.now()
    first = Job.objects.due(now).values_list("due_at", flat=True).first()
    given_up = Job.objects.filter(given_up_at__isnull=False).count()
    return Job.objects.waiting().count(), given_up, now - first if first else dt.timedelta()
