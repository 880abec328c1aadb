"""What was typed survives the end of a session, for the same person only."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from teams.models import User
from tests.earlyhelp import pages

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.earlyhelp.pages")]

TYPED = {"count": "51", "note": "two\nlines, “quoted” & <b>", "password_hint": "of my cat"}
PASSWORD = "a long enough password"


@pytest.fixture(autouse=True)
def _nothing_saved() -> None:
    pages.SAVED.clear()


@pytest.fixture
def person() -> Callable[[str], User]:
    def make(name: str) -> User:
        return User.objects.create_user(f"{name}@council.example", PASSWORD, name=name)

    return make


def sign_in(browser: Client, person: User, following: str = "/count/") -> Any:
    return browser.post(
        "/accounts/login/",
        {"login": person.email, "password": PASSWORD, "next": following},
    )


def end_session(browser: Client) -> None:
    del browser.cookies[settings.SESSION_COOKIE_NAME]


def resend(browser: Client, page: Any) -> Any:
    """Press the button of the page that shows what was kept."""
    html = page.content.decode()
    pattern = r'<form method="post" action="(/count/[^"]*)">(.*?)</form>'
    form = re.search(pattern, html, re.DOTALL)
    assert form, html
    inputs = re.findall(r'name="([^"]+)" value="([^"]*)"', form[2])
    return browser.post(form[1], {name: unescape(value) for name, value in inputs})


def test_what_a_page_saves_by_itself_is_a_part_and_is_not_kept(
    person: Callable[[str], User],
) -> None:
    """The whole comes with the save that somebody asks for, and then everything is kept."""
    browser, manager = Client(), person("manager")
    sign_in(browser, manager)
    browser.get("/count/")
    end_session(browser)
    browser.post("/count/", {"count": "5"}, headers={"X-Autosave": "1"})
    assert "carried" not in browser.session
    browser.post("/count/", TYPED)
    assert dict(browser.session["carried"]["fields"])["count"] == "51"


def test_two_steps_bring_everything_back(person: Callable[[str], User]) -> None:
    browser, manager = Client(), person("manager")
    sign_in(browser, manager)
    browser.get("/count/")
    end_session(browser)

    sent = browser.post("/count/?quarter=5", TYPED)
    assert sent["Location"] == "/accounts/login/?next=%2Fcarry-on%2F"
    assert pages.SAVED == []

    asked = browser.get(sent["Location"]).content
    assert b"You were signed out. What you typed is kept: sign in to carry on." in asked
    back = sign_in(browser, manager, "/carry-on/")
    page = browser.get(back["Location"])
    assert b"Nothing you typed was lost" in page.content
    assert resend(browser, page).status_code == 302
    assert pages.SAVED[0]["count"] == "51"
    assert pages.SAVED[0]["note"] == TYPED["note"]
    assert browser.get("/carry-on/")["Location"] == "/", "what was sent on is let go"


def test_passwords_and_files_are_never_kept(person: Callable[[str], User]) -> None:
    browser, manager = Client(), person("manager")
    sign_in(browser, manager)
    browser.get("/count/")
    end_session(browser)
    browser.post("/count/", TYPED | {"extract": SimpleUploadedFile("a.csv", b"secret,1")})
    kept = browser.session["carried"]
    assert sorted(name for name, _ in kept["fields"]) == ["count", "note"]
    assert kept["had_files"] is True
    assert "secret,1" not in repr(kept)


def test_somebody_else_gets_nothing(person: Callable[[str], User]) -> None:
    browser, manager, other = Client(), person("manager"), person("other")
    sign_in(browser, manager)
    browser.get("/count/")
    end_session(browser)
    browser.post("/count/", TYPED)
    sign_in(browser, other, "/carry-on/")
    assert browser.get("/carry-on/")["Location"] == "/"
    assert "carried" not in browser.session


def test_a_browser_that_nobody_signed_in_with_keeps_nothing(person: Callable[[str], User]) -> None:
    browser = Client()
    sent = browser.post("/count/", TYPED)
    assert sent["Location"] == "/accounts/login/?next=/count/"
    assert settings.SESSION_COOKIE_NAME not in browser.cookies


def test_a_forged_cookie_keeps_nothing(person: Callable[[str], User]) -> None:
    browser, manager = Client(), person("manager")
    browser.cookies[settings.LAST_PERSON_COOKIE_NAME] = f"{manager.pk}:forged"
    browser.post("/count/", TYPED)
    assert settings.SESSION_COOKIE_NAME not in browser.cookies


def test_letting_go(person: Callable[[str], User]) -> None:
    browser, manager = Client(), person("manager")
    sign_in(browser, manager)
    browser.get("/count/")
    end_session(browser)
    browser.post("/count/", TYPED)
    sign_in(browser, manager, "/carry-on/")
    assert browser.post("/carry-on/")["Location"] == "/"
    assert "carried" not in browser.session
    assert pages.SAVED == []


def test_a_stale_token_from_our_own_page_is_asked_again(person: Callable[[str], User]) -> None:
    """Signing in again in another tab changes the token that this tab's form carries."""
    browser, manager = Client(enforce_csrf_checks=True), person("manager")
    browser.force_login(manager)
    browser.get("/count/")
    stale = TYPED | {"csrfmiddlewaretoken": "x" * 64}

    ours = browser.post("/count/", stale, headers={"Origin": "http://testserver"})
    assert ours["Location"] == "/carry-on/"
    page = browser.get("/carry-on/")
    assert resend(browser, page).status_code == 302
    assert pages.SAVED[0]["note"] == TYPED["note"]


@pytest.mark.parametrize("headers", [{"Origin": "http://elsewhere.example"}, {}])
def test_a_post_from_elsewhere_is_refused(
    person: Callable[[str], User], headers: dict[str, str]
) -> None:
    browser, manager = Client(enforce_csrf_checks=True), person("manager")
    browser.force_login(manager)
    browser.get("/count/")
    refused = browser.post("/count/", TYPED, headers=headers)
    assert refused.status_code == 403
    assert b"We could not tell where that came from" in refused.content
    assert "carried" not in browser.session
    assert pages.SAVED == []
