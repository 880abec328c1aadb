"""The home page of each kind of person."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from earlyhelp.operations.models import RestoreDrill
from measures.corrections import actions as corrections
from measures.models import Figure, QuarterReading, ReportingQuarter, Return, Target
from measures.quarters import actions as quarters
from measures.returns import actions as entry
from measures.returns.answers import GivenAnswer
from measures.review import actions as review
from measures.workflow import QuarterState
from teams.actions import appoint_cover
from teams.authority import command_actor
from teams.roles import Role
from tests.cast import HISTORY, OPEN, TODAY, Cast, explain
from tests.factories import TeamFactory
from tests.pages import written

SignIn = Callable[[str], Client]


def text_of(client: Client) -> str:
    page = client.get("/")
    assert page.status_code == 200
    return written(page.content.decode())


def send_back(council: Cast, *codes: str) -> Return:
    made = council.submit("north-family")
    return review.send_back(
        made,
        reason="Closures jumped: are transfers in here?",
        item_ids=[council.item[code].pk for code in codes],
        version=made.version,
        by=council.actor("head"),
    )


def test_a_stranger_signs_in_first(council: Cast, client: Client) -> None:
    assert client.get("/")["Location"].startswith("/accounts/login/")


def test_a_manager_sees_what_is_due(council: Cast, sign_in: SignIn) -> None:
    text = text_of(sign_in("manager"))
    assert "Quarter 1, 2016-17 (April to June 2016)" in text
    assert "Two of your returns are due by Thursday 14 July 2016: 9 days left." in text
    assert text.count(">Start<") == 2
    assert '<h1 class="eh-title">2 returns to fill in</h1>' in text
    assert "South" not in text


@pytest.mark.parametrize(
    ("today", "words"),
    [
        (dt.date(2016, 7, 13), "are due by Thursday 14 July 2016: 1 day left."),
        (dt.date(2016, 7, 14), "are due by Thursday 14 July 2016: due today."),
        (dt.date(2016, 7, 16), "were due by Thursday 14 July 2016: 2 days late."),
    ],
)
def test_days_are_counted(
    council: Cast, sign_in: SignIn, settings: Any, today: dt.date, words: str
) -> None:
    settings.BUSINESS_DATE = today
    assert f"Two of your returns {words}" in text_of(sign_in("manager"))


@pytest.mark.parametrize(
    ("codes", "link"),
    [
        ((), "Look at the return"),
        (("cases-closed",), "Look at the question that was named"),
        (("cases-closed", "open-cases"), "Look at the two questions that were named"),
    ],
)
def test_what_came_back_stands_with_its_reason(
    council: Cast, sign_in: SignIn, codes: tuple[str, ...], link: str
) -> None:
    made = send_back(council, *codes)
    text = text_of(sign_in("manager"))
    assert "North family came back to you." in text
    assert "Closures jumped: are transfers in here?" in text
    assert f">{link}<" in text
    assert f'href="{reverse("return-fill-in", args=[made.pk])}' in text
    assert "Returned to you" in text and "Correct and resubmit" in text


def test_everything_submitted_says_so(council: Cast, sign_in: SignIn) -> None:
    council.submit("north-family")
    council.submit("north-centre")
    text = text_of(sign_in("manager"))
    assert '<h1 class="eh-title">All your returns are submitted</h1>' in text
    assert "With others now:" in text and "(submitted)" in text


def test_a_contributor_sees_entry_only(council: Cast, sign_in: SignIn) -> None:
    council.fill_in("north-family")
    text = text_of(sign_in("contributor"))
    assert "Your return is due by" in text and "Check and tell the manager" in text
    assert "Check and submit" not in text and "to review" not in text
    send_back(council, "cases-closed")
    text = text_of(sign_in("contributor"))
    assert ">Correct it<" in text and "resubmit" not in text


def test_what_a_contributor_said_is_ready_waits_for_the_manager(
    council: Cast, sign_in: SignIn
) -> None:
    made = council.fill_in("north-family")
    explain(made)
    entry.say_ready(made, version=made.version, by=council.actor("contributor"))
    text = text_of(sign_in("contributor"))
    assert '<h1 class="eh-title">All your returns are ready</h1>' in text
    assert "North family</a> (ready to be submitted)" in text
    assert "To fill in" not in text and "eh-badge" not in text
    text = text_of(sign_in("manager"))
    assert '<h1 class="eh-title">1 return to fill in, 1 to submit</h1>' in text
    assert "Check and submit" in text


def test_the_heading_says_what_each_return_waits_for(council: Cast, sign_in: SignIn) -> None:
    council.fill_in("north-centre")
    send_back(council, "cases-closed")
    text = text_of(sign_in("manager"))
    assert '<h1 class="eh-title">1 return to correct, 1 to submit</h1>' in text
    assert ">Correct and resubmit<" in text and ">Check and submit<" in text


def test_a_contributor_whose_return_is_complete_has_to_tell_the_manager(
    council: Cast, sign_in: SignIn
) -> None:
    council.fill_in("north-family")
    text = text_of(sign_in("contributor"))
    assert '<h1 class="eh-title">1 return to check</h1>' in text
    check = reverse("return-check", args=[council.made("north-family").pk])
    assert f'href="{check}">Check and tell the manager<' in text


def test_several_returns_can_be_filled_in_on_one_sheet(council: Cast, sign_in: SignIn) -> None:
    link = f'href="{reverse("returns-together", args=[OPEN.slug])}"'
    assert link in text_of(sign_in("manager"))
    assert link not in text_of(sign_in("contributor"))  # one team: its return is the sheet
    council.submit("north-family")
    assert link not in text_of(sign_in("manager"))


def test_the_whole_area_goes_by_its_name(council: Cast, sign_in: SignIn) -> None:
    text = text_of(sign_in("board_member"))
    assert ">Testshire</a>" in text and "whole area" not in text


def test_a_head_sees_what_waits_who_is_late_and_cover(
    council: Cast, sign_in: SignIn, settings: Any
) -> None:
    client = sign_in("head")
    assert '<h1 class="eh-title">Nothing waits for you</h1>' in text_of(client)
    made = council.submit("north-family")
    appoint_cover(
        person=council.person["other_head"],
        role=Role.HEAD_OF_SERVICE,
        locality_id=council.locality["north"].pk,
        starts=TODAY,
        ends=TODAY + dt.timedelta(days=20),
        by=council.actor("head"),
        reason="Leave",
    )
    settings.BUSINESS_DATE = dt.date(2016, 7, 16)
    text = text_of(client)
    assert '<h1 class="eh-title">1 return to review, 1 late</h1>' in text
    assert reverse("return-review", args=[made.pk]) in text and reverse("review-queue") in text
    assert "2 days late" in text and "North centre" in text
    assert "Other head: head of service, North, 5 July 2016 to 25 July 2016" in text
    assert "South" not in text


def test_a_list_in_which_nothing_waits_is_not_asked_for(council: Cast, sign_in: SignIn) -> None:
    """Its number is known from the places to go; to make half of a page's lists cost a third."""
    client = sign_in("head")
    full = ('"audits_tool"', 'ORDER BY "measures_return"."submitted_at"')

    def asked() -> set[str]:
        with CaptureQueriesContext(connection) as queries:
            text_of(client)
        return {part for part in full for one in queries if part in one["sql"]}

    assert asked() == set()
    council.submit("north-family")
    assert asked() == {full[1]}


