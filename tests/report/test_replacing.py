"""An edition in the place of another says what kind of change it is for, wherever it is met."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from earlyhelp.core.events.models import Event
from earlyhelp.report.formats.matter import facts
from earlyhelp.report.models import Edition, Report
from earlyhelp.report.publishing import actions as publishing
from earlyhelp.report.publishing.passages import document_of
from earlyhelp.report.workflow import NotAllowed
from tests.cast import Cast
from tests.pages import text
from tests.report import making

pytestmark = pytest.mark.django_db

SignIn = Callable[[str], Client]
WHY = "North family counted twice"
SAID = "What it puts right: error in the data"


def revised(cast: Cast) -> Report:
    """A published report, opened for a new edition by the officer."""
    report = making.published(cast).report
    return publishing.revise(report, kind="error", reason=WHY, by=cast.actor("officer"))


def both(cast: Cast) -> tuple[Edition, Edition]:
    """An edition, and the published one in its place."""
    report = revised(cast)
    later = publishing.publish(making.approved_again(cast, report), by=cast.actor("officer"))
    return Edition.objects.get(report=report, number=1), later


def test_both_pages_say_what_the_new_edition_puts_right(council: Cast, sign_in: SignIn) -> None:
    earlier, later = both(council)
    for person, tells_why in [("officer", True), ("manager", True), ("board_member", False)]:
        for one in (earlier, later):
            page = text(sign_in(person).get(one.url))
            assert SAID in page, (person, one.number)
            assert (WHY in page) == tells_why, (person, one.number)
    listed = text(sign_in("board_member").get(reverse("reports")))
    assert "Edition 2, a new one for: error in the data" in listed


def test_every_copy_of_the_new_edition_says_so_and_of_the_first_nothing(council: Cast) -> None:
    earlier, later = both(council)
    for audience in ("internal", "external"):
        said = dict(facts(document_of(later.content(audience))))
        assert said["Edition"] == "2, in place of edition 1: error in the data"
        assert WHY not in later.content(audience)
        assert "replaces" not in json.loads(earlier.content(audience))


def test_readers_of_the_first_are_told_the_kind_and_no_reason(
    council: Cast, mailoutbox: list[Any]
) -> None:
    report = revised(council)
    publishing.note_opening(report.editions.get(), "page", by=council.actor("board_member"))
    publishing.publish(making.approved_again(council, report), by=council.actor("officer"))
    [mail] = [one for one in mailoutbox if one.to == [council.person["board_member"].email]]
    assert "replaced by edition 2. What it puts right: error in the data." in mail.body
    assert WHY not in mail.body


def test_who_proposed_and_who_confirmed_are_on_record(council: Cast) -> None:
    report = revised(council)
    edition = making.approved_again(council, report)
    begun = Event.objects.about(report).get(verb="new edition begun")
    assert (begun.by, begun.after["next_kind"]) == (council.person["officer"], "error")
    assert begun.remarks.get().text == WHY
    frozen = Event.objects.about(edition).get(verb="approved")
    assert (frozen.by, frozen.after["kind"]) == (council.person["director"], "error")


def test_who_approves_confirms_the_kind_or_chooses_another(council: Cast, sign_in: SignIn) -> None:
    report = making.signed_again(council, revised(council))
    page = sign_in("director").get(reverse("report-checklist", args=[report.code]))
    assert '<option value="error" selected>' in page.content.decode()
    assert f"Why it was begun: “{WHY}”" in text(page)
    data = {"content": page.context["content"], "kind": "report"}
    sign_in("director").post(reverse("report-approve", args=[report.code]), data)
    edition = report.editions.get(number=2)
    assert (edition.kind, edition.why) == ("report", WHY)
    assert edition.get_kind_display() == "Error in the report's own words or sources"


@pytest.mark.parametrize("kind", ["", "a slip"])
def test_a_new_edition_of_no_known_kind_is_not_begun(kind: str, council: Cast) -> None:
    report = making.published(council).report
    with pytest.raises(NotAllowed, match="what kind of change"):
        publishing.revise(report, kind=kind, reason=WHY, by=council.actor("officer"))


def test_one_that_was_begun_before_kinds_were_asked_for_is_not_approved_without(
    council: Cast,
) -> None:
    report = making.signed_again(council, revised(council))
    Report.objects.filter(pk=report.pk).update(next_kind="", next_why="")
    with pytest.raises(NotAllowed, match="what kind of change"):
        making.approve(council, report)
    assert making.approve(council, report, kind="method").kind == "method"


def test_a_first_edition_puts_nothing_right(council: Cast, sign_in: SignIn) -> None:
    edition = making.published(council)
    assert (edition.kind, edition.why) == ("", "")
    assert "What it puts right" not in text(sign_in("officer").get(edition.url))
