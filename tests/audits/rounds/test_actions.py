"""Rounds: planned, their cases chosen and allocated, opened and closed."""

import datetime as dt
from collections import Counter
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from audits.casework import actions as acting
from audits.models import CaseAudit, Round, RoundKind, SampledCase
from audits.rounds import actions as rounds
from audits.rounds import allocation
from audits.rounds import sampling as drawing
from audits.rounds.case_list import CaseLine
from audits.workflow import CaseState, NotAllowed, RoundState
from earlyhelp.core.change import Stale
from teams.models import Event, Placement, Remark, Route
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
    shown = drawing.Drawn(
        tuple(one.case_number for one in cases), kept.seed, kept.population, kept.list_digest
    )
    assert drawing.is_same_draw(shown, numbers)
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
    with pytest.raises(ValidationError, match="Say why"):
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


@pytest.mark.parametrize(
    ("person", "says"),
    [
        ("head", "Case 1 is of Head's own line"),
        ("manager", "Case 1 is of Manager's own line"),
        ("board_member", "not appointed to audit"),
        ("officer", "not appointed to audit"),
        ("leaver", "not appointed to audit"),
    ],
)
def test_nobody_audits_their_own_line(council: Cast, person: str, says: str) -> None:
    made = planning(council)
    cases = rounds.add_cases(made, LINES[:1], by=council.actor("officer"))
    with pytest.raises(ValidationError, match=says):
        allocation.allocate(
            made, cases, auditor=council.person[person], due_on=DUE, by=council.actor("officer")
        )
    assert not CaseAudit.objects.exists()


def test_a_head_audits_another_locality(council: Cast) -> None:
    made = planning(council)
    cases = rounds.add_cases(made, LINES[:1], by=council.actor("officer"))
    (audit,) = allocation.allocate(
        made, cases, auditor=council.person["other_head"], due_on=DUE, by=council.actor("officer")
    )
    assert audit.auditor == council.person["other_head"]


@pytest.mark.parametrize(
    ("moderator", "says"),
    [
        ("head", "Case 1 is of Head's own line"),
        ("auditor", "cannot be the moderator"),
        ("manager", "not appointed to moderate"),
    ],
)
def test_nobody_moderates_their_own_line_or_audit(council: Cast, moderator: str, says: str) -> None:
    made = planning(council)
    cases = rounds.add_cases(made, LINES[:1], by=council.actor("officer"))
    with pytest.raises(ValidationError, match=says):
        allocation.allocate(
            made,
            cases,
            auditor=council.person["auditor"],
            due_on=DUE,
            moderator=council.person[moderator],
            by=council.actor("officer"),
        )


def test_a_case_is_allocated_once_but_for_agencies(council: Cast) -> None:
    made = planning(council, kind=RoundKind.MULTI_AGENCY)
    cases = rounds.add_cases(made, LINES[:1], by=council.actor("officer"))
    common = {"auditor": council.person["auditor"], "due_on": DUE, "by": council.actor("officer")}
    for agency in ("", "Health", "Police"):
        allocation.allocate(made, cases, agency=agency, **common)
    with pytest.raises(ValidationError, match="Case 1 is allocated already"):
        allocation.allocate(made, cases, agency="Health ", **common)
    assert CaseAudit.objects.count() == 3


def test_cases_are_shared_out_evenly_and_nobody_gets_their_own(council: Cast) -> None:
    made = rounds.plan_round(planned(make_tool(council)), by=council.actor("officer"))
    lines = [CaseLine(f"N{n}", "north-family") for n in range(5)]
    lines += [CaseLine(f"S{n}", "south-family") for n in range(3)]
    rounds.add_cases(made, lines, by=council.actor("officer"))
    people = [council.person[name] for name in ("manager", "other_head", "auditor")]
    shared = allocation.share_out(made, auditors=people, due_on=DUE, by=council.actor("officer"))
    given = Counter(
        (str(one.auditor), one.case.team.code) for one in shared.audits if one.case.team
    )
    assert given == {
        ("Manager", "south-family"): 3,
        ("Other head", "north-family"): 2,
        ("Auditor", "north-family"): 3,
    }
    assert {one.due_on for one in shared.audits} == {DUE}
    assert shared.nobodys == []
    events = Event.objects.filter(verb="allocated")
    assert events.count() == 8
    assert Counter(event.after["auditor"] for event in events) == Counter(
        one.auditor_id for one in CaseAudit.objects.all()
    )
    with pytest.raises(NotAllowed, match="allocated already"):
        allocation.share_out(made, auditors=people, due_on=DUE, by=council.actor("officer"))


