"""Grading a case on pages: the list, the page, two windows at once, check, submit, receipt."""

import datetime as dt
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audits.allocation import actions as allocation
from audits.casework.answers import CaseAnswer, Judgement
from audits.models import CaseAudit, Given
from audits.rounds import actions as rounds
from audits.tools.actions import IndicatorSpec
from audits.workflow import CaseState
from earlyhelp.core.events.models import Event
from teams.models import Locality
from tests.audits.access.auditing import boxes
from tests.audits.access.rounds import plan_one
from tests.audits.making import CANARY, DUE, Casework, make_round_of, make_tool
from tests.cast import Cast
from tests.pages import hidden, text

SignIn = Callable[[str], Client]
MINE = "/audits/mine/"
NAME = "Peter Smith was late."
LONG = "x" * 4001


def address(audit: CaseAudit, page: str = "audit-grade") -> str:
    return reverse(page, args=[audit.pk])


def given(audit: CaseAudit, code: str) -> CaseAnswer:
    row = Given.objects.of(audit).filter(indicator__code=code).first()
    return CaseAnswer.of(row) if row else CaseAnswer()


def everything(casework: Casework, serial: int = 1, **typed: str) -> dict[str, Any]:
    """Every box filled in, plausibly."""
    choice = casework.indicator["issues"].choices.all()[0].pk
    return boxes(
        casework,
        serial,
        **{
            "grade-assessment": "good",
            "grade-plan": "requires-improvement",
            "grade-supervision": "yes",
            "choice-issues": str(choice),
            "text-duration": "Eleven months",
            "overall": "good",
            **typed,
        },
    )


# -- the list -------------------------------------------------------------------------------


def test_the_list_says_what_is_due_late_and_done(
    casework: Casework, sign_in: SignIn, settings: Any
) -> None:
    casework.save(1, assessment="good")
    casework.submit(2)
    settings.BUSINESS_DATE = DUE + dt.timedelta(3)
    said = text(sign_in("auditor").get(MINE))
    assert "You have 5 cases to audit: 5 are late." in said
    assert "3 days late" in said and "1 of 5" in said
    assert said.index("To audit") < said.index("Case 1") < said.index("Submitted by you")
    assert said.index("Submitted by you") < said.index("Case 2")


def test_nothing_to_audit_says_so(council: Cast, sign_in: SignIn) -> None:
    assert "You have no case to audit." in text(sign_in("auditor").get(MINE))


def test_the_list_has_the_number_by_which_the_file_is_found(
    casework: Casework, sign_in: SignIn
) -> None:
    assert f"{CANARY}1" in text(sign_in("auditor").get(MINE))
    assert CANARY not in text(sign_in("manager").get(MINE))


def test_a_moderator_sees_what_waits_and_not_what_became_their_own_line(
    casework: Casework, sign_in: SignIn
) -> None:
    casework.submit(1)
    said = text(sign_in("other_head").get(MINE))
    assert "To moderate" in said and "Case 1" in said and "Auditor" in said
    CaseAudit.objects.filter(case__serial=1).update(moderator=casework.cast.person["head"])
    assert "To moderate" not in text(sign_in("head").get(MINE))


def test_the_list_costs_the_same_for_few_cases_and_for_many(
    casework: Casework, sign_in: SignIn
) -> None:
    auditor = sign_in("auditor")
    others = CaseAudit.objects.exclude(case__serial=1)
    counted = []
    for whose in ("director", "auditor"):
        others.update(auditor=casework.cast.person[whose])
        casework.save(1, assessment="good")
        auditor.get(MINE)
        with CaptureQueriesContext(connection) as queries:
            auditor.get(MINE)
        counted.append(len(queries))
    assert counted[0] == counted[1]


# -- the page of a case ---------------------------------------------------------------------


