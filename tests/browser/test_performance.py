"""The roll-ups in a browser: read, opened down to a figure, commented; also without scripts."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from measures.models import Commentary
from tests.browser.conftest import Enter
from tests.cast import Cast

pytestmark = pytest.mark.browser

Check = Callable[[Page], None]
PAGES = [
    "/performance/",
    "/performance/?period=2015-16",
    "/performance/own/",
    "/performance/localities/",
    "/performance/localities/north/",
    "/performance/localities/north/teams/",
    "/performance/teams/north-family/",
    "/performance/measures/helped/",
    "/performance/measures/helped/localities/",
    "/performance/table/",
    "/performance/made-of/?measure=helped",
    "/performance/made-of/?measure=helped&area=locality:north",
    "/performance/made-of/?measure=reopened&area=team:north-family&period=2015-16",
    "/performance/commentary/helped/north/2016-17-q1/",
]


@pytest.mark.looks
@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_a_number_opens_down_to_the_figures_history(
    council: Cast, enter: Enter, javascript: bool
) -> None:
    council.submit("north-family", cases_closed=31)
    page = enter("head", "/performance/", javascript=javascript)
    page.get_by_role("link", name="Quarter 1 so far: 1 of 4 teams").click()
    expect(page.get_by_text("1 of 4 teams reporting")).to_be_visible()
    page.get_by_role("link", name="31: what Cases closed is made of").click()
    page.get_by_role("link", name="North", exact=True).click()
    page.get_by_role("link", name="North family").click()
    page.get_by_role("link", name=re.compile("31.*its history")).click()
    made = council.made("north-family")
    expect(page).to_have_url(re.compile(f"/returns/{made.pk}/figures/cases-closed/$"))


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_a_head_writes_the_story_behind_a_figure(
    council: Cast, enter: Enter, javascript: bool
) -> None:
    page = enter("head", "/performance/localities/north/?period=2015-16-q4", javascript=javascript)
    page.get_by_role("link", name="Write commentary on Helped").click()
    page.get_by_label("What is behind this figure?").fill("One worker fewer until May.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The commentary is saved.")).to_be_visible()
    expect(page.get_by_text("One worker fewer until May.")).to_be_visible()
    assert Commentary.objects.get().written_by == council.person["head"]


@pytest.mark.looks
def test_by_keyboard_alone(council: Cast, enter: Enter) -> None:
    council.submit("north-family")
    page = enter("head", "/performance/?period=2016-17-q1")
    page.locator(".eh-choices summary").press("Enter")
    page.get_by_role("link", name="Signed off only").press("Enter")
    expect(page.locator(".eh-choices summary")).to_contain_text(", signed off only")
    page.go_back()
    page.get_by_role("link", name="not comparable").press("Enter")
    expect(page.get_by_text("measures: not comparable")).to_be_visible()
    page.locator("summary", has_text="Who is missing").press("Enter")
    expect(
        page.get_by_text("Missing: North centre, South family, South centre").first
    ).to_be_visible()
    frame = enter("head", "/performance/table/").get_by_role("region")
    frame.focus()
    expect(frame).to_be_focused()


@pytest.mark.looks
@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
@pytest.mark.parametrize(
    ("person", "path"),
    [
        ("director", "/performance/"),
        ("director", "/performance/?period=2016-17-q1"),
        ("head", "/performance/own/?period=2016-17-q1"),
        ("board_member", "/performance/?period=2015-16"),
    ],
)
def test_on_a_phone_the_first_number_is_in_sight_and_choices_are_one_line_away(
    council: Cast, enter: Enter, person: str, path: str, javascript: bool
) -> None:
    council.submit("north-family")
    page = enter(person, path, javascript=javascript)
    page.set_viewport_size({"width": 320, "height": 640})
    box = page.locator(".eh-performance .eh-now").first.bounding_box()
    assert box is not None and box["y"] + box["height"] <= 640
    periods = page.get_by_role("navigation", name="Period")
    expect(periods).to_be_hidden()
    folded = page.locator("summary", has_text="Change what is shown")
    expect(folded).to_contain_text("2015-16" if "2015-16" in path else "against the quarter before")
    folded.press("Enter")
    expect(periods).to_be_visible()
    expect(page.get_by_role("link", name="no clear change")).to_be_visible()


@pytest.mark.looks
@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_on_a_wide_screen_what_is_chosen_from_is_one_line_that_is_there(
    council: Cast, enter: Enter, javascript: bool
) -> None:
    page = enter("director", "/performance/", javascript=javascript)
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(page.locator("summary", has_text="Change what is shown")).to_be_hidden()
    choices = page.locator(".eh-choices")
    expect(choices.get_by_role("link").last).to_be_visible()
    box = choices.bounding_box()
    assert box is not None and box["height"] < 40, "more than a line"
    page.get_by_role("link", name="no clear change").press("Enter")
    expect(page.get_by_text("measures: no clear change")).to_be_visible()


@pytest.mark.looks
@pytest.mark.parametrize("path", PAGES)
def test_pages_are_accessible_and_fit_a_phone(
    council: Cast, enter: Enter, accessible: Check, fits_a_phone: Check, path: str
) -> None:
    council.submit("north-family")
    page = enter("head", path)
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    accessible(page)
    fits_a_phone(page)


@pytest.mark.looks
def test_where_something_has_a_target_every_row_has_its_cells_in_one_line(
    council: Cast, enter: Enter
) -> None:
    council.submit("north-family")
    page = enter("head", "/performance/teams/north-family/?period=2016-17-q1")
    page.set_viewport_size({"width": 640, "height": 800})
    rows = page.locator("tbody tr:has(td[data-label='Eight quarters'])")
    assert page.locator("td[data-label^='Target']:visible").count()
    for row in rows.all():
        boxes = [cell.bounding_box() for cell in row.locator("td:visible").all()]
        assert len({round(box["y"]) for box in boxes if box}) == 1, row.inner_text()
