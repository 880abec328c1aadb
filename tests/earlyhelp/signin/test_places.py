"""Somebody sees where they are signed in, and ends all of it but what they look from."""

import re

import pytest
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.test import Client

from earlyhelp.signin.places import places_of
from teams.models import User

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough password"
PAGE = "/accounts/sessions/"
PROVES = f"/accounts/reauthenticate/?next={PAGE}"


@pytest.fixture
def people() -> tuple[User, User]:
    made = User.objects.create_user
    return tuple(made(f"{one}@council.example", PASSWORD, name=one) for one in ("a", "b"))


def signed_in(person: User) -> Client:
    browser = Client()
    browser.force_login(person)
    browser.get("/")
    return browser


def places(browser: Client) -> list[str]:
    """Where the page says that somebody is signed in."""
    page = browser.get(PAGE)
    assert page.status_code == 200
    return re.findall(r'<th scope="row">([^<]+)</th>', page.content.decode())


def test_somebody_sees_their_own_sessions_and_nobody_else_s(people: tuple[User, User]) -> None:
    here, there, _ = signed_in(people[0]), signed_in(people[0]), signed_in(people[1])
    assert sorted(places(here)) == sorted(places(there)) == ["Here", "In another browser"]
    there.logout()
    assert places(here) == ["Here"]
    assert "You are signed in nowhere else." in here.get(PAGE).content.decode()
    assert [one.is_this for one in places_of(people[1], None)] == [False]


def test_the_others_are_ended_by_whoever_proves_who_they_are(people: tuple[User, User]) -> None:
    here, there, stranger = signed_in(people[0]), signed_in(people[0]), signed_in(people[1])
    asked = here.post(PAGE)
    assert asked.status_code == 302
    assert asked["Location"].startswith("/accounts/reauthenticate/")
    assert places(there) != ["Here"], "nothing was ended"
    assert "Sign out everywhere else" in here.get(PAGE).content.decode()
    here.post(PROVES, {"password": PASSWORD})
    assert here.session[AUTHENTICATION_METHODS_SESSION_KEY]
    assert here.post(PAGE).status_code == 302
    assert places(here) == ["Here"]
    assert there.get(PAGE)["Location"].startswith("/accounts/login/")
    assert stranger.get(PAGE).status_code == 200
