"""What a reviewer is shown first: odd figures, gaps, and what changed since it was sent back."""

from typing import Any

import pytest

from measures.models import Answer, Figure, Return, SeriesBreak
from measures.returns import actions as entry
from measures.returns.answers import GivenAnswer
from measures.review import actions as review
from measures.review.attention import Attention, Reason, attention
from tests.cast import OPEN, Cast


def look_at(made: Return) -> Attention:
    return attention([made])[made.pk]


def reasons(made: Return) -> dict[str, Reason]:
    return {look.figure.item.code: look.reason for look in look_at(made).looks}


def send_back(council: Cast, made: Return, *codes: str) -> Return:
    return review.send_back(
        made,
        reason="Closures look doubled",
        item_ids=[council.item[code].pk for code in codes],
        version=made.version,
        by=council.actor("head"),
    )


def save(council: Cast, made: Return, **values: GivenAnswer) -> Return:
    given = {council.item[code.replace("_", "-")].pk: answer for code, answer in values.items()}
    return entry.save_figures(
        made,
        given,
        version=made.version,
        by=council.actor("manager"),
    )


def test_a_usual_return_has_nothing_to_look_at(council: Cast) -> None:
    found = look_at(council.submit("north-family"))
    assert (found.looks, found.changed, found.sent_back) == ([], [], "")
    assert found.answered == len(found.figures) == 5


def test_far_from_its_history(council: Cast) -> None:
    made = council.submit("north-family", open_cases=400)
    (look,) = look_at(made).looks
    assert look.reason == Reason.UNUSUAL
    assert look.text.startswith("400 is well above this team's usual")


def test_a_percentage_far_from_its_history(council: Cast) -> None:
    """785.7% passed: usual figures can make an unusual percentage."""
    made = council.submit("north-family", cases_closed=9, surveys_received=22)
    (look,) = look_at(made).looks
    assert (look.figure.item.code, look.reason) == ("surveys-received", Reason.UNUSUAL)
    assert look.text.startswith("Families feeding back comes to 244.4% (22 of 9), well above")


def test_zero_where_there_was_never_zero(council: Cast) -> None:
    made = council.submit("north-family", cases_closed=0)
    assert reasons(made) == {"cases-closed": Reason.ZERO}


def test_a_series_break_forgets_what_was_usual(council: Cast) -> None:
    made = council.submit("north-family", open_cases=400)
    SeriesBreak.objects.create(
        item=council.item["open-cases"], quarter=OPEN, reason="New recording system"
    )
    assert reasons(made) == {}


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer.NOT_PROVIDED, Reason.NOT_PROVIDED),
        (Answer.NOT_APPLICABLE, Reason.NO_LONGER_APPLICABLE),
    ],
)
def test_no_number(council: Cast, answer: Any, reason: Reason) -> None:
    made = council.fill_in("north-family")
    made = save(council, made, cases_reopened=GivenAnswer(answer=answer, note="No list was kept"))
    assert reasons(made) == {"cases-reopened": reason}


def test_changed_since_it_was_sent_back(council: Cast) -> None:
    made = council.submit("north-family", cases_closed=78)
    made = send_back(council, made, "cases-closed", "open-cases")
    made = save(council, made, cases_closed=GivenAnswer(60))
    made = save(council, made, cases_closed=GivenAnswer(22))

    found = look_at(made)
    assert [(one.figure.item.code, one.was, one.now) for one in found.changed] == [
        ("cases-closed", "78", "22")
    ]
    assert found.sent_back == "returned"
    assert reasons(made)["open-cases"] == Reason.ASKED_AGAIN, "named, and not changed"


def test_changed_and_changed_back_is_not_changed(council: Cast) -> None:
    made = council.submit("north-family", cases_closed=24)
    made = send_back(council, made)
    made = save(council, made, cases_closed=GivenAnswer(30))
    made = save(council, made, cases_closed=GivenAnswer(24))
    assert look_at(made).changed == []


def test_only_since_it_was_last_sent_back(council: Cast) -> None:
    made = send_back(council, council.submit("north-family", cases_closed=78))
    made = save(council, made, cases_closed=GivenAnswer(22))
    made = entry.submit(
        made,
        version=made.version,
        by=council.actor("manager"),
    )
    made = send_back(council, made)
    made = save(council, made, open_cases=GivenAnswer(45))
    assert [one.figure.item.code for one in look_at(made).changed] == ["open-cases"]


def test_changed_since_it_was_reopened(council: Cast) -> None:
    made = council.sign_off("north-family", cases_closed=22)
    made = review.reopen(
        made,
        reason="A list was found",
        version=made.version,
        by=council.actor("head"),
    )
    made = save(council, made, cases_closed=GivenAnswer(23))
    found = look_at(made)
    assert found.sent_back == "reopened"
    assert [(one.was, one.now) for one in found.changed] == [("22", "23")]


def test_the_same_number_of_queries_for_one_and_for_four(
    council: Cast, django_assert_num_queries: Any
) -> None:
    for team in ("north-family", "north-centre"):
        send_back(council, council.submit(team))
    for team in ("south-family", "south-centre"):
        council.submit(team, "other_manager")
    returns = list(Return.objects.for_quarter(OPEN).for_pages().exclude(locality=None))
    assert len(returns) == 4
    for some in (returns[:1], returns):
        with django_assert_num_queries(6):
            attention(some)
    assert Figure.objects.filter(return_made__in=returns).count() == 22
