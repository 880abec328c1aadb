"""What tests in a browser share: the council behind a running server, and people's windows."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.http import urlencode
from playwright.sync_api import Browser, Page, expect

from tests import access
from tests.access import YES, parts_of
from tests.cast import Cast

Enter = Callable[..., Page]

# For a machine that does other work as well; what is right is there at once all the same.
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)


# A file is not a page.
FILES = {
    *("performance-export", "plan-export", "round-results-export", "report-draft", "edition-file"),
    *("live", "ready", "metrics"),
}


def pages_of_the_table() -> list[tuple[str, str]]:
    """The name of each of our own pages, and the first kind of person who may open it."""
    found = []
    for (name, method), words in access.cells().items():
        ours = ":" not in name.split("?")[0] and "/" not in name
        signing_in = name.startswith(("account", "mfa_", "socialaccount", "openid_"))
        people = [person for person, word in words.items() if word == YES]
        a_page = ours and not signing_in and parts_of(name)[0] not in FILES
        if method == "GET" and a_page and people:
            found.append((name, people[0]))
    return found


def wait_until(page: Page, it_is_so: Callable[[], object]) -> None:
    """Let the page go on until something is so; fails after half a minute of a busy machine."""
    for _ in range(600):
        if it_is_so():
            return
        page.wait_for_timeout(50)
    raise AssertionError(page.url)


def address_of(council: Cast, name: str) -> str:
    """Where a page of the access table is, with an example of what it is about."""
    example = access.example_for(council, name, "GET")
    address, query = parts_of(name)
    path = reverse(address, kwargs=example.kwargs or None)
    asked = "&".join(filter(None, [query, urlencode(example.query)]))
    return f"{path}?{asked}" if asked else path


@pytest.fixture
def enter(chromium: Browser, live_server: Any, council: Cast) -> Iterator[Enter]:
    """Opens a window of its own for somebody who is signed in: ``enter("manager", "/returns/")``.

    ``javascript=False`` turns scripts off in it. A page whose script fails, or whose content
    policy stops something, fails the test.
    """
    contexts, broken = [], []

    def window(person: str, path: str = "/", *, javascript: bool = True) -> Page:
        client = Client()
        if person != "anonymous":
            client.force_login(council.person[person])
        context = chromium.new_context(
            base_url=live_server.url,
            viewport={"width": 1240, "height": 900},
            locale="en-GB",
            java_script_enabled=javascript,
        )
        contexts.append(context)
        name = settings.SESSION_COOKIE_NAME
        if name in client.cookies:
            context.add_cookies(
                [{"name": name, "value": client.cookies[name].value, "url": live_server.url}]
            )
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: broken.append(str(error)))
        page.on(
            "console",
            lambda said: (
                broken.append(said.text) if "Content Security Policy" in said.text else None
            ),
        )
        page.goto(path)
        return page

    yield window
    for context in contexts:
        context.close()
    assert broken == []
