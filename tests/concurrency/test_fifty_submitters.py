"""L1: no update is lost when everybody saves at once, and who is refused is told so.

Over HTTP to gunicorn; the control is a server whose guard is taken out.
"""

from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from earlyhelp.core.events.chain import broken_chains
from earlyhelp.core.events.models import Event
from measures.models import Figure
from tests.cast import Cast
from tests.concurrency.crowd import Browser, Reply, all_at_once, contributors
from tests.concurrency.gunicorn import serving, unguarded


@dataclass
class Told:
    """What one person sent, from which version, and what they were told."""

    accepted: dict[int, int] = field(default_factory=dict)
    refused: dict[int, int] = field(default_factory=dict)
    other: list[Reply] = field(default_factory=list)


def keep_saving(browser: Browser, address: str, values: range) -> Told:
    """Save one value after the other, each from the version that was last seen."""
    told, version = Told(), 0
    for value in values:
        reply = browser.post(
            address, {"version": version, "value-cases-closed": value, "then": "leave"}
        )
        if reply.status == 302:
            told.accepted[value] = version
            version += 1
        elif reply.status == 409:
            assert "Somebody else saved this return" in reply.text
            assert f'value="{value}"' in reply.text  # nothing typed is lost
            told.refused[value] = version
            version = reply.version
        else:
            told.other.append(reply)
    return told


def rush(server: Any, council: Cast, people: int, each: int) -> list[Told]:
    """Everybody saves the same figure of the same return, each value once."""
    made = council.made("north-family")
    address = reverse("return-fill-in", args=[made.pk])
    hands = contributors(council.team["north-family"], people)
    browsers = [Browser.of(server.url, person) for person in hands]
    return all_at_once(
        [
            partial(
                keep_saving, browser, address, range(1 + number * each, 1 + (number + 1) * each)
            )
            for number, browser in enumerate(browsers)
        ]
    )


def lost(council: Cast, told: list[Told]) -> list[int]:
    """The accepted values that were written over by somebody who had not seen them."""
    made_from = {value: version for one in told for value, version in one.accepted.items()}
    events = Event.objects.about(council.made("north-family")).filter(part="cases-closed")
    saved = [event.after["value"] for event in events]
    return [value for place, value in enumerate(saved) if made_from[value] != place]


def in_the_chain(council: Cast, told: list[Told]) -> None:
    """Every accepted save follows the one before it; no refused one is anywhere."""
    assert [reply.status for one in told for reply in one.other] == []
    made = council.made("north-family")
    events = list(Event.objects.about(made).filter(part="cases-closed"))
    accepted = {value for one in told for value in one.accepted}
    refused = {value for one in told for value in one.refused}
    after = [event.after["value"] for event in events]
    before = [event.before and event.before["value"] for event in events]
    assert before == [None, *after[:-1]]
    assert sorted(after) == sorted(accepted)
    assert not refused & set(after)
    assert made.version == len(accepted)
    figure = Figure.objects.get(return_made=made, item=council.item["cases-closed"])
    assert figure.value == after[-1]
    assert lost(council, told) == []
    assert list(broken_chains()) == []


@pytest.mark.parametrize(
    ("people", "each"),
    [(10, 6), pytest.param(50, 20, marks=pytest.mark.long)],
)
def test_no_save_is_lost(
    transactional_db: None, council: Cast, tmp_path: Path, people: int, each: int
) -> None:
    with serving(tmp_path) as server:
        told = rush(server, council, people, each)
    in_the_chain(council, told)
    assert server.errors == []
    assert sum(len(one.accepted) + len(one.refused) for one in told) == people * each
    assert sum(len(one.refused) for one in told), "nobody met anybody: this shows nothing"


def test_without_the_guard_updates_are_lost(
    transactional_db: None, council: Cast, tmp_path: Path
) -> None:
    """The control: the version is not asked, and people write over what they never saw."""
    with unguarded(tmp_path, "versions") as server:
        told = rush(server, council, 10, 6)
    assert lost(council, told)