def test_all_indicators_in_order_each_with_what_its_grades_look_like(
    casework: Casework, sign_in: SignIn
) -> None:
    said = text(sign_in("auditor").get(address(casework.audit(1))))
    names = ["1. Assessment", "2. Early Help plan", "3. Supervision", "4. Issues", "5. How long"]
    places = [said.index(name) for name in names]
    assert places == sorted(places)
    assert "It says what life is like for the child" in said
    assert f"{CANARY}1" in said
    assert "0 of 5 answered" in said
    assert "15 days left" in said


def test_what_was_typed_is_saved_and_the_page_stays(casework: Casework, sign_in: SignIn) -> None:
    client = sign_in("auditor")
    audit = casework.audit(1)
    sent = boxes(
        casework,
        **{
            "grade-assessment": "inadequate",
            "comment-assessment": " It is from 2014 ",
            "strengths": "A chronology",
            "unsafe": "yes",
            "at": "assessment",
        },
    )
    reply = client.post(address(audit), sent)
    assert reply.headers["Location"] == f"{address(audit)}#q-assessment"
    assert given(audit, "assessment") == CaseAnswer("inadequate", "It is from 2014")
    fresh = casework.audit(1)
    assert (fresh.state, fresh.strengths, fresh.is_unsafe) == (
        CaseState.IN_PROGRESS,
        "A chronology",
        True,
    )
    page = client.get(address(audit))
    assert "1 of 5 answered" in text(page)
    assert re.search(r'value="inadequate" checked', page.content.decode())


@pytest.mark.parametrize(
    ("then", "leads_to"), [("stay", "audit-grade"), ("check", "audit-check"), ("leave", "")]
)
def test_where_saving_leads(casework: Casework, sign_in: SignIn, then: str, leads_to: str) -> None:
    audit = casework.audit(1)
    reply = sign_in("auditor").post(address(audit), everything(casework, then=then))
    assert reply.headers["Location"] == (address(audit, leads_to) if leads_to else MINE)


def test_a_place_that_is_no_indicator_leads_nowhere_else(
    casework: Casework, sign_in: SignIn
) -> None:
    audit = casework.audit(1)
    reply = sign_in("auditor").post(address(audit), boxes(casework, at="//evil.example"))
    assert reply.headers["Location"] == address(audit)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"grade-assessment": "splendid"}, "Select one of the answers to “Assessment”"),
        ({"grade-supervision": "good"}, "Select one of the answers to “Supervision"),
        ({"choice-issues": "999999"}, "Select from the list of “Issues”"),
        ({"overall": "splendid"}, "Select one of the four overall judgements"),
        ({"threshold": "sideways"}, "Select one of the threshold judgements"),
        ({"comment-plan": "x" * 4001}, "Shorten the comment on “Early Help plan” to 4,000"),
        ({"strengths": "x" * 4001}, "Shorten “Strengths” to 4,000 characters"),
        ({"text-duration": "A year", "grade-duration": "not-found"}, "not both"),
    ],
)
def test_what_cannot_be_saved_is_said_at_its_box_and_kept(
    casework: Casework, sign_in: SignIn, typed: dict[str, str], sentence: str
) -> None:
    audit = casework.audit(1)
    sent = boxes(casework, **{"comment-assessment": "Typed with care", **typed})
    reply = sign_in("auditor").post(address(audit), sent)
    said = text(reply)
    assert "There is a problem" in said and sentence in said
    assert "Typed with care" in said
    target = re.search(r'error-summary__list">\s*<li><a href="#([^"]+)"', reply.content.decode())
    assert target and f'id="{target[1]}"' in reply.content.decode()
    # The page is over what is saved: all but the bad boxes, which are as they were.
    assert hidden(reply)["version"] == [str(casework.audit(1).version)]
    assert reply.content.decode().count("data-unsaved") == 1
    for name in typed:
        box, _, code = name.partition("-")
        if code:
            assert getattr(given(audit, code), {"choice": "chosen"}.get(box, box)) in (
                "",
                frozenset(),
            )
        else:
            assert getattr(casework.audit(1), name) == ""


