"""Signing in through a real OpenID Connect provider, and leaving it."""

import datetime as dt
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from allauth.socialaccount.providers import registry
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from earlyhelp.core.sealing import unseal
from earlyhelp.signin import leavers
from earlyhelp.signin.directory import CouncilDirectory
from earlyhelp.signin.models import DirectoryGrant
from teams.models import User
from tests.cast import Cast

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # what it calls of its own libraries is not ours to mend
    from oidc_provider_mock import run_server_in_thread
    from oidc_provider_mock._app import OpenIDCode

__all__ = ["OpenIDCode"]

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore::DeprecationWarning")]

Wait = Callable[..., None]


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """The address of a directory that knows the officer and the manager."""
    with run_server_in_thread() as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def directory(provider: str, settings: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    app = {
        "provider_id": "council",
        "name": "your council account",
        "client_id": "us",
        "secret": "kept",
        "settings": {
            "server_url": provider,
            "oauth_pkce_enabled": True,
            # The only way in which this provider renews a token.
            "token_auth_method": "client_secret_basic",
            "scope": ["openid", "profile", "email", "offline_access"],
        },
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    monkeypatch.setitem(registry.provider_map, CouncilDirectory.id, CouncilDirectory)
    return provider


@pytest.fixture
def wait(monkeypatch: pytest.MonkeyPatch) -> Wait:
    """Lets real time pass for sessions and the directory."""
    passed, now, began = [dt.timedelta()], timezone.now, leavers.time.time()
    monkeypatch.setattr(leavers.timezone, "now", lambda: now() + passed[0])
    monkeypatch.setattr(leavers.time, "time", lambda: began + passed[0].total_seconds())

    def let_pass(**length: float) -> None:
        passed[0] += dt.timedelta(**length)

    return let_pass


def came_in(directory: str, person: User, *, verified: bool = True) -> Client:
    """A browser that signed in through the directory, where it was let in."""
    claims = {"email": person.email, "email_verified": verified}
    requests.put(f"{directory}/users/{person.pk}", json=claims, timeout=120).raise_for_status()
    client = Client()
    login = reverse("openid_connect_login", args=["council"])
    asked = client.post(login).headers["Location"]
    assert asked.startswith(directory) and "offline_access" in asked
    answer = requests.post(asked, data={"sub": person.pk}, allow_redirects=False, timeout=120)
    client.get(answer.headers["Location"].replace("http://testserver", ""))
    return client


def is_in(client: Client) -> bool:
    return client.get("/").status_code == 200


def test_a_person_comes_in_and_what_is_kept_cannot_be_read(
    council: Cast, directory: str, wait: Wait
) -> None:
    client = came_in(directory, council.person["officer"])
    assert is_in(client)
    grant = DirectoryGrant.objects.get(person=council.person["officer"])
    before = grant.answered_at
    wait(minutes=6)
    assert is_in(client), "the directory still knows them"
    grant.refresh_from_db()
    assert grant.answered_at - before >= dt.timedelta(minutes=6)
    plain = unseal(grant.token, "directory grant")
    assert plain and plain not in grant.token
    assert not is_in(came_in(directory, council.person["manager"], verified=False))


def test_who_is_disabled_there_is_out_here_within_five_minutes_everywhere(
    council: Cast, directory: str, wait: Wait
) -> None:
    officer = council.person["officer"]
    here, elsewhere = came_in(directory, officer), came_in(directory, officer)
    requests.post(f"{directory}/users/{officer.pk}/revoke-tokens", timeout=120).raise_for_status()
    wait(minutes=4)
    assert is_in(here), "asked every five minutes at most"
    wait(minutes=2)
    assert not is_in(here)
    assert not is_in(elsewhere)
    assert not DirectoryGrant.objects.filter(person=officer).exists()


@pytest.mark.parametrize("minutes", [60, 18])
def test_a_directory_that_cannot_be_reached_is_waited_for_an_hour(
    council: Cast, directory: str, wait: Wait, settings: Any, minutes: int
) -> None:
    """Unless the setting says otherwise."""
    assert settings.DIRECTORY_SILENCE_MINUTES == 60
    settings.DIRECTORY_SILENCE_MINUTES = minutes
    client = came_in(directory, council.person["officer"])
    app = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]
    app["settings"]["server_url"] = "http://localhost:9"
    for _ in range(minutes // 6 - 1):
        wait(minutes=6)
        assert is_in(client)
    wait(minutes=10)
    assert not is_in(client)


def test_who_came_in_with_a_password_is_not_asked_about(
    council: Cast, directory: str, sign_in: Callable[[str], Client], wait: Wait
) -> None:
    client = sign_in("officer")
    wait(minutes=6)
    assert is_in(client)
