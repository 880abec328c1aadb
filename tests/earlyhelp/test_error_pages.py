"""The pages for what went wrong: their status, what they say to do, and what was typed."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.db import InternalError, OperationalError, connection
from django.test import Client
from django.urls import reverse

from teams.models import User
from tests.earlyhelp import pages
from tests.pages import forms_of, plain

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.earlyhelp.pages")]

TYPED = {"count": "51", "note": "two\nlines, “quoted” & <b>"}


@pytest.fixture
def browser() -> Client:
    cache.clear()
    pages.SAVED.clear()
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.create_user("manager@council.example", name="A manager"))
    return client


def words(response: Any, status: int) -> str:
    """What a page for an error says; each has one heading of ours."""
    assert response.status_code == status
    html = response.content.decode()
    assert html.count("<h1") == 1
    assert "Early Help performance" in html
    return plain(html.split("<main")[1])


def test_what_cannot_be_understood(browser: Client) -> None:
    said = words(browser.post("/count/", b"x", content_type="multipart/form-data; boundary="), 400)
    assert "Nothing was changed" in said
    assert "send it once more" in said


def test_what_is_refused(browser: Client) -> None:
    said = words(browser.get(reverse("admin:index"), follow=True), 403)
    assert "Nothing was changed" in said
    assert "ask whoever keeps the appointments" in said


def test_what_is_not_there(browser: Client) -> None:
    assert "the page may have moved" in words(browser.get("/nowhere/"), 404)


def test_what_an_address_is_not_for(browser: Client) -> None:
    answer = browser.post("/quarters/")
    assert "use the button there" in words(answer, 405)
    assert answer["Allow"] == "GET, HEAD"
    for address in ("/quarters/", "/accounts/login/"):  # the library's views take PUT for POST
        answer = browser.put(address)
        assert "use the button there" in words(answer, 405)
        assert answer["Allow"] == "GET, HEAD, POST, OPTIONS"


def test_what_is_too_large(browser: Client, settings: LazySettings) -> None:
    large = {"count": "1", "note": "x" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE}
    many = {f"box-{at}": "1" for at in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)}
    for sent in (large, many):
        assert "shorten the longest text" in words(browser.post("/count/", sent), 413)
    assert pages.SAVED == []


def test_what_is_tried_too_often(browser: Client, settings: LazySettings) -> None:
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"login": "1/m/ip"}
    stranger = Client()
    for _ in range(2):
        answer = stranger.post("/accounts/login/", {"login": "a@b.example", "password": "c"})
    assert "Wait a minute and try again" in words(answer, 429)


def test_what_comes_from_elsewhere(browser: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert "copy it, load the page again" in words(strict.post("/count/", TYPED), 403)


def goes_wrong(error: Exception) -> Callable[..., Any]:
    """Has the database fail at every statement."""

    def fail(*args: Any, **kwargs: Any) -> Any:
        raise error

    return fail


class ReadOnlyTransaction(InternalError):
    """As PostgreSQL says it."""

    pgcode = "25006"


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (OperationalError("attempt to write a readonly database"), 503),
        (OperationalError("database is locked"), 503),
        (ReadOnlyTransaction("cannot execute INSERT in a read-only transaction"), 503),
        (InternalError("about Jane Doe"), 500),
        (RuntimeError("about Jane Doe"), 500),
    ],
)
def test_an_error_of_ours_holds_what_was_typed_and_asks_nothing_of_the_database(
    browser: Client, error: Exception, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = TYPED | {"password_hint": "of my cat", "form_key": "k"}
    with monkeypatch.context() as broken:
        broken.setattr(connection, "cursor", goes_wrong(error))
        answer = browser.post("/count/?of=may", typed)
        asked = browser.get("/count/")
    said = words(answer, status)
    assert "either saved whole or not at all" in said
    assert "Jane Doe" not in said
    assert ("Retry-After" in answer) == (status == 503)
    [form] = forms_of(answer)
    assert form.attributes["action"] == "/count/?of=may"
    sent = {name: value for name, [value] in form.boxes.items() if name != "csrfmiddlewaretoken"}
    assert sent == TYPED | {"form_key": "k"}
    assert "load the page again" in words(asked, status)
    assert browser.post("/count/?of=may", form.boxes).status_code == 302
    assert pages.SAVED[0]["note"] == TYPED["note"]


def test_nothing_of_signing_in_stands_on_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    stranger = Client(raise_request_exception=False)
    monkeypatch.setattr(connection, "cursor", goes_wrong(OperationalError("locked")))
    answer = stranger.post("/accounts/login/", {"login": "a@b.example", "password": "secret!"})
    assert forms_of(answer) == []
    assert not re.search(r"secret!|a@b\.example", answer.content.decode())