def test_what_is_of_everybodys_line_stays_unallocated(council: Cast) -> None:
    made = rounds.plan_round(planned(make_tool(council)), by=council.actor("officer"))
    lines = [CaseLine("N1", "north-family"), CaseLine("S1", "south-family")]
    rounds.add_cases(made, lines, by=council.actor("officer"))
    officer, head = council.actor("officer"), council.person["head"]
    shared = allocation.share_out(made, auditors=[head], due_on=DUE, by=officer)
    assert [case.case_number for case in shared.nobodys] == ["N1"]
    assert CaseAudit.objects.get().case.case_number == "S1"
    with pytest.raises(ValidationError, match="own line of everybody chosen"):
        allocation.share_out(made, auditors=[head], due_on=DUE, by=officer)
    with pytest.raises(ValidationError, match="not appointed to audit"):
        allocation.share_out(
            made, auditors=[council.person["board_member"]], due_on=DUE, by=officer
        )
    with pytest.raises(ValidationError, match="Choose who audits"):
        allocation.share_out(made, auditors=[], due_on=DUE, by=officer)
    assert CaseAudit.objects.count() == 1


def test_each_agencys_cases_are_shared_out_by_themselves(council: Cast) -> None:
    kind = RoundKind.MULTI_AGENCY
    made = rounds.plan_round(planned(make_tool(council), kind=kind), by=council.actor("officer"))
    rounds.add_cases(
        made, [CaseLine(f"N{n}", "north-family") for n in range(2)], by=council.actor("officer")
    )
    officer, people = council.actor("officer"), [council.person["auditor"]]
    for agency in ("Health", "", " Police "):
        shared = allocation.share_out(made, auditors=people, due_on=DUE, agency=agency, by=officer)
        assert {one.agency for one in shared.audits} == {agency.strip()}
    assert CaseAudit.objects.count() == 6
    with pytest.raises(NotAllowed, match="allocated already"):
        allocation.share_out(made, auditors=people, due_on=DUE, agency="Police", by=officer)


def test_only_a_multi_agency_round_has_agencies(casework: Casework) -> None:
    with pytest.raises(ValidationError, match="Only a multi-agency round"):
        allocation.allocate(
            casework.round,
            list(casework.round.cases.all()),
            agency="Health",
            auditor=casework.cast.person["auditor"],
            due_on=DUE,
            by=casework.cast.actor("officer"),
        )


def test_a_case_is_given_to_somebody_else_with_a_reason(casework: Casework) -> None:
    cast = casework.cast
    audit = casework.save(1, assessment="good")
    change: dict[str, Any] = {"auditor": cast.person["director"], "due_on": DUE}
    officer = cast.actor("officer")
    with pytest.raises(ValidationError, match="Say why"):
        allocation.reallocate(audit, reason=" ", version=1, **change, by=officer)
    with pytest.raises(Stale):
        allocation.reallocate(audit, reason="Ill", version=0, **change, by=officer)
    moved = allocation.reallocate(audit, reason="Ill", version=1, **change, by=officer)
    assert moved.auditor == cast.person["director"]
    assert moved.given.get().grade == "good"
    event = Event.objects.about(audit).last()
    assert event is not None
    assert (event.verb, event.remarks.get().text) == ("reallocated", "Ill")
    with pytest.raises(Refused, match="allocated to somebody else"):
        casework.save(1, plan="good")


def test_a_submitted_case_is_not_reallocated(casework: Casework) -> None:
    audit = casework.submit(1)
    with pytest.raises(NotAllowed, match="it has been submitted"):
        allocation.reallocate(
            audit,
            auditor=casework.cast.person["director"],
            due_on=DUE,
            reason="Ill",
            version=audit.version,
            by=casework.cast.actor("officer"),
        )


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
    someone = casework.cast.person["director"]
    acts: list[Any] = [
        lambda: rounds.plan_round(planned(made.tool, "mine"), by=asking),
        lambda: rounds.change_round(made, planned(made.tool), version=1, by=asking),
        lambda: rounds.add_cases(made, LINES, by=asking),
        lambda: rounds.draw_cases(made, LINES, count=1, by=asking),
        lambda: rounds.remove_case(audit.case, reason="So", by=asking),
        lambda: rounds.open_round(made, by=asking),
        lambda: rounds.close_round(made, reason="So", by=asking),
        lambda: allocation.allocate(made, [audit.case], auditor=someone, due_on=DUE, by=asking),
        lambda: allocation.share_out(made, auditors=[someone], due_on=DUE, by=asking),
        lambda: allocation.reallocate(
            audit, auditor=someone, due_on=DUE, reason="So", version=0, by=asking
        ),
        lambda: allocation.name_moderator([audit], moderator=someone, by=asking),
        lambda: allocation.audit_again(audit, auditor=someone, due_on=DUE, by=asking),
    ]
    for act in acts:
        with pytest.raises(Refused, match="plan and run audit rounds"):
            act()