def test_one_bad_box_keeps_the_other_answers_and_stays(casework: Casework, sign_in: SignIn) -> None:
    """Save and leave too: it does not leave. What is mended is saved over what was kept."""
    audit, client = casework.audit(1), sign_in("auditor")
    sent = everything(casework, then="leave", strengths="A chronology", **{"comment-plan": LONG})
    said = text(client.post(address(audit), sent))
    assert "5 answers are saved, 1 is not." in said and "x" * 4001 in said
    assert given(audit, "plan") == CaseAnswer()
    assert (given(audit, "assessment").grade, given(audit, "duration").text) == (
        "good", "Eleven months",
    )  # fmt: skip
    fresh = casework.audit(1)
    assert (fresh.strengths, fresh.overall) == ("A chronology", "good")
    mended = sent | {"version": fresh.version, "comment-plan": "Two years old"}
    assert client.post(address(audit), mended).status_code == 302
    assert given(audit, "plan").comment == "Two years old"


def test_of_the_judgement_only_the_bad_box_is_not_saved(
    casework: Casework, sign_in: SignIn
) -> None:
    audit = casework.audit(1)
    sent = boxes(casework, overall="good", strengths=LONG, improvements="Write a plan")
    said = text(sign_in("auditor").post(address(audit), sent))
    assert "1 answer is not saved." in said
    fresh = casework.audit(1)
    assert (fresh.overall, fresh.strengths, fresh.improvements) == ("good", "", "Write a plan")


def test_a_case_saves_by_itself_what_changed(casework: Casework, sign_in: SignIn) -> None:
    """It asks nothing about words like a name, and where it cannot save it says so."""
    audit, client = casework.audit(1), sign_in("auditor")
    sent = {"version": audit.version, "grade-plan": "inadequate", "comment-plan": NAME}
    by_itself = {"X-Autosave": "1"}
    told = client.post(address(audit), sent, headers=by_itself).json()
    assert re.fullmatch(r"Saved \d\d:\d\d", told["says"]) and told["bad"] == []
    assert (given(audit, "plan").comment, told["version"]) == (NAME, casework.audit(1).version)
    assert json.loads(told["was"])["answers"]["plan"]["comment"] == NAME
    stale = client.post(address(audit), sent | {"comment-plan": "Other"}, headers=by_itself)
    assert stale.status_code == 409
    assert stale.json()["says"].startswith("Not saved: you saved this in another tab or window")
    sent = {"version": told["version"], "comment-assessment": LONG, "strengths": LONG}
    told = client.post(address(audit), sent, headers=by_itself).json()
    assert told["bad"] == ["assessment", "case"] and told["says"].startswith("Not saved: Shorten")


def test_a_case_given_to_somebody_else_is_not_saved_by_itself(
    casework: Casework, sign_in: SignIn
) -> None:
    casework.submit(1)
    audit = casework.audit(1)
    sent = {"version": audit.version, "comment-plan": "Other"}
    reply = sign_in("auditor").post(address(audit), sent, headers={"X-Autosave": "1"})
    assert reply.status_code == 409 and reply.json()["says"].startswith("Not saved: ")


def test_rubbish_in_the_hidden_fields_breaks_nothing(casework: Casework, sign_in: SignIn) -> None:
    audit = casework.audit(1)
    for was in ("", "nonsense", "[]", '{"answers": 1}', '{"answers": {"plan": {}}}'):
        sent = boxes(casework, was=was, version="x", **{"grade-plan": "good"})
        assert sign_in("auditor").post(address(audit), sent).status_code == 409
    assert casework.audit(1).version == 0


def test_what_looks_like_a_person_is_pointed_out_after_saving(
    casework: Casework, sign_in: SignIn
) -> None:
    client, audit = sign_in("auditor"), casework.audit(1)
    client.post(address(audit), boxes(casework, **{"comment-plan": NAME}))
    page = client.get(address(audit))
    assert "“Peter Smith” looks like a person's name" in text(page)
    assert 'href="#comment-plan"' in page.content.decode()
    assert given(audit, "plan").comment == NAME


