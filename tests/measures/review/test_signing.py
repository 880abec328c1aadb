"""Nobody signs their own; then the director does. Deputies hold what their head holds, for a time."""

import datetime as dt
import re
from typing import Any

import pytest

from earlyhelp.core.actor import Route
from measures.models import Return
from measures.returns import actions as entry
from measures.review import actions as review
from measures.review.signing import signing, waiting_for
from teams.actions import appoint, appoint_cover, withdraw
from teams.authority import command_actor
from teams.models import Appointment, User
from teams.permissions import Refused
from teams.roles import Role
from tests.cast import OPEN, TODAY, Cast
from tests.measures.acting import answers, unchanged_by, who

COMMAND: dict[str, Any] = {"by": None, "route": Route.COMMAND}
START = dt.date(2016, 4, 1)


def also(cast: Cast, person: str, role: Role, team: str = "", locality: str = "") -> Appointment:
    """Another appointment for somebody."""
    return appoint(
        person=cast.person[person],
        role=role,
        starts=START,
        team=cast.team.get(team),
        locality_id=cast.locality[locality].pk if locality else None,
        by=command_actor(),
    )


def refusal(cast: Cast, made: Return, person: str) -> str:
    return signing([made], TODAY)[made.pk].why_not_sign(cast.authority(person))


def test_hands_are_remembered_when_the_figure_was_changed_since(council: Cast) -> None:
    """A head who once entered a figure may not sign, also after somebody wrote over it."""
    also(council, "head", Role.CONTRIBUTOR, "north-family")
    made = council.made("north-family")
    given = answers(council, made, cases_closed=3)
    entry.save_figures(made, given, version=0, **who(council, "head"))
    made = council.submit("north-family")
    names = ("head", "manager")
    assert signing([made], TODAY)[made.pk].hands == {council.person[name].pk for name in names}
    assert refusal(council, made, "head").startswith("You entered figures")
    assert refusal(council, made, "director") == ""
    assert review.sign_off(made, version=made.version, by=council.actor("director"))


def test_the_director_signs_only_where_the_head_cannot(council: Cast) -> None:
    made = council.submit("north-family")
    assert refusal(council, made, "head") == ""
    assert (
        refusal(council, made, "director")
        == "The locality's head of service signs off this return or sends it back."
    )
    assert refusal(council, made, "other_head").startswith("You are not appointed")
    post = Appointment.objects.get(person=council.person["head"])
    withdraw(post, by=council.actor("administrator", route=Route.ADMIN))
    assert refusal(council, made, "head").startswith("You are not appointed")
    unchanged_by(
        lambda: review.sign_off(made, version=made.version, by=council.actor("head")),
        Refused,
        "You are not appointed",
    )


def test_a_director_who_entered_a_figure_does_not_sign_it(council: Cast) -> None:
    also(council, "director", Role.TEAM_MANAGER, "north-family")
    made = council.submit("north-family", "director")
    assert refusal(council, made, "director").startswith("You entered figures")
    assert refusal(council, made, "head") == ""


def test_a_head_does_not_sign_where_they_managed(council: Cast) -> None:
    also(council, "head", Role.TEAM_MANAGER, "north-centre")
    made = council.submit("north-centre", "head")
    assert refusal(council, made, "head").startswith("You entered figures")
    assert refusal(council, made, "director") == ""


def test_the_return_is_signed_where_it_was_made(council: Cast) -> None:
    """A team that moves takes its next returns along, not those of this quarter."""
    made = council.submit("north-family")
    Return.objects.filter(pk=made.pk).update(locality=council.locality["south"])
    made = council.made("north-family")
    assert refusal(council, made, "other_head") == ""
    assert refusal(council, made, "head").startswith("You are not appointed")


@pytest.fixture
def deputy(council: Cast) -> User:
    """Somebody who covers for the head of North from today until the end of July."""
    person = User.objects.create_user("deputy@testshire.example", name="Deputy")
    council.person["deputy"] = person
    appoint_cover(
        person=person,
        role=Role.HEAD_OF_SERVICE,
        starts=TODAY,
        ends=dt.date(2016, 7, 31),
        locality_id=council.locality["north"].pk,
        reason="On leave",
        by=council.actor("head"),
    )
    return person


def test_a_deputy_signs_while_the_cover_lasts(council: Cast, deputy: User) -> None:
    made = council.submit("north-family")
    assert refusal(council, made, "deputy") == ""
    signed = review.sign_off(made, version=made.version, by=council.actor("deputy"))
    assert signed.signed_off_by == deputy


