"""The server's log: every error with its lines of code, and nothing of what was typed."""

import logging
import re

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
    assert browser.post("/fails/", {"note": "Jane Doe, aged 41"}).status_code == 500
    written = capfd.readouterr().err
    assert "ERROR django.request: Internal Server Error: /fails/" in written
    assert 'tests/earlyhelp/pages.py", line' in written
    assert "builtins.ValueError" in written
    assert "after which" in written
    assert "builtins.RuntimeError" in written
    assert "Jane Doe" not in written
    assert "aged" not in written


def test_what_works_or_is_refused_writes_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)
    assert Client().get("/nowhere/").status_code == 404
    assert capfd.readouterr().err == ""
    logging.getLogger("earlyhelp").warning("heard")
    assert "heard" in capfd.readouterr().err


def test_what_is_logged_is_written_down() -> None:
    """Every logger of ours, and everything that a line tells by name."""
    text = (settings.BASE_DIR / "docs" / "running.md").read_text(encoding="utf-8")
    part = text.partition("## What is logged, and what is not")[2]
    loggers, told = set(), set()
    for package in ("earlyhelp", "teams", "measures", "audits"):
        for path in (settings.BASE_DIR / package).rglob("*.py"):
            source = path.read_text(encoding="utf-8")
            module = ".".join(path.relative_to(settings.BASE_DIR).with_suffix("").parts)
            named = re.findall(
                r"^_?log = logging.getLogger\((?:\"(.+)\"|__name__)\)", source, re.MULTILINE
            )
            loggers |= {name or module for name in named}
            assert named or not re.search(r"\blog\.(info|warning|error|exception)\(", source), path
            told |= set(
                re.findall(r'"(\w+)":', "".join(re.findall(r"told = {(.+?)}", source, re.DOTALL)))
            )
    assert len(loggers) >= 5
    assert {"at", "request", "page", "ms"} <= told
    assert {name for name in loggers | told if f"`{name}`" not in part} == set()
