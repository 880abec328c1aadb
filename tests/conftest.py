"""What every test can ask for, and what a run as a whole must keep.

Nothing is skipped: with ``EARLYHELP_NO_SKIPS=1`` (as ``.ci/run`` sets it) a run in which a
test was skipped, or was expected to fail, has failed.
"""

import gc
import os
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.cache import cache

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
from tests.scheduling import pytest_xdist_make_scheduler  # noqa: F401  # ``-n``

# Whatever wants a database asks for one of these in the end.
DATABASE = {"db", "transactional_db", "django_db_setup"}


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
