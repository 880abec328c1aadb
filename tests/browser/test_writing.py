"""Writing a passage of a report: it reads beside, figures are put in, findings mend it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Enter
from tests.cast import Cast
from tests.report import making

pytestmark = pytest.mark.browser

TYPED = "Families sent back 172 surveys in 2015-16."
BOTH = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])


@BOTH
def test_a_passage_is_written_with_figures_put_in(
    council: Cast, enter: Enter, *, scripts: bool
) -> None:
    report = making.begun(council, TYPED)
    block = making.block_of(report)
    page = enter("officer", f"/reports/{report.code}/blocks/{block.pk}/", javascript=scripts)
    box, beside = page.get_by_label("Text", exact=True), page.locator("[data-beside]")
    expect(beside).to_contain_text("“172” has no source")
    # A press puts the figure in the place of what was typed.
    beside.get_by_role("button", name="From the data").first.click()
    expect(box).to_have_value("Families sent back {{number of feedback}} surveys in 2015-16.")
    box.press("Control+End")
    box.press_sequentially(" At its end cases were open: ")
    page.get_by_text("Put in a figure from the data").click()
    find = page.get_by_label("Name of a measure, a round of audits or the plan")
    find.press_sequentially("open cases")
    if not scripts:
        page.get_by_role("button", name="Find", exact=True).click()
    page.get_by_role("button", name="Put in Open cases, 152").click()
    expect(box).to_have_value(
        "Families sent back {{number of feedback}} surveys in 2015-16. "
        "At its end cases were open: {{open-cases}}"
    )
    if not scripts:
        page.get_by_role("button", name="Preview without saving").click()
    expect(beside).to_contain_text("At its end cases were open: 152")
    expect(beside).to_contain_text("What is typed is not saved yet.")
    assert making.block_of(report).text == TYPED
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="What was done", level=1)).to_be_visible()
    assert making.block_of(report).text.endswith("{{open-cases}}")


def test_the_desk_is_accessible_and_fits_a_phone(
    council: Cast,
    enter: Enter,
    accessible: Callable[[Page], None],
    fits_a_phone: Callable[[Page], None],
) -> None:
    report = making.begun(council, TYPED)
    page = enter("officer", f"/reports/{report.code}/blocks/{making.block_of(report).pk}/")
    page.get_by_text("Put in a figure from the data").click()
    page.get_by_label("Name of a measure, a round of audits or the plan").fill("helped")
    expect(page.get_by_role("button", name="Put in").first).to_be_visible()
    accessible(page)
    fits_a_phone(page)