def test_a_deputy_s_hands_do_not_call_the_director(council: Cast, deputy: User) -> None:
    """The director signs instead of the head, not instead of a deputy."""
    also(council, "deputy", Role.TEAM_MANAGER, "north-family")
    made = council.submit("north-family", "deputy")
    assert refusal(council, made, "deputy").startswith("You entered figures")
    assert refusal(council, made, "director").startswith("The locality's head")
    assert refusal(council, made, "head") == ""


def test_cover_is_the_head_s_to_give_in_their_own_locality(council: Cast, deputy: User) -> None:
    def cover(by: str, locality: str, role: Role = Role.HEAD_OF_SERVICE) -> Appointment:
        return appoint_cover(
            person=council.person["manager"],
            role=role,
            starts=TODAY,
            ends=TODAY,
            locality_id=council.locality[locality].pk,
            reason="Ill",
            by=council.actor(by),
        )

    unchanged_by(lambda: cover("head", "south"), Refused, "not appointed to appoint a deputy")
    unchanged_by(lambda: cover("manager", "north"), Refused, "not appointed to appoint a deputy")
    unchanged_by(lambda: cover("deputy", "north"), Refused, "that you head yourself")
    unchanged_by(
        lambda: cover("head", "north", Role.SERVICE_DIRECTOR), Refused, "Cover is for a head"
    )
    acting = appoint_cover(
        person=council.person["contributor"],
        role=Role.TEAM_MANAGER,
        team=council.team["north-family"],
        team_locality_id=council.locality["north"].pk,
        starts=TODAY,
        ends=TODAY,
        reason="Ill",
        by=council.actor("head"),
    )
    assert acting.is_cover
    assert (
        council.submit("north-family", "contributor").submitted_by == council.person["contributor"]
    )


def test_a_city_wide_return_has_no_head(council: Cast) -> None:
    made = council.made("city-team", OPEN)
    for person in ("head", "other_head", "officer", "manager"):
        assert (
            refusal(council, made, person)
            == "The service director signs off the return for the whole area."
        )
    assert refusal(council, made, "director") == ""


def test_what_waits_for_somebody_is_what_they_can_sign(council: Cast) -> None:
    """The number beside Review, asked of the database, against the rule itself."""
    also(council, "head", Role.CONTRIBUTOR, "north-centre")
    head_entered = council.made("north-centre")
    given = answers(council, head_entered, cases_closed=3)
    entry.save_figures(head_entered, given, version=0, **who(council, "head"))
    city = council.made("city-team")
    given = answers(council, city, children_in_care=451)
    entry.save_figures(city, given, version=0, **who(council, "officer"))
    entry.submit(council.made("city-team"), version=1, **who(council, "officer"))
    sent = [
        council.submit("north-family"),
        council.submit("north-centre"),
        council.submit("south-family", "other_manager"),
        council.made("city-team"),
    ]
    head_submitted = council.submit("south-centre", "other_manager")
    Return.objects.filter(pk=head_submitted.pk).update(submitted_by=council.person["other_head"])
    sent.append(council.made("south-centre"))

    def agrees() -> dict[str, int]:
        counted = {}
        for person in ("head", "other_head", "director", "officer", "manager"):
            can = {made.pk for made in sent if refusal(council, made, person) == ""}
            waits = waiting_for(council.authority(person), TODAY)
            assert set(waits.values_list("pk", flat=True)) == can, person
            counted[person] = len(can)
        return counted

    assert agrees() == {"head": 1, "other_head": 1, "director": 3, "officer": 0, "manager": 0}
    post = Appointment.objects.get(person=council.person["other_head"])
    withdraw(post, by=council.actor("administrator", route=Route.ADMIN))
    assert agrees()["director"] == 4


def test_the_number_beside_review_is_the_queue_s(
    council: Cast, sign_in: Any, settings: Any
) -> None:
    """Also for a director: a return whose own head submitted it counts, the others do not."""
    settings.BUSINESS_DATE = TODAY
    council.submit("north-centre")
    made = council.submit("north-family")
    Return.objects.filter(pk=made.pk).update(submitted_by=council.person["head"])
    for person in ("director", "head"):
        said = sign_in(person).get("/review/").content.decode()
        assert re.search(r'Review <span class="eh-badge">1<', said), person
        assert "1 waits for you" in said
