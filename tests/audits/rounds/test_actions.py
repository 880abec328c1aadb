"""Rounds: planned, their cases chosen and allocated, opened and closed."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from audits.allocation import actions as allocation
from audits.casework import actions as acting
from audits.models import Round, SampledCase
from audits.rounds import actions as rounds
from audits.rounds.case_list import CaseLine
from audits.rounds.pages.planning import compare
from audits.workflow import CaseState, NotAllowed, RoundState
from earlyhelp.core.actor import Route
from earlyhelp.core.change import Stale
from earlyhelp.core.events.models import Event, Remark
from teams.models import Placement
from teams.permissions import Refused
from teams.quarters import Quarter
from tests.audits.making import DUE, Casework, make_tool, planned
from tests.cast import Cast

LINES = [CaseLine("ab1", "north-family", "Family worker"), CaseLine("AB2", "south-family")]


def planning(cast: Cast, **changes: Any) -> Round:
    return rounds.plan_round(planned(make_tool(cast), **changes), by=cast.actor("officer"))


def test_a_round_is_planned_and_changed(council: Cast) -> None:
    officer = council.actor("officer")
    made = planning(council)
    again = planned(made.tool, theme="Neglect", source_note="Counts are illustrative")
    changed = rounds.change_round(made, again, version=0, by=officer)
    assert (changed.theme, changed.version) == ("Neglect", 1)
    with pytest.raises(ValidationError, match="cannot be before the first"):
        late = planned(made.tool, starts=dt.date(2016, 8, 1))
        rounds.change_round(made, late, version=1, by=officer)
    with pytest.raises(Stale) as stale:
        rounds.change_round(made, planned(made.tool), version=0, by=officer)
    assert stale.value.current.theme == "Neglect"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"ends": dt.date(2016, 6, 1)}, "cannot be before the first"),
        ({"theme": " "}, "cannot be blank"),
        ({"code": "Not a code"}, "slug"),
    ],
)
def test_a_round_that_cannot_be_is_refused(
    council: Cast, changes: dict[str, Any], says: str
) -> None:
    with pytest.raises(ValidationError, match=says):
        planning(council, **changes)


def test_a_round_is_compared_with_an_earlier_one(council: Cast) -> None:
    first = planning(council)
    later = planned(first.tool, "later", compares_with=first)
    with pytest.raises(ValidationError, match="is not before this round"):
        rounds.plan_round(later, by=council.actor("officer"))


def test_cases_are_added_with_their_place_at_the_time(council: Cast) -> None:
    """A team that moved afterwards is remembered where it stood on the round's last day."""
    Placement.objects.create(
        team=council.team["north-family"],
        locality=council.locality["south"],
        from_quarter=Quarter.parse("2016-17 Q3"),
    )
    made = planning(council)
    cases = rounds.add_cases(made, [*LINES, CaseLine("ab3")], by=council.actor("officer"))
    assert [(one.serial, one.case_number, one.worker_role) for one in cases] == [
        (1, "AB1", "Family worker"),
        (2, "AB2", ""),
        (3, "AB3", ""),
    ]
    assert [one.locality for one in cases] == [
        council.locality["north"],
        council.locality["south"],
        None,
    ]
    more = rounds.add_cases(made, [CaseLine("AB4")], by=council.actor("officer"))
    assert [one.serial for one in more] == [4]


def test_no_case_number_goes_on_record(council: Cast) -> None:
    made = planning(council)
    rounds.add_cases(made, [CaseLine("SECRET77", "north-family")], by=council.actor("officer"))
    rounds.draw_cases(made, [CaseLine("SECRET78")], count=1, by=council.actor("officer"))
    written = [*Event.objects.values_list("before", "after"), *Remark.objects.values_list("text")]
    assert "SECRET7" not in repr(written)


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ([], "at least one case"),
        ([CaseLine("AB1"), CaseLine(" ab1")], "AB1 is in this round already"),
        ([CaseLine("AB9", "east")], "no team “east”"),
        ([CaseLine(" ")], "needs its number"),
    ],
)
def test_cases_that_cannot_be_added(council: Cast, lines: list[CaseLine], says: str) -> None:
    made = planning(council)
    with pytest.raises(ValidationError, match=says):
        rounds.add_cases(made, lines, by=council.actor("officer"))
    assert not SampledCase.objects.exists()


def test_a_draw_can_be_shown_to_have_been_fair(council: Cast) -> None:
    made = planning(council)
    lines = [CaseLine(f"ab{number}", "north-family") for number in range(40)]
    kept, cases = rounds.draw_cases(made, lines, count=6, by=council.actor("officer"))
    assert (kept.population, kept.drawn, len(kept.seed)) == (40, 6, 16)
    numbers = [line.number for line in lines]
    assert compare(kept, numbers).is_same
    assert {one.draw for one in cases} == {kept}


