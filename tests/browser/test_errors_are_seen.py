"""A save that fails after a link in the page was followed: the error summary is seen, and focused.

One page of each kind: a plain form, boxes beside figures, a case, and a long list of questions.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.audits.making import make_casework, make_plan
from tests.browser.conftest import Enter
from tests.cast import HISTORY, Cast

pytestmark = pytest.mark.browser
SEEN = "one => { const at = one.getBoundingClientRect(); return at.top >= 0 && at.top < 600 }"


def _theme(council: Cast) -> str:
    return f"/actions/{make_plan(council)[0].year}/themes/new/"


def _moderation(council: Cast) -> str:
    return f"/audits/cases/{make_casework(council).submit(1).pk}/moderate/"


def _correction(council: Cast) -> str:
    return f"/corrections/new/?return={council.made('north-family', HISTORY[0]).pk}"


def _return(council: Cast) -> str:
    return f"/returns/{council.made('north-family').pk}/fill-in/"


@pytest.mark.parametrize(
    ("person", "path"),
    [
        ("officer", _theme),
        ("officer", _correction),
        ("other_head", _moderation),
        ("manager", _return),
    ],
)
@pytest.mark.parametrize("javascript", [True, False])
def test_the_summary_of_errors_is_in_view(
    council: Cast,
    enter: Enter,
    person: str,
    path: Callable[[Cast], str],
    javascript: bool,
) -> None:
    page: Page = enter(person, path(council), javascript=javascript)
    page.goto(f"{page.url}#main")  # as the link to the main content leads
    if path is _return:
        page.locator("#value-open-cases").fill("many")
    if path is _moderation:  # another grade, without why
        page.get_by_role("radio", name="Inadequate").first.check()
    page.locator("main form button[type=submit]:not([aria-hidden]):visible").first.click()
    summary = page.locator(".govuk-error-summary")
    expect(summary).to_be_visible()
    assert "#" not in page.url
    assert summary.evaluate(SEEN)
    if javascript:
        expect(summary).to_be_focused()
    assert page.title().startswith("Error: ")
