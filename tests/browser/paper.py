"""A page on paper: its text, its size and its heads, as a PDF file has them."""

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Page

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


SIZES = {(UPRIGHT, ON_ITS_SIDE), (ON_ITS_SIDE, UPRIGHT)}
# Nothing is printed outside of it, in points: the smallest of the margins.
MARGIN = 24
# The foot of a sheet begins so far above its edge.
FOOT = 46
ON_PAPER = """() => ({
    title: document.querySelector("h1").innerText,
    commands: [...document.querySelectorAll("main button, main [role=button], main summary, nav a")]
        .filter(one => one.checkVisibility() && !one.closest("details[open], .eh-tiles, .eh-report"))
        .map(one => one.innerText),
    headings: [...document.querySelectorAll("main :is(h2, h3, caption, .eh-group th)")]
        .filter(one => one.checkVisibility() && !one.closest(".eh-report"))
        .map(one => one.innerText),
    tables: [...document.querySelectorAll("main table")].filter(one => one.tHead).map(one => ({
        heads: [...one.tHead.rows[0].cells].filter(cell => cell.checkVisibility())
            .map(cell => cell.innerText).filter(words => words.trim()),
        rows: [...one.tBodies].flatMap(body => [...body.rows])
            .filter(row => !row.classList.contains("eh-group"))
            .map(row => row.cells[0].innerText.trim().split("\\n")[0]),
    })),
})"""


# Words that run out of their cell into the next, and a period that the title of a page, the head of
# a column or a cell of few words breaks at its hyphen; a date that a cell breaks, and ticks of two
# sizes; on paper also a text that its box cuts off, what is not for paper, a link that tells to do
# something, and choices that a sheet may part.
NOT_WHOLE = """() => {
    const found = [], range = document.createRange();
    const cells = [...document.querySelectorAll("main :is(h1, th, td):not(.eh-report td, .eh-report th)")]
        .filter(cell => cell.parentElement.parentElement.offsetWidth > 1);  // not only read aloud
    const texts = cells.flatMap(cell => {
        const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT), nodes = [];
        while (walker.nextNode()) nodes.push([cell, walker.currentNode]);
        return nodes.filter(([_, text]) => text.parentElement.checkVisibility()
            && !text.parentElement.closest("svg, .govuk-visually-hidden"));
    });
    for (const [cell, text] of texts) {
        range.selectNodeContents(text);
        const right = Math.max(0, ...[...range.getClientRects()].map(line => line.right));
        // A blank that is typed hangs out at the end of a line.
        const hangs = getComputedStyle(text.parentElement).whiteSpace === "pre-wrap" ? 6 : 1;
        if (right > cell.getBoundingClientRect().right + hangs) found.push(`out of its cell: ${text.data}`);
        const isShort = cell.innerText.trim().length < 24 || cell.matches("h1, thead *");
        for (const period of isShort ? text.data.matchAll(/20\\d\\d-\\d\\d/g) : []) {
            range.setStart(text, period.index);
            range.setEnd(text, period.index + period[0].length);
            const lines = new Set([...range.getClientRects()].map(line => Math.round(line.top)));
            if (lines.size > 1) found.push(`broken: ${text.data}`);
        }
    }
    const seen = chosen => [...document.querySelectorAll(chosen)].filter(one => one.checkVisibility());
    const inLines = text => {
        range.selectNodeContents(text);
        return new Set([...range.getClientRects()].map(line => Math.round(line.top))).size;
    };
    const day = /^\\d{1,2} (January|February|March|April|May|June|July|August|September|October|November|December)( \\d{4})?$/;
    found.push(...texts.filter(([_, text]) => day.test(text.data.trim()) && inLines(text) > 1)
        .map(([_, text]) => `broken: ${text.data}`));
    const marks = seen("main :is(.govuk-radios__input, .govuk-checkboxes__input) + label")
        .map(label => getComputedStyle(label, "::before").width);
    if (new Set(marks).size > 1) found.push(`ticks of ${[...new Set(marks)]}`);
    if (!matchMedia("print").matches) return found;
    const tells = /^(See|Look|Go|Tick|Set|Say|Ask|Write|Change|Add|Update|Show|Give|Carry|Correct|Start|Check|Move|Allocate|Share|It is done|Remind|Make|Find|Download|Claim|Confirm|Fill)\\b/;
    return [
        ...seen("main a").filter(one => tells.test(one.innerText.trim()))
            .map(one => `not for paper: ${one.innerText}`),
        ...seen("main .govuk-radios").filter(one => getComputedStyle(one).breakInside !== "avoid")
            .map(one => `parted: ${one.innerText}`),
        ...found,
        ...seen("main textarea").filter(one => one.scrollHeight > one.clientHeight + 2)
            .map(one => `cut off: ${one.value}`),
        ...seen(".eh-no-print, .eh-write, .eh-sheet-else > summary").map(one => `not for paper: ${one.innerText}`),
        ...seen("main th").filter(one => getComputedStyle(one).position === "sticky")
            .map(one => `covers its line: ${one.innerText}`),
    ];
}"""


