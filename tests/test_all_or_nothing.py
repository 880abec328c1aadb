"""L3: what breaks off at any single SQL statement leaves nothing half done.

What is done is found by walking: every address of the access table that is posted to, as somebody
who may, and besides what no page does. A function that writes and is in neither is told.
"""

from collections.abc import Callable

import pytest
from django.apps import apps
from django.db import transaction
from django.urls import reverse

from tests import access, test_admin_round_trip
from tests.access import YES
from tests.acts import ACTS
from tests.breaking import few, half_done, watching, writers
from tests.cast import Cast
from tests.core.test_record import WRITTEN_ONCE
from tests.measures.acts import ACTS as OF_MEASURES
from tests.measures.acts import Act
from tests.test_access import CELLS, WRITE_NOTHING, is_ours

pytestmark = pytest.mark.django_db

POSTED = [
    name
    for name, method in CELLS
    if method == "POST" and is_ours(name) and name not in WRITE_NOTHING
]
# What opens a transaction and does nothing of its own.
NOT_BROKEN_OFF = {
    "earlyhelp/management/commands/load_sample.py::Command.handle": "empties what it begins with",
}


@pytest.fixture(autouse=True)
def _the_same_draw_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is drawn again is compared with what was drawn before."""
    monkeypatch.setattr("audits.rounds.sampling.new_seed", lambda: "a seed")


Prepare = Callable[[Cast], Act]


def posting(name: str, cast: Cast, sessions: dict[str, str]) -> Act:
    """The example of an address, ready to be sent by somebody who may."""
    example = access.example_for(cast, name, "POST")
    said = CELLS[name, "POST"]
    who = next(who for who, word in said.items() if word == YES)
    client = access.client_of(who, sessions)

    def act() -> None:
        answer = access.send(client, "POST", name, example)
        assert access.word_for(answer, client) == YES, f"{name} by the {who}: {answer}"

    return act


@pytest.mark.parametrize("name", POSTED)
def test_a_post_that_breaks_off_is_whole_or_not_done(
    name: str, cast: Cast, sessions: dict[str, str]
) -> None:
    with transaction.atomic():
        assert half_done(posting(name, cast, sessions), few) == []
        transaction.set_rollback(True)


@pytest.mark.long
@pytest.mark.parametrize("name", POSTED)
def test_a_post_that_breaks_off_at_any_statement_is_whole_or_not_done(
    name: str, cast: Cast, sessions: dict[str, str]
) -> None:
    with transaction.atomic():
        assert half_done(posting(name, cast, sessions)) == []
        transaction.set_rollback(True)


@pytest.mark.parametrize("prepare", ACTS, ids=lambda prepare: prepare.__name__)
def test_breaking_off_at_any_statement_leaves_nothing(prepare: Prepare, cast: Cast) -> None:
    with transaction.atomic():
        choose = list if prepare in OF_MEASURES else few
        assert half_done(prepare(cast), choose) == []
        transaction.set_rollback(True)


def changing_in_administration(kind: str, cast: Cast, sessions: dict[str, str]) -> Act:
    """A box of a row's page, changed and sent by somebody who keeps it."""
    form = test_admin_round_trip.FORMS[kind]
    row, client = form.make(cast), access.client_of(form.by, sessions)
    address = reverse(f"admin:{kind}_change", args=[row.pk])
    boxes = test_admin_round_trip.page_form(client, address).boxes
    box, other = next(iter(form.others(cast).items()))
    sent = boxes | {box: other, "why": "So it is"}
    return lambda: client.post(address, sent)


@pytest.mark.parametrize("kind", list(test_admin_round_trip.FORMS))
def test_a_change_in_administration_that_breaks_off_is_whole_or_not_done(
    kind: str, cast: Cast, sessions: dict[str, str]
) -> None:
    with transaction.atomic():
        assert half_done(changing_in_administration(kind, cast, sessions), few) == []
        transaction.set_rollback(True)


def test_every_function_that_writes_is_broken_off(cast: Cast, sessions: dict[str, str]) -> None:
    """And none changes or deletes a row of what is written once (L6)."""
    reached, changed = set[str](), set[str]()
    todo: list[Callable[[], Act]] = [
        *(lambda name=name: posting(name, cast, sessions) for name in POSTED),
        *(lambda prepare=prepare: prepare(cast) for prepare in ACTS),
        *(
            lambda kind=kind: changing_in_administration(kind, cast, sessions)
            for kind in test_admin_round_trip.FORMS
        ),
    ]
    for prepare in todo:
        with transaction.atomic():
            act = prepare()
            with watching() as seen:
                act()
            reached |= seen.functions
            changed |= seen.changed
            transaction.set_rollback(True)
    assert writers() - reached == set(NOT_BROKEN_OFF)
    assert not {model.__name__ for model in apps.get_models() if model._meta.db_table in changed} & WRITTEN_ONCE  # fmt: skip
