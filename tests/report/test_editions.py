"""What is approved is frozen: the database keeps it, and a change afterwards reaches nothing."""

import datetime as dt
import io
import json
import zipfile
from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from earlyhelp.core import clock
from earlyhelp.core.actor import Refused
from earlyhelp.core.events.models import Event
from earlyhelp.core.workflow import NotAllowed
from earlyhelp.report import files, periods
from earlyhelp.report.assembly import sections_of
from earlyhelp.report.content import content_digest, section_digest
from earlyhelp.report.formats.matter import words_of
from earlyhelp.report.models import (
    BlockKind,
    Edition,
    EditionFile,
    EditionOpening,
    Redaction,
    Report,
)
from earlyhelp.report.publishing import actions as publishing
from earlyhelp.report.publishing.passages import TAKEN_OUT, document_of, passages_of, without
from earlyhelp.report.publishing.scheduled import publish_job
from earlyhelp.report.publishing.since import changed_since
from earlyhelp.report.tree import canonical, digest
from earlyhelp.report.workflow import EditionState, ReportState
from earlyhelp.report.writing import actions as writing
from earlyhelp.report.writing.templates import begin_with
from measures.models import QuarterReading, ReportingQuarter
from measures.quarters.closing import why_not_undo
from measures.querysets import Audience
from tests.cast import HISTORY, TODAY, Cast
from tests.pages import text
from tests.report import making
from tests.report.fetching import fetched

pytestmark = pytest.mark.django_db


def _refused(change: Callable[[], object]) -> bool:
    try:
        with transaction.atomic():
            change()
    except DatabaseError as refusal:
        return "an edition is never changed" in str(refusal)
    return False


@pytest.mark.parametrize(
    "column", ["internal", "external", "internal_digest", "external_digest", "number"]
)
def test_the_database_refuses_to_change_an_edition(column: str, council: Cast) -> None:
    edition = making.published(council)
    value = 7 if column == "number" else "x"
    rows = Edition.objects.filter(pk=edition.pk)
    assert _refused(lambda: rows.update(**{column: value}))
    assert _refused(lambda: _raw(f"DELETE FROM report_edition WHERE id = {edition.pk}"))


@pytest.mark.parametrize(
    ("made", "changed"),
    [
        (making.published, {"state": "approved"}),
        (making.published, {"published_at": timezone.now()}),
        (making.published, {"publish_at": timezone.now()}),
        (making.withdrawn, {"state": "published", "withdrawn_at": None, "withdrawn_by": None}),
        (making.withdrawn, {"state": "replaced", "withdrawn_at": None, "withdrawn_by": None}),
        (making.withdrawn, {"withdrawn_why": "It was nothing"}),
    ],
)
def test_the_database_refuses_to_lead_an_edition_back(
    made: Callable[[Cast], Edition], changed: dict[str, object], council: Cast
) -> None:
    rows = Edition.objects.filter(pk=made(council).pk)
    assert _refused(lambda: rows.update(**changed))


def test_what_is_said_of_a_passage_stays(council: Cast) -> None:
    """A request may still be agreed to; what was agreed to is not changed, and nothing goes."""
    redaction = making.redaction(council)
    rows = Redaction.objects.filter(pk=redaction.pk)
    assert _refused(lambda: _raw(f"DELETE FROM report_redaction WHERE id = {redaction.pk}"))
    publishing.redact(redaction, by=council.actor("director"))
    assert _refused(lambda: rows.update(ground="Nothing"))
    assert _refused(lambda: rows.update(passage_digest="0" * 64))


def test_the_database_refuses_to_change_a_file(council: Cast) -> None:
    edition = making.published(council)
    kept = EditionFile.objects.filter(edition=edition)
    assert _refused(lambda: kept.update(content=b"other"))
    assert _refused(lambda: kept.update(digest="0" * 64))
    assert _refused(lambda: _raw(f"DELETE FROM report_editionfile WHERE edition_id={edition.pk}"))