def test_names_of_our_own_teams_are_not_pointed_out(casework: Casework, sign_in: SignIn) -> None:
    client, audit = sign_in("auditor"), casework.audit(1)
    Locality.objects.filter(code="north").update(name="Margaret Whitlock House")
    client.post(address(audit), boxes(casework, strengths="Work of Margaret Whitlock House."))
    assert "looks like a person" not in text(client.get(address(audit)))


def test_a_page_costs_the_same_for_one_answer_and_for_all(
    casework: Casework, sign_in: SignIn
) -> None:
    client = sign_in("auditor")
    casework.save(1, Judgement(strengths="A chronology"), plan="not-found")
    page = address(casework.audit(1))
    client.get(page)
    counted = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(page)
        counted.append(len(queries))
        casework.complete(1, "inadequate", assessment="inadequate")
    assert counted[0] == counted[1]


# -- two windows, two people ------------------------------------------------------------------


def test_a_save_from_an_older_page_shows_both_and_loses_nothing(
    casework: Casework, sign_in: SignIn
) -> None:
    client, audit = sign_in("auditor"), casework.audit(1)
    was = hidden(client.get(address(audit)))["was"][0]
    casework.save(1, assessment="inadequate", supervision="yes")
    sent = boxes(casework) | {
        "version": 0,
        "was": was,
        "grade-assessment": "good",
        "comment-assessment": "I think otherwise",
        "grade-plan": "good",
    }
    del sent["grade-supervision"]
    reply = client.post(address(audit), sent)
    said = text(reply, 409)
    assert "Inadequate" in said and "I think otherwise" in said
    body = reply.content.decode()
    # Only I changed the plan, only the other window the supervision: chosen already.
    kept = "2 other changes are kept: 1 from the other tab or window, 1 from this one"
    assert kept in said
    assert (hidden(reply)["keep-plan"], hidden(reply)["keep-supervision"]) == (["mine"], ["theirs"])
    assert not re.search(r'id="keep-assessment-(mine|theirs)"[^>]*checked', body)
    assert given(audit, "assessment").grade == "inadequate"

    again = hidden(reply) | {"keep-plan": "mine", "keep-supervision": "theirs", "then": "stay"}
    unchosen = client.post(address(audit), again)
    assert "Select which to keep for “Assessment”" in text(unchosen, 409)
    # Sending it again without a choice must not make one.
    body = unchosen.content.decode()
    assert not re.search(r'id="keep-assessment-(mine|theirs)"[^>]*checked', body)
    assert 'href="#keep-assessment-theirs"' in body and 'id="keep-assessment-theirs"' in body
    chosen = hidden(unchosen) | {
        "keep-plan": "mine",
        "keep-supervision": "theirs",
        "keep-assessment": "mine",
        "then": "stay",
    }
    assert client.post(address(audit), chosen).status_code == 302
    assert given(audit, "assessment") == CaseAnswer("good", "I think otherwise")
    assert given(audit, "plan").grade == "good"
    assert given(audit, "supervision").grade == "yes"


def test_the_judgement_collides_part_by_part(casework: Casework, sign_in: SignIn) -> None:
    client, audit = sign_in("auditor"), casework.audit(1)
    was = hidden(client.get(address(audit)))["was"][0]
    casework.save(1, Judgement(overall="good", strengths="Theirs"))
    sent = boxes(casework) | {"version": 0, "was": was, "overall": "", "strengths": "Mine"}
    reply = client.post(address(audit), sent | {"improvements": "Only mine"})
    assert reply.status_code == 409
    assert hidden(reply)["keep-case.overall"] == ["theirs"]
    assert hidden(reply)["keep-case.improvements"] == ["mine"]
    assert "keep-case.strengths" not in hidden(reply)
    chosen = hidden(reply) | {
        "keep-case.overall": "theirs",
        "keep-case.improvements": "mine",
        "keep-case.strengths": "theirs",
    }
    client.post(address(audit), chosen)
    fresh = casework.audit(1)
    assert (fresh.overall, fresh.strengths, fresh.improvements) == ("good", "Theirs", "Only mine")


