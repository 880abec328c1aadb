"""Keys and pages of entering: docs/keystrokes.md says how many."""

import pytest
from playwright.sync_api import expect

from teams.actions import appoint
from teams.authority import command_actor
from teams.roles import Role
from tests.browser.conftest import Enter
from tests.cast import TODAY, Cast
from tests.keystrokes import Keyboard, compare_with_document

pytestmark = pytest.mark.browser

# What every team counts, of the questions that it is asked: nothing in it is unusual.
TYPED = {
    "open-cases": ("41", "31", "51"),
    "cases-closed": ("21", "11", "26"),
    "cases-reopened": ("3", "2", "4"),
    "surveys-received": ("13", "7", "16"),
    "surveys-helped": ("10", "6", "13"),
    "staff": ("", "6.6", ""),
}


def test_returns_filled_in_and_submitted(council: Cast, enter: Enter) -> None:
    appoint(
        person=council.person["manager"],
        role=Role.TEAM_MANAGER,
        team=council.team["south-family"],
        starts=TODAY,
        by=command_actor(),
    )
    page = enter("manager", "/")
    hands = Keyboard(page)
    hands.open(page.get_by_role("link", name="Returns"))
    hands.open(page.get_by_role("button", name="Fill in all 3 on one sheet"))
    boxes = page.locator(".eh-number")
    hands.tab_to(boxes.first)
    for team in range(3):
        for values in TYPED.values():
            if values[team]:
                hands.type(values[team])
                hands.press("Enter")
    # The focus stands on the button that saves.
    hands.open(page.get_by_role("button", name="Save and check answers").last)
    hands.open(page.get_by_role("button", name="Submit my 3 returns"))
    expect(page.get_by_role("heading", name="3 of 3 returns submitted")).to_be_visible()
    compare_with_document("Three returns filled in and submitted, from the home page", hands)
