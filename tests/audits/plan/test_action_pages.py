"""One action in the browser: reported on, claimed, accepted, moved, carried over; and the plan kept."""

import datetime as dt
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audits.plan import action_changes
from audits.plan import progress_actions as doing
from audits.plan.action_changes import By
from audits.plan.models import Action, Aim, Outcome, Plan, Source, Theme, Update
from audits.plan.workflow import ActionState
from earlyhelp.core.events.models import Event
from teams.quarters import FinancialYear
from teams.roles import Role
from tests.audits.access.plan import day
from tests.audits.making import by_when, claimed, make_action, make_aim, make_plan, on_day, who
from tests.cast import TODAY, Cast
from tests.pages import text

SignIn = Callable[[str], Client]
YEAR = FinancialYear(2016)


def path(action: Action, page: str = "") -> str:
    return f"/actions/action/{action.pk}/{page}"


@pytest.fixture
def made(council: Cast, outcome: Outcome) -> Action:
    """Action 1.1 a, the team managers', due on 1 September 2016."""
    return make_action(council, outcome)


# -- home, and how far it is ------------------------------------------------------------------


def test_the_home_page_lists_late_ones_first_and_leads_to_an_update(
    council: Cast, sign_in: SignIn, made: Action
) -> None:
    late = make_action(council, made.outcome, "1.6.16", text="Send it")
    make_action(council, made.outcome, "4.8.16", text="Due soon")
    make_action(council, made.outcome, owners=[By(role=Role.HEAD_OF_SERVICE)], text="Not theirs")
    page = sign_in("manager").get("/")
    said = text(page)
    assert "Of your 3 actions 1 is late and 1 is due within 30 days." in said
    assert said.index("Send it") < said.index("Due soon")
    assert "Not theirs" not in said and "Share an exemplar plan" not in said
    assert "All your 3 actions" in said
    assert f'href="{path(late, "report/")}?then=home"' in page.content.decode()


def test_an_update_takes_two_clicks_and_leads_back_home(
    council: Cast, sign_in: SignIn, made: Action
) -> None:
    manager = sign_in("manager")
    form = manager.get(path(made, "report/"))
    assert "Share an exemplar plan" in text(form)
    assert 'name="on_2" value="2016"' in form.content.decode(), "today stands there already"
    answer = manager.post(path(made, "report/?then=home"), {"text": "A first draft", **day("on")})
    assert answer["Location"] == "/"
    assert "Your update of 1.1 a is saved." in text(manager.get("/"))
    assert "5 July 2016 Manager A first draft" in text(manager.get(path(made)))
    assert Update.objects.get().on == TODAY


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"text": ""}, "Enter how far it is"),
        ({"text": "So", "on_0": "6"}, "Enter the day that this speaks of, up to today"),
        ({"text": "So", "on_0": "40"}, "The day it speaks of must be a real date"),
        ({"text": "So", "evidence_link": "here"}, "Enter an address that begins with https://"),
        ({"text": "So", "evidence_link": "javascript:alert(1)"}, "Enter an address that begins"),
    ],
)
def test_an_update_that_cannot_be_keeps_what_was_typed(
    council: Cast, sign_in: SignIn, made: Action, typed: dict[str, str], says: str
) -> None:
    answer = sign_in("manager").post(path(made, "report/"), day("on") | typed)
    page = answer.content.decode()
    assert says in text(answer)
    assert 'class="govuk-error-summary"' in page
    for name, words in typed.items():
        assert words in page, name
    assert not Update.objects.exists()


def test_an_update_for_a_locality_is_of_ones_own(
    council: Cast, sign_in: SignIn, outcome: Outcome
) -> None:
    made = make_action(council, outcome, for_every_locality=True)
    north, south = (council.locality[name].pk for name in ("north", "south"))
    manager = sign_in("manager")
    page = manager.get(path(made, "report/")).content.decode()
    assert f'<option value="{north}"' in page and f'<option value="{south}"' not in page
    data = {"text": "Held", **day("on")}
    said = text(manager.post(path(made, "report/"), {**data, "locality": south}))
    assert "Select a locality from the list" in said
    manager.post(path(made, "report/"), {**data, "locality": north})
    assert Update.objects.get().locality_id == north
    said = text(manager.get(path(made)))
    assert "North In progress 5 July 2016, North: Held South Not started No answer yet" in said
    officer = sign_in("officer")
    assert "All of them together" in text(officer.get(path(made, "report/")))


