"""Quarters and financial years as values."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from teams.quarters import FinancialYear, Quarter, QuarterField, span
from tests import oracle
from tests.properties import given, st


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2015-16 Q1", dt.date(2015, 4, 1), dt.date(2015, 6, 30)),
        ("2015-16 Q2", dt.date(2015, 7, 1), dt.date(2015, 9, 30)),
        ("2015-16 Q3", dt.date(2015, 10, 1), dt.date(2015, 12, 31)),
        ("2015-16 Q4", dt.date(2016, 1, 1), dt.date(2016, 3, 31)),
        ("1999-00 Q4", dt.date(2000, 1, 1), dt.date(2000, 3, 31)),
    ],
)
def test_a_quarter_has_its_days(text: str, first: dt.date, last: dt.date) -> None:
    quarter = Quarter.parse(text)
    assert (str(quarter), quarter.first_day, quarter.last_day) == (text, first, last)
    assert Quarter.containing(first) == Quarter.containing(last) == quarter


@pytest.mark.parametrize(
    "text",
    [
        *("2015-16", "2015-17 Q1", "2015-16 Q5", "2015-16 Q0", "15-16 Q1", "2015-16 q1", ""),
        *("2015/16 Q1", "2015-2016 Q1", "2015-16 Q1 or so", "from 2015-16 Q1", "2015-16Q1"),
        # The digits of other scripts: each looked like another quarter, and was the same one.
        *("２０１５-16 Q1", "2015-1٦ Q1", "2015-16 Q１", "२०१५-१६ Q1"),
    ],
)
def test_anything_else_is_no_quarter(text: str) -> None:
    with pytest.raises(ValueError, match="write it like"):
        Quarter.parse(text)
    if text:
        with pytest.raises(ValidationError):
            QuarterField().to_python(text)


@given(st.dates(dt.date(1990, 1, 1), dt.date(2090, 12, 31)))
def test_every_day_lies_in_one_quarter(day: dt.date) -> None:
    quarter = Quarter.containing(day)
    assert quarter.first_day <= day <= quarter.last_day
    assert str(quarter) == str(oracle.Quarter.of(day))
    assert Quarter.parse(str(quarter)) == quarter == Quarter.of(quarter.year.start, quarter.number)
    assert (quarter + 1).first_day == quarter.last_day + dt.timedelta(days=1)
    assert (quarter - 4).year == quarter.year.previous
    assert quarter in quarter.year.quarters


def test_a_span_is_in_time_order_with_both_ends() -> None:
    first, last = Quarter.parse("2014-15 Q3"), Quarter.parse("2015-16 Q2")
    assert [str(quarter)[-10:] for quarter in span(first, last)] == [
        "2014-15 Q3", "2014-15 Q4", "2015-16 Q1", "2015-16 Q2",
    ]  # fmt: skip
    assert span(last, first) == []
    assert sorted([last, first]) == [first, last]


def test_a_year_runs_from_april() -> None:
    year = FinancialYear.parse("1999-00")
    assert (year.start, str(year), str(year.next), str(year.previous)) == (
        1999, "1999-00", "2000-01", "1998-99",
    )  # fmt: skip
    for wrong in ("1999-01", "1999", "99-00", "1999/00", "1999-2000", "１９９９-00"):
        with pytest.raises(ValueError, match="write it like 2015-16"):
            FinancialYear.parse(wrong)


def test_there_are_four_quarters() -> None:
    with pytest.raises(ValueError, match="no quarter 5"):
        Quarter.of(2015, 5)


def test_an_address_names_a_period_to_its_last_character() -> None:
    for text in ("2015-16-q4", "1999-00-q1"):
        assert Quarter.from_slug(text).slug == text
    assert FinancialYear.from_slug("2015-16").slug == "2015-16"
    for wrong in (
        *("2015-16-Q4", " 2015-16-q4", "2015-16-q4 ", "2015-16 -q4", "2015-16-q", "2015-16-q５"),
        *("2015-16-q4-q4", "0000-01-q1", "9999-00-q4", "2015-16 Q4", "２０１５-16-q4", ""),
    ):
        with pytest.raises(ValueError, match="is not a"):
            Quarter.from_slug(wrong)
    for wrong in (" 2015-16", "2015-16 ", "2015-16\n", "2015/16", "0000-01", "9999-00", "२०१५-१६"):
        with pytest.raises(ValueError, match="is not a"):
            FinancialYear.from_slug(wrong)
