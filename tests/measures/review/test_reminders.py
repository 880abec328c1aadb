"""Teams are reminded of what they owe: by mail, on record, not twice on one day."""

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from earlyhelp.core.events.models import Event
from earlyhelp.core.work.mail import opened
from earlyhelp.core.work.models import Job
from measures.quarters import actions as quarters
from measures.review import actions as review
from measures.workflow import NotAllowed
from tests.cast import TODAY, Cast
from tests.measures.acting import unchanged_by
from tests.pages import text

SignIn = Callable[[str], Client]
REMIND, OWED = reverse("returns-remind"), reverse("returns-owed")


@pytest.fixture(autouse=True)
def mail_is_queued(settings: Any) -> None:
    """Mail is a job, as outside of tests."""
    settings.EMAIL_BACKEND = "earlyhelp.core.work.mail.QueuedBackend"


def test_a_team_is_reminded_by_mail_and_on_record(council: Cast, sign_in: SignIn) -> None:
    made = council.fill_in("north-family")
    head = sign_in("head")
    answer = head.post(REMIND, {"return": made.pk, "then": "review"}, follow=True)
    assert answer.redirect_chain == [("/review/", 302)]
    said = text(answer)
    assert "You reminded 1 team by mail." in said and "Reminded today." in said
    assert "5 of 5" in said, "how many questions are answered"
    job = Job.objects.get()
    mail = opened(job.payload)
    assert mail["to"] == [council.person["manager"].email]
    assert "North family: the return for Q1 2016-17 is due" in mail["subject"]
    assert "due by 14 July 2016: 9 days left. 5 of 5 questions are answered." in mail["body"]
    event = Event.objects.about(made).reverse()[0]
    manager = council.person["manager"].pk
    assert (event.verb, event.after) == ("reminded", {"on": "2016-07-05", "people": [manager]})
    history = text(head.get(reverse("return-history", args=[made.pk])))
    assert "Head asked for it by mail" in history
    made.refresh_from_db()
    version = made.version
    # Whoever types into it meanwhile is not in anybody's way.
    assert council.made("north-family").version == version
    figure = reverse("figure-history", args=[made.pk, "open-cases"])
    assert "asked for it" not in text(head.get(figure))


def test_not_twice_on_one_day(council: Cast, settings: Any) -> None:
    made = council.made("north-family")
    review.remind(made, by=council.actor("head"))
    for person in ("head", "officer", "director"):
        unchanged_by(
            partial(review.remind, made, by=council.actor(person)), NotAllowed, "Reminded today"
        )
    settings.BUSINESS_DATE = tomorrow = TODAY + dt.timedelta(days=1)
    review.remind(made, by=council.actor("officer", today=tomorrow))
    assert Job.objects.count() == 2


def test_who_is_not_reminded(council: Cast) -> None:
    made = council.made("north-family")
    for person in ("manager", "other_head", "auditor", "board_member", "administrator"):
        unchanged_by(
            partial(review.remind, made, by=council.actor(person)), NotAllowed, "not appointed"
        )
    submitted, city = council.submit("north-centre"), council.made("city-team")
    unchanged_by(
        lambda: review.remind(submitted, by=council.actor("head")), NotAllowed, "submitted"
    )
    # The officers submit the city-wide return; the director reminds them of it.
    unchanged_by(lambda: review.remind(city, by=council.actor("officer")), NotAllowed, "yourself")
    assert review.remind(city, by=council.actor("director")) == [council.person["officer"]]
    council.person["manager"].appointments.update(ends=TODAY - dt.timedelta(days=1))
    unchanged_by(lambda: review.remind(made, by=council.actor("head")), NotAllowed, "Nobody is")
    officer = {"by": council.actor("officer")}
    quarters.close_quarter(made.quarter, reason="It is over", early=True, **officer)
    unchanged_by(lambda: review.remind(made, **officer), NotAllowed, "closed")


def test_the_late_ones_by_name(council: Cast, sign_in: SignIn, settings: Any) -> None:
    officer = sign_in("officer")
    assert "5 returns are still with their teams; none is late." in text(officer.get(OWED))
    settings.BUSINESS_DATE = dt.date(2016, 7, 16)
    council.submit("north-centre")
    said = text(officer.get(OWED, {"show": "late"}))
    assert "4 returns are late." in said
    assert "South family" in said and "2 days late" in said and "North centre" not in said
    teams = [council.made(team).pk for team in ("north-family", "south-family")]
    answer = text(officer.post(REMIND, {"return": teams, "then": "late"}, follow=True))
    assert "You reminded 2 teams by mail." in answer and "Late returns" in answer
    assert "Tick the returns" in text(officer.post(REMIND, {}, follow=True))
    head = sign_in("head")
    assert "South" not in text(head.get(OWED))
    assert head.post(REMIND, {"return": teams}).status_code == 404
    assert head.get(OWED, {"show": "early"}).status_code == 404
    assert sign_in("manager").get(OWED).status_code == 403
