"""P3, P3b, P4: the city page against raw SQL, other pages against a bare one, at two sizes."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import Resolver404, resolve, reverse

from benchmarks.councils import LARGE, SAMPLE, SMALL, council_of
from benchmarks.fill import SAMPLE_DAY
from benchmarks.rollups import in_raw_sql
from benchmarks.timing import Compared, Line, compare
from measures.counting.catalogue import load_measures
from teams.models import User

# What makes all queries of a page be answered as of one moment; it asks for nothing.
BOUNDS = ("BEGIN", "SET TRANSACTION", "COMMIT")
# The councils of P3, in words, and how many times the raw SQL their city page may take.
COUNCILS = {
    SMALL: ("15 teams", 8),
    "teams_60": ("60 teams", 3),
    "teams_240": ("240 teams", 1.5),
    "teams_960": ("960 teams", 1.5),
    LARGE: ("2,280 teams", 1.5),
}
# Whose pages of the sample are looked at, and what P3b promises of some of them.
PEOPLE = (
    "head-1-5", "manager-1", "officer", "director", "auditor", "board", "administrator",
)  # fmt: skip
PROMISED = {"home": "home", "return-fill-in": "fill in", "return": "a return"}
LINK = re.compile(r'href="(/[^"#]*)')
# The administration and signing in are pages of libraries.
NOT_OURS = re.compile(r"/(admin|accounts|static)/")


def signed_in(person: str = "officer@bench.example") -> Client:
    """A browser of this person; the performance officer sees everything."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(email=person))
    return client


def fetching(client: Client, address: str) -> Callable[[], None]:
    """Ask for a page and see that it came."""

    def fetch() -> None:
        response = client.get(address)
        assert response.status_code == 200, f"{address}: {response.status_code}"
        assert response.content

    return fetch


def p3() -> list[Line]:
    """The page with the whole city's measures, for councils of every size."""
    lines = []
    city = reverse("performance-city")
    for size, (words, goal) in COUNCILS.items():
        with council_of(size):
            client, measures = signed_in(), load_measures()
            found = compare(fetching(client, city), lambda spec=measures: in_raw_sql(spec))
            with CaptureQueriesContext(connection) as seen:
                client.get(city)
            bounds = sum(one["sql"].startswith(BOUNDS) for one in seen.captured_queries)
            queries = len(seen) - bounds
        lines += [
            Line("P3", f"city page, {words} / raw SQL", found.ratio, goal, detail=found.detail),
            Line(
                "P3",
                f"city page, {words}: queries",
                queries,
                12,
                unit="",
                detail=f"besides {bounds} that begin and end the moment they are asked in",
            ),
        ]
    return lines


@contextmanager
def sample() -> Iterator[None]:
    """The sample, on its day."""
    with council_of(SAMPLE), override_settings(BUSINESS_DATE=SAMPLE_DAY):
        yield


def pages_of(client: Client) -> dict[str, str]:
    """An address for each page that links lead to from home, by the page's name."""
    found: dict[str, str] = {"home": "/"}
    waiting = ["/"]
    while waiting:
        for link in LINK.findall(client.get(waiting.pop()).content.decode()):
            address = link.replace("&amp;", "&")
            try:
                name = resolve(address.partition("?")[0]).url_name
            except Resolver404:
                continue
            if name is None or name in found or NOT_OURS.match(address):
                continue
            response = client.get(address)
            is_page = response.headers.get("Content-Type", "").startswith("text/html")
            if response.status_code == 200 and is_page:
                found[name] = address
                waiting.append(address)
    return found


@dataclass(frozen=True)
class Cost:
    """What a page takes: against a bare one, and in queries."""

    time: Compared
    queries: int

    def __str__(self) -> str:
        return f"{self.time.detail}, {self.queries} queries"


def costs_of(client: Client) -> Iterator[tuple[str, Cost]]:
    """Each page that links lead this person to, by its name."""
    bare = fetching(client, reverse("bench-bare"))
    for name, address in pages_of(client).items():
        found = compare(fetching(client, address), bare, most=15, within=3)
        with CaptureQueriesContext(connection) as seen:
            client.get(address)
        yield name, Cost(found, len(seen))


def p3b() -> list[Line]:
    """Every page of the sample that somebody's links lead to: the slowest of each name."""
    slowest: dict[str, tuple[Cost, str]] = {}
    with sample():
        for person in PEOPLE:
            for name, cost in costs_of(signed_in(f"{person}@derby.example")):
                if name not in slowest or cost.time.ratio > slowest[name][0].time.ratio:
                    slowest[name] = cost, person
    return [
        Line(
            "P3b",
            f"{PROMISED.get(name, name)}, sample / bare page",
            cost.time.ratio,
            15 if name in PROMISED else 25,
            detail=f"{cost}, {person}",
        )
        for name, (cost, person) in sorted(
            slowest.items(), key=lambda row: (row[0] not in PROMISED, -row[1][0].time.ratio)
        )
    ]


def sizes() -> list[Line]:
    """What each page takes in a small and in a large council, for who sees everything."""
    found: dict[str, dict[str, Cost]] = {}
    for size in (SMALL, "teams_240"):
        with council_of(size):
            found[size] = dict(costs_of(signed_in()))
    small, large = found.values()
    return [
        Line(
            "sizes",
            f"{name}, 240 teams / bare page",
            cost.time.ratio,
            None,
            detail=f"{cost}; 15 teams {small[name].time.ratio:.2f}x, {small[name]}",
        )
        for name, cost in sorted(large.items(), key=lambda row: -row[1].time.ratio)
        if name in small
    ]


def p4() -> list[Line]:
    """The page must not grow with the council."""
    clients = {}
    for size in (SMALL, "teams_60"):
        with council_of(size):
            clients[size] = signed_in()
    city = reverse("performance-city")

    def page_of(size: str) -> Callable[[], None]:
        fetch = fetching(clients[size], city)

        def there() -> None:
            with council_of(size):
                fetch()

        return there

    found = compare(page_of("teams_60"), page_of(SMALL))
    return [Line("P4", "city page, 60 teams / 15 teams", found.ratio, 1.4, detail=found.detail)]
