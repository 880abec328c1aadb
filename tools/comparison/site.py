"""A checkout's site, filled with the sample and asked by anybody, with clock and chance held still.

Only Django's own interfaces are used, the settings module and the management commands, so that
this works in a tree in which modules have other places. ``start`` comes first, in a process of
its own for each tree and database.
"""

import datetime as dt
import io
import itertools
import os
import random
import secrets
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from comparison.archive import Answer
from comparison.links import Fields, Leads, here, leads
from comparison.normalise import body_text, text_of

COMMANDS = "(commands)"
TODAY = "2016-07-05"
# The moment that loading begins at, and, an hour later, the one at which every page is asked for.
_LOADING = dt.datetime(2016, 7, 5, 9, 0, tzinfo=dt.UTC)
_ASKING = _LOADING + dt.timedelta(hours=1)
_SPAN = ["--from", "2014-15 Q1", "--to", "2016-17 Q2"]
# Each with the ending of the file that it writes; those that a tree does not have are left out.
_EXPORTS: list[tuple[str, list[str], str]] = [
    *(
        ("export_rollup", ["--by", level, *_SPAN, "--basis", basis, "--structure", structure], "")
        for level in ("city", "locality", "team")
        for basis in ("signed-off", "submitted")
        for structure in ("as-was", "as-now")
    ),
    *(
        ("export_rollup", ["--by", level, *_SPAN, "--period", "year"], "")
        for level in ("city", "locality", "team")
    ),
    ("export_rollup", ["--by", "city", *_SPAN, "--format", "xlsx"], "xlsx"),
    ("export_rollup", ["--by", "city", *_SPAN, "--format", "ods"], "ods"),
    ("export_rollup", ["--by", "city", "--from", "2016-17 Q2", "--to", "2014-15 Q1"], ""),
    ("export_rollup", ["--by", "city", *_SPAN, "--measure", "no-such-measure"], ""),
    ("export_rollup", ["--by", "city", *_SPAN, "--audience", "external"], ""),
    ("export_figures", [], ""),
    ("export_report", [], ""),
    ("check_text", [], ""),
    ("verify_data", ["--json"], ""),
]


class _Still:
    """A clock that stands, and chance that always falls the same way, until set again.

    Each look at the clock is a microsecond later than the last, so that what happened first
    still sorts first.
    """

    def __init__(self) -> None:
        self._chance = random.Random(0)  # noqa: S311  # the point is that it can be foretold
        self.set(_LOADING)

    def set(self, moment: dt.datetime) -> None:
        """Let it be ``moment``, and chance begin anew."""
        self._now = (moment + dt.timedelta(microseconds=tick) for tick in itertools.count())
        self._chance.seed(0)

    def now(self) -> dt.datetime:
        """Stands in for ``django.utils.timezone.now``."""
        return next(self._now)

    def install(self) -> None:
        """Take the place of Django's clock and of the ``secrets`` module."""
        from django.utils import timezone

        timezone.now = self.now
        for name, instead in {
            "choice": self._chance.choice,
            "randbelow": self._chance.randrange,
            "randbits": self._chance.getrandbits,
            "token_bytes": lambda n=32: self._chance.randbytes(n),
            "token_hex": lambda n=32: self._chance.randbytes(n).hex(),
            "token_urlsafe": lambda n=32: self._chance.randbytes(n).hex(),
            "SystemRandom": lambda: self._chance,
        }.items():
            setattr(secrets, name, instead)


_still = _Still()


def start(tree: Path, database: str, folder: Path) -> None:
    """Set up the Django of ``tree`` on ``database`` (an address as in DATABASE_URL)."""
    for name in [name for name in os.environ if name.startswith("EARLYHELP_")]:
        del os.environ[name]
    os.environ.update(
        DATABASE_URL=database,
        DJANGO_SETTINGS_MODULE="earlyhelp.settings",
        EARLYHELP_TODAY=TODAY,
        EARLYHELP_SAMPLE="true",
        EARLYHELP_VAR=str(folder),
    )
    sys.path.insert(0, str(tree))
    _still.install()
    import django
    from django.conf import settings

    django.setup()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


# -- filling it, and what its commands write --------------------------------------------------


def load() -> Iterator[Answer]:
    """Fill the empty database with the sample; what the commands say and export, as answers."""
    _still.set(_LOADING)
    for name in ("prepare", "load_sample"):
        yield _command(name, [], name)
    from django.core.management import get_commands

    known = get_commands()
    for name, arguments, ending in _EXPORTS:
        if name in known:
            yield _command(name, arguments, " ".join([name, *arguments]), ending)


def _command(name: str, arguments: list[str], address: str, ending: str = "") -> Answer:
    from django.core.management import CommandError, call_command

    out, errors, status = io.StringIO(newline=""), io.StringIO(), 0
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"out.{ending}"
        to = ["--output", str(file)] if ending else []
        try:
            call_command(name, *arguments, *to, stdout=out, stderr=errors)
        except CommandError as refused:
            status = refused.returncode
            errors.write(f"{refused}\n")
        written = body_text(file.read_bytes()) if file.is_file() else ""
    text = f"exit {status}\n\n{out.getvalue()}{written}\n{errors.getvalue()}"
    return Answer.of(COMMANDS, "RUN", address, name=name, status=status, text=text)


def close() -> None:
    """Let go of the database, with everything written to its one file."""
    from django.db import connection

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


