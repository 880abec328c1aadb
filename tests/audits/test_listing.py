"""A pasted list of cases: what is read, and what is wrong with it, all at once."""

import pytest

from audits.listing import CaseLine, read_list

TEAMS = {"north-family", "south-family"}


def test_numbers_teams_and_roles_in_any_usual_writing() -> None:
    found = read_list(
        "ab1\n\n ab2 , south-family\nAB3;north-family;Family worker\nAB4\tsouth-family\n",
        TEAMS,
        team="north-family",
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
    assert read_list(text, TEAMS).errors == ("Give at least one case number",)
