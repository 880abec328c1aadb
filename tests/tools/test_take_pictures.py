"""Pictures of the sample's pages: what can be said of them without a browser."""

import io
from pathlib import Path

from PIL import Image

from take_pictures import ACROSS, README, THUMBNAIL, contact_sheet, thumbnail

ROOT = Path(__file__).parent.parent.parent


def picture(width: int, height: int) -> bytes:
    held = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(held, "png")
    return held.getvalue()


def test_every_picture_of_the_readme_can_be_taken_again_but_the_reports() -> None:
    kept = {one.stem for one in (ROOT / "docs" / "pictures").iterdir()}
    assert {name for name, *_ in README} == kept - {"report"}


def test_a_thumbnail_is_as_wide_as_every_other_and_ends() -> None:
    assert thumbnail(picture(1280, 800), 1280).size == (THUMBNAIL, 200)
    assert thumbnail(picture(320, 99), 320).size == (THUMBNAIL, 99)
    assert thumbnail(picture(320, 9000), 320).height == 2400


def test_a_contact_sheet_has_rows_of_pictures() -> None:
    pictures = [Image.new("RGB", (THUMBNAIL, 100)) for _ in range(ACROSS + 1)]
    assert contact_sheet(pictures).size == (ACROSS * (THUMBNAIL + 8), 2 * 108)
