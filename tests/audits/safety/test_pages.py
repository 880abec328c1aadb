"""The safety loop on pages: who is told, what is set and done, what the home page says."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audits.allocation import actions as allocation
from audits.models import CaseAudit, RemedialAction
from audits.safety import actions as safety
from audits.safety.loop import to_be_put_right
from tests.audits.access.rounds import day
from tests.audits.casework.test_pages import text
from tests.audits.making import CANARY, DUE, Casework, on_day
from tests.cast import TODAY, Cast

SignIn = Callable[[str], Client]
CONCERNS = "/audits/concerns/"
TO_DO = {"what": "See the child", **day("due_on", 20, 7, 2016)}


def address(audit: CaseAudit, page: str) -> str:
    return reverse(page, args=[audit.pk])


def submit(casework: Casework, sign_in: SignIn, overall: str, serial: int = 1) -> Any:
    """The auditor submits a case in the browser."""
    audit = casework.complete(serial, overall)
    return sign_in("auditor").post(
        address(audit, "audit-submit"), {"version": audit.version}, follow=True
    )


def set_remedy(casework: Casework, what: str = "See the child") -> RemedialAction:
    return safety.set_remedial(
        casework.audit(1), what=what, due_on=DUE, **on_day(casework.cast, "manager")
    )


# -- told at once -------------------------------------------------------------------------------


@pytest.mark.parametrize("overall", ["inadequate", "unsafe"])
def test_manager_and_head_are_told_on_the_home_page_and_by_mail(
    casework: Casework, sign_in: SignIn, mailoutbox: Any, overall: str
) -> None:
    said = text(submit(casework, sign_in, overall))
    assert "Head and Manager were told at once" in said
    assert sorted(message.to[0] for message in mailoutbox) == [
        "head@testshire.example",
        "manager@testshire.example",
    ]
    for message in mailoutbox:
        assert f"http://testserver{address(casework.audit(1), 'audit-case')}" in message.body
        for detail in (CANARY, "North", "Under 11s", "Nobody saw", "nadequate", "unsafe"):
            assert detail not in f"{message.subject} {message.body}"
    for person in ("manager", "head"):
        home = text(sign_in(person).get("/"))
        assert "A case was found inadequate or unsafe and needs you." in home, person
        assert "Nothing set to be done yet" in home and CANARY not in home
    for person in ("other_manager", "other_head", "auditor", "board_member"):
        assert "needs you" not in text(sign_in(person).get("/")), person


def test_a_sound_case_tells_nobody(casework: Casework, sign_in: SignIn, mailoutbox: Any) -> None:
    submit(casework, sign_in, "good")
    assert mailoutbox == []
    assert "needs you" not in text(sign_in("manager").get("/"))


def test_submitting_twice_writes_one_mail_to_each(
    casework: Casework, sign_in: SignIn, mailoutbox: Any
) -> None:
    audit = casework.complete(1, "inadequate")
    for _ in range(2):
        sign_in("auditor").post(address(audit, "audit-submit"), {"version": audit.version})
    assert len(mailoutbox) == 2


def test_a_case_of_nobody_known_stands_on_the_city_s_home_pages(
    casework: Casework, sign_in: SignIn, mailoutbox: Any
) -> None:
    submit(casework, sign_in, "inadequate", serial=6)
    assert sorted(message.to[0] for message in mailoutbox) == [
        "director@testshire.example",
        "officer@testshire.example",
    ]
    for person in ("director", "officer"):
        home = sign_in(person).get("/")
        assert "1 case found inadequate or unsafe, not put right" in text(home)
        assert f'href="{CONCERNS}"' in home.content.decode()
    assert "inadequate or unsafe" not in text(sign_in("manager").get("/"))


# -- set, and done ------------------------------------------------------------------------------


def test_the_manager_sets_and_finishes_what_is_to_be_done(
    casework: Casework, sign_in: SignIn
) -> None:
    audit, client = casework.submit(1, "inadequate"), sign_in("manager")
    assert client.post(address(audit, "remedial-new"), TO_DO).status_code == 302
    remedy = RemedialAction.objects.get()
    assert (remedy.what, remedy.due_on) == ("See the child", DUE)
    assert "Being put right" in text(client.get("/"))
    done = reverse("remedial-done", args=[remedy.pk])
    sent = {"note": "Seen", **day("done_on", 5, 7, 2016)}
    assert client.post(done, sent).headers["Location"].endswith("#put-right")
    remedy.refresh_from_db()
    assert (remedy.done_on, remedy.note) == (TODAY, "Seen")
    # It waits for nobody but the officer now, so it leaves the manager's home page.
    assert "needs you" not in text(client.get("/"))
    assert "To be audited again" in text(client.get(CONCERNS))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"what": " "}, "Enter what has to be done"),
        (day("due_on", 4, 7, 2016), "Enter a day from today on"),
        (day("due_on", 31, 2, 2016), "must be a real date"),
        ({"what": "x" * 4001}, "Shorten what you wrote"),
        ({"what": "Ask Peter Smith"}, "“Peter Smith” looks like a person's name"),
    ],
)
def test_what_is_wrong_with_a_remedy_is_said_and_kept(
    casework: Casework, sign_in: SignIn, typed: dict[str, str], sentence: str
) -> None:
    audit = casework.submit(1, "inadequate")
    reply = sign_in("manager").post(address(audit, "remedial-new"), TO_DO | typed)
    assert sentence in text(reply)
    assert "2016" in reply.content.decode()
    assert not RemedialAction.objects.exists()


def test_words_like_a_name_are_kept_with_a_plain_confirmation(
    casework: Casework, sign_in: SignIn
) -> None:
    audit = casework.submit(1, "inadequate")
    sent = TO_DO | {"what": "Ask Peter Smith", "keep_words": "on"}
    assert sign_in("manager").post(address(audit, "remedial-new"), sent).status_code == 302
    assert RemedialAction.objects.get().what == "Ask Peter Smith"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (day("done_on", 6, 7, 2016), "up to today"),
        ({}, "Enter the day on which it was done"),
        (day("done_on", 5, 7, 2016) | {"note": "Peter Smith went"}, "looks like a person's name"),
    ],
)
def test_what_is_wrong_with_done_is_said_at_its_own_form(
    casework: Casework, sign_in: SignIn, typed: dict[str, str], sentence: str
) -> None:
    casework.submit(1, "inadequate")
    set_remedy(casework, "Call the school")
    remedy = set_remedy(casework)
    sent = {"note": "Kept words"} | typed
    reply = sign_in("manager").post(reverse("remedial-done", args=[remedy.pk]), sent)
    said = text(reply)
    assert "There is a problem" in said and sentence in said
    assert sent["note"] in said
    assert f'id="id_{remedy.pk}_note"' in reply.content.decode()
    assert not RemedialAction.objects.filter(done_on__isnull=False).exists()


def test_the_auditor_sets_and_does_not_finish(casework: Casework, sign_in: SignIn) -> None:
    audit, client = casework.submit(1, "inadequate"), sign_in("auditor")
    assert client.post(address(audit, "remedial-new"), TO_DO).status_code == 302
    page = text(client.get(address(audit, "audit-case")))
    assert "See the child" in page and "Say that it is done" not in page
    done = reverse("remedial-done", args=[RemedialAction.objects.get().pk])
    assert "not appointed to look after" in text(client.post(done, day("done_on", 5, 7, 2016)), 403)


def test_a_sound_case_has_nothing_to_be_put_right(casework: Casework, sign_in: SignIn) -> None:
    audit = casework.submit(1)
    reply = sign_in("manager").get(address(audit, "remedial-new"), follow=True)
    assert "Only a case found inadequate or unsafe" in text(reply)


# -- the list, the home page and the badge --------------------------------------------------------


def test_open_concerns_with_the_step_of_each(
    casework: Casework, sign_in: SignIn, council: Cast, settings: Any
) -> None:
    casework.submit(1, "inadequate")
    casework.submit(2, "unsafe")
    casework.submit(4, "inadequate")
    set_remedy(casework)
    settings.BUSINESS_DATE = DUE + dt.timedelta(2)
    said = text(sign_in("head").get(CONCERNS))
    assert "2 cases found inadequate or unsafe are not put right yet" in said
    assert ": 1 with nothing set to be done yet, 1 being put right." in said
    assert "1 to do, 2 days late" in said
    assert said.index("Case 2") < said.index("Case 1")
    assert "Case 4" not in said and CANARY not in said
    assert "3 cases" in text(sign_in("officer").get(CONCERNS))
    south = text(sign_in("other_head").get(CONCERNS))
    assert "Case 4" in south and "Case 1" not in south


def test_what_is_to_be_put_right_is_what_waits_for_something_to_be_done(
    casework: Casework, council: Cast
) -> None:
    audit = casework.submit(1, "inadequate")
    everything = CaseAudit.objects.all()
    assert list(to_be_put_right(everything)) == [audit]
    manager = on_day(council, "manager")
    remedy = set_remedy(casework)
    assert list(to_be_put_right(everything)) == [audit]
    safety.finish_remedial(remedy, done_on=TODAY, **manager)
    assert list(to_be_put_right(everything)) == []
    set_remedy(casework, "Write a plan")
    assert list(to_be_put_right(everything)) == [audit]


def test_the_home_page_says_what_is_to_be_audited_and_moderated(
    casework: Casework, sign_in: SignIn, settings: Any
) -> None:
    casework.submit(1)
    settings.BUSINESS_DATE = DUE + dt.timedelta(1)
    home = text(sign_in("auditor").get("/"))
    assert "Cases to audit" in home and "Case 2" in home and "1 day late" in home
    assert re.search(r"(\d) cases? to audit, \1 late", home), "all of them are a day late"
    assert CANARY not in home
    moderates = text(sign_in("other_head").get("/"))
    assert "Cases to moderate" in moderates and "Case 1" in moderates
    assert "Cases to" not in text(sign_in("board_member").get("/"))


def test_the_badge_counts_what_waits(casework: Casework, sign_in: SignIn) -> None:
    casework.submit(1, "inadequate")

    def badge(person: str) -> str:
        body = sign_in(person).get("/audits/").content.decode()
        link = re.search(r'<a [^>]*href="/audits/"[^>]*>(.*?)</a>', body, re.DOTALL)
        assert link
        return "".join(re.findall(r"\d+", link[1]))

    assert badge("auditor") == "5"
    assert badge("manager") == "1"
    assert badge("head") == "1"
    assert badge("other_head") == "1"
    assert badge("other_manager") == ""
    assert badge("director") == ""


def test_home_and_concerns_cost_the_same_for_one_and_for_many(
    casework: Casework, sign_in: SignIn
) -> None:
    client = sign_in("head")
    casework.submit(1, "inadequate")
    counted = []
    for _ in range(2):
        client.get("/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/")
            client.get(CONCERNS)
        counted.append(len(queries))
        if casework.audit(2).submitted_on is None:
            casework.submit(2, "inadequate")
            casework.submit(3, "unsafe")
            set_remedy(casework)
    assert counted[0] == counted[1]


def test_a_second_look_is_named_for_what_it_is(
    casework: Casework, sign_in: SignIn, council: Cast
) -> None:
    audit = casework.submit(1, "inadequate")
    officer = council.actor("officer")
    allocation.audit_again(audit, auditor=council.person["auditor"], due_on=DUE, by=officer)
    assert "Case 1, audited again" in text(sign_in("auditor").get("/audits/mine/"))
