"""Pages on which a report is written: the report, and a section."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.safestring import SafeString

from earlyhelp.report.assembly import assemble, blocks_in, heading_of, sections_of
from earlyhelp.report.content import identity_of, section_digest, writers_of
from earlyhelp.report.formats.markup import joined
from earlyhelp.report.formats.web import Writer
from earlyhelp.report.kept import kept
from earlyhelp.report.models import Comment, Report, ReportBlock, Section, SectionSignature
from earlyhelp.report.permissions import (
    WRITTEN_IN,
    ReportPermission,
    why_not_approve,
    why_not_remove_section,
    why_not_sign,
    why_not_write,
    why_not_write_block,
)
from earlyhelp.report.workflow import REPORT, ReportAct, ReportState
from earlyhelp.report.writing.mending import Remarks, SectionRemark, TextRemark, in_sections
from measures.querysets import Audience
from teams.authority import Actor


@dataclass(frozen=True)
class SectionRow:
    """A section in the list of a report."""

    section: Section
    url: str
    is_signed: bool
    open_comments: int
    asked: int


@dataclass(frozen=True)
class ReportPage:
    """A report with its sections, and what may be done with it."""

    report: Report
    rows: Sequence[SectionRow]
    editions: Sequence[object]
    sources: Sequence[object]
    may_keep: bool
    sends: bool
    approves: bool
    sends_back: bool
    revises: bool


def report_page(report: Report, by: Actor) -> ReportPage:
    """A report as somebody sees it who reads drafts."""
    sections = sections_of(report)
    signatures = SectionSignature.objects.filter(section__in=sections)
    signed = set(signatures.values_list("section", "by", "digest"))
    comments = _open_comments(sections)
    rows = [
        SectionRow(
            section=one,
            url=reverse("report-section", args=[report.code, one.pk]),
            is_signed=(one.pk, one.reader_id, section_digest(one)) in signed,
            open_comments=comments.get(one.pk, 0),
            asked=sum(block.asked_of_id is not None and not block.text for block in blocks_in(one)),
        )
        for one in sections
    ]
    keeps = by.authority.holds(ReportPermission.KEEP_REPORTS)
    approves = not why_not_approve(by.authority)
    return ReportPage(
        report=report,
        rows=rows,
        editions=list(report.editions.order_by("-number")),
        sources=list(report.sources.order_by("id")),
        may_keep=keeps and report.state in WRITTEN_IN,
        sends=keeps and REPORT.allows(ReportAct.SEND_TO_REVIEW, report.state),
        approves=approves and REPORT.allows(ReportAct.APPROVE, report.state),
        sends_back=approves and REPORT.allows(ReportAct.SEND_BACK, report.state),
        revises=keeps and REPORT.allows(ReportAct.REVISE, report.state),
    )


def _open_comments(sections: Sequence[Section]) -> Mapping[int, int]:
    found: dict[int, int] = {}
    for one in Comment.objects.filter(section__in=sections, resolved_at__isnull=True):
        found[one.section_id] = found.get(one.section_id, 0) + 1
    return found


@dataclass(frozen=True)
class BlockRow:
    """A block of a section, with where it is changed, where this person may."""

    block: ReportBlock
    label: str
    edit_url: str
    why_not: str


@dataclass(frozen=True)
class CommentRow:
    """A comment, with where it is resolved."""

    comment: Comment
    resolve_url: str


@dataclass(frozen=True)
class SectionPage:
    """A section: as it reads, what was found in it, its blocks and comments, and signing it."""

    section: Section
    content: SafeString
    remarks: Sequence[SectionRemark]
    blocks: Sequence[BlockRow]
    comments: Sequence[CommentRow]
    is_written: bool
    writes: bool
    removes: bool
    digest: str
    signs: bool
    why_not_sign: str
    is_signed: bool


def section_page(section: Section, by: Actor) -> SectionPage:
    """A section as it stands now, its numbers as they are now."""
    report = section.report
    [now] = sections_of(report, section)
    digest = section_digest(now)
    content, listed = _as_it_reads(now, digest, by)
    is_written = REPORT.allows(ReportAct.WRITE, report.state)
    writes = not why_not_write(by.authority, section) and is_written
    why_not = why_not_sign(by.authority, section, writers_of(section))
    is_signed = section.signatures.filter(by=section.reader_id, digest=digest).exists()
    waits = not is_signed and report.state == ReportState.IN_REVIEW
    return SectionPage(
        section=now,
        content=content,
        remarks=in_sections([now], listed, by),
        blocks=[_block_row(one, by) for one in blocks_in(now)],
        comments=[
            _comment_row(one, by) for one in section.comments.select_related("by", "resolved_by")
        ],
        is_written=is_written,
        writes=writes,
        removes=writes
        and by.authority.holds(ReportPermission.KEEP_REPORTS)
        and not why_not_remove_section(by.authority, section),
        digest=digest,
        signs=waits and not why_not,
        why_not_sign=why_not if waits and by.person.pk == section.reader_id else "",
        is_signed=is_signed,
    )


def _as_it_reads(section: Section, digest: str, by: Actor) -> tuple[SafeString, list[TextRemark]]:
    """A section with its numbers as they are now, and what is to be looked at; kept."""
    report = section.report
    sources = list(report.sources.order_by("-id"))

    def made() -> tuple[SafeString, list[TextRemark]]:
        now = assemble(report, audience=Audience.INTERNAL, today=by.today, of=[section])
        texts = {one.pk: one.text for one in blocks_in(section) if one.has_words}
        content = joined(map(Writer(now.document).section, now.document.sections))
        return content, Remarks(now.placing, texts, sources).listed()

    said = tuple((one.code, one.what, one.when, one.who) for one in sources)
    of = (report.code, report.title, report.period_text, heading_of(section), by.today)
    return kept(("section", digest, identity_of([section]), said, of), made)


def _block_row(block: ReportBlock, by: Actor) -> BlockRow:
    report = block.section.report
    why_not = why_not_write_block(by.authority, block)
    open_to = report.state in WRITTEN_IN and not why_not
    url = reverse("report-block", args=[report.code, block.pk]) if open_to else ""
    return BlockRow(block, block.get_kind_display(), url, why_not)


def _comment_row(comment: Comment, by: Actor) -> CommentRow:
    section = comment.section
    may = comment.by_id == by.authority.person_id or not why_not_write(by.authority, section)
    url = ""
    if may and comment.resolved_at is None:
        url = reverse("report-comment-resolve", args=[section.report.code, comment.pk])
    return CommentRow(comment, url)
