"""Words taken in: a Word document is read within limits, and its numbers are looked at."""

import io
import zipfile

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from earlyhelp.core.actor import Refused
from earlyhelp.core.files.cells import Unreadable
from earlyhelp.report.models import ReportBlock
from earlyhelp.report.writing import actions as writing
from earlyhelp.report.writing.word_in import as_text, read_word
from tests.cast import Cast
from tests.pages import text
from tests.report import making

HEAD = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'


def packed(body: str, head: str = HEAD) -> io.BytesIO:
    """A document of this XML."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("word/document.xml", f"{head}<w:body>{body}</w:body></w:document>")
    file.seek(0)
    return file


def test_headings_points_and_tables_are_read_in_their_order() -> None:
    made = docx.Document()
    made.add_heading("How much", 1)
    made.add_paragraph("Teams closed 260 cases.")
    made.add_heading("In the north", 3)
    made.add_paragraph("First", style="List Bullet")
    made.add_paragraph("Second", style="List Bullet")
    table = made.add_table(2, 2)
    for cell, words in zip(table._cells, ["Measure", "2015-16", "Open cases", "152"], strict=True):
        cell.text = words
    made.add_paragraph("After *it*, [see] #1.")
    made.add_paragraph("37. of them")
    file = io.BytesIO()
    made.save(file)
    file.seek(0)
    assert as_text(read_word(file)) == (
        "# How much\n\nTeams closed 260 cases.\n\n## In the north\n\n- First\n- Second\n"
        "- Measure; 2015-16\n- Open cases; 152\n\nAfter \\*it\\*, \\[see\\] #1.\n\n37\\. of them"
    )


def test_what_was_deleted_with_changes_tracked_is_left_out() -> None:
    body = (
        "<w:p><w:r><w:t>Open: </w:t></w:r><w:del><w:r><w:delText>140</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>152</w:t></w:r></w:ins></w:p>"
    )
    assert [one.words for one in read_word(packed(body))] == ["Open: 152"]


def test_a_hyphen_that_keeps_a_year_together_is_read() -> None:
    body = "<w:p><w:r><w:t>In 2015</w:t><w:noBreakHyphen/><w:t>16</w:t></w:r></w:p>"
    assert [one.words for one in read_word(packed(body))] == ["In 2015-16"]


def _declared() -> io.BytesIO:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>' + HEAD
    return packed("<w:p><w:r><w:t>&a;</w:t></w:r></w:p>", bomb)


@pytest.mark.parametrize(
    "file",
    [
        io.BytesIO(b"Teams closed 260 cases."),
        io.BytesIO(b"\xd0\xcf\x11\xe0" + b"0" * 100),
        io.BytesIO(b"0" * (20 * 1024 * 1024 + 1)),
        _declared(),
        packed("<w:p>" * 90 + "</w:p>" * 90),
        packed("<w:p><w:r><w:t>" + "a" * 60 * 1024 * 1024 + "</w:t></w:r></w:p>"),
    ],
    ids=["text", "old", "large", "entities", "deep", "unpacks to too much"],
)
def test_what_is_no_document_or_too_much_is_refused(file: io.BytesIO) -> None:
    file.seek(0)
    with pytest.raises(Unreadable, match="cannot be read as a Word document"):
        read_word(file)


@pytest.mark.parametrize(
    ("run", "most", "what"),
    [
        ("<w:r><w:t>xxxxxxxxxx</w:t></w:r>", 100_000, "1,000,000 letters"),
        ("<w:b/>", 400_000, "400,000 marks of layout"),
        ('<w:b w:val="0"/>', 200_000, "400,000 marks of layout"),
    ],
    ids=["letters", "elements", "attributes"],
)
def test_a_document_of_more_than_any_report_has_is_refused_with_the_way_out(
    run: str, most: int, what: str
) -> None:
    """The limits count work: what little stands around the runs is within their last one."""
    read_word(packed(f"<w:p>{run * (most - 10)}</w:p>"))
    with pytest.raises(Unreadable, match=f"more than {what}: divide it by its sections"):
        read_word(packed(f"<w:p>{run * (most + 1)}</w:p>"))


@pytest.mark.django_db
def test_a_document_s_numbers_are_listed_with_what_they_seem_to_be(
    council: Cast, client: Client
) -> None:
    section = making.section_of(making.begun(council))
    words = ["# Work", "276 cases were closed in 2015-16.", "There were 17 picnics on 3 May 2015."]
    file = SimpleUploadedFile("draft.docx", making.word(*words))
    client.force_login(council.person["officer"])
    url = reverse("report-section-word", args=[section.report.code, section.pk])
    page = client.post(url, {"file": file}, follow=True)
    block = ReportBlock.objects.get(text__contains="picnics")
    assert block.text == "\n\n".join(words)
    assert "“276” has no source" in text(page)
    assert "{{cases-closed}} shows 276" in text(page)
    assert "“17” has no source" in text(page)
    assert "“3” has no source" not in text(page), "a day is no figure"


@pytest.mark.django_db
def test_a_file_that_is_no_document_is_told_and_changes_nothing(
    council: Cast, client: Client
) -> None:
    section = making.section_of(making.begun(council))
    client.force_login(council.person["officer"])
    url = reverse("report-section-word", args=[section.report.code, section.pk])
    page = client.post(url, {"file": SimpleUploadedFile("draft.docx", b"words")})
    assert "cannot be read as a Word document" in text(page)
    assert ReportBlock.objects.count() == 1


@pytest.mark.django_db
def test_the_scrutineer_s_words_are_changed_by_nobody_else(council: Cast, client: Client) -> None:
    report = making.begun(council)
    block = making.own_words(report, council)
    client.force_login(council.person["board_member"])
    assert "The independent scrutineer's words" in text(client.get(reverse("reports")))
    url = reverse("report-block", args=[report.code, block.pk])
    typed = {"text": "I saw good work.", "position": "20", "version": str(block.version)}
    assert client.post(url, typed).status_code == 302
    block.refresh_from_db()
    assert block.text == "I saw good work."
    assert "still yours to change" in text(client.get(reverse("reports")))
    for person in ("officer", "director", "head"):
        by = council.actor(person)
        with pytest.raises(Refused):
            writing.write_block(block, {"text": "Better."}, version=block.version, by=by)
        with pytest.raises(Refused):
            writing.remove_block(block, version=block.version, by=by)
    client.force_login(council.person["officer"])
    assert client.get(url).status_code == 403
    assert "alone: nobody else changes them" in text(client.get(making.section_of(report).url))