@pytest.mark.parametrize(
    ("person", "page", "says"),
    [
        ("head", "report/", "This action has other owners, and they report on it."),
        ("head", "claim/", "This action has other owners, and they report on it."),
        ("manager", "stop/", "A head of service says that an action is no longer needed."),
        ("manager", "reopen/", "A head of service opens an action again."),
        ("head", "edit/", "You are not appointed to keep the action plan here."),
        ("manager", "date/", "You are not appointed to keep the action plan here."),
    ],
)
def test_a_refusal_says_who_does_it(
    council: Cast, sign_in: SignIn, made: Action, person: str, page: str, says: str
) -> None:
    assert says in text(sign_in(person).get(path(made, page)), 403)


# -- late where one stands --------------------------------------------------------------------


def test_what_every_locality_has_to_do_is_late_for_those_who_have_not(
    council: Cast, sign_in: SignIn, outcome: Outcome
) -> None:
    made = make_action(council, outcome, "every quarter until 1.4.17", for_every_locality=True)
    north = made.occurrences.get(locality=council.locality["north"], due_on=dt.date(2016, 6, 30))
    doing.do_occurrence(north, done_on=TODAY, **on_day(council, "manager"))
    page = sign_in("manager").get("/")
    assert "Your action is not late or due within 30 days." in text(page)
    other = sign_in("other_manager").get("/")
    assert "Your action is late." in text(other)


def test_nobody_is_asked_to_accept_their_own_claim(
    council: Cast, sign_in: SignIn, outcome: Outcome
) -> None:
    made = make_action(council, outcome, owners=[By(role=Role.HEAD_OF_SERVICE)])
    claimed(council, made, by="head")
    assert "claimed complete and waits" in text(sign_in("other_head").get("/"))
    own = sign_in("head")
    assert "claimed complete and waits" not in text(own.get("/"))
    assert "You claimed this action complete, so somebody else has to accept it." in text(
        own.get(path(made))
    )


# -- claimed, accepted, declined, stopped -------------------------------------------------------


def test_claimed_declined_claimed_and_accepted(
    council: Cast, sign_in: SignIn, made: Action
) -> None:
    manager, head = sign_in("manager"), sign_in("head")
    claim = {"evidence": "Every team has it", "evidence_link": "https://intranet.example/plan"}
    assert "Enter what shows that it is complete" in text(
        manager.post(path(made, "claim/"), claim | {"evidence": " "})
    )
    manager.post(path(made, "claim/"), claim)
    page = head.get(path(made))
    assert "Claimed complete by Manager on 5 July 2016. Every team has it Evidence" in text(page)
    assert 'href="https://intranet.example/plan"' in page.content.decode()
    assert "Enter what is missing" in text(head.post(path(made, "decline/"), {"reason": " "}))
    head.post(path(made, "decline/"), {"reason": "Where is South's?"})
    assert "The claim was not accepted. Where is South's?" in text(manager.get(path(made)))
    manager.post(path(made, "claim/"), claim)
    answer = head.post(path(made, "accept/"), follow=True)
    assert "1.1 a is complete." in text(answer)
    said = text(manager.get(path(made)))
    assert "Accepted by Head on 5 July 2016." in said and "was not accepted" not in said
    again = head.post(path(made, "decline/"), {"reason": "Too late"}, follow=True)
    assert "You cannot decline this action now: it is complete." in text(again)


def test_no_longer_needed_and_open_again(council: Cast, sign_in: SignIn, made: Action) -> None:
    head = sign_in("head")
    assert "Enter why this is no longer needed" in text(
        head.post(path(made, "stop/"), {"reason": ""})
    )
    head.post(path(made, "stop/"), {"reason": "The tool is gone"})
    assert "No longer needed The tool is gone" in text(head.get(path(made)))
    assert "You cannot say no longer needed this action now" in text(
        head.post(path(made, "stop/"), {"reason": "Again"})
    )
    head.post(path(made, "reopen/"), {"reason": "It came back"})
    made.refresh_from_db()
    assert made.state == ActionState.OPEN
    assert "Head opened it again" in text(head.get(path(made)))


# -- several times ------------------------------------------------------------------------------


def test_which_times_are_done(council: Cast, sign_in: SignIn, outcome: Outcome) -> None:
    made = make_action(council, outcome, "every quarter until 1.4.17")
    manager = sign_in("manager")
    page = manager.get(path(made))
    said = text(page)
    assert "Every quarter from 1 April 2016 to 1 April 2017: 4 times" in said
    assert "30 June 2016 Overdue It is done : the time due 30 June 2016" in said
    assert "2 later times" in said
    first = made.occurrences.all()[0]
    address = f"/actions/times/{first.pk}/"
    assert address in page.content.decode()
    tomorrow = day("done_on") | {"done_on_0": "6"}
    assert "Enter the day on which it was done, up to today" in text(
        manager.post(address, tomorrow)
    )
    manager.post(address, {**day("done_on"), "note": "7 of 8 in line"})
    said = text(manager.get(path(made)))
    assert "30 June 2016 5 July 2016 Manager 7 of 8 in line" in said
    assert "1 of 4 times done" in text(manager.get("/actions/"))
    assert address not in manager.get(path(made)).content.decode()


