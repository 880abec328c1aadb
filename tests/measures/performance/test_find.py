"""A team or measure by part of its name: its page, or what there is."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests.cast import Cast
from tests.factories import TeamFactory
from tests.pages import text

SignIn = Callable[[str], Client]
FIND = "/performance/find/"


@pytest.mark.parametrize(
    ("asked", "leads_to"),
    [
        ("north family", "/performance/teams/north-family/"),
        (" Family  NORTH ", "/performance/teams/north-family/"),
        ("Cases closed", "/performance/measures/cases-closed/"),
        # Its whole name, though teams have it in theirs.
        ("north", "/performance/localities/north/"),
    ],
)
def test_one_thing_is_gone_to(council: Cast, sign_in: SignIn, asked: str, leads_to: str) -> None:
    found = sign_in("manager").get(FIND, {"q": asked})
    assert (found.status_code, found["Location"]) == (302, leads_to)


def test_several_are_listed_and_none_is_said(council: Cast, sign_in: SignIn) -> None:
    client = sign_in("head")
    page = client.get(FIND, {"q": "family"})
    assert "/performance/teams/north-family/" in page.content.decode()
    assert "/performance/teams/south-family/" in page.content.decode()
    assert "Nothing has “zebra<b>” in its name" in text(client.get(FIND, {"q": "zebra<b>"}))
    every = text(client.get(FIND))
    assert all(one in every for one in ("Cases closed", "North", "South centre"))


def test_a_locality_is_said_once(council: Cast, sign_in: SignIn) -> None:
    """Beside a team whose name does not say it already, and beside none of no locality."""
    TeamFactory(code="riverside", name="Riverside family", locality=council.locality["north"])
    found = text(sign_in("officer").get(FIND, {"q": "a"}))
    assert "Riverside family North" in found
    assert "North family" in found and "North family North" not in found


def test_names_are_offered_while_one_types(council: Cast, sign_in: SignIn) -> None:
    found = sign_in("officer").get(FIND, {"q": "centre"}, headers={"accept": "application/json"})
    assert found.json() == {"names": ["North centre", "South centre"]}


def test_an_outsider_finds_measures_alone(council: Cast, sign_in: SignIn) -> None:
    client = sign_in("board_member")
    assert "Nothing has" in text(client.get(FIND, {"q": "north"}))
    page = text(client.get(FIND))
    assert "Cases closed" in page
    assert "North" not in page


def test_more_than_a_page_holds_is_said(
    council: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("measures.performance.find.MOST", 3)
    assert "There are more" in text(sign_in("officer").get(FIND, {"q": "e"}))
