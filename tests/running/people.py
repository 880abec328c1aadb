"""The sample's people at a server that runs: they sign in by the form, and save without end.

What a server acknowledged is noted, and afterwards looked for in the database, past the server.
"""

import json
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlencode, urlsplit

import releases
from tests.concurrency.crowd import TOKEN, VERSION, Browser, Reply

PASSWORD = "early-help-sample"
# A figure of every return that is part of no other.
ITEM = "open-cases"
_OPEN = """
SELECT r.id || ' ' || min(u.email) FROM measures_return r
JOIN measures_reportingquarter q ON q."index" = r.quarter_id AND q.state = 'open'
JOIN measures_question asked ON asked.quarter_id = r.quarter_id AND asked.team_type_id = r.team_type_id
JOIN measures_dataitem i ON i.id = asked.item_id AND i.code = '{item}'
JOIN teams_appointment a ON a.team_id = r.team_id AND a.role = 'team-manager'
JOIN teams_user u ON u.id = a.person_id
WHERE r.state IN ('due', 'draft', 'returned') AND a.ends IS NULL GROUP BY r.id ORDER BY r.id
"""


def sign_in(server: str, email: str, password: str = PASSWORD) -> Browser:
    """Sign somebody in as a browser does."""
    host = urlsplit(server).netloc
    connection = HTTPConnection(host, timeout=120)
    body = urlencode({"login": email, "password": password})
    headers = {
        "Cookie": f"csrftoken={TOKEN}",
        "X-CSRFToken": TOKEN,
        "Content-Type": "application/x-www-form-urlencoded",
    }
    connection.request("POST", "/accounts/login/", body, headers)
    response = connection.getresponse()
    said = response.read().decode()
    cookies = dict(re.findall(r"Set-Cookie: (\w+)=([^;]+)", str(response.headers)))
    connection.close()
    assert response.status == 302, said
    return Browser(host, cookies["sessionid"])


@dataclass
class Writer:
    """Somebody who saves one number after the other, none of which anybody else writes."""

    browser: Browser
    return_id: int
    first: int
    acknowledged: list[int] = field(default_factory=list)
    # Who met somebody else's save, was told so, and looked again.
    told: int = 0
    errors: list[str] = field(default_factory=list)
    version: int = -1

    @property
    def address(self) -> str:
        """The page on which they save."""
        return f"/returns/{self.return_id}/fill-in/"

    @cached_property
    def _numbers(self) -> Iterator[int]:
        return iter(range(self.first, self.first + 10_000))

    def save(self) -> bool:
        """Save the next number; whether it was acknowledged."""
        if self.version < 0:
            self.version = self.browser.get(self.address).version
        number = next(self._numbers)
        form = {"version": self.version, f"value-{ITEM}": number, "then": "leave"}
        reply = self.browser.post(self.address, form)
        if reply.status == 302:
            self.acknowledged.append(number)
            self.version += 1
            return True
        if reply.status != 409:
            raise Unexpected(reply)
        self.told += 1
        self.version = reply.version
        return False

    def try_to_save(self) -> bool:
        """The same; what is no answer to a save is noted."""
        try:
            return self.save()
        except (Unexpected, OSError, HTTPException, AssertionError) as error:
            self.errors.append(repr(error))
            self.version = -1
            return False


class Unexpected(Exception):
    """An answer that neither says that it was saved nor that somebody else was faster."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(f"{reply.status} {reply.location} {reply.text[:300]}")


def writers(server: str, url: str, number: int) -> list[Writer]:
    """So many writers on the open returns of the sample, with the sessions of their managers."""
    found = [line.split() for line in releases.query(url, _OPEN.format(item=ITEM))]
    assert len(found) >= 3, "the sample has open returns"
    sessions = {email: sign_in(server, email) for _, email in found[:number]}
    return [
        Writer(sessions[email], int(pk), 100_000 + 10_000 * place)
        for place, (pk, email) in enumerate(_around(found, number))
    ]


def _around(found: Sequence[Any], number: int) -> Iterator[Any]:
    for place in range(number):
        yield found[place % len(found)]


@contextmanager
def saving(people: Sequence[Writer]) -> Iterator[threading.Event]:
    """They save, each in a thread of their own, until this ends."""
    enough = threading.Event()

    def work(writer: Writer) -> None:
        while not enough.is_set():
            if not writer.try_to_save() and writer.errors:
                enough.wait(0.2)

    threads = [threading.Thread(target=work, args=(one,)) for one in people]
    for thread in threads:
        thread.start()
    try:
        yield enough
    finally:
        enough.set()
        for thread in threads:
            thread.join(120)
    assert not any(thread.is_alive() for thread in threads)


def wait_for(people: Sequence[Writer], more: int) -> None:
    """Until so many more saves were acknowledged; fails after two minutes."""
    begun = sum(len(one.acknowledged) for one in people)
    until(
        lambda: sum(len(one.acknowledged) for one in people) >= begun + more,
        lambda: [one.errors[-1:] for one in people],
    )


def until(it_is_so: Callable[[], object], told: Callable[[], object] = lambda: None) -> None:
    """Wait; fails after two minutes, with what is told then."""
    moment = threading.Event()
    for _ in range(1200):
        if it_is_so():
            return
        moment.wait(0.1)
    raise AssertionError(told())


def lost(url: str, people: Sequence[Writer]) -> list[int]:
    """The numbers that were acknowledged and are not on record."""
    said = releases.query(
        url, f"SELECT after FROM events_event WHERE subject_type = 'return' AND part = '{ITEM}'"
    )
    recorded = {_value(one) for one in said}
    return [number for one in people for number in one.acknowledged if number not in recorded]


def _value(said: str) -> Any:
    after = json.loads(said) if said.startswith("{") and '"' in said else _python(said)
    return after.get("value") if isinstance(after, dict) else None


def _python(said: str) -> Any:
    """What a driver made of a JSON column already."""
    found = re.search(r"'value': (\d+)", said)
    return {"value": int(found[1])} if found else None


def version_shown(reply: Reply) -> int:
    """The version on a page."""
    found = VERSION.search(reply.text)
    return int(found[1]) if found else -1
