"""Who read an edition is told when it changed, when they may see it; a new one is due in a month."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from earlyhelp.core import clock
from earlyhelp.core.work import jobs
from earlyhelp.core.work.models import Job
from earlyhelp.report import files
from earlyhelp.report.models import Edition, FileKind, ToldChange
from earlyhelp.report.publishing import actions as publishing
from earlyhelp.report.publishing import telling
from earlyhelp.report.publishing.since import changed_since
from measures.corrections import actions as corrections
from measures.models import ReportingQuarter
from measures.quarters.actions import close_quarter
from measures.querysets import Audience
from measures.returns.answers import GivenAnswer
from tests.cast import HISTORY, OPEN, TODAY, Cast
from tests.measures.acting import figure
from tests.pages import text
from tests.report import making

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files_in_a_moment")]

ORDER = (
    "South had the most open cases, {{open-cases in South}}, with {{open-cases in North}} in North."
)
WORDS = f"There were {{{{open-cases}}}} open cases. {ORDER} Families were met at home."
OVERTURNED = "South had the most open cases, 76, with 76 in North."
SignIn = Callable[[str], Client]


def published(cast: Cast, *readers: str) -> Edition:
    """An edition of these words, which these people opened."""
    edition = making.published(cast, WORDS)
    for name in readers:
        publishing.note_opening(edition, "page", by=cast.actor(name))
    return edition


def correct(cast: Cast, value: int) -> None:
    """North family's open cases of the report's last quarter."""
    changes = {figure(cast, "north-family", "open-cases", HISTORY[3]).pk: GivenAnswer(value)}
    made = corrections.propose(changes, reason="North counted twice", by=cast.actor("officer"))
    corrections.countersign(made, by=cast.actor("director"))


def look(edition: Edition, site: str = "https://early-help.example") -> None:
    telling.watch_job({"edition": edition.pk, "site": site})


def addressed(mails: list[Any], words: str = "") -> list[str]:
    return sorted(mail.to[0] for mail in mails if words in mail.subject)


def of(cast: Cast, *people: str) -> list[str]:
    return sorted(cast.person[one].email for one in people)


def test_who_opened_an_edition_is_told_that_it_is_withdrawn(
    council: Cast, mailoutbox: list[Any]
) -> None:
    edition = published(council, "board_member", "manager")
    publishing.withdraw(edition, reason="A name stands in it", by=council.actor("director"))
    told = of(council, "board_member", "manager", "director", "officer")
    assert addressed(mailoutbox, "withdrawn") == told
    assert all(edition.url in mail.body for mail in mailoutbox)
    assert not any("A name stands" in mail.body for mail in mailoutbox)


def test_readers_are_told_of_a_passage_taken_out(council: Cast, mailoutbox: list[Any]) -> None:
    redaction = making.redaction(council)
    publishing.note_opening(redaction.edition, "pdf", by=council.actor("board_member"))
    publishing.redact(redaction, by=council.actor("director"))
    assert council.person["board_member"].email in addressed(mailoutbox, "taken out")
    assert not any("A family can be" in mail.body for mail in mailoutbox)


def test_readers_are_led_to_the_edition_that_stands_also_at_its_hour(
    council: Cast, sign_in: SignIn, mailoutbox: list[Any]
) -> None:
    edition = published(council, "board_member")
    report = edition.report
    publishing.revise(
        report, kind="error", reason="It no longer holds", by=council.actor("officer")
    )
    later = making.approved_again(council, report)
    Edition.objects.filter(pk=later.pk).update(publish_at=clock.now() - dt.timedelta(hours=1))
    payload = {"edition": later.pk, "by": council.person["officer"].pk, "site": "https://x.example"}
    jobs.add("report publication", payload)
    jobs.deliver()
    assert council.person["board_member"].email in addressed(mailoutbox, "new edition")
    page = text(sign_in("board_member").get(edition.url))
    assert "A later edition stands in the place of this one: edition 2" in page


def test_nobody_is_told_who_may_not_read_reports_any_more(
    council: Cast, mailoutbox: list[Any]
) -> None:
    edition = published(council, "board_member", "leaver")
    council.person["board_member"].is_active = False
    council.person["board_member"].save()
    publishing.withdraw(edition, reason="A name stands in it", by=council.actor("director"))
    assert addressed(mailoutbox) == of(council, "director", "officer")


def test_what_changes_between_approving_and_publishing_is_shown_with_both_ways(
    council: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    edition = making.approved(council)
    correct(council, 44)
    said = "it is published as it was approved, or sent back to its writers"
    back = f'href="/reports/{making.CODE}/send-back/"'
    read = {who: sign_in(who).get(edition.url) for who in ("director", "officer")}
    for page in read.values():
        assert said in text(page)
        assert "Its files are being built: 0 of 10 are there." in text(page)
        assert "was 152, is 153" in text(page)
        assert "Publish it now" in text(page)
    assert [back in page.content.decode() for page in read.values()] == [True, False]
    monkeypatch.setattr(files, "build", lambda content, kind: b"built")
    for audience, kind in product(Audience.values, FileKind.values):
        files.file_of(edition, audience, kind)
    assert "being built" not in text(sign_in("director").get(edition.url))
    publishing.publish(edition, by=council.actor("officer"))
    page = text(sign_in("director").get(edition.url))
    assert said not in page
    assert "The report stays as it was published." in page


def test_a_sentence_that_a_correction_overturns_asks_for_a_new_edition(
    council: Cast, sign_in: SignIn, mailoutbox: list[Any]
) -> None:
    edition = published(council, "board_member", "manager")
    correct(council, 44)
    changed = {one.now: one for one in changed_since(edition, Audience.INTERNAL, TODAY)}
    assert list(changed["77"].overturned) == [OVERTURNED]
    assert changed["153"].overturned == []
    look(edition)
    assert addressed(mailoutbox) == of(council, "manager", "director", "officer")
    asked = [mail for mail in mailoutbox if "new edition is due by 5 August 2016" in mail.body]
    assert addressed(asked) == of(council, "director", "officer")
    assert not any("77" in mail.body or "153" in mail.body for mail in mailoutbox)
    page = text(sign_in("officer").get(edition.url))
    assert f"This sentence no longer holds: “{OVERTURNED}”" in page
    for place in ("/", "/reports/", edition.url):
        assert "5 August 2016" in text(sign_in("officer").get(place)), place
        assert "5 August 2016" not in text(sign_in("board_member").get(place)), place


def test_a_board_members_home_page_leads_to_the_newest_report(
    council: Cast, sign_in: SignIn
) -> None:
    assert "Board reports" not in text(sign_in("board_member").get("/"))
    edition = published(council)
    home = sign_in("board_member").get("/")
    assert edition.url in home.content.decode()
    assert "Edition 1, published 5 July 2016" in text(home)


def test_a_figures_own_page_says_where_it_stands_and_what_it_is_by_now(
    council: Cast, sign_in: SignIn
) -> None:
    edition = published(council)
    correct(council, 44)
    page = text(sign_in("officer").get(f"{edition.url}figures/3/"))
    assert f"As it was printed “{OVERTURNED}”" in page
    assert "Area North" in page
    assert "was 76, is 77 since 5 July 2016 (error in the data): “North counted twice”" in page
    outside = text(sign_in("board_member").get(f"{edition.url}figures/3/"))
    assert "Area North" in outside
    assert "What changed since" not in outside


def test_who_was_told_is_not_told_again(council: Cast, mailoutbox: list[Any]) -> None:
    edition = published(council, "manager")
    correct(council, 44)
    look(edition)
    mailoutbox.clear()
    look(edition)
    assert mailoutbox == []
    correct(council, 45)
    look(edition)
    assert council.person["manager"].email in addressed(mailoutbox)


def test_an_edition_is_looked_at_every_morning_while_it_stands(council: Cast) -> None:
    edition = published(council)
    watching = Job.objects.filter(kind=telling.WATCH)
    job = watching.get()
    assert timezone.localtime(job.due_at).hour == telling.HOUR
    for _ in range(2):  # also where it was broken off once it was done
        watching.update(due_at=timezone.now())
        jobs.deliver()
        assert watching.get().due_at > timezone.now()
        look(edition, job.payload["site"])
        assert watching.count() == 1
    publishing.withdraw(edition, reason="A name stands in it", by=council.actor("director"))
    watching.update(due_at=timezone.now())
    jobs.deliver()
    assert not watching.exists()


def test_readers_outside_are_told_when_they_may_see_it(
    council: Cast, sign_in: SignIn, mailoutbox: list[Any]
) -> None:
    edition = published(council, "board_member", "manager")
    correct(council, 44)
    look(edition)
    outside = council.person["board_member"].email
    assert outside not in addressed(mailoutbox)
    assert "told of on" not in text(sign_in("board_member").get("/reports/"))
    council.sign_off("north-family")
    quarter = ReportingQuarter.objects.get(pk=OPEN.index)
    close_quarter(quarter, reason="It is over", early=True, by=council.actor("officer"))
    jobs.deliver()
    mailoutbox.clear()
    look(edition)
    assert addressed(mailoutbox) == [outside]
    assert "due by" not in mailoutbox[0].body
    reader = sign_in("board_member")
    assert "Figures changed since, last told of on 5 July 2016" in text(reader.get("/reports/"))
    assert f"This sentence no longer holds: “{OVERTURNED}”" in text(reader.get(edition.url))


def test_what_is_late_is_listed_until_a_new_edition_stands(council: Cast, sign_in: SignIn) -> None:
    edition = published(council)
    correct(council, 44)
    telling.note_changes(edition, by=replace(council.actor("officer"), today=dt.date(2016, 5, 31)))
    [due] = telling.editions_due(TODAY)
    assert (due.due_on, due.is_late) == (dt.date(2016, 6, 30), True)
    director = sign_in("director")
    for place in ("/", "/reports/", edition.url):
        page = text(director.get(place))
        assert "30 June 2016" in page, place
        assert "Overdue" in page, place
    report = edition.report
    publishing.revise(
        report, kind="error", reason="It no longer holds", by=council.actor("officer")
    )
    publishing.publish(making.approved_again(council, report), by=council.actor("officer"))
    assert telling.editions_due(TODAY) == []


def test_a_figure_that_is_again_as_it_was_asks_for_nothing(council: Cast) -> None:
    edition = published(council)
    correct(council, 44)
    look(edition)
    correct(council, 43)
    look(edition)
    assert telling.editions_due(TODAY) == []
    last = ToldChange.objects.filter(audience=Audience.INTERNAL).order_by("pk").last()
    assert last is not None
    assert not last.asks


@pytest.mark.parametrize(
    ("day", "due"),
    [
        (dt.date(2016, 1, 31), dt.date(2016, 2, 29)),
        (dt.date(2016, 12, 5), dt.date(2017, 1, 5)),
    ],
)
def test_a_month(day: dt.date, due: dt.date) -> None:
    assert telling.a_month_after(day) == due
