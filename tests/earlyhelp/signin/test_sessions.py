"""How long somebody stays signed in, with what, and what a browser may keep."""

import base64
import datetime as dt
import hashlib
import hmac
import struct
import time
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client

from teams.actions import take_away_second_step
from teams.authority import actor_of
from teams.models import User
from teams.roles import Role
from tests.factories import AppointmentFactory

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


def test_a_page_that_saves_by_itself_keeps_no_session_alive(browser: Client, clock: Clock) -> None:
    browser.get("/count/")
    clock.wait(minutes=settings.SESSION_IDLE_MINUTES - 1)
    by_itself = {"X-Autosave": "1"}
    assert browser.post("/count/", {"count": "51"}, headers=by_itself)["Location"] == "/count/"
    clock.wait(minutes=2)
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
    AppointmentFactory(person=manager, role=role, starts=dt.date(2020, 1, 1))
    assert browser.get("/count/").status_code == 200
    settings.SECOND_FACTOR_REQUIRED = True
    assert browser.get("/count/")["Location"] == "/accounts/2fa/totp/activate/"
    assert browser.get("/accounts/2fa/totp/activate/").status_code != 404
    assert browser.post("/accounts/logout/").status_code == 302


def set_up(person: User) -> str:
    """Give somebody a second factor, as setting it up elsewhere would: its secret."""
    secret = base64.b32encode(b"twenty letters or so").decode()
    TOTP.activate(person, secret)
    return secret


def code_now(secret: str) -> str:
    """What the person's telephone shows (RFC 6238)."""
    counter = struct.pack(">Q", int(time.time()) // 30)
    made = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    at = made[-1] & 0x0F
    return f"{(struct.unpack('>I', made[at : at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def test_a_session_that_gave_no_second_factor_is_asked_for_it(
    browser: Client, manager: User, settings: Any
) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    AppointmentFactory(person=manager, role=Role.ADMINISTRATOR, starts=dt.date(2020, 1, 1))
    secret = set_up(manager)
    asked = browser.get("/count/?a=1")
    assert asked["Location"] == "/accounts/2fa/reauthenticate/?next=%2Fcount%2F%3Fa%3D1"
    given = browser.post(asked["Location"], {"code": code_now(secret)})
    assert given["Location"] == "/count/?a=1"
    assert browser.get("/count/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_setting_a_second_factor_up_ends_the_other_sessions(
    browser: Client, manager: User, settings: Any
) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    AppointmentFactory(person=manager, role=Role.ADMINISTRATOR, starts=dt.date(2020, 1, 1))
    other = Client()
    other.force_login(manager)
    assert other.get("/count/")["Location"] == "/accounts/2fa/totp/activate/"
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    browser.get("/accounts/2fa/totp/activate/")
    code = code_now(browser.session["mfa.totp.secret"])
    assert browser.post("/accounts/2fa/totp/activate/", {"code": code}).status_code == 302
    assert browser.get("/count/").status_code == 200, "its owner goes on"
    assert other.get("/count/")["Location"].startswith("/accounts/login/")


def test_a_second_factor_taken_away_ends_all_sessions(browser: Client, manager: User) -> None:
    set_up(manager)
    take_away_second_step(manager, by=actor_of(manager), reason="Lost phone")
    assert browser.get("/count/")["Location"].startswith("/accounts/login/")


def test_others_do_not_need_one(browser: Client, manager: User, settings: Any) -> None:
    AppointmentFactory(person=manager, role=Role.AUDITOR, starts=dt.date(2020, 1, 1))
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
