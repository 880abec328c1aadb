"""The server's log: every error with its lines of code, and nothing of what was typed."""

import logging

import pytest
from django.conf import settings
from django.test import Client
from django.utils.log import configure_logging

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.earlyhelp.pages")]


def test_an_error_is_logged_with_its_lines_and_without_its_words(
    capfd: pytest.CaptureFixture[str],
) -> None:
    configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)
    browser = Client(raise_request_exception=False)
    assert browser.post("/fails/", {"note": "Jane Doe, 41"}).status_code == 500
    written = capfd.readouterr().err
    assert "ERROR django.request: Internal Server Error: /fails/" in written
    assert 'tests/earlyhelp/pages.py", line' in written
    assert "builtins.ValueError" in written
    assert "after which" in written
    assert "builtins.RuntimeError" in written
    assert "Jane Doe" not in written
    assert "41" not in written.replace("line 41", "")


def test_what_works_or_is_refused_writes_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)
    assert Client().get("/nowhere/").status_code == 404
    assert capfd.readouterr().err == ""
    logging.getLogger("earlyhelp").warning("heard")
    assert "heard" in capfd.readouterr().err
