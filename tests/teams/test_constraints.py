"""The database takes no half-set state of the organisation, its people and the record."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, models
from django.utils import timezone

from earlyhelp.core.actor import Route
from earlyhelp.core.events.models import Event, Remark
from teams.models import AddressChange, AddressDecision, Placement, Team, User
from teams.quarters import Quarter
from teams.roles import CITY_ROLES, LOCALITY_ROLES, TEAM_ROLES, Role
from tests.cast import Cast
from tests.constraints import every_state, names, refused_once, refused_twice, violated

NOW = timezone.now()
EARLY, LATE = dt.date(2016, 1, 1), dt.date(2016, 2, 1)

# A row in the database, the states to try, and which of them are sound, said independently.
Case = tuple[
    Callable[[Cast], models.Model],
    Callable[[Cast], dict[str, list[Any]]],
    Callable[[dict[str, Any]], bool],
]


def remark(cast: Cast) -> Remark:
    event = Event.objects.order_by("pk")[0]
    return Remark.objects.create(event=event, kind=Remark.Kind.NOTE, text="As counted")


def asked(cast: Cast) -> dict[str, Any]:
    """The head's address, which the administrator asked to change."""
    return {
        "person": cast.person["head"],
        "before": "head@testshire.example",
        "after": "other@testshire.example",
        "asked_by": cast.person["administrator"],
        "asked_at": NOW,
        "waits_until": LATE,
    }


def address_change(cast: Cast) -> AddressChange:
    return AddressChange.objects.create(**asked(cast))


def scope_fits(state: dict[str, Any]) -> bool:
    wanted = {
        **dict.fromkeys(TEAM_ROLES, (True, False)),
        **dict.fromkeys(LOCALITY_ROLES, (False, True)),
        **dict.fromkeys(CITY_ROLES, (False, False)),
    }
    has = (state["team"] is not None, state["locality"] is not None)
    return wanted.get(state["role"]) == has


CASES: dict[str, Case] = {
    "team_closes_after_it_opens": (
        lambda cast: cast.team["north-family"],
        lambda cast: {"opened": [None, EARLY, LATE], "closed": [None, EARLY, LATE]},
        lambda state: not (state["opened"] == LATE and state["closed"] == EARLY),
    ),
    "team_does_not_succeed_itself": (
        lambda cast: cast.team["north-family"],
        lambda cast: {
            "closed": [EARLY],
            "successor": [None, cast.team["north-family"].pk, cast.team["north-centre"].pk],
        },
        lambda state: state["successor"] != Team.objects.get(code="north-family").pk,
    ),
    "appointment_scope_fits_its_role": (
        lambda cast: cast.person["manager"].appointments.first(),
        lambda cast: {
            "role": [*Role.values, "mayor"],
            "team": [None, cast.team["north-family"].pk],
            "locality": [None, cast.locality["north"].pk],
            "confirmed_at": [NOW],
        },
        scope_fits,
    ),
    "appointment_ends_after_it_starts": (
        lambda cast: cast.person["manager"].appointments.first(),
        lambda cast: {"starts": [EARLY, LATE], "ends": [None, EARLY, LATE]},
        lambda state: (state["starts"], state["ends"]) != (LATE, EARLY),
    ),
    "cover_is_dated_and_given_by_somebody": (
        lambda cast: cast.person["manager"].appointments.first(),
        lambda cast: {
            "is_cover": [False, True],
            "ends": [None, dt.date(2030, 1, 1)],
            "appointed_by": [None, cast.person["head"].pk],
        },
        lambda state: not state["is_cover"] or bool(state["ends"] and state["appointed_by"]),
    ),
    "withdrawal_has_who_and_when": (
        lambda cast: cast.person["manager"].appointments.first(),
        lambda cast: {
            "withdrawn_at": [None, NOW],
            "withdrawn_by": [None, cast.person["head"].pk],
        },
        lambda state: (state["withdrawn_at"] is None) == (state["withdrawn_by"] is None),
    ),
    "confirmation_has_who_and_when": (
        lambda cast: cast.person["manager"].appointments.first(),
        lambda cast: {
            "waits_until": [None, LATE],
            "confirmed_at": [None, NOW],
            "confirmed_by": [None, cast.person["head"].pk],
        },
        lambda state: (
            (state["confirmed_at"] is None) == (state["confirmed_by"] is None)
            if state["waits_until"]
            else state["confirmed_by"] is None
        ),
    ),
    "powerful_appointment_waits": (
        lambda cast: cast.person["director"].appointments.first(),
        lambda cast: {
            "role": CITY_ROLES,
            "is_cover": [False, True],
            "ends": [dt.date(2030, 1, 1)],
            "appointed_by": [cast.person["administrator"].pk],
            "confirmed_at": [None, NOW],
        },
        lambda state: bool(
            state["role"] in (Role.AUDITOR, Role.BOARD_MEMBER)
            or state["is_cover"]
            or state["confirmed_at"]
        ),
    ),
    "appointment_is_confirmed_by_a_second_person": (
        lambda cast: cast.person["director"].appointments.first(),
        lambda cast: {
            "waits_until": [LATE],
            "confirmed_at": [NOW],
            "person": [cast.person["director"].pk, cast.person["head"].pk],
            "appointed_by": [None, cast.person["administrator"].pk],
            "confirmed_by": [
                cast.person[one].pk for one in ("director", "head", "administrator", "officer")
            ],
        },
        lambda state: state["confirmed_by"] not in (state["person"], state["appointed_by"]),
    ),
    "address_change_changes_something": (
        address_change,
        lambda cast: {"before": ["a@b.example", "c@b.example"], "after": ["a@b.example"]},
        lambda state: state["before"] != state["after"],
    ),
    "address_decision_has_a_when": (
        address_change,
        lambda cast: {
            "decision": ["", *AddressDecision.values, "perhaps"],
            "decided_at": [None, NOW],
            "decided_by": [None, cast.person["director"].pk],
        },
        lambda state: (
            state["decision"] in AddressDecision.values and bool(state["decided_at"])
            if state["decision"]
            else not state["decided_at"] and not state["decided_by"]
        ),
    ),
    "address_is_confirmed_by_a_second_person": (
        address_change,
        lambda cast: {
            "decision": AddressDecision.values,
            "decided_at": [NOW],
            "decided_by": [
                None,
                *(cast.person[one].pk for one in ("director", "head", "administrator")),
            ],
        },
        lambda state: (
            state["decision"] == AddressDecision.DECLINED
            or state["decided_by"] in (None, User.objects.get(name="Director").pk)
        ),
    ),
    "removed_remark_has_who_and_when_and_no_text": (
        remark,
        lambda cast: {
            "removed_at": [None, NOW],
            "removed_by": [None, cast.person["head"].pk],
            "text": ["", "As counted"],
        },
        lambda state: (
            (state["removed_at"] is None) == (state["removed_by"] is None)
            and not (state["removed_at"] and state["text"])
        ),
    ),
}

