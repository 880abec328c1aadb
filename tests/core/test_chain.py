"""The hash chain of a subject's events: what was altered behind the triggers is found."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from earlyhelp.core.actor import Route
from earlyhelp.core.events import chain, record, triggers
from earlyhelp.core.events.chain import BrokenChain, broken_chains
from earlyhelp.core.events.models import Event, Remark
from measures.models import Return
from teams.actions import take_out_words
from tests.cast import Cast

AT = dt.datetime(2016, 7, 5, 9, 30, tzinfo=dt.timezone(dt.timedelta(hours=1)))


def test_a_digest_of_a_worked_example() -> None:
    """Worked out with ``printf`` and ``sha256sum``: nothing of it depends on Python."""
    facts = (
        *(1, AT, 7, Route.FORM, "figure saved"),
        *("return", 21, "cases-closed", None, {"value": 12, "note": "é"}),
    )
    first = chain.digest("", facts)
    said = (
        '["",1,"2016-07-05T08:30:00.000000+00:00",7,"form","figure saved",'
        '"return",21,"cases-closed",null,{"note":"\\u00e9","value":12}]'
    )
    assert chain._canonical(["", *facts]) == said
    assert first == "9336b71d7f87e885c460b4c4e9aa598f33e4b909ef7158831c65b61f18e8c70a"
    second = chain.digest(first, (2, *facts[1:]))
    assert second == "7de6bf709dfd0f87f842d7ab75e79a28bcae26361da259bcca06a784fb15830a"


def test_a_digest_is_made_from_all_that_an_event_says() -> None:
    """A new column is either in it or said here to be no fact."""
    columns = {field.name for field in Event._meta.concrete_fields}
    assert columns - {"id", "digest"} == set(chain.FACTS)


def entries(made: Return, number: int, **words: str) -> list[record.Entry]:
    return [
        record.Entry("tried", made, f"part-{n}", None, {"value": n}, dict(words))
        for n in range(number)
    ]


def write(cast: Cast, made: Return, number: int, **words: str) -> list[Event]:
    """So many events of a return, written as an action does."""
    with transaction.atomic():
        Return.objects.select_for_update().get(pk=made.pk)
        listed = entries(made, number, **words)
        record.write(listed, by=cast.person["head"], route=Route.FORM, at=AT)
    return list(Event.objects.about(made).order_by("sequence"))


def test_a_chain_goes_on_from_write_to_write(
    council: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record, "BATCH_SIZE", 2)
    made = council.made("north-family")
    write(council, made, 3)
    found = write(council, made, 4)
    assert [event.sequence for event in found] == [1, 2, 3, 4, 5, 6, 7]
    assert len({event.digest for event in found}) == 7
    assert list(broken_chains()) == []


@pytest.mark.parametrize("number", [1, 30])
def test_a_chain_costs_one_statement_however_many_events(council: Cast, number: int) -> None:
    made = council.made("north-family")
    with CaptureQueriesContext(connection) as seen:
        write(council, made, number)
    about_events = [
        query["sql"] for query in seen.captured_queries if "events_event" in query["sql"]
    ]
    assert [sql.split()[0] for sql in about_events] == ["SELECT", "INSERT", "SELECT"]


# -- behind the triggers --------------------------------------------------------------------


@pytest.fixture
def written(council: Cast) -> Iterator[list[Event]]:
    """Five events of a return, and nothing that keeps anybody from altering them."""
    found = write(council, council.made("north-family"), 5, note="Asked again")
    assert list(broken_chains()) == []
    triggers.remove(connection)
    yield found
    triggers.install(connection)


def update(event: Event, **values: Any) -> None:
    assert Event.objects.filter(pk=event.pk).update(**values) == 1


FORGED: dict[str, Any] = {
    "sequence": 77,
    "at": AT + dt.timedelta(microseconds=1),
    "by": None,
    "route": Route.COMMAND,
    "verb": "forged",
    "subject_type": "team",
    "subject_id": 77,
    "part": "part-9",
    "before": {"value": 3},
    "after": {"value": 99},
    "digest": "0" * 64,
}


@pytest.mark.parametrize("place", [0, 2, 4])
@pytest.mark.parametrize("name", FORGED)
def test_an_event_that_was_altered_is_found(written: list[Event], name: str, place: int) -> None:
    values = {name: FORGED[name]} | ({"route": Route.COMMAND} if name == "by" else {})
    update(written[place], **values)
    found = {broken.sequence for broken in broken_chains()}
    # Taken off the end of a chain, it breaks the one that it was put into.
    assert max(found) == (1 if name.startswith("subject") and place == 4 else place + 1)


@pytest.mark.parametrize("place", [0, 3])
def test_an_event_that_was_deleted_is_found(written: list[Event], place: int) -> None:
    Remark.objects.filter(event=written[place]).delete()
    Event.objects.filter(pk=written[place].pk).delete()
    made = written[0].subject_id
    assert list(broken_chains()) == [BrokenChain("return", made, place + 1)]


def swap_what_they_say(first: Event, second: Event) -> None:
    for one, other in [(first, second), (second, first)]:
        update(one, part=other.part, after=other.after)


def swap_their_places(first: Event, second: Event) -> None:
    update(first, sequence=99)
    update(second, sequence=first.sequence, digest=first.digest)
    update(first, sequence=second.sequence, digest=second.digest)


def swap_their_remarks(first: Event, second: Event) -> None:
    """Each event in the other's row, with all that it says."""
    update(first, sequence=99)
    for one, other in [(second, first), (first, second)]:
        update(one, **{name: getattr(other, name) for name in (*chain.FACTS, "digest")})


@pytest.mark.parametrize("swap", [swap_what_they_say, swap_their_places, swap_their_remarks])
def test_two_events_that_were_swapped_are_found(
    written: list[Event], swap: Callable[[Event, Event], None]
) -> None:
    swap(written[1], written[3])
    (found,) = broken_chains()
    assert (found.subject_id, found.sequence) in [
        (written[0].subject_id, place) for place in (2, 3, 4)
    ]


def test_an_event_that_was_slipped_in_is_found(written: list[Event]) -> None:
    for event in written[:1:-1]:
        update(event, sequence=event.sequence + 1)
    written[1].pk, written[1].sequence = None, 3
    written[1].save(force_insert=True)
    assert [found.sequence for found in broken_chains()] == [3]


def test_words_that_are_taken_out_break_nothing(council: Cast) -> None:
    write(council, council.made("north-family"), 3, note="Ask Jo Bloggs", reason="Jo Bloggs")
    for remark in Remark.objects.filter(text__contains="Bloggs"):
        take_out_words(remark, by=council.actor("administrator"), reason="A name")
    assert not Remark.objects.filter(text__contains="Bloggs").exists()
    assert list(broken_chains()) == []
