"""No link's words promise a period, a basis or an area that its address does not carry.

An address without a period opens the latest quarter, of another day for whoever keeps or sends it.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from audits.plan.pages.aims import aim_rows
from teams.quarters import FinancialYear
from tests.audits.making import make_aim, make_plan
from tests.cast import Cast
from tests.crawl import crawl
from tests.pages import plain
from tests.report.making import published

SignIn = Callable[[str], Client]
STARTS = ["/", "/performance/?period=2015-16", "/performance/table/", "/actions/"]
BUT = (
    "export",
    "format=",
    "against=",
    "change=",
    "target=",
    "structure=",
    "/history/",
    "/admin",
    "/returns/",
    "/audits/",
    "/files/",
)
_ANCHOR = re.compile(r"<a\b([^>]*)>(.*?)</a>", re.DOTALL)
_QUARTER = re.compile(r"(?:Quarter|Q)\s?([1-4]),? (20\d\d-\d\d)")
_YEAR = re.compile(r"(?<![\d-])(20\d\d-\d\d)(?![\d-])")


@dataclass(frozen=True)
class Link:
    """A link to figures, as a page has it."""

    page: str
    words: str
    url: str

    @property
    def asked(self) -> dict[str, list[str]]:
        """What its address says."""
        return parse_qs(urlsplit(self.url).query)

    def lacks(self, council: Cast) -> Iterator[str]:
        """What its words promise and its address does not carry."""
        path = urlsplit(self.url).path.split("/")
        carried = {*path, *(one for values in self.asked.values() for one in values)}
        carried |= {one.split(":")[-1] for one in carried}
        quarters = _QUARTER.findall(self.words)
        years = _YEAR.findall(_QUARTER.sub("", self.words))
        yield from {f"{year}-q{number}" for number, year in quarters} - carried
        yield from set(years) - carried
        for place in [*council.locality.values(), *council.team.values()]:
            if re.search(rf"\b{place.name}\b(?! \w)", self.words) and place.code not in carried:
                yield place.code
        if "signed off" in self.words.lower() and "signed-off" not in carried:
            yield "signed-off"
        if "provisional" in self.words.lower() and "submitted" not in carried:
            yield "submitted"


def links_to_figures(bodies: dict[str, str]) -> set[Link]:
    """Every link to a page of figures, with what is read aloud of it."""
    found = set()
    for page, body in bodies.items():
        for attributes, inner in _ANCHOR.findall(body):
            url = re.search(r'href="([^"]*)"', attributes)
            label = re.search(r'aria-label="([^"]*)"', attributes)
            if url and url[1].replace("&amp;", "&").startswith(("/performance/", "?")):
                words = plain(f"{inner} {label[1] if label else ''}")
                found.add(Link(page, words, url[1].replace("&amp;", "&")))
    return found


@pytest.mark.parametrize("person", ["manager", "head", "officer", "board_member"])
def test_no_link_promises_what_its_address_does_not_carry(
    council: Cast, sign_in: SignIn, person: str
) -> None:
    council.sign_off("north-family")
    _, outcome = make_plan(council)
    make_aim(council, outcome)
    make_aim(council, outcome, locality=council.locality["north"], year=FinancialYear(2018))
    edition = reverse("edition", args=[published(council).report.code, 1])
    starts = [*STARTS, f"{edition}?figures=yes"]
    found = links_to_figures(crawl(sign_in(person), starts, but=BUT, hops=1))
    assert len(found) > 100
    opened = [link for link in found if link.page.startswith(f"{edition}figures/")]
    assert any("/made-of/" in link.url for link in opened), "a figure of the report opens"
    lacking = {link: missing for link in found if (missing := list(link.lacks(council)))}
    assert lacking == {}


@pytest.mark.parametrize("person", ["manager", "head", "officer", "board_member"])
def test_the_home_page_says_as_signed_off_and_leads_there(
    council: Cast, sign_in: SignIn, person: str
) -> None:
    """The quarter that is open speaks by now: without a period it would be what opens."""
    council.sign_off("north-family")
    client = sign_in(person)
    body = client.get("/").content.decode()
    assert "Quarter 4, 2015-16, as signed off." in plain(body)
    part = body.partition("as signed off.")[2].partition("</ul>")[0]
    links = links_to_figures({"/": part})
    assert links
    for link in links:
        assert link.asked == {"period": ["2015-16-q4"], "basis": ["signed-off"]}
        opened = client.get(link.url).content.decode()
        assert "Quarter 4, 2015-16" in plain(opened)
        assert "provisional" not in opened.partition("<h1")[2].partition("<table")[2]


def test_an_aim_without_a_figure_leads_to_its_own_area(council: Cast) -> None:
    _, outcome = make_plan(council)
    aim = make_aim(council, outcome, locality=council.locality["north"], year=FinancialYear(2018))
    [row], _ = aim_rows([aim], council.authority("head"))
    assert row.where == "North"
    assert not row.today
    assert Link("", row.where, row.url).asked["area"] == ["locality:north"]
