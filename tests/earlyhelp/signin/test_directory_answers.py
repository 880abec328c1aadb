"""What is taken from the directory: the answer to our own question, about us, and not too old."""

import base64
import hmac
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests
from allauth.socialaccount.providers.oauth2.client import OAuth2Client
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client
from django.urls import reverse
from jwt.algorithms import RSAAlgorithm
from requests.adapters import HTTPAdapter

from earlyhelp.signin import leavers
from tests.cast import Cast
from tests.earlyhelp.signin.test_leavers import (
    OpenIDCode,
    came_in,
    directory,
    is_in,
    provider,
    wait,
)

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
    answer = requests.post(asked, data={"sub": officer.pk}, allow_redirects=False, timeout=120)
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


Sign = Callable[[dict[str, Any], dict[str, Any], Any], str]


@pytest.fixture
def signed_anew(directory: str, monkeypatch: pytest.MonkeyPatch) -> Callable[[Sign], None]:
    """Has ``sign`` write the directory's tokens: from what one says, its header and its key."""
    own: dict[str, Any] = {}
    whole, signed_with = OAuth2Client.get_access_token, OpenIDCode.get_jwt_config

    def noted(self: OpenIDCode, *args: Any) -> Any:
        made = signed_with(self, *args)
        own.update(made["key"])
        return made

    monkeypatch.setattr(OpenIDCode, "get_jwt_config", noted)

    def have(sign: Sign) -> None:
        def altered(self: OAuth2Client, *args: Any, **more: Any) -> dict[str, Any]:
            answer: dict[str, Any] = whole(self, *args, **more)
            token = answer["id_token"]
            said = jwt.decode(token, options={"verify_signature": False})
            key = jwt.PyJWK(own).key
            header = jwt.get_unverified_header(token) | {"kid": own["kid"]}
            return answer | {"id_token": sign(said, header, key)}

        monkeypatch.setattr(OAuth2Client, "get_access_token", altered)

    return have


@pytest.mark.parametrize(
    ("claims", "is_taken"),
    [
        ({}, True),
        ({"aud": "another"}, False),
        ({"aud": None}, False),
        ({"exp": None}, False),
        ({"iss": "https://login.elsewhere.example"}, False),
        ({"iss": None}, False),
        ({"exp": int(time.time()) - 3600}, False),
    ],
)
def test_a_token_is_for_us_from_the_directory_and_not_too_old(
    council: Cast,
    directory: str,
    signed_anew: Callable[[Sign], None],
    claims: dict[str, Any],
    is_taken: bool,
) -> None:
    """Its own signature on each."""

    def sign(said: dict[str, Any], header: dict[str, Any], key: Any) -> str:
        kept = {name: value for name, value in (said | claims).items() if value is not None}
        return jwt.encode(kept, key, "RS256", headers=header)

    signed_anew(sign)
    assert is_in(came_in(directory, council.person["officer"])) == is_taken


ANOTHER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OF_ANOTHER = RSAAlgorithm.to_jwk(ANOTHER.public_key(), as_dict=True)


def by_nobody(said: dict[str, Any], header: dict[str, Any], key: Any) -> str:
    return jwt.encode(said, None, "none", headers=header | {"alg": "none"})


def by_another(said: dict[str, Any], header: dict[str, Any], key: Any) -> str:
    return jwt.encode(said, ANOTHER, "RS256", headers=header)


def by_another_who_brings_the_key(said: dict[str, Any], header: dict[str, Any], key: Any) -> str:
    brought = {"jwk": OF_ANOTHER, "jku": "https://elsewhere.example/keys"}
    return jwt.encode(said, ANOTHER, "RS256", headers=header | brought)


def by_a_key_that_is_not_published(said: dict[str, Any], header: dict[str, Any], key: Any) -> str:
    return jwt.encode(said, ANOTHER, "RS256", headers=header | {"kid": "another"})


def part(of: bytes) -> str:
    return base64.urlsafe_b64encode(of).rstrip(b"=").decode()


def with_what_is_published_for_a_secret(
    said: dict[str, Any], header: dict[str, Any], key: Any
) -> str:
    secret = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    parts = [part(json.dumps(one).encode()) for one in (header | {"alg": "HS256"}, said)]
    return ".".join([*parts, part(hmac.digest(secret, ".".join(parts).encode(), "sha256"))])


def with_other_words(said: dict[str, Any], header: dict[str, Any], key: Any) -> str:
    first, _, signature = jwt.encode(said, key, "RS256", headers=header).split(".")
    return ".".join([first, part(json.dumps(said | {"name": "X"}).encode()), signature])


def no_token_at_all(said: dict[str, Any], header: dict[str, Any], key: Any) -> str:
    return "nothing.of.it"


@pytest.mark.parametrize(
    "sign",
    [
        by_nobody,
        by_another,
        by_another_who_brings_the_key,
        by_a_key_that_is_not_published,
        with_what_is_published_for_a_secret,
        with_other_words,
        no_token_at_all,
    ],
)
def test_a_token_is_signed_by_the_directory(
    council: Cast, directory: str, signed_anew: Callable[[Sign], None], sign: Sign
) -> None:
    """With a key that it publishes, by a way that only who has the key can sign."""
    signed_anew(sign)
    assert not is_in(came_in(directory, council.person["officer"]))


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
