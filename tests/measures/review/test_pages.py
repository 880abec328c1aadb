"""The review pages: who sees them, what comes first, what the decision says and does."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from measures.commentary import actions as commentary
from measures.models import Answer, Figure, Return
from measures.quarters import actions as quarters
from measures.returns import actions as entry
from measures.returns.answers import GivenAnswer
from measures.review import actions as review
from measures.workflow import ReturnState
from tests.cast import OPEN, Cast
from tests.pages import text

SignIn = Callable[[str], Client]
QUEUE = "/review/"
REASON = "Closures look doubled: are transfers in here?"


def address(name: str, made: Return) -> str:
    return reverse(f"return-{name}", args=[made.pk])


def send_back(council: Cast, made: Return, *codes: str) -> Return:
    return review.send_back(
        made,
        reason=REASON,
        item_ids=[council.item[code].pk for code in codes],
        version=made.version,
        by=council.actor("head"),
    )


# -- the queue ------------------------------------------------------------------------------


def test_a_return_without_answers_has_nothing_to_look_at(council: Cast, sign_in: SignIn) -> None:
    """Nothing is usual in it either, and all of it is missing."""
    made = council.made("north-family")
    said = text(sign_in("head").get(address("review", made)))
    assert re.search(r"0 of \d+ answered; nothing to look at yet\.", said)
    assert "Nothing is answered yet, so there is nothing to look at." in said
    assert "none is missing" not in said
    assert "nothing unusual" not in said


def test_a_return_answered_in_part_says_how_much_is_not(council: Cast, sign_in: SignIn) -> None:
    made = council.made("north-family")
    usual = Figure.objects.get(return_made=made, item=council.item["open-cases"])
    Figure.objects.filter(pk=usual.pk).update(value=43)
    said = text(sign_in("head").get(address("review", made)))
    assert "nothing unusual so far." in said
    assert re.search(r"usual range; \d+ questions are not answered yet\.", said)


def test_queue_oldest_first_with_what_is_unusual(council: Cast, sign_in: SignIn) -> None:
    council.submit("north-centre", open_cases=400, staff=0)
    council.submit("north-family")
    said = text(sign_in("head").get(QUEUE))
    assert "0 of 2 signed off, 2 wait for you." in said
    assert said.index("North centre") < said.index("North family")
    assert "Unusual Open cases : 400 is well above this team" in said
    assert "Zero Staff in post : 0 has not been counted here before" in said
    # What has something to look at stands first, what has nothing can be ticked.
    assert said.index("nothing unusual") > said.index("400")
    assert "Sign off North family" in said and "Sign off North centre" not in said
    assert "South" not in said


def test_queue_says_who_is_late_and_what_went_back(
    council: Cast, sign_in: SignIn, settings: Any
) -> None:
    settings.BUSINESS_DATE = OPEN.last_day.replace(month=7, day=17)
    send_back(council, council.submit("north-family"))
    said = text(sign_in("head").get(QUEUE))
    assert "2 late, 1 with the team again" in said
    assert f"“{REASON}”" in said
    with_teams = said[said.index("Still with the teams") :]
    assert "North centre" in with_teams and "3 days late" in with_teams
    assert "0 of 6" in with_teams


def test_director_signs_the_city_and_a_return_its_own_head_submitted(
    council: Cast, sign_in: SignIn
) -> None:
    made = council.submit("north-family")
    Return.objects.filter(pk=made.pk).update(submitted_by=council.person["head"])
    city = council.made("city-team")
    figure = Figure.objects.get(return_made=city)
    city = entry.save_figures(
        city,
        {figure.item_id: GivenAnswer(value=455)},
        version=city.version,
        by=council.actor("officer"),
    )
    entry.submit(
        city,
        version=city.version,
        by=council.actor("officer"),
    )
    said = text(sign_in("director").get(QUEUE))
    assert "2 wait for you" in said
    assert "Performance team" in said

    of_head = text(sign_in("head").get(QUEUE))
    assert "somebody else has to sign it off" in of_head
    assert "Performance team" not in of_head


@pytest.mark.parametrize(
    "person", ["manager", "contributor", "officer", "auditor", "board_member", "administrator"]
)
def test_the_queue_is_for_reviewers(council: Cast, sign_in: SignIn, person: str) -> None:
    assert sign_in(person).get(QUEUE).status_code == 403


def test_queue_costs_the_same_for_one_return_and_for_four(council: Cast, sign_in: SignIn) -> None:
    director = sign_in("director")
    director.get(QUEUE)  # the first page of a session asks more
    counted = []
    for teams in (["north-family"], ["north-centre", "south-family", "south-centre"]):
        for team in teams:
            council.submit(team, "manager" if team.startswith("north") else "other_manager")
        with CaptureQueriesContext(connection) as queries:
            assert director.get(QUEUE).status_code == 200
        counted.append(len(queries))
    assert counted[0] == counted[1]


# -- one return -----------------------------------------------------------------------------


def test_review_shows_what_is_unusual_first_and_what_is_signed_for(
    council: Cast, sign_in: SignIn
) -> None:
    made = council.fill_in("north-family", open_cases=400)
    made = entry.save_figures(
        made,
        {
            council.item["cases-reopened"].pk: GivenAnswer(
                answer=Answer.NOT_PROVIDED, note="No list"
            ),
            council.item["open-cases"].pk: GivenAnswer(400, explanation="Two teams joined in May"),
        },
        version=made.version,
        by=council.actor("manager"),
    )
    made = entry.submit(
        made,
        version=made.version,
        by=council.actor("manager"),
    )
    said = text(sign_in("head").get(address("review", made)))
    assert "5 of 5 answered; 2 things to look at." in said
    assert "Unusual 400 is well above this team's usual" in said
    assert "“Two teams joined in May”" in said
    assert "Not provided “No list”" in said
    assert "You sign for all 5 figures: 2 things to look at, 1 not provided." in said
    assert "What it does to North" in said
    assert "1 of 2 teams" in said
    first = said.index("To look at")
    assert first < said.index("All 5 figures beside their history") < said.index("What it does")


def test_review_shows_what_changed_and_what_the_team_answered(
    council: Cast, sign_in: SignIn
) -> None:
    made = send_back(council, council.submit("north-family", cases_closed=78), "cases-closed")
    made = entry.save_figures(
        made,
        {council.item["cases-closed"].pk: GivenAnswer(24, note="37 were transfers")},
        version=made.version,
        by=council.actor("manager"),
    )
    made = entry.submit(
        made,
        version=made.version,
        by=council.actor("manager"),
        response="We took the transfers out",
    )
    said = text(sign_in("head").get(address("review", made)))
    assert "Changed since you returned it (" in said
    assert f"“{REASON}”" in said
    changed = "Cases closed : was 78 → , is now 24 · the team says: “37 were transfers”"
    assert changed in said
    assert "The team answered: “We took the transfers out”" in said
    assert "Changed since Head returned it" in text(
        sign_in("director").get(address("review", made))
    )


def test_review_shows_the_commentary_so_far(council: Cast, sign_in: SignIn) -> None:
    made = council.submit("north-family")
    for code, words in (("open-cases", "Caseloads are down"), ("staff", "Not fed by this team")):
        commentary.write_commentary(
            measure=council.measure[code],
            locality=council.locality["north"],
            quarter=OPEN - 1,
            text=words,
            version=0,
            by=council.actor("head"),
        )
    said = text(sign_in("head").get(address("review", made)))
    assert "Open cases, Q4 2015-16 Caseloads are down" in said
    assert "Not fed by this team" not in said


@pytest.mark.parametrize(
    ("person", "status"),
    [
        ("head", 200),
        ("director", 200),
        ("manager", 403),
        ("contributor", 403),
        ("officer", 403),
        ("other_head", 404),
        ("other_manager", 404),
        ("auditor", 404),
        ("board_member", 404),
        ("administrator", 404),
        ("leaver", 404),
    ],
)
def test_who_reviews(council: Cast, sign_in: SignIn, person: str, status: int) -> None:
    made = council.submit("north-family")
    client = sign_in(person)
    assert client.get(address("review", made)).status_code == status
    if status != 200:
        for name in ("sign-off", "send-back", "reopen"):
            posted = client.post(address(name, made), {"version": made.version, "reason": "x"})
            assert posted.status_code == status
        made.refresh_from_db()
        assert made.state == ReturnState.SUBMITTED


def test_reading_a_return_costs_the_same_whatever_the_number_of_questions(
    council: Cast, sign_in: SignIn
) -> None:
    head = sign_in("head")
    head.get(QUEUE)  # the first page of a session asks more
    counted = []
    for team in ("north-family", "north-centre"):
        made = council.submit(team)
        with CaptureQueriesContext(connection) as queries:
            assert head.get(address("review", made)).status_code == 200
        counted.append(len(queries))
    assert counted[0] == counted[1]


# -- the decision ---------------------------------------------------------------------------


def test_sign_off_goes_on_to_the_next(council: Cast, sign_in: SignIn) -> None:
    first = council.submit("north-family", open_cases=400)
    second = council.submit("north-centre", open_cases=400)
    head = sign_in("head")
    answer = head.post(address("sign-off", first), {"version": first.version})
    assert answer.headers["Location"] == address("review", second)
    assert "You signed off North family. This is the next one" in text(
        head.get(address("review", second))
    )

    answer = head.post(address("sign-off", second), {"version": second.version})
    assert answer.headers["Location"] == QUEUE
    assert "Nothing else waits for you" in text(head.get(QUEUE))
    first.refresh_from_db()
    assert (first.state, first.signed_off_by) == (ReturnState.SIGNED_OFF, council.person["head"])


def test_signing_what_changed_meanwhile_is_refused(council: Cast, sign_in: SignIn) -> None:
    made = council.submit("north-family")
    head = sign_in("head")
    answer = head.post(address("sign-off", made), {"version": made.version - 1}, follow=True)
    assert "Somebody else saved this return" in text(answer)
    assert "Look at it again before you decide." in text(answer)
    made.refresh_from_db()
    assert made.state == ReturnState.SUBMITTED
    assert head.post(address("sign-off", made), {"version": "x"}).status_code == 400


def test_the_director_does_not_sign_for_a_head_who_can(council: Cast, sign_in: SignIn) -> None:
    made = council.submit("north-family")
    director = sign_in("director")
    said = text(director.get(address("review", made)))
    assert "The locality's head of service signs off this return or sends it back." in said
    assert "Return it" not in said
    assert "You sign for" not in said
    for name in ("sign-off", "send-back"):
        form = {"version": made.version, "reason": "Look"}
        assert director.post(address(name, made), form).status_code == 403


def test_the_director_reads_why_a_localitys_return_is_theirs(
    council: Cast, sign_in: SignIn
) -> None:
    made = council.submit("north-family")
    page = address("review", made)
    entered = "Its head of service entered figures in it or submitted it, so it comes to you."
    Return.objects.filter(pk=made.pk).update(submitted_by=council.person["head"])
    assert entered in text(sign_in("director").get(page))
    assert "comes to you" not in text(sign_in("head").get(page))
    Return.objects.filter(pk=made.pk).update(submitted_by=council.person["manager"])
    council.person["head"].appointments.update(ends=OPEN.first_day)
    Return.objects.filter(pk=made.pk).update(submitted_by=council.person["director"])
    own = text(sign_in("director").get(page))
    assert "so somebody else has to sign it off" in own and "comes to you" not in own
    Return.objects.filter(pk=made.pk).update(submitted_by=council.person["manager"])
    gone = "This locality has no head of service now, so it comes to you."
    assert gone in text(sign_in("director").get(page))


def test_a_late_return_that_is_signed_off_can_only_be_corrected(
    council: Cast, sign_in: SignIn
) -> None:
    made = council.submit("north-family")
    officer = {"by": council.actor("officer")}
    quarters.close_quarter(made.quarter, reason="The board meets", early=True, **officer)
    made.refresh_from_db()
    made = review.accept_late(made, reason="It was on its way", **officer)
    head = {"by": council.actor("head")}
    review.sign_off(made, version=made.version, **head)
    said = text(sign_in("head").get(address("review", made)))
    assert "This quarter is closed. A performance officer can propose a correction." in said
    assert "with the team" not in said


def test_send_back_needs_a_reason_and_keeps_what_was_typed(council: Cast, sign_in: SignIn) -> None:
    made = council.submit("north-family")
    named = council.item["cases-closed"].pk
    head = sign_in("head")
    answer = head.post(
        address("send-back", made), {"version": made.version, "reason": " ", "questions": [named]}
    )
    assert "Say what the team should do: they will see this" in text(answer)
    assert re.search(rf'value="{named}"[^>]* checked', answer.content.decode())
    assert b'href="#id_reason"' in answer.content
    made.refresh_from_db()
    assert made.state == ReturnState.SUBMITTED

    answer = head.post(
        address("send-back", made),
        {"version": made.version, "reason": REASON, "questions": [named]},
        follow=True,
    )
    assert "You returned North family. The team sees your reason." in text(answer)
    made.refresh_from_db()
    assert (made.state, made.return_reason) == (ReturnState.RETURNED, REASON)
    queried = Figure.objects.filter(return_made=made, is_queried=True)
    assert [figure.item_id for figure in queried] == [named]


def test_send_back_refuses_questions_of_another_return(council: Cast, sign_in: SignIn) -> None:
    made = council.submit("north-family")
    strange = council.item["staff"].pk
    answer = sign_in("head").post(
        address("send-back", made),
        {"version": made.version, "reason": REASON, "questions": [strange]},
    )
    assert "Choose questions of this return" in text(answer)
    assert REASON in text(answer)


def test_send_back_of_an_older_version_keeps_the_reason(council: Cast, sign_in: SignIn) -> None:
    made = council.submit("north-family")
    head = sign_in("head")
    answer = head.post(address("send-back", made), {"version": 0, "reason": REASON})
    said = text(answer)
    assert "Somebody else saved this return" in said
    assert REASON in said
    assert f'name="version" value="{made.version}"' in answer.content.decode()


def test_a_reason_that_comes_too_late_is_shown_again(council: Cast, sign_in: SignIn) -> None:
    made = council.submit("north-family")
    version = made.version
    send_back(council, made)
    answer = sign_in("head").post(
        address("send-back", made), {"version": version, "reason": "And the surveys?"}
    )
    said = text(answer)
    assert "This is what you had typed. It was not sent." in said
    assert "And the surveys?" in said


def test_reopen_with_a_reason(council: Cast, sign_in: SignIn) -> None:
    made = council.sign_off("north-family")
    head = sign_in("head")
    page = text(head.get(address("review", made)))
    assert "Reopening gives it back to the team" in page
    assert "it leaves the figures of North and Testshire until it is signed off again" in page
    answer = head.post(address("reopen", made), {"version": made.version, "reason": ""})
    assert "Say what the team should do" in text(answer)
    head.post(address("reopen", made), {"version": made.version, "reason": "A list was found"})
    made.refresh_from_db()
    assert (made.state, made.return_reason) == (ReturnState.RETURNED, "A list was found")
    assert made.signed_off_by is None


def test_send_back_does_not_reopen(council: Cast, sign_in: SignIn) -> None:
    made = council.sign_off("north-family")
    sign_in("head").post(address("send-back", made), {"version": made.version, "reason": REASON})
    made.refresh_from_db()
    assert made.state == ReturnState.SIGNED_OFF


def test_a_closed_quarter_is_only_read(council: Cast, sign_in: SignIn) -> None:
    made = council.made("north-family", OPEN - 1)
    head = sign_in("head")
    response = head.get(address("review", made))
    assert "A performance officer can propose a correction." in text(response)
    assert b'action="/returns/' not in response.content
    head.post(address("reopen", made), {"version": made.version, "reason": REASON})
    made.refresh_from_db()
    assert made.state == ReturnState.SIGNED_OFF
