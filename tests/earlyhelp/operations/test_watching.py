"""What watches the site is told how it stands, and nothing of anybody."""

import json
import logging
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest
from django.conf import settings as site
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone
from django.utils.log import configure_logging
from pytest_django import DjangoAssertNumQueries

from earlyhelp.core.events import triggers
from earlyhelp.core.work.models import Job
from earlyhelp.operations import standing
from earlyhelp.operations.models import RestoreDrill
from tests.cast import Cast

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]


def ready() -> tuple[int, str]:
    answer = Client().get("/ready")
    return answer.status_code, answer.content.decode()


def test_that_it_lives_is_said_without_asking_anybody(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(0):
        answer = Client().get("/live")
    assert (answer.status_code, answer.content) == (200, b"live\n")
    assert "no-store" in answer.headers["Cache-Control"]


def test_it_is_ready_while_nothing_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ready() == (200, "ready\n")
    triggers.remove(connection)
    assert ready() == (503, "not ready: triggers\n")
    triggers.install(connection)
    MigrationRecorder(connection).record_unapplied("teams", "0001_initial")
    assert ready() == (503, "not ready: migrations\n")
    MigrationRecorder(connection).record_applied("teams", "0001_initial")
    monkeypatch.setattr(standing, "LEAST_FREE", 1 << 60)
    assert ready() == (503, "not ready: disk\n")
    gone = OperationalError("gone away")
    with patch.object(connection, "cursor", side_effect=gone):
        assert ready() == (503, "not ready: database\n")


def test_metrics_tell_how_it_stands_and_count_requests(council: Cast) -> None:
    Job.objects.create(kind="mail", created_at=timezone.now(), due_at=timezone.now())
    RestoreDrill.objects.create(at=timezone.now(), seconds=3)
    Client().get("/performance/teams/north-family/")
    text = Client().get("/metrics").content.decode()
    assert 'earlyhelp_ready{of="triggers"} 1.0' in text
    assert "earlyhelp_jobs_waiting 1.0" in text
    assert "earlyhelp_restore_drill_well 1.0" in text
    assert 'earlyhelp_requests_total{method="GET",page="performance-team",status="302"}' in text
    assert "north" not in text.lower()


def test_metrics_are_there_for_who_may_watch_alone(settings: Any) -> None:
    def asked(**sent: str) -> int:
        return Client().get("/metrics", **sent).status_code  # type: ignore[arg-type]

    assert asked() == 200
    assert asked(REMOTE_ADDR="::1") == 200
    assert asked(REMOTE_ADDR="10.0.0.7") == 404
    assert asked(HTTP_X_FORWARDED_FOR="10.0.0.7") == 404, "a proxy of this machine's"
    settings.METRICS_TOKEN = "a token"
    assert asked() == 404
    assert asked(HTTP_AUTHORIZATION="Bearer another") == 404
    assert asked(HTTP_AUTHORIZATION="Bearer a token", REMOTE_ADDR="10.0.0.7") == 200


def test_the_status_page_says_what_to_do(council: Cast, sign_in: SignIn) -> None:
    def shown() -> str:
        return sign_in("administrator").get("/status/").content.decode()

    page = shown()
    assert page.count("aria-current=") == 1
    assert "Run manage.py restore_drill, once a month." in page
    assert connection.display_name in page
    drill = RestoreDrill.objects.create(at=timezone.now(), seconds=3, rows=1200, events=40)
    assert "1,200 rows and 40 events in 3 seconds" in shown()
    assert "All is well." in shown()
    RestoreDrill.objects.filter(pk=drill.pk).update(at=timezone.now() - standing.DRILL_IS_GOOD_FOR)
    assert "That is long ago" in shown()
    RestoreDrill.objects.create(at=timezone.now(), seconds=3, problem="pg_dump failed")
    Job.objects.create(
        kind="mail",
        created_at=timezone.now(),
        due_at=timezone.now(),
        given_up_at=timezone.now(),
        error="BrokenOff",
    )
    page = shown()
    assert "pg_dump failed" in page
    assert "look at Jobs in administration" in page


def test_the_log_has_a_line_of_json_for_each_request_without_words(
    council: Cast, capfd: pytest.CaptureFixture[str]
) -> None:
    """The number of a proxy is kept, and stands in the answer and in each line."""
    logging_ = site.LOGGING | {
        "handlers": {"log": {"class": "logging.StreamHandler", "formatter": "json"}},
        "loggers": site.LOGGING["loggers"] | {"earlyhelp.requests": {"level": "INFO"}},
    }
    configure_logging(site.LOGGING_CONFIG, logging_)
    try:
        browser = Client(raise_request_exception=False)
        answer = browser.get(
            "/performance/teams/north-family/?q=Canary", headers={"X-Request-ID": "given-12345"}
        )
        assert answer.headers["X-Request-ID"] == "given-12345"
        numbers = {browser.get("/live", headers={"X-Request-ID": bad}).headers["X-Request-ID"]
                   for bad in ("", "short", "with a blank in it", "x" * 65)}  # fmt: skip
        with patch("earlyhelp.operations.views.exposition", side_effect=ValueError("Canary 41")):
            assert browser.get("/metrics?q=Canary").status_code == 500
        logging.getLogger("earlyhelp").warning("heard")
    finally:
        configure_logging(site.LOGGING_CONFIG, site.LOGGING)
    written = capfd.readouterr().err
    lines = [json.loads(line) for line in written.splitlines()]
    assert lines[0] | {"at": "", "ms": 0} == {
        "at": "", "ms": 0, "level": "info", "logger": "earlyhelp.requests", "message": "request",
        "request": "given-12345", "method": "GET", "page": "performance-team", "status": 302,
    }  # fmt: skip
    assert len(numbers) == 4
    assert numbers == {line["request"] for line in lines[1:5]}
    error, request = lines[5:7]
    assert (error["level"], error["message"]) == ("error", "Internal Server Error")
    assert "builtins.ValueError" in error["traceback"]
    assert error["request"] == request["request"]
    assert (lines[7]["message"], "request" in lines[7]) == ("heard", False)
    assert "Canary" not in written
    assert "north" not in written
