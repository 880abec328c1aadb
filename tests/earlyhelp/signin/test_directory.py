"""The council's own sign-in: bound by issuer and subject, an address believed when vouched for."""

from importlib import import_module
from typing import Any

import pytest
from allauth.core.context import request_context
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.providers import registry
from django.core.exceptions import PermissionDenied
from django.test import RequestFactory

from earlyhelp.signin.directory import CouncilDirectory
from teams.models import User

pytestmark = pytest.mark.django_db

ISSUER = "https://login.council.example/tenant/v2.0"


@pytest.fixture
def directory(settings: Any, monkeypatch: pytest.MonkeyPatch) -> CouncilDirectory:
    app = {
        "provider_id": "council",
        "name": "your council account",
        "client_id": "us",
        "settings": {"server_url": ISSUER},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    monkeypatch.setitem(registry.provider_map, CouncilDirectory.id, CouncilDirectory)
    request = RequestFactory().get("/")
    account = SocialAccount(provider="council")
    found = account.get_provider(request)
    assert isinstance(found, CouncilDirectory)
    return found


@pytest.fixture
def director() -> User:
    return User.objects.create_user("director@council.example", name="Service director")


def sign_in(directory: CouncilDirectory, **claims: Any) -> SocialLogin:
    """What signing in with these claims leads to."""
    token = {"iss": ISSUER, "sub": "1", "email": "director@council.example"} | claims
    userinfo = {key: value for key, value in token.items() if key not in ("iss", "userinfo_sub")}
    if "userinfo_sub" in token:
        userinfo["sub"] = token.pop("userinfo_sub")
    data = {"id_token": token, "userinfo": userinfo}
    login = directory.sociallogin_from_response(directory.request, data)
    login.lookup()
    return login


@pytest.mark.parametrize(
    "vouched", [{"email_verified": True}, {"email_verified": "true"}, {"xms_edov": 1}]
)
def test_an_address_that_is_vouched_for_finds_its_person(
    directory: CouncilDirectory, director: User, vouched: dict[str, Any]
) -> None:
    assert sign_in(directory, **vouched).user == director


@pytest.mark.parametrize(
    "not_vouched",
    [{}, {"email_verified": False}, {"email_verified": "false"}, {"xms_edov": "0"}],
)
def test_an_address_that_is_not_vouched_for_finds_nobody(
    directory: CouncilDirectory, director: User, not_vouched: dict[str, Any]
) -> None:
    assert not sign_in(directory, **not_vouched).is_existing


def test_its_addresses_are_the_library_s() -> None:
    assert import_module(f"{CouncilDirectory.get_package()}.urls").urlpatterns


def test_a_person_is_bound_to_issuer_and_subject(
    directory: CouncilDirectory, director: User
) -> None:
    with request_context(directory.request):
        sign_in(directory, email_verified=True).connect(directory.request, director)
    bound = SocialAccount.objects.get()
    assert (bound.provider, bound.uid) == ("council", f"{ISSUER} 1")
    # The same subject comes back, whatever became of the address.
    assert sign_in(directory, email="renamed@council.example").user == director
    # Another directory's number 1 is somebody else.
    assert not sign_in(directory, iss="https://login.elsewhere.example").is_existing


def test_a_directory_that_contradicts_itself_is_refused(directory: CouncilDirectory) -> None:
    with pytest.raises(PermissionDenied):
        sign_in(directory, userinfo_sub="2")
