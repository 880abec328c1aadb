"""What holds for every form of the access table, sent by somebody who may do it.

Each has its key, and an address of its own without a fragment: what a failed save answers opens at
its top, where the error summary stands, and not where a link in the page had led before.
Sent twice as it is, it is acted on once and answered twice. Nonsense is told and kept and changes nothing; what was made from another version is told and
changes nothing, and where it is a form with words they are on the page.
"""

import re
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.messages import get_messages
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse

from earlyhelp.core.events.models import Event
from earlyhelp.core.pages.once import KEY
from earlyhelp.core.work.models import FinishedForm
from earlyhelp.core.workflow import Machine, NotAllowed
from tests import access
from tests.access import YES
from tests.cast import Cast
from tests.pages import PageForm, forms_of, text
from tests.report import access as report_access
from tests.test_access import CELLS, is_ours

pytestmark = pytest.mark.django_db

CANARY = "zanzibar-quokka"
# How errors begin that nobody of us worded.
FRAMEWORKS = re.compile(r"This field|This value|Ensure|Enter a valid|Select a valid|not a valid")
POSTED = [name for name, method in CELLS if method == "POST" and is_ours(name)]
# What a form sends besides what somebody typed.
UNTYPED = {"version", "then", "quarter", "edits", "becomes"}
# Buttons, without a box to type in.
BUTTONS = {
    *("return-ready", "returns-together-submit"),
    *("carry_on", "return-confirm", "return-submit", "return-sign-off", "cover-withdraw"),
    *("quarter-open", "correction-countersign", "import-confirm", "round-load-confirm"),
    *("audit-tool-put-in-use", "audit-tool-retire", "audit-tool-new-version", "round-open"),
    *("audit-submit", "action-accept", "appointment-confirm", "address-confirm"),
    *("address-by-link-confirm", "address-by-link-decline"),
    *report_access.BUTTONS,
    *("review-sign-together", "returns-remind"),
    *("release-work-out", "release-make", "release-take-in"),
}
# Words of any length, and none at all, are as good as others.
ANYTHING_GOES = {"plan-closing", "theme-closing", "report-block?own=yes"}
# What adds something that was not there, or moves something on, is made from no version.
FROM_NO_VERSION = {
    *("framework-new", "round-new", "theme-new", "outcome-new", "action-report", "action-claim"),
    *("action-accept", "action-decline", "action-stop", "action-reopen"),
}
# A button that comes too late leads back to its page, which says why.
LED_BACK = {"return-confirm", "return-ready", "return-sign-off"} | {
    *("report-block-mend", "report-block-remove", "report-section-remove")
}


# Without a head, in which everybody can sign out; or no page.
WITHOUT_FORMS = {
    *("plan-print", "performance-export", "plan-export", "round-results-export"),
    *("report-draft", "edition-file"),
    *("live", "ready", "metrics"),
}
# Shows what a file or a list holds, and changes nothing.
LEADS_NOWHERE = {"import-figures", "round-load-cases", "round-draw-check"}
# What is kept of a form and of a visit, and is no row of anybody's.
OF_THE_VISIT = {FinishedForm, Session}


def rows() -> dict[str, int]:
    """How many rows there are of every kind."""
    return {
        model._meta.label: model._default_manager.count()
        for model in apps.get_models()
        if model not in OF_THE_VISIT
    }


def led_to(answer: Any) -> tuple[str, list[str]]:
    """Where a finished form leads, and what is said there."""
    assert answer.status_code == 302, answer.status_code
    return answer["Location"], [str(one) for one in get_messages(answer.wsgi_request)]


class Sent:
    """The example of an address as whoever may do it sends it; what it wrote is taken back."""

    def __init__(self, name: str, cast: Cast, sessions: dict[str, str]) -> None:
        self.name = name
        self.example = access.example_for(cast, name, "POST")
        who = next(who for who, word in CELLS[name, "POST"].items() if word == YES)
        self.client = access.client_of(who, sessions)

    def __call__(self, **changes: Any) -> tuple[HttpResponseBase, bool]:
        """The answer with some boxes changed, and whether it put something on record."""
        example = access.Example(
            self.example.kwargs, self.example.data | changes, self.example.query
        )
        with transaction.atomic():
            before = Event.objects.count()
            answer = access.send(self.client, "POST", self.name, example)
            wrote = Event.objects.count() != before
            transaction.set_rollback(True)
        return answer, wrote

    @property
    def typed(self) -> list[str]:
        """The boxes of the example in which somebody typed or chose something."""
        return [
            name
            for name, value in self.example.data.items()
            if name not in UNTYPED and isinstance(value, str)
        ]


