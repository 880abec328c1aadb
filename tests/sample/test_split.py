"""The sample's figures: they add up to the published totals, keep within their wholes, and can be made again."""

import csv
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

import split_totals
from split_totals import FIGURES, FOLDER, TOTALS, apportion, figure_rows, write_figures
from tests.oracle import (
    Answer,
    Council,
    Level,
    Period,
    Quarter,
    fill_from_file,
    open_returns,
    read_council,
    rollup,
)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


TOTAL_LINES = rows_of(TOTALS)
FIRST, LAST = Quarter(2014, 1), Quarter(2015, 4)


@pytest.fixture(scope="module")
def derby() -> Council:
    """The sample as its files have it, with the history signed off."""
    council = read_council(FOLDER)
    open_returns(council)
    fill_from_file(council, FIGURES, signed_off=True)
    return council


def test_the_totals_are_all_there() -> None:
    statuses = [line["status"] for line in TOTAL_LINES]
    counts = {status: statuses.count(status) for status in statuses}
    assert counts == {"published": 92, "derived": 6, "not collected": 2, "not provided": 2}


@pytest.mark.parametrize("line", TOTAL_LINES, ids=lambda line: f"{line['item']}, {line['period']}")
def test_figures_add_up_to_the_total(line: dict[str, str]) -> None:
    found = [
        row
        for row in rows_of(FIGURES)
        if row["item"] == line["item"] and row["quarter"].startswith(line["period"])
    ]
    city_wide = {row["team"] == "performance-team" for row in found}
    if line["status"] == "not collected":
        assert found == []
        return
    assert city_wide == {line["level"] == "city-wide"}
    if line["status"] == "not provided":
        assert {row["answer"] for row in found} == {"not-provided"}
    else:
        assert sum(int(row["value"] or 0) for row in found) == int(line["total"])


@pytest.mark.parametrize("line", TOTAL_LINES, ids=lambda line: f"{line['item']}, {line['period']}")
def test_the_total_comes_out_of_a_roll_up(derby: Council, line: dict[str, str]) -> None:
    """As a count, a numerator or the whole of a denominator of some measure of the city."""
    by_period = Period.QUARTER if "Q" in line["period"] else Period.YEAR
    rows = rollup(derby, by=Level.CITY, first=FIRST, last=LAST, period=by_period)
    found = set()
    for measure in derby.measures:
        for row in rows:
            if row["measure"] == measure.code and row["period"] == line["period"]:
                if measure.numerator == line["item"]:
                    found.add((row["numerator"], row["expected"] == "0"))
                if measure.denominators == (line["item"],):
                    found.add((row["denominator"], row["expected"] == "0"))
    assert (line["total"], line["status"] == "not collected") in found


def test_coverage_of_the_city_s_year(derby: Council) -> None:
    rows = rollup(derby, by=Level.CITY, first=LAST, last=LAST, period=Period.YEAR)
    covered = {row["measure"]: (row["answered"], row["expected"]) for row in rows}
    assert covered.pop("contacts") == ("3", "15")
    assert covered.pop("child-protection-cases-worked") == ("24", "60")
    assert all(answered == expected for answered, expected in covered.values())
    assert covered["helped"] == ("60", "60")
    assert covered["open-cases"] == ("15", "15")
    assert covered["children-in-care"] == ("1", "1")


@pytest.mark.parametrize(
    ("measure", "year", "numbers"),
    [
        ("reopened-share", "2014-15", ("182", "1466", "12.4")),
        ("reopened-share", "2015-16", ("66", "1333", "5.0")),
        ("families-feeding-back", "2014-15", ("160", "726", "22.0")),
        ("families-feeding-back", "2015-16", ("499", "700", "71.3")),
        ("treated-with-respect", "2014-15", ("127", "160", "79.4")),
        ("treated-with-respect", "2015-16", ("373", "499", "74.7")),
        ("workers-listened", "2015-16", ("370", "499", "74.1")),
        ("helped", "2015-16", ("384", "499", "77.0")),
        ("spider-graphs-improving-share", "2014-15", ("200", "303", "66.0")),
        ("spider-graphs-improving-share", "2015-16", ("667", "717", "93.0")),
        ("cse-medium-or-high-share", "2014-15", ("", "", "")),
        ("cse-medium-or-high-share", "2015-16", ("37", "363", "10.2")),
        ("escalated-locality-teams", "2014-15", ("", "", "")),
        ("escalated-locality-teams", "2015-16", ("212", "700", "30.3")),
        ("escalated-whole-service", "2014-15", ("187", "1199", "15.6")),
        ("escalated-whole-service", "2015-16", ("399", "1501", "26.6")),
        ("case-audit-completion", "2015-16", ("133", "138", "96.4")),
    ],
)
def test_the_report_s_percentages_worked_out_again(
    derby: Council, measure: str, year: str, numbers: tuple[str, str, str]
) -> None:
    rows = rollup(
        derby, by=Level.CITY, first=FIRST, last=LAST, period=Period.YEAR, measures=[measure]
    )
    (row,) = [row for row in rows if row["period"] == year]
    assert (row["numerator"], row["denominator"], row["value"]) == numbers


