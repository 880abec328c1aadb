"""What outsiders are not shown: each rule with the cells that it is about."""

from dataclasses import replace
from fractions import Fraction

import pytest

from measures.counting.catalogue import Item, MeasureSpec
from measures.counting.small_numbers import Told, hidden_in
from measures.models import Heading, Measure

ITEMS = {
    name: Item(number, name, name, 0, False, False, "", (), is_protected)
    for number, (name, is_protected) in enumerate(
        [("closed", True), ("again", True), ("surveys", False), ("helped", False), ("open", True)]
    )
}
EVERYBODY = frozenset((team, 8062) for team in (1, 2, 3))


def measure(number: int, above: str, *below: str, rest: bool = False) -> MeasureSpec:
    return MeasureSpec(
        *(number, f"m-{number}", f"m-{number}", Heading.HOW_MUCH, ITEMS[above]),
        tuple(ITEMS[name] for name in below),
        *(100 if below else 1, Measure.Good.NEITHER, 0, "", rest),
    )


CLOSED, AGAIN = measure(1, "closed"), measure(2, "again")
SHARE = measure(3, "again", "closed")
SHARE_AND_REST = measure(4, "again", "closed", rest=True)
SURVEYS, HELPED = measure(5, "surveys"), measure(6, "helped", "surveys")
WORKED_WITH = measure(7, "again", "open", "closed")


def told(
    spec: MeasureSpec, above: int | None, below: int | None = None, teams: str = "123"
) -> Told:
    return Told(
        spec,
        None if above is None else Fraction(above),
        None if below is None else Fraction(below),
        frozenset((int(team), 8062) for team in teams),
    )


def hidden(*cells: Told) -> set[int]:
    return set(hidden_in(cells))


@pytest.mark.parametrize(("number", "is_hidden"), [(0, False), (1, True), (5, True), (6, False)])
def test_a_protected_count_of_1_to_5_is_hidden_and_zero_is_shown(
    number: int, is_hidden: bool
) -> None:
    assert hidden(told(CLOSED, number)) == ({CLOSED.id} if is_hidden else set())
    assert not hidden(told(SURVEYS, number))


def test_half_a_case_is_small_too() -> None:
    assert hidden(replace(told(CLOSED, 0), numerator=Fraction(1, 2))) == {CLOSED.id}


def test_what_counts_a_small_item_is_hidden_wherever_it_stands() -> None:
    """3 of 200 is hidden with its parts; so is every other sum that has the 3 in it."""
    cells = [told(AGAIN, 3), told(SHARE, 3, 200), told(CLOSED, 200), told(WORKED_WITH, 3, 500)]
    assert hidden(*cells) == {AGAIN.id, SHARE.id, WORKED_WITH.id}


def test_a_small_denominator_is_hidden() -> None:
    assert hidden(told(SHARE, 0, 4), told(CLOSED, 4)) == {SHARE.id, CLOSED.id}


def test_a_small_rest_is_hidden_where_it_says_something() -> None:
    """197 of 200 leaves 3: neither the share nor the 197 is shown, or 200 - 197 would give it."""
    assert not hidden(told(SHARE, 197, 200), told(AGAIN, 197), told(CLOSED, 200))
    cells = [told(SHARE_AND_REST, 197, 200), told(AGAIN, 197), told(CLOSED, 200)]
    assert hidden(*cells) == {SHARE_AND_REST.id, AGAIN.id}


@pytest.mark.parametrize(
    ("above", "below", "is_hidden"),
    [(0, 9, True), (9, 9, True), (0, 10, False), (10, 10, False), (0, 0, False), (7, 9, False)],
)
def test_nobody_or_everybody_of_fewer_than_10_says_it_of_each(
    above: int, below: int, is_hidden: bool
) -> None:
    assert bool(hidden(told(SHARE, above, below))) is is_hidden
    assert not hidden(told(HELPED, above, below))


def test_a_figure_of_one_team_is_hidden_whatever_its_size() -> None:
    assert hidden(told(SURVEYS, 4000, teams="2")) == {SURVEYS.id}
    assert not hidden(told(SURVEYS, 4000, teams="12"))


def test_the_city_wide_return_is_not_a_team() -> None:
    assert not hidden(told(SURVEYS, 450, teams=""))


def test_nothing_answered_is_nothing_to_hide() -> None:
    assert not hidden(told(CLOSED, None, teams=""))


def test_of_two_sums_that_differ_by_one_team_the_smaller_is_hidden() -> None:
    """All three teams sent 90 surveys back, two of them 60: the third sent 30."""
    assert hidden(told(SURVEYS, 90), told(HELPED, 50, 60, teams="12")) == {HELPED.id}
    assert not hidden(told(SURVEYS, 90, teams="1234"), told(HELPED, 50, 60, teams="12"))
    assert not hidden(told(CLOSED, 90), told(HELPED, 50, 60, teams="12"))
