"""What a token says: every example of the handbook is read, and nonsense is told."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from earlyhelp.report.periods import HalfYear, in_words, moved, parse_period
from earlyhelp.report.tokens.grammar import (
    MeasureToken,
    PairToken,
    RoundToken,
    SourceToken,
    TokenError,
    When,
    parse,
)
from earlyhelp.report.workflow import EDITION, REPORT
from earlyhelp.report.writing.templates import moved_on

HANDBOOK = (Path(settings.BASE_DIR) / "docs" / "reports.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^\| `\{\{(.+?)\}\}`", HANDBOOK, re.MULTILINE)


@pytest.mark.parametrize("words", EXAMPLES)
def test_every_example_of_the_handbook_is_read(words: str) -> None:
    parse(words)


def test_the_handbook_shows_the_states() -> None:
    assert REPORT.diagram() in HANDBOOK
    assert EDITION.diagram() in HANDBOOK


def test_a_measure_can_be_asked_for_in_areas_and_a_period() -> None:
    token = parse("open-cases in North and South in 2015-16 Q4 to 1 decimal")
    areas, when = ("North", "South"), When("2015-16 Q4")
    assert token == MeasureToken("value", "open-cases", areas, when, None, 1)


def test_of_two_numbers_the_one_that_is_spoken_of_first_comes_first() -> None:
    token = parse("difference between a-b and c in North as a share of d")
    assert isinstance(token, PairToken)
    assert token.how == "share"
    assert isinstance(token.first, PairToken)
    assert token.first.second == MeasureToken("value", "c", ("North",))


def test_the_others_of_a_cohort_are_its_rest() -> None:
    token = parse("percentage without escalated in cohort of-2012")
    assert token == RoundToken("percentage", "of-2012", "escalated", "yes", is_rest=True)


def test_a_source_covers_its_sentence_unless_it_says_more() -> None:
    assert parse("source census") == SourceToken("census", "sentence")
    assert parse("source census for the list") == SourceToken("census", "list")


@pytest.mark.parametrize("words", ["", "42", "the helped families", "helped in", "sum of helped"])
def test_what_names_no_figure_is_told(words: str) -> None:
    with pytest.raises(TokenError):
        parse(words)


def test_a_half_year_is_two_quarters() -> None:
    half = parse_period("2015-16 h1")
    assert half == parse_period("2015-16-h1") == HalfYear(2015, 1)
    assert [str(one) for one in HalfYear(2015, 2).quarters] == ["2015-16 Q3", "2015-16 Q4"]
    assert in_words(half) == "April to September 2015"
    assert in_words(moved(HalfYear(2015, 2), 1)) == "October 2016 to March 2017"


def test_a_copy_s_tokens_are_moved_on_and_its_words_stay() -> None:
    text = "In 2015-16 {{helped in 2015-16 Q3}} of {{cases of round under-11s-2015-16}}."
    assert moved_on(text, 1) == (
        "In 2015-16 {{helped in 2016-17 Q3}} of {{cases of round under-11s-2015-16}}."
    )
