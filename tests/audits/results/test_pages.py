"""Results on pages: a round by area, one indicator, a year's programme; who is shown what."""

import csv
import datetime as dt
import io
import re
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audits.allocation import actions as allocation
from audits.casework import actions as acting
from audits.casework.answers import CaseAnswer, GradeDecision, Judgement
from audits.grades import Grade, IndicatorKind
from audits.models import CaseAudit, Given, Round, RoundKind
from audits.rounds import actions as rounds
from audits.rounds.case_list import CaseLine
from audits.tools.actions import IndicatorSpec
from tests.audits.access.results import closed_round
from tests.audits.making import (
    CANARY,
    DUE,
    Casework,
    make_round_of,
    make_tool,
    on_day,
    planned,
    who,
)
from tests.audits.results.test_scored_rounds import COUNTS, FOUR, spread
from tests.cast import Cast
from tests.pages import plain

SignIn = Callable[[str], Client]


def words_of(page: Any) -> str:
    """The page as it is read: its text, blanks drawn together, and what a bar says."""
    html = page.content.decode()
    html = re.sub(r'<svg class="eh-stack"[^>]*aria-label="([^"]*)".*?</svg>', r" [\1] ", html)
    main = html.split('id="main"', 1)[1].split("</main>")[0]
    return plain(main)


def open_results(client: Client, made: Round, query: str = "") -> Any:
    return client.get(reverse("round-results", args=[made.code]) + query)


@pytest.fixture
def december(council: Cast) -> Round:
    return make_round_of(council, make_tool(council, asked=FOUR), spread(COUNTS), "december")


# -- the page of a round --------------------------------------------------------------------


def test_the_page_says_what_the_round_found(december: Round, sign_in: SignIn) -> None:
    page = open_results(sign_in("head"), december)
    said = words_of(page)
    assert "Case audit round · July 2016 Under 11s casework" in said
    assert "20 cases in 1 locality. All 20 audited on time." in said
    assert "audited ( the year: 20 of 20 ) 20 of 20" in said
    assert "average score of 4, over 62 graded answers; 12 not found 2.3" in said
    assert "documents not found on file 12 graded outstanding 0" in said
    names = re.findall(
        r'<th scope="row"><a class="govuk-link" href="[^"]*">([^<]*)</a>', page.content.decode()
    )
    assert names[:4] == ["Oversight", "Review", "Assessment", "Plan"]
    assert "Review [6 good, 7 requires improvement, 3 inadequate, 1 not found on file]" in said
    assert "35.3% 6 of 17" in said
    assert "Percentages here stand on 17 to 20 cases: one case moves them by 5 to 6 points." in said
    # Outstanding, good, requires improvement, inadequate, not found, not applicable; base; score.
    shares = "Review 0 0.0% 6 35.3% 7 41.2% 3 17.6% 1 5.9% 3 17 2.2 of 16 graded"
    assert shares in said
    assert "Last round" not in said and "Moderator agreed" not in said


@pytest.mark.parametrize("kind", [RoundKind.DEEP_DIVE, RoundKind.MULTI_AGENCY, RoundKind.COHORT])
def test_the_years_programme_stands_beside_its_own_rounds_only(
    council: Cast, sign_in: SignIn, kind: RoundKind
) -> None:
    """A joint audit, a deep dive and a follow-up are no part of it (docs/decisions/0007)."""
    tool = make_tool(council, asked=FOUR[:1])
    outside = make_round_of(council, tool, [{"assessment": "good"}], "outside", kind=kind)
    inside = make_round_of(council, tool, [{"assessment": "good"}] * 2, "inside")
    assert "the year: 2 of 2" in words_of(open_results(sign_in("head"), inside))
    page = open_results(sign_in("head"), outside)
    assert "audited 1 of 1" in words_of(page)
    assert "the year:" not in words_of(page)
    assert "/audits/years/" not in page.content.decode()


