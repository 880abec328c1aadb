"""Results of audits in a browser: read by keyboard and without scripts; a finding acted upon."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from audits.models import Finding
from audits.plan.models import Action
from tests.audits.access.results import a_finding, closed_round
from tests.audits.making import make_plan
from tests.browser.conftest import Enter
from tests.cast import Cast

pytestmark = pytest.mark.browser

Check = Callable[[Page], None]
RESULTS = "/audits/rounds/june/results/"


@pytest.mark.looks
@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_results_are_read_by_area_and_opened_by_indicator(
    council: Cast, enter: Enter, javascript: bool
) -> None:
    closed_round(council)
    page = enter("head", RESULTS, javascript=javascript)
    expect(page.get_by_role("img", name="6 good")).to_have_count(2)
    page.get_by_role("navigation", name="Localities").get_by_role("link", name="North").click()
    expect(page).to_have_url(re.compile(r"\?area=locality%3Anorth$"))
    page.get_by_role("link", name="Assessment", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Assessment")
    expect(page.get_by_text("6 of 6 good or better (100.0%).")).to_be_visible()
    page.get_by_role("link", name="Results of the round").click()
    expect(page).to_have_url(re.compile(r"\?area=locality%3Anorth$"))


@pytest.mark.looks
def test_results_by_keyboard(council: Cast, enter: Enter) -> None:
    closed_round(council)
    page = enter("head", RESULTS)
    frame = page.get_by_role("region", name="Number of each grade")
    frame.focus()
    expect(frame).to_be_focused()
    link = page.get_by_role("link", name="Assessment", exact=True)
    link.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Assessment")


@pytest.mark.looks
def test_a_number_in_a_bar_keeps_its_size_on_a_telephone(council: Cast, enter: Enter) -> None:
    closed_round(council)
    page = enter("head", RESULTS)
    heights = []
    for width in (1240, 320):
        page.set_viewport_size({"width": width, "height": 800})
        box = page.locator(".eh-stack text").first.bounding_box()
        assert box is not None
        heights.append(round(box["height"]))
    assert heights[0] == heights[1] >= 12


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_a_finding_becomes_an_action_and_its_status_shows_beside_it(
    council: Cast, enter: Enter, javascript: bool
) -> None:
    made = closed_round(council)
    make_plan(council)
    page = enter("officer", RESULTS, javascript=javascript)
    page.get_by_role("link", name="Write a finding").click()
    page.get_by_label("For improvement").check()
    page.get_by_label("What was found").fill("Plans do not say who does what by when")
    page.get_by_label("Assessment").check()
    page.get_by_label("On how many cases was it noted?").fill("6")
    page.get_by_role("button", name="Save the finding").click()
    row = page.get_by_role("row", name=re.compile("Plans do not say who does what"))
    expect(row).to_contain_text("noted on 6 of 6 cases")
    row.get_by_role("link", name=re.compile("Make an action")).click()
    page.get_by_label("Outcome that it works towards").select_option(index=1)
    page.get_by_label("What is to be done").fill("Share an exemplar plan")
    page.get_by_label("Team managers", exact=True).check()
    page.get_by_label("By when", exact=True).fill("1.9.16")
    page.get_by_role("button", name="Make the action").click()
    expect(row).to_contain_text("1.1 a Share an exemplar plan")
    expect(row).to_contain_text("Not started")
    assert Finding.objects.get(round=made).actions.get() == Action.objects.get()


@pytest.mark.looks
@pytest.mark.parametrize(
    ("person", "path"),
    [
        ("officer", RESULTS),
        ("head", f"{RESULTS}?area=locality:north"),
        ("board_member", RESULTS),
        ("head", f"{RESULTS}indicators/assessment/"),
        ("director", "/audits/years/2016/"),
        ("officer", "/audits/rounds/june/findings/new/"),
    ],
)
def test_pages_are_accessible_and_fit_a_phone(
    council: Cast, enter: Enter, accessible: Check, fits_a_phone: Check, person: str, path: str
) -> None:
    a_finding(council, closed_round(council))
    page = enter(person, path)
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    accessible(page)
    fits_a_phone(page)