def test_the_same_save_twice_is_no_conflict(casework: Casework, sign_in: SignIn) -> None:
    client, audit = sign_in("auditor"), casework.audit(1)
    sent = everything(casework)
    assert client.post(address(audit), sent).status_code == 302
    assert client.post(address(audit), sent).status_code == 302
    assert casework.audit(1).version == 1


def test_a_case_given_to_somebody_else_meanwhile_gives_back_what_was_typed(
    casework: Casework, sign_in: SignIn
) -> None:
    client, audit = sign_in("auditor"), casework.audit(1)
    sent = boxes(casework, **{"grade-plan": "good", "comment-plan": "Worth keeping"})
    allocation.reallocate(
        audit,
        auditor=casework.cast.person["director"],
        due_on=DUE,
        reason="Leave",
        version=audit.version,
        by=casework.cast.actor("officer"),
    )
    casework.save(1, by="director", plan=CaseAnswer("inadequate", "Their own words"))
    said = text(client.post(address(audit), sent), 409)
    assert "This case is allocated to somebody else." in said
    assert "Worth keeping" in said and "Good" in said
    assert "Their own words" not in said and CANARY not in said
    assert client.get(address(audit)).status_code == 404


def test_a_round_closed_meanwhile_gives_back_what_was_typed(
    casework: Casework, sign_in: SignIn
) -> None:
    client, audit = sign_in("auditor"), casework.audit(1)
    rounds.close_round(casework.round, reason="Time", by=casework.cast.actor("officer"))
    said = text(client.post(address(audit), boxes(casework, strengths="Worth keeping")), 409)
    assert "This round is closed" in said and "Worth keeping" in said


def test_a_round_that_is_still_planned_has_no_pages(council: Cast, sign_in: SignIn) -> None:
    made, cases = plan_one(council)
    allocation.allocate(
        made, cases, auditor=council.person["auditor"], due_on=DUE, by=council.actor("officer")
    )
    audit = cases[0].audits.get()
    client = sign_in("auditor")
    assert client.get(address(audit)).status_code == 404
    assert client.post(address(audit), {"version": 0, "strengths": "A"}).status_code == 404


# -- check, submit, receipt -------------------------------------------------------------------


def test_the_check_says_what_is_missing_and_where(casework: Casework, sign_in: SignIn) -> None:
    client, audit = sign_in("auditor"), casework.audit(1)
    casework.save(1, Judgement(overall="inadequate"), plan=CaseAnswer("not-found"))
    page = client.get(address(audit, "audit-check"))
    said = text(page)
    assert "Enter a comment that says why “Early Help plan” is not found on file" in said
    assert "Answer “Assessment”" in said
    assert "Enter what makes this case inadequate" in said
    grade = address(audit)
    for box in ("comment-plan", "grade-assessment-1", "choice-issues-1", "improvements"):
        assert f'href="{grade}#{box}"' in page.content.decode()
        assert f'id="{box}"' in client.get(grade).content.decode()
    assert "Submit Case 1" not in said


def test_an_incomplete_audit_is_not_submitted(casework: Casework, sign_in: SignIn) -> None:
    client = sign_in("auditor")
    audit = casework.save(1, plan="good")
    reply = client.post(address(audit, "audit-submit"), {"version": audit.version})
    assert "cannot be submitted yet" in text(reply, 409)
    assert casework.audit(1).state == CaseState.IN_PROGRESS


def test_submitting_leads_to_a_receipt_that_stays_the_same(
    casework: Casework, sign_in: SignIn
) -> None:
    client, audit = sign_in("auditor"), casework.complete(1)
    submit, receipt = address(audit, "audit-submit"), address(audit, "audit-receipt")
    assert "Submit Case 1" in text(client.get(address(audit, "audit-check")))
    for _ in range(2):
        reply = client.post(submit, {"version": audit.version})
        assert reply.headers["Location"] == receipt
    event = Event.objects.about(audit).get(verb="submitted")
    said = text(client.get(receipt))
    assert f"A{event.pk}" in said and "5 answers" in said
    assert "Other head moderates it" in said
    assert "told at once" not in said


