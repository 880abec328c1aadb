"""What changed in a report since the edition that the committee saw."""

import pytest
from django.test import Client

from earlyhelp.report.publishing import actions as publishing
from earlyhelp.report.publishing.passages import document_of
from earlyhelp.report.writing import actions as writing
from earlyhelp.report.writing.since_edition import SectionChange, changes_since
from measures.models import Figure
from measures.returns.answers import GivenAnswer
from tests.cast import Cast
from tests.measures.performance.test_revised import Q4, correct
from tests.pages import text
from tests.report import making

pytestmark = pytest.mark.django_db


def test_nothing_changed_until_something_does(council: Cast) -> None:
    edition = making.published(council)
    assert changes_since(edition, edition.report, council.actor("officer")) == []


def test_words_figures_and_sections_stand_beside_what_they_were(council: Cast) -> None:
    edition = making.published(council)
    by = council.actor("officer")
    report = publishing.revise(
        edition.report, kind="error", reason="A sentence no longer holds", by=by
    )
    before_it = Figure.objects.get(
        return_made=council.made("north-family", Q4), item=council.item["open-cases"]
    ).value
    correct(council, "north-family", "open-cases", GivenAnswer(900), "Counted again")
    outlook = writing.add_section(report, heading="Outlook", by=by)
    writing.add_block(outlook, text="More to come.", by=by)
    was = "At the end of the year there were {} open cases. Families were met at home."
    [figure] = document_of(edition.internal).figures
    changed, added = changes_since(edition, report, by)
    [(before, now)] = changed.rows
    assert before == was.format(figure.shown)
    assert now == was.format(f"{int(figure.numerator) + 900 - (before_it or 0):,}")
    assert added == SectionChange("Outlook", [("", "More to come.")], is_new=True)


def test_a_section_that_is_left_out_is_told_last(council: Cast) -> None:
    edition = making.published(council)
    by = council.actor("officer")
    report = publishing.revise(edition.report, kind="error", reason="It is another now", by=by)
    section = making.section_of(report)
    writing.change_section(section, {"heading": "What we did"}, version=section.version, by=by)
    new, gone = changes_since(edition, report, by)
    assert (new.heading, new.is_new) == ("What we did", True)
    assert (gone.heading, gone.is_gone) == ("What was done", True)
    assert [now for _, now in gone.rows] == [""]


def test_the_page_is_for_whoever_reads_drafts(council: Cast, client: Client) -> None:
    edition = making.published(council)
    client.force_login(council.person["head"])
    page = client.get(f"{edition.report.url}since/")
    assert "The report says what it said then." in text(page)
    assert "What changed since edition 1" in text(client.get(edition.report.url))


def test_of_a_row_of_a_table_only_what_differs_is_shown(council: Cast) -> None:
    edition = making.published(council)
    report, by = edition.report, council.actor("officer")
    report = publishing.revise(report, kind="error", reason="A table is missing", by=by)
    writing.add_block(making.section_of(report), kind="framework", by=by)
    again = making.approved_again(council, report)
    correct(council, "north-family", "cases-closed", GivenAnswer(44), "Counted again")
    [section] = changes_since(again, report, by)
    rows = [row for row in section.rows if row[0].startswith("Cases closed")]
    assert rows == [("Cases closed | 276", "Cases closed | 297")]
