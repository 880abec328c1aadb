"""Findings on pages: written, changed, counted, addressed; made an action whose status shows."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audits.findings import actions as findings
from audits.findings.actions import Found
from audits.findings.rows import finding_rows
from audits.models import CaseAudit, Finding, FindingKind, Given, Round
from audits.plan import progress_actions as doing
from audits.plan.action_changes import By
from audits.plan.models import Action, Outcome, Source
from earlyhelp.core.events.models import Event
from teams.roles import Role
from tests.audits.access.results import a_finding, closed_round
from tests.audits.making import Casework, by_when, make_plan, on_day, who
from tests.audits.results.test_pages import PLAIN, open_results, words_of
from tests.cast import TODAY, Cast

SignIn = Callable[[str], Client]


@pytest.fixture
def made(council: Cast) -> Round:
    return closed_round(council)


def typed(made: Round, **changes: Any) -> dict[str, Any]:
    """A finding as its form is posted."""
    said = {
        "kind": "improvement",
        "text": "Plans do not say who does what by when",
        "indicators": [one.pk for one in made.tool.indicators.all()],
        "cases": "6",
        "agency": "",
    }
    return said | changes


def post(client: Client, name: str, key: Any, data: dict[str, Any]) -> Any:
    return client.post(reverse(name, args=[key]), data)


# -- written and changed --------------------------------------------------------------------


def test_a_finding_is_written_and_stands_under_the_results(made: Round, sign_in: SignIn) -> None:
    client = sign_in("head")
    answer = post(client, "finding-new", made.code, typed(made))
    assert answer["Location"] == reverse("round-results", args=[made.code]) + "#findings"
    recommended = typed(
        made, text="Share chronologies", agency="Police", is_recommendation="on", cases=""
    )
    post(client, "finding-new", made.code, recommended)
    post(client, "finding-new", made.code, typed(made, kind="strength", text="Risk is weighed"))
    said = words_of(open_results(client, made))
    assert (
        "Plans do not say who does what by when noted on 6 of 6 cases Change this finding: "
        "Plans do not say who does what by when Assessment None yet" in said
    )
    assert "Share chronologies Recommendation to Police" in said
    assert said.index("For improvement") < said.index("Strengths") < said.index("Risk is weighed")
    finding = Finding.objects.earliest("pk")
    assert (finding.written_by.name, finding.cases) == ("Head", 6)
    indicator = client.get(reverse("round-indicator", args=[made.code, "assessment"]))
    assert "Plans do not say who does what by when" in words_of(indicator)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"kind": ""}, "Select whether it is a strength or for improvement"),
        ({"kind": "rumour"}, "Select whether it is a strength or for improvement"),
        ({"text": "  "}, "Enter what was found"),
        ({"cases": "six"}, "The number of cases must be a whole number, like 71"),
        ({"cases": "0"}, "The number of cases must be at least 1, or empty"),
        ({"cases": "\u0666"}, "only 0 to 9 are digits"),
        ({"cases": "7"}, "This round has 6 cases: give 1 to 6"),
        ({"indicators": ["999999"]}, "Select indicators of this round’s tool"),
        ({"agency": "P" * 101}, "Shorten the agency to 100 characters"),
    ],
)
def test_what_cannot_be_saved_comes_back_as_it_was_typed(
    made: Round, sign_in: SignIn, changes: dict[str, Any], sentence: str
) -> None:
    said = typed(made, text="Plans are vague") | changes
    page = post(sign_in("head"), "finding-new", made.code, said)
    assert page.status_code == 200
    text = page.content.decode()
    assert text.count(sentence) == 2, "in the summary and at the field"
    if "text" not in changes:
        assert "Plans are vague" in text
    assert not Finding.objects.exists()


def test_words_that_look_like_a_person_are_pointed_out_once(made: Round, sign_in: SignIn) -> None:
    client = sign_in("head")
    said = typed(made, text="The plan of Gareth Wilkinson was two years old.")
    page = post(client, "finding-new", made.code, said)
    text = page.content.decode()
    assert "Please leave out what names or places a person." in text
    assert "“Gareth Wilkinson” looks like a person&#x27;s name. Please leave it out." in text
    assert not Finding.objects.exists()
    changed = said | {"text": "The plan of Eleanor Brown was two years old."}
    assert "Eleanor Brown" in post(client, "finding-new", made.code, changed).content.decode()
    assert not Finding.objects.exists(), "other words are pointed out again"
    kept = post(client, "finding-new", made.code, said | {"keep_words": "on"})
    assert kept.status_code == 302
    assert Finding.objects.count() == 1


def test_a_finding_is_changed(made: Round, sign_in: SignIn, council: Cast) -> None:
    finding = a_finding(council, made)
    client = sign_in("officer")
    address = reverse("finding-edit", args=[finding.pk])
    assert finding.text in client.get(address).content.decode()
    said = typed(made, text="Plans are vague", cases="4", version=finding.version)
    assert client.post(address, said).status_code == 302
    finding.refresh_from_db()
    assert (finding.text, finding.cases, finding.version) == ("Plans are vague", 4, 2)
    assert [one.code for one in finding.indicators.all()] == ["assessment"]
    assert Event.objects.about(finding).filter(verb="finding changed").count() == 1


def test_two_people_change_a_finding(made: Round, sign_in: SignIn, council: Cast) -> None:
    finding = a_finding(council, made)
    theirs = Found(FindingKind.STRENGTH, "Plans are getting better", cases=3)
    findings.change_finding(finding, theirs, version=1, **who(council, "officer"))
    client = sign_in("head")
    address = reverse("finding-edit", args=[finding.pk])
    mine = typed(made, text="Plans are vague", version=1)
    page = client.post(address, mine)
    assert page.status_code == 409
    said = words_of(page)
    assert "Somebody else changed this finding while you were working on it" in said
    by = "last saved by Officer"
    assert f"What was found Theirs {by} Plans are getting better Mine Plans are vague" in said
    assert f"noted? Theirs {by} 3 Mine 6" in said
    assert f"about? Theirs {by} Nothing Mine Assessment" in said
    assert 'name="version" value="2"' in page.content.decode()
    finding.refresh_from_db()
    assert finding.text == "Plans are getting better"
    assert client.post(address, mine | {"version": 2}).status_code == 302
    finding.refresh_from_db()
    assert finding.text == "Plans are vague"


def test_findings_of_a_round_that_the_reader_may_not_open_yet(
    casework: Casework, sign_in: SignIn
) -> None:
    finding = a_finding(casework.cast, casework.round)
    assert sign_in("auditor").get(reverse("finding-edit", args=[finding.pk])).status_code == 404
    assert sign_in("manager").get(reverse("finding-edit", args=[finding.pk])).status_code == 403
    assert sign_in("head").get(reverse("finding-edit", args=[0])).status_code == 404


# -- a board member -------------------------------------------------------------------------


def test_a_board_member_reads_findings_without_small_counts_or_the_plan(
    made: Round, sign_in: SignIn, council: Cast
) -> None:
    outcome = make_plan(council)[1]
    few = Found(FindingKind.IMPROVEMENT, "A long delay", cases=2)
    findings.add_finding(made, few, **who(council, "officer"))
    finding = a_finding(council, made)
    _act(council, finding, outcome)
    said = words_of(open_results(sign_in("board_member"), made))
    assert "A long delay –" in said
    assert "Plans do not say who does what by when noted on 6 of 6 cases" in said
    assert "Action" not in said and "Not started" not in said and "Change" not in said
    assert "A long delay noted on 2 of 6 cases" in words_of(open_results(sign_in("auditor"), made))


def test_findings_of_a_small_round_are_not_for_the_board(council: Cast, sign_in: SignIn) -> None:
    made = closed_round(council, 5)
    found = Found(FindingKind.IMPROVEMENT, "A long delay")
    findings.add_finding(made, found, **who(council, "officer"))
    said = words_of(open_results(sign_in("board_member"), made))
    assert PLAIN in said and "A long delay" not in said


# -- a finding becomes an action ------------------------------------------------------------


def _act(cast: Cast, finding: Finding, outcome: Outcome) -> Action:
    return findings.to_action(
        finding,
        outcome,
        text="Share an exemplar plan",
        timing=by_when("1.9.16"),
        owners=[By(role=Role.TEAM_MANAGER)],
        **who(cast, "officer"),
    )


@pytest.fixture
def outcome(council: Cast) -> Outcome:
    return make_plan(council)[1]


def action_typed(outcome: Outcome, **changes: Any) -> dict[str, Any]:
    """The action as its form is posted."""
    said = {
        "outcome": outcome.pk,
        "text": "Share an exemplar plan",
        "roles": [Role.TEAM_MANAGER.value],
        "bodies": "Workforce Development Team",
        "when": "1.9.16",
    }
    return said | changes


def test_a_finding_becomes_an_action_whose_status_shows_beside_it(
    made: Round, sign_in: SignIn, council: Cast, outcome: Outcome
) -> None:
    finding = a_finding(council, made)
    officer = sign_in("officer")
    address = reverse("finding-to-action", args=[finding.pk])
    assert address in open_results(officer, made).content.decode()
    assert finding.text in words_of(officer.get(address))
    answer = officer.post(address, action_typed(outcome))
    assert answer["Location"] == reverse("round-results", args=[made.code]) + "#findings"
    action = Action.objects.get()
    assert action.source == Source.AUDIT_FINDING
    assert list(finding.actions.all()) == [action]
    said = words_of(officer.get(reverse("action", args=[action.pk])))
    assert f"finding: {finding.text} {made}" in said
    assert [str(one) for one in action.owners.all()] == [
        "Team manager",
        "Workforce Development Team",
    ]
    assert action.rationale == f"Finding of {made}"
    for person in ["officer", "head", "manager"]:
        page = open_results(sign_in(person), made)
        assert "1.1 a Share an exemplar plan Not started" in words_of(page)
        assert reverse("action", args=[action.pk]) in page.content.decode()
    doing.report(action, text="Begun", **on_day(council, "manager"))
    assert "exemplar plan In progress" in words_of(open_results(officer, made))


def test_it_goes_overdue_beside_the_finding(
    made: Round, sign_in: SignIn, council: Cast, outcome: Outcome, settings: Any
) -> None:
    finding = a_finding(council, made)
    sign_in("officer").post(reverse("finding-to-action", args=[finding.pk]), action_typed(outcome))
    settings.BUSINESS_DATE = Action.objects.get().due_on
    assert "exemplar plan Not started" in words_of(open_results(sign_in("head"), made))
    settings.BUSINESS_DATE = settings.BUSINESS_DATE.replace(day=2)
    assert "exemplar plan Overdue" in words_of(open_results(sign_in("head"), made))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"outcome": ""}, "Select an outcome of the plan"),
        ({"outcome": "0"}, "Select an outcome from the list"),
        ({"text": ""}, "Enter what is to be done"),
        ({"when": "soon"}, "does not say when"),
        ({"when": ""}, "Enter by when it is to be done"),
        ({"roles": [], "bodies": ""}, "Select who does it"),
    ],
)
def test_an_action_that_cannot_be_made_comes_back(
    made: Round,
    sign_in: SignIn,
    council: Cast,
    outcome: Outcome,
    changes: dict[str, Any],
    sentence: str,
) -> None:
    finding = a_finding(council, made)
    said = action_typed(outcome, rationale="Typed before") | changes
    page = post(sign_in("officer"), "finding-to-action", finding.pk, said)
    assert page.status_code == 200
    assert sentence in page.content.decode()
    assert "Typed before" in page.content.decode()
    assert not Action.objects.exists()


def test_words_that_had_to_be_read_into_are_asked_back_once(
    made: Round, sign_in: SignIn, council: Cast, outcome: Outcome
) -> None:
    finding = a_finding(council, made)
    client = sign_in("officer")
    said = action_typed(outcome, when="September 2016")
    page = post(client, "finding-to-action", finding.pk, said)
    assert "Due 30 September 2016" in words_of(page)
    assert not Action.objects.exists()
    read = page.context["form"].data["read"]
    post(client, "finding-to-action", finding.pk, said | {"read": read})
    assert Action.objects.get().timing_words == "September 2016"


def test_only_who_keeps_the_plan_makes_an_action(
    made: Round, sign_in: SignIn, council: Cast, outcome: Outcome
) -> None:
    finding = a_finding(council, made)
    address = reverse("finding-to-action", args=[finding.pk])
    page = open_results(sign_in("head"), made)
    assert address not in page.content.decode()
    assert "None yet" in words_of(page)
    assert sign_in("head").post(address, action_typed(outcome)).status_code == 403
    assert not Action.objects.exists()


def test_without_a_plan_there_is_nothing_to_add_it_to(
    made: Round, sign_in: SignIn, council: Cast
) -> None:
    finding = a_finding(council, made)
    answer = sign_in("officer").get(reverse("finding-to-action", args=[finding.pk]))
    assert answer["Location"] == reverse("actions")


# -- cost -----------------------------------------------------------------------------------


def test_findings_and_actions_cost_the_same_however_many(
    made: Round, sign_in: SignIn, council: Cast, outcome: Outcome
) -> None:
    client = sign_in("officer")
    counts = []
    open_results(client, made)
    for more in (1, 4):
        for at in range(more):
            finding = a_finding(council, made)
            finding.indicators.set(made.tool.indicators.all())
            client.post(
                reverse("finding-to-action", args=[finding.pk]),
                action_typed(outcome, text=f"Share plan {more} {at}"),
            )
        with CaptureQueriesContext(connection) as asked:
            assert open_results(client, made).status_code == 200
        counts.append(len(asked))
    assert Action.objects.count() == 5
    assert counts[0] == counts[1]


def test_a_finding_is_noted_on_cases_that_were_audited(made: Round, council: Cast) -> None:
    """Six cases, of which one was never done: nothing can have been noted on it."""
    findings.add_finding(
        made, Found(FindingKind.IMPROVEMENT, "A long delay", cases=2), **who(council, "officer")
    )
    last = CaseAudit.objects.filter(case__round=made).latest("case__serial")
    Given.objects.filter(audit=last).delete()
    CaseAudit.objects.filter(pk=last.pk).delete()
    [row] = finding_rows(made, council.actor("officer").authority, TODAY, least=1)
    assert row.noted == "noted on 2 of 5 cases"
    audits = CaseAudit.objects.filter(case__round=made)
    Given.objects.filter(audit__in=audits).delete()
    audits.delete()
    [row] = finding_rows(made, council.actor("officer").authority, TODAY, least=1)
    assert row.noted == "noted on 2 cases"