# -- added, with what was understood --------------------------------------------------------------

NEW = {
    "text": "Ask them",
    "roles": "team-manager",
    "source": "other",
    "bodies": "",
    "rationale": "",
}


def test_words_that_had_to_be_interpreted_are_asked_back_once(
    council: Cast, sign_in: SignIn, outcome: Outcome
) -> None:
    officer = sign_in("officer")
    address = f"/actions/outcomes/{outcome.pk}/actions/new/"
    first = officer.post(address, NEW | {"when": "September 2016"})
    assert "Due 30 September 2016. This is how your words were understood. Save again" in text(
        first
    )
    assert not Action.objects.exists()
    read = re.search(r'name="read" value="([^"]*)"', first.content.decode())
    other = officer.post(address, NEW | {"when": "October 2016", "read": unescape(read[1])})
    assert "Due 31 October 2016." in text(other), "other words are asked back again"
    assert not Action.objects.exists()
    answer = officer.post(
        address, NEW | {"when": "September 2016", "read": unescape(read[1])}, follow=True
    )
    assert "1.1 a is added. Due 30 September 2016." in text(answer)
    made = Action.objects.get()
    assert (made.timing_words, made.due_on) == ("September 2016", dt.date(2016, 9, 30))


def test_words_that_name_their_day_are_saved_at_once(
    council: Cast, sign_in: SignIn, outcome: Outcome
) -> None:
    officer = sign_in("officer")
    more = {
        "when": "By 1.9.16",
        "people": [council.person["head"].pk, council.person["manager"].pk],
        "bodies": "IT teams\n\nWorkforce team\r\nIT teams",
        "source": "measure",
        "measure": council.measure["helped"].pk,
        "for_every_locality": "on",
    }
    officer.post(f"/actions/outcomes/{outcome.pk}/actions/new/", NEW | more)
    made = Action.objects.get()
    assert [str(one) for one in made.owners.all()] == [
        "Team manager",
        "Head",
        "Manager",
        "IT teams",
        "Workforce team",
    ]
    assert (made.source, made.measure) == (Source.MEASURE, council.measure["helped"])
    assert made.for_every_locality


@pytest.mark.parametrize(
    ("typed", "says", "field"),
    [
        ({"when": "when we can"}, "“when we can” does not say when.", "id_when"),
        (
            {"when": "every month except August"},
            "“every month except August” does not say when: “except August” is not understood.",
            "id_when",
        ),
        ({"when": "bi-monthly"}, "“bi-monthly” can mean every two months or twice", "id_when"),
        ({"when": ""}, "Enter by when it is to be done", "id_when"),
        ({"when": "31.2.16"}, "is not a date", "id_when"),
        ({"when": "1.9.16", "text": " "}, "Enter what is to be done", "id_text"),
        ({"when": "1.9.16", "roles": []}, "Select who does it", "id_roles"),
        ({"when": "1.9.16", "source": ""}, "Select where the action comes from", "id_source"),
        ({"when": "1.9.16", "measure": "1"}, "Select “A measure” above", "id_measure"),
        ({"when": "1.9.16", "bodies": "x" * 121}, "Shorten each line to 120", "id_bodies"),
        ({"when": "x" * 121}, "Shorten “by when” to 120 characters", "id_when"),
    ],
)
def test_an_action_that_cannot_be_keeps_what_was_typed(
    council: Cast, sign_in: SignIn, outcome: Outcome, typed: dict[str, Any], says: str, field: str
) -> None:
    if "measure" in typed:
        typed = typed | {"measure": str(council.measure["helped"].pk)}
    answer = sign_in("officer").post(
        f"/actions/outcomes/{outcome.pk}/actions/new/", NEW | {"rationale": "It rests"} | typed
    )
    page = answer.content.decode()
    assert says in text(answer)
    assert f'href="#{field}"' in page
    assert "It rests" in page and unescape(str(typed["when"])) in unescape(page)
    assert not Action.objects.exists()


