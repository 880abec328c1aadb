"""Pictures of the sample's pages: README's, or every page as every role at three widths.

::

    python tools/take_pictures.py readme
    python tools/take_pictures.py all var/pictures [--person officer] [--database sqlite:///FILE]

Both fill a database with the sample (or take the one that is named) and serve it to a browser.
``all`` opens a page of every address of the access table that a person of each role may open, with
a real row of the sample: one that their own pages lead to, or anybody's. It lays the pictures out
as contact sheets (``officer-320-1.png``), a sheet for each role and width, and writes ``seen.md``:
the addresses in the order of the sheets, what is wider than the screen, and the addresses that no
row of the sample was found for. A page that looks the same to a second role is taken once.
"""

import argparse
import hashlib
import io
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from comparison import crawl, site
from comparison.crawl import Bounds

TREE = Path(__file__).parent.parent
WIDTHS = (320, 640, 1280)
# Of a page so much is looked at; a contact sheet has pictures so wide, and so many of them.
TALLEST, THUMBNAIL, ACROSS, DOWN = 2400, 320, 6, 3
OK = 200
# A file is no page; it takes long to make.
FILES = {
    *("edition-file", "report-draft", "performance-export", "plan-export", "round-results-export"),
    *("live", "ready", "metrics"),
}
PASSWORD = "early-help-sample"  # noqa: S105  # known to everybody, and good for nothing else
# Who stands for each role, in the order in which pages are taken.
PEOPLE = (
    *("officer", "director", "head-1-5", "manager-1", "contributor", "auditor", "board"),
    *("administrator", "former-manager"),
)
# README's: the file, whose page, its address, the words of a link that leads on from there, and the
# height of the window. The report's is a page of its PDF.
README = [
    ("home", "manager-1", "/", "", 900),
    ("sheet", "manager-4", "/returns/2016-17-q1/together/", "", 1000),
    ("queue", "head-1-5", "/review/", "", 1000),
    ("city", "director", "/performance/", "", 1150),
    ("measure", "officer", "/performance/measures/helped/", "", 1150),
    ("table", "officer", "/performance/table/", "", 1150),
    ("audit-case", "auditor", "/audits/mine/", "Carry on", 900),
    ("audit-results", "officer", "/audits/rounds/under-11s-december-2015/results/", "", 900),
    ("plan", "officer", "/actions/", "", 900),
]
README_WIDTH = 1240
FULL = "document.documentElement.scrollWidth"
WIDER = """() => [...document.querySelectorAll("main *")]
    .filter(one => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
    .filter(one => one.checkVisibility() && !one.closest(".eh-scroll, .govuk-visually-hidden, svg"))
    .filter(one => getComputedStyle(one).position !== "absolute")
    .map(one => one.tagName.toLowerCase() + "." + one.className).slice(0, 3)"""


def main(arguments: list[str] | None = None) -> int:
    """Take the pictures that are asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    for name, what in (("readme", "README's pictures"), ("all", "every page in every role")):
        command = commands.add_parser(name, help=what)
        command.add_argument("--database", default="", help="one that holds the sample")
        if name == "all":
            command.add_argument("into", type=Path)
            command.add_argument("--person", nargs="*", default=PEOPLE, help="only as these")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        database = given.database or f"sqlite:///{folder}/sample.sqlite3"
        site.start(TREE, database, Path(folder))
        if not given.database:
            for answer in site.load():
                print(answer.address, file=sys.stderr)
        everything = Pages.found(given.person) if given.command == "all" else None
        site.close()
        with served(database) as base, sync_playwright() as driver:
            chromium = driver.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox"]
            )
            if everything is None:
                take_readme(chromium, base)
            else:
                everything.take(chromium, base, given.into)
            chromium.close()
    return 0


@contextmanager
def served(database: str) -> Iterator[str]:
    """The address of a server of the sample, while it is needed."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    command = [sys.executable, "manage.py", "runserver", "--noreload", str(port)]
    environment = os.environ | {"DATABASE_URL": database}
    server = subprocess.Popen(command, cwd=TREE, env=environment, stderr=subprocess.DEVNULL)
    try:
        for _ in range(120):
            try:
                urlopen(f"{base}/live").close()  # noqa: S310  # our own server
                break
            except URLError:
                time.sleep(0.5)
        yield base
    finally:
        server.terminate()
        server.wait()


def signed_in(chromium: Browser, base: str, person: str) -> Page:
    """A window of somebody of the sample."""
    page = chromium.new_context(base_url=base, locale="en-GB").new_page()
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill(f"{person}@derby.example")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main button[type=submit]").click()
    page.wait_for_load_state()
    return page


def take_readme(chromium: Browser, base: str) -> None:
    """README's pictures, but the page of the report."""
    for name, person, address, leads_on, height in README:
        page = signed_in(chromium, base, person)
        page.set_viewport_size({"width": README_WIDTH, "height": height})
        answer = page.goto(address)
        if answer is None or not answer.ok:
            raise SystemExit(f"{address} is no page of the sample any more")
        if leads_on:
            page.get_by_role("link", name=leads_on).first.click()
            page.wait_for_load_state()
        page.screenshot(path=TREE / "docs" / "pictures" / f"{name}.png")
        page.context.close()


