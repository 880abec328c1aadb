"""Signing in: by email, throttled, telling strangers nothing; nobody signs up."""

import re
from hashlib import sha1
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.core.cache.backends.db import DatabaseCache
from django.core.exceptions import ValidationError
from django.db import OperationalError
from django.test import Client

from earlyhelp.core.files.waiting import WaitingFiles
from teams.models import Council, User

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.earlyhelp.pages")]

PASSWORD = "a long enough password"


@pytest.fixture(autouse=True)
def manager() -> User:
    cache.clear()
    return User.objects.create_user("manager@council.example", PASSWORD, name="A manager")


def attempt(address: str, password: str, host: str = "testserver") -> bytes:
    browser = Client(headers={"host": host})
    page = browser.post("/accounts/login/", {"login": address, "password": password})
    return page.content if page.status_code == 200 else str(page.status_code).encode()


def test_an_address_signs_in_whatever_its_capitals() -> None:
    assert attempt("Manager@Council.example", PASSWORD) == b"302"


def test_a_wrong_password_and_an_unknown_address_read_the_same() -> None:
    def words(html: bytes) -> bytes:
        return html.split(b"There is a problem")[1].split(b"</ul>")[0]

    wrong = attempt("manager@council.example", "not the password")
    assert words(wrong) == words(attempt("nobody@council.example", "not the password"))


def test_guessing_is_throttled_for_the_address_and_nobody_else() -> None:
    User.objects.create_user("colleague@council.example", PASSWORD, name="A colleague")
    for _ in range(5):
        attempt("manager@council.example", "not the password")
    assert b"Too many" in attempt("manager@council.example", PASSWORD)
    assert attempt("colleague@council.example", PASSWORD) == b"302"


def test_wrong_passwords_count_together_whatever_host_is_asked_for() -> None:
    """An attacker writes the header, and any port in it is taken."""
    for port in range(5):
        attempt("manager@council.example", "not the password", f"testserver:{8000 + port}")
    assert b"Too many" in attempt("manager@council.example", PASSWORD, "localhost")


def test_who_is_locked_out_reads_for_how_long_and_a_new_password_lets_them_in() -> None:
    for _ in range(5):
        attempt("manager@council.example", "not the password")
    told = attempt("manager@council.example", PASSWORD).decode()
    assert "Wait 5 minutes and try again, or choose a new password" in told
    Client().post("/accounts/password/reset/", {"email": "manager@council.example"})
    [message] = mail.outbox
    assert message.from_email.startswith("Early Help performance <")
    assert "Early Help performance" in message.body
    assert "http://testserver/" in message.body
    assert "Hello from" not in message.body
    browser, new = Client(), "early tulips in a derelict mill"
    link = re.search(r"http://testserver(\S*key\S*)", str(message.body))
    assert link
    page = browser.get(link[1], follow=True)
    address = page.redirect_chain[-1][0]
    assert browser.post(address, {"password1": new, "password2": new}).status_code == 302
    assert mail.outbox[-1].subject == "Early Help performance: Your password was changed"
    assert attempt("manager@council.example", new) == b"302"


def test_a_throttle_is_not_emptied_by_strangers() -> None:
    for _ in range(5):
        attempt("manager@council.example", "not the password")
    for other in range(400):  # as many counters as 400 other addresses leave behind
        cache.set(f"stranger-{other}", [1.0], 300)
    assert b"Too many" in attempt("manager@council.example", PASSWORD)


def test_files_that_wait_have_a_store_of_their_own_with_room() -> None:
    files = WaitingFiles("figures", 1)
    token = files.keep("rows")
    for other in range(400):
        cache.set(f"stranger-{other}", [1.0], 300)
        files.keep(f"file {other}")
    assert files.get(token) == "rows"
    cache.clear()
    assert files.get(token) == "rows"


def test_a_counter_that_cannot_be_written_stops_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DatabaseCache, "_base_set", lambda *args, **kwargs: False)
    assert attempt("manager@council.example", PASSWORD) == b"302"


