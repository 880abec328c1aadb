"""The sample's people cannot sign in on a site for real: it does not start."""

import importlib
from typing import Any

import pytest
from django.conf import settings as settings_of_the_site
from django.contrib.auth.hashers import make_password
from django.core import checks
from django.core.exceptions import ImproperlyConfigured

from earlyhelp.sample.accounts import check_open_accounts, open_accounts, refuse_open_accounts
from earlyhelp.sample.people import PASSWORD
from teams.models import User

pytestmark = pytest.mark.django_db


def test_a_site_for_real_with_the_sample_in_it_does_not_start(settings: Any) -> None:
    User.objects.create_user("Director@derby.example", name="Service director")
    refuse_open_accounts()
    settings.ALLOW_SAMPLE = False
    with pytest.raises(ImproperlyConfigured, match=r"director@derby.example"):
        refuse_open_accounts()
    assert [one.level for one in check_open_accounts()] == [checks.ERROR]
    User.objects.update(is_active=False)
    refuse_open_accounts()


def test_another_address_hides_nobody(settings: Any) -> None:
    """The known password goes with the account, wherever its mail goes."""
    settings.ALLOW_SAMPLE = False
    known = make_password(PASSWORD)
    for name in ("one", "other"):
        person = User.objects.create_user(f"{name}@council.example", name=name)
        User.objects.filter(pk=person.pk).update(password=known)
    User.objects.create_user("third@council.example", "a long password of its own", name="Third")
    assert open_accounts() == ["one@council.example", "other@council.example"]


def test_what_a_web_server_calls_asks_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings_of_the_site, "ALLOW_SAMPLE", False)
    User.objects.create_user("director@derby.example", name="Service director")
    with pytest.raises(ImproperlyConfigured, match=r"director@derby.example"):
        importlib.reload(importlib.import_module("earlyhelp.wsgi"))


def test_other_people_are_nobodys_sample(settings: Any) -> None:
    settings.ALLOW_SAMPLE = False
    User.objects.create_user("director@council.example", name="Service director")
    assert open_accounts() == []
    assert check_open_accounts() == []


def test_the_check_belongs_to_those_before_it_is_for_real() -> None:
    found = checks.registry.registry.get_checks(include_deployment_checks=True)
    assert check_open_accounts in found
    assert check_open_accounts not in checks.registry.registry.get_checks()