@dataclass(frozen=True)
class Person:
    """Somebody who asks the site: an email address, and the cookies of a session."""

    name: str
    cookies: str = ""


def sign_in() -> list[Person]:
    """Everybody who has an account, signed in, and nobody in particular."""
    from django.contrib.auth import get_user_model
    from django.test import Client

    found = [Person("anonymous")]
    for user in get_user_model().objects.order_by("pk"):
        _still.set(_ASKING - dt.timedelta(minutes=5))
        client = Client()
        client.force_login(user)
        pairs = [f"{name}={cookie.value}" for name, cookie in client.cookies.items()]
        found.append(Person(user.email, "; ".join(pairs)))
    return found


# -- addresses ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """What an address leads to: its URL name, its arguments by name, its pattern.

    ``kind`` is how addresses are counted: the name, the names of what the query asks, and the
    format where a file is asked for.
    """

    name: str
    arguments: tuple[tuple[str, Any], ...]
    route: str
    kind: str

    @property
    def asks(self) -> bool:
        """Whether the address has a query."""
        return self.kind != f"{self.name}?"


def place_of(address: str) -> Place:
    """Resolve an address; one that nothing answers has the name "(none)"."""
    from django.urls import Resolver404, resolve

    parts = urlsplit(address)
    asked = parse_qsl(parts.query, keep_blank_values=True)
    names = sorted({name for name, _ in asked} | {f"={v}" for n, v in asked if n == "format"})
    try:
        match = resolve(parts.path)
    except Resolver404:
        name, arguments, route = "(none)", {}, ""
    else:
        name, arguments, route = match.view_name or match.route, match.kwargs, match.route
    return Place(name, tuple(sorted(arguments.items())), route, f"{name}?{'&'.join(names)}")


def patterns() -> dict[str, tuple[str, list[str]]]:
    """Every URL name of the resolver, with its pattern and the names of its arguments."""
    from django.urls import URLPattern, URLResolver, get_resolver

    found: dict[str, tuple[str, list[str]]] = {}

    def walk(inside: list[Any], namespace: str, before: str, wanted: list[str]) -> None:
        for pattern in inside:
            route = before + str(pattern.pattern)
            named = [*wanted, *pattern.pattern.regex.groupindex]
            if isinstance(pattern, URLResolver):
                inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
                walk(pattern.url_patterns, inner, route, named)
            elif isinstance(pattern, URLPattern):
                name = f"{namespace}{pattern.name}" if pattern.name else route
                found.setdefault(name, (route, named))

    walk(get_resolver().url_patterns, "", "", [])
    return found


def address_for(name: str, route: str, arguments: dict[str, Any]) -> str | None:
    """The address of a URL name with these arguments; None where they do not fit."""
    from django.urls import NoReverseMatch, reverse

    if "/" in name:  # one without a name is called by its pattern
        return None if arguments else f"/{route}"
    try:
        return reverse(name, kwargs=arguments)
    except NoReverseMatch:
        return None


# -- asking ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reply:
    """An answer, and where the page leads."""

    answer: Answer
    leads: Leads


class Visitor:
    """Somebody who asks the site."""

    def __init__(self, person: Person) -> None:
        from django.test import Client

        self._person = person
        self._client = Client(HTTP_HOST="localhost", raise_request_exception=False)

    def ask(self, method: str, address: str, sent: Fields = [], *, keep: bool = False) -> Reply:  # noqa: B006
        """Ask for a page, or send a form; what that did is taken back but for ``keep``.

        ``method`` is recorded as it stands: what comes after GET or POST tells forms apart that
        are sent to one address.
        """
        from django.core import mail
        from django.db import transaction
        from django.test import TestCase

        mail.outbox = []
        _still.set(_ASKING)
        self._client.cookies = SimpleCookie(self._person.cookies)
        with TestCase.captureOnCommitCallbacks(execute=True), transaction.atomic():
            status, text, led = self._answer(method, address, sent)
            transaction.set_rollback(not keep)
        for message in mail.outbox:
            text += f"\n\n== mail\n{message.message().as_string()}"
        name = place_of(address).name
        answer = Answer.of(
            self._person.name, method, address, name=name, status=status, text=text, sent=sent
        )
        return Reply(answer, led)

    def _answer(self, method: str, address: str, sent: Fields) -> tuple[int, str, Leads]:
        status, text, page, to = self._send(method, address, sent)
        if not to:
            return status, text, leads(page, address) if page else Leads([], [], set())
        if method.startswith("POST"):
            # What was done is said on the page that it leads to.
            text += "\n\n== and then\n" + self._send("GET", to[0], [])[1]
        return status, text, Leads(to, [], set())

    def _send(self, method: str, address: str, sent: Fields) -> tuple[int, str, str, list[str]]:
        """The status, the answer as text, the page if it is one, and where it sends on to."""
        if method.startswith("POST"):
            several: dict[str, list[str]] = {}
            for name, value in sent:
                several.setdefault(name, []).append(value)
            response: Any = self._client.post(address, several)
        else:
            response = self._client.get(address)
        body, headers = response.getvalue(), response.headers
        text = text_of(response.status_code, headers.items(), body)
        if response.exc_info is not None:
            text += f"\n\n{response.exc_info[0].__name__}: {response.exc_info[1]}"
        page = body.decode() if headers.get("Content-Type", "").startswith("text/html") else ""
        to = here([headers["Location"]], address) if "Location" in headers else []
        return response.status_code, text, page, to
