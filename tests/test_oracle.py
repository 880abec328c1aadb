"""Each rule of counting worked by hand, to show that the oracle the other tests trust is right."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

import pytest

from tests.oracle import (
    COLUMNS,
    Answer,
    Basis,
    Council,
    Figure,
    Item,
    Level,
    Locality,
    Measure,
    Period,
    Placement,
    Quarter,
    QuarterState,
    Return,
    ReturnState,
    Structure,
    Team,
    Timing,
    fill,
    half_up,
    locality_now,
    open_returns,
    rollup,
)

Q1, Q2, Q3, Q4 = (Quarter(2015, number) for number in (1, 2, 3, 4))
NEXT_Q1 = Quarter(2016, 1)
MAT = ("mat",)


def council(
    *,
    teams: list[Team] | None = None,
    opened: tuple[Quarter, ...] = (Q1, Q2, Q3, Q4),
    placements: list[Placement] | None = None,
    decimals: int = 0,
) -> Council:
    """Two localities, teams ``red`` (north) and ``blue`` (south), and the performance team; returns are open."""
    made = Council(
        code="town",
        area_name="The town",
        localities=[Locality("north", "North"), Locality("south", "South")],
        teams=teams
        or [
            Team("red", "Red", "mat", "north"),
            Team("blue", "Blue", "mat", "south"),
            Team("desk", "Desk", "city-wide"),
        ],
        quarters=dict.fromkeys(opened, QuarterState.OPEN),
        items=[
            Item("open", Timing.SNAPSHOT, MAT),
            Item("closed", Timing.FLOW, MAT, decimals),
            Item("again", Timing.FLOW, MAT),
            Item("hours", Timing.FLOW, MAT, 2),
            Item("people", Timing.FLOW, MAT, distinct=True),
            Item("care", Timing.SNAPSHOT, ("city-wide",)),
        ],
        measures=[
            Measure("open", "Open", "how-much", "open"),
            Measure("closed", "Closed", "how-much", "closed"),
            Measure("share", "Share", "how-well", "again", ("closed",), 100),
            Measure("reopened", "Re-opened", "how-well", "again", ("open", "closed"), 100),
            Measure("pace", "Pace", "how-well", "closed", ("hours",), 1, 2),
            Measure("people", "People", "how-much", "people"),
            Measure("care", "In care", "impact", "care"),
        ],
        placements=placements or [],
    )
    open_returns(made)
    return made


def answer(made: Council, team: str, quarter: Quarter, **figures: int | str | Answer) -> Return:
    """Put figures into a return and sign it off; an ``Answer`` stands for itself."""
    given = made.find_return(team, quarter)
    for item, value in figures.items():
        given.figures[item] = (
            Figure(value) if isinstance(value, Answer) else Figure(Answer.NUMBER, Fraction(value))
        )
    given.state = ReturnState.SIGNED_OFF
    return given


def cell(
    made: Council,
    measure: str,
    quarter: Quarter = Q4,
    *,
    year: bool = False,
    area: str = "town",
    basis: Basis = Basis.SIGNED_OFF,
    structure: Structure = Structure.AS_WAS,
) -> Mapping[str, str]:
    """The one row of a measure, area and period."""
    by = (
        Level.CITY
        if area == "town"
        else Level.LOCALITY
        if area in ("north", "south")
        else Level.TEAM
    )
    rows = rollup(
        made,
        by=by,
        first=quarter,
        last=quarter,
        period=Period.YEAR if year else Period.QUARTER,
        basis=basis,
        structure=structure,
        measures=[measure],
    )
    (row,) = [row for row in rows if row["area_code"] == area]
    return row


def numbers(row: Mapping[str, str]) -> tuple[str, str, str]:
    return row["numerator"], row["denominator"], row["value"]


def coverage(row: Mapping[str, str]) -> tuple[str, str, str]:
    return row["answered"], row["expected"], row["missing"]


def test_quarters_run_from_april() -> None:
    assert str(Q4) == "2015-16 Q4"
    assert Quarter.parse("1999-00 Q1") == Quarter(1999, 1)
    assert (Q1.first_day, Q1.last_day) == (date(2015, 4, 1), date(2015, 6, 30))
    assert (Q4.first_day, Q4.last_day) == (date(2016, 1, 1), date(2016, 3, 31))
    assert [Quarter.of(quarter.last_day) for quarter in (Q1, Q2, Q3, Q4)] == [Q1, Q2, Q3, Q4]
    with pytest.raises(ValueError, match="not a quarter"):
        Quarter.parse("2015-17 Q1")


def test_rule_1_zero_is_a_number_and_a_missing_answer_is_not_zero() -> None:
    made = council()
    answer(made, "red", Q4, closed=0)
    answer(made, "blue", Q4, closed=Answer.NOT_PROVIDED)
    row = cell(made, "closed")
    assert numbers(row) == ("0", "", "0")
    assert coverage(row) == ("1", "2", "blue")
    assert numbers(cell(made, "closed", area="blue")) == ("", "", "")


def test_rule_2_a_flow_is_added_over_quarters_and_a_snapshot_is_the_last() -> None:
    made = council()
    for quarter, opened, closed in ((Q1, 50, 4), (Q2, 60, 5), (Q3, 55, 6), (Q4, 40, 7)):
        answer(made, "red", quarter, open=opened, closed=closed)
        answer(made, "blue", quarter, open=1, closed=1)
    assert numbers(cell(made, "closed", year=True)) == ("26", "", "26")
    assert numbers(cell(made, "open", year=True)) == ("41", "", "41")
    assert coverage(cell(made, "closed", year=True)) == ("8", "8", "")
    assert coverage(cell(made, "open", year=True)) == ("2", "2", "")


def test_rule_2_a_year_so_far_ends_at_the_latest_quarter_that_is_over() -> None:
    """Quarter 3 is open from its first day on, and says nothing of the year until it is over."""
    made = council(opened=(Q1, Q2, Q3))
    made.today = Q3.last_day
    answer(made, "red", Q3, open=90, closed=100)
    answer(made, "red", Q1, open=50, closed=4)
    answer(made, "red", Q2, open=60, closed=5)
    assert numbers(cell(made, "open", year=True)) == ("60", "", "60")
    assert numbers(cell(made, "closed", year=True)) == ("9", "", "9")
    made.today = Q4.first_day
    assert numbers(cell(made, "closed", year=True)) == ("109", "", "109")
    row = cell(made, "closed", Q4)
    assert (numbers(row), coverage(row)) == (("", "", ""), ("0", "0", ""))


def test_rule_3_a_ratio_is_pooled_and_speaks_of_the_same_teams() -> None:
    made = council()
    answer(made, "red", Q4, again=1, closed=2)
    answer(made, "blue", Q4, again=1, closed=10)
    assert numbers(cell(made, "share")) == (
        "2",
        "12",
        "16.7",
    )  # the average of 50% and 10% would be 30
    answer(made, "blue", Q4, again=Answer.NOT_PROVIDED)
    assert numbers(cell(made, "share")) == ("1", "2", "50.0")
    assert numbers(cell(made, "closed")) == ("12", "", "12")


def test_rule_3_denominators_of_both_kinds() -> None:
    made = council()
    for quarter in (Q1, Q2, Q3, Q4):
        answer(made, "red", quarter, again=3, open=20, closed=10)
        answer(made, "blue", quarter, again=0, open=5, closed=1)
    assert numbers(cell(made, "reopened", year=True)) == ("12", "69", "17.4")  # 12 / (20+5 + 40+4)
    assert coverage(cell(made, "reopened", year=True)) == ("8", "8", "")


def test_rule_3_without_its_last_quarter_a_mixed_measure_gives_nothing() -> None:
    made = council()
    answer(made, "red", Q1, again=2, open=20, closed=10)
    answer(made, "red", Q2, again=2, open=20, closed=10)
    answer(made, "red", Q3, again=1, open=20, closed=5)
    answer(made, "red", Q4, again=1, open=Answer.NOT_PROVIDED, closed=5)
    row = cell(made, "reopened", year=True, area="red")
    assert numbers(row) == ("", "", "")  # not 6/30
    assert coverage(row) == ("0", "4", "red")
    assert numbers(cell(made, "share", year=True, area="red")) == ("6", "30", "20.0")


def test_rule_3_a_team_whose_mixed_measure_does_not_apply_at_the_end_is_missing_for_what_came_before() -> (
    None
):
    made = council()
    answer(made, "red", Q3, again=1, open=20, closed=5)
    answer(made, "red", Q4, again=1, open=Answer.NOT_APPLICABLE, closed=5)
    row = cell(made, "reopened", year=True, area="red")
    assert (numbers(row), coverage(row)) == (("", "", ""), ("0", "3", "red"))


def test_rule_3_a_mixed_measure_is_matched_within_the_area() -> None:
    made = council(placements=[Placement("red", "south", Q3)])
    for quarter in (Q1, Q2, Q3, Q4):
        answer(made, "red", quarter, again=1, open=6, closed=2)
    north = cell(made, "reopened", year=True, area="north")
    assert (numbers(north), coverage(north)) == (("", "", ""), ("0", "2", "red"))
    south = cell(made, "reopened", year=True, area="south")
    assert (numbers(south), coverage(south)) == (("2", "10", "20.0"), ("2", "6", "blue"))
    assert numbers(cell(made, "reopened", year=True)) == ("4", "14", "28.6")


def test_rule_3_zero_over_zero_is_no_cases() -> None:
    made = council()
    answer(made, "red", Q4, again=0, closed=0)
    row = cell(made, "share")
    assert (numbers(row), coverage(row)) == (("0", "0", ""), ("1", "2", "blue"))


def test_rule_4_not_asked_and_not_applicable_are_not_expected() -> None:
    made = council()
    answer(made, "red", Q4, again=Answer.NOT_APPLICABLE, closed=3)
    answer(made, "blue", Q4, again=1, closed=3)
    assert coverage(cell(made, "share")) == ("1", "1", "")
    assert coverage(cell(made, "care")) == ("0", "1", "desk")
    answer(made, "red", Q4, again=Answer.NOT_APPLICABLE, closed=Answer.NOT_PROVIDED)
    assert coverage(cell(made, "share")) == ("1", "1", "")


def test_rule_4_a_team_that_is_asked_only_some_of_the_items_is_not_expected() -> None:
    made = council()
    made.measures = [Measure("mixed-up", "Mixed up", "impact", "again", ("care",), 100)]
    answer(made, "red", Q4, again=1)
    answer(made, "desk", Q4, care=10)
    row = cell(made, "mixed-up")
    assert (numbers(row), coverage(row)) == (("", "", ""), ("0", "0", ""))


def test_rule_4_a_return_that_does_not_meet_the_basis_is_missing_whatever_it_holds() -> None:
    made = council()
    answer(made, "red", Q4, again=Answer.NOT_APPLICABLE, closed=3).state = ReturnState.DRAFT
    answer(made, "blue", Q4, again=1, closed=3)
    assert coverage(cell(made, "share")) == ("1", "2", "red")


def test_rule_4_a_year_names_every_team_with_a_gap_once_in_the_framework_s_order() -> None:
    made = council()
    answer(made, "blue", Q1, closed=1)
    answer(made, "red", Q2, closed=2)
    answer(made, "red", Q4, closed=2)
    row = cell(made, "closed", year=True)
    assert (numbers(row), coverage(row)) == (("5", "", "5"), ("3", "8", "red blue"))


@pytest.mark.parametrize(
    ("state", "quarter_state", "late", "on_submitted", "on_signed_off"),
    [
        (ReturnState.SIGNED_OFF, QuarterState.OPEN, False, "3", "3"),
        (ReturnState.SIGNED_OFF, QuarterState.CLOSED, False, "3", "3"),
        (ReturnState.SUBMITTED, QuarterState.OPEN, False, "3", ""),
        (ReturnState.SUBMITTED, QuarterState.CLOSED, False, "", ""),
        (ReturnState.SUBMITTED, QuarterState.CLOSED, True, "3", ""),
        (ReturnState.RETURNED, QuarterState.OPEN, False, "", ""),
        (ReturnState.DRAFT, QuarterState.OPEN, False, "", ""),
    ],
)
def test_rule_5_basis(
    state: ReturnState,
    quarter_state: QuarterState,
    late: bool,
    on_submitted: str,
    on_signed_off: str,
) -> None:
    made = council()
    given = answer(made, "red", Q4, closed=3)
    given.state, given.accepted_late = state, late
    made.quarters[Q4] = quarter_state
    assert cell(made, "closed", basis=Basis.SUBMITTED)["value"] == on_submitted
    assert cell(made, "closed", basis=Basis.SIGNED_OFF)["value"] == on_signed_off
    assert cell(made, "closed", basis=Basis.SUBMITTED)["basis"] == "submitted"


def test_rule_6_a_move_leaves_the_past_where_it_was_and_moves_it_in_the_view_of_now() -> None:
    made = council(placements=[Placement("red", "south", Q3)])
    for quarter in (Q1, Q2, Q3, Q4):
        answer(made, "red", quarter, closed=1)
        answer(made, "blue", quarter, closed=10)
    assert numbers(cell(made, "closed", year=True, area="north"))[0] == "2"
    assert numbers(cell(made, "closed", year=True, area="south"))[0] == "42"
    now = rollup(
        made, by=Level.LOCALITY, first=Q1, last=Q4, period=Period.YEAR, structure=Structure.AS_NOW
    )
    assert {row["area_code"] for row in now} == {
        "south"
    }  # nobody is in the north now, so it has no rows
    assert [row["value"] for row in now if row["measure"] == "closed"] == ["44"]


def test_rule_6_a_closed_team_goes_with_the_end_of_its_chain() -> None:
    teams = [
        Team("red", "Red", "mat", "north", closed=Q1.last_day, successor="pink"),
        Team(
            "pink",
            "Pink",
            "mat",
            "north",
            opened=Q2.first_day,
            closed=date(2015, 8, 1),
            successor="blue",
        ),
        Team("blue", "Blue", "mat", "south"),
        Team("grey", "Grey", "mat", "south", closed=Q2.last_day),
        Team("last", "Last", "mat", "south", closed=Q4.first_day, successor="blue"),
    ]
    moves = [Placement("grey", "north", Q2), Placement("last", "north", Q2)]
    made = council(teams=teams, placements=moves)
    assert [locality_now(made, team) for team in made.teams] == [
        "south",
        "south",
        "south",
        "north",
        "north",
    ]
    answer(made, "red", Q1, closed=5)
    assert numbers(cell(made, "closed", Q1, area="north"))[0] == "5"
    south = cell(made, "closed", Q1, area="south", structure=Structure.AS_NOW)
    assert (numbers(south)[0], coverage(south)) == ("5", ("1", "2", "blue"))
    assert (
        numbers(cell(made, "closed", Q1, area="red", structure=Structure.AS_NOW))[0] == "5"
    )  # still its own


def test_rule_7_city_wide_figures_are_in_the_city_only() -> None:
    made = council()
    answer(made, "desk", Q4, care=460)
    rows = rollup(made, by=Level.LOCALITY, first=Q4, last=Q4)
    assert {row["measure"] for row in rows} == {
        "open",
        "closed",
        "share",
        "reopened",
        "pace",
        "people",
    }
    assert numbers(cell(made, "care")) == ("460", "", "460")
    assert numbers(cell(made, "care", area="desk")) == ("460", "", "460")
    desk = [
        row["measure"]
        for row in rollup(made, by=Level.TEAM, first=Q4, last=Q4)
        if row["area_code"] == "desk"
    ]
    assert desk == ["care"]


def test_rule_7_a_city_wide_team_s_figures_join_no_locality_even_when_a_local_team_follows_it() -> (
    None
):
    teams = [
        Team("desk", "Desk", "city-wide", closed=Q1.last_day, successor="red"),
        Team("red", "Red", "mat", "north"),
    ]
    made = council(teams=teams)
    assert [locality_now(made, team) for team in made.teams] == ["", "north"]


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (Fraction(5, 8) * 100, 1, "62.5"),
        (Fraction(5, 8) * 100, 0, "63"),
        (Fraction(1, 8), 2, "0.13"),
        (Fraction(1, 1000), 2, "0.00"),
        (Fraction(1999, 2000), 3, "1.000"),
        (Fraction(0), 0, "0"),
    ],
)
def test_rule_8_rounding_is_half_up(value: Fraction, decimals: int, text: str) -> None:
    assert half_up(value, decimals) == text


def test_rule_8_five_of_eight() -> None:
    made = council()
    answer(made, "red", Q4, again=5, closed=8)
    assert numbers(cell(made, "share")) == ("5", "8", "62.5")


def test_decimals_stay_exact_and_units_are_named() -> None:
    made = council(decimals=1)
    answer(made, "red", Q4, closed="0.1", hours="0.25")
    answer(made, "blue", Q4, closed="0.2", hours="1")
    assert numbers(cell(made, "closed")) == ("0.3", "", "0.3")
    assert numbers(cell(made, "pace")) == ("0.3", "1.25", "0.24")
    assert [cell(made, code)["unit"] for code in ("closed", "share", "pace")] == [
        "count",
        "%",
        "average",
    ]


def test_different_people_are_not_added_over_a_year() -> None:
    made = council()
    for quarter in (Q1, Q2, Q3, Q4):
        answer(made, "red", quarter, people=7)
        answer(made, "blue", quarter, people=2)
    assert numbers(cell(made, "people")) == ("9", "", "9")
    row = cell(made, "people", year=True)
    assert (numbers(row), coverage(row)) == (("", "", ""), ("8", "8", ""))


def test_returns_are_due_from_every_team_open_on_any_day() -> None:
    teams = [
        Team("gone", "Gone", "mat", "north", closed=Q1.last_day),
        Team("going", "Going", "mat", "north", closed=Q2.first_day),
        Team("staying", "Staying", "mat", "north", closed=Q2.last_day),
        Team("new", "New", "mat", "north", opened=Q2.last_day),
        Team("later", "Later", "mat", "north", opened=Q3.first_day),
    ]
    made = council(teams=teams, opened=(Q2,))
    assert [given.team for given in made.returns] == ["going", "staying", "new"]
    assert [given.figures["open"].answer for given in made.returns] == [
        Answer.NOT_APPLICABLE,
        Answer.UNANSWERED,
        Answer.UNANSWERED,
    ]
    assert "care" not in made.returns[0].figures


def test_an_item_is_asked_between_its_quarters() -> None:
    made = council(opened=())
    made.items = [Item("closed", Timing.FLOW, MAT, from_quarter=Q2, to_quarter=Q3)]
    made.quarters = dict.fromkeys((Q1, Q2, Q3, Q4), QuarterState.OPEN)
    open_returns(made)
    assert [str(given.quarter)[-2:] for given in made.returns if given.figures] == [
        "Q2",
        "Q2",
        "Q3",
        "Q3",
    ]


def test_import_of_history_signs_off_what_it_fills_and_leaves_the_rest_unanswered() -> None:
    made = council()
    row = {
        "team": "red",
        "quarter": "2015-16 Q4",
        "item": "closed",
        "value": "3",
        "answer": "",
        "note": "",
    }
    fill(made, [row], signed_off=True)
    assert coverage(cell(made, "closed")) == ("1", "2", "blue")
    assert coverage(cell(made, "share", area="red")) == ("0", "1", "red")
    with pytest.raises(LookupError, match="was not asked care"):
        fill(made, [row | {"item": "care"}])
    with pytest.raises(LookupError, match="no return"):
        fill(made, [row | {"quarter": "2016-17 Q1"}])


def test_rows_nest_by_area_measure_and_period_and_years_are_whole() -> None:
    made = council()
    answer(made, "red", Q1, closed=1)
    rows = rollup(made, by=Level.LOCALITY, first=Q4, last=NEXT_Q1, measures=["closed", "open"])
    assert [(row["area_code"], row["measure"], row["period"]) for row in rows[:4]] == [
        ("north", "open", "2015-16 Q4"),
        ("north", "open", "2016-17 Q1"),
        ("north", "closed", "2015-16 Q4"),
        ("north", "closed", "2016-17 Q1"),
    ]
    assert [row["area_code"] for row in rows] == ["north"] * 4 + ["south"] * 4
    assert tuple(rows[0]) == COLUMNS
    years = rollup(
        made, by=Level.TEAM, first=Q4, last=NEXT_Q1, period=Period.YEAR, measures=["closed"]
    )
    assert [(row["period"], row["value"], row["expected"]) for row in years[:2]] == [
        ("2015-16", "1", "4"),
        ("2016-17", "", "0"),
    ]