def test_of_two_who_build_the_same_file_the_first_stands(
    council: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    edition = making.published(council)

    def while_another_builds_it(content: str, kind: str) -> bytes:
        monkeypatch.setattr(files, "build", lambda content, kind: b"built first")
        files.file_of(edition, Audience.INTERNAL, kind)
        return b"built second"

    monkeypatch.setattr(files, "build", while_another_builds_it)
    assert bytes(files.file_of(edition, Audience.INTERNAL, "html").content) == b"built first"


def _raw(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("what", ["", "files/csv/", "figures/1/"], ids=["page", "file", "figure"])
def test_quarters_that_the_board_read_in_an_edition_stay_closed(
    what: str, council: Cast, sign_in: Callable[[str], Client]
) -> None:
    edition = making.published(council)
    address = reverse("edition", args=[making.CODE, edition.number]) + what
    for person in ("officer", "head", "auditor"):
        assert fetched(sign_in(person), address).status_code == 200
    last = ReportingQuarter.objects.get(pk=HISTORY[-1].index)
    assert why_not_undo(last) == ""
    assert fetched(sign_in("board_member"), address).status_code == 200
    assert why_not_undo(last).startswith("A board member has read this quarter's figures")
    readings = QuarterReading.objects.filter(person=council.person["board_member"])
    assert {one.quarter_id for one in readings} == {quarter.index for quarter in HISTORY}
    assert QuarterReading.objects.count() == len(HISTORY)


def test_an_edition_is_what_was_approved(council: Cast) -> None:
    edition = making.published(council)
    frozen = document_of(edition.internal)
    assert digest(frozen) == edition.internal_digest
    assert [one.shown for one in frozen.figures if one.token == "open-cases"] != []
    assert edition.state == EditionState.PUBLISHED
    assert Report.objects.get().state == ReportState.PUBLISHED
    assert changed_since(edition, Audience.INTERNAL, TODAY) == []


def test_a_report_that_changed_while_it_was_read_is_not_approved(council: Cast) -> None:
    report = making.signed(council)
    read = content_digest(report)
    block = making.block_of(report)
    values = {"text": f"{block.text} And more."}
    writing.write_block(block, values, version=block.version, by=council.actor("officer"))
    with pytest.raises(NotAllowed, match="read it again"):
        publishing.approve(report, content=read, by=council.actor("director"))
    [section] = sections_of(report)
    assert not section.signatures.filter(digest=section_digest(section)).exists()


def test_a_token_that_names_nothing_stops_approving(council: Cast) -> None:
    report = making.in_review(council, "There were {{open-case}} open cases.")
    checklist = publishing.prepare(report, TODAY).checklist
    assert not checklist.allows
    assert any("did you mean “open-cases”" in one.text for one in checklist.errors)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("Open cases rose to {{open-cases}} from {{open-cases Q1}}.", ""),
        ("Open cases fell to {{open-cases}} from {{open-cases Q1}}.", "rose from"),
    ],
)
def test_words_around_placed_numbers_are_held_to_them(words: str, said: str, council: Cast) -> None:
    report = making.in_review(council, words)
    warnings = [one.text for one in publishing.prepare(report, TODAY).checklist.warnings]
    found = [one for one in warnings if "does not match the data" in one]
    assert bool(found) == bool(said), warnings
    assert all(said in one and "Put in" not in one for one in found)


def test_one_number_in_two_sentences_is_two_warnings(council: Cast) -> None:
    """An answer to the one says nothing of the other."""
    said = ["At the end of 2015-16 150 cases were open.", "In 2015-16 150 cases were closed."]
    report = making.in_review(council, " ".join(said))
    found = publishing.prepare(report, TODAY).checklist.warnings
    wrong = {one.key: one.text for one in found if "does not match the data" in one.text}
    assert [any(one in text for text in wrong.values()) for one in said] == [True, True], wrong


