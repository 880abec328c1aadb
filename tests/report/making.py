"""Reports for tests: begun, in review, approved, published, withdrawn; by the cast."""

import datetime as dt
import io
import json

import docx
from django.utils import timezone

from earlyhelp.report.assembly import sections_of
from earlyhelp.report.content import content_digest, section_digest
from earlyhelp.report.files import digest_of_file
from earlyhelp.report.models import Edition, EditionFile, Redaction, Report, ReportBlock, Section
from earlyhelp.report.publishing import actions as publishing
from earlyhelp.report.publishing.passages import document_of, passages_of
from earlyhelp.report.writing import actions as writing
from earlyhelp.report.writing.word_back import word_differences
from earlyhelp.report.writing.word_in import WordParagraph
from tests.cast import Cast

CODE = "2015-16"
WORDS = "At the end of the year there were {{open-cases}} open cases. Families were met at home."


def begun(cast: Cast, text: str = WORDS) -> Report:
    """A report with one section, written by the officer, to be read by North's head."""
    by = cast.actor("officer")
    report = writing.begin_report(code=CODE, period="2015-16", title="Early help", by=by)
    section = writing.add_section(
        report,
        heading="What was done",
        writer=cast.person["officer"],
        reader=cast.person["head"],
        by=by,
    )
    writing.add_block(section, text=text, by=by)
    report.refresh_from_db()
    return report


def section_of(report: Report) -> Section:
    """Its section."""
    return Section.objects.select_related("report").get(report=report)


def block_of(report: Report) -> ReportBlock:
    """Its block."""
    return ReportBlock.objects.select_related("section__report").get(section__report=report)


def own_words(report: Report, cast: Cast, person: str = "board_member") -> ReportBlock:
    """A paragraph that somebody is asked for, and that nobody else changes."""
    return writing.ask_for_paragraph(
        section_of(report),
        of=cast.person[person],
        wanted="The independent scrutineer's words",
        due_on=dt.date(2016, 7, 21),
        is_own=True,
        by=cast.actor("officer"),
    )


def word(*paragraphs: str) -> bytes:
    """A Word document of these paragraphs; one with a # is a heading."""
    made = docx.Document()
    for one in paragraphs:
        if one.startswith("# "):
            made.add_heading(one[2:], 1)
        else:
            made.add_paragraph(one)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def changed_in_word(report: Report, cast: Cast) -> tuple[str, str]:
    """A draft that came back with another sentence: its words as the page keeps them, a tick."""
    kept = [("What was done", "Heading2", False), ("Families were met in parks.", "", False)]
    paragraphs = [WordParagraph(words, style) for words, style, _ in kept]
    [section] = word_differences(report, paragraphs, cast.actor("officer"))
    return json.dumps(kept), section.rows[0].key


def in_review(cast: Cast, text: str = WORDS) -> Report:
    """The same, sent to review."""
    return writing.send_to_review(begun(cast, text), by=cast.actor("officer"))


def signed(cast: Cast, text: str = WORDS) -> Report:
    """The same, signed by its reader, its warnings answered: ready to be approved."""
    return _signed(cast, in_review(cast, text))


def _signed(cast: Cast, report: Report) -> Report:
    [section] = sections_of(report)
    writing.sign_section(section, digest=section_digest(section), by=cast.actor("head"))
    return answer_all(cast, report)


def answer_all(cast: Cast, report: Report) -> Report:
    """Every warning of its checklist answered by the officer."""
    officer = cast.actor("officer")
    listed = publishing.prepare(report, officer.today).checklist
    answers = {one.key: "It is as it should be" for one in listed.warnings}
    publishing.answer_warnings(report, answers, checklist=listed, by=officer)
    return report


def approved(cast: Cast, text: str = WORDS) -> Edition:
    """The same, approved by the director."""
    return approve(cast, signed(cast, text))


def approve(cast: Cast, report: Report, kind: str = "") -> Edition:
    """What the director approves, as it stands."""
    content = content_digest(report)
    return publishing.approve(report, content=content, kind=kind, by=cast.actor("director"))


def signed_again(cast: Cast, report: Report) -> Report:
    """A report that is being revised, signed by its reader, its warnings answered."""
    return _signed(cast, writing.send_to_review(report, by=cast.actor("officer")))


def approved_again(cast: Cast, report: Report) -> Edition:
    """A new edition of a report that is being revised, approved as it stands."""
    return approve(cast, signed_again(cast, report))


def published(cast: Cast, text: str = WORDS) -> Edition:
    """The same, published, with its file of a kind built already."""
    edition = publishing.publish(approved(cast, text), by=cast.actor("officer"))
    for audience in ("internal", "external"):
        EditionFile.objects.create(
            edition=edition,
            audience=audience,
            kind="csv",
            document_digest=edition.digest(audience),
            content=b"built before",
            digest=digest_of_file(b"built before"),
            built_at=timezone.now(),
        )
    return edition


def withdrawn(cast: Cast) -> Edition:
    """The same, withdrawn by the director."""
    return publishing.withdraw(
        published(cast), reason="A name stands in it", by=cast.actor("director")
    )


def redaction(cast: Cast) -> Redaction:
    """A passage of a withdrawn edition that the officer asks to be taken out."""
    edition = withdrawn(cast)
    place = next(
        one.place for one in passages_of(document_of(edition.internal)) if "met at home" in one.text
    )
    return publishing.ask_redaction(
        edition, place=place, ground="A family can be recognised", by=cast.actor("officer")
    )