def test_beside_the_last_round(council: Cast, sign_in: SignIn) -> None:
    tool = make_tool(council, asked=FOUR[:2])
    before = make_round_of(
        council,
        tool,
        [{"assessment": "good", "plan": "inadequate"}] * 10,
        "before",
        starts=dt.date(2016, 1, 1),
        ends=dt.date(2016, 1, 31),
        period_name="January 2016",
        is_illustrative=True,
    )
    grades = [{"assessment": "good" if at < 9 else "not-found", "plan": "good"} for at in range(10)]
    after = make_round_of(council, tool, grades, "after", compares_with=before)
    said = words_of(open_results(sign_in("director"), after))
    assert "Plan [10 good] 100.0% 10 of 10 0.0% 0 of 10 improved by 100.0 points" in said
    assert "90.0% 9 of 10 100.0% 10 of 10 no clear change" in said
    assert "The last round is Under 11s casework, January 2016, which is illustrative." in said


def test_a_round_that_is_made_up_says_so(council: Cast, sign_in: SignIn) -> None:
    tool = make_tool(council, asked=FOUR[:1])
    made = make_round_of(
        council,
        tool,
        [{"assessment": "good"}],
        "made-up",
        is_illustrative=True,
        source_note="Only the theme is published.",
    )
    for address in [
        reverse("round-results", args=[made.code]),
        reverse("round-indicator", args=[made.code, "assessment"]),
    ]:
        assert "Illustrative" in words_of(sign_in("head").get(address))
    assert "Only the theme is published." in words_of(open_results(sign_in("head"), made))


def test_yes_no_choices_and_words(casework: Casework, sign_in: SignIn) -> None:
    issues = {one.code: one.pk for one in casework.indicator["issues"].choices.all()}
    both = CaseAnswer(chosen=frozenset([issues["neglect"], issues["behaviour"]]))
    casework.submit(1, issues=both, supervision="no")
    for serial in (2, 4):
        casework.submit(serial)
    said = words_of(open_results(sign_in("officer"), casework.round))
    assert "Under way: results so far" in said
    assert "Supervision in line with policy [2 yes, 1 no] 66.7% 2 of 3, few cases" in said
    assert "Neglect 3 of 3 100.0% Behaviour 1 of 3 33.3% Something else 0 of 3 0.0%" in said
    assert "4 on 3 cases: one case may be in several rows, so they do not add up." in said
    assert "How long it was open : written about on 3 cases" in said
    assert "Eleven months" not in said
    assert "With fewer than 10 cases, read the numbers rather than the percentages." in said


def test_the_moderator_beside_the_auditor(casework: Casework, sign_in: SignIn) -> None:
    for serial in (1, 2):
        audit = casework.submit(serial, plan="good")
        changed = {casework.indicator["plan"].pk: GradeDecision("inadequate", "Two years old")}
        acting.moderate(
            audit,
            changed if serial == 1 else {},
            overall="good",
            is_unsafe=False,
            version=audit.version,
            **on_day(casework.cast, "other_head"),
        )
    said = words_of(open_results(sign_in("head"), casework.round))
    assert (
        "Early Help plan [1 good, 1 inadequate] 50.0% 1 of 2, few cases 50.0% 1 of 2, 0.00 beyond chance"
        in said
    )
    assert "Beyond chance that is 1 for full agreement" in said


def test_who_has_done_what_and_who_is_late(casework: Casework, sign_in: SignIn) -> None:
    casework.submit(1)
    casework.cast.person["auditor"].__class__.objects.filter(
        pk=casework.cast.person["auditor"].pk
    ).update(name="Audrey Auditor")
    page_for = {
        name: words_of(open_results(sign_in(name), casework.round))
        for name in ["officer", "director", "head", "manager"]
    }
    for name, said in page_for.items():
        assert "North 1 of 3 33.3% 1 0 0 South 0 of 2 0.0% 0 0 0" in said, name
        assert ("Audrey Auditor 1 of 6" in said) == (name in ("officer", "director")), name