def test_no_part_exceeds_its_whole(derby: Council) -> None:
    parts = {item.code: item.part_of for item in derby.items if item.part_of}
    assert len(parts) == 8
    checked = 0
    for given in derby.returns:
        for part, whole in parts.items():
            if part in given.figures and given.figures[part].answer == Answer.NUMBER:
                small, large = given.figures[part].value, given.figures[whole].value
                assert small is not None
                assert large is not None
                assert small <= large, (given.team, given.quarter, part)
                checked += 1
    # 4 parts in 120 team-quarters, 2 in 60, and the city's escalations and audits.
    assert checked == 4 * 120 + 2 * 60 + 8 + 4


def test_every_question_of_the_closed_quarters_is_answered(derby: Council) -> None:
    unanswered = [
        (given.team, str(given.quarter), item)
        for given in derby.returns
        if given.quarter <= LAST
        for item, figure in given.figures.items()
        if figure.answer == Answer.UNANSWERED
    ]
    assert unanswered == []


def test_answers_that_are_not_numbers_say_why() -> None:
    rows = rows_of(FIGURES)
    assert all(bool(row["value"]) != bool(row["answer"]) for row in rows)
    assert all(row["note"] for row in rows if row["answer"])
    assert {row["item"] for row in rows if row["answer"]} == {
        "cases-escalated",
        "contacts",
        "child-protection-cases-worked",
        "case-audits-due",
        "case-audits-completed",
    }


def test_teams_and_quarters_differ() -> None:
    """A usual range made of eight equal figures would question everything."""
    history: dict[str, set[str]] = defaultdict(set)
    for row in rows_of(FIGURES):
        if row["item"] == "open-cases":
            history[row["team"]].add(row["value"])
    assert len(history) == 15
    assert all(len(values) >= 4 for values in history.values())


def test_making_the_figures_again_gives_the_same_file(tmp_path: Path) -> None:
    count = write_figures(tmp_path / "figures.csv")
    assert (tmp_path / "figures.csv").read_bytes() == FIGURES.read_bytes()
    assert count == len(list(figure_rows())) == 1670


def test_the_command_runs_on_plain_python() -> None:
    """Making the sample needs nothing installed: no Django, no settings."""
    code = "import sys, split_totals; sys.exit('django' in sys.modules)"
    assert (
        subprocess.run(
            [sys.executable, "-c", code], check=False, cwd=Path(split_totals.__file__).parent
        ).returncode
        == 0
    )


def test_apportion_gives_what_is_left_to_the_largest_fractions() -> None:
    assert apportion(10, [1, 1, 1]) == [4, 3, 3]
    assert apportion(7, [50, 30, 20]) == [4, 2, 1]  # exact shares 3.5, 2.1, 1.4
    assert apportion(0, [3, 2]) == [0, 0]
    assert apportion(5, [0, 1, 1]) == [0, 3, 2]


def test_apportion_keeps_within_caps() -> None:
    assert apportion(10, [8, 1, 1], [4, 9, 9]) == [4, 3, 3]
    assert apportion(9, [1, 1, 1], [3, 3, 3]) == [3, 3, 3]
    assert apportion(8, [5, 5, 1], [2, 9, 1]) == [2, 5, 1]
    with pytest.raises(ValueError, match="does not fit"):
        apportion(10, [1, 1, 1], [3, 3, 3])