def test_words_that_cannot_be_read_stand_beside_a_date(
    council: Cast, sign_in: SignIn, outcome: Outcome
) -> None:
    officer = sign_in("officer")
    address = f"/actions/outcomes/{outcome.pk}/actions/new/"
    asked = officer.post(address, NEW | {"when": "after the inspection"})
    assert '<details class="eh-definition eh-pick" open>' in asked.content.decode()
    due = {"due_0": "30", "due_1": "11", "due_2": "2016"}
    officer.post(address, NEW | {"when": "after the inspection"} | due)
    made = Action.objects.get()
    assert (made.timing_words, made.due_on) == ("after the inspection", dt.date(2016, 11, 30))


# -- changed, moved -------------------------------------------------------------------------------


def test_two_officers_change_one_action(council: Cast, sign_in: SignIn, made: Action) -> None:
    """The second sees theirs beside mine; nothing typed is lost, and saving again replaces it."""
    officer = sign_in("officer")
    data = {"text": "Share two", "roles": "team-manager", "rationale": "Asked", "version": "0"}
    officer.post(path(made, "edit/"), data)
    mine = data | {"text": "Share three", "bodies": "IT teams"}
    clash = officer.post(path(made, "edit/"), mine)
    said = text(clash, 409)
    assert "You saved this in another tab or window at" in said
    assert "Saved in the other one Share two What I typed here Share three" in said
    assert "IT teams" in said
    page = clash.content.decode()
    assert 'value="Share three"' in page and 'name="version" value="1"' in page
    made.refresh_from_db()
    assert made.text == "Share two"
    officer.post(path(made, "edit/"), mine | {"version": "1"})
    made.refresh_from_db()
    assert made.text == "Share three"


def test_owners_keep_their_order(council: Cast, sign_in: SignIn, outcome: Outcome) -> None:
    owners = [By(body="IT teams"), By(role=Role.TEAM_MANAGER)]
    made = make_action(council, outcome, owners=owners)
    officer = sign_in("officer")
    page = officer.get(path(made, "edit/")).content.decode()
    assert "IT teams</textarea>" in page
    data = {"text": made.text, "rationale": "", "version": "0"}
    officer.post(
        path(made, "edit/"),
        data | {"roles": ["team-manager", "head-of-service"], "bodies": "IT teams"},
    )
    assert [str(one) for one in made.owners.all()] == [
        "IT teams",
        "Team manager",
        "Head of service",
    ]


def test_what_is_finished_is_not_changed(council: Cast, sign_in: SignIn, made: Action) -> None:
    claimed(council, made)
    officer = sign_in("officer")
    for page in ["edit/", "date/"]:
        answer = officer.get(path(made, page), follow=True)
        assert "You cannot change this action now: it is claimed complete" in text(answer)
    data = {"text": "Other", "roles": "team-manager", "rationale": "", "version": "0"}
    assert "You cannot change this action now" in text(officer.post(path(made, "edit/"), data))


def test_a_moved_date_stands_with_the_old_one_and_why(
    council: Cast, sign_in: SignIn, made: Action
) -> None:
    officer = sign_in("officer")
    data = {"when": "1.12.16", "reason": "No trainer before", "version": "0"}
    assert "Enter why the date moves" in text(
        officer.post(path(made, "date/"), data | {"reason": ""})
    )
    answer = officer.post(path(made, "date/"), data, follow=True)
    said = text(answer)
    assert "The date of 1.1 a is moved. Due 1 December 2016." in said
    assert "5 July 2016 Officer 1.9.16 1.12.16 No trainer before" in said
    assert "Officer moved the date from “1.9.16” to “1.12.16”" in said
    clash = officer.post(path(made, "date/"), data | {"when": "1.11.16"})
    assert "By when Saved in the other one 1.12.16 What I typed here 1.11.16" in text(clash, 409)
    same = officer.post(path(made, "date/"), data | {"version": "1"}, follow=True)
    assert "keeps its date" in text(same)


def test_a_recurrence_begins_on_the_day_it_is_written(
    council: Cast, sign_in: SignIn, outcome: Outcome, settings: Any
) -> None:
    """Not overdue at once; the same words again on a later day are the same recurrence."""
    officer = sign_in("officer")
    address = f"/actions/outcomes/{outcome.pk}/actions/new/"
    reading = "Every month from 5 July 2016 to 31 March 2017: 9 times, the first due 31 July 2016"
    assert reading in text(officer.post(address, NEW | {"when": "Monthly"}))
    officer.post(address, NEW | {"when": "Monthly", "read": reading})
    made = Action.objects.get()
    assert "Overdue" not in text(officer.get(path(made)))
    settings.BUSINESS_DATE = dt.date(2016, 8, 3)
    assert "Overdue" in text(officer.get(path(made)))
    again = {"when": "Monthly", "reason": "So", "version": str(made.version)}
    later = "Every month from 3 August 2016 to 31 March 2017: 8 times, the first due 31 August 2016"
    said = text(officer.post(path(made, "date/"), again | {"read": later}, follow=True))
    assert "keeps its date. Every month from 5 July 2016 to 31 March 2017." in said
    assert made.occurrences.count() == 9


