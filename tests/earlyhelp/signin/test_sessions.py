"""How long somebody stays signed in, with what, and what a browser may keep."""

import datetime as dt
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client

from teams.models import Appointment, User
from teams.roles import Role

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.earlyhelp.pages")]

PASSWORD = "a long enough password"


@pytest.fixture
def manager() -> User:
    return User.objects.create_user("manager@council.example", PASSWORD, name="A manager")


@pytest.fixture
def browser(manager: User) -> Client:
    client = Client()
    client.force_login(manager)
    return client


class Clock:
    """Real time, moved by the test."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1_800_000_000.0
        monkeypatch.setattr("earlyhelp.signin.sessions.time.time", lambda: self.now)

    def wait(self, *, minutes: float) -> None:
        self.now += minutes * 60


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def test_an_idle_session_ends(browser: Client, clock: Clock) -> None:
    assert browser.get("/count/").status_code == 200
    clock.wait(minutes=settings.SESSION_IDLE_MINUTES - 1)
    assert browser.get("/count/").status_code == 200
    clock.wait(minutes=settings.SESSION_IDLE_MINUTES - 1)
    assert browser.get("/count/").status_code == 200, "each visit starts the wait again"
    clock.wait(minutes=settings.SESSION_IDLE_MINUTES + 1)
    assert browser.get("/count/")["Location"].startswith("/accounts/login/")


def test_a_busy_session_ends_too(browser: Client, clock: Clock) -> None:
    for _ in range(settings.SESSION_LONGEST_HOURS * 2):
        assert browser.get("/count/").status_code == 200
        clock.wait(minutes=30)
    assert browser.get("/count/").status_code == 200, "to the last minute"
    clock.wait(minutes=1)
    assert browser.get("/count/")["Location"].startswith("/accounts/login/")


def test_a_visit_writes_the_session_once_a_minute_at_most(
    browser: Client, clock: Clock, django_assert_num_queries: Any
) -> None:
    browser.get("/count/")
    before = Session.objects.get().session_data
    clock.wait(minutes=0.5)
    browser.get("/count/")
    assert Session.objects.get().session_data == before
    clock.wait(minutes=1)
    browser.get("/count/")
    assert Session.objects.get().session_data != before


def test_pages_of_signed_in_people_are_not_stored(browser: Client) -> None:
    assert "no-store" in browser.get("/count/")["Cache-Control"]


def test_somebody_switched_off_is_out_at_the_next_request(browser: Client, manager: User) -> None:
    assert browser.get("/count/").status_code == 200
    User.objects.filter(pk=manager.pk).update(is_active=False)
    assert browser.get("/count/")["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("role", [Role.SERVICE_DIRECTOR, Role.ADMINISTRATOR])
def test_those_who_sign_off_or_administer_need_a_second_factor_in_production(
    browser: Client, manager: User, settings: Any, role: Role
) -> None:
    Appointment.objects.create(person=manager, role=role, starts=dt.date(2020, 1, 1))
    assert browser.get("/count/").status_code == 200
    settings.SECOND_FACTOR_REQUIRED = True
    assert browser.get("/count/")["Location"] == "/accounts/2fa/totp/activate/"
    assert browser.get("/accounts/2fa/totp/activate/").status_code != 404
    assert browser.post("/accounts/logout/").status_code == 302


def test_others_do_not_need_one(browser: Client, manager: User, settings: Any) -> None:
    Appointment.objects.create(person=manager, role=Role.AUDITOR, starts=dt.date(2020, 1, 1))
    settings.SECOND_FACTOR_REQUIRED = True
    assert browser.get("/count/").status_code == 200


def test_every_page_has_the_headers(browser: Client) -> None:
    for page in (browser.get("/count/"), Client().get("/accounts/login/")):
        policy = page["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "'unsafe-inline'" not in policy
        assert "frame-ancestors 'none'" in policy
        assert "'nonce-" in policy
        assert page["X-Frame-Options"] == "DENY"
        assert page["X-Content-Type-Options"] == "nosniff"
        assert page["Referrer-Policy"] == "same-origin"
