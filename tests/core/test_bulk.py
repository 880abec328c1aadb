"""Many rows in one statement: what is written, what is replaced, and the ids that come back."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from measures.models import Figure
from teams import bulk
from teams.models import Event, Remark
from tests.cast import Cast

COLUMNS = [
    "at", "by", "route", "verb", "subject_type", "subject_id", "part", "before", "after",
    "sequence", "digest",
]  # fmt: skip


def rows(cast: Cast, number: int) -> list[tuple[object, ...]]:
    at = timezone.now().replace(microsecond=123456)
    return [
        (
            *(at + dt.timedelta(seconds=n), cast.person["head"].pk, "form", "tried", "test", n),
            *("", None, {"value": n, "words": 'a "quoted" é'}, 1, "not asked here"),
        )
        for n in range(number)
    ]


def test_rows_come_back_as_they_went_in_with_their_ids_in_order(
    council: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "BATCH", 3)
    wanted = rows(council, 8)
    ids = bulk.insert(Event, COLUMNS, wanted)
    found = [Event.objects.get(pk=pk) for pk in ids]
    assert [
        (one.at, one.by_id, one.route, one.verb, one.subject_type, one.subject_id, one.part,
         one.before, one.after, one.sequence, one.digest)
        for one in found
    ] == wanted  # fmt: skip
    assert Event.objects.filter(verb="tried", before__isnull=True).count() == 8


def test_nothing_to_insert_is_no_statement(council: Cast, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        assert bulk.insert(Event, COLUMNS, []) == []


def test_a_row_that_is_there_takes_the_named_values_only(council: Cast) -> None:
    figure = Figure.objects.filter(value__isnull=False).latest("pk")
    now = timezone.now()
    names = [
        *("return_made", "item", "value", "answer", "note", "explanation"),
        *("is_confirmed", "is_queried", "entered_at", "entered_route"),
    ]
    row = (figure.return_made_id, figure.item_id, 77, "", "New", "", True, True, now, "import")
    key = ["return_made", "item"]
    before = Figure.objects.count()
    assert bulk.insert(Figure, names, [row], unique=key, update=["value"]) == [figure.pk]
    found = Figure.objects.get(pk=figure.pk)
    assert (found.value, found.note, found.is_queried) == (77, figure.note, figure.is_queried)
    assert Figure.objects.count() == before


def test_the_databases_own_rules_hold(council: Cast) -> None:
    event = Event.objects.latest("pk").pk
    twice = [(event, "note", "One"), (event, "note", "Two")]
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert(Remark, ["event", "kind", "text"], twice)