def test_words_that_would_be_refused_now_stay_readable_and_can_be_changed(
    council: Cast, sign_in: SignIn, made: Action
) -> None:
    Action.objects.filter(pk=made.pk).update(timing_words="every month except August")
    officer = sign_in("officer")
    for page in (path(made), path(made, "date/"), made.plan.url):
        assert "every month except August" in unescape(officer.get(page).content.decode())
    data = {"when": "every month except August", "reason": "Ill", "version": str(made.version)}
    answer = officer.post(path(made, "date/"), data)
    assert "“except August” is not understood" in text(answer)
    officer.post(path(made, "date/"), data | {"when": "1.12.16"})
    made.refresh_from_db()
    assert (made.timing_words, made.due_on) == ("1.12.16", dt.date(2016, 12, 1))


# -- carried over ---------------------------------------------------------------------------------


def test_an_unfinished_action_goes_on_next_year_with_its_history(
    council: Cast, sign_in: SignIn, made: Action
) -> None:
    officer = sign_in("officer")
    doing.report(made, text="A first draft", **on_day(council, "manager"))
    action_changes.move_date(
        made, timing=by_when("1.12.16"), reason="Ill", version=0, **who(council, "officer")
    )
    assert "Select an outcome of a later plan" in text(officer.post(path(made, "carry-over/"), {}))
    _, later = make_plan(council, 2017)
    asked = officer.post(path(made, "carry-over/"), {"outcome": later.pk, "when": "June 2017"})
    assert "Due 30 June 2017." in text(asked)
    answer = officer.post(
        path(made, "carry-over/"),
        {"outcome": later.pk, "when": "June 2017", "read": "Due 30 June 2017"},
        follow=True,
    )
    said = text(answer)
    assert "It goes on as 1.1 a, with its history." in said
    assert "Carried over from 2016-17, 1.1 a" in said
    assert "A first draft" in said and "1.9.16 1.12.16 Ill" in said
    new = Action.objects.get(carried_from=made)
    assert new.due_on == dt.date(2017, 6, 30)
    assert "Carried over as 1.1 a of the plan for 2017-18" in text(officer.get(path(made)))
    again = officer.get(path(made, "carry-over/"), follow=True)
    assert "it was carried over into a later plan" in text(again)


# -- words taken out, history -----------------------------------------------------------------------


def test_words_are_taken_out_of_an_update_on_record(
    council: Cast, sign_in: SignIn, made: Action
) -> None:
    update = doing.report(made, text="Jayden Carter came", **on_day(council, "manager"))
    officer = sign_in("officer")
    address = f"/actions/updates/{update.pk}/take-out/"
    assert address in officer.get(path(made)).content.decode()
    assert address not in sign_in("manager").get(path(made)).content.decode()
    officer.post(address, {"reason": "A name"})
    said = text(officer.get(path(made)))
    assert "Jayden" not in said and "These words were taken out." in said
    assert "Officer took words out of an update" in said


def test_an_actions_page_asks_the_same_of_the_database_whatever_happened(
    council: Cast, sign_in: SignIn, made: Action
) -> None:
    client = sign_in("officer")
    doing.report(made, text="A first draft", **on_day(council, "officer"))
    action_changes.move_date(
        made, timing=by_when("1.10.16"), reason="Ill", version=0, **who(council, "officer")
    )
    client.get(path(made))

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(path(made))
        return len(captured)

    few = queries()
    for number in range(6):
        doing.report(made, text=f"Draft {number}", **on_day(council, "officer"))
        timing = by_when(f"{number + 1}.12.16")
        made.refresh_from_db()
        action_changes.move_date(
            made, timing=timing, reason="Ill", version=made.version, **who(council, "officer")
        )
    assert queries() == few < 32


# -- keeping the plan -------------------------------------------------------------------------------


