"""L2: submitting twice is submitting once, however many posts come at the same time."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from earlyhelp.core.events.models import Event
from measures.workflow import ReturnState
from tests.cast import Cast, explain
from tests.concurrency.crowd import Browser, all_at_once
from tests.concurrency.gunicorn import serving


@pytest.mark.parametrize("times", [2, 20])
def test_identical_submissions_are_one_with_the_same_receipt(
    transactional_db: None, council: Cast, tmp_path: Path, times: int
) -> None:
    made = ready(council)
    address = reverse("return-submit", args=[made.pk])
    form = {"version": made.version, "response": ""}
    with serving(tmp_path) as server:
        browser = Browser.of(server.url, council.person["manager"])
        replies = all_at_once([lambda: browser.post(address, form) for _ in range(times)])
        receipt = reverse("return-receipt", args=[made.pk])
        shown = {browser.get(receipt).text.split("<main")[1].split("</main")[0] for _ in range(2)}
    assert server.errors == []
    assert {(reply.status, reply.location) for reply in replies} == {(302, receipt)}
    assert Event.objects.about(made).filter(verb="submitted").count() == 1
    sent = council.made("north-family")
    assert (sent.state, sent.version) == (ReturnState.SUBMITTED, made.version + 1)
    assert len(shown) == 1
    assert "submitted" in shown.pop().lower()


@pytest.mark.parametrize("times", [8])
def test_identical_saves_are_one(
    transactional_db: None, council: Cast, tmp_path: Path, times: int
) -> None:
    """Nobody is told of a conflict with themselves."""
    made = council.made("north-family")
    address = reverse("return-fill-in", args=[made.pk])
    form = {"version": 0, "value-cases-closed": 21, "then": "leave"}
    with serving(tmp_path) as server:
        browser = Browser.of(server.url, council.person["manager"])
        replies = all_at_once([lambda: browser.post(address, form) for _ in range(times)])
    assert {reply.status for reply in replies} == {302}
    assert Event.objects.about(made).count() == 1
    assert council.made("north-family").version == 1


def test_back_and_submit_again(council: Cast) -> None:
    """Without scripts: the browser's back button, and the same form once more."""
    made = ready(council)
    client = Client()
    client.force_login(council.person["manager"])
    address = reverse("return-submit", args=[made.pk])
    for _ in range(3):
        reply = client.post(address, {"version": made.version})
        assert reply.headers["Location"] == reverse("return-receipt", args=[made.pk])
    assert Event.objects.about(made).filter(verb="submitted").count() == 1


def ready(council: Cast) -> Any:
    """A return that can be submitted as it is."""
    made = council.fill_in("north-family")
    explain(made)
    return made
