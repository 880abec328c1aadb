"""A prepared query: put together once, asked with the values of the moment."""

from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from earlyhelp.core.compiled_queries import Later, fetch
from teams.models import Locality

built: list[tuple[str, ...]] = []


def _codes(names: tuple[str, ...]) -> QuerySet[Locality, Any]:
    built.append(names)
    return Locality.objects.filter(name__in=names).order_by("position").values_list("code", "name")


def _called(is_late: bool) -> QuerySet[Locality, Any]:
    return Locality.objects.extra(
        where=["name = %s"], params=[Later("name") if is_late else "North"]
    ).values_list("code")


@pytest.fixture(autouse=True)
def forget() -> None:
    built.clear()


def test_it_is_put_together_once_for_the_same_values_and_asked_each_time(db: None) -> None:
    Locality.objects.create(code="north", name="North", position=1)
    assert fetch(_codes, ("North", "South")) == [("north", "North")]
    Locality.objects.create(code="south", name="South", position=0)
    with CaptureQueriesContext(connection) as seen:
        assert fetch(_codes, ("North", "South")) == [("south", "South"), ("north", "North")]
    assert len(seen) == 1
    assert fetch(_codes, ("South",)) == [("south", "South")]
    assert built == [("North", "South"), ("South",)]


def test_a_value_comes_when_it_is_asked(db: None) -> None:
    for code, name in (("north", "North"), ("south", "South")):
        Locality.objects.create(code=code, name=name)
    assert fetch(_called, True, name="South") == [("south",)]
    assert fetch(_called, True, name="North") == [("north",)]
    assert fetch(_called, False) == [("north",)]
    with pytest.raises(KeyError):
        fetch(_called, True)


def test_what_no_row_can_answer_is_not_asked(db: None) -> None:
    with CaptureQueriesContext(connection) as seen:
        assert fetch(_codes, ()) == []
    assert not seen.captured_queries
