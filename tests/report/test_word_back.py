"""A draft that came back from Word: what differs, and nothing taken over without a tick."""

import io
import re

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from earlyhelp.core.actor import Refused
from earlyhelp.core.events.models import Event
from earlyhelp.core.workflow import NotAllowed
from earlyhelp.report.models import ReportBlock
from earlyhelp.report.placing import Passage
from earlyhelp.report.writing import actions as writing
from earlyhelp.report.writing.marked import marked
from earlyhelp.report.writing.word_back import BlockWords, by_heading, differences, taken_over
from earlyhelp.report.writing.word_in import WordParagraph
from tests.cast import Cast
from tests.pages import forms_of, text
from tests.report import making
from tests.report.fetching import fetched

TYPED = """First, {{open-cases}} cases were open.

- One **point**.
- Another point{{source census}}.

Last."""
SAME = ["First, 152 cases were open.", "One point.", "Another point[1].", "Last."]
BACK = [WordParagraph("What was done", "Heading2"), WordParagraph("Families were met in parks.")]


def block() -> BlockWords:
    passages = [
        Passage(1, 7, SAME[0], ((7, 10, "r/1"),)),
        Passage(1, 7, SAME[1]),
        Passage(1, 7, SAME[2], (), ((0, 13),)),
        Passage(1, 7, SAME[3]),
    ]
    return BlockWords(7, TYPED, passages)


def taken(*theirs: str) -> str:
    return taken_over(block(), differences([block()], theirs))


def test_the_same_words_differ_in_nothing() -> None:
    assert differences([block()], SAME) == []


@pytest.mark.parametrize(
    ("at", "words", "typed"),
    [
        (0, "First, 152 cases were still open.", "First, {{open-cases}} cases were still open."),
        (0, "152 cases were open at first.", "{{open-cases}} cases were open at first."),
        (0, "First, 153 cases were open.", "First, 153 cases were open."),
        (1, "One good point.", "- One good point."),
        (2, "Another good point[1].", "- Another good point{{source census}}."),
        (3, "The _end_.", "The \\_end\\_."),
    ],
)
def test_what_changed_is_taken_over_and_its_tokens_stay(at: int, words: str, typed: str) -> None:
    theirs = [*SAME[:at], words, *SAME[at + 1 :]]
    lines = TYPED.split("\n")
    lines[[0, 2, 3, 5][at]] = typed
    assert taken(*theirs) == "\n".join(lines)


def test_what_is_new_and_what_is_gone() -> None:
    last = "\n\nLast."
    assert taken(*SAME, "New.", "Newer.") == f"{TYPED}\n\nNew.\n\nNewer."
    assert taken(*SAME[:3]) == TYPED.removesuffix(last)


@pytest.mark.django_db
def test_a_changed_draft_is_shown_and_only_what_is_ticked_is_taken_over(
    council: Cast, client: Client
) -> None:
    report = making.begun(council, f"{making.WORDS}\n\nSecond paragraph.")
    by = council.actor("officer")
    writing.add_block(making.section_of(report), kind="framework", by=by)
    first = ReportBlock.objects.filter(kind="text")
    client.force_login(council.person["officer"])
    content = fetched(client, f"{report.url}draft/docx/").content
    url = reverse("report-word", args=[report.code])
    page = client.post(url, {"file": SimpleUploadedFile("d.docx", content)})
    assert "The draft says what the report says" in text(page)
    draft = docx.Document(io.BytesIO(content))
    for one in draft.paragraphs:
        if one.text.startswith("At the end"):
            one.add_run(" Nobody waited.")
        if one.text == "Second paragraph.":
            one.runs[0].text = "Second paragraph, rewritten."
    file = io.BytesIO()
    draft.save(file)
    page = client.post(url, {"file": SimpleUploadedFile("d.docx", file.getvalue())})
    said = text(page)
    assert "Second taken out: paragraph. (end)" in said
    assert "Second put in: paragraph, rewritten. (end)" in said
    [form] = [one for one in forms_of(page) if "words" in one.boxes]
    before = first.get().text
    client.post(url, {"words": form.boxes["words"]})
    assert first.get().text == before, "nothing was ticked"
    rows = page.context["sections"][0].rows
    assert len(rows) == 2
    client.post(url, {"words": form.boxes["words"], "take": [rows[0].key]})
    assert first.get().text == before.replace("at home.", "at home. Nobody waited.")
    assert "{{open-cases}}" in first.get().text
    assert Event.objects.filter(verb="block changed").count() == 1


@pytest.mark.django_db
def test_a_tick_for_words_that_changed_meanwhile_takes_nothing_over(council: Cast) -> None:
    report = making.begun(council)
    _, key = making.changed_in_word(report, council)
    changed = making.block_of(report)
    by = council.actor("officer")
    with pytest.raises(Refused):
        writing.look_to_take_words(report, BACK, [key], by=council.actor("head"))()
    writing.write_block(changed, {"text": "Rewritten."}, version=changed.version, by=by)
    with pytest.raises(NotAllowed, match="meanwhile"):
        writing.look_to_take_words(report, BACK, [key], by=by)()
    assert ReportBlock.objects.get().text == "Rewritten."


def test_a_part_that_a_draft_has_of_itself_is_nobodys_words() -> None:
    said = [("What was done", "Heading2"), ("We met.", ""), ("Sources", "Heading2"), ("A list", "")]
    found = by_heading([WordParagraph(*one) for one in said], ["What was done"])
    assert found == {"What was done": ["We met."]}


@pytest.mark.django_db
def test_words_that_are_somebody_elses_own_have_no_tick(council: Cast, client: Client) -> None:
    report = making.begun(council)
    own, by = making.own_words(report, council), council.actor("board_member")
    writing.write_block(own, {"text": "I saw good work."}, version=own.version, by=by)
    client.force_login(council.person["officer"])
    paragraphs = ["# What was done", "Families were met at home.", "I saw poor work."]
    file = SimpleUploadedFile("draft.docx", making.word(*paragraphs))
    page = text(client.post(f"{report.url}word/", {"file": file}))
    assert "I saw put in: poor (end) work." in page
    assert "Not yours to change" in page


@pytest.mark.parametrize(
    ("was", "now", "taken_out", "put_in"),
    [
        ("Families were met at home.", "Families were met in parks.", "at home.", "in parks."),
        ("There were 152 open cases.", "There were 153 open cases.", "152 ", "153 "),
        ("Families were met.", "Families were met. Often.", "", "Often."),
        ("All of it is new to us.", "Nothing here says so any more.", "All of it is new to us.",
         "Nothing here says so any more."),
        ("Families were met.", "", "Families were met.", ""),
    ],
)  # fmt: skip
def test_what_changed_is_marked_word_by_word(
    was: str, now: str, taken_out: str, put_in: str
) -> None:
    both = marked(was, now)
    assert "".join(one.text for one in both.was) == was
    assert "".join(one.text for one in both.now) == now
    assert "".join(one.text for one in both.was if one.is_changed) == taken_out
    assert "".join(one.text for one in both.now if one.is_changed) == put_in


def test_the_page_marks_the_words_for_who_hears_it_too(council: Cast, client: Client) -> None:
    report = making.begun(council, "Families were met at home.")
    client.force_login(council.person["officer"])
    words = making.word("# What was done", "Families were met in parks.")
    file = SimpleUploadedFile("d.docx", words)
    page = client.post(f"{report.url}word/", {"file": file}).content.decode()
    assert re.search(r"<ins[^>]*><span[^>]*> put in: </span>in parks\.", page), page
    assert re.search(r"<del[^>]*><span[^>]*> taken out: </span>", page)