def forms_that_post(page: Any) -> list[PageForm]:
    """The forms of a page that post, with their key and an address of their own."""
    if page.status_code not in (200, 409) or not page["Content-Type"].startswith("text/html"):
        return []
    sent = [one for one in forms_of(page) if one.attributes.get("method", "").lower() == "post"]
    for form in sent:
        action = form.attributes.get("action", "")
        assert len(form.boxes.get(KEY, [])) == 1, form
        assert action.startswith("/"), form
        assert "#" not in action, form
    return sent


@pytest.mark.looks
@pytest.mark.parametrize("name", [name for name, method in CELLS if method == "GET"])
def test_every_form_of_every_page_has_its_key_and_its_own_address(
    name: str, cast: Cast, sessions: dict[str, str]
) -> None:
    people = [who for who, word in CELLS[name, "GET"].items() if word == YES]
    if not people:
        return
    who = people[-1] if people == ["anonymous"] else next(one for one in people if one in sessions)
    with transaction.atomic():
        example = access.example_for(cast, name, "GET")
        page: Any = access.send(access.client_of(who, sessions), "GET", name, example)
        sent = forms_that_post(page)
        assert (
            sent
            or not is_ours(name)
            or page.status_code != 200
            or name.split("?")[0] in WITHOUT_FORMS
        )
        if is_ours(name) and page.status_code == 200 and not page.streaming:
            assert b">---------<" not in page.content, "a list says in words what is not chosen"
        transaction.set_rollback(True)


@pytest.mark.parametrize("name", POSTED)
def test_the_same_form_twice_is_done_once_and_answered_twice(
    name: str, cast: Cast, sessions: dict[str, str]
) -> None:
    with transaction.atomic():
        send = Sent(name, cast, sessions)
        data = send.example.data | {KEY: "of this page"}
        if name in FROM_NO_VERSION:
            data.pop("version", None)
        example = access.Example(send.example.kwargs, data, send.example.query)
        first = access.send(send.client, "POST", name, example)
        made = rows()
        second = access.send(send.client, "POST", name, example)
        assert rows() == made
        assert second.status_code == first.status_code
        if name not in LEADS_NOWHERE:
            where, said = led_to(first)
            # Nobody looked at the first page, so that its messages still wait.
            assert led_to(second) == (where, said * 2)
        transaction.set_rollback(True)


@pytest.mark.parametrize("name", [name for name in POSTED if name not in BUTTONS | ANYTHING_GOES])
def test_nonsense_is_told_and_kept_and_changes_nothing(
    name: str, cast: Cast, sessions: dict[str, str]
) -> None:
    with transaction.atomic():
        send = Sent(name, cast, sessions)
        answer, wrote = send(**dict.fromkeys(send.typed, f"{CANARY} " * 1000))
        if send.typed and not wrote and answer.status_code == 200:
            assert CANARY in answer.content.decode()
        else:  # words of any length are taken, but not no words
            answer, wrote = send(**dict.fromkeys(send.example.data.keys() - UNTYPED, " "))
        assert not wrote
        assert "There is a problem" in text(answer)
        summary = answer.content.decode().split("There is a problem")[1].split("</ul>")[0]
        assert FRAMEWORKS.findall(summary) == []
        assert forms_that_post(answer)
        main = answer.content.decode().split("<main", 1)[1]
        assert main.index('data-module="govuk-error-summary"') < main.index("<h1")
        transaction.set_rollback(True)


@pytest.mark.parametrize("name", [name for name in POSTED if name not in FROM_NO_VERSION])
def test_what_was_made_from_another_version_changes_nothing(
    name: str, cast: Cast, sessions: dict[str, str]
) -> None:
    with transaction.atomic():
        send = Sent(name, cast, sessions)
        version = send.example.data.get("version")
        words = [send.example.data[box] for box in ("text", "reason", "why") if box in send.typed]
        for other in () if version is None else (int(version) + 7, "", "x", "-1", "9" * 30):
            answer, wrote = send(version=other)
            assert not wrote, other
            told = {302, 400} if name in LED_BACK else {200, 400, 409}
            assert answer.status_code in told, (other, answer.status_code)
            if answer.status_code in (200, 409) and words:
                page = unescape(answer.content.decode())
                assert any(word in page for word in words), other
        transaction.set_rollback(True)


