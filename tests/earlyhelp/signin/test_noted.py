"""The log says who came in, by what, and that somebody failed to; by numbers, and without words."""

import json

import pytest
from django.conf import settings as site
from django.core.cache import cache
from django.test import Client
from django.utils.log import configure_logging

from teams.models import User
from tests.earlyhelp.signin.test_sessions import PASSWORD, code_now, set_up

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.earlyhelp.pages")]


def test_who_came_in_who_failed_to_and_who_went_is_in_the_log(
    capfd: pytest.CaptureFixture[str],
) -> None:
    cache.clear()
    manager = User.objects.create_user("canary@council.example", PASSWORD, name="Canary")
    secret = set_up(manager)
    json_lines = site.LOGGING | {
        "handlers": {"log": {"class": "logging.StreamHandler", "formatter": "json"}},
        "loggers": site.LOGGING["loggers"] | {"earlyhelp.signin": {"level": "INFO"}},
    }
    configure_logging(site.LOGGING_CONFIG, json_lines)
    try:
        browser, typed = Client(), {"login": "canary@council.example", "password": "wrong"}
        browser.post("/accounts/login/", typed)
        browser.post("/accounts/login/", typed | {"password": PASSWORD})
        browser.post("/accounts/2fa/authenticate/", {"code": "000000"})
        browser.post("/accounts/2fa/authenticate/", {"code": code_now(secret)})
        browser.post("/accounts/logout/")
    finally:
        configure_logging(site.LOGGING_CONFIG, site.LOGGING)
    written = capfd.readouterr().err
    lines = [json.loads(line) for line in written.splitlines()]
    told = [one for one in lines if one["logger"] == "earlyhelp.signin"]
    assert [(one["message"], one.get("person"), one.get("by")) for one in told] == [
        ("sign-in failed", None, ["password"]),
        ("sign-in failed", manager.pk, ["mfa"]),
        ("signed in", manager.pk, ["mfa", "password"]),
        ("signed out", manager.pk, None),
    ]
    assert all(one["request"] and one["at"] for one in told)
    assert "canary" not in written.lower()
