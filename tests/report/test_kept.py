"""What takes long to make is kept, and is always what it would be if it were made anew."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from earlyhelp.core.events.models import Event
from earlyhelp.core.work import jobs
from earlyhelp.report import kept, words
from earlyhelp.report.content import content_digest
from earlyhelp.report.models import Edition, Report
from earlyhelp.report.publishing import actions as publishing
from earlyhelp.report.publishing.since import changed_since
from earlyhelp.report.workflow import NotAllowed
from earlyhelp.report.writing import actions as writing
from earlyhelp.report.writing.pages import section_page
from earlyhelp.report.writing.since_edition import changes_since
from measures.models import ReportingQuarter
from measures.quarters.actions import close_quarter
from measures.querysets import Audience
from tests.cast import OPEN, TODAY, Cast
from tests.report import making
from tests.report.test_stays_published import CHANGES, WORDS, a_correction

SignIn = Callable[[str], Client]


@pytest.fixture
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test's own transaction is no other writer."""
    monkeypatch.setattr(kept, "_is_all_there", lambda: True)


def a_release(cast: Cast) -> None:
    cast.sign_off("north-family")
    quarter = ReportingQuarter.objects.get(pk=OPEN.index)
    close_quarter(quarter, reason="It is over", early=True, by=cast.actor("officer"))
    jobs.deliver()


def other_words(cast: Cast) -> None:
    block = making.block_of(Report.objects.get())
    values = {"text": f"{block.text} There were 40 more."}
    writing.write_block(block, values, version=block.version, by=cast.actor("officer"))


def a_section_moved_to_the_front(cast: Cast) -> None:
    writing.add_section(
        Report.objects.get(), heading="Before all", position=1, by=cast.actor("officer")
    )


def all_of(report: Report, cast: Cast) -> list[Any]:
    """Everything that is kept, as pages show it."""
    edition = Edition.objects.get()
    section = section_page(report.sections.get(heading="What was done"), cast.actor("officer"))
    return [
        publishing.read_checklist(report, TODAY),
        *(changed_since(edition, audience, TODAY) for audience in Audience),
        changes_since(edition, report, cast.actor("officer")),
        (section.content, [one.remark for one in section.remarks]),
    ]


@pytest.mark.django_db
@pytest.mark.usefixtures("_alone")
@pytest.mark.parametrize(
    "change",
    [*CHANGES, a_release, other_words, a_section_moved_to_the_front],
    ids=lambda change: change.__name__,
)
def test_what_is_kept_is_what_would_be_made_anew(
    change: Callable[[Cast], None], council: Cast
) -> None:
    report = making.published(council, WORDS).report
    publishing.revise(report, kind="error", reason="A figure", by=council.actor("officer"))
    all_of(report, council)
    change(council)
    report.refresh_from_db()
    found = all_of(report, council)
    kept.forget()
    assert found == all_of(report, council)


@pytest.mark.django_db
@pytest.mark.usefixtures("_alone")
def test_answers_comments_and_typed_figures_have_nothing_made_again(
    council: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = making.in_review(council, WORDS)
    address, officer = reverse("report-checklist", args=[report.code]), sign_in("officer")
    assert officer.get(address).status_code == 200

    def again(*args: Any) -> None:
        raise AssertionError("it was made again")

    monkeypatch.setattr(publishing, "check_report", again)
    data = {"key": "next", "text": "It is not settled"}
    officer.post(reverse("report-answer", args=[report.code]), data)
    writing.leave_comment(making.section_of(report), text="Why?", by=council.actor("head"))
    council.fill_in("north-family", open_cases=41)
    page = officer.get(address)
    assert "It is not settled" in page.content.decode()
    assert "a comment is still open" in page.content.decode()


@pytest.mark.django_db
@pytest.mark.usefixtures("_alone")
def test_words_are_held_to_the_same_figures_once(
    council: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading the checklist, answering it and approving ask the checker the same thing."""
    report, check = making.in_review(council, WORDS), words.check_words
    asked: list[Any] = []

    def counted(*of: Any) -> Any:
        asked.append(of)
        return check(*of)

    monkeypatch.setattr(words, "check_words", counted)
    for _ in range(3):
        publishing.prepare(report, TODAY)
    assert len(asked) == 1
    a_correction(council)
    publishing.prepare(report, TODAY)
    assert len(asked) == 2


@pytest.mark.django_db
def test_figures_that_changed_while_they_were_read_are_not_approved(
    council: Cast, sign_in: SignIn
) -> None:
    report = making.signed(council, WORDS)
    director = sign_in("director")
    page = director.get(reverse("report-checklist", args=[report.code]))
    data = {name: page.context[name] for name in ("content", "figures")}
    a_correction(council)
    approve = reverse("report-approve", args=[report.code])
    said = director.post(approve, data, follow=True).content.decode()
    assert "Figures changed while you read the report" in said
    assert not Edition.objects.exists()
    making.answer_all(council, report)
    page = director.get(reverse("report-checklist", args=[report.code]))
    director.post(approve, {name: page.context[name] for name in ("content", "figures")})
    assert Edition.objects.exists()


@pytest.mark.django_db
def test_what_moves_while_an_approval_is_made_refuses_it(
    council: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = making.signed(council, WORDS)
    content, prepare = content_digest(report), publishing.prepare

    def prepared(*args: Any) -> Any:
        made = prepare(*args)
        a_correction(council)
        return made

    monkeypatch.setattr(publishing, "prepare", prepared)
    with pytest.raises(NotAllowed, match="Figures changed"):
        publishing.approve(report, content=content, by=council.actor("director"))


def _note(about: int) -> Event:
    """Something on record, by nobody on a page."""
    facts = {"subject_type": "team", "subject_id": about, "verb": "changed", "sequence": 1}
    return Event.objects.create(at=timezone.now(), route="command", digest=f"{about}", **facts)


@pytest.mark.django_db(transaction=True)
def test_an_event_with_a_smaller_number_that_comes_later_is_not_missed() -> None:
    """Two who write at once: the later number can be read first."""
    begun, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            _note(1)
            begun.set()
            go_on.wait(20)
        connections.close_all()

    writer = threading.Thread(target=slow)
    writer.start()
    assert begun.wait(20)
    if connection.vendor == "postgresql":  # SQLite lets nobody else write meanwhile
        _note(2)
    seen = kept.kept("events", Event.objects.count)
    go_on.set()
    writer.join(20)
    assert kept.kept("events", Event.objects.count) == seen + 1