def test_an_officer_makes_a_plan_from_nothing(council: Cast, sign_in: SignIn) -> None:
    officer = sign_in("officer")
    assert '<option value="2016" selected>2016-17' in officer.get("/actions/new/").content.decode()
    officer.post("/actions/new/", {"year": "2016", "title": "Early Help action plan"})
    assert "Select a year that has no plan yet" in text(
        officer.post("/actions/new/", {"year": "2016", "title": "Another"})
    )
    officer.post("/actions/2016/themes/new/", {"name": "Case audits"})
    theme = Theme.objects.get()
    officer.post(f"/actions/themes/{theme.pk}/outcomes/new/", {"text": "Plans are clear"})
    outcome = Outcome.objects.select_related("theme").get()
    assert (str(Plan.objects.get()), str(theme), outcome.ref) == (
        "Early Help action plan, 2016-17",
        "1. Case audits",
        "1.1",
    )
    assert "Plans are clear" in text(officer.get("/actions/"))
    for address, field in [
        ("/actions/new/", "title"),
        ("/actions/2016/themes/new/", "name"),
        (f"/actions/themes/{theme.pk}/outcomes/new/", "text"),
    ]:
        page = officer.post(address, {"year": "2017", field: " "}).content.decode()
        assert f'href="#id_{field}"' in page
    assert (Plan.objects.count(), Theme.objects.count(), Outcome.objects.count()) == (1, 1, 1)


@pytest.mark.parametrize(
    ("page", "typed", "theirs"),
    [
        ("outcomes/{outcome}/edit/", {"text": "Plans say who"}, {"text": "Plans say when"}),
        ("2016/closing/", {"text": "A good year"}, {"text": "A fair year"}),
        ("themes/{theme}/closing/", {"text": "It got better"}, {"text": "It got worse"}),
    ],
)
def test_two_officers_write_about_one_part(
    council: Cast,
    sign_in: SignIn,
    outcome: Outcome,
    page: str,
    typed: dict[str, str],
    theirs: dict[str, str],
) -> None:
    officer = sign_in("officer")
    address = "/actions/" + page.format(outcome=outcome.pk, theme=outcome.theme_id)
    assert officer.post(address, {**theirs, "version": "0"}).status_code == 302
    clash = officer.post(address, {**typed, "version": "0"})
    both = f"Saved in the other one {theirs['text']} What I typed here {typed['text']}"
    assert both in text(clash, 409)
    assert 'name="version" value="1"' in clash.content.decode()
    before = Event.objects.count()
    assert officer.post(address, {**typed, "version": "1"}).status_code == 302
    assert Event.objects.count() == before + 1
    assert typed["text"] in text(officer.get("/actions/"))


def test_heads_judge_an_outcome(council: Cast, sign_in: SignIn, outcome: Outcome) -> None:
    head, other = sign_in("head"), sign_in("other_head")
    address = f"/actions/outcomes/{outcome.pk}/judge/"
    assert "A head of service judges" in text(sign_in("officer").get(address), 403)
    data = {"judged": "achieved", "why": "Every plan does", "version": "0"}
    assert "Enter what this judgement rests on" in text(head.post(address, data | {"why": ""}))
    assert "Select whether it was achieved" in text(head.post(address, data | {"judged": ""}))
    head.post(address, data)
    clash = other.post(address, data | {"judged": "not", "why": "Half do"})
    said = text(clash, 409)
    assert "Was it achieved? Theirs last saved by Head Achieved Mine Not achieved" in said
    assert "What this rests on Theirs last saved by Head Every plan does Mine Half do" in said


@pytest.mark.parametrize(
    ("typed", "says", "field"),
    [
        ({"level": ""}, "Enter the level aimed at", "id_level"),
        ({"level": "many"}, "The level aimed at must be a number, like 71.25", "id_level"),
        ({"level": "-1"}, "The level aimed at must be 0 or more", "id_level"),
        (
            {"level": "75", "start": "1.23456"},
            "starts from must have no more than 4 decimal places",
            "id_start",
        ),
        ({"level": "7,5"}, "a comma groups thousands (1,061)", "id_level"),
        ({"level": "\u0667\u0665"}, "only 0 to 9 are digits", "id_level"),
        ({"level": "75", "measure": ""}, "Select a measure", "id_measure"),
        ({"level": "75", "year": "1999"}, "Select a year from the list", "id_year"),
    ],
)
def test_an_aim_that_cannot_be(
    council: Cast, sign_in: SignIn, outcome: Outcome, typed: dict[str, str], says: str, field: str
) -> None:
    data = {"measure": str(council.measure["feedback"].pk), "year": "2016"} | typed
    answer = sign_in("officer").post(f"/actions/outcomes/{outcome.pk}/aims/new/", data)
    assert says in text(answer)
    assert f'href="#{field}"' in answer.content.decode()
    assert not Aim.objects.exists()


