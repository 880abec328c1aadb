"""Whatever a board member opens says the same, whatever is hidden in it.

Once a release is made, every number in a return, and every number that the release hides, is
replaced by another. No byte of a page or a file may change by that: no height in a chart, no
alternative text, no title, nothing that a search finds.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.db.models import F
from django.test import Client
from django.urls import reverse

from measures.models import Figure
from measures.releases.models import Release, ReleasedLine
from tests import access
from tests.access import YES, example_for, parts_of
from tests.audits.access.results import closed_round
from tests.cast import HISTORY, Cast
from tests.crawl import body_of, crawl
from tests.releases import release_anew, unguarded
from tests.report import making

SignIn = Callable[[str], Client]
CANARY = 7_310_000
ROWS = [
    name
    for (name, method), words in access.cells().items()
    if method == "GET"
    and words["board member"] == YES
    and "/" not in name
    and ":" not in name
    # What a machine asks for counts requests.
    and name not in ("metrics", "ready", "live")
]
TYPED = [
    *(f"/performance/?period=2015-16-q{number}&against=year" for number in range(1, 5)),
    *(f"/performance/export/?period=2015-16&area=locality:{one}" for one in ("north", "south")),
    *(f"/performance/find/?q={words}" for words in ("re-opened", "e", "%201", "north")),
    *(
        f"/performance/export/?from=2015-16-q1&to=2015-16-q4&format={kind}"
        for kind in ("csv", "xlsx", "ods")
    ),
    *(f"/performance/table/?format={kind}" for kind in ("xlsx", "ods")),
]
# The same again in another form; how a report is written as a file has tests of its own.
BUT = ("against=", "basis=", "change=", "target=", "/files/", "format=")


@pytest.fixture
def hiding(council: Cast) -> Cast:
    """The council with a release that hides small numbers, and others to protect them."""
    for quarter, item, values in (
        (HISTORY[1], "cases-closed", (1, 1, 1, 0)),
        (HISTORY[2], "cases-reopened", (2, 1, 1, 0)),
    ):
        for team, value in zip(list(council.team)[:4], values, strict=True):
            figures = Figure.objects.filter(return_made=council.made(team, quarter))
            figures.filter(item=council.item[item]).update(value=value)
    release_anew()
    hidden = ReleasedLine.objects.filter(is_hidden=True)
    assert hidden.filter(why="", numerator__gt=5).exists()
    assert hidden.exclude(why="").exists()
    return council


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def replace_what_is_hidden() -> None:
    """Other numbers in every return and in every line that is hidden."""
    Figure.objects.filter(value__isnull=False).update(value=CANARY + F("pk"))
    with unguarded():
        ReleasedLine.objects.filter(is_hidden=True, denominator=None).update(numerator=CANARY)
        ReleasedLine.objects.filter(is_hidden=True).exclude(denominator=None).update(
            numerator=CANARY + F("pk"), denominator=3 * CANARY
        )
        Release.objects.update(ground={})


def test_every_address_of_the_access_table_says_the_same(hiding: Cast, sign_in: SignIn) -> None:
    opened, changed = set(), []
    board, officer = sign_in("board_member"), sign_in("officer")
    for name in ROWS:
        with undone():
            example = example_for(hiding, name, "GET")
            address, query = parts_of(name)
            asked = "&".join(filter(None, [query, urlencode(example.query)]))
            path = f"{reverse(address, kwargs=example.kwargs or None)}?{asked}"
            before = body_of(board, path)
            replace_what_is_hidden()
            if before is not None:
                opened.add(name)
            if before != body_of(board, path):
                changed.append(path)
    assert changed == []
    assert {"performance-measure", "performance-made-of", "edition", "home"} <= opened
    with undone():
        before = body_of(officer, "/performance/measures/reopened/?period=2015-16-q3")
        replace_what_is_hidden()
        assert body_of(officer, "/performance/measures/reopened/?period=2015-16-q3") != before


def test_everything_that_can_be_reached_says_the_same(hiding: Cast, sign_in: SignIn) -> None:
    """Also a published report and a closed round of audits."""
    making.published(hiding)
    closed_round(hiding)
    client = sign_in("board_member")

    def everything() -> dict[str, str]:
        return crawl(client, ["/", "/reports/", "/audits/", *TYPED], but=BUT)

    before = everything()
    replace_what_is_hidden()
    after = everything()
    assert {path for path in before if before[path] != after.get(path)} == set()
    assert before.keys() == after.keys()
    assert set(TYPED) <= before.keys()
    for part in (
        "/performance/measures/reopened/",
        "/performance/made-of/",
        "/editions/",
        "/audits/",
    ):
        assert any(part in path for path in before), part
