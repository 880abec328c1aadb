"""A pasted list of cases: what is read, and what is wrong with it, all at once."""

from dataclasses import replace

import pytest

from audits.rounds.case_list import CaseLine, ListedTeams, read_list, read_rows

TEAMS = ListedTeams({"north-family", "south-family"})


def test_numbers_teams_and_roles_in_any_usual_writing() -> None:
    found = read_list(
        "ab1\n\n ab2 , south-family\nAB3;north-family;Family worker\nAB4\tsouth-family\n",
        replace(TEAMS, otherwise="north-family"),
    )
    assert found.errors == ()
    assert found.cases == (
        CaseLine("AB1", "north-family"),
        CaseLine("AB2", "south-family"),
        CaseLine("AB3", "north-family", "Family worker"),
        CaseLine("AB4", "south-family"),
    )


def test_everything_that_is_wrong_is_told_with_its_line() -> None:
    found = read_list(
        "AB1\nab1\n,north-family\nAB2,east\nAB3,north-family,Worker,more\n" + "X" * 41, TEAMS
    )
    assert found.cases == (CaseLine("AB1"),)
    assert found.errors == (
        "Line 2: the same case as on line 1",
        "Line 3: no case number",
        "Line 4: there is no team “east”",
        "Line 5: more than a case number, a team and a worker's role",
        "Line 6: a case number has at most 40 characters",
    )


@pytest.mark.parametrize("text", ["", " \n\n "])
def test_an_empty_list_is_refused(text: str) -> None:
    assert read_list(text, TEAMS).errors == ("Enter at least one case number",)


def test_a_team_may_be_written_by_its_name_and_headings_are_left_out() -> None:
    found = read_list(
        "Case Number,Team\nAB1,North FAMILY\nAB2,south-family\nAB3,east",
        replace(TEAMS, names={"north family": "north-family"}),
    )
    assert found.cases == (CaseLine("AB1", "north-family"), CaseLine("AB2", "south-family"))
    assert found.errors == ("Line 4: there is no team “east”",)


def test_headings_are_left_out_at_the_top_only() -> None:
    found = read_list("AB1\nReference", ListedTeams(set()))
    assert found.cases == (CaseLine("AB1"), CaseLine("REFERENCE"))


def test_rows_of_a_file_are_called_rows_and_keep_their_numbers() -> None:
    rows = [(1, ["Case"]), (3, ["AB1", "", "Worker"]), (7, ["ab1"])]
    found = read_rows(rows, replace(TEAMS, otherwise="north-family"), "Row")
    assert found.cases == (CaseLine("AB1", "north-family", "Worker"),)
    assert found.errors == ("Row 7: the same case as on row 3",)