def test_nobody_chooses_the_seed_on_a_page(council: Cast) -> None:
    made, officer = planning(council), council.actor("officer")
    with pytest.raises(ValidationError, match="not chosen by hand"):
        rounds.draw_cases(made, LINES, count=1, seed="mine", by=officer)
    command = council.actor("officer", route=Route.COMMAND)
    kept, _ = rounds.draw_cases(made, LINES, count=1, seed="sample", by=command)
    assert kept.seed == "sample"


def test_a_list_to_draw_from_holds_no_case_of_the_round(council: Cast) -> None:
    """Whether or not it would be drawn: otherwise one could draw until it is not."""
    made, officer = planning(council), council.actor("officer")
    rounds.add_cases(made, [CaseLine("AB1")], by=officer)
    pool = [CaseLine(f"AB{at}") for at in range(1, 200)]
    with pytest.raises(ValidationError, match="Case AB1 is in this round already"):
        rounds.draw_cases(made, pool, count=1, by=officer)
    assert made.cases.count() == 1
    assert not made.draws.exists()


def test_a_draw_of_more_than_there_is_is_refused(council: Cast) -> None:
    made = planning(council)
    with pytest.raises(ValidationError, match="asked for 3 cases, and the list has 2"):
        rounds.draw_cases(made, LINES, count=3, by=council.actor("officer"))
    assert not made.draws.exists()


def test_a_case_is_taken_out_with_a_reason(council: Cast) -> None:
    made, officer = planning(council), council.actor("officer")
    case = rounds.add_cases(made, LINES, by=officer)[0]
    with pytest.raises(ValidationError, match="Enter why"):
        rounds.remove_case(case, reason=" ", by=officer)
    rounds.remove_case(case, reason="Closed long ago", by=officer)
    assert [one.serial for one in made.cases.all()] == [2]


def test_a_round_opens_when_every_case_has_its_auditor(council: Cast) -> None:
    made, officer = planning(council), council.actor("officer")
    with pytest.raises(NotAllowed, match="no cases yet"):
        rounds.open_round(made, by=officer)
    cases = rounds.add_cases(made, LINES, by=officer)
    common = {"auditor": council.person["auditor"], "due_on": DUE, "by": council.actor("officer")}
    allocation.allocate(made, cases[:1], **common)
    with pytest.raises(NotAllowed, match="nobody audits case 2 yet"):
        rounds.open_round(made, by=officer)
    allocation.allocate(made, cases[1:], **common)
    opened = rounds.open_round(made, by=officer)
    assert opened.state == RoundState.AUDITING
    with pytest.raises(NotAllowed, match="auditing is under way"):
        rounds.add_cases(made, [CaseLine("AB9")], by=officer)


def test_closing_with_audits_missing_needs_a_reason(casework: Casework) -> None:
    officer = casework.cast.actor("officer")
    casework.submit(1)
    with pytest.raises(ValidationError, match="5 audits are not submitted"):
        rounds.close_round(casework.round, reason=" ", by=officer)
    closed = rounds.close_round(casework.round, reason="The year is over", by=officer)
    assert (closed.state, closed.closing_reason) == (RoundState.CLOSED, "The year is over")
    with pytest.raises(NotAllowed, match="This round is closed"):
        casework.save(2, assessment="good")
    with pytest.raises(NotAllowed, match="This round is closed"):
        audit = casework.audit(2)
        acting.submit(audit, version=audit.version, by=casework.cast.actor("auditor"))
    assert casework.audit(2).state == CaseState.ALLOCATED


@pytest.mark.parametrize("person", ["head", "manager", "auditor", "director", "administrator"])
def test_only_a_performance_officer_runs_rounds(casework: Casework, person: str) -> None:
    asking = casework.cast.actor(person)
    made, audit = casework.round, casework.audit(1)
    acts: list[Any] = [
        lambda: rounds.plan_round(planned(made.tool, "mine"), by=asking),
        lambda: rounds.change_round(made, planned(made.tool), version=1, by=asking),
        lambda: rounds.add_cases(made, LINES, by=asking),
        lambda: rounds.draw_cases(made, LINES, count=1, by=asking),
        lambda: rounds.remove_case(audit.case, reason="So", by=asking),
        lambda: rounds.open_round(made, by=asking),
        lambda: rounds.close_round(made, reason="So", by=asking),
    ]
    for act in acts:
        with pytest.raises(Refused, match="plan and run audit rounds"):
            act()
