"""What tests in a browser share: it, the council behind a running server, and people's windows."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from typing import Any
from urllib.request import urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils.http import urlencode
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests import access
from tests.access import YES, parts_of
from tests.browser.paper import not_whole
from tests.cast import Cast

# The browser's own loop runs in the thread of the test, which also asks the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

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


def let_finish(server: Any) -> None:
    """Wait until the server has answered all that closed windows had sent.

    What a page saved by itself would otherwise be written into the next test's council, whose
    rows have the same keys.
    """
    # It comes after whatever is still waiting to be taken up.
    urlopen(f"{server.url}/live").close()  # noqa: S310  # the test's own server
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:
            thread.join(PATIENCE / 1000)
            assert not thread.is_alive(), "A request was not answered"


def address_of(council: Cast, name: str) -> str:
    """Where a page of the access table is, with an example of what it is about."""
    example = access.example_for(council, name, "GET")
    address, query = parts_of(name)
    path = reverse(address, kwargs=example.kwargs or None)
    asked = "&".join(filter(None, [query, urlencode(example.query)]))
    return f"{path}?{asked}" if asked else path


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's browser, started once for all tests of a process."""
    known = map(shutil.which, ("chromium-headless-shell", "chromium", "google-chrome"))
    path = os.environ.get("CHROMIUM") or next(filter(None, known), None)
    if path is None:
        pytest.fail(
            "These tests drive a browser. Install it (on Debian: apt-get install chromium), "
            "or name one in CHROMIUM."
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM)
        yield browser
        browser.close()
        # Within the browser's own loop the thread of the test has connections of its own: nobody
        # finds them afterwards, and the database could not be dropped.
        connections.close_all()


@pytest.fixture
def page(chromium: Browser, live_server: Any) -> Iterator[Page]:
    """A fresh window. Fails the test when a page's script or its content policy broke."""
    context = chromium.new_context(viewport={"width": 1240, "height": 900}, locale="en-GB")
    window = context.new_page()
    broken: list[str] = []
    window.on("pageerror", lambda error: broken.append(str(error)))
    window.on(
        "console",
        lambda said: broken.append(said.text) if "Content Security Policy" in said.text else None,
    )
    window.set_default_timeout(60_000)
    yield window
    context.close()
    let_finish(live_server)
    assert broken == []


@pytest.fixture
def accessible() -> Callable[[Page], None]:
    """Fails with what axe finds on the page (WCAG 2.0 to 2.2, A and AA)."""

    def check(window: Page) -> None:
        found = Axe().run(window, options={"runOnly": {"type": "tag", "values": WCAG}})
        assert found.violations_count == 0, found.generate_report()

    return check


@pytest.fixture
def fits_a_phone() -> Callable[[Page], None]:
    """Fails when the page scrolls sideways on a phone, or where tables are at their narrowest.

    Nor does a word run out of its cell there.

    At 640 pixels they stand in columns, below it they are stacked.
    """

    def check(window: Page) -> None:
        before = window.viewport_size
        for width in (320, 640):
            window.set_viewport_size({"width": width, "height": 640})
            for _ in range(20):  # until the page has taken its new width up
                wide = window.evaluate("document.documentElement.scrollWidth")
                if wide <= width:
                    break
                window.wait_for_timeout(100)
            assert wide <= width, f"{window.url} is {wide} pixels wide at {width}"
            assert not_whole(window) == []
        if before:
            window.set_viewport_size(before)

    return check


@pytest.fixture
def enter(
    chromium: Browser, live_server: Any, council: Cast, request: pytest.FixtureRequest
) -> Iterator[Enter]:
    """Opens a window of its own for somebody who is signed in: ``enter("manager", "/returns/")``.

    ``javascript=False`` turns scripts off in it. A page whose script fails, or whose content
    policy stops something, fails the test. One that only looks sends nothing.
    """
    contexts, broken, sent = [], [], []

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
        page.on("request", lambda asked: sent.append(asked.url) if asked.method != "GET" else None)
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
    let_finish(live_server)
    assert broken == []
    assert not sent or request.node.get_closest_marker("looks") is None, sent
