"""The tiles of an area's page: every measure in one group of each row, each a page of just those."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.http import Http404
from django.test import Client

from measures.counting.comparison import Meaning, TargetVerdict
from measures.performance.filters import _BY_MEANING, _BY_VERDICT, Filter
from tests.cast import Cast
from tests.measures.performance.test_pages import rows_of
from tests.pages import text

SignIn = Callable[[str], Client]
TILE = re.compile(r'<li><a href="([^"]*)"[^>]*><strong>(\d+)</strong> ([a-z ]+)')
NORTH = "/performance/localities/north/?period=2016-17-q1"


@pytest.fixture
def client(council: Cast, sign_in: SignIn) -> Client:
    """A head, of whose locality everybody answered."""
    for team in ("north-family", "north-centre"):
        council.submit(team, surveys_received=10, surveys_helped=9, cases_closed=14)
    return sign_in("head")


def tiles(client: Client, path: str) -> list[dict[str, tuple[int, str]]]:
    """Both rows of tiles: how many there are by name, and where each leads."""
    page = client.get(path).content.decode()
    found = [(words.strip(), (int(n), unescape(url))) for url, n, words in TILE.findall(page)]
    return [dict(found[:5]), dict(found[5:])]


def measures(client: Client, path: str) -> set[str]:
    """The measures that a page lists."""
    return set(rows_of(client.get(path)))


def test_every_meaning_and_verdict_has_a_tile() -> None:
    assert set(_BY_MEANING) == set(Meaning)
    assert set(_BY_VERDICT) == set(TargetVerdict)


def test_each_row_of_tiles_adds_up_to_the_measures_shown(client: Client) -> None:
    shown = measures(client, NORTH)
    for row in tiles(client, NORTH):
        pages = [measures(client, url) for _, url in row.values()]
        assert [len(page) for page in pages] == [number for number, _ in row.values()]
        assert sum(map(len, pages)) == len(shown)
        assert set().union(*pages) == shown


def test_the_two_rows_narrow_each_other(client: Client) -> None:
    both = f"{NORTH}&change=no-clear-change&target=met"
    change, target = tiles(client, both)
    shown = measures(client, both)
    assert shown == {"Helped with identified issues"}
    assert len(shown) == change["no clear change"][0] == target["met"][0]
    page = text(client.get(both))
    every = len(measures(client, NORTH))
    assert f"1 of {every} measures: no clear change, target met. Show all measures" in page
    # The tile that is shown leads back to what the other row leaves.
    assert change["no clear change"][1] == f"{NORTH}&target=met"


def test_a_filter_is_of_its_page_and_stays_with_its_period(client: Client) -> None:
    page = client.get(f"{NORTH}&change=no-clear-change").content.decode()
    links = [unescape(url) for url in re.findall(r'href="([^"]*change=[^"]*)"', page)]
    assert {url.split("?", 1)[0] for url in links} == {"/performance/localities/north/"}
    assert any("period=2015-16-q4" in url or "period=2015-16&" in url for url in links)


def test_a_group_with_nothing_in_it_says_so(client: Client) -> None:
    assert "No measure is in this group" in text(client.get(f"{NORTH}&change=worsened&target=met"))


@pytest.mark.parametrize("asked", [{"change": "better"}, {"target": "nearly"}])
def test_a_group_that_there_is_not_is_not_found(asked: dict[str, str]) -> None:
    with pytest.raises(Http404):
        Filter.of(asked)
