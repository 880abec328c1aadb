"""Sums kept of a closed quarter: what figures say, or not there; forgotten by the database itself."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from measures.corrections import actions as corrections
from measures.counting.aggregates import Tally, take
from measures.counting.catalogue import load_measures
from measures.counting.kept_sums import keep_missing_sums, keep_sums
from measures.counting.rollups import RollUp
from measures.exchange import actions as loading
from measures.models import Figure, KeptSum, Return
from measures.quarters import actions as quarters
from measures.querysets import Basis
from measures.returns.answers import Given
from measures.review import actions as review
from measures.triggers import SUMS
from measures.workflow import ReturnState
from teams.checks import triggers_stand
from teams.models import Route
from tests.cast import HISTORY, OPEN, Cast
from tests.measures.acting import figure, reporting

CLOSED = HISTORY[1]


@pytest.fixture
def kept(council: Cast) -> Cast:
    """The council with the sums of its closed quarters kept."""
    keep_missing_sums()
    assert kept_quarters() == {quarter.index for quarter in HISTORY}
    return council


def kept_quarters() -> set[int]:
    return set(KeptSum.objects.values_list("quarter", flat=True))


def close(cast: Cast, reason: str = "It is time") -> None:
    quarters.close_quarter(reporting(), reason=reason, by=cast.actor("officer"))


def added_up(basis: Basis, *, whole: bool, locality: int | None = None) -> Any:
    """Every cell of every measure, in the whole council or by locality."""
    tally: Tally = take(load_measures(), [*HISTORY, OPEN], basis, whole=whole)
    area = RollUp(tally, None if locality is None else {locality})
    return [
        area.cell(measure, period)
        for measure in load_measures()
        for period in (*HISTORY, OPEN, CLOSED.year)
    ]


def everything(cast: Cast) -> list[Any]:
    return [
        *(added_up(basis, whole=whole) for basis in Basis for whole in (True, False)),
        *(
            added_up(b, whole=False, locality=one.pk)
            for b in Basis
            for one in cast.locality.values()
        ),
    ]


def live(cast: Cast) -> list[Any]:
    """The same with every figure added up anew."""
    with transaction.atomic():
        KeptSum.objects.all().delete()
        found = everything(cast)
        transaction.set_rollback(True)
    return found


def test_closing_keeps_the_sums_and_they_are_what_the_figures_say(council: Cast) -> None:
    council.sign_off("north-family", cases_closed=33)
    council.submit("south-family", "other_manager")
    close(council)
    assert OPEN.index in kept_quarters()
    assert everything(council) == live(council)
    closed = KeptSum.objects.get(
        quarter=OPEN.index, locality=council.locality["north"],
        team_type=council.team["north-family"].type, item=council.item["cases-closed"],
    )  # fmt: skip
    assert (closed.total, closed.is_signed_off) == (33, True)
    whole = KeptSum.objects.filter(quarter=OPEN.index, is_whole=True)
    # What was submitted and not signed off speaks on no basis until it is accepted late.
    assert {row.is_signed_off for row in whole} == {True}


def test_a_roll_up_reads_what_is_kept_instead_of_figures(kept: Cast) -> None:
    """Seen by a sum that lies, which nothing but this test could write."""
    row = KeptSum.objects.get(
        quarter=CLOSED.index, is_whole=True, item=kept.item["children-in-care"]
    )
    KeptSum.objects.filter(pk=row.pk).update(total=9999)
    assert 9999 in {cell.numerator for cell in added_up(Basis.SIGNED_OFF, whole=True)}
    # Of an area that is not kept for itself, figures are added up.
    assert 9999 not in {cell.numerator for cell in added_up(Basis.SIGNED_OFF, whole=False)}


def _change_a_number(cast: Cast) -> None:
    Figure.objects.filter(pk=figure(cast, "north-family", "cases-closed", CLOSED).pk).update(
        value=1
    )


def _lose_a_figure(cast: Cast) -> None:
    figure(cast, "north-family", "cases-closed", CLOSED).delete()


def _add_a_figure(cast: Cast) -> None:
    made = cast.made("north-family", CLOSED)
    Figure.objects.create(return_made=made, item=cast.item["children-in-care"], value=5)


def _move_a_figure(cast: Cast) -> None:
    pk = figure(cast, "north-family", "cases-closed", CLOSED).pk
    Figure.objects.filter(pk=pk).update(item=cast.item["children-in-care"])


def _take_a_signature_away(cast: Cast) -> None:
    Return.objects.filter(pk=cast.made("north-family", CLOSED).pk).update(
        state=ReturnState.SUBMITTED, signed_off_at=None, signed_off_route="",
        submitted_by=cast.person["manager"],
    )  # fmt: skip


def _accept_late(cast: Cast) -> None:
    Return.objects.filter(pk=cast.made("north-family", CLOSED).pk).update(
        accepted_late_at=timezone.now(), accepted_late_by=cast.person["officer"]
    )


def _move_a_return(cast: Cast) -> None:
    made = cast.made("north-family", CLOSED)
    Return.objects.filter(pk=made.pk).update(locality=cast.locality["south"])


def _lose_a_return(cast: Cast) -> None:
    made = cast.made("north-family", CLOSED)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM measures_figure WHERE return_id = %s", [made.pk])
        keep_sums(CLOSED.index)
        cursor.execute("DELETE FROM measures_return WHERE id = %s", [made.pk])


CHANGES: list[Callable[[Cast], None]] = [
    _change_a_number, _lose_a_figure, _add_a_figure, _move_a_figure, _take_a_signature_away,
    _accept_late, _move_a_return, _lose_a_return,
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_the_database_forgets_them_whoever_changes_what_they_are_made_of(
    kept: Cast, change: Callable[[Cast], None]
) -> None:
    """Past every action: no route to a figure or a return leaves an old sum behind."""
    change(kept)
    assert kept_quarters() == {quarter.index for quarter in HISTORY} - {CLOSED.index}
    assert everything(kept) == live(kept)


@pytest.mark.parametrize("change", CHANGES)
def test_the_triggers_are_what_forgets_them(kept: Cast, change: Callable[[Cast], None]) -> None:
    """The control: without them an old sum stays."""
    SUMS.remove(connection)
    change(kept)
    assert CLOSED.index in kept_quarters()
    SUMS.install(connection)


def test_what_is_saved_in_an_open_quarter_leaves_them_alone(kept: Cast) -> None:
    before = list(KeptSum.objects.order_by("pk").values_list())
    kept.sign_off("north-family")
    assert list(KeptSum.objects.order_by("pk").values_list()) == before


def test_a_correction_counts_at_once_and_is_kept(kept: Cast) -> None:
    one = figure(kept, "north-family", "cases-closed", CLOSED)
    proposed = corrections.propose({one.pk: Given(121)}, reason="Late", by=kept.actor("officer"))
    corrections.countersign(proposed, by=kept.actor("director"))
    assert CLOSED.index in kept_quarters()
    assert everything(kept) == live(kept)
    total = KeptSum.objects.get(
        quarter=CLOSED.index, locality=kept.locality["north"],
        team_type=one.return_made.team_type, item=one.item,
    ).total  # fmt: skip
    assert total == 121


def test_a_return_that_is_accepted_late_counts_step_by_step(council: Cast) -> None:
    close(council)
    review.accept_late(council.made("north-family"), reason="Ill", by=council.actor("officer"))
    assert everything(council) == live(council)
    made = council.submit("north-family")
    assert {row.is_signed_off for row in KeptSum.objects.filter(quarter=OPEN.index)} == {False}
    assert everything(council) == live(council)
    made = review.sign_off(made, version=made.version, by=council.actor("head"))
    assert {row.is_signed_off for row in KeptSum.objects.filter(quarter=OPEN.index)} == {True}
    assert everything(council) == live(council)


def test_history_from_a_file_into_a_closed_quarter_is_kept_too(council: Cast) -> None:
    close(council)
    line = loading.Line(
        council.team["city-team"], OPEN, council.item["children-in-care"].pk, Given(470)
    )
    loading.load_figures([line], signed_off=True, by=None, route=Route.IMPORT)
    assert KeptSum.objects.get(quarter=OPEN.index, is_whole=True, total=470).is_signed_off
    assert everything(council) == live(council)


def test_an_open_quarter_has_none(council: Cast) -> None:
    council.sign_off("north-family")
    keep_sums(OPEN.index)
    assert OPEN.index not in kept_quarters()
    KeptSum.objects.all().delete()
    assert keep_missing_sums() == len(HISTORY)
    assert keep_missing_sums() == 0


@pytest.mark.parametrize(
    "row",
    [
        {"is_whole": False, "locality": "north"},
        {"is_whole": False, "locality": None},
        {"is_whole": True, "locality": None},
    ],
)
def test_a_sum_is_kept_once(kept: Cast, row: dict[str, Any]) -> None:
    city_wide = not row["is_whole"] and row["locality"] is None
    code = "children-in-care" if city_wide else "cases-closed"
    there = {**row, "locality": kept.locality[row["locality"]] if row["locality"] else None}
    found = KeptSum.objects.filter(quarter=CLOSED.index, item=kept.item[code], **there)[0]
    found.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        found.save()


def test_a_lost_trigger_is_noticed(council: Cast) -> None:
    assert triggers_stand(databases=["default"]) == []
    SUMS.remove(connection)
    (said,) = triggers_stand(databases=["default"])
    assert "Sums kept of closed quarters can be out of date" in said.msg
    SUMS.install(connection)


@pytest.mark.django_db(transaction=True)
def test_nobody_keeps_sums_beside_a_change_that_they_cannot_see(
    transactional_council: Cast,
) -> None:
    """A figure changes in one transaction while another keeps the sums of its quarter."""
    cast = transactional_council
    KeptSum.objects.all().delete()
    pk = figure(cast, "north-family", "cases-closed", CLOSED).pk
    changed, done = threading.Event(), threading.Event()

    def keep() -> None:
        changed.wait(10)
        try:
            keep_sums(CLOSED.index)
        finally:
            done.set()
            connection.close()

    other = threading.Thread(target=keep)
    other.start()
    with transaction.atomic():
        Figure.objects.filter(pk=pk).update(value=777)
        changed.set()
        # Time enough for the other to be through, were it not made to wait.
        assert not done.wait(1)
    other.join(10)
    assert CLOSED.index in kept_quarters()
    assert everything(cast) == live(cast)
    assert 777 in set(KeptSum.objects.filter(quarter=CLOSED.index).values_list("total", flat=True))


@pytest.fixture
def transactional_council(transactional_db: None, settings: Any) -> Cast:
    """The council for tests in which several transactions meet."""
    from tests.cast import TODAY, build_council

    settings.BUSINESS_DATE = TODAY
    return build_council()
