"""Keys and pages that a piece of work takes by keyboard alone, counted in a browser.

``docs/keystrokes.md`` says how many it took and takes. A test counts again and fails where that
is not what stands there: ``KEYSTROKES=write pytest tests/browser -k keystrokes`` writes it.
"""

import os
import re
from pathlib import Path

from playwright.sync_api import Locator, Page

DOCUMENT = Path(__file__).parent.parent / "docs" / "keystrokes.md"
# No page has so many stops; whoever tabs further would never get there.
MOST_TABS = 400


class Keyboard:
    """Somebody at a page without a mouse: every key and every page that opens is counted."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.keys = 0
        self.pages = 1  # the one that is open
        page.on("load", self._opened)

    def _opened(self, _: Page) -> None:
        self.pages += 1

    def press(self, key: str) -> None:
        """One key, or several held together."""
        self.page.keyboard.press(key)
        self.keys += 1

    def type(self, text: str) -> None:
        """Each letter is a key."""
        self.page.keyboard.type(text)
        self.keys += len(text)

    def tab_to(self, wanted: Locator) -> None:
        """Tab until it has the focus."""
        for _ in range(MOST_TABS):
            if wanted.evaluate("one => one === document.activeElement"):
                return
            self.press("Tab")
        raise AssertionError(f"{wanted} is not reached by Tab")

    def open(self, wanted: Locator) -> None:
        """Tab to a link or a button that leads on, and press it."""
        self.tab_to(wanted)
        with self.page.expect_navigation():
            self.press("Enter")


def compare_with_document(work: str, counted: Keyboard) -> None:
    """See that a row of the document says what was counted, or write it there."""
    text = DOCUMENT.read_text(encoding="utf-8")
    row = re.compile(
        rf"^(\| {re.escape(work)} \|[^|]*\|[^|]*\|) *(\d*) *\| *(\d*) *\|$", re.MULTILINE
    )
    found = row.search(text)
    assert found, f"No row of {DOCUMENT.name} is about: {work}"
    if os.environ.get("KEYSTROKES") == "write":
        now = f"{found[1]} {counted.keys} | {counted.pages} |"
        DOCUMENT.write_text(row.sub(lambda _: now, text), encoding="utf-8")
        return
    assert (found[2], found[3]) == (str(counted.keys), str(counted.pages)), (
        f"{work}: {counted.keys} keys, {counted.pages} pages"
    )
