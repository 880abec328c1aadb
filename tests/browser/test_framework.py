"""An officer keeps the framework in a browser: sees it first, and drags rows into order."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from measures.models import DataItem
from tests.browser.conftest import Enter
from tests.cast import Cast

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_a_measure_is_seen_before_it_is_saved(
    council: Cast,
    enter: Enter,
    accessible: Callable[[Page], None],
    fits_a_phone: Callable[[Page], None],
    javascript: bool,
) -> None:
    page = enter("officer", "/framework/", javascript=javascript)
    page.get_by_role("link", name="Measures").click()
    page.get_by_role("link", name="Helped with identified issues").click()
    page.get_by_label("Cases closed").check()
    page.get_by_role("button", name="See it before you save").click()
    expect(page.get_by_text("Not saved yet")).to_be_visible()
    expect(page.get_by_text("Surveys received + Cases closed")).to_be_visible()
    if javascript:
        accessible(page)
        fits_a_phone(page)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("The measure is saved.")).to_be_visible()


def test_rows_are_dragged_into_order(
    council: Cast, enter: Enter, accessible: Callable[[Page], None]
) -> None:
    page = enter("officer", "/framework/questions/")
    expect(page.get_by_text("drag its row")).to_be_visible()
    accessible(page)
    rows = page.locator("tbody tr")
    rows.nth(2).locator("td").last.drag_to(rows.nth(0), target_position={"x": 10, "y": 2})
    expect(rows.nth(0).locator("input")).to_have_value("1")
    expect(rows.nth(0).get_by_role("link")).to_have_text("Cases re-opened")
    page.get_by_role("button", name="Save this order").click()
    expect(page.get_by_text("The questions are in this order now.")).to_be_visible()
    first = DataItem.objects.first()
    assert first is not None and first.code == "cases-reopened"