def test_submitting_what_was_saved_meanwhile_asks_to_look_again(
    casework: Casework, sign_in: SignIn
) -> None:
    client, audit = sign_in("auditor"), casework.complete(1)
    casework.save(1, plan="good")
    reply = client.post(address(audit, "audit-submit"), {"version": audit.version})
    assert "saved elsewhere" in text(reply, 409)
    assert casework.audit(1).state == CaseState.IN_PROGRESS


def test_words_like_a_name_are_kept_only_with_a_plain_confirmation(
    casework: Casework, sign_in: SignIn
) -> None:
    client = sign_in("auditor")
    audit = casework.complete(1, plan=CaseAnswer("good", NAME))
    check = text(client.get(address(audit, "audit-check")))
    assert "“Peter Smith” looks like a person's name" in check
    submit = address(audit, "audit-submit")
    reply = client.post(submit, {"version": audit.version})
    assert "tick that they name nobody" in text(reply, 409)
    assert 'href="#keep-words"' in reply.content.decode()
    assert casework.audit(1).state == CaseState.IN_PROGRESS
    kept = client.post(submit, {"version": audit.version, "keep-words": "yes"})
    assert kept.headers["Location"] == address(audit, "audit-receipt")
    assert given(audit, "plan").comment == NAME


@pytest.mark.parametrize("page", ["audit-grade", "audit-check"])
def test_a_submitted_audit_is_read_and_not_graded(
    casework: Casework, sign_in: SignIn, page: str
) -> None:
    audit = casework.submit(1)
    reply = sign_in("auditor").get(address(audit, page), follow=True)
    assert reply.redirect_chain[-1][0] == address(audit, "audit-case")
    assert "it has been submitted" in text(reply)


def test_before_it_is_submitted_there_is_no_receipt(casework: Casework, sign_in: SignIn) -> None:
    audit = casework.save(1, plan="good")
    reply = sign_in("auditor").get(address(audit, "audit-receipt"))
    assert reply.headers["Location"] == address(audit, "audit-case")


def test_an_auditor_whose_own_line_it_became_reads_why(casework: Casework, sign_in: SignIn) -> None:
    cast = casework.cast
    CaseAudit.objects.filter(case__serial=4).update(auditor=cast.person["other_manager"])
    reply = sign_in("other_manager").get(address(casework.audit(4)))
    assert "This case is of your own line" in text(reply, 403)


# -- a manager's or a head's own cases ---------------------------------------------------------


def test_a_manager_reads_the_submitted_audits_of_their_own_teams(
    casework: Casework, sign_in: SignIn
) -> None:
    casework.submit(1, "inadequate")
    casework.save(2, plan="good")
    casework.submit(4)
    said = text(sign_in("manager").get("/audits/read/"))
    assert "Case 1" in said and "Inadequate" in said
    assert "Case 2" not in said and "Case 4" not in said
    assert CANARY not in said
    assert "Case 4" in text(sign_in("other_manager").get("/audits/read/"))


def test_audits_to_read_are_chosen_by_round(
    casework: Casework, sign_in: SignIn, council: Cast
) -> None:
    casework.submit(4)
    short = make_tool(council, "Dip sample", [IndicatorSpec("Assessment")])
    make_round_of(council, short, [{"assessment": "good"}], "dip", theme="Dip sample")
    client = sign_in("officer")
    assert "Case 4" in text(client.get("/audits/read/"))
    july = text(client.get("/audits/read/?round=july"))
    assert "Case 4" in july and "Case 1" not in july
    assert "Case 4" not in text(client.get("/audits/read/?round=dip"))


def test_the_readers_list_costs_the_same_for_one_and_for_many(
    casework: Casework, sign_in: SignIn
) -> None:
    client = sign_in("officer")
    casework.submit(1)
    client.get("/audits/read/")
    counted = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get("/audits/read/")
        counted.append(len(queries))
        for serial in (2, 3, 4):
            if casework.audit(serial).state != CaseState.SUBMITTED:
                casework.submit(serial)
    assert counted[0] == counted[1]
