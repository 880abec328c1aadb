"""The replica: pages that only read ask it, where it has everything that their reader must see.

``REPLICA_URL`` names a server that streams from the primary, which may be behind. Whoever saved
something stays on the primary for a moment; from then on their cookie says how far the replica
has to have come. Nobody reads what is older than ``REPLICA_LAG_SECONDS``. A replica that is behind,
gone, or no replica any more is passed by. Who somebody is, what they may do, their session and
every form are the primary's, as is every write.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.db import (
    DEFAULT_DB_ALIAS,
    DatabaseError,
    InterfaceError,
    OperationalError,
    connections,
    models,
)
from django.http import HttpRequest, HttpResponse

ALIAS = "replica"
# What a connection raises that cannot be used, or that the replica breaks off.
GONE = (OperationalError, InterfaceError)
# So long whoever saved stays on the primary: of two answers on their way at once the earlier save's
# may arrive last, with its cookie.
STAYS_SECONDS = 2
# So long a replica that did not answer is not asked again.
_LEFT_ALONE_SECONDS = 10
_SALT = "earlyhelp.core.replica"
# The place is not known: nothing but the primary will do, as long as the cookie lasts.
_UNKNOWN = "-"
_NOWHERE = "0/0"

_reads_from: ContextVar[str] = ContextVar("the database that is read", default=DEFAULT_DB_ALIAS)
_stay: set[str] = set()

_HOW_FAR = """
SELECT pg_is_in_recovery(), pg_last_wal_replay_lsn() >= %s::pg_lsn, pg_last_wal_replay_lsn(),
EXTRACT(EPOCH FROM clock_timestamp() - pg_last_xact_replay_timestamp())"""
_HAS_ALL = "SELECT pg_current_wal_flush_lsn() <= %s::pg_lsn"
_PLACE = "SELECT pg_current_wal_insert_lsn()"


class Router:
    """Django's question which database: reads go where the page reads, writes to the primary."""

    def db_for_read(self, model: type[models.Model], **hints: Any) -> str:
        """The replica within a page that reads from it, but for what stays on the primary."""
        meta = model._meta
        stays = meta.app_label in _STAYING_APPS or meta.label_lower in _stay
        return DEFAULT_DB_ALIAS if stays else _reads_from.get()

    def db_for_write(self, model: type[models.Model], **hints: Any) -> str:
        """Never the replica, wherever the row was read."""
        return DEFAULT_DB_ALIAS

    def allow_relation(self, *rows: models.Model, **hints: Any) -> bool:
        """Rows of both are rows of one database."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """The replica has what the primary has."""
        return db != ALIAS


# A session may be read late, and a cache is written where it is read.
_STAYING_APPS = frozenset({"sessions", "django_cache"})


def stays_on_primary(*kept: type[models.Model]) -> None:
    """Have these always read from the primary: what a person may do, now."""
    _stay.update(model._meta.label_lower for model in kept)


def reads_from() -> str:
    """The database that what runs now reads from."""
    return _reads_from.get()


@contextmanager
def reading_from(alias: str) -> Iterator[None]:
    """Read everything inside from this database."""
    before = _reads_from.set(alias)
    try:
        yield
    finally:
        _reads_from.reset(before)


def is_there() -> bool:
    """Whether there is a replica to read from."""
    return ALIAS in settings.DATABASES


def new_enough(request: HttpRequest) -> bool:
    """Whether there is a replica, and it has everything that this reader must see."""
    if not is_there() or _left_alone.is_now or saved_at(request, STAYS_SECONDS):
        return False
    place = saved_at(request, _remembered_seconds())
    return place != _UNKNOWN and standing(place or _NOWHERE) is ReplicaStanding.READ


class ReplicaStanding(StrEnum):
    """How the replica stands."""

    READ = "Pages read from it"
    BEHIND = "It is behind"
    PROMOTED = "It is a primary"
    GONE = "It does not answer"


def standing(place: str = _NOWHERE) -> ReplicaStanding:
    """How the replica stands for somebody who has to see what the primary had at this place."""
    try:
        is_replica, has_place, come_to, age = _ask(ALIAS, _HOW_FAR, place)
        if not is_replica:
            return ReplicaStanding.PROMOTED
        # Where its newest is old the primary may have nothing newer, or the replica is cut off.
        is_new = age is not None and age <= settings.REPLICA_LAG_SECONDS
        has_all = has_place and (is_new or _ask(DEFAULT_DB_ALIAS, _HAS_ALL, come_to)[0])
    except GONE:
        leave_alone()
        return ReplicaStanding.GONE
    return ReplicaStanding.READ if has_all else ReplicaStanding.BEHIND


def _ask(alias: str, sql: str, *params: str) -> Any:
    with connections[alias].cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchone()


@dataclass
class _LeftAlone:
    """Until when this process asks the replica nothing."""

    until: float = 0

    @property
    def is_now(self) -> bool:
        return time.monotonic() < self.until


_left_alone = _LeftAlone()


def leave_alone() -> None:
    """Ask the replica nothing for a while: it did not answer."""
    connections[ALIAS].close()
    _left_alone.until = time.monotonic() + _LEFT_ALONE_SECONDS


# -- where somebody's last save stands ------------------------------------------------------


def remember_saves(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Have whoever sent a form bring with them how far the primary had come by then."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.method == "POST":
            response.set_signed_cookie(
                settings.SAVED_AT_COOKIE_NAME,
                _place(),
                salt=_SALT,
                max_age=_remembered_seconds(),
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response

    return middleware


def _place() -> str:
    """How far the primary has come, the last save in it."""
    try:
        return str(_ask(DEFAULT_DB_ALIAS, _PLACE)[0])
    except DatabaseError:
        return _UNKNOWN


def saved_at(request: HttpRequest, within: int) -> str:
    """Where the last save stands that the reader made within so many seconds; empty without."""
    name = settings.SAVED_AT_COOKIE_NAME
    return str(request.get_signed_cookie(name, default="", salt=_SALT, max_age=within))


def _remembered_seconds() -> int:
    """Longer than anything that is read may be old; the clocks of the hosts may differ."""
    return int(settings.REPLICA_LAG_SECONDS) + 60