# A link in a mail is nobody's, and files are chosen again.
NOT_KEPT = {
    *("address-by-link-confirm", "address-by-link-decline", "carry_on"),
    *("import-figures", "report-section-word", "round-load-cases"),
}


@pytest.mark.parametrize("name", [name for name in POSTED if name not in NOT_KEPT])
def test_what_was_typed_survives_the_end_of_a_session(
    name: str, cast: Cast, sessions: dict[str, str]
) -> None:
    """L5: signed out meanwhile, somebody signs in, and one button sends every box on."""
    with transaction.atomic():
        send = Sent(name, cast, sessions)
        straight, wrote = send()
        who = next(who for who, word in CELLS[name, "POST"].items() if word == YES)
        person, browser = cast.person[who.replace(" ", "_")], Client()
        browser.force_login(person)
        browser.get(reverse("home"))
        del browser.cookies[settings.SESSION_COOKIE_NAME]
        kept: Any = access.send(browser, "POST", name, send.example)
        assert kept.status_code == 302
        assert kept["Location"].startswith(reverse("account_login"))
        browser.force_login(person)
        [form] = [one for one in forms_of(browser.get(reverse("carry_on"))) if one.attributes.get("action") == kept.wsgi_request.get_full_path()]  # fmt: skip
        typed = {name: value for name, value in form.boxes.items() if name != KEY}
        assert boxes_of(typed) == boxes_of(kept.wsgi_request.POST)
        before = Event.objects.count()
        sent_on = browser.post(form.attributes["action"], form.boxes)
        assert (Event.objects.count() != before) == wrote
        assert sent_on.status_code == straight.status_code
        transaction.set_rollback(True)


def boxes_of(posted: Any) -> list[tuple[str, list[str]]]:
    """What was posted, box by box, but the token against forged forms."""
    pairs = posted.lists() if hasattr(posted, "lists") else posted.items()
    return sorted((name, list(values)) for name, values in pairs if name != "csrfmiddlewaretoken")


# -- what a page offers can be sent -----------------------------------------------------------

# One form over several rows, which stays for the others; or over a file that is chosen again.
OF_SEVERAL = {"returns-together-submit", "review-sign-together", "returns-remind", "report-word"}


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every sentence with which a state refused something."""
    sentences: list[str] = []
    begin = NotAllowed.__init__

    def noted(self: NotAllowed, *words: str) -> None:
        sentences.append(str(words[0]) if words else "")
        begin(self, *words)

    monkeypatch.setattr(NotAllowed, "__init__", noted)
    return sentences


def offered(send: Sent, name: str) -> bool:
    """Whether the page of an address, or the one that it leads to, has the form that it takes."""
    address = reverse(access.parts_of(name)[0], kwargs=send.example.kwargs or None)
    query = "?" + urlencode(send.example.query) if send.example.query else ""
    page: Any = send.client.get(address + query, follow=True)
    if page.status_code != 200 or not page["Content-Type"].startswith("text/html"):
        return False
    return any(one.attributes["action"].split("?")[0] == address for one in forms_that_post(page))


@pytest.mark.parametrize("name", [name for name in POSTED if name not in OF_SEVERAL])
def test_no_page_offers_what_the_state_of_its_row_refuses(
    name: str, cast: Cast, sessions: dict[str, str], said: list[str], monkeypatch: Any
) -> None:
    """Refused once the same was done, or once no move is possible: then there is no form."""
    with transaction.atomic():
        send = Sent(name, cast, sessions)
        with monkeypatch.context() as stuck:
            stuck.setattr(Machine, "move", lambda *_: None)
            said.clear()
            _, wrote = send()
            refused = bool(said) and not wrote
            assert not (refused and offered(send, name)), said
        with transaction.atomic():
            access.send(send.client, "POST", name, send.example)
            said.clear()
            _, wrote = send()
            refused = bool(said) and not wrote
            assert not (refused and offered(send, name)), said
            transaction.set_rollback(True)
        transaction.set_rollback(True)
