"""Who audits which case by when, and who moderates: never one's own line."""

from collections import Counter
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from audits.allocation import actions as allocation
from audits.models import CaseAudit, RoundKind
from audits.rounds import actions as rounds
from audits.rounds.case_list import CaseLine
from audits.workflow import NotAllowed
from earlyhelp.core.change import Stale
from earlyhelp.core.events.models import Event
from teams.permissions import Refused
from tests.audits.making import DUE, Casework, make_tool, planned
from tests.audits.rounds.test_actions import LINES, planning
from tests.cast import Cast


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
    with pytest.raises(ValidationError, match="Select who audits"):
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
    with pytest.raises(ValidationError, match="Enter why"):
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


@pytest.mark.parametrize("person", ["head", "manager", "auditor", "director", "administrator"])
def test_only_a_performance_officer_says_who_audits(casework: Casework, person: str) -> None:
    asking = casework.cast.actor(person)
    made, audit = casework.round, casework.audit(1)
    someone = casework.cast.person["director"]
    acts: list[Any] = [
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