def test_overdue_audits_are_counted(casework: Casework, sign_in: SignIn, settings: Any) -> None:
    casework.submit(1)
    settings.BUSINESS_DATE = DUE + dt.timedelta(days=1)
    said = words_of(open_results(sign_in("officer"), casework.round))
    assert "1 of 6 audited, on time; 5 still to be done and overdue." in said
    assert "North 1 of 3 33.3% 1 0 2" in said


# -- areas ----------------------------------------------------------------------------------


def test_results_of_a_locality_a_team_and_what_is_no_area(
    casework: Casework, sign_in: SignIn
) -> None:
    for serial in range(1, 7):
        casework.submit(serial, assessment="good" if serial < 3 else "requires-improvement")
    client = sign_in("manager")
    whole = open_results(client, casework.round)
    assert "?area=locality%3Anorth" in whole.content.decode()
    assert "33.3% 2 of 6" in words_of(whole)
    assert "66.7% 2 of 3" in words_of(open_results(client, casework.round, "?area=locality:north"))
    assert "0.0% 0 of 2" in words_of(open_results(client, casework.round, "?area=locality:south"))
    team = open_results(client, casework.round, "?area=team:north-centre")
    assert "0.0% 0 of 1" in words_of(team)
    assert "1 case. 1 of 1 audited" in words_of(team) or "1 case. All 1 audited" in words_of(team)
    for no_area in ["team:south-centre", "locality:nowhere", "north", "agency:Police", "city"]:
        assert open_results(client, casework.round, f"?area={no_area}").status_code == 404


def multi_agency(cast: Cast, cases: int) -> Round:
    """A closed round in which the service, Health and Police each graded every case."""
    tool = make_tool(cast, "Joint", asked=FOUR[:1])
    officer = cast.actor("officer")
    made = rounds.plan_round(planned(tool, "joint", kind=RoundKind.MULTI_AGENCY), by=officer)
    lines = [CaseLine(f"{CANARY}{at}", "north-family") for at in range(cases)]
    added = rounds.add_cases(made, lines, by=officer)
    for agency in ("", "Health", "Police"):
        allocation.allocate(
            made, added, auditor=cast.person["auditor"], due_on=DUE, agency=agency, by=officer
        )
    rounds.open_round(made, by=officer)
    [asked] = tool.indicators.all()
    for case in added:
        for audit in case.audits.all():
            grade = "requires-improvement" if audit.agency == "Police" else "good"
            audit = acting.save(
                audit,
                {asked.pk: CaseAnswer(grade)},
                Judgement(overall="good"),
                version=0,
                **who(cast, "auditor"),
            )
            acting.submit(audit, version=audit.version, **on_day(cast, "auditor"))
    return rounds.close_round(made, reason="", by=officer)


def test_agencies_beside_each_other(council: Cast, sign_in: SignIn) -> None:
    made = multi_agency(council, 2)
    client = sign_in("head")
    said = words_of(open_results(client, made))
    assert "2 cases in 1 locality, looked at by 3 agencies." in said
    assert "Agencies The service itself Health Police" in said
    assert "66.7% 4 of 6" in said
    assert "the year" not in said, "a joint audit is no part of the year's programme"
    assert "0.0% 0 of 2" in words_of(open_results(client, made, "?area=agency:Police"))
    assert "100.0% 2 of 2" in words_of(open_results(client, made, "?area=agency:"))


# -- cohorts --------------------------------------------------------------------------------


def test_a_cohort_has_overlapping_outcomes_over_all_its_cases(
    council: Cast, sign_in: SignIn
) -> None:
    outcomes = ["escalated", "in-need", "none"]
    asked = [IndicatorSpec(code.capitalize(), IndicatorKind.YES_NO, code=code) for code in outcomes]
    grades = [
        {
            "escalated": "yes" if at < 5 else "no",
            "in-need": "yes" if at < 3 else "not-applicable",
            "none": "no" if at < 5 else "yes",
        }
        for at in range(12)
    ]
    tool = make_tool(council, "Follow-up", asked=asked)
    made = make_round_of(council, tool, grades, "cohort", kind=RoundKind.COHORT)
    said = words_of(open_results(sign_in("head"), made))
    assert "Escalated [5 yes, 7 no] 41.7% 5 of 12" in said
    assert "In-need [3 yes, 9 no] 25.0% 3 of 12" in said
    assert "None [7 yes, 5 no] 58.3% 7 of 12" in said
    assert "one case may be in several rows, so the rows do not add up" in said
    assert "Last round" not in said


