"""What comes out of the printer. Every page on paper: ``test_every_page.py``."""

from pathlib import Path

import pytest
from django.urls import reverse

from tests.browser.conftest import Enter
from tests.browser.paper import ON_ITS_SIDE, UPRIGHT, check_prints, printed
from tests.cast import OPEN, Cast
from tests.factories import MeasureFactory

pytestmark = [pytest.mark.browser, pytest.mark.looks]

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


def test_a_link_that_is_for_the_screen_is_on_no_paper(
    council: Cast, enter: Enter, tmp_path: Path
) -> None:
    page = enter("officer", reverse("performance-measure", args=["helped"]))
    assert page.get_by_role("link", name="Write commentary").count()
    check_prints(page, tmp_path / "page.pdf")


def test_a_text_in_a_box_is_whole_on_paper(council: Cast, enter: Enter, tmp_path: Path) -> None:
    row = council.item["open-cases"]
    row.definition = "A case counts once, with the team that leads on it. " * 12
    row.save()
    page = enter("officer", reverse("framework-row", args=["questions", row.pk]))
    check_prints(page, tmp_path / "page.pdf")
