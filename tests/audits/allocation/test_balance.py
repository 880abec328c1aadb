"""Cases shared out over several auditors: as evenly as can be, nobody's own line."""

from collections import Counter
from itertools import product

import pytest

from audits.allocation.balance import share_out
from tests.properties import given, st

ANN, BEN, CAT = 1, 2, 3
ALL = (ANN, BEN, CAT)


def loads(by_case: dict[int, int], people: tuple[int, ...]) -> list[int]:
    counted = Counter(by_case.values())
    return sorted(counted[person] for person in people)


@pytest.mark.parametrize(("number", "even"), [(1, [0, 0, 1]), (6, [2, 2, 2]), (8, [2, 3, 3])])
def test_cases_of_nobodys_line_are_shared_out_in_turn(number: int, even: list[int]) -> None:
    shared = share_out(dict.fromkeys(range(number), ALL), ALL)
    assert loads(dict(shared.by_case), ALL) == even
    assert [shared.by_case[case] for case in range(min(number, 3))] == [ANN, BEN, CAT][:number]
    assert shared.nobodys == ()


def test_a_case_that_nobody_may_audit_is_said_to_be() -> None:
    shared = share_out({10: (), 11: (ANN,), 12: (4,)}, (ANN, BEN))
    assert shared.by_case == {11: ANN}
    assert shared.nobodys == (10, 12)


def test_what_was_given_is_passed_on_where_lines_allow_less() -> None:
    """Ann and Ben share the first four; the others are Ann's alone, so Ben takes all four."""
    cases = dict.fromkeys(range(4), (ANN, BEN)) | dict.fromkeys(range(4, 8), (ANN,))
    shared = share_out(cases, (ANN, BEN))
    assert loads(dict(shared.by_case), (ANN, BEN)) == [4, 4]
    assert {shared.by_case[case] for case in range(4, 8)} == {ANN}


def test_cases_are_passed_on_along_a_chain() -> None:
    """Ann can hand over to Ben only, and Ben to Cat only."""
    cases = {1: (ANN, BEN), 2: (BEN, CAT), 3: (ANN,), 4: (ANN,), 5: (BEN,)}
    shared = share_out(cases, ALL)
    assert loads(dict(shared.by_case), ALL) == [1, 2, 2]


@given(
    st.lists(st.sets(st.sampled_from([*ALL, 4]), max_size=4), max_size=6),
    st.permutations(ALL),
)
def test_no_other_way_is_more_even(may: list[set[int]], people: list[int]) -> None:
    """Every way of giving the same cases, tried one by one: none has a smaller sum of squares."""
    cases = {number: sorted(fit) for number, fit in enumerate(may)}
    shared = share_out(cases, people)
    fit = {case: [one for one in people if one in cases[case]] for case in cases}
    assert set(shared.by_case) == {case for case, ones in fit.items() if ones}
    assert set(shared.nobodys) == {case for case, ones in fit.items() if not ones}
    assert all(person in fit[case] for case, person in shared.by_case.items())

    def uneven(given_to: tuple[int, ...]) -> int:
        return sum(number**2 for number in Counter(given_to).values())

    best = min(uneven(way) for way in product(*(fit[case] for case in shared.by_case)))
    assert uneven(tuple(shared.by_case.values())) == best