# -- one indicator --------------------------------------------------------------------------


def open_indicator(client: Client, made: Round, code: str, query: str = "") -> Any:
    return client.get(reverse("round-indicator", args=[made.code, code]) + query)


def test_an_indicator_by_area_with_its_guidance(casework: Casework, sign_in: SignIn) -> None:
    for serial in range(1, 7):
        casework.submit(serial, assessment="good" if serial < 3 else "not-found")
    said = words_of(open_indicator(sign_in("manager"), casework.round, "assessment"))
    assert "2 of 6 good or better (33.3%). Average score 3.0 of 4, over 2 graded; 4 not" in said
    assert "It says what life is like for the child" in said
    assert "North [2 good, 1 not found on file] 66.7% 2 of 3, few cases" in said
    assert "South [2 not found on file] 0.0% 0 of 2, few cases" in said
    assert "North centre [1 not found on file]" in said
    assert "Not found on file 4 66.7% Not applicable 0 " in said


@pytest.mark.parametrize(
    ("person", "cases"),
    [
        ("manager", {1, 3}),
        ("other_manager", {4}),
        ("head", {1, 3}),
        ("director", {1, 3, 4, 6}),
        ("officer", {1, 3, 4, 6}),
        ("board_member", set()),
    ],
)
def test_what_was_written_is_for_those_who_read_the_audit(
    casework: Casework, sign_in: SignIn, person: str, cases: set[int]
) -> None:
    for serial in range(1, 7):
        inadequate = serial in (1, 3, 4, 6)
        casework.submit(serial, assessment="inadequate" if inadequate else "good")
    made = rounds.close_round(casework.round, reason="Over", by=casework.cast.actor("officer"))
    for serial in range(1, 7):
        given = Given.objects.filter(audit__case__serial=serial, indicator__code="assessment")
        given.exclude(comment="").update(comment=f"Nobody saw child {serial}")
    page = open_indicator(sign_in(person), made, "assessment")
    said = words_of(page)
    assert {at for at in range(1, 7) if f"Nobody saw child {at}" in said} == cases
    assert {at for at in range(1, 7) if re.search(rf"Case {at}\b", said)} == cases
    assert CANARY not in page.content.decode()


def test_short_texts_with_the_moderators_word(casework: Casework, sign_in: SignIn) -> None:
    audit = casework.submit(1, plan="good")
    acting.moderate(
        audit,
        {casework.indicator["plan"].pk: GradeDecision("inadequate", "Two years old")},
        overall="good",
        is_unsafe=False,
        version=audit.version,
        **on_day(casework.cast, "other_head"),
    )
    client = sign_in("manager")
    said = words_of(open_indicator(client, casework.round, "plan"))
    assert re.search(r"Case 1 North family Inadequate .*Moderator: was good: Two years old", said)
    said = words_of(open_indicator(client, casework.round, "duration"))
    assert "Case 1 North family – Eleven months" in said
    assert "Eleven months" not in words_of(
        open_indicator(sign_in("other_manager"), casework.round, "duration")
    )


def test_the_own_unsubmitted_audit_is_not_on_the_page(casework: Casework, sign_in: SignIn) -> None:
    casework.save(1, assessment="inadequate")
    made = casework.round
    rounds.close_round(made, reason="Over", by=casework.cast.actor("officer"))
    said = words_of(open_indicator(sign_in("auditor"), made, "assessment"))
    assert "So it is" not in said
    assert "It applied to no case." in said


