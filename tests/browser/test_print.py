"""What comes out of the printer: every page by its text, its size and its heads."""

import shutil
import subprocess
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from tests.browser.conftest import Enter
from tests.cast import OPEN, Cast
from tests.factories import MeasureFactory

pytestmark = pytest.mark.browser

# The width of a sheet of A4 in points, upright and on its side.
UPRIGHT, ON_ITS_SIDE = 595, 842


def ask(tool: str, *about: str) -> str:
    """What a tool of Poppler says."""
    path = shutil.which(tool)
    if path is None:
        pytest.fail("These tests read PDF files (on Debian: apt-get install poppler-utils).")
    return subprocess.run([path, *about], capture_output=True, text=True, check=True).stdout


def pages_of(pdf: Path) -> list[str]:
    """The text of each page, set out as on paper."""
    return ask("pdftotext", "-layout", str(pdf), "-").rstrip("\f").split("\f")


def width_of(pdf: Path) -> int:
    """How wide its pages are, in points."""
    lines = ask("pdfinfo", str(pdf)).splitlines()
    size = next(line for line in lines if line.startswith("Page size"))
    return round(float(size.split()[2]))


def printed(page: Page, tmp_path: Path) -> tuple[list[str], int]:
    """What a page comes to on paper, and how wide the paper is."""
    pdf = tmp_path / "page.pdf"
    page.pdf(path=str(pdf), prefer_css_page_size=True)
    return pages_of(pdf), width_of(pdf)


WIDTHS = {
    "home": UPRIGHT,
    "performance-city": ON_ITS_SIDE,
    "performance-table": ON_ITS_SIDE,
    "performance-localities": ON_ITS_SIDE,
    "quarters": UPRIGHT,
    "returns": UPRIGHT,
}


@pytest.mark.parametrize(("name", "width"), WIDTHS.items())
def test_a_page_prints_without_what_is_only_for_the_screen(
    council: Cast, enter: Enter, tmp_path: Path, name: str, width: int
) -> None:
    council.sign_off("north-family")
    page = enter("officer", reverse(name))
    heading = page.locator("h1").inner_text()
    pages, wide = printed(page, tmp_path)
    assert wide == width
    assert heading in " ".join(pages[0].split())
    assert "Printed 5 July 2016" in pages[0]
    for number, text in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in text
        assert "OFFICIAL" in text
        assert "(/" not in text, "the address of a link"
        assert "Sign out" not in text
        assert len(text.split()) > 8, "an empty page"


def test_a_long_table_repeats_its_heads_and_shows_every_quarter(
    council: Cast, enter: Enter, tmp_path: Path
) -> None:
    for number in range(40):
        MeasureFactory(
            code=f"more-{number}",
            name=f"Measure {number}",
            heading="how-much",
            numerator=council.item["open-cases"],
            denominators=[],
            good="neither",
            position=50 + number,
        )
    pages, _ = printed(enter("officer", reverse("performance-table")), tmp_path)
    assert len(pages) > 1
    for text in pages:
        for quarter in range(1, 9):
            assert (OPEN - quarter).short in " ".join(text.split())
    assert "Signed off figures" in pages[0] or "Provisional figures" in pages[0]
