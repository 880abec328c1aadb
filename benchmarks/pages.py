"""P3 and P4: the city page against an empty page, and against the number of teams."""

from collections.abc import Callable

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from benchmarks.councils import LARGE, SMALL, council_of
from benchmarks.timing import Line, compare
from teams.models import User

# What makes all queries of a page be answered as of one moment; it asks for nothing.
BOUNDS = ("BEGIN", "SET TRANSACTION", "COMMIT")
COUNCILS = {
    SMALL: "15 teams",
    "teams_240": "240 teams",
    "teams_960": "960 teams",
    LARGE: "2,280 teams",
}


def signed_in() -> Client:
    """A browser of the performance officer, who sees everything."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(email="officer@bench.example"))
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
    city, empty = reverse("performance-city"), reverse("bench-empty")
    for size, words in COUNCILS.items():
        with council_of(size):
            client = signed_in()
            found = compare(fetching(client, city), fetching(client, empty))
            with CaptureQueriesContext(connection) as seen:
                client.get(city)
            bounds = sum(one["sql"].startswith(BOUNDS) for one in seen.captured_queries)
            queries = len(seen) - bounds
        # Eight times is promised of a council as it is; of larger ones, as many queries as it takes
        # (docs/decisions/0008).
        goal = 8 if size == SMALL else None
        lines += [
            Line("P3", f"city page, {words} / empty page", found.ratio, goal, detail=found.detail),
            Line(
                "P3",
                f"city page, {words}: queries",
                queries,
                10,
                unit="",
                detail=f"besides {bounds} that begin and end the moment they are asked in",
            ),
        ]
    return lines


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
