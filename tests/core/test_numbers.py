"""The grammar of numbers: one table of cases, and what holds for every number."""

import datetime as dt
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from earlyhelp.core.numbers import NotANumber, parse_decimal, parse_units, plain_spaces, visible
from earlyhelp.core.pages.fields import DayField, NumberField
from teams.quarters import Quarter
from tests.numbers import CASES
from tests.properties import given, st

ROOT = Path(__file__).parents[2]
OURS = ("earlyhelp", "teams", "measures", "audits")


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


# -- where people type ------------------------------------------------------------------------


def test_a_box_for_a_number_reads_by_this_grammar() -> None:
    """Not by Django's: its fields take other scripts' digits, ``1_000`` and ``1e3``."""
    for app in OURS:
        for path in (ROOT / app).rglob("*.py"):
            for line in path.read_text("utf-8").splitlines():
                if re.search(r"forms\.(IntegerField|DecimalField|FloatField)\(", line):
                    assert "HiddenInput" in line, f"{path}: use NumberField: {line}"


def test_a_field_for_a_number() -> None:
    field = NumberField(what="The target", decimals=4, whole_digits=8)
    assert field.clean(" 1\u00a0061.5 ") == Decimal("1061.5")
    assert field.prepare_value(Decimal("100.5000")) == "100.5"
    assert not field.has_changed(Decimal("85.0000"), "85")
    assert field.has_changed(Decimal("85.0000"), "85.5")
    assert field.has_changed(None, "8,5")
    with pytest.raises(ValidationError, match="The target must be less than 100,000,000"):
        field.clean("100000000")
    assert NumberField(what="Cases", required=False).clean("") is None
    assert NumberField(what="Cases").clean("12") == 12
    with pytest.raises(ValidationError, match="only 0 to 9 are digits"):
        NumberField(what="Cases").clean("\u0661\u0662")


def test_a_day_has_digits_of_0_to_9() -> None:
    day = DayField(what="the due date")
    assert day.clean(["14", "7", "2016"]) == dt.date(2016, 7, 14)
    with pytest.raises(ValidationError, match="must be a real date"):
        day.clean(["\u0661\u0664", "7", "2016"])


@pytest.mark.parametrize("text", ["201\u0665-16 Q4", "2015-1\uff16 Q4", "2015-16 Q\u0664"])
def test_a_quarter_has_digits_of_0_to_9(text: str) -> None:
    with pytest.raises(ValueError, match="is not a quarter"):
        Quarter.parse(text)
    assert Quarter.parse("2015-16\u00a0Q4") == Quarter.parse("2015-16 Q4")