def test_warnings_are_answered_together_and_those_that_went_are_named(
    council: Cast, sign_in: Callable[[str], Client]
) -> None:
    report = making.in_review(council, "Open cases fell to {{open-cases}} from {{open-cases Q1}}.")
    listed = publishing.prepare(report, TODAY).checklist.warnings
    keys = [*(one.key for one in listed), "gone"]
    texts = ["As it should be", *["" for _ in keys[2:]], "Meanwhile put right"]
    officer, page = sign_in("officer"), reverse("report-answer", args=[report.code])
    assert len(listed) > 1
    assert "to be signed" in text(officer.get(report.url))
    said = officer.post(page, {"key": keys, "text": texts}, follow=True).content.decode()
    assert "One of the warnings does not stand any more." in said
    assert [one.warning for one in report.answers.all()] == keys[:1]
    said = officer.post(page, {"key": keys[:1], "text": [" "]}, follow=True).content.decode()
    assert "Say why this is as it should be" in said


def test_a_sentence_that_was_not_understood_is_listed(
    council: Cast, sign_in: Callable[[str], Client]
) -> None:
    """Silence is never taken for a pass."""
    words = "There were {{open-cases}} open cases. Some 412 badgers were counted in the woods."
    report = making.in_review(council, words)
    said = text(sign_in("director").get(reverse("report-checklist", args=[report.code])))
    assert "1 sentence that could not be held to the data" in said
    assert "“Some 412 badgers were counted in the woods.”" in said


def test_pages_name_half_years_as_people_do(
    council: Cast, sign_in: Callable[[str], Client]
) -> None:
    officer = council.actor("officer")
    writing.begin_report(code="2015-16-h1", period="2015-16 H1", title="Half", by=officer)
    for page in (reverse("reports"), reverse("report", args=["2015-16-h1"])):
        said = text(sign_in("officer").get(page))
        assert "April to September 2015" in said
        assert "H1" not in said
    assert periods.spoken("1 in 2015-16 H1") == "1 in April to September 2015"


def test_three_rights(council: Cast) -> None:
    report = making.signed(council)
    content = content_digest(report)
    for person in ("officer", "head", "manager"):
        with pytest.raises(Refused):
            publishing.approve(report, content=content, by=council.actor(person))
    edition = publishing.approve(report, content=content, by=council.actor("director"))
    with pytest.raises(Refused):
        publishing.publish(edition, by=council.actor("head"))


def test_nobody_takes_out_a_passage_alone(council: Cast) -> None:
    redaction = making.redaction(council)
    with pytest.raises(Refused):
        publishing.redact(redaction, by=council.actor("officer"))
    before = redaction.edition.internal_digest
    edition = publishing.redact(redaction, by=council.actor("director"))
    for content in (edition.internal, edition.external):
        assert "met at home" not in content
        assert TAKEN_OUT in json.dumps(json.loads(content))
    assert edition.internal_digest != before == redaction.internal_before
    assert not edition.files.exists()
    assert _refused(lambda: Edition.objects.filter(pk=edition.pk).update(internal="x"))


def test_a_number_goes_with_the_passage_that_it_stood_in_alone(council: Cast) -> None:
    """In no file is it read any more; one that stands elsewhere too is."""
    report = making.begun(council, "In a family {{open-cases}} cases were {{cases-closed}} ones.")
    section, by = making.section_of(report), council.actor("officer")
    writing.add_block(section, text="Closed were {{cases-closed}}.", by=by)
    writing.add_block(section, kind=BlockKind.FIGURES, by=by)
    edition = making.approve(council, making.signed_again(council, report))
    publishing.publish(edition, by=by)
    edition = publishing.withdraw(edition, reason="A name", by=council.actor("director"))
    before = document_of(edition.internal).figures
    gone = {one.shown for one in before if one.measure == "open-cases"}
    [place] = [
        one.place for one in passages_of(document_of(edition.internal)) if "In a family" in one.text
    ]
    redaction = publishing.ask_redaction(edition, place=place, ground="A family", by=by)
    edition = publishing.redact(redaction, by=council.actor("director"))
    found = document_of(edition.internal)
    assert [one.shown for one in found.figures] == [
        TAKEN_OUT if one.shown in gone else one.shown for one in before
    ]
    said = [[words_of(cell.runs) for cell in row.cells] for row in next(found.tables())[1].rows]
    taken = [
        row[1:] for row in said if row[0] in {one.reference for one in before if one.shown in gone}
    ]
    assert taken and all(set(row) == {TAKEN_OUT} for row in taken)
    assert any(TAKEN_OUT not in row for row in said)
    [number] = gone
    with zipfile.ZipFile(io.BytesIO(files.build(edition.internal, "csv"))) as packed:
        assert number not in packed.read("figures.csv").decode()