UNIQUE: dict[str, Callable[[Cast], models.Model]] = {
    "one_placement_per_team_and_starting_quarter": lambda cast: Placement(
        team=cast.team["north-family"],
        locality=cast.locality["south"],
        from_quarter=Quarter.parse("2020-21 Q1"),
    ),
    "one_address_waits_per_person": lambda cast: AddressChange(**asked(cast)),
    "one_remark_of_a_kind_per_event": lambda cast: Remark(
        event=Event.objects.order_by("pk")[0], kind=Remark.Kind.EXPLANATION, text="So it was"
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_every_half_set_state_is_refused_by_the_database(council: Cast, name: str) -> None:
    find, axes, is_sound = CASES[name]
    row = find(council)
    for state in every_state(axes(council)):
        assert violated(row, state) == ("" if is_sound(state) else name), state


@pytest.mark.parametrize("name", UNIQUE)
def test_what_there_is_once_cannot_be_there_twice(council: Cast, name: str) -> None:
    assert refused_twice(UNIQUE[name](council)) == name


def test_one_person_per_address_whatever_its_capitals(council: Cast) -> None:
    User._base_manager.bulk_create([User(email="NEW@Testshire.example", name="New")])
    assert violated(council.person["head"], {"email": "HEAD@testshire.example"}) == ""
    assert violated(council.person["head"], {"email": "New@testshire.Example"}) == (
        "one_person_per_address"
    )


@pytest.mark.parametrize("route", Route.values)
@pytest.mark.parametrize("is_somebody", [True, False])
def test_an_event_on_a_page_has_a_person(council: Cast, route: str, is_somebody: bool) -> None:
    """Events cannot be changed, so each state is inserted."""
    event = Event(
        at=NOW,
        by=council.person["head"] if is_somebody else None,
        route=route,
        verb="tried",
        subject_type="team",
        subject_id=1,
        sequence=99,
        digest="not asked here",
    )
    is_sound = is_somebody or route in (Route.IMPORT, Route.COMMAND)
    assert refused_once(event) == ("" if is_sound else "event_on_a_page_has_a_person")


def test_no_two_events_of_a_subject_stand_in_one_place(council: Cast) -> None:
    """On SQLite the trigger that refuses to replace a row says so before the constraint does."""
    event = Event.objects.about(council.team["north-family"]).latest("id")
    event.pk = None
    with pytest.raises(IntegrityError, match=r"event_chains_do_not_fork|never changed"):
        event.save(force_insert=True)


def test_every_constraint_has_its_cases() -> None:
    checks = {*CASES, "event_on_a_page_has_a_person"}
    assert (
        names(models.CheckConstraint, "teams") | names(models.CheckConstraint, "events") == checks
    )
    uniques = {*UNIQUE, "one_person_per_address", "event_chains_do_not_fork"}
    both = names(models.UniqueConstraint, "teams") | names(models.UniqueConstraint, "events")
    assert both == uniques
