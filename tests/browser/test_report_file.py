"""The report as a page: what a screen reader and a telephone find, on a screen and on paper."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from earlyhelp.report.formats.web import build_html
from tests.report import documents

pytestmark = pytest.mark.browser


def test_the_web_version_is_accessible_and_fits_a_phone(
    page: Page, accessible: Callable[[Page], None], fits_a_phone: Callable[[Page], None]
) -> None:
    document = documents.draft()
    page.set_content(build_html(document, lambda reference: f"https://council.example/{reference}"))
    expect(page.locator("h1")).to_have_text(document.title)
    expect(page.get_by_text("DRAFT: not approved")).to_be_visible()
    expect(page.get_by_role("img", name="Chart 1: Open cases over two years")).to_be_visible()
    accessible(page)
    fits_a_phone(page)
    page.get_by_role("link", name="74.7%").focus()
    expect(page.get_by_role("link", name="74.7%")).to_be_focused()
    page.emulate_media(media="print")
    assert len(page.pdf(format="A4")) > 10_000