def test_a_year_in_running_text_stays_whole(council: Cast, sign_in: SignIn) -> None:
    page = sign_in("manager").get("/").content.decode()
    assert 'Quarter 1, <span class="eh-nowrap">2016-17</span> (April to June 2016)' in page
    form = sign_in("officer").get("/framework/questions/new/").content.decode()
    assert 'Like <span class="eh-nowrap">2016-17</span> Q1. Empty: from the start.' in form


def test_what_a_quarter_closed_without_is_told_until_it_is_accepted_late(
    council: Cast, sign_in: SignIn
) -> None:
    council.sign_off("north-centre")
    made = council.submit("north-family")
    officer = {"by": council.actor("officer")}
    quarters.close_quarter(made.quarter, reason="The board meets", early=True, **officer)
    made.refresh_from_db()
    link = f'<a class="govuk-link" href="{reverse("return", args=[made.pk])}">North family</a>.'
    for person in ("manager", "head"):
        text = text_of(sign_in(person))
        assert "Quarter 1, 2016-17 closed without this return:" in text
        assert f"{link} It counts in no total unless" in text
        assert "South" not in text
        page = sign_in(person).get(reverse("return", args=[made.pk])).content.decode()
        assert "Not signed off before the quarter closed." in page
        assert "Waiting to be signed off" not in page
    assert "closed without these returns:" in text_of(sign_in("other_manager"))
    assert "North family" not in text_of(sign_in("director"))
    review.accept_late(made, reason="It was on its way", **officer)
    assert "closed without" not in text_of(sign_in("manager"))
    page = sign_in("manager").get(reverse("return", args=[made.pk])).content.decode()
    assert "Waiting to be signed off" in page


