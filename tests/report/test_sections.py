"""Sections of a report that are taken out: who may, what stays on record, and what stops it."""

from collections.abc import Callable

import pytest
from django.test import Client

from earlyhelp.core.change import Stale
from earlyhelp.core.events.models import Event
from earlyhelp.report.writing import actions as writing
from teams.permissions import Refused
from tests.cast import Cast
from tests.pages import text
from tests.report import making

pytestmark = pytest.mark.django_db


def test_a_section_is_taken_out_by_the_officer_and_stays_on_record(
    council: Cast, sign_in: Callable[[str], Client]
) -> None:
    report = making.begun(council)
    section, client = making.section_of(report), sign_in("officer")
    assert "Take this section out of the report" in text(client.get(section.url))
    address = f"{section.url}remove/"
    assert "Take “What was done” out of the report?" in text(client.get(address))
    page = client.post(address, {"version": str(section.version)}, follow=True)
    assert page.redirect_chain[-1][0] == report.url
    assert "The section is taken out. The record keeps what it said." in text(page)
    assert section.url not in page.content.decode()
    assert client.get(section.url).status_code == 404
    assert Event.objects.about(section).latest("id").verb == "section removed"


def test_a_section_that_somebody_changed_meanwhile_stays(council: Cast) -> None:
    section, by = making.section_of(making.begun(council)), council.actor("officer")
    writing.change_section(section, {"heading": "What we did"}, version=section.version, by=by)
    with pytest.raises(Stale):
        writing.remove_section(section, version=section.version, by=by)
    assert making.section_of(section.report).removed_at is None


def test_a_section_with_somebodys_own_words_stays_in_the_report(
    council: Cast, sign_in: Callable[[str], Client]
) -> None:
    """The independent scrutineer's words go out with nobody else's button."""
    report = making.begun(council)
    making.own_words(report, council)
    section = making.section_of(report)
    with pytest.raises(Refused, match="Words in this section are somebody else's own"):
        writing.remove_section(section, version=section.version, by=council.actor("officer"))
    client = sign_in("officer")
    assert "Take this section out" not in text(client.get(section.url))
    page = client.get(f"{section.url}remove/")
    assert page.status_code == 403
    assert making.section_of(report).removed_at is None
