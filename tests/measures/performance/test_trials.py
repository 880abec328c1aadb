"""Small councils whose years and targets were judged wrongly once: what their pages say now.

Each is a council folder with its figures, loaded as people load theirs; the day is 1 June 2012.
"""

import csv
import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from measures.models import Target
from teams.roles import Role
from tests.factories import PersonFactory
from tests.measures.performance.test_pages import rows_of
from tests.pages import text

COUNCILS = Path(__file__).parent / "councils"
Load = Callable[[str], Client]
# How a change says that it is one.
CHANGES = re.compile("[▲▼]|improved|worsened|more|fewer|higher|lower|better|worse|chance")


@pytest.fixture
def load(db: None, settings: Any) -> Load:
    """Load a council and sign in as somebody who sees all of it."""
    settings.BUSINESS_DATE = dt.date(2012, 6, 1)

    def loaded(name: str) -> Client:
        call_command("load_council", COUNCILS / name / "council", verbosity=0)
        call_command("import_figures", COUNCILS / name / "figures.csv", "--signed-off", verbosity=0)
        appointed = {"role": Role.SERVICE_DIRECTOR, "starts": dt.date(2010, 4, 1)}
        client = Client()
        client.force_login(PersonFactory(appointed=[appointed]))
        return client

    return loaded


def sentence(client: Client, measure: str, period: str) -> str:
    """What a measure's page says first."""
    page = client.get(f"/performance/measures/{measure}/?period={period}").content.decode()
    found = re.search(r'<div class="eh-callout"><p>(.*?)</p>', page, flags=re.DOTALL)
    assert found
    return re.sub(r"<[^>]+>", "", found[1]).strip()


def tile(page: str, words: str) -> int:
    """The number on a tile of an area's page."""
    found = re.search(rf"(\d+) {words}", page)
    assert found, words
    return int(found[1])


@pytest.mark.parametrize("area", ["", "localities/north/", "teams/007/"])
def test_four_quarters_are_not_held_against_one(load: Load, area: str) -> None:
    page = load("partyear").get(f"/performance/{area}?period=2011-12")
    said = text(page)
    assert "2010-11 from Q4" in said
    assert "so far" not in said
    for name in ("Assessments done", "Good share"):
        row = rows_of(page)[name]
        assert "not comparable: Q4 only of 2010-11, all four quarters of 2011-12" in row
        assert not CHANGES.search(row)
    assert [tile(said, one) for one in ("improved", "worsened", "no clear change")] == [0, 0, 0]
    assert tile(said, "not comparable") == 2


def test_four_quarters_against_one_in_a_sentence(load: Load) -> None:
    client = load("partyear")
    assert sentence(client, "done", "2011-12") == (
        "390 in 2011-12, against 100 in 2010-11 from Q4: not a like-for-like comparison "
        "(Q4 only of 2010-11, all four quarters of 2011-12)."
    )
    quarter = rows_of(client.get("/performance/?period=2011-12-q4"))["Assessments done"]
    assert "90 100 ▲ 10 improved, not tested" in quarter


def test_a_year_with_one_quarter_is_not_held_against_its_target(load: Load) -> None:
    client = load("partyear")
    for year in (2010, 2011):
        for code, level in (("done", 95), ("good", 75)):
            measure = Target._meta.get_field("measure").related_model.objects.get(code=code)
            Target.objects.create(measure=measure, year=year, target=level, close_within=5)
    verdicts = {
        year: [
            bool(re.search("95 met|75% met", row))
            for row in rows_of(client.get(f"/performance/?period={year}")).values()
        ]
        for year in ("2010-11", "2011-12")
    }
    assert verdicts == {"2010-11": [False, False], "2011-12": [True, True]}


@pytest.mark.parametrize("area", ["", "localities/north/", "teams/007/"])
def test_a_question_of_part_of_a_year_gives_no_change(load: Load, area: str) -> None:
    client = load("midyear_item")
    page = client.get(f"/performance/{area}?period=2011-12")
    rows = rows_of(page)
    assert len(rows) == 2
    assert not any(CHANGES.search(row.partition(")")[2]) for row in rows.values())
    assert [tile(text(page), one) for one in ("improved", "worsened")] == [0, 0]
    assert sentence(client, "done", "2011-12").endswith(
        "not a like-for-like comparison (Q3 and Q4 of 2010-11, all four quarters of 2011-12)."
    )
    assert sentence(client, "visits", "2011-12").endswith(
        "not a like-for-like comparison (all four quarters of 2010-11, Q1 and Q2 of 2011-12)."
    )


def test_printed_numbers_do_not_contradict_what_is_said_of_them(load: Load) -> None:
    """2,124 of 2,500 are 84.96%, close to 85%; 2,126 are 85.04%, which meets it."""
    client = load("rag")
    rows = {
        number: rows_of(client.get(f"/performance/?period=2011-12-q{number}"))
        for number in (1, 2, 4)
    }
    assert "84.96%" in rows[1]["Good share"]
    assert "85% close, within chance" in rows[1]["Good share"]
    assert "85.0% no clear change 85% met, within chance" in rows[2]["Good share"]
    assert "84.96%" not in rows[2]["Good share"]
    assert "85.04%" in rows[2]["Late share"]
    assert "85% close, within chance" in rows[2]["Late share"]
    assert not re.search("[▲▼]", rows[2]["Good share"])
    assert "84.96% 85.04% ▲ 0.08 points no clear change" in rows[2]["Late share"]
    said = sentence(client, "good", "2011-12-q1")
    assert said.startswith("84.96% in Quarter 1, 2011-12")
    assert said.endswith("The target of 85% is close, within chance.")


def test_a_ratio_that_is_no_share_is_not_tested(load: Load) -> None:
    """2,500 surveys for 10.00 posts, after 2,500 for 10.25: neither is a part of the other."""
    client = load("rag")
    assert (
        "243.9 250.0"
        in rows_of(client.get("/performance/?period=2011-12-q4&against=year"))["Surveys per post"]
    )
    row = rows_of(client.get("/performance/?period=2011-12-q4&against=year"))["Surveys per post"]
    assert "▲ 6.1 improved, not tested" in row


PUBLISHED = {
    "seen": ("seen", "numerator"),
    "seen-in-18-weeks": ("seen-in-time", "numerator"),
    "referrals-received": ("accepted", "denominator"),
    "referrals-accepted": ("accepted", "numerator"),
    "appointments": ("dna", "denominator"),
    "did-not-attend": ("dna", "numerator"),
    "waiting": ("waiting", "numerator"),
    "waiting-under-18-weeks": ("waiting-in-time", "numerator"),
}


@pytest.mark.long
def test_a_country_comes_out_as_it_was_published(load: Load, settings: Any, tmp_path: Path) -> None:
    """Eighteen boards of which four changed their code; in one quarter the source dates a row wrong."""
    settings.BUSINESS_DATE = dt.date(2026, 11, 28)
    load("camhs")
    file = tmp_path / "scotland.csv"
    span = ("--from", "2012-13 Q2", "--to", "2026-27 Q1")
    call_command("export_rollup", "--by", "city", *span, "--output", file)
    with file.open() as rows:
        found = {(row["period"], row["measure"]): row for row in csv.DictReader(rows)}
    with (COUNCILS / "camhs/expected_scotland.csv").open() as rows:
        differ = [
            (row["quarter"], row["item"])
            for row in csv.DictReader(rows)
            for measure, column in [PUBLISHED[row["item"]]]
            if found[row["quarter"], measure][column] != row["published"]
        ]
    assert differ == [("2024-25 Q3", "waiting"), ("2024-25 Q3", "waiting-under-18-weeks")]
