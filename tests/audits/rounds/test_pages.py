"""Audit rounds in the browser: the first page, one round, planned, changed, opened, closed."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audits.allocation import actions as allocation
from audits.casework import actions as casework
from audits.models import Round, RoundKind, Tool
from audits.rounds import actions as rounds
from audits.rounds.case_list import CaseLine
from audits.rounds.forms import free_code
from audits.tools import actions as tools
from audits.tools.actions import IndicatorSpec
from audits.workflow import RoundState
from earlyhelp.core.events.models import Event, Remark
from teams.roles import Role
from tests.audits.access.rounds import about, day, plan_one
from tests.audits.making import (
    CANARY,
    DUE,
    Casework,
    make_casework,
    make_round_of,
    make_tool,
    planned,
)
from tests.cast import Cast
from tests.factories import AppointmentFactory
from tests.pages import box, text

SignIn = Callable[[str], Client]
NEW = "/audits/rounds/new/"
JULY = "/audits/rounds/july/"


def short_tool(council: Cast) -> Tool:
    """A tool with one indicator, for rounds that are audited whole."""
    return make_tool(council, "Dip sample", [IndicatorSpec("Assessment")])


# -- the first page --------------------------------------------------------------------------


def test_the_first_page_says_how_far_each_round_is(council: Cast, sign_in: SignIn) -> None:
    made = make_casework(council)
    made.submit(1)
    plan_two = rounds.plan_round(
        planned(made.tool, "next", theme="Neglect"), by=council.actor("officer")
    )
    rounds.add_cases(plan_two, [CaseLine("X1"), CaseLine("X2")], by=council.actor("officer"))
    make_round_of(council, short_tool(council), [{"assessment": "good"}], "past", theme="Past")
    past = Round.objects.get(code="past")
    Round.objects.filter(pk=past.pk).update(is_illustrative=True)
    officer = text(sign_in("officer").get("/audits/"))
    assert "Being planned" in officer
    assert "Neglect Case audit July 2016 2 cases, 0 allocated" in officer
    assert "Under 11s casework Case audit July 2016 1 of 6 audited" in officer
    assert "Past Case audit, illustrative July 2016 1 of 1 audited" in officer
    assert "Plan a round" in officer
    head = text(sign_in("head").get("/audits/"))
    assert "Neglect" not in head, "nobody reads of a round before it is opened"
    assert "Plan a round" not in head
    assert "1 of 6 audited" in head


def test_a_case_that_several_agencies_look_at_is_one_case(council: Cast, sign_in: SignIn) -> None:
    officer = council.actor("officer")
    said = planned(make_tool(council), kind=RoundKind.MULTI_AGENCY)
    made = rounds.plan_round(said, by=officer)
    cases = rounds.add_cases(made, [CaseLine(f"X{at}") for at in range(3)], by=officer)
    for agency in ("", "Health", "Police"):
        allocation.allocate(
            made,
            cases[:2],
            auditor=council.person["auditor"],
            due_on=DUE,
            agency=agency,
            by=council.actor("officer"),
        )
    assert "July 2016 3 cases, 2 allocated" in text(sign_in("officer").get("/audits/"))
    page = text(sign_in("officer").get(JULY))
    assert "3 cases, 1 still to be allocated." in page
    assert "Case 1 Health" in page


def test_a_late_audit_is_counted_and_a_closed_round_says_its_share(
    casework: Casework, sign_in: SignIn, settings: Any
) -> None:
    casework.submit(1)
    casework.submit(2)
    settings.BUSINESS_DATE = DUE + dt.timedelta(days=1)
    assert "2 of 6 audited, 4 late" in text(sign_in("officer").get("/audits/"))
    rounds.close_round(casework.round, reason="Enough", by=casework.cast.actor("officer"))
    assert "2 of 6 audited (33.3%)" in text(sign_in("officer").get("/audits/"))


def test_what_waits_for_whom(casework: Casework, sign_in: SignIn, settings: Any) -> None:
    casework.submit(1, "inadequate")
    casework.submit(2)
    assert "You have 4 cases to audit. The first is due on 20 July 2016." in text(
        sign_in("auditor").get("/audits/")
    )
    asked = text(sign_in("other_head").get("/audits/"))
    assert "You were asked to moderate 2 cases that were submitted." in asked
    assert "found inadequate" not in asked, "it is North's"
    concern = "1 case found inadequate or unsafe is not put right yet."
    for person in ("head", "manager", "director", "officer"):
        assert concern in text(sign_in(person).get("/audits/")), person
    settings.BUSINESS_DATE = DUE + dt.timedelta(days=1)
    assert "You have 4 cases to audit, all of them late." in text(
        sign_in("auditor").get("/audits/")
    )
    for serial in (3, 4, 5):
        casework.submit(serial)
    assert "You have 1 case to audit, and it is late." in text(sign_in("auditor").get("/audits/"))


def test_a_case_that_became_ones_own_line_does_not_wait_to_be_moderated(
    casework: Casework, sign_in: SignIn
) -> None:
    casework.submit(1)
    assert "asked to moderate 1 case" in text(sign_in("other_head").get("/audits/"))
    head, north = casework.cast.person["other_head"], casework.cast.locality["north"]
    AppointmentFactory(person=head, role=Role.HEAD_OF_SERVICE, locality_id=north.pk)
    assert "asked to moderate" not in text(sign_in("other_head").get("/audits/"))


def test_a_board_member_reads_of_closed_rounds_only_and_of_no_case(
    casework: Casework, sign_in: SignIn
) -> None:
    board = sign_in("board_member")
    assert "There are no rounds to read yet." in text(board.get("/audits/"))
    rounds.close_round(casework.round, reason="Enough", by=casework.cast.actor("officer"))
    said = text(board.get("/audits/"))
    assert "Under 11s casework" in said
    assert "audited" not in said and "Progress" not in said
    assert f'href="{JULY}"' not in board.get("/audits/").content.decode()
    assert board.get(JULY).status_code == 403


@pytest.mark.parametrize(
    ("person", "pages"),
    [
        ("auditor", ["/audits/mine/", "/audits/tools/"]),
        ("manager", ["/audits/mine/", "/audits/read/", "/audits/concerns/", "/audits/tools/"]),
        ("other_head", ["/audits/mine/", "/audits/read/", "/audits/concerns/", "/audits/tools/"]),
        (
            "officer",
            [
                "/audits/rounds/new/",
                "/audits/mine/",
                "/audits/read/",
                "/audits/concerns/",
                "/audits/tools/",
            ],
        ),
        ("board_member", []),
    ],
)
def test_the_other_pages_of_audits_are_reached_also_when_nothing_waits(
    council: Cast, sign_in: SignIn, person: str, pages: list[str]
) -> None:
    client = sign_in(person)
    body = client.get("/audits/").content.decode()
    links = re.findall(r'href="(/audits/[^"]+)"', body[body.index("<h1") :])
    assert links == pages
    for page in pages:
        assert client.get(page).status_code == 200


def test_the_first_page_costs_the_same_for_one_round_and_for_many(
    casework: Casework, sign_in: SignIn
) -> None:
    officer, counted = sign_in("officer"), []
    tool = short_tool(casework.cast)
    officer.get("/audits/")
    for code in ("", "second", "third"):
        if code:
            make_round_of(casework.cast, tool, [{"assessment": "good"}] * 2, code)
        with CaptureQueriesContext(connection) as queries:
            officer.get("/audits/")
        counted.append(len(queries))
    assert len(set(counted)) == 1


# -- one round -------------------------------------------------------------------------------


def test_the_officer_sees_every_case_its_number_and_what_can_be_done(
    casework: Casework, sign_in: SignIn
) -> None:
    casework.submit(1, "inadequate")
    said = text(sign_in("officer").get(JULY))
    assert "Under way 6 cases: 1 of 6 audited." in said
    assert f"Case 1 {CANARY}1 North family Auditor to be moderated by Other head" in said
    assert "Submitted Inadequate Nothing set to be done yet" in said
    assert "Audit again : Case 1" in said
    assert "1 case found inadequate or unsafe is not put right yet." in said
    assert f"Case 6 {CANARY}6 Not known" in said
    assert "Reallocate : Case 2" in said
    assert "Auditor auditor@testshire.example 6 1 0" in said
    assert "Take out" not in said
    assert "Allocate cases" not in said, "each of them is"


def test_cases_are_allocated_while_one_waits(council: Cast, sign_in: SignIn) -> None:
    made, _ = plan_one(council)
    assert "Allocate cases" in text(sign_in("officer").get(made.url))


@pytest.mark.parametrize(
    ("person", "sees", "numbers"),
    [
        ("manager", [1, 2, 3], [1]),
        ("head", [1, 2, 3], [1]),
        ("other_head", [4, 5], [4]),
        ("other_manager", [4, 5], [4]),
        ("director", [1, 2, 3, 4, 5, 6], []),
    ],
)
def test_others_see_the_cases_of_their_own_line_and_few_numbers(
    casework: Casework, sign_in: SignIn, person: str, sees: list[int], numbers: list[int]
) -> None:
    casework.submit(1, "inadequate")
    casework.submit(4)
    client = sign_in(person)
    said = text(client.get(JULY))
    assert [serial for serial in range(1, 7) if f"Case {serial} " in said] == sees
    assert [serial for serial in range(1, 7) if f"{CANARY}{serial}" in said] == numbers
    for word in ("Reallocate", "Allocate cases", "Audit again", "Close the round"):
        assert word not in said
    assert ("By auditor" in said) == (person == "director")
    assert ("of your teams" in said) == (person != "director")


def test_who_audits_is_not_told_to_the_line_before_it_is_submitted(
    casework: Casework, sign_in: SignIn
) -> None:
    casework.submit(1)
    said = text(sign_in("manager").get(JULY))
    assert "Case 1 CASENO1 North family Auditor" in said
    assert "Case 2 North family – 20 July 2016 Not started" in said


def test_a_judgement_is_read_only_by_those_who_read_the_audit(
    casework: Casework, sign_in: SignIn
) -> None:
    casework.complete(1, "inadequate")
    assert "Inadequate" not in text(sign_in("head").get(JULY)), "not submitted yet"
    audit = casework.audit(1)
    casework_submit(casework, audit)
    assert "Inadequate" in text(sign_in("head").get(JULY))


def casework_submit(made: Casework, audit: Any) -> None:
    casework.submit(audit, version=audit.version, by=made.cast.actor("auditor"))


def test_a_round_that_is_being_planned_is_the_officers_alone(
    council: Cast, sign_in: SignIn
) -> None:
    plan_one(council)
    assert "Being planned 2 cases, 2 still to be allocated." in text(sign_in("officer").get(JULY))
    for person in ("head", "manager", "director"):
        assert sign_in(person).get(JULY).status_code == 404
    for person in ("auditor", "board_member", "contributor", "administrator"):
        assert sign_in(person).get(JULY).status_code == 403
    assert sign_in("officer").get("/audits/rounds/nowhere/").status_code == 404


def test_filters_are_links(casework: Casework, sign_in: SignIn, settings: Any) -> None:
    casework.submit(1, "inadequate")
    casework.submit(2)
    settings.BUSINESS_DATE = DUE + dt.timedelta(days=2)
    officer = sign_in("officer")

    def listed(show: str) -> list[int]:
        said = text(officer.get(JULY, {"show": show}))
        return [serial for serial in range(1, 7) if f"{CANARY}{serial}" in said]

    assert listed("") == listed("nonsense") == [1, 2, 3, 4, 5, 6]
    assert listed("to-do") == listed("late") == [3, 4, 5, 6]
    assert listed("concerns") == [1]
    assert listed("unallocated") == []
    assert "No case of this round is here." in text(officer.get(JULY, {"show": "unallocated"}))
    assert "2 days late" in text(officer.get(JULY))


def test_a_loop_closes_when_it_is_put_right_and_audited_again(
    casework: Casework, sign_in: SignIn
) -> None:
    casework.submit(1, "inadequate")
    auditor = casework.cast.person["auditor"]
    allocation.audit_again(
        casework.audit(1), auditor=auditor, due_on=DUE, by=casework.cast.actor("officer")
    )
    said = text(sign_in("officer").get(JULY))
    assert "Case 1 Audited again" in said
    assert "1 of 6 audited" in said, "the first looks are the sample"
    assert "Audit again : Case 1" not in said


def test_what_happened_to_a_round_is_told_to_the_officer(council: Cast, sign_in: SignIn) -> None:
    made, cases = plan_one(council, 3)
    officer = council.actor("officer")
    rounds.draw_cases(made, [CaseLine(f"AB{at}") for at in range(9)], count=2, by=officer)
    rounds.remove_case(cases[1], reason="It moved away", by=officer)
    said = text(sign_in("officer").get(JULY))
    told = said[said.index("What happened") :]
    assert "Officer: case 2 taken out" in told
    assert "“It moved away”" in told
    assert "Officer: cases drawn, 2 of 9: cases 4 to 5" in told
    assert "Officer: cases 1 to 3 added" in told
    assert "Officer: round planned" in told
    assert "CASENO" not in told


def test_what_happened_is_not_for_others(casework: Casework, sign_in: SignIn) -> None:
    assert "What happened" not in text(sign_in("head").get(JULY))
    assert "To be allocated" not in text(sign_in("head").get(JULY))


def test_many_cases_stand_on_several_pages(
    council: Cast, sign_in: SignIn, monkeypatch: Any
) -> None:
    monkeypatch.setattr("audits.rounds.views.CASES_ON_A_PAGE", 2)
    plan_one(council, 5)
    officer = sign_in("officer")
    first = officer.get(JULY, {"show": "unallocated"})
    assert "Page 1 of 3" in text(first)
    assert "?show=unallocated&amp;page=2" in first.content.decode()
    assert "CASENO5" in text(officer.get(JULY, {"page": 3}))
    assert "CASENO1" not in text(officer.get(JULY, {"page": 3}))


def test_a_round_costs_the_same_for_few_cases_and_for_many(
    casework: Casework, sign_in: SignIn
) -> None:
    cast, officer, counted = casework.cast, sign_in("officer"), []
    tool = short_tool(cast)
    make_round_of(cast, tool, [{"assessment": "good"}], "one")
    make_round_of(cast, tool, [{"assessment": "good"}] * 7, "seven")
    officer.get(JULY)
    for code in ("one", "seven"):
        with CaptureQueriesContext(connection) as queries:
            officer.get(f"/audits/rounds/{code}/")
        counted.append(len(queries))
    assert counted[0] == counted[1]


# -- planned and changed ---------------------------------------------------------------------


def test_a_round_is_planned_and_gets_an_address_from_its_theme(
    council: Cast, sign_in: SignIn
) -> None:
    tool = short_tool(council)
    past = make_round_of(
        council,
        tool,
        [{"assessment": "good"}],
        "may",
        starts=dt.date(2016, 5, 1),
        ends=dt.date(2016, 5, 31),
    )
    officer = sign_in("officer")
    done = officer.post(NEW, about(tool, compares_with=past.pk, source_note="Open cases"))
    assert done.headers["Location"] == "/audits/rounds/management-oversight-june-2016/"
    made = Round.objects.get(code="management-oversight-june-2016")
    assert (made.state, made.kind, made.compares_with) == (RoundState.PLANNING, "case-audit", past)
    assert made.source_note == "Open cases"
    again = officer.post(NEW, about(tool))
    assert again.headers["Location"].endswith("/management-oversight-june-2016-2/")


def test_an_address_is_never_one_that_means_something_else(council: Cast) -> None:
    assert free_code("New") == "new-2"
    assert free_code("???") == "round"
    assert len(free_code("long " * 40)) <= 60


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"theme": ""}, "Enter a theme for the round"),
        ({"theme": "x" * 201}, "Shorten the theme to 200 characters"),
        ({"period_name": ""}, "Enter which period the round looks at"),
        (day("starts", 31, 6, 2016), "The first day must be a real date"),
        (day("ends", 31, 5, 2016), "The last day cannot be before the first"),
        ({"kind": ""}, "Select what kind of look it is"),
        ({"tool": ""}, "Select an audit tool"),
        ({"tool": 99}, "Select a tool from the list"),
        ({"compares_with": 99}, "Select a round from the list"),
        ({"source_note": "x" * 2001}, "Shorten the note to 2,000 characters"),
    ],
)
def test_what_cannot_be_a_round_is_said_and_kept(
    council: Cast, sign_in: SignIn, changes: dict[str, Any], says: str
) -> None:
    page = sign_in("officer").post(NEW, about(make_tool(council), **changes))
    assert says in text(page)
    if "theme" not in changes:
        assert box(page, "theme") == "Management oversight"
    assert not Round.objects.exists()


def test_only_an_earlier_round_is_compared_with(council: Cast, sign_in: SignIn) -> None:
    tool = short_tool(council)
    later = make_round_of(council, tool, [{"assessment": "good"}], "later")
    page = sign_in("officer").post(NEW, about(tool, compares_with=later.pk))
    assert "is not before this round" in text(page)


def test_a_retired_tool_is_not_offered_but_kept_where_it_was_chosen(
    council: Cast, sign_in: SignIn
) -> None:
    made, _ = plan_one(council)
    tools.retire(made.tool, by=council.actor("officer"))
    officer = sign_in("officer")
    assert "Casework, version 1" not in text(officer.get(NEW))
    assert "Casework, version 1 (Retired)" in text(officer.get(f"{JULY}edit/"))


def test_a_planned_round_is_changed_and_keeps_its_address(council: Cast, sign_in: SignIn) -> None:
    made, _ = plan_one(council)
    Round.objects.filter(pk=made.pk).update(is_illustrative=True)
    officer = sign_in("officer")
    assert box(officer.get(f"{JULY}edit/"), "theme") == "Under 11s casework"
    done = officer.post(f"{JULY}edit/", about(made.tool, theme="Oversight"))
    assert done.headers["Location"] == JULY
    made.refresh_from_db()
    assert (made.theme, made.code, made.is_illustrative) == ("Oversight", "july", True)


def test_two_officers_at_one_round_see_both_and_lose_nothing(
    council: Cast, sign_in: SignIn
) -> None:
    made, _ = plan_one(council)
    officer = sign_in("officer")
    officer.post(f"{JULY}edit/", about(made.tool, theme="Theirs", source_note="All of it"))
    page = officer.post(f"{JULY}edit/", about(made.tool, theme="Mine"))
    said = text(page, 409)
    assert "You saved this in another tab or window at" in said
    assert "Theme Saved in the other one Theirs What I typed here Mine" in said
    assert "Saved in the other one All of it What I typed here Nothing" in said
    assert "First day of the period" not in said, "both say the same of it"
    made.refresh_from_db()
    assert made.theme == "Theirs"
    chosen = {
        "keep-theme": "mine",
        "keep-source_note": "theirs",
        "choose": ["theme", "source_note"],
    }
    mine = about(made.tool, theme=box(page, "theme"), version=box(page, "version"))
    officer.post(f"{JULY}edit/", mine | chosen)
    made.refresh_from_db()
    assert (made.theme, made.source_note) == ("Mine", "All of it")


def test_an_opened_round_is_not_changed(casework: Casework, sign_in: SignIn) -> None:
    officer = sign_in("officer")
    away = officer.get(f"{JULY}edit/", follow=True)
    assert "This round was opened, so what it is about stays as it is." in text(away)
    page = officer.post(f"{JULY}edit/", about(casework.tool, theme="Mine"))
    assert "You cannot change this round now: auditing is under way." in text(page)
    assert box(page, "theme") == "Mine"


# -- opened and closed -----------------------------------------------------------------------


def test_what_stands_in_the_way_of_opening_is_said(council: Cast, sign_in: SignIn) -> None:
    officer = sign_in("officer")
    draft = tools.create_tool(
        name="Draft", indicators=[IndicatorSpec("Assessment")], by=council.actor("officer")
    )
    made = rounds.plan_round(planned(draft), by=council.actor("officer"))
    said = text(officer.get(f"{JULY}open/"))
    assert "Its tool, Draft, version 1, is not in use." in said
    assert "It has no cases yet." in said
    assert 'type="submit">Open the round' not in officer.get(f"{JULY}open/").content.decode()
    rounds.add_cases(made, [CaseLine("X1"), CaseLine("X2")], by=council.actor("officer"))
    assert "2 cases are still to be allocated." in text(officer.get(f"{JULY}open/"))
    refused = officer.post(f"{JULY}open/", follow=True)
    assert "You cannot open this round now: Draft, version 1 is not in use." in text(refused)
    assert Round.objects.get().state == RoundState.PLANNING


def test_opening_asks_first_and_lets_the_auditors_begin(council: Cast, sign_in: SignIn) -> None:
    made, cases = plan_one(council)
    auditor = council.person["auditor"]
    allocation.allocate(made, cases, auditor=auditor, due_on=DUE, by=council.actor("officer"))
    officer = sign_in("officer")
    assert "2 cases go to 1 auditor, who can begin at once." in text(officer.get(f"{JULY}open/"))
    assert Round.objects.get().state == RoundState.PLANNING, "asking opens nothing"
    done = officer.post(f"{JULY}open/", follow=True)
    assert "Under 11s casework, July 2016 is open. Its auditors can begin." in text(done)
    assert Round.objects.get().opened_by == council.person["officer"]
    assert "This round was opened before." in text(officer.get(f"{JULY}open/", follow=True))
    events = Event.objects.count()
    officer.post(f"{JULY}open/")
    assert Event.objects.count() == events, "opening twice opens once"


def test_closing_lists_what_is_left_and_asks_why(casework: Casework, sign_in: SignIn) -> None:
    for serial in (1, 2, 3, 4, 5):
        casework.submit(serial)
    officer = sign_in("officer")
    said = text(officer.get(f"{JULY}close/"))
    assert "1 audit is not submitted. It counts as allocated and not done." in said
    assert "Case 6 Auditor Not started" in said
    page = officer.post(f"{JULY}close/", {"reason": " "})
    assert "1 audit is not submitted: say why the round closes without" in text(page)
    done = officer.post(f"{JULY}close/", {"reason": "The file was lost"}, follow=True)
    assert "is closed." in text(done)
    assert "When it closed: “The file was lost”" in text(done)
    assert Remark.objects.filter(text="The file was lost").exists()
    assert "Only a round that is under way can be closed." in text(
        officer.get(f"{JULY}close/", follow=True)
    )


def test_a_complete_round_closes_without_a_reason(casework: Casework, sign_in: SignIn) -> None:
    for serial in range(1, 7):
        casework.submit(serial)
    officer = sign_in("officer")
    assert "Every audit is submitted." in text(officer.get(f"{JULY}close/"))
    officer.post(f"{JULY}close/", {"reason": ""})
    assert Round.objects.get().state == RoundState.CLOSED


@pytest.mark.parametrize("person", ["head", "director", "manager", "auditor", "board_member"])
def test_only_officers_run_rounds(casework: Casework, sign_in: SignIn, person: str) -> None:
    client, events = sign_in(person), Event.objects.count()
    for path in ("new/", "july/edit/", "july/open/", "july/close/", "nowhere/edit/"):
        assert client.get(f"/audits/rounds/{path}").status_code == 403
        assert client.post(f"/audits/rounds/{path}").status_code == 403
    assert Event.objects.count() == events


def test_an_officer_who_manages_a_team_as_well_still_sees_all(
    casework: Casework, sign_in: SignIn
) -> None:
    """Two posts add up; the narrower one takes nothing away."""
    officer, team = casework.cast.person["officer"], casework.cast.team["south-family"]
    AppointmentFactory(person=officer, role=Role.TEAM_MANAGER, team=team)
    assert f"{CANARY}1" in text(sign_in("officer").get(JULY))
