"""The sign-in library's pages, messages and mail: what somebody can come to is in our words."""

import re
from collections.abc import Callable
from pathlib import Path

import allauth
import pytest
import requests
from django.template.loader import get_template
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tests.earlyhelp.signin.test_leavers import directory, provider

__all__ = ["directory", "provider"]
pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore::DeprecationWarning")]

LIBRARY = Path(allauth.__file__).parent / "templates"
# Templates with words of the library that nobody comes to, by the reason.
UNREACHED = {
    "the feature is off": (
        "account/base_confirm_code account/confirm_ code_message code_subject phone "
        "account/request_login_code login_code_sent passkey webauthn mfa/trust login_redirect"
    ),
    "its page is shut: nobody signs up, and addresses are kept by administrators": (
        "account/email.html account/email_change.html account/email_confirm.html email_confirm_ "
        "email_confirmation_ email_confirmed email_changed email_deleted account/signup.html "
        "account_already_exists delete_primary primary_email_set unverified_primary "
        "account/verif warn_no_email socialaccount/connections socialaccount/signup disconnected"
    ),
    "no notice of the library's is sent: each change tells its person (signin/changes.py)": (
        "base_notification password_changed_message password_set_message "
        "/email/account_connected totp_activated_message totp_deactivated_message "
        "recovery_codes_generated_message"
    ),
    "the site says nothing to an address that it does not know": "unknown_account",
    "the library's code asks for another name": "password_reset_message already_logged_in",
    "its words are a title that every page in it replaces": "recovery_codes/base totp/base",
}


def with_words() -> list[str]:
    """The library's templates that say something of their own."""
    files = [
        one for room in ("account", "mfa", "socialaccount") for one in (LIBRARY / room).rglob("*.*")
    ]
    spoken = (one for one in files if re.search(r"{% *(block)?trans", one.read_text()))
    return sorted(str(one.relative_to(LIBRARY)) for one in spoken)


def test_whatever_of_the_library_can_be_reached_is_in_our_words() -> None:
    """A page that a new version brings is red here until it is shut or has ours."""
    excepted = [part for listed in UNREACHED.values() for part in listed.split()]
    reached = [name for name in with_words() if not any(part in name for part in excepted)]
    theirs = [
        name for name in reached if Path(get_template(name).origin.name).is_relative_to(LIBRARY)
    ]
    assert theirs == []


@pytest.mark.parametrize("why", UNREACHED)
def test_every_exception_is_about_something(why: str) -> None:
    for part in UNREACHED[why].split():
        assert any(part in name for name in with_words()), part


@pytest.mark.parametrize("name", ["account_email_verification_sent", "account_confirm_login_code"])
def test_a_page_about_a_step_that_nobody_takes_is_not_there(
    sign_in: Callable[[str], Client], name: str
) -> None:
    assert Client().get(reverse(name)).status_code == 404
    assert sign_in("manager").get(reverse(name)).status_code == 404


def test_whoever_has_no_password_reads_why_and_can_choose_one(
    council: Cast, sign_in: Callable[[str], Client]
) -> None:
    manager = council.person["manager"]
    manager.set_unusable_password()
    manager.save()
    browser = sign_in("manager")
    page = browser.get(reverse("account_change_password"), follow=True)
    assert "have no password here" in page.content.decode()
    wrong = browser.post(reverse("account_set_password"), {})
    assert "Enter the password" in wrong.content.decode()


def test_who_the_directory_knows_and_we_do_not_is_told_whom_to_ask(
    council: Cast, directory: str
) -> None:
    stranger = {"email": "stranger@council.example", "email_verified": True}
    requests.put(f"{directory}/users/999", json=stranger, timeout=120).raise_for_status()
    browser = Client()
    asked = browser.post(reverse("openid_connect_login", args=["council"])).headers["Location"]
    answer = requests.post(asked, data={"sub": "999"}, allow_redirects=False, timeout=120)
    page = browser.get(answer.headers["Location"].replace("http://testserver", ""))
    assert "You are not entered here yet" in page.content.decode()
    assert "Ask an administrator in your service" in page.content.decode()


def test_the_way_to_the_directory_and_back_without_an_answer_is_in_our_words(
    council: Cast, directory: str
) -> None:
    del directory
    there = Client().get(reverse("openid_connect_login", args=["council"])).content.decode()
    assert "You go to your council’s own sign-in" in there
    assert "third-party" not in there
    stopped = Client().get(reverse("socialaccount_login_cancelled")).content.decode()
    assert "You are not signed in" in stopped
    failed = Client().get(reverse("socialaccount_login_error"))
    assert "Your council’s sign-in did not work" in failed.content.decode()