def test_a_passage_goes_from_a_copy_in_which_its_number_is_hidden(council: Cast) -> None:
    inside = making.published(council).internal
    [passage] = [one for one in passages_of(document_of(inside)) if "met at home" in one.text]
    [shown] = {one.shown for one in document_of(inside).figures}
    outside = inside.replace(f'"{shown}"', '"hidden: small number"')
    assert outside != inside
    for one in (inside, outside):
        assert "met at home" not in canonical(without(one, passage.digest))


def test_words_that_were_taken_out_are_told_of_where_they_stand_again(council: Cast) -> None:
    """In the report that they still stand in, and in a copy, whatever their numbers show there."""
    redaction = making.redaction(council)
    report, by = redaction.edition.report, council.actor("officer")
    shape = f"report:{report.code}"
    copy = begin_with(shape, code="2015-16-q1", period="2015-16 H1", title="Next", by=by)

    def told(one: Report) -> list[str]:
        found = publishing.prepare(one, TODAY).checklist.warnings
        return [each.text for each in found if each.key.startswith("again:")]

    assert not told(copy), "it is only asked for"
    publishing.redact(redaction, by=council.actor("director"))
    for one in (report, copy):
        [text] = told(one)
        assert "met at home" in text and str(redaction.edition) in text and redaction.ground in text


def test_who_agrees_to_take_words_out_reads_them_first(
    council: Cast, sign_in: Callable[[str], Client]
) -> None:
    edition = making.redaction(council).edition
    read = {who: text(sign_in(who).get(edition.url)) for who in ("officer", "director", "head")}
    for who in ("officer", "director"):
        assert "What would go, for good: “" in read[who]
        assert "met at home" in read[who]
    assert "met at home" not in read["head"]
    agrees = "Agree, and take it out"
    assert [agrees in read[who] for who in read] == [False, True, False]
    assert "it waits for a second person" in read["officer"]


def test_a_sent_back_report_keeps_what_was_approved(council: Cast) -> None:
    edition = making.approved(council)
    report = edition.report
    publishing.send_back(report, reason="March is wrong", by=council.actor("director"))
    edition.refresh_from_db()
    assert edition.state == EditionState.SENT_BACK
    with pytest.raises(NotAllowed):
        publishing.publish(edition, by=council.actor("officer"))


def test_a_section_that_nobody_reads_stops_approving(
    council: Cast, sign_in: Callable[[str], Client]
) -> None:
    report = making.signed(council)
    address, director = reverse("report-checklist", args=[report.code]), sign_in("director")
    page = text(director.get(address))
    assert "This report can be approved. " in page
    assert ", all answered." in page
    section = making.section_of(report)
    officer = council.actor("officer")
    writing.change_section(section, {"reader": None}, version=section.version, by=officer)
    page = text(director.get(address))
    assert "This report cannot be approved yet: one thing has to be put right first." in page
    assert "nobody is asked to read it" in page
    assert "Approve this report" not in page


def test_a_figure_says_of_which_day_it_is(council: Cast, sign_in: Callable[[str], Client]) -> None:
    edition = making.published(council)
    page = text(sign_in("board_member").get(f"{edition.url}figures/1/"))
    assert "As at 5 July 2016, as edition 1 was approved and published on 5 July 2016" in page