def test_a_return_that_came_back_before_the_quarter_closed_is_not_said_to_be_unsent(
    council: Cast, sign_in: SignIn
) -> None:
    made = send_back(council)
    officer = {"by": council.actor("officer")}
    quarters.close_quarter(made.quarter, reason="The board meets", early=True, **officer)
    page = sign_in("manager").get(reverse("return", args=[made.pk])).content.decode()
    assert "Returned to the team by Head on 5 July 2016. Not submitted again before" in page
    other = council.made("north-centre")
    page = sign_in("manager").get(reverse("return", args=[other.pk])).content.decode()
    assert "Not submitted before the quarter closed." in page


def test_the_director_is_told_that_a_quarter_closed_without_the_city_wide_return(
    council: Cast, sign_in: SignIn
) -> None:
    officer = {"by": council.actor("officer")}
    quarters.close_quarter(council.made("city-team").quarter, reason="Now", early=True, **officer)
    text = text_of(sign_in("director"))
    assert "closed without this return:" in text
    assert ">Performance team</a>" in text and "North" not in text


def test_the_officer_sees_progress_and_corrections(council: Cast, sign_in: SignIn) -> None:
    council.sign_off("north-family")
    made = council.made("north-family", HISTORY[-1])
    corrections.propose(
        {Figure.objects.get(return_made=made, item__code="open-cases").pk: GivenAnswer(44)},
        reason="One case was left out",
        by=council.actor("officer"),
    )
    page = sign_in("officer").get("/")
    assert '<h1 class="eh-title">1 return to fill in</h1>' in page.content.decode()
    assert page.context["page"].progress[0].says == "1 of 5 returns in, none late"
    assert "Next: Q1 2016-17 is due on 14 July 2016, 9 days left." in page.content.decode()
    assert page.context["page"].progress[0].counts == [
        ("Not started", 4),
        ("In progress", 0),
        ("Submitted", 0),
        ("Returned", 0),
        ("Signed off", 1),
        ("Late", 0),
    ]
    text = page.content.decode()
    assert "1 correction waits for a countersignature." in text
    assert "Performance team" in text


def test_the_director_sees_the_city_wide_return_and_returns_to_sign_instead(
    council: Cast, sign_in: SignIn
) -> None:
    client = sign_in("director")
    council.submit("north-family")
    assert '<h1 class="eh-title">Nothing waits for you</h1>' in text_of(client)
    made = council.made("city-team")
    officer = council.actor("officer")
    given = {council.item["children-in-care"].pk: GivenAnswer(455)}
    made = entry.save_figures(made, given, version=made.version, by=officer)
    made = entry.submit(made, version=made.version, by=officer)
    text = text_of(client)
    assert '<h1 class="eh-title">1 return to review</h1>' in text
    assert reverse("return-review", args=[made.pk]) in text


def shown_in(client: Client, url: str) -> list[str]:
    """The measures that a page of an area shows, by name."""
    page = client.get(url)
    assert page.status_code == 200, url
    return [row.name for _, rows in page.context["page"].groups for row in rows]


@pytest.mark.parametrize("person", ["director", "officer", "head"])
def test_the_service_in_six_lines_each_leads_to_just_those(
    council: Cast, sign_in: SignIn, settings: Any, person: str
) -> None:
    settings.BUSINESS_DATE = dt.date(2016, 7, 16)
    # Beyond what chance alone would do, and beyond the targets of the year.
    last = council.made("north-family", HISTORY[-1])
    figures = Figure.objects.filter(return_made=last)
    figures.filter(item__code="surveys-helped").update(value=1)
    figures.filter(item__code="surveys-received").update(value=200)
    Target.objects.update(year=2015)
    proposed = corrections.propose(
        {figures.get(item__code="open-cases").pk: GivenAnswer(44)},
        reason="One case was left out",
        by=council.actor("officer"),
    )
    corrections.countersign(proposed, by=council.actor("director"))
    client = sign_in(person)
    service = client.get("/").context["page"].service
    where = "North" if person == "head" else "Testshire"
    assert service.name == f"{where}, Quarter 4, 2015-16"
    improved, worsened, missed, revised, late, unsafe = service.lines
    assert "Helped with identified issues" in shown_in(client, worsened.url)
    assert "Helped with identified issues" in shown_in(client, missed.url)
    assert "Open cases" in shown_in(client, revised.url)
    for line in (improved, worsened, missed, revised):
        assert len(shown_in(client, line.url)) == line.number, line
    page = client.get(late.url).context["page"]
    assert late.number == len(page.rows) == (2 if person == "head" else 5)
    assert (unsafe.number, client.get(unsafe.url).status_code) == (0, 200)