def test_what_is_missing_is_said_for_each_field() -> None:
    page = attempt("", "")
    assert page.count(b"Enter your email address") == 2, "in the summary and at the field"
    assert page.count(b"Enter your password") == 2


def test_somebody_switched_off_cannot_sign_in(manager: User) -> None:
    User.objects.filter(pk=manager.pk).update(is_active=False)
    Client().post("/accounts/login/", {"login": manager.email, "password": PASSWORD})
    assert attempt(manager.email, PASSWORD) != b"200"
    browser = Client()
    browser.post("/accounts/login/", {"login": manager.email, "password": PASSWORD})
    assert "_auth_user_id" not in browser.session


@pytest.mark.parametrize(
    "address", ["/accounts/signup/", "/accounts/email/", "/accounts/3rdparty/"]
)
def test_nobody_signs_up_or_changes_their_address(address: str) -> None:
    made = {"email": "new@council.example", "password1": PASSWORD}
    assert Client().get(address).status_code == 404
    assert Client().post(address, made).status_code == 404
    assert User.objects.count() == 1


def test_a_new_password_is_sent_for_by_mail_and_a_stranger_learns_nothing() -> None:
    known = Client().post("/accounts/password/reset/", {"email": "manager@council.example"})
    assert len(mail.outbox) == 1
    unknown = Client().post("/accounts/password/reset/", {"email": "nobody@council.example"})
    assert len(mail.outbox) == 1
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])


@pytest.mark.parametrize(
    "password", ["EarlyHelp2026!", "early help 2016", "Derby-C1ty-Council", "P4ssw0rd-derby-1"]
)
def test_a_password_is_not_made_of_words_that_anybody_would_try(password: str) -> None:
    Council.objects.create(code="derby", name="Derby City Council", area_name="Derby city")
    with pytest.raises(ValidationError, match="not made of words like"):
        validate_password(password)
    validate_password("early tulips in a derelict mill")


def test_a_password_that_was_stolen_elsewhere_is_not_taken(settings: Any, tmp_path: Path) -> None:
    """Every line of the list is found, the first and the last, and nothing between two lines."""
    listed = [f"a rather long pass phrase {number}" for number in range(50)]
    digests = sorted(
        sha1(one.encode(), usedforsecurity=False).hexdigest().upper() for one in listed
    )
    (tmp_path / "list").write_text("".join(f"{one}:{len(one)}\r\n" for one in digests))
    for one in listed:
        validate_password(one)
    settings.BREACHED_PASSWORDS = str(tmp_path / "list")
    for one in listed:
        with pytest.raises(ValidationError, match="lists of stolen passwords"):
            validate_password(one)
    for number in range(50, 100):
        validate_password(f"a rather long pass phrase {number}")


def test_a_database_that_cannot_be_written_is_an_error_and_not_a_session_that_is_gone(
    manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = Client(raise_request_exception=False)
    browser.force_login(manager)
    # As another window that signed out leaves it.
    Session.objects.all().delete()
    assert browser.get("/count/").status_code == 302
    browser.force_login(manager)
    monkeypatch.setattr(Session, "save", Mock(side_effect=OperationalError("read-only")))
    assert browser.get("/count/").status_code == 503


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("/accounts/password/change/", ["Enter the current password", "Enter the new password"]),
        ("/accounts/reauthenticate/", ["Enter the password"]),
        ("/accounts/password/reset/", ["Enter your email address"]),
        ("/accounts/2fa/totp/activate/", ["Enter the authenticator code"]),
    ],
)
def test_what_is_missing_is_said_in_our_words(address: str, says: list[str]) -> None:
    browser = Client()
    browser.post("/accounts/login/", {"login": "manager@council.example", "password": PASSWORD})
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = browser.post(address, {})
    assert page.status_code == 200
    assert "This field is required" not in page.content.decode()
    for words in says:
        assert words in page.content.decode()


def test_signing_in_to_the_administration_is_signing_in() -> None:
    assert Client().get("/admin/")["Location"].startswith("/admin/login/")
    assert Client().get("/admin/login/")["Location"].startswith("/accounts/login/")
