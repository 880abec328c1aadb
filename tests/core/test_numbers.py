"""The grammar of numbers: one table of cases, and what holds for every number."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earlyhelp.core.numbers import NotANumber, parse_decimal, parse_units, plain_spaces, visible
from tests.numbers import CASES


@pytest.mark.parametrize("case", CASES, ids=[ascii(case["typed"])[:30] for case in CASES])
def test_every_case_of_the_table(case: dict[str, Any]) -> None:
    if "units" in case:
        assert parse_units(case["typed"], case["decimals"]) == case["units"]
        return
    with pytest.raises(NotANumber) as refused:
        parse_units(case["typed"], case["decimals"])
    assert str(refused.value) == case["says"]


@given(st.decimals(min_value=0, max_value=10**12 - 1, places=2), st.sampled_from(",\u00a0 "))
def test_a_number_is_read_as_it_was_written(number: Decimal, between: str) -> None:
    for written in (f"{number:f}", f"{number:,f}".replace(",", between)):
        assert parse_decimal(written, 2) == number
        assert parse_units(written, 2) == number * 100


@given(st.text(max_size=12), st.integers(0, 2))
def test_anything_is_a_number_or_is_told_what_it_must_be(typed: str, decimals: int) -> None:
    """Whatever is typed: no other exception, and nothing in the sentence that cannot be seen."""
    try:
        assert parse_units(typed, decimals) >= 0
    except NotANumber as wrong:
        assert str(wrong).startswith("must ")
        assert visible(str(wrong)) == str(wrong)


def test_fewer_digits_where_a_column_holds_fewer() -> None:
    assert parse_decimal("99,999,999.9999", 4, whole_digits=8) == Decimal("99999999.9999")
    with pytest.raises(NotANumber, match="must be less than 100,000,000"):
        parse_decimal("100000000", 4, whole_digits=8)


def test_spaces_and_what_cannot_be_seen() -> None:
    assert plain_spaces("2016-17\u00a0Q1\u2009") == "2016-17 Q1 "
    assert visible("2016-17\u00a0Q1") == "2016-17[no-break space]Q1"
    assert visible("Ünïcode é – “x” £ 🙂 may be seen") == "Ünïcode é – “x” £ 🙂 may be seen"
