"""Every page of the access table, opened by somebody who may: axe, a telephone's width, paper.

A page that is added to the table is opened here without another line.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Enter, address_of, pages_of_the_table
from tests.browser.paper import check_prints
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.looks]


def test_the_table_has_pages_to_open() -> None:
    assert len(pages_of_the_table()) > 30


@pytest.mark.parametrize(("name", "person"), pages_of_the_table(), ids=lambda value: str(value))
def test_a_page_is_accessible_fits_a_phone_and_prints(
    name: str,
    person: str,
    council: Cast,
    enter: Enter,
    accessible: Callable[[Page], None],
    fits_a_phone: Callable[[Page], None],
    tmp_path: Path,
) -> None:
    page = enter(person.replace(" ", "_"), address_of(council, name))
    expect(page.locator("h1")).to_have_count(1)
    accessible(page)
    fits_a_phone(page)
    check_prints(page, tmp_path / "page.pdf")