def test_no_such_indicator(casework: Casework, sign_in: SignIn) -> None:
    assert open_indicator(sign_in("head"), casework.round, "nothing").status_code == 404


# -- who is shown what ----------------------------------------------------------------------


def test_results_of_a_round_under_way_are_for_those_who_follow_it(
    casework: Casework, sign_in: SignIn
) -> None:
    for person, expected in [("manager", 200), ("auditor", 404), ("board_member", 404)]:
        assert open_results(sign_in(person), casework.round).status_code == expected
    rounds.close_round(casework.round, reason="Over", by=casework.cast.actor("officer"))
    for person in ["manager", "auditor", "board_member"]:
        assert open_results(sign_in(person), casework.round).status_code == 200


def test_a_round_being_planned_has_no_results(council: Cast, sign_in: SignIn) -> None:
    made = rounds.plan_round(planned(make_tool(council)), by=council.actor("officer"))
    assert open_results(sign_in("officer"), made).status_code == 404


PLAIN = "Results that stand on fewer than 6 cases are not shown to board members"


def test_a_board_member_is_shown_no_result_of_few_cases(council: Cast, sign_in: SignIn) -> None:
    made = closed_round(council, 5)
    client = sign_in("board_member")
    page = open_results(client, made)
    assert PLAIN in words_of(page)
    assert "eh-stack" not in page.content.decode()
    assert "average score" not in words_of(page)
    assert PLAIN in words_of(open_indicator(client, made, "assessment"))
    assert "eh-stack" not in open_indicator(client, made, "assessment").content.decode()
    refused = client.get(reverse("round-results-export", args=[made.code]))
    assert refused.status_code == 403
    assert PLAIN in refused.content.decode()
    for person in ["auditor", "manager"]:
        assert "100.0% 5 of 5" in words_of(open_results(sign_in(person), made))


def test_the_least_number_of_cases_is_a_setting(
    council: Cast, sign_in: SignIn, settings: Any
) -> None:
    made = closed_round(council, 5)
    settings.LEAST_CASES_FOR_BOARD = 5
    assert "100.0% 5 of 5" in words_of(open_results(sign_in("board_member"), made))
    settings.LEAST_CASES_FOR_BOARD = 9
    assert "fewer than 9 cases" in words_of(open_results(sign_in("board_member"), made))


def test_a_board_member_is_not_shown_the_indicator_that_stands_on_few(
    council: Cast, sign_in: SignIn
) -> None:
    few = [
        {"assessment": "good", "plan": "good" if at < 5 else "not-applicable"} for at in range(8)
    ]
    made = make_round_of(council, make_tool(council, asked=FOUR[:2]), few, "few")
    made = rounds.close_round(made, reason="", by=council.actor("officer"))
    client = sign_in("board_member")
    said = words_of(open_results(client, made))
    assert "Assessment [8 good] 100.0% 8 of 8" in said
    assert "Plan" not in said
    assert "over 8 graded answers" in said, "nor is it in the sums"
    assert PLAIN in words_of(open_indicator(client, made, "plan"))
    body = b"".join(client.get(reverse("round-results-export", args=[made.code]))).decode()  # type: ignore[call-overload]
    assert "assessment" in body and "plan" not in body
    assert "Plan [5 good]" in words_of(open_results(sign_in("head"), made))


def _downloaded(client: Client, made: Round) -> list[dict[str, str]]:
    """The lines of a round's file, the city's first."""
    answer: Any = client.get(reverse("round-results-export", args=[made.code]))
    return list(csv.DictReader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))


