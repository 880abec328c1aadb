"""What every test can ask for, and what a run as a whole must keep.

Nothing is skipped: with ``EARLYHELP_NO_SKIPS=1`` (as ``.ci/run`` sets it) a run in which a
test was skipped, or was expected to fail, has failed.
"""

import gc
import os
import shutil
from collections.abc import Callable, Iterator

import hypothesis
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core.cache import cache
from playwright.sync_api import Browser, Page, sync_playwright

from earlyhelp.report import kept
from tests import flush, held
from tests.cast import cast, council, kept_cast, sessions, sign_in  # noqa: F401  # fixtures for every test
from tests.planted import (  # noqa: F401  # ``--planted``
    Replacing,
    pytest_addoption,
    pytest_collection_modifyitems,
    pytest_generate_tests,
    pytest_runtest_call,
)

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
# Whatever wants a database asks for one of these in the end.
DATABASE = {"db", "transactional_db", "django_db_setup"}
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def pytest_configure(config: pytest.Config) -> None:
    """Settings that only tests want: hashing is fast, and the real day is today.

    Static files are looked up when one is asked for: a test client loads the middleware anew,
    and would list and measure every file each time.
    """
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.WHITENOISE_AUTOREFRESH = True
    settings.BUSINESS_DATE = None
    settings.SAMPLE = False
    flush.install()
    held.install()
    # How long an example takes says nothing of the code, on a machine that has other things to do.
    hypothesis.settings.register_profile(
        "any machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
    )
    hypothesis.settings.load_profile("any machine")
    # Half a million objects stay for the whole run: looking through them again and again is dear.
    gc.set_threshold(50_000, 20, 100)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark what is about a database; what is not runs once for both (docs/decisions/0015)."""
    assert isinstance(item, pytest.Function)
    asks = item.get_closest_marker("django_db") or DATABASE & set(item.fixturenames)
    if asks or hasattr(item.module, "connection"):
        item.add_marker("database")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Refuse a run that left something out."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or os.environ.get("EARLYHELP_NO_SKIPS") != "1":
        return
    left_out = [kind for kind in ("skipped", "xfailed", "xpassed") if reporter.stats.get(kind)]
    if left_out:
        reporter.write_line(f"Refused: some tests were {' and '.join(left_out)}.", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(autouse=True)
def _throttles_start_empty(request: pytest.FixtureRequest) -> None:
    """Sign-ins that one test tried do not count against the next."""
    if "transactional_db" in request.fixturenames or "live_server" in request.fixturenames:
        request.getfixturevalue("transactional_db")
        cache.clear()


@pytest.fixture(autouse=True)
def _told_of_no_database(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that is about none, and what it starts, cannot depend on the one of the run."""
    with pytest.MonkeyPatch.context() as told:
        if request.node.get_closest_marker("database") is None:
            told.delenv("DATABASE_URL", raising=False)
        yield


@pytest.fixture(autouse=True)
def _nothing_is_kept() -> None:
    """What one test made of its figures is not another's."""
    kept.forget()


@pytest.fixture
def monkeypatch() -> Iterator[pytest.MonkeyPatch]:
    """The usual one, which also has compiled queries forgotten."""
    with Replacing.context() as replacing:
        yield replacing


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


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
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
        if before:
            window.set_viewport_size(before)

    return check