@pytest.mark.parametrize(
    ("words", "is_enough"),
    [
        (
            "We have no evidence of impact yet, because it began in March; we expect it by June.",
            True,
        ),
        ("We have no evidence of impact yet, because ...; we expect it by ...", False),
        ("We have no evidence of impact yet.", False),
    ],
)
def test_an_impact_section_has_evidence_or_says_why_not_and_by_when(
    words: str, is_enough: bool, council: Cast
) -> None:
    report = making.in_review(council, words)
    section = making.section_of(report)
    officer = council.actor("officer")
    writing.change_section(section, {"is_impact": True}, version=section.version, by=officer)
    errors = [one.key for one in publishing.prepare(report, TODAY).checklist.errors]
    assert (f"impact:{section.pk}" not in errors) == is_enough


def test_a_comment_is_resolved_by_name(council: Cast, sign_in: Callable[[str], Client]) -> None:
    report = making.begun(council)
    section = making.section_of(report)
    comment = writing.leave_comment(section, text="Why?", by=council.actor("head"))
    writing.resolve_comment(comment, by=council.actor("officer"))
    page = text(sign_in("head").get(section.url))
    assert f"; resolved by {council.person['officer']}, 5 July 2016" in page


def test_until_it_is_published_a_named_list_reads_it_marked_and_on_record(
    council: Cast, sign_in: Callable[[str], Client]
) -> None:
    edition = making.approved(council)
    officer, reader = council.actor("officer"), council.person["board_member"]
    at = officer.now + dt.timedelta(days=7)
    publishing.set_publication(edition, publish_at=at, readers=[reader], by=officer)
    assert sign_in("auditor").get(edition.url).status_code == 404
    assert "EMBARGOED until then" in text(sign_in("board_member").get(edition.url))
    packed = fetched(sign_in("board_member"), f"{edition.url}files/csv/").content
    with zipfile.ZipFile(io.BytesIO(packed)) as files_in_it:
        assert "EMBARGOED" in files_in_it.read("datapackage.json").decode()
    openings = EditionOpening.objects.values_list("person", "form", "is_before_publication")
    assert sorted(openings) == [(reader.pk, "csv", True), (reader.pk, "page", True)]
    assert not edition.files.exists()
    # Each time, as whoever publishes reads it; afterwards no more.
    sign_in("board_member").get(edition.url)
    assert "Opened 3 times before it was published" not in text(
        sign_in("board_member").get(edition.url)
    )
    page = text(sign_in("officer").get(edition.url))
    assert "Opened 4 times before it was published" in page
    assert f"{reader}, CSV files in a ZIP, " in page and f"{reader}, the page, " in page
    publishing.publish(Edition.objects.get(pk=edition.pk), by=council.actor("director"))
    sign_in("board_member").get(edition.url)
    published = Edition.objects.get(pk=edition.pk)
    with CaptureQueriesContext(connection) as queries:  # a reader again, who takes no lock
        publishing.note_opening(published, "page", by=council.actor("board_member"))
    assert {one["sql"].split()[0] for one in queries} == {"SELECT"}
    opened = Event.objects.about(edition).filter(verb="opened before publication")
    assert [one.by for one in opened] == [*([reader] * 4), council.person["officer"]]


def test_who_may_read_no_report_is_not_offered_as_its_reader(
    council: Cast, sign_in: Callable[[str], Client]
) -> None:
    """Neither who has left, nor who is appointed to what reads none: naming them gives nothing."""
    page = text(sign_in("officer").get(f"{making.approved(council).url}publish/"))
    people = {name: str(one) in page for name, one in council.person.items()}
    assert people["board_member"] and people["auditor"]
    assert not any(people[name] for name in ("leaver", "contributor", "administrator"))


@pytest.mark.parametrize(("days", "state"), [(-1, "published"), (1, "approved")])
def test_an_edition_waits_for_its_hour_by_the_day_that_people_work_by(
    days: int, state: str, council: Cast
) -> None:
    """Where the day is fixed, as in the sample, what is to come is not over by real time."""
    edition = making.approved(council)
    at = clock.now() + dt.timedelta(days=days)
    Edition.objects.filter(pk=edition.pk).update(publish_at=at)
    publish_job({"edition": edition.pk, "by": council.person["officer"].pk, "site": ""})
    edition.refresh_from_db()
    assert edition.state == state
    assert edition.published_at is None or timezone.localdate(edition.published_at) == TODAY
