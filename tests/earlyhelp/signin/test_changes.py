"""What changes about how somebody signs in is told to them, in the transaction of the change."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import DatabaseError, transaction
from django.test import Client

from earlyhelp.core.work.mail import opened
from earlyhelp.core.work.models import Job
from teams.models import User
from tests.earlyhelp.signin.test_sessions import PASSWORD, browser, code_now, manager, set_up

__all__ = ["browser", "manager"]
pytestmark = pytest.mark.django_db

NEW = "quite another long one"


@pytest.fixture
def told(settings: Any) -> Callable[[], list[str]]:
    """What the manager was told of since it was last asked."""
    settings.EMAIL_BACKEND = "earlyhelp.core.work.mail.QueuedBackend"

    def read() -> list[str]:
        mails = [opened(job.payload) for job in Job.objects.order_by("pk")]
        Job.objects.all().delete()
        assert {mail["to"][0] for mail in mails} <= {"manager@council.example"}
        for mail in mails:
            assert "If you did not do this or ask for it" in mail["body"]
        return [mail["subject"].removeprefix("Early Help performance: ") for mail in mails]

    return read


def change_password(browser: Client) -> Any:
    typed = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    return browser.post("/accounts/password/change/", typed)


def test_a_new_password_is_told_with_the_change(browser: Client, told: Any) -> None:
    assert change_password(browser).status_code == 302
    (job,) = Job.objects.all()
    assert "from the internet address 127.0.0.1" in opened(job.payload)["body"]
    assert NEW not in str(opened(job.payload))
    assert told() == ["Your password was changed"]


def test_a_password_of_which_nobody_can_be_told_is_not_changed(
    browser: Client, manager: User, told: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*args: Any, **kwargs: Any) -> None:
        raise DatabaseError

    monkeypatch.setattr("earlyhelp.core.work.jobs.add", fails)
    with pytest.raises(DatabaseError):
        change_password(browser)
    manager.refresh_from_db()
    assert manager.check_password(PASSWORD)


def test_a_forgotten_password_is_told_as_well(manager: User, told: Any) -> None:
    client = Client()
    client.post("/accounts/password/reset/", {"email": manager.email})
    (job,) = Job.objects.all()
    link = re.search(r"http://testserver(\S+)", opened(job.payload)["body"])
    assert link
    Job.objects.all().delete()
    there = client.get(link[1])["Location"]
    client.post(there, {"password1": NEW, "password2": NEW})
    assert told() == ["Your password was changed"]


@pytest.mark.django_db(transaction=True)
def test_a_second_step_set_up_and_its_codes_made_anew_and_taken_away(
    browser: Client, manager: User, told: Any
) -> None:
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    browser.get("/accounts/2fa/totp/activate/")
    code = code_now(browser.session["mfa.totp.secret"])
    browser.post("/accounts/2fa/totp/activate/", {"code": code})
    assert told() == ["A second step was set up", "Recovery codes were made"]
    browser.post("/accounts/2fa/recovery-codes/generate/", {})
    assert told() == ["Recovery codes were made"]
    browser.post("/accounts/2fa/totp/deactivate/", {})
    assert told() == ["Your second step was taken away"]
    assert not Authenticator.objects.filter(user=manager).exists()


def test_it_goes_with_the_change(manager: User, told: Any) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        set_up(manager)
        assert Job.objects.exists()
        raise RuntimeError
    assert told() == []


def test_an_account_of_the_directory_is_told(manager: User, told: Any) -> None:
    SocialAccount.objects.create(user=manager, provider="council", uid="1")
    assert told() == ["You can sign in with your council account"]
