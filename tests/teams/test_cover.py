"""Cover in the browser: a head appoints a deputy or an acting manager in their own places."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from teams.actions import appoint_cover
from teams.models import Appointment
from teams.roles import Role
from tests.cast import TODAY, Cast
from tests.pages import text

SignIn = Callable[[str], Client]
LIST, NEW = "/cover/", "/cover/new/"


def form(council: Cast, post: str, person: str = "other_head", **changes: Any) -> dict[str, Any]:
    """What somebody types: cover from 5 to 15 July 2016."""
    days = {"starts": dt.date(2016, 7, 5), "ends": dt.date(2016, 7, 15)} | changes
    typed: dict[str, Any] = {
        "person": council.person[person].pk,
        "post": post,
        "reason": "Annual leave",
    }
    for name, day in days.items():
        typed |= {f"{name}_0": day.day, f"{name}_1": day.month, f"{name}_2": day.year}
    return typed


def deputy(council: Cast) -> str:
    return f"locality-{council.locality['north'].pk}"


def acting(council: Cast, team: str = "north-family") -> str:
    return f"team-{council.team[team].pk}"


def test_a_deputy_reviews_from_the_first_day_to_the_last(
    council: Cast, sign_in: SignIn, settings: Any
) -> None:
    head, other = sign_in("head"), sign_in("other_head")
    made = council.submit("north-family")
    review = reverse("return-review", args=[made.pk])
    assert other.get(review).status_code == 404
    answer = head.post(NEW, form(council, deputy(council)), follow=True)
    assert "Other head is appointed: Deputy head of service, North." in text(answer)
    assert "Other head Deputy head of service, North 5 July 2016 15 July 2016 In force" in text(
        answer
    )
    assert other.get(review).status_code == 200
    settings.BUSINESS_DATE = dt.date(2016, 7, 16)
    assert other.get(review).status_code == 404
    assert "Over" in text(head.get(LIST))


def test_an_acting_manager(council: Cast, sign_in: SignIn) -> None:
    sign_in("head").post(NEW, form(council, acting(council), "other_manager"))
    made = Appointment.objects.get(is_cover=True)
    assert (made.role, made.team, made.appointed_by) == (
        Role.TEAM_MANAGER,
        council.team["north-family"],
        council.person["head"],
    )


def test_only_posts_of_their_own_localities(council: Cast, sign_in: SignIn) -> None:
    head = sign_in("head")
    page = text(head.get(NEW))
    assert "Acting manager, North centre" in page
    assert "South family" not in page
    for post in (acting(council, "south-family"), f"locality-{council.locality['south'].pk}"):
        answer = head.post(NEW, form(council, post))
        assert "Select a post from the list" in text(answer)
    assert not Appointment.objects.filter(is_cover=True).exists()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"ends": dt.date(2016, 7, 4)}, "The last day cannot be before the first"),
        ({"reason": ""}, "Enter why cover is needed"),
        ({"person": ""}, "Select who covers"),
        ({"starts_0": "32"}, "The first day must be a real date"),
        ({"ends_1": ""}, "Enter the last day"),
    ],
)
def test_errors_keep_what_was_typed(
    council: Cast, sign_in: SignIn, changes: dict[str, Any], message: str
) -> None:
    typed = form(council, deputy(council))
    if "ends" in changes:
        typed = form(council, deputy(council), ends=changes["ends"])
    else:
        typed |= changes
    answer = sign_in("head").post(NEW, typed)
    assert message in text(answer)
    assert f'value="{deputy(council)}" selected' in answer.content.decode()
    assert not Appointment.objects.filter(is_cover=True).exists()


def test_deputies_appoint_no_deputies(council: Cast, sign_in: SignIn) -> None:
    sign_in("head").post(NEW, form(council, deputy(council), "other_manager"))
    stand_in = sign_in("other_manager")
    assert stand_in.get(NEW).status_code == 403
    assert stand_in.post(NEW, form(council, deputy(council), "manager")).status_code == 403
    assert Appointment.objects.filter(is_cover=True).count() == 1


def test_end_it_now(council: Cast, sign_in: SignIn) -> None:
    head = sign_in("head")
    head.post(NEW, form(council, acting(council), "other_manager"))
    made = Appointment.objects.get(is_cover=True)
    path = reverse("cover-withdraw", args=[made.pk])
    assert sign_in("other_head").post(path).status_code == 404
    answer = head.post(path, follow=True)
    assert "Other manager no longer covers." in text(answer)
    assert "Ended early" in text(answer)
    again = head.post(path, follow=True)
    assert "withdrawn already" in text(again)


def test_what_is_not_cover_cannot_be_ended_here(council: Cast, sign_in: SignIn) -> None:
    own = Appointment.objects.get(person=council.person["manager"], team__code="north-family")
    path = reverse("cover-withdraw", args=[own.pk])
    assert sign_in("head").post(path).status_code == 404


@pytest.mark.parametrize("person", ["manager", "director", "officer", "auditor", "administrator"])
def test_cover_is_for_heads(council: Cast, sign_in: SignIn, person: str) -> None:
    client = sign_in(person)
    assert client.get(LIST).status_code == 403
    assert client.get(NEW).status_code == 403
    assert client.post(NEW, form(council, deputy(council))).status_code == 403


def test_cover_costs_the_same_for_one_and_for_five(council: Cast, sign_in: SignIn) -> None:
    head = sign_in("head")
    head.get(LIST)
    counted = []
    for more in (1, 4):
        for _ in range(more):
            appoint_cover(
                person=council.person["other_manager"],
                role=Role.TEAM_MANAGER,
                team=council.team["north-family"],
                team_locality_id=council.locality["north"].pk,
                starts=TODAY,
                ends=TODAY,
                by=council.actor("head"),
                reason="Leave",
            )
        with CaptureQueriesContext(connection) as queries:
            head.get(LIST)
        counted.append(len(queries))
    assert counted[0] == counted[1]
