"""What audit rounds offer to a return: the counts of its quarter, to the questions they answer."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audits.results.scored_rounds import audits_due
from audits.returns_offer import offer_audits
from audits.scoring import Share
from measures.models import Figure
from measures.returns import offers
from measures.returns.offers import Offer
from teams.quarters import Quarter
from tests.audits.making import DUE, Casework
from tests.cast import OPEN, TODAY, Cast
from tests.measures.returns.test_fill_in import address, boxes, value_of

SignIn = Callable[[str], Client]
IN_QUARTER = dt.date(2016, 6, 20)


@pytest.fixture
def asked(casework: Casework, settings: Any) -> Casework:
    """Open cases stands for "cases audited"; two audits were submitted in the open quarter."""
    settings.CASES_AUDITED_ITEM = "open-cases"
    casework.submit(1, today=IN_QUARTER)
    casework.submit(4, today=IN_QUARTER)
    return casework


def offered(cast: Cast, team: str, person: str) -> dict[str, Offer]:
    made = cast.made(team)
    items = [figure.item for figure in Figure.objects.of(made).select_related("item")]
    codes = {item.pk: item.code for item in items}
    found = offer_audits(made, items, cast.authority(person))
    return {codes[pk]: offer for pk, offer in found.items()}


def test_it_is_registered_when_the_site_starts() -> None:
    assert offer_audits in offers._offerers


def test_a_team_is_offered_the_audits_of_its_own_cases(asked: Casework) -> None:
    url = reverse("audit-year", args=[2016])
    assert offered(asked.cast, "north-family", "manager") == {
        "open-cases": Offer("1", "Audit rounds of this quarter say 1.", url)
    }
    centre = offered(asked.cast, "north-centre", "manager")
    assert centre["open-cases"].number == "0", "audits were done, none of this team's cases"


def test_who_cannot_read_results_is_offered_the_number_without_the_link(asked: Casework) -> None:
    assert offered(asked.cast, "north-family", "contributor")["open-cases"].url == ""


def test_the_city_wide_return_is_offered_all_of_them(asked: Casework, settings: Any) -> None:
    settings.CASES_AUDITED_ITEM = "children-in-care"
    assert offered(asked.cast, "city-team", "officer")["children-in-care"].number == "2"


def test_nothing_is_offered_of_a_quarter_that_rounds_know_nothing_of(
    casework: Casework, settings: Any
) -> None:
    settings.CASES_AUDITED_ITEM = "open-cases"
    settings.AUDITS_DUE_ITEM = "cases-closed"
    casework.submit(1, today=TODAY)  # the quarter after
    assert offered(casework.cast, "north-family", "manager") == {}


def test_nothing_is_asked_of_the_database_for_other_questions(casework: Casework) -> None:
    made = casework.cast.made("north-family")
    items = [figure.item for figure in Figure.objects.of(made).select_related("item")]
    authority = casework.cast.authority("manager")
    with CaptureQueriesContext(connection) as queries:
        assert offer_audits(made, items, authority) == {}
    assert len(queries) == 0


def test_audits_due_and_how_many_of_them_are_done(casework: Casework, settings: Any) -> None:
    casework.submit(1)
    casework.submit(4)
    due_in = Quarter.containing(DUE)
    assert audits_due(due_in) == Share(2, 6)
    assert audits_due(due_in, team_id=casework.cast.team["north-family"].pk) == Share(1, 2)
    assert audits_due(OPEN) == Share(0, 0)


def test_the_manager_takes_it_and_saves_it(asked: Casework, sign_in: SignIn) -> None:
    made, client = asked.cast.made("north-family"), sign_in("manager")
    assert "Audit rounds of this quarter say 1." in client.get(address(made)).content.decode()
    page = client.post(address(made), boxes(made, use="open-cases"))
    assert 'name="value-open-cases" value="1"' in page.content.decode()
    assert value_of(made, "open-cases") is None
    client.post(address(made), boxes(made, value_open_cases="1", then="leave"))
    assert value_of(made, "open-cases") == 1