@pytest.mark.parametrize("where", ["", "north"])
def test_one_aim_for_a_measure_and_a_place(
    council: Cast, sign_in: SignIn, outcome: Outcome, where: str
) -> None:
    officer = sign_in("officer")
    place = council.locality[where].pk if where else ""
    data = {"measure": council.measure["feedback"].pk, "year": "2016", "locality": place}
    address = f"/actions/outcomes/{outcome.pk}/aims/new/"
    assert officer.post(address, data | {"level": "75"}).status_code == 302
    assert "This outcome aims at this measure there already" in text(
        officer.post(address, data | {"level": "80"})
    )
    assert Aim.objects.count() == 1


def test_an_aim_is_changed_and_the_plan_says_what_it_was(
    council: Cast, sign_in: SignIn, outcome: Outcome
) -> None:
    client, aim = sign_in("officer"), make_aim(council, outcome)
    address = f"/actions/aims/{aim.pk}/edit/"
    assert f'href="{address}"' not in client.get("/actions/").content.decode()
    assert f'href="{address}"' in client.get("/actions/?edit=yes").content.decode()
    page = client.get(address).content.decode()
    assert 'name="start" value="71.2"' in page
    assert 'name="level" value="75"' in page
    said = {"measure": aim.measure_id, "year": "2016", "level": "80", "locality": ""}
    assert "Enter why the aim changes" in text(client.post(address, said | {"reason": " "}))
    done = client.post(address, said | {"reason": "Asked too little"}, follow=True)
    shown = text(done)
    assert "What outcome 1.1 aims at is saved." in shown
    assert "1 earlier aim of 1.1" in shown
    assert (
        "Families feeding back, Testshire: from 71.2% to 75% by the end of 2016-17, until "
        "5 July 2016. Since then: Families feeding back, Testshire: to 80% by the end of 2016-17. "
        "Asked too little Officer" in shown
    )
    assert "earlier aim" not in text(client.get("/actions/2016/print/"))
    assert "Change the aim" not in text(sign_in("head").get("/actions/?edit=yes"))


def test_two_people_change_an_aim_and_nothing_typed_is_lost(
    council: Cast, sign_in: SignIn, outcome: Outcome
) -> None:
    client, aim = sign_in("officer"), make_aim(council, outcome)
    said = {"measure": aim.measure_id, "year": "2016", "start": "71.2", "reason": "Asked"}
    client.post(f"/actions/aims/{aim.pk}/edit/", said | {"level": "80"})
    clash = client.post(f"/actions/aims/{aim.pk}/edit/", said | {"level": "85"})
    shown = text(clash, 409)
    assert "It is now: Families feeding back, Testshire: from 71.2% to 80%" in shown
    now = Aim.objects.in_force().get()
    assert f'action="/actions/aims/{now.pk}/edit/"' in clash.content.decode()
    assert 'name="level" value="85"' in clash.content.decode()
    client.post(f"/actions/aims/{now.pk}/edit/", said | {"level": "85"})
    assert Aim.objects.in_force().get().level == 85


def test_an_aim_is_removed_with_a_reason(council: Cast, sign_in: SignIn, outcome: Outcome) -> None:
    client, aim = sign_in("officer"), make_aim(council, outcome)
    address = f"/actions/aims/{aim.pk}/remove/"
    assert "Families feeding back, Testshire: from 71.2% to 75%" in text(client.get(address))
    assert "Enter why the aim is removed" in text(client.post(address, {"reason": ""}))
    done = client.post(address, {"reason": "No longer counted"}, follow=True)
    assert "Removed. No longer counted Officer" in text(done)
    for gone in (address, f"/actions/aims/{aim.pk}/edit/"):
        assert "This aim no longer holds" in text(client.get(gone, follow=True))
    assert not Aim.objects.in_force().exists()


def test_removing_an_aim_that_somebody_changed_removes_nothing(
    council: Cast, sign_in: SignIn, outcome: Outcome
) -> None:
    client, aim = sign_in("officer"), make_aim(council, outcome)
    said = {"measure": aim.measure_id, "year": "2016", "level": "80", "reason": "Asked too little"}
    client.post(f"/actions/aims/{aim.pk}/edit/", said)
    told = text(client.post(f"/actions/aims/{aim.pk}/remove/", {"reason": "So"}, follow=True))
    assert "It is now: Families feeding back, Testshire: to 80%" in told
    assert Aim.objects.in_force().get().level == 80


# -- words that look like a person's -----------------------------------------------------------

NAMED = "Ask Peter Smith, born on 3.4.2009"
POINTED_OUT = "“Peter Smith” looks like a person's name. Please leave it out."


