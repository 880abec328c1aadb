"""Going to a team or measure by typing its name, with what is offered and without scripts."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Enter, wait_until
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.looks]


def offered(page: Page) -> list[str]:
    """The names that the box offers now."""
    found: list[str] = page.locator("[data-find] datalist option").evaluate_all(
        "all => all.map(one => one.value)"
    )
    return found


def test_names_are_offered_while_one_types_and_one_of_them_is_gone_to(
    council: Cast, enter: Enter
) -> None:
    page = enter("officer", "/performance/")
    box = page.get_by_label("Go to a locality, team or measure")
    with page.expect_response(re.compile(r"/find/\?q=centre")):
        box.press_sequentially("centre")
    expect(page.locator("[data-find] datalist option")).to_have_count(2)
    assert offered(page) == ["North centre", "South centre"]
    # Choosing what is offered goes there, as a click on it does.
    box.fill("South centre")
    page.wait_for_url("**/performance/teams/south-centre/**")
    expect(page.get_by_role("heading", level=1)).to_contain_text("South centre")


def test_an_answer_that_comes_too_late_is_not_shown(council: Cast, enter: Enter) -> None:
    page = enter("officer", "/performance/")
    held: list[Route] = []
    page.route(re.compile(r"/find/\?q=centre"), lambda route: held.append(route))
    box = page.get_by_label("Go to a locality, team or measure")
    box.press_sequentially("centre")
    wait_until(page, lambda: held)
    with page.expect_response(re.compile(r"/find/\?q=family")):
        box.fill("family")
    held[0].continue_()
    page.wait_for_timeout(600)
    assert offered(page) == ["North family", "South family"]


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_by_keyboard_alone(council: Cast, enter: Enter, javascript: bool) -> None:
    page = enter("officer", "/performance/", javascript=javascript)
    box = page.get_by_label("Go to a locality, team or measure")
    box.focus()
    page.keyboard.type("cases closed")
    page.keyboard.press("Enter")
    page.wait_for_url("**/performance/measures/cases-closed/**")
    page.go_back()
    page.get_by_label("Go to a locality, team or measure").fill("zebra")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing has “zebra” in its name")).to_be_visible()
