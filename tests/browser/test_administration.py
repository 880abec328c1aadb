"""The administration pages in a browser: under the strict content policy nothing of theirs breaks.

A window of ``enter`` fails the test when the policy refused something or a script broke.
"""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.conftest import Enter
from tests.cast import Cast

pytestmark = pytest.mark.browser


def test_an_officer_goes_round(council: Cast, enter: Enter) -> None:
    page = enter("officer", "/admin/")
    item, made = council.item["staff"], council.made("north-family")
    for name, args in [
        ("index", []),
        ("teams_team_changelist", []),
        ("teams_team_change", [council.team["north-family"].pk]),
        ("teams_locality_history", [council.locality["north"].pk]),
        ("teams_locality_delete", [council.locality["north"].pk]),
        ("measures_dataitem_change", [item.pk]),
        ("measures_measure_add", []),
        ("measures_target_import", []),
        ("measures_target_export", []),
        ("measures_return_change", [made.pk]),
        ("events_remark_changelist", []),
    ]:
        page.goto(reverse(f"admin:{name}", args=args))
        expect(page.locator("h1").first).to_be_visible()
    page.goto(reverse("admin:measures_target_changelist"))
    page.get_by_role("link", name="Helped with identified issues").click()
    page.get_by_label("Target").fill("90")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Enter why the target changes")).to_be_visible()
    expect(page.get_by_label("Target")).to_have_value("90")
    page.get_by_label("Why").fill("The board asked for more")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()
    page.get_by_role("link", name="Helped with identified issues").first.click()
    page.get_by_role("link", name="History").click()
    expect(page.get_by_text("The board asked for more")).to_be_visible()
