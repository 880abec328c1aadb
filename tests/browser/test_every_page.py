"""Every page of the access table, opened by somebody who may: axe, a telephone's width, one h1.

A page that is added to the table is opened here without another line.
"""

from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils.http import urlencode
from playwright.sync_api import Page, expect

from tests import access
from tests.access import YES, example_for, parts_of
from tests.browser.conftest import Enter
from tests.cast import Cast

pytestmark = pytest.mark.browser

# A file is not a page.
FILES = {
    *("performance-export", "plan-export", "round-results-export", "report-draft", "edition-file"),
    *("live", "ready", "metrics"),
}


def _pages() -> list[tuple[str, str]]:
    """The name of each of our own pages, and the first kind of person who may open it."""
    found = []
    for (name, method), words in access.cells().items():
        ours = ":" not in name.split("?")[0] and "/" not in name
        signing_in = name.startswith(("account", "mfa_", "socialaccount", "openid_"))
        people = [person for person, word in words.items() if word == YES]
        a_page = ours and not signing_in and parts_of(name)[0] not in FILES
        if method == "GET" and a_page and people:
            found.append((name, people[0]))
    return found


def test_the_table_has_pages_to_open() -> None:
    assert len(_pages()) > 30


@pytest.mark.parametrize(("name", "person"), _pages(), ids=lambda value: str(value))
def test_a_page_is_accessible_and_fits_a_phone(
    name: str,
    person: str,
    council: Cast,
    enter: Enter,
    accessible: Callable[[Page], None],
    fits_a_phone: Callable[[Page], None],
) -> None:
    example = example_for(council, name, "GET")
    address, query = parts_of(name)
    path = reverse(address, kwargs=example.kwargs or None)
    asked = "&".join(filter(None, [query, urlencode(example.query)]))
    page = enter(person.replace(" ", "_"), f"{path}?{asked}" if asked else path)
    expect(page.locator("h1")).to_have_count(1)
    accessible(page)
    fits_a_phone(page)
