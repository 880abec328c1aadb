"""Many people at once, each with a browser of their own, against a live server."""

import re
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.test import Client

from teams.models import Team, User
from teams.roles import Role
from tests.factories import PersonFactory

T = TypeVar("T")
TOKEN = "c" * 32
VERSION = re.compile(r'name="version" value="(\d+)"')


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    text: str
    location: str

    @property
    def version(self) -> int:
        """The version that the page was made from."""
        found = VERSION.search(self.text)
        assert found is not None, self.text[:500]
        return int(found[1])


@dataclass(frozen=True)
class Browser:
    """Somebody who is signed in; every request is a connection of its own."""

    host: str
    session: str

    @classmethod
    def of(cls, server: str, person: User) -> "Browser":
        """Sign somebody in without the form."""
        client = Client()
        client.force_login(person)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        return cls(urlsplit(server).netloc, session)

    def ask(self, method: str, address: str, body: str | None = None) -> Reply:
        """One request, redirects not followed."""
        cookies = f"{settings.SESSION_COOKIE_NAME}={self.session}; "
        headers = {
            "Cookie": f"{cookies}{settings.CSRF_COOKIE_NAME}={TOKEN}",
            "X-CSRFToken": TOKEN,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        connection = HTTPConnection(self.host, timeout=120)
        try:
            connection.request(method, address, body, headers)
            response = connection.getresponse()
            text = response.read().decode()
            return Reply(response.status, text, response.getheader("Location", ""))
        finally:
            connection.close()

    def get(self, address: str) -> Reply:
        """Look at a page."""
        return self.ask("GET", address)

    def post(self, address: str, fields: dict[str, Any]) -> Reply:
        """Send a form."""
        return self.ask("POST", address, urlencode(fields))


def let_them_queue(server: Any) -> None:
    """Have the test's server keep callers waiting as gunicorn does; it turns the 11th away."""
    server.thread.httpd.socket.listen(2048)


def contributors(team: Team, number: int) -> list[User]:
    """So many people who enter figures for a team."""
    return PersonFactory.create_batch(number, appointed=[{"role": Role.CONTRIBUTOR, "team": team}])


def all_at_once(works: Sequence[Callable[[], T]]) -> list[T]:
    """Run them in threads that begin in the same moment."""
    gate = threading.Barrier(len(works))

    def begin(work: Callable[[], T]) -> T:
        gate.wait(timeout=120)
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(begin, works))
