"""Compiled queries: compiled once, run each time, with the rows that Django would give."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, connections, router
from django.db.models import CharField, Count, DecimalField, Model, QuerySet, Value
from django.test.utils import CaptureQueriesContext

from earlyhelp.core.compiled_queries import BuilderQueries, Parameter, fetch
from earlyhelp.core.events.models import Event
from measures.models import Figure, Return, SeriesBreak, Target
from teams.models import Locality, Team
from tests.cast import Cast

built: list[tuple[Any, ...]] = []


def _codes(names: tuple[str, ...]) -> QuerySet[Locality, Any]:
    built.append(names)
    return Locality.objects.filter(name__in=names).order_by("position").values_list("code", "name")


def _called(is_late: bool) -> QuerySet[Locality, Any]:
    return Locality.objects.extra(
        where=["name = %s"], params=[Parameter("name") if is_late else "North"]
    ).values_list("code")


@pytest.fixture(autouse=True)
def _nothing_is_built() -> None:
    built.clear()


def test_it_is_compiled_once_for_the_same_values_and_run_each_time(db: None) -> None:
    Locality.objects.create(code="north", name="North", position=1)
    assert fetch(_codes, ("North", "South")) == [("north", "North")]
    Locality.objects.create(code="south", name="South", position=0)
    with CaptureQueriesContext(connection) as seen:
        assert fetch(_codes, ("North", "South")) == [("south", "South"), ("north", "North")]
    assert len(seen) == 1
    assert fetch(_codes, ("South",)) == [("south", "South")]
    assert built == [("North", "South"), ("South",)]


def test_a_parameter_takes_its_value_when_the_query_is_run(db: None) -> None:
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


def _echo(value: Any) -> QuerySet[Locality, Any]:
    return Locality.objects.values_list(Value(str(value), CharField()))


def test_equal_arguments_of_different_types_are_kept_apart(db: None) -> None:
    Locality.objects.create(code="north", name="North")
    for value in (1, True, Decimal(1), 1.0):
        assert fetch(_echo, value) == [(str(value),)]


# -- which database ---------------------------------------------------------------------------


class Router:
    """Sends reads wherever ``reads`` says."""

    reads = "default"

    def db_for_read(self, model: type, **hints: Any) -> str:
        return self.reads


@pytest.fixture
def replica(db: None) -> Iterator[CaptureQueriesContext]:
    """A second database called ``replica``, which is the first again; sees what it is asked."""
    other = connection.copy("replica")
    other.connection = connection.connection
    connections["replica"] = other
    try:
        with CaptureQueriesContext(other) as seen:
            yield seen
    finally:
        other.connection = None
        del connections["replica"]


def test_the_database_is_chosen_each_time(
    replica: CaptureQueriesContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    Locality.objects.create(code="north", name="North")
    monkeypatch.setattr(router, "routers", [Router()])
    for reads, asked in (("default", 0), ("replica", 1), ("default", 1), ("replica", 2)):
        monkeypatch.setattr(Router, "reads", reads)
        assert fetch(_codes, ("North",)) == [("north", "North")]
        assert len(replica) == asked


def _on_the_replica() -> QuerySet[Locality, Any]:
    return Locality.objects.using("replica").values_list("code")


def test_a_builder_can_name_the_database(replica: CaptureQueriesContext) -> None:
    for asked in (1, 2):
        assert fetch(_on_the_replica) == []
        assert len(replica) == asked


# -- what builders may do ---------------------------------------------------------------------


def _reads_first(code: str) -> QuerySet[Team, Any]:
    return Team.objects.filter(locality=Locality.objects.get(code=code)).values_list("code")


def test_a_builder_that_queries_the_database_is_refused(council: Cast) -> None:
    for _ in range(2):
        with pytest.raises(BuilderQueries, match="teams_locality"):
            fetch(_reads_first, "north")
    assert Locality.objects.count(), "the database answers others again"


# -- the rows are Django's --------------------------------------------------------------------


def _figures() -> QuerySet[Any, Any]:
    return Figure.objects.values_list("value", "is_confirmed", "entered_at", "answer", "item__name")


def _events() -> QuerySet[Any, Any]:
    return Event.objects.values_list("at", "after", "by__name")


def _targets() -> QuerySet[Any, Any]:
    return Target.objects.values_list("target", "close_within", "year")


def _breaks() -> QuerySet[Any, Any]:
    return SeriesBreak.objects.values_list("quarter", "reason")


def _targets_and_breaks() -> QuerySet[Any, Any]:
    no_target = Value(None, DecimalField(max_digits=12, decimal_places=4))
    breaks = SeriesBreak.objects.order_by().values_list("item_id", no_target, "reason")
    return (
        Target.objects.order_by()
        .values_list("measure_id", "target", Value("", CharField()))
        .union(breaks, all=True)
    )


def _teams_by_locality() -> QuerySet[Any, Any]:
    return (
        Team.objects.order_by("locality__position")
        .values_list("locality__name")
        .annotate(number=Count("pk"))
    )


def _names_in_another_order() -> QuerySet[Any, Any]:
    return Team.objects.order_by("-position").values_list("type__name").distinct()


BUILDERS = [
    _figures, _events, _targets, _breaks, _targets_and_breaks, _teams_by_locality,
    _names_in_another_order,
]  # fmt: skip


@pytest.mark.parametrize("builder", BUILDERS)
def test_rows_are_what_the_queryset_gives(council: Cast, builder: Any) -> None:
    """Pins what is private to Django: an upgrade that changes how it reads rows fails here."""
    Target.objects.create(
        measure=council.measure["helped"], year=2030, target=Decimal("0.1"), close_within=0
    )
    SeriesBreak.objects.create(
        item=council.item["open-cases"], quarter="2016-17 Q1", reason="Counted anew"
    )
    rows, wanted = fetch(builder), list(builder())
    assert rows == wanted
    assert rows
    assert [list(map(type, row)) for row in rows] == [list(map(type, row)) for row in wanted]


def _teams() -> QuerySet[Team]:
    return Team.objects.select_related("type").annotate(moves=Count("placements"))


def _returns() -> QuerySet[Return]:
    return Return.objects.for_pages().with_counts().in_order()


def _figures_of_items() -> QuerySet[Figure]:
    return Figure.objects.select_related("item__part_of", "entered_by").order_by("pk")


@pytest.mark.parametrize("builder", [_teams, _returns, _figures_of_items])
def test_rows_of_a_model_are_what_the_queryset_gives(council: Cast, builder: Any) -> None:
    """Field by field, also of what was followed and counted; pins what is private to Django."""
    with CaptureQueriesContext(connection) as seen:
        rows = fetch(builder)
        plain = [_plain(row) for row in rows]
    assert len(seen) == 1
    assert rows
    assert plain == [_plain(row) for row in builder()]


def _plain(row: Model) -> dict[str, Any]:
    followed = row._state.fields_cache
    kept = {name: value for name, value in vars(row).items() if name != "_state"}
    return kept | {
        f"{name} followed": None if other is None else _plain(other)
        for name, other in followed.items()
        if other is not row
    } | {"database": row._state.db, "is new": row._state.adding}  # fmt: skip


def _prefetched() -> QuerySet[Team]:
    return Team.objects.prefetch_related("placements")


def test_a_builder_that_prefetches_is_refused(db: None) -> None:
    with pytest.raises(BuilderQueries, match="prefetch"):
        fetch(_prefetched)