def test_a_board_member_is_not_shown_a_last_round_of_few_cases(
    council: Cast, sign_in: SignIn
) -> None:
    """Six cases now, beside five then: the five are shown to nobody by way of the six."""
    tool = make_tool(council, asked=FOUR[:1])
    april = {"starts": dt.date(2016, 4, 1), "ends": dt.date(2016, 4, 30)}
    before = make_round_of(council, tool, [{"assessment": "good"}] * 5, "before", **april)
    rounds.close_round(before, reason="", by=council.actor("officer"))
    now = [{"assessment": "requires-improvement"}] * 6
    made = make_round_of(council, tool, now, "now", compares_with=before)
    made = rounds.close_round(made, reason="", by=council.actor("officer"))
    board, head = sign_in("board_member"), sign_in("head")
    for open_page in (open_results, partial(open_indicator, code="assessment")):
        assert "5 of 5" in words_of(open_page(head, made))
        said = words_of(open_page(board, made))
        assert "0.0% 0 of 6" in said
        assert "5 of 5" not in said
        assert "too few to compare" in said
    theirs, shown = _downloaded(head, made)[0], _downloaded(board, made)[0]
    assert theirs["previous_denominator"] == "5"
    assert (shown["denominator"], shown["previous_numerator"]) == ("6", "")
    assert shown["previous_denominator"] == shown["change"] == ""


def test_a_board_member_is_not_shown_agreement_on_few_cases(council: Cast, sign_in: SignIn) -> None:
    """Of six audits two were moderated: what became of the two is shown to nobody by name."""
    tool = make_tool(council, asked=FOUR[:1])
    made = make_round_of(council, tool, [{"assessment": "good"}] * 6, "july")
    for audit in CaseAudit.objects.filter(case__round=made, case__serial__lte=2):
        grade = GradeDecision("inadequate", "It is empty")
        acting.moderate(
            audit,
            {tool.indicators.get().pk: grade},
            overall="good",
            is_unsafe=False,
            version=audit.version,
            **on_day(council, "officer"),
        )
    made = rounds.close_round(made, reason="", by=council.actor("officer"))
    board, head = sign_in("board_member"), sign_in("head")
    for open_page in (open_results, partial(open_indicator, code="assessment")):
        assert "0 of 2" in words_of(open_page(head, made))
        assert "0 of 2" not in words_of(open_page(board, made))
    assert "Kappa" not in words_of(open_results(board, made))
    theirs, shown = _downloaded(head, made)[0], _downloaded(board, made)[0]
    assert (theirs["moderator_agreed"], theirs["moderated"]) == ("0", "2")
    assert shown["moderator_agreed"] == shown["moderated"] == shown["kappa"] == ""


def test_a_board_member_is_not_shown_the_overall_judgement_of_few_cases(
    council: Cast, sign_in: SignIn
) -> None:
    """Of six cases five were judged as a whole."""
    made = closed_round(council)
    CaseAudit.objects.filter(case__round=made, case__serial=6).update(
        overall="", moderated_overall=""
    )
    assert "The case as a whole" in words_of(open_results(sign_in("head"), made))
    assert "The case as a whole" not in words_of(open_results(sign_in("board_member"), made))


def test_three_agencies_on_two_cases_are_two_cases(council: Cast, sign_in: SignIn) -> None:
    """Six audits, and still anybody could tell who is meant."""
    made = multi_agency(council, 2)
    assert PLAIN in words_of(open_results(sign_in("board_member"), made))


def test_a_board_member_reads_the_city_only(council: Cast, sign_in: SignIn) -> None:
    made = closed_round(council)
    page = open_results(sign_in("board_member"), made)
    assert "100.0% 6 of 6" in words_of(page)
    for hidden in ["area=", "North", "judged unsafe", "Completion by"]:
        assert hidden not in page.content.decode()
    for query in ["?area=locality:north", "?area=team:north-family", "?area=agency:"]:
        for person in ["board_member", "auditor"]:
            assert open_results(sign_in(person), made, query).status_code == 404


def test_no_page_of_results_has_a_case_number(casework: Casework, sign_in: SignIn) -> None:
    for serial in range(1, 7):
        casework.submit(serial, assessment="inadequate")
    made = casework.round
    addresses = [
        reverse("round-results", args=[made.code]),
        reverse("round-indicator", args=[made.code, "assessment"]),
        reverse("round-indicator", args=[made.code, "duration"]),
        reverse("audit-year", args=[2016]),
        reverse("finding-new", args=[made.code]),
    ]
    for person in ["officer", "head"]:
        for address in addresses:
            page = sign_in(person).get(address)
            assert page.status_code == 200
            assert CANARY not in page.content.decode()


