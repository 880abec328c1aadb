"""What is taken from the directory: the answer to our own question, about us, and not too old."""

import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests
from allauth.socialaccount.providers.oauth2.client import OAuth2Client
from django.test import Client
from django.urls import reverse
from requests.adapters import HTTPAdapter

from earlyhelp.signin import leavers
from tests.cast import Cast
from tests.earlyhelp.signin.test_leavers import came_in, directory, is_in, provider, wait

__all__ = ["directory", "provider", "wait"]
pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore::DeprecationWarning")]
LOGIN = ("openid_connect_login", ["council"])


def question(client: Client) -> str:
    """Where somebody is sent who presses the button."""
    return client.post(reverse(LOGIN[0], args=LOGIN[1])).headers["Location"]


def test_nobody_is_signed_in_unasked(council: Cast, directory: str) -> None:
    """An address alone leads to a page with a button, not to the directory and back."""
    page = Client().get(reverse(LOGIN[0], args=LOGIN[1]))
    assert page.status_code == 200
    assert "<button" in page.content.decode()


def test_an_answer_is_taken_by_who_asked_for_it_alone(council: Cast, directory: str) -> None:
    officer = council.person["officer"]
    assert is_in(came_in(directory, officer))
    browser, other = Client(), Client()
    asked = question(browser)
    sent = parse_qs(urlsplit(asked).query)
    assert sent["response_type"] == ["code"]
    assert sent["code_challenge_method"] == ["S256"]
    assert len(sent["state"][0]) >= 16
    assert sent["state"] != parse_qs(urlsplit(question(Client())).query)["state"]
    answer = requests.post(asked, data={"sub": officer.pk}, allow_redirects=False, timeout=5)
    back = answer.headers["Location"].replace("http://testserver", "")
    question(other)
    for client, address in [
        (other, back),
        (Client(), back),
        (browser, back.replace(sent["state"][0], "a" * len(sent["state"][0]))),
    ]:
        client.get(address)
        assert not is_in(client)
    # The code alone is no answer: it is exchanged with what only the browser's session has.
    browser.get(back)
    assert is_in(browser)


@pytest.mark.parametrize(
    ("claims", "is_taken"),
    [
        ({}, True),
        ({"aud": "another"}, False),
        ({"iss": "https://login.elsewhere.example"}, False),
        ({"exp": int(time.time()) - 3600}, False),
    ],
)
def test_a_token_is_for_us_from_the_directory_and_not_too_old(
    council: Cast,
    directory: str,
    monkeypatch: pytest.MonkeyPatch,
    claims: dict[str, Any],
    is_taken: bool,
) -> None:
    whole = OAuth2Client.get_access_token

    def altered(self: OAuth2Client, *args: Any, **more: Any) -> dict[str, Any]:
        answer: dict[str, Any] = whole(self, *args, **more)
        said = jwt.decode(answer["id_token"], options={"verify_signature": False}) | claims
        kept = {name: value for name, value in said.items() if value is not None}
        return answer | {"id_token": jwt.encode(kept, "k" * 40)}

    monkeypatch.setattr(OAuth2Client, "get_access_token", altered)
    assert is_in(came_in(directory, council.person["officer"])) == is_taken


def test_nobody_leads_us_from_the_directory_to_somewhere_else(
    council: Cast, directory: str, wait: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It counts as one that does not answer."""
    client = came_in(directory, council.person["officer"])
    asked: list[str] = []
    send = HTTPAdapter.send

    def led_away(self: HTTPAdapter, request: Any, **more: Any) -> Any:
        asked.append(request.url)
        answer = send(self, request, **more)
        answer.status_code, answer.headers["Location"] = 307, f"{directory}/elsewhere"
        return answer

    monkeypatch.setattr(HTTPAdapter, "send", led_away)
    wait(minutes=6)
    assert is_in(client), "it is waited for"
    assert asked and not [one for one in asked if "elsewhere" in one]
    wait(minutes=leavers.settings.DIRECTORY_SILENCE_MINUTES)
    assert not is_in(client)