@dataclass
class Pages:
    """The addresses that each person opens, one of a URL name, and what no row was found for."""

    of: dict[str, dict[str, str]]
    without: list[str]
    said: list[str] = field(default_factory=list)

    @classmethod
    def found(cls, names: list[str]) -> "Pages":
        """Walk the sample as these people; the addresses of anybody are tried by everybody."""
        cookies = {one.name.partition("@")[0]: one for one in site.sign_in()}
        visitors = {name: site.Visitor(cookies[name]) for name in names}
        of = {name: walked(visitor, ["/"], {}) for name, visitor in visitors.items()}
        seen = {address for found in of.values() for address in found.values()}
        places = {address: site.place_of(address) for address in seen}
        shared, _ = crawl.shared_addresses(places, Bounds(shared=1))
        for name, visitor in visitors.items():
            of[name] = walked(visitor, shared, of[name], follow=False)
        opened = {name for found in of.values() for name in found}
        ours = {name for name in site.patterns() if ":" not in name and "/" not in name}
        return cls(of, sorted(ours - opened - FILES))

    def take(self, chromium: Browser, base: str, into: Path) -> None:
        """Every page of everybody at every width, on contact sheets."""
        into.mkdir(parents=True, exist_ok=True)
        taken: set[str] = set()
        for person, addresses in self.of.items():
            page = signed_in(chromium, base, person)
            fresh = []
            for kind, address in addresses.items():
                answer = page.request.get(address)
                main = answer.text().partition("<main")[2] if _is_page(answer.headers) else ""
                seen = hashlib.sha256(_steady(main).encode()).hexdigest()
                if main and seen not in taken:
                    taken.add(seen)
                    fresh.append((kind, address))
            self.said += [f"\n## {person}\n"] + [f"- `{kind}` {address}" for kind, address in fresh]
            self._sheets(page, [one for _, one in fresh], into / person)
            page.context.close()
        without = "\n".join(f"- `{name}`" for name in self.without)
        told = "\n".join([*self.said, f"\n## Opened by nobody, or only posted to\n\n{without}\n"])
        (into / "seen.md").write_text(f"# Pages, in the order of the sheets\n{told}", "utf-8")

    def _sheets(self, page: Page, addresses: list[str], to: Path) -> None:
        """Contact sheets of these pages at every width; what is wider than it is noted."""
        pictures: dict[int, list[Image.Image]] = {width: [] for width in WIDTHS}
        for address in addresses:
            page.goto(address)
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                full, wider = page.evaluate(FULL), page.evaluate(WIDER)
                if full > width or wider:
                    self.said.append(f"- **wider than {width}**: {address} {full} {wider}")
                taken = page.screenshot(full_page=True, animations="disabled")
                pictures[width].append(thumbnail(taken, width))
        a_sheet = ACROSS * DOWN
        for width, listed in pictures.items():
            for number in range(0, len(listed), a_sheet):
                sheet = contact_sheet(listed[number : number + a_sheet])
                sheet.save(f"{to}-{width}-{number // a_sheet + 1}.png")


def thumbnail(taken: bytes, width: int) -> Image.Image:
    """A page's beginning, as wide as a contact sheet has it."""
    with Image.open(io.BytesIO(taken)) as picture:
        part = picture.convert("RGB").crop((0, 0, width, min(picture.height, TALLEST)))
        return part.resize((THUMBNAIL, THUMBNAIL * part.height // width))


def walked(
    visitor: site.Visitor, start: list[str], known: dict[str, str], *, follow: bool = True
) -> dict[str, str]:
    """One page of each URL name that opens, as the first that leads there has it."""
    found, ahead = dict(known), deque(start)
    asked: set[str] = set()
    while ahead:
        address = ahead.popleft()
        place = site.place_of(address)
        is_page = not place.name.startswith("admin:") and place.name not in FILES
        if address in asked or place.name in found or not is_page or "=format" in place.kind:
            continue
        asked.add(address)
        reply = visitor.ask("GET", address)
        if reply.answer.status == OK:
            found[place.name] = address
        if follow:
            ahead += reply.leads.addresses
    return found


def _is_page(headers: dict[str, str]) -> bool:
    return headers.get("content-type", "").startswith("text/html")


def _steady(main: str) -> str:
    """What a page shows, without the keys of its forms."""
    return "\n".join(
        line for line in main.splitlines() if "csrfmiddlewaretoken" not in line
        and "form_key" not in line
    )  # fmt: skip


def contact_sheet(pictures: list[Image.Image]) -> Image.Image:
    """Pictures beside and below each other; of a long page what comes first."""
    rows = [pictures[at : at + ACROSS] for at in range(0, len(pictures), ACROSS)]
    heights = [min(max(one.height for one in row), 900) for row in rows]
    sheet = Image.new("RGB", (ACROSS * (THUMBNAIL + 8), sum(heights) + 8 * len(rows)), "#888")
    top = 0
    for row, height in zip(rows, heights, strict=True):
        for place, one in enumerate(row):
            part = one.crop((0, 0, one.width, min(one.height, height)))
            sheet.paste(part, (place * (THUMBNAIL + 8), top))
        top += height + 8
    return sheet


if __name__ == "__main__":
    raise SystemExit(main())
