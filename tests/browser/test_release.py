"""The release of a quarter, from the draft to the made one: without scripts, on a phone, by axe."""

import re
from collections.abc import Callable
from decimal import Decimal

from playwright.sync_api import Page, expect

from earlyhelp.core.work import jobs
from measures.models import Figure
from measures.releases.models import KnownNumber
from tests.browser.conftest import Enter
from tests.cast import HISTORY, Cast
from tests.releases import forget_releases

PAGE = "/quarters/2015-16-q4/release/"
LEAVE_OUT = re.compile("^Leave its localities out ?: Re-opened$")
TAKE_IN = re.compile("^Release them again ?: Re-opened$")
Check = Callable[[Page], None]


def count(council: Cast, item: str, *values: int) -> None:
    """What the four teams counted in each quarter of the year."""
    for quarter in HISTORY:
        for team, value in zip(list(council.team)[:4], values, strict=True):
            figures = Figure.objects.filter(return_made=council.made(team, quarter))
            figures.filter(item=council.item[item]).update(value=value)


def rows_of(page: Page, caption: str) -> list[str]:
    """The rows of the table with this caption, each as one line."""
    rows = page.locator("table", has=page.locator("caption", has_text=caption))
    return [" ".join(row.split()) for row in rows.locator("tbody tr").all_inner_texts()]


def done(page: Page) -> None:
    """What was asked for is done beside the pages, and somebody looks again."""
    expect(page.locator("main")).to_contain_text("is being")
    jobs.deliver()
    page.get_by_role("link", name="Look again").click()
    expect(page.locator("main")).not_to_contain_text("is being")
    page.wait_for_load_state()  # lists are read as they stand


def test_a_release_is_looked_at_decided_on_and_made(
    council: Cast, enter: Enter, accessible: Check, fits_a_phone: Check
) -> None:
    count(council, "cases-reopened", 1, 0, 20, 8)
    forget_releases()
    page = enter("director", PAGE, javascript=False)
    page.get_by_role("button", name="Work out what would be hidden").click()
    seen = enter("director", PAGE)
    accessible(seen)
    fits_a_phone(seen)
    done(page)
    shares = rows_of(page, "What it takes")
    assert len(shares) == 3
    assert shares[2].startswith("Localities by year")
    hidden = rows_of(page, "Hidden figures")
    assert any("Re-opened North" in row and "A small count" in row for row in hidden)
    assert any("To protect Re-opened, North, 2015-16" in row for row in hidden)
    assert any(
        "Re-opened" in row for row in rows_of(page, "What leaving out localities would save")
    )
    page.get_by_role("link", name=LEAVE_OUT).click()
    expect(page.locator("h1")).to_have_text("Leave out the localities of “Re-opened”")
    page.get_by_role("button", name="Leave the localities out").click()
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    page.locator("textarea").fill("Too much would be hidden for it")
    page.get_by_role("button", name="Leave the localities out").click()
    done(page)
    [left_out] = rows_of(page, "Localities left out")
    assert "“Too much would be hidden for it”" in left_out
    assert not any("Re-opened North" in row for row in rows_of(page, "Hidden figures"))
    page.get_by_role("button", name=TAKE_IN).click()
    done(page)
    assert any("Re-opened North" in row for row in rows_of(page, "Hidden figures"))
    expect(page.get_by_role("button", name="Make the release")).to_have_count(0)
    seen = enter("director", PAGE)
    accessible(seen)
    fits_a_phone(seen)
    officer = enter("officer", PAGE, javascript=False)
    officer.get_by_role("button", name="Make the release").click()
    done(officer)
    expect(officer.locator("main")).to_contain_text("Made on")
    assert any("A small count" in row for row in rows_of(officer, "Hidden figures"))
    seen = enter("officer", PAGE)
    accessible(seen)
    fits_a_phone(seen)


def test_a_release_that_is_refused_names_the_figures(
    council: Cast, enter: Enter, accessible: Check, fits_a_phone: Check
) -> None:
    """North's 4 of the year, where South's and the whole area's were printed elsewhere."""
    count(council, "cases-reopened", 1, 0, 20, 8)
    forget_releases()
    for locality, value in ((None, 116), (council.locality["south"], 112)):
        KnownNumber.objects.create(
            measure=council.measure["reopened"], locality=locality, period="2015-16",
            part="numerator", value=Decimal(value), decimals=0, where="Annual report",
        )  # fmt: skip
    officer = enter("officer", PAGE, javascript=False)
    officer.get_by_role("button", name="Make the release").click()
    done(officer)
    expect(officer.locator("main")).to_contain_text("Nothing can be released.")
    named = officer.locator(".eh-callout li").all_inner_texts()
    assert named == ["Re-opened, North, 2015-16"]
    seen = enter("director", PAGE)
    accessible(seen)
    fits_a_phone(seen)
    [saving] = rows_of(seen, "It could be released without the localities of one of these")
    assert saving.startswith("Re-opened")
    seen.get_by_role("link", name=LEAVE_OUT).click()
    seen.locator("textarea").fill("It could be worked out from the annual report")
    seen.get_by_role("button", name="Leave the localities out").click()
    officer.goto(PAGE)
    officer.get_by_role("button", name="Make the release").click()
    done(officer)
    expect(officer.locator("main")).to_contain_text("Made on")
