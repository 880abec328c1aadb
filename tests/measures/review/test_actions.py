"""Signing off, returning, reopening, accepting late: who, when, why, and nobody their own."""

from functools import partial
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from earlyhelp.core.actor import Route
from earlyhelp.core.change import Stale
from earlyhelp.core.events.models import Event
from measures.models import Figure, Return
from measures.quarters import actions as quarters
from measures.querysets import Basis
from measures.returns import actions as entry
from measures.review import actions as review
from measures.workflow import NotAllowed, ReturnState
from teams.permissions import Refused
from tests.cast import HISTORY, Cast
from tests.measures.acting import (
    answers,
    digest,
    figure,
    reporting,
    unchanged_by,
    verbs,
    who,
)


def sign(cast: Cast, made: Return, person: str, version: int | None = None) -> Return:
    at = made.version if version is None else version
    return review.sign_off(made, version=at, by=cast.actor(person))


def test_a_sign_off_has_who_when_and_route_and_twice_is_once(council: Cast) -> None:
    made = council.submit("north-family")
    signed = sign(council, made, "head")
    assert (signed.state, signed.signed_off_by, signed.signed_off_route, signed.version) == (
        ReturnState.SIGNED_OFF, council.person["head"], Route.FORM, made.version + 1,
    )  # fmt: skip
    event = Event.objects.about(made).reverse()[0]
    assert (event.verb, event.before, event.after, event.by) == (
        "signed off", ReturnState.SUBMITTED, ReturnState.SIGNED_OFF, council.person["head"],
    )  # fmt: skip
    before = digest()
    assert sign(council, made, "head").signed_off_at == signed.signed_off_at
    assert digest() == before


def test_sign_offs_that_are_refused(council: Cast) -> None:
    made = council.fill_in("north-family")
    unchanged_by(lambda: sign(council, made, "head"), NotAllowed, "not been submitted yet")
    made = council.submit("north-family")
    unchanged_by(lambda: sign(council, made, "head", 0), Stale, "Somebody else saved")
    unchanged_by(lambda: sign(council, made, "manager"), Refused, "You entered figures")
    for person in ("other_head", "officer", "auditor", "board_member", "administrator", "leaver"):
        unchanged_by(partial(sign, council, made, person), Refused, "not appointed to review")
    unchanged_by(lambda: sign(council, made, "director"), Refused, "locality's head of service")
    quarters.close_quarter(
        reporting(), reason="It is over", early=True, by=council.actor("officer")
    )
    unchanged_by(lambda: sign(council, made, "head"), NotAllowed, "closed")


def test_a_return_goes_back_with_a_reason_and_the_questions_it_is_about(council: Cast) -> None:
    made = council.submit("north-family")
    ids = [council.item["cases-closed"].pk, council.item["open-cases"].pk]
    back: dict[str, Any] = {"version": made.version, "by": council.actor("head")}
    for reason in ("", "  \n"):
        unchanged_by(
            partial(review.send_back, made, reason=reason, **back),
            ValidationError,
            "Say what",
        )
    unchanged_by(
        lambda: review.reopen(made, reason="Why not", **back),
        NotAllowed,
        "has been submitted",
    )
    unchanged_by(
        lambda: review.send_back(made, reason="Look", **{**back, "version": 0}), Stale, "else"
    )
    for person in ("manager", "other_head", "officer", "auditor"):
        unchanged_by(
            partial(review.send_back, made, reason="Look", **{**back, "by": council.actor(person)}),
            Refused,
            "not appointed to review",
        )
    returned = review.send_back(made, reason=" Look again ", item_ids=ids, **back)
    assert (returned.state, returned.return_reason, returned.returned_by) == (
        ReturnState.RETURNED, "Look again", council.person["head"],
    )  # fmt: skip
    assert (returned.submitted_by, returned.submitted_at) == (None, None)
    queried = Figure.objects.filter(return_made=made, is_queried=True)
    assert set(queried.values_list("item", flat=True)) == set(ids)
    event = Event.objects.about(made).reverse()[0]
    assert event.verb == "returned"
    assert event.after == {"state": "returned", "questions": ["open-cases", "cases-closed"]}
    assert event.remarks.get().text == "Look again"

    made = council.submit("north-family", cases_closed=23)
    back = {"version": made.version, "by": council.actor("head")}
    review.send_back(made, reason="Surveys too", item_ids=ids[:1], **back)
    assert list(queried.values_list("item", flat=True)) == ids[:1]