def test_the_board_opens_with_headline_measures_and_what_was_revised(
    council: Cast, sign_in: SignIn
) -> None:
    """A board member has then read the quarter: its closing is not undone any more."""
    Target.objects.update(year=2015)
    made = council.made("north-family", HISTORY[-1])
    proposed = corrections.propose(
        {Figure.objects.get(return_made=made, item__code="cases-closed").pk: GivenAnswer(26)},
        reason="North family left three out",
        by=council.actor("officer"),
    )
    corrections.countersign(proposed, by=council.actor("director"))
    text = text_of(sign_in("board_member"))
    assert re.search(r"improved, \w+ worsened in Quarter 4, 2015-16</h1>", text)
    assert "Families feeding back</a></th>" in text and "75%" in text
    assert "revised on" not in text, "that comes with the next closing"
    assert "North" not in text and "Quarter 1, 2016-17" not in text
    assert QuarterReading.objects.filter(quarter=HISTORY[-1].index).exists()
    assert ">Target</th>" in text
    Target.objects.update(year=2010)
    assert ">Target</th>" not in text_of(sign_in("board_member")), "nothing has one"


def test_before_the_first_quarter_is_closed_there_are_no_figures(
    council: Cast, sign_in: SignIn
) -> None:
    ReportingQuarter.objects.filter(state=QuarterState.CLOSED).update(
        state=QuarterState.OPEN, closed_at=None
    )
    assert "as signed off" not in text_of(sign_in("director"))


@pytest.mark.parametrize("person", ["auditor", "board_member"])
def test_readers_see_no_returns(council: Cast, sign_in: SignIn, person: str) -> None:
    text = text_of(sign_in(person))
    assert "Your returns" not in text and "to review" not in text


def test_the_administrator_is_led_to_administration(council: Cast, sign_in: SignIn) -> None:
    assert f'href="{reverse("admin:index")}"' in text_of(sign_in("administrator"))


def test_what_the_status_page_finds_wrong_waits_for_the_administrator(
    council: Cast, sign_in: SignIn
) -> None:
    text = text_of(sign_in("administrator"))
    assert "1 thing for whoever runs the site" in text
    assert "Run manage.py restore_drill, once a month." in text
    RestoreDrill.objects.create(at=timezone.now(), seconds=3, rows=1200, events=40)
    text = text_of(sign_in("administrator"))
    assert "Nothing waits for you" in text and "How the site stands" not in text
    assert "How the site stands" not in text_of(sign_in("director"))


def test_the_officer_is_not_led_to_people_that_they_do_not_keep(sign_in: SignIn) -> None:
    assert "Administration" not in sign_in("officer").get("/").content.decode()


def test_a_leaver_is_told_so(council: Cast, sign_in: SignIn) -> None:
    assert "You hold no appointment today" in text_of(sign_in("leaver"))


@pytest.mark.parametrize("person", ["head", "officer", "director"])
def test_thirty_teams_cost_what_three_do(
    council: Cast, sign_in: SignIn, settings: Any, person: str
) -> None:
    settings.BUSINESS_DATE = dt.date(2016, 7, 16)
    council.submit("north-family")
    client = sign_in(person)

    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            client.get("/")
        return len(found)

    asked()
    few = asked()
    from measures.quarters.actions import make_returns

    TeamFactory.create_batch(30, opened=OPEN.first_day)
    make_returns(council.made("north-family").quarter, by=command_actor())
    assert asked() == few


def test_loading_a_file_belongs_to_the_quarters(sign_in: SignIn) -> None:
    page = sign_in("officer").get("/import/").content.decode()
    here = re.findall(r'<a href="([^"]+)" aria-current="true">', page)
    assert here == [reverse("quarters")]
