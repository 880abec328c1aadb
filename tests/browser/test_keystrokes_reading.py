"""Keys and pages of reading, aiming and handing on: docs/keystrokes.md says how many."""

from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from measures.framework import actions as framework
from measures.models import Figure, Target
from teams.authority import command_actor
from tests.browser.conftest import Enter
from tests.browser.paper import printed
from tests.cast import HISTORY, Cast
from tests.keystrokes import Keyboard, compare_with_document

pytestmark = pytest.mark.browser

SCRIPTS = pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])

# What every team says of the last quarter: fewer surveys, and more cases that come again.
WORSE = {"surveys-received": 4, "surveys-helped": 1, "cases-reopened": 14}
WORSENED = ["Families feeding back", "Re-opened", "Helped with identified issues"]


@pytest.mark.looks
@SCRIPTS
def test_which_three_things_are_worse(council: Cast, enter: Enter, javascript: bool) -> None:
    for code, value in WORSE.items():
        last = Figure.objects.filter(return_made__quarter=HISTORY[-1].index)
        last.filter(item=council.item[code]).update(value=value)
    council.submit("north-family")
    page = enter("director", "/", javascript=javascript)
    hands = Keyboard(page)
    hands.open(page.get_by_role("link", name="3 measures worsened"))
    rows = page.locator(".eh-performance tbody tr:not(.eh-group) th")
    expect(rows).to_contain_text(WORSENED)
    compare_with_document("Which three things are worse, from the director's home page", hands)


@SCRIPTS
def test_a_target_is_changed_and_its_effect_seen(
    council: Cast, enter: Enter, javascript: bool
) -> None:
    aim = Target(measure=council.measure["helped"], year=2015, target=95, close_within=2)
    framework.set_target(aim, by=command_actor())
    page = enter("officer", "/", javascript=javascript)
    hands = Keyboard(page)
    hands.open(page.get_by_role("link", name="Framework", exact=True))
    hands.open(page.get_by_role("link", name="Targets"))
    hands.open(page.get_by_role("row", name="2015-16").get_by_role("link"))
    hands.tab_to(page.get_by_label("Target", exact=True))
    hands.type("70")
    hands.tab_to(page.get_by_label("Why it changes"))
    hands.type("Set too high")
    hands.open(page.get_by_role("button", name="See it before you save"))
    expect(page.get_by_text("Localities: 2 met, 0 close, 0 missed")).to_be_visible()
    aim.refresh_from_db()
    assert aim.target == 95
    hands.open(page.get_by_role("button", name="Save it like this"))
    expect(page.get_by_text("The target is saved.")).to_be_visible()
    aim.refresh_from_db()
    assert aim.target == 70
    compare_with_document("A target changed and its effect seen, from the home page", hands)


@SCRIPTS
def test_a_page_is_printed_and_a_workbook_sent(
    council: Cast, enter: Enter, tmp_path: Path, javascript: bool
) -> None:
    page = enter("officer", "/", javascript=javascript)
    hands = Keyboard(page)
    hands.open(page.get_by_role("link", name="Performance", exact=True))
    hands.press("Control+p")
    sheets, _ = printed(page, tmp_path)
    assert "Testshire, Quarter 4, 2015-16" in " ".join(sheets[0].split())
    hands.tab_to(page.get_by_role("link", name="Excel"))
    with page.expect_download() as saved:
        hands.press("Enter")
    saved.value.save_as(tmp_path / "to-send.xlsx")
    assert load_workbook(tmp_path / "to-send.xlsx").sheetnames[:2] == ["Cover", "Data"]
    compare_with_document(
        "A page printed and its workbook saved to be sent, from the home page", hands
    )
