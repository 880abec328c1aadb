"""Reading the environment: typed, and refusing nonsense with the fix in the message.

Nothing here knows what the settings mean; ``settings.py`` does.
"""

import datetime as dt
import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TRUE, _FALSE = {"true", "yes", "on", "1"}, {"false", "no", "off", "0"}


def text(name: str, default: str = "") -> str:
    """What ``name`` says, or the file that ``name`` with _FILE names, without surrounding space.

    The file is how containers and services hand over a secret.
    """
    said = os.environ.get(name, "").strip()
    path = os.environ.get(f"{name}_FILE", "").strip()
    if said and path:
        raise ImproperlyConfigured(f"{name} and {name}_FILE are set: set one of them.")
    if not path:
        return said or default
    try:
        return Path(path).read_text(encoding="utf-8").strip() or default
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(
            f"{name}_FILE is {path!r}, which cannot be read: {type(error).__name__}."
        ) from None


def instead(**settings: str) -> dict[str, str]:
    """What to put into an environment for these to count, however they were set before.

    For a process of our own on another database: a file that was named no longer counts.
    """
    return settings | {f"{name}_FILE": "" for name in settings}


def words(name: str) -> list[str]:
    """A list separated by commas."""
    return [word.strip() for word in text(name).split(",") if word.strip()]


def flag(name: str, default: bool = False) -> bool:
    """True or false, in any of the usual spellings."""
    value = text(name).lower()
    if not value:
        return default
    if value in _TRUE | _FALSE:
        return value in _TRUE
    raise ImproperlyConfigured(f"{name} is {value!r}: set it to true or false.")


def number(name: str, default: int, *, least: int = 0, most: int = 999_999_999) -> int:
    """A whole number of at least ``least`` and at most ``most``."""
    value = text(name)
    if not value:
        return default
    if not re.fullmatch("[0-9]{1,9}", value) or not least <= int(value) <= most:
        span = f"from {least} to {most}" if most < 999_999_999 else f"from {least}"
        raise ImproperlyConfigured(f"{name} is {value!r}: set it to a whole number {span}.")
    return int(value)


def number_or_none(name: str, *, least: int = 0) -> int | None:
    """A whole number of at least ``least``, or None where nothing is said."""
    return number(name, least, least=least) if text(name) else None


def one_of(name: str, choices: tuple[str, ...]) -> str:
    """One of ``choices``; the first when nothing is said."""
    value = text(name, choices[0])
    if value not in choices:
        raise ImproperlyConfigured(f"{name} is {value!r}: set it to {' or '.join(choices)}.")
    return value


def sender(name: str, default: str) -> str:
    """An address that mail comes from, with the product's name unless it has one."""
    value = text(name, default)
    return value if "<" in value else f"Early Help performance <{value}>"


def day(name: str) -> dt.date | None:
    """A date written as 2016-07-05, or None."""
    value = text(name)
    if not value:
        return None
    try:
        # A week ("2016-W27-2") or a day without hyphens is not what the message asks for.
        return dt.date.fromisoformat(value if _DAY.fullmatch(value) else "")
    except ValueError:
        raise ImproperlyConfigured(
            f"{name} is {value!r}: write the date as year-month-day, like 2016-07-05."
        ) from None


def digests(name: str) -> str:
    """The path of a list of SHA-1 digests, one a line and in order, or nothing."""
    path = text(name)
    if not path:
        return path
    try:
        with Path(path).open("rb") as file:
            first = file.readline(64)
    except OSError as error:
        raise ImproperlyConfigured(
            f"{name} is {path!r}, which cannot be read: {type(error).__name__}."
        ) from None
    if not re.match(rb"[0-9A-Fa-f]{40}\b", first):
        raise ImproperlyConfigured(
            f"{name} is {path!r}: each line of it has to begin with a SHA-1 digest."
        )
    return path


# Microsoft's endpoints that let anybody of any organisation in, and the tenant of its private
# accounts: what one of them says of an address is not the council's word.
_SHARED_TENANTS = {
    "common",
    "organizations",
    "consumers",
    "9188040d-6c67-4c5b-b112-36a304b66dad",
}


def directory(name: str) -> str:
    """The address of one organisation's directory, or nothing; a shared one is refused."""
    value = text(name)
    if _SHARED_TENANTS & set(urlsplit(value).path.lower().split("/")):
        raise ImproperlyConfigured(
            f"{name} names a directory that every organisation shares: put the council's own "
            "tenant in place of common, organizations or consumers."
        )
    return value


def database(name: str, default: str) -> dict[str, Any]:
    """Django's settings for a database address: sqlite:////path/file or postgres://user@host/name."""
    value = text(name, default)
    scheme = urlsplit(value).scheme
    fix = "set it to sqlite:////path/file.sqlite3 or postgres://user:password@host:5432/name"
    if scheme not in ("sqlite", "postgres", "postgresql"):
        # The address itself may hold a password, so it is not repeated.
        raise ImproperlyConfigured(f"{name} begins with {scheme!r}: {fix}.")
    found: dict[str, Any] = environ.Env.db_url_config(value)
    if not found["NAME"]:
        raise ImproperlyConfigured(f"{name} names no database: {fix}.")
    return found


def replica(name: str, *, of_sqlite: bool) -> dict[str, Any]:
    """Django's settings for a replica of the database; one that is far away holds nobody up."""
    if of_sqlite:
        raise ImproperlyConfigured(
            f"{name} is set, and SQLite has no replicas: unset it, or set DATABASE_URL to the "
            "PostgreSQL server that the replica streams from."
        )
    found = database(name, "")
    if found["ENGINE"].endswith("sqlite3"):
        raise ImproperlyConfigured(
            f"{name} names a file: set it to postgres://user:password@host:5432/name."
        )
    patience = {"connect_timeout": 2, "tcp_user_timeout": 5_000}
    options = {"OPTIONS": patience | found.get("OPTIONS", {})}
    return found | options | {"TEST": {"MIRROR": "default"}}