def _asking(council: Cast, outcome: Outcome, address: str) -> tuple[str, str, dict[str, Any]]:
    """Who posts what to an address, with a person's name in it; the address filled in."""
    made = make_action(council, outcome)
    times = make_action(council, outcome, "every quarter until 1.4.17")
    update = doing.report(made, text="Half", **on_day(council, "manager"))
    aim = make_aim(council, outcome)
    stopped = make_action(council, outcome)
    doing.stop(stopped, reason="So", **who(council, "head"))
    waiting = claimed(council, make_action(council, outcome))
    action = {"text": NAMED, "roles": "team-manager", "when": "1.9.16", "source": "other"}
    aimed = {"measure": aim.measure_id, "year": "2016", "level": "80", "reason": NAMED}
    day = {"on_0": "5", "on_1": "7", "on_2": "2016"}
    done = {"done_on_0": "5", "done_on_1": "7", "done_on_2": "2016", "note": NAMED}
    version = {"version": "0"}
    said: dict[str, tuple[str, int, dict[str, Any]]] = {
        "action-report": ("manager", made.pk, day | {"text": NAMED}),
        "action-claim": ("manager", made.pk, {"evidence": NAMED}),
        "action-occurrence": ("manager", times.occurrences.all()[0].pk, done),
        "action-stop": ("head", made.pk, {"reason": NAMED}),
        "action-reopen": ("head", stopped.pk, {"reason": NAMED}),
        "action-decline": ("head", waiting.pk, {"reason": NAMED}),
        "update-take-out": ("officer", update.pk, {"reason": NAMED}),
        "action-new": ("officer", outcome.pk, action),
        "action-edit": ("officer", made.pk, action | version | {"text": "x", "rationale": NAMED}),
        "action-date": ("officer", made.pk, version | {"when": "1.12.16", "reason": NAMED}),
        "outcome-new": ("officer", outcome.theme_id, {"text": NAMED}),
        "outcome-edit": ("officer", outcome.pk, version | {"text": NAMED}),
        "outcome-judge": ("head", outcome.pk, version | {"judged": "partly", "why": NAMED}),
        "aim-edit": ("officer", aim.pk, aimed),
        "aim-remove": ("officer", aim.pk, {"reason": NAMED}),
        "theme-closing": ("officer", outcome.theme_id, version | {"text": NAMED}),
        "plan-closing": ("officer", 2016, version | {"text": NAMED}),
    }
    person, pk, data = said[address]
    return person, reverse(address, args=[pk]), data


@pytest.mark.parametrize(
    "address",
    [
        "action-report",
        "action-claim",
        "action-occurrence",
        "action-stop",
        "action-reopen",
        "action-decline",
        "update-take-out",
        "action-new",
        "action-edit",
        "action-date",
        "outcome-new",
        "outcome-edit",
        "outcome-judge",
        "aim-edit",
        "aim-remove",
        "theme-closing",
        "plan-closing",
    ],
)
def test_words_of_the_plan_that_look_like_a_person_are_pointed_out_once(
    council: Cast, sign_in: SignIn, outcome: Outcome, address: str
) -> None:
    person, where, data = _asking(council, outcome, address)
    client, before = sign_in(person), Event.objects.count()
    page = client.post(where, data)
    said = text(page)
    assert POINTED_OUT in said
    assert "“3.4.2009” looks like a date of birth." in said
    assert NAMED in said, "what was typed is kept"
    assert 'type="checkbox" name="keep_words"' in page.content.decode()
    assert Event.objects.count() == before
    assert client.post(where, data | {"keep_words": "on"}).status_code == 302
    assert Event.objects.count() == before + 1


def test_words_that_were_kept_are_not_pointed_out_again(
    council: Cast, sign_in: SignIn, outcome: Outcome
) -> None:
    client, where = sign_in("officer"), f"/actions/outcomes/{outcome.pk}/edit/"
    client.post(where, {"text": NAMED, "version": "0", "keep_words": "on"})
    assert client.post(where, {"text": NAMED, "version": "1"}).status_code == 302
    assert POINTED_OUT in text(client.post(where, {"text": f"{NAMED}, too", "version": "1"}))


@pytest.mark.parametrize(
    "address",
    [
        "/actions/action/0/",
        "/actions/action/0/report/",
        "/actions/times/0/",
        "/actions/updates/0/take-out/",
        "/actions/outcomes/0/edit/",
        "/actions/themes/0/closing/",
        "/actions/1999/",
        "/actions/1999/closing/",
    ],
)
def test_what_there_is_not(council: Cast, sign_in: SignIn, address: str) -> None:
    assert sign_in("officer").get(address).status_code == 404