# -- a year's programme ---------------------------------------------------------------------


def test_a_years_programme_beside_the_year_before(council: Cast, sign_in: SignIn) -> None:
    tool = make_tool(council, asked=FOUR[:1])
    last = {"starts": dt.date(2015, 7, 1), "ends": dt.date(2015, 7, 31), "period_name": "July 2015"}
    make_round_of(council, tool, [{"assessment": "good"}] * 3, "last-year", **last)
    made = make_round_of(council, tool, [{"assessment": "good"}] * 4, "this-year")
    make_round_of(
        council,
        make_tool(council, "Other", FOUR[:1]),
        [{"assessment": "good"}],
        "joint",
        kind=RoundKind.DEEP_DIVE,
    )
    page = sign_in("head").get(reverse("audit-year", args=[2016]))
    said = words_of(page)
    assert "Audits in 2016-17 All 4 audited on time." in said
    assert "4 of 4 audited 100.0% the year before (3 of 3) 100.0%" in said
    assert "Under 11s casework, July 2016 4 of 4 100.0% 4 0 0" in said
    assert "North 4 of 4 100.0% 4 0 0 3 of 3 (100.0%)" in said
    assert "North family 4 of 4" in said
    assert "By auditor" not in said
    assert reverse("round-results", args=[made.code]) in page.content.decode()
    assert reverse("audit-year", args=[2015]) in page.content.decode()
    assert "Auditor 4 of 4" in words_of(sign_in("officer").get(reverse("audit-year", args=[2016])))


def test_a_board_member_reads_the_years_completion_for_the_city(
    council: Cast, sign_in: SignIn
) -> None:
    closed_round(council)
    said = words_of(sign_in("board_member").get(reverse("audit-year", args=[2016])))
    assert "6 of 6 audited 100.0%" in said
    assert "North" not in said and "By locality" not in said and "By auditor" not in said


def test_a_round_under_way_is_not_opened_from_the_year_by_everybody(
    casework: Casework, sign_in: SignIn
) -> None:
    address = reverse("round-results", args=[casework.round.code])
    year = reverse("audit-year", args=[2016])
    assert address in sign_in("head").get(year).content.decode()
    assert address not in sign_in("auditor").get(year).content.decode()


def test_a_year_without_audits_and_no_year(council: Cast, sign_in: SignIn) -> None:
    client = sign_in("head")
    said = words_of(client.get(reverse("audit-year", args=[2010])))
    assert "No case was to be audited in this year." in said
    assert client.get(reverse("audit-year", args=[99999])).status_code == 404


# -- cost -----------------------------------------------------------------------------------


@pytest.mark.parametrize("person", ["officer", "manager", "board_member"])
def test_pages_cost_the_same_for_any_number_of_cases(
    council: Cast, sign_in: SignIn, person: str
) -> None:
    tool = make_tool(council, asked=FOUR)
    few = make_round_of(council, tool, spread(COUNTS)[:6], "few")
    many = make_round_of(council, tool, spread(COUNTS), "many", ends=dt.date(2016, 8, 1))
    officer = council.actor("officer")
    few, many = (rounds.close_round(one, reason="", by=officer) for one in (few, many))
    Given.objects.filter(grade=Grade.GOOD).update(comment="So it is")
    client = sign_in(person)
    open_results(client, few)
    for name, *more in [
        ("round-results",),
        ("round-indicator", "assessment"),
        ("round-results-export",),
    ]:
        counts = []
        for made in (few, many):
            with CaptureQueriesContext(connection) as asked:
                page = client.get(reverse(name, args=[made.code, *more]))
            assert page.status_code == 200
            counts.append(len(asked))
        assert counts[0] == counts[1] <= 22, name
