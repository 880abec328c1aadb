"""Findings: written, tagged, counted, addressed, made an action of the plan."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from audits.findings import actions as findings
from audits.findings.actions import Found
from audits.models import Finding, FindingAction, FindingKind
from audits.plan.action_changes import By
from audits.plan.models import Outcome, Source
from audits.rounds import actions as rounds
from audits.workflow import NotAllowed
from earlyhelp.core.change import Stale
from earlyhelp.core.events.models import Event, Remark
from teams.permissions import Refused
from teams.roles import Role
from tests.audits.making import Casework, by_when, make_action, make_tool, planned, who
from tests.cast import Cast


def found(casework: Casework, **changes: object) -> Found:
    said = {
        "kind": FindingKind.IMPROVEMENT,
        "text": "No completed plan",
        "indicators": [casework.indicator["plan"]],
        "cases": 6,
    }
    return Found(**(said | changes))  # type: ignore[arg-type]


def write(casework: Casework, by: str = "officer", **changes: object) -> Finding:
    return findings.add_finding(
        casework.round, found(casework, **changes), **who(casework.cast, by)
    )


def test_a_finding_is_tagged_counted_and_addressed(casework: Casework) -> None:
    made = write(casework, agency="Health", is_recommendation=True)
    assert [one.code for one in made.indicators.all()] == ["plan"]
    assert (made.cases, made.agency, made.is_recommendation) == (6, "Health", True)
    event = Event.objects.about(made).get()
    assert "No completed plan" not in repr(event.after)
    assert Remark.objects.get(event=event).text == "No completed plan"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"text": " "}, "Enter what was found"),
        ({"cases": 7}, "This round has 6 cases"),
        ({"cases": 0}, "give 1 to 6"),
    ],
)
def test_a_finding_that_cannot_be(casework: Casework, changes: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        write(casework, **changes)
    assert not Finding.objects.exists()


def test_a_tag_is_of_the_rounds_own_tool(casework: Casework) -> None:
    other = make_tool(casework.cast, "Another").indicators.first()
    with pytest.raises(ValidationError, match="this round's tool"):
        write(casework, indicators=[other])


def test_a_round_being_planned_has_found_nothing(council: Cast) -> None:
    officer = who(council, "officer")
    made = rounds.plan_round(planned(make_tool(council)), by=council.actor("officer"))
    with pytest.raises(NotAllowed, match="has not been opened"):
        findings.add_finding(made, Found(FindingKind.STRENGTH, "Good"), **officer)


def test_two_people_at_one_finding(casework: Casework) -> None:
    made, officer = write(casework), who(casework.cast, "officer")
    changed = findings.change_finding(made, found(casework, cases=5), version=1, **officer)
    assert (changed.cases, changed.version) == (5, 2)
    same = findings.change_finding(made, found(casework, cases=5), version=1, **officer)
    assert same.version == 2
    with pytest.raises(Stale) as stale:
        findings.change_finding(made, found(casework, text="Mine"), version=1, **officer)
    assert (stale.value.current.text, stale.value.current.cases) == ("No completed plan", 5)


@pytest.mark.parametrize("person", ["manager", "auditor", "board_member", "director"])
def test_who_does_not_write_findings(casework: Casework, person: str) -> None:
    with pytest.raises(Refused, match="write findings"):
        write(casework, person)
    made = write(casework, "head")
    with pytest.raises(Refused, match="write findings"):
        findings.change_finding(made, found(casework), version=1, **who(casework.cast, person))


def test_a_finding_becomes_an_action(casework: Casework, outcome: Outcome) -> None:
    made = write(casework)
    action = findings.to_action(
        made,
        outcome,
        text="Share an exemplar plan",
        owners=[By(role=Role.TEAM_MANAGER)],
        timing=by_when("1.9.16"),
        **who(casework.cast, "officer"),
    )
    assert action.source == Source.AUDIT_FINDING
    assert action.rationale == "Finding of Under 11s casework, July 2016"
    assert list(made.actions.all()) == [action]
    became = Event.objects.about(made).last()
    assert (became.verb, became.after) == ("made an action", {"action": action.pk})
    with pytest.raises(Refused, match="keep the action plan"):
        findings.to_action(
            made,
            outcome,
            text="Mine",
            owners=[By(body="IT")],
            timing=by_when("1.9.16"),
            **who(casework.cast, "head"),
        )


def test_an_action_comes_from_one_finding_and_says_so(casework: Casework, outcome: Outcome) -> None:
    """The plan's table and the link's cannot share a constraint, so the link asks the action."""
    made = write(casework)
    action = make_action(casework.cast, outcome)
    with pytest.raises(ValidationError, match="does not come from an audit's finding"):
        FindingAction(finding=made, action=action).full_clean()
    action = make_action(casework.cast, outcome, source=Source.AUDIT_FINDING)
    FindingAction.objects.create(finding=made, action=action)
    with pytest.raises(ValidationError, match="already exists"):
        FindingAction(finding=write(casework), action=action).full_clean()
    with transaction.atomic(), pytest.raises(IntegrityError):
        FindingAction.objects.bulk_create([FindingAction(finding=made, action=action)])


def test_an_action_that_does_not_fit_its_finding_is_not_made(
    casework: Casework, outcome: Outcome, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The check stands in the way of the link, and with it of the action."""
    made = write(casework)
    add = findings.add_action
    monkeypatch.setattr(
        findings,
        "add_action",
        lambda *args, **said: add(*args, **(said | {"source": Source.OTHER})),
    )
    with pytest.raises(ValidationError, match="does not come from an audit's finding"):
        findings.to_action(
            made,
            outcome,
            text="Share an exemplar plan",
            owners=[By(role=Role.TEAM_MANAGER)],
            timing=by_when("1.9.16"),
            **who(casework.cast, "officer"),
        )
    assert not outcome.actions.exists()
