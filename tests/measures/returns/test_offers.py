"""A number offered to a question: shown beside its box, put in on request, never saved by itself."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from earlyhelp.core.events.models import Event
from measures.models import DataItem, Return
from measures.returns import offers
from measures.returns.offers import Offer
from teams.permissions import Authority
from tests.cast import Cast
from tests.measures.returns.test_fill_in import address, boxes, value_of

SignIn = Callable[[str], Client]


def offer_open_cases(
    made: Return, items: Sequence[DataItem], authority: Authority
) -> Mapping[int, Offer]:
    """Seven to the question about open cases, whoever asks."""
    return {
        item.pk: Offer("7", "The case system says 7.", "/somewhere/")
        for item in items
        if item.code == "open-cases"
    }


@pytest.fixture
def offering(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(offers, "_offerers", [offer_open_cases])
    yield


def test_an_offerer_is_asked_once_however_often_it_registers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(offers, "_offerers", [])
    offers.register(offer_open_cases)
    offers.register(offer_open_cases)
    assert offers._offerers == [offer_open_cases]


def test_nothing_is_offered_where_nobody_offers(
    council: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(offers, "_offerers", [])
    text = sign_in("manager").get(address(council.made("north-family"))).content.decode()
    assert 'name="use"' not in text and "eh-offer" not in text


def test_an_offer_stands_beside_its_box_and_is_not_put_in(
    council: Cast, sign_in: SignIn, offering: None
) -> None:
    made = council.made("north-family")
    page = sign_in("manager").get(address(made))
    text = page.content.decode()
    assert "The case system says 7." in text
    assert 'name="use" value="open-cases"' in text
    assert 'href="/somewhere/"' in text
    assert 'id="value-open-cases" name="value-open-cases" value=""' in text
    assert "offer-open-cases" in text.split('id="value-open-cases"')[1].split(">")[0]
    assert value_of(made, "open-cases") is None


def test_taking_an_offer_fills_the_box_keeps_what_was_typed_and_saves_nothing(
    council: Cast, sign_in: SignIn, offering: None
) -> None:
    made, events = council.made("north-family"), Event.objects.count()
    typed = boxes(made, value_open_cases="", value_cases_closed="2x", use="open-cases")
    page = sign_in("manager").post(address(made), typed)
    text = page.content.decode()
    assert page.status_code == 200
    assert 'name="value-open-cases" value="7"' in text
    assert 'name="value-cases-closed" value="2x"' in text
    assert "The number is in the box and not saved yet." in text
    assert "There is a problem" in text
    assert not re.search(r"answers? (is|are) saved", text)
    assert "data-unsaved" in text
    assert 'name="use" value="open-cases"' not in text, "it stands in the box"
    assert value_of(made, "open-cases") is None
    assert Event.objects.count() == events


def test_a_number_that_was_taken_takes_the_place_of_why_there_is_none(
    council: Cast, sign_in: SignIn, offering: None
) -> None:
    made = council.made("north-family")
    typed = boxes(made, answer_open_cases="not-provided", note_open_cases="Why", use="open-cases")
    form = sign_in("manager").post(address(made), typed).context["page"]
    [row] = [row for group in form.groups for row in group.rows if row.code == "open-cases"]
    assert (row.typed.value, row.typed.answer, row.typed.note) == ("7", "", "Why")


def test_what_was_taken_is_saved_as_anything_typed(
    council: Cast, sign_in: SignIn, offering: None
) -> None:
    made, client = council.made("north-family"), sign_in("manager")
    client.post(address(made), boxes(made, value_open_cases="7", then="leave"))
    assert value_of(made, "open-cases") == 7
    text = client.get(address(made)).content.decode()
    assert "The case system says 7." in text
    assert 'name="use"' not in text


@pytest.mark.parametrize("code", ["cases-closed", "no-such-item", ""])
def test_what_is_not_offered_cannot_be_taken(
    council: Cast, sign_in: SignIn, offering: None, code: str
) -> None:
    made = council.made("north-family")
    page = sign_in("manager").post(address(made), boxes(made, use=code))
    assert page.status_code == 200
    assert 'name="value-cases-closed" value=""' in page.content.decode()
    assert value_of(made, "open-cases") is None


def test_enter_in_a_box_still_saves(council: Cast, sign_in: SignIn, offering: None) -> None:
    """A browser presses the first button of a form: it must be the one that saves."""
    text = sign_in("manager").get(address(council.made("north-family"))).content.decode()
    form = text.split('id="figures"')[1].split("</form>")[0]
    assert form.index('name="then" value="check"') < form.index('name="use"')


def test_a_closed_return_takes_no_offer(council: Cast, sign_in: SignIn, offering: None) -> None:
    made = council.submit("north-family")
    page = sign_in("manager").post(address(made), boxes(made, value_open_cases=9, use="open-cases"))
    assert page.status_code == 409
    assert "This return can no longer be changed" in page.content.decode()


def test_an_offer_costs_the_page_nothing_of_its_own(
    council: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, client = council.made("north-family"), sign_in("manager")
    client.get(address(made))
    counts: list[int] = []
    registered: list[list[Any]] = [[], [offer_open_cases]]
    for offerers in registered:
        monkeypatch.setattr(offers, "_offerers", offerers)
        with CaptureQueriesContext(connection) as asked:
            client.get(address(made))
        counts.append(len(asked))
    assert counts[0] == counts[1]
