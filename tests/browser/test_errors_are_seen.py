"""A save that fails after a link in the page was followed: the error summary is seen, and focused.

One page of each kind: a plain form, a form of boxes, a long list of questions, a case, signing in,
and administration.
"""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.audits.making import make_casework, make_plan
from tests.browser.conftest import Enter
from tests.cast import Cast

pytestmark = pytest.mark.browser
SEEN = "one => { const at = one.getBoundingClientRect(); return at.top >= 0 && at.top < 600 }"


def _theme(council: Cast) -> str:
    return f"/actions/{make_plan(council)[0].year}/themes/new/"


def _moderation(council: Cast) -> str:
    return f"/audits/cases/{make_casework(council).submit(1).pk}/moderate/"


def _correction(council: Cast) -> str:
    from tests.cast import HISTORY

    return f"/corrections/new/?return={council.made('north-family', HISTORY[0]).pk}"


def _return(council: Cast) -> str:
    return f"/returns/{council.made('north-family').pk}/fill-in/"


@pytest.mark.parametrize(
    ("person", "path", "button"),
    [
        ("officer", _theme, "Add the theme"),
        ("officer", _correction, "Propose"),
        ("other_head", _moderation, "Moderate"),
        ("manager", _return, "Save and leave"),
    ],
)
@pytest.mark.parametrize("javascript", [True, False])
def test_the_summary_of_errors_is_in_view(
    council: Cast,
    enter: Enter,
    person: str,
    path: Callable[[Cast], str],
    button: str,
    javascript: bool,
) -> None:
    page: Page = enter(person, path(council), javascript=javascript)
    page.goto(f"{page.url}#main")
    page.evaluate("location.hash = 'main'") if javascript else None
    typed: Any = page.locator("main form input[type=text], main form textarea")
    if path is _return:
        page.locator("#value-open-cases").fill("many")
    elif typed.count():
        typed.first.fill("")
    page.locator("main form button[type=submit]").first.click()
    summary = page.locator(".govuk-error-summary")
    expect(summary).to_be_visible()
    assert "#" not in page.url
    assert summary.evaluate(SEEN)
    if javascript:
        expect(summary).to_be_focused()
    expect(page).to_have_title(page.title())
    assert page.title().startswith("Error: ")
