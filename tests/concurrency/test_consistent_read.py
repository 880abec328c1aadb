"""A roll-up takes several statements; what is signed off between them shows in all or in none."""

import csv
import io
import re
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, closing, nullcontext
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from measures.review import actions as review
from tests.cast import OPEN, Cast

MEASURE = "cases-closed"
WITHOUT_IT = ("10", "1", "4", "north-family north-centre south-centre")
WITH_IT = ("109", "2", "4", "north-centre south-centre")
# What the sum and the coverage say when they do not speak of the same moment.
TORN = ("109", "1", "4", "north-family north-centre south-centre")
# In that statement alone: which returns there are, and which of them speak.
FIRST_OF_TALLY = 'END AS "speaks"'


class Between:
    """Has something done by somebody else after the first statement of a roll-up."""

    def __init__(self, act: Callable[[], Any]) -> None:
        self._act = act
        self.done = False

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """Run the statement; after the one that reads which returns speak, the act."""
        found = execute(sql, params, many, context)
        if not self.done and FIRST_OF_TALLY in sql:
            self.done = True
            somebody = threading.Thread(target=self._elsewhere)
            somebody.start()
            somebody.join()
        return found

    def _elsewhere(self) -> None:
        """On a connection of its own, as every request of somebody else is."""
        with closing(connection):
            self._act()


@pytest.fixture
def signed_meanwhile(transactional_db: None, council: Cast) -> Between:
    """One family team is signed off; the other's head signs while somebody reads."""
    council.sign_off("south-family", "other_head", cases_closed=10)
    made = council.submit("north-family", cases_closed=99)
    return Between(
        lambda: review.sign_off(
            made,
            version=made.version,
            by=council.actor("head"),
        )
    )


def said(text: str) -> tuple[str, ...]:
    """The one row of an export: the sum and what it covers."""
    (row,) = csv.DictReader(io.StringIO(text))
    return row["value"], row["answered"], row["expected"], row["missing"]


def words(page: bytes) -> str:
    """The main part of a page, without what is different each time."""
    main = page.decode().split("<main")[1].split("</main")[0]
    return re.sub(r'(nonce|value)="[^"]*"', "", main)


def exported() -> tuple[str, ...]:
    """The city's cases closed, as the command gives them."""
    out = io.StringIO()
    quarter = ["--from", str(OPEN), "--to", str(OPEN)]
    call_command("export_rollup", "--by", "city", *quarter, "--measure", MEASURE, stdout=out)
    return said(out.getvalue())


def test_the_export_is_of_one_moment(signed_meanwhile: Between) -> None:
    with connection.execute_wrapper(signed_meanwhile):
        assert exported() == WITHOUT_IT
    assert signed_meanwhile.done
    assert exported() == WITH_IT


def test_without_it_the_sum_and_the_coverage_disagree(
    signed_meanwhile: Between, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the same, with the mechanism taken away."""
    nothing: Callable[[], AbstractContextManager[None]] = nullcontext
    monkeypatch.setattr("measures.management.commands.export_rollup.consistent_read", nothing)
    with connection.execute_wrapper(signed_meanwhile):
        assert exported() == TORN
    assert signed_meanwhile.done


@pytest.mark.parametrize(
    "path",
    [
        "/performance/",
        "/performance/localities/",
        f"/performance/measures/{MEASURE}/",
        f"/performance/measures/{MEASURE}/localities/",
        "/performance/table/",
    ],
)
def test_a_page_is_of_one_moment(council: Cast, signed_meanwhile: Between, path: str) -> None:
    """What was signed meanwhile is not in it; it is in the next."""
    client = Client()
    client.force_login(council.person["officer"])
    asked = "?period=2016-17-q1&to=2016-17-q1&basis=signed-off"
    before = client.get(path + asked).content
    with connection.execute_wrapper(signed_meanwhile):
        meanwhile = client.get(path + asked).content
    assert signed_meanwhile.done
    assert words(meanwhile) == words(before)
    assert words(client.get(path + asked).content) != words(before)


def test_a_download_that_streams_is_of_one_moment(council: Cast, signed_meanwhile: Between) -> None:
    client = Client()
    client.force_login(council.person["officer"])
    span = "from=2016-17-q1&to=2016-17-q1"
    path = f"/performance/export/?measure={MEASURE}&basis=signed-off&{span}"
    with connection.execute_wrapper(signed_meanwhile):
        streamed = b"".join(client.get(path).streaming_content)  # type: ignore[attr-defined]
    assert signed_meanwhile.done
    assert said(streamed.decode()) == WITHOUT_IT
    again = b"".join(client.get(path).streaming_content)  # type: ignore[attr-defined]
    assert said(again.decode()) == WITH_IT
