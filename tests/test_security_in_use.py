"""What the application verification standard asks for, driven, and no other test holds."""

import datetime as dt
import re
import time
from dataclasses import replace
from typing import Any

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from earlyhelp.report.checker.facts import AreaFact
from earlyhelp.report.checker.places import Gazetteer
from earlyhelp.report.facts import gather_facts
from teams.actions import end_sessions
from tests.cast import Cast, explain
from tests.earlyhelp.signin.test_sessions import code_now
from tests.factories import PASSWORD
from tests.pages import forms_of, plain
from tests.test_security import ROOT, SECRET, SIGN_IN, called, imported, signed_in, sources

pytestmark = pytest.mark.django_db
ODD = "North (East [a-z]+ {who.pk} %s {0} \\1"
RESET = "/accounts/password/reset/"


@pytest.fixture(autouse=True)
def _no_throttle() -> None:
    cache.clear()


# -- what the code does not do --------------------------------------------------------------------


def test_words_are_no_pattern_and_no_format(council: Cast, sign_in: Any) -> None:
    """A name that would be either is a name: where a text is searched, and in a sentence."""
    facts = replace(gather_facts(), areas=[AreaFact("odd", ODD), AreaFact("all", "All", True)])
    [found] = Gazetteer(facts).find(f"It rose in {ODD}, and nowhere else.")
    assert found.codes == ("odd",)
    manager = council.person["manager"]
    manager.name = ODD
    manager.save()
    made = council.fill_in("north-family")
    explain(made)
    council.submit("north-family")
    page = sign_in("head").get(reverse("return-history", args=[made.pk]))
    assert plain(page.content.decode()).count(ODD) > 0


# Whom the code talks to by itself: addresses that are settings.
TALKS = {
    "earlyhelp/core/work/mail.py": {"smtplib"},
    "earlyhelp/signin/leavers.py": {"requests"},
}


def test_no_address_that_was_typed_is_fetched() -> None:
    line = re.compile(r"(requests|httpx?|urllib3|smtplib|ftplib|socket)$|urllib\.request")
    found = {name: {one for one in imported(tree) if line.match(one)} for name, tree in sources()}
    assert {name: those for name, those in found.items() if those} == TALKS
    # A format that would fetch what its text names is built in a process without a way out.
    asked = [
        name for name, tree in sources() for one, _ in called(tree) if one == "default_url_fetcher"
    ]
    assert asked == []


def test_pages_are_of_what_browsers_know_today() -> None:
    past = re.compile(r"<(object|embed|applet|frame|frameset|blink|marquee)\b|\.(swf|class)\b")
    for page in (ROOT / "templates").rglob("*.html"):
        assert not past.search(page.read_text()), page


def test_scripts_write_no_property_by_a_name_from_outside() -> None:
    """What is kept by a name is kept in a map."""
    written = re.compile(r"\w\[[^\]'\"0-9]+\]\s*=[^=>]|\.prototype\b")
    for file in (ROOT / "static").glob("*.js"):
        assert written.findall(file.read_text()) == [], file.name


def test_the_log_goes_to_standard_error_alone() -> None:
    assert {one["class"] for one in settings.LOGGING["handlers"].values()} == {
        "logging.StreamHandler"
    }
    for name, tree in sources():
        assert not [one for one, _ in called(tree) if one.endswith("FileHandler")], name


# -- what is asked, and how it is read ------------------------------------------------------------


def test_of_a_name_that_comes_twice_the_last_counts_and_an_address_is_no_form(
    council: Cast,
) -> None:
    email = council.person["head"].email
    client = Client()
    asked = f"{SIGN_IN}?login={email}&password={PASSWORD}"
    assert client.post(asked, {}).status_code == 200
    assert client.get("/").status_code == 302
    twice = {"login": ["nobody@council.example", email], "password": ["wrong", PASSWORD]}
    assert client.post(SIGN_IN, twice).status_code == 302
    assert client.get("/").status_code == 200


# -- signing in -----------------------------------------------------------------------------------


def test_a_password_does_not_run_out(council: Cast) -> None:
    head = council.person["head"]
    long_ago = timezone.now() - dt.timedelta(days=3650)
    type(head).objects.filter(pk=head.pk).update(date_joined=long_ago, last_login=long_ago)
    assert signed_in(head, PASSWORD)


def test_nobody_is_asked_a_secret_question(council: Cast) -> None:
    boxes = {
        page: {name for form in forms_of(Client().get(page)) for name in form.boxes}
        for page in (SIGN_IN, RESET)
    }
    hidden = {"csrfmiddlewaretoken", "form_key"}
    assert {page: those - hidden for page, those in boxes.items()} == {
        SIGN_IN: {"login", "password"},
        RESET: {"email"},
    }


def link_for(person: Any) -> str:
    """The address in the mail for a new password."""
    Client().post(RESET, {"email": person.email})
    return re.search(r"/accounts/password/reset/key/\S+", mail.outbox[-1].body)[0]


def chosen(address: str, password: str) -> bool:
    """Whether a link took a new password."""
    client = Client()
    page = client.get(address, follow=True)
    typed = {"password1": password, "password2": password}
    if not any("password1" in form.boxes for form in forms_of(page)):
        return False
    return client.post(page.request["PATH_INFO"], typed).status_code == 302


def test_a_link_is_for_one_person_and_for_once(council: Cast) -> None:
    head, other = council.person["head"], council.person["other_head"]
    mine, others = link_for(head), link_for(other)
    who, key = re.match(r"(.*/key/[^-]+-)(.+)", mine).groups()
    another = re.match(r"(.*/key/[^-]+-)", others)[1]
    password = "twelve green bottles on a wall"
    assert not chosen(another + key, password), "a key of mine for somebody else"
    assert not chosen(f"{who}{key[:-1]}{'a' if key[-1] != 'a' else 'b'}", password)
    assert chosen(mine, password)
    assert not chosen(mine, "another eleven bottles on it")
    assert signed_in(head, password)
    assert signed_in(other, PASSWORD)


def test_codes_of_the_second_step_are_by_chance_short_lived_and_not_to_be_guessed(
    council: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = council.person["head"]
    secrets = {generate_totp_secret() for _ in range(20)}
    assert len(secrets) == 20
    assert min(map(len, secrets)) >= 32  # in base 32: 160 bits
    codes = RecoveryCodes.activate(head).get_unused_codes()
    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"[0-9]{8,}", code) for code in codes)
    totp, code, now = TOTP.activate(head, SECRET), code_now(SECRET), time.time()
    monkeypatch.setattr(time, "time", lambda: now + 65)
    assert not totp.validate_code(code)
    monkeypatch.setattr(time, "time", lambda: now)
    client = Client()
    client.post(SIGN_IN, {"login": head.email, "password": PASSWORD})
    step = reverse("mfa_authenticate")
    told = [plain(client.post(step, {"code": "00000000"}).content.decode()) for _ in range(12)]
    assert "Enter the code that your app shows now" in told[0]
    assert "Too many" in told[-1]
    client.post(step, {"code": code_now(SECRET)})
    assert client.get("/").status_code == 302, "the right one comes too late"


def test_somebody_who_is_in_at_several_places_is_out_at_all_of_them(council: Cast) -> None:
    head, places = council.person["head"], [Client() for _ in range(3)]
    for one in places:
        one.force_login(head)
    assert [one.get("/").status_code for one in places] == [200, 200, 200]
    end_sessions(head)
    assert [one.get("/").status_code for one in places] == [302, 302, 302]