# Words that a column squeezes to one a line, where another column of their table has room for more.
SQUEEZED = """() => {
    const range = document.createRange();
    const insideOf = cell => {
        const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT), found = [];
        while (walker.nextNode()) {
            const text = walker.currentNode, words = text.data.trim();
            if (!words || text.parentElement.closest("svg, .govuk-visually-hidden")) continue;
            range.selectNodeContents(text);
            found.push({words, boxes: [...range.getClientRects()]});
        }
        return found;
    };
    const roomIn = cell => {
        const seen = [...cell.querySelectorAll("input, svg, img")].map(one => one.getBoundingClientRect());
        const boxes = [...insideOf(cell).flatMap(one => one.boxes), ...seen].filter(box => box.width);
        if (!boxes.length) return cell.clientWidth;
        return cell.clientWidth
            - (Math.max(...boxes.map(box => box.right)) - Math.min(...boxes.map(box => box.left)));
    };
    const found = [];
    for (const table of document.querySelectorAll("main table:not(.eh-report *)")) {
        if (getComputedStyle(table).display !== "table" || !table.checkVisibility()) continue;
        const cells = [...table.rows].flatMap(row => [...row.cells].map((cell, at) => ({cell, at})))
            .filter(({cell}) => cell.colSpan === 1 && cell.checkVisibility());
        const room = {};
        for (const {cell, at} of cells) room[at] = Math.min(room[at] ?? Infinity, roomIn(cell));
        for (const {cell, at} of cells) {
            const elsewhere = Object.keys(room).filter(one => +one !== at).map(one => room[one]);
            for (const {words, boxes} of insideOf(cell)) {
                const lines = new Set(boxes.map(box => Math.round(box.top))).size;
                const isSqueezed = !cell.closest("thead") && lines > 1 && words.split(/\\s+/).length <= lines;
                if (isSqueezed && Math.max(...elsewhere) > 60) found.push(`one word a line: ${words}`);
            }
        }
    }
    return found;
}"""


def not_whole(page: Page) -> list[str]:
    """What of a page's tables and boxes nobody would show, in words."""
    found: list[str] = page.evaluate(NOT_WHOLE) + page.evaluate(SQUEEZED)
    return found


@dataclass(frozen=True)
class Word:
    """A word on paper, and where it stands, in points."""

    text: str
    left: float
    right: float
    top: float


@dataclass(frozen=True)
class PrintedSheet:
    """A sheet of paper: how large it is, and its words."""

    width: int
    height: int
    words: Sequence[Word]

    @property
    def says(self) -> str:
        """Its words in their order."""
        return " ".join(word.text for word in self.words)

    @property
    def last_line(self) -> str:
        """The lowest words above its foot."""
        above = [word for word in self.words if word.top < self.height - FOOT]
        lowest = max((word.top for word in above), default=0)
        return " ".join(word.text for word in above if lowest - word.top < 3)


def sheets_of(pdf: Path) -> list[PrintedSheet]:
    """Every sheet, with the places of its words."""
    found = ElementTree.fromstring(ask("pdftotext", "-bbox", str(pdf), "-"))  # noqa: S314  # ours
    tag = "{http://www.w3.org/1999/xhtml}"
    return [
        PrintedSheet(
            round(float(page.attrib["width"])),
            round(float(page.attrib["height"])),
            [
                Word(
                    word.text or "",
                    *(float(word.attrib[one]) for one in ("xMin", "xMax", "yMin")),
                )
                for word in page.iter(f"{tag}word")
            ],
        )
        for page in found.iter(f"{tag}page")
    ]


def one_line(words: str) -> str:
    """As a sheet says it."""
    return " ".join(words.split())


def not_repeated(table: dict[str, list[str]], sheets: list[PrintedSheet]) -> list[int]:
    """The sheets on which rows of a table stand and its heads do not; rows that are found once."""
    told = [one_line(row) for row in table["rows"] if len(row) > 3]
    whole = "\n".join(sheet.says for sheet in sheets)
    once = [row for row in told if whole.count(row) == 1]
    return [
        number
        for number, sheet in enumerate(sheets, start=1)
        if any(row in sheet.says for row in once)
        and not all(one_line(head) in sheet.says for head in table["heads"])
    ]


def check_prints(page: Page, pdf: Path) -> None:
    """Fail where a page is not whole on paper, or has on it what is only for the screen."""
    page.emulate_media(media="print")
    on_paper = page.evaluate(ON_PAPER)
    assert not (found := not_whole(page)), found
    page.pdf(path=str(pdf), prefer_css_page_size=True)
    sheets = sheets_of(pdf)
    assert on_paper["commands"] == []
    assert one_line(on_paper["title"]) in sheets[0].says
    assert "Printed 5 July 2016" in sheets[0].says
    for number, sheet in enumerate(sheets, start=1):
        assert (sheet.width, sheet.height) in SIZES
        assert f"Page {number} of {len(sheets)}" in sheet.says
        assert "OFFICIAL" in sheet.says
        assert "(/" not in sheet.says, "the address of a link"
        assert len(sheet.words) > 5, "an empty sheet"
        assert all(MARGIN < word.left < word.right < sheet.width - MARGIN for word in sheet.words)
        if number < len(sheets):
            assert sheet.last_line not in map(one_line, on_paper["headings"])
    for table in on_paper["tables"]:
        assert not_repeated(table, sheets) == [], table["heads"]