def test_the_director_sends_back_and_reopens_only_what_they_would_sign(council: Cast) -> None:
    made = council.submit("north-family")
    theirs = "The locality's head of service signs off this return or sends it back."
    unchanged_by(
        lambda: review.send_back(
            made, reason="Look", version=made.version, by=council.actor("director")
        ),
        Refused,
        theirs,
    )
    signed = sign(council, made, "head")
    unchanged_by(
        lambda: review.reopen(
            signed, reason="Look", version=signed.version, by=council.actor("director")
        ),
        Refused,
        theirs,
    )
    # A return that its own head submitted is the director's.
    of_head = council.submit("north-centre")
    Return.objects.filter(pk=of_head.pk).update(submitted_by=council.person["head"])
    again = review.send_back(
        of_head, reason="Look", version=of_head.version, by=council.actor("director")
    )
    assert (again.state, again.returned_by) == (ReturnState.RETURNED, council.person["director"])


def test_a_head_sends_back_what_they_submitted_but_does_not_sign_it(council: Cast) -> None:
    made = council.submit("north-family")
    Return.objects.filter(pk=made.pk).update(submitted_by=council.person["head"])
    unchanged_by(lambda: sign(council, made, "head"), Refused, "somebody else has to sign")
    assert review.send_back(
        made, reason="I miscounted", version=made.version, by=council.actor("head")
    )


def test_reopening_needs_a_signed_off_return_of_an_open_quarter(council: Cast) -> None:
    made = council.sign_off("north-family")
    opened = review.reopen(
        made, reason="A late family", version=made.version, by=council.actor("head")
    )
    assert (opened.state, opened.signed_off_by, opened.signed_off_route) == (
        ReturnState.RETURNED, None, "",
    )  # fmt: skip
    assert verbs(made)[-1] == "reopened"
    past = council.made("north-family", HISTORY[0])
    unchanged_by(
        lambda: review.reopen(past, reason="No", version=past.version, by=council.actor("head")),
        NotAllowed,
        "propose a correction",
    )
    unchanged_by(
        lambda: review.reopen(opened, reason="", version=opened.version, by=council.actor("head")),
        ValidationError,
        "Say what",
    )


def test_a_late_return_is_accepted_one_by_one(council: Cast) -> None:
    made = council.fill_in("north-family")
    signed = council.sign_off("south-family", "other_head")
    waiting = council.submit("north-centre")

    def accept(which: Return, reason: str = "They were ill", person: str = "officer") -> Return:
        return review.accept_late(which, reason=reason, by=council.actor(person))

    unchanged_by(lambda: accept(made), NotAllowed, "still open")
    quarters.close_quarter(
        reporting(), reason="It is over", early=True, by=council.actor("officer")
    )
    unchanged_by(lambda: accept(made, " "), ValidationError, "Say why")
    unchanged_by(lambda: accept(signed), NotAllowed, "signed off already")
    for person in ("manager", "head", "director", "administrator"):
        unchanged_by(partial(accept, made, person=person), Refused, "accept a late return")
    accepted = accept(made)
    assert (accepted.accepted_late_by, accepted.version) == (
        council.person["officer"], made.version + 1,
    )  # fmt: skip
    assert verbs(made)[-1] == "accepted late"
    unchanged_by(lambda: accept(made), NotAllowed, "accepted late already")
    late = council.sign_off("north-family")
    assert late.state == ReturnState.SIGNED_OFF
    assert waiting not in Return.objects.meeting(Basis.SUBMITTED)
    accept(waiting)
    assert waiting in Return.objects.meeting(Basis.SUBMITTED)
    unchanged_by(lambda: council.fill_in("south-centre", "other_manager"), NotAllowed, "is closed")


def test_a_refused_version_keeps_what_the_team_wrote(council: Cast) -> None:
    """A head who looks at an old version signs nothing that they have not seen."""
    made = council.submit("north-family")
    review.send_back(made, reason="Look", version=made.version, by=council.actor("head"))
    again = council.made("north-family")
    given = answers(council, again, cases_closed=24)
    again = entry.save_figures(again, given, version=again.version, **who(council, "manager"))
    council.submit("north-family", cases_closed=24)
    unchanged_by(lambda: sign(council, made, "head", made.version), Stale, "else")
    assert figure(council, "north-family", "cases-closed").value == 24


@pytest.mark.parametrize("person", ["head", "director"])
def test_city_wide_is_the_director_s_to_review(council: Cast, person: str) -> None:
    made = council.made("city-team")
    given = answers(council, made, children_in_care=451)
    made = entry.save_figures(made, given, version=0, **who(council, "officer"))
    made = entry.submit(made, version=1, **who(council, "officer"))
    if person == "director":
        assert sign(council, made, person).signed_off_by == council.person["director"]
    else:
        unchanged_by(lambda: sign(council, made, person), Refused, "The service director signs")
