"""Whole pieces of work by keyboard alone: what they take stands in docs/keystrokes.md."""

import pytest
from playwright.sync_api import expect

from measures.models import Figure, Return
from measures.workflow import ReturnState
from teams.models import Placement, Team
from tests.browser.conftest import Enter
from tests.cast import OPEN, Cast
from tests.keystrokes import Keyboard, compare_with_document
from tests.test_query_counts import copies

pytestmark = pytest.mark.browser


def also(team: Team, number: int) -> None:
    """More teams like this one, each with its returns."""
    for more in range(number):

        def named(row: Team, _: int, more: int = more) -> None:
            row.code, row.name = f"{team.code}-{more}", f"{team.name} {more + 2}"

        teams = copies(Team, named, pk={team.pk: team.pk})
        copies(Placement, team=teams)
        copies(Figure, return_made=copies(Return, team=teams))


def test_fifteen_returns_of_which_three_are_unusual(council: Cast, enter: Enter) -> None:
    council.submit("north-family")
    also(council.team["north-family"], 11)
    council.submit("north-centre", open_cases=400)
    also(council.team["north-centre"], 2)
    head = enter("head", "/review/")
    by_hand = Keyboard(head)
    by_hand.tab_to(head.get_by_role("button", name="Tick all 12"))
    by_hand.press("Enter")
    by_hand.press("Shift+Tab")
    with head.expect_navigation():
        by_hand.press("Enter")
    expect(head.get_by_text("You signed off 12 returns together.")).to_be_visible()
    by_hand.open(head.get_by_role("link", name="Review North centre").first)
    for _ in range(3):
        by_hand.open(head.locator(".eh-side").get_by_role("button", name="Sign off"))
    expect(head.get_by_text("Nothing else waits for you.")).to_be_visible()
    signed = Return.objects.filter(quarter=OPEN.index, state=ReturnState.SIGNED_OFF)
    assert signed.count() == 15
    compare_with_document(
        "Fifteen returns signed off of which three are unusual, from the review queue", by_hand
    )
