"""What a section says, as a digest: what a reader signed, and what an approver has read."""

import hashlib
import json
from collections.abc import Iterable

from earlyhelp.core.events.models import Event
from earlyhelp.report.assembly import blocks_in, sections_of
from earlyhelp.report.models import Report, ReportBlock, Section
from earlyhelp.report.verbs import ReportVerb


def section_digest(section: Section) -> str:
    """The digest of a section that ``sections_of`` gave, with its blocks."""
    said = [
        section.heading,
        section.level,
        section.source.code if section.source else "",
        [_said(block) for block in blocks_in(section)],
    ]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _said(block: ReportBlock) -> list[object]:
    source = block.source.code if block.source else ""
    return [block.kind, block.text, block.data, source, block.copied_from]


def content_digest(report: Report, sections: Iterable[Section] | None = None) -> str:
    """The digest of everything that a report says in words and of what it places."""
    listed = sections_of(report) if sections is None else sections
    sources = list(report.sources.values_list("code", "what", "when", "who"))
    said = [report.title, report.marking, sources, [section_digest(one) for one in listed]]
    return hashlib.sha256(json.dumps(said, default=str).encode()).hexdigest()


def identity_of(sections: Iterable[Section]) -> tuple[object, ...]:
    """Which sections and blocks these are, where they stand, and what each is for."""
    return tuple(
        (one.pk, one.is_impact, tuple((block.pk, block.position) for block in blocks_in(one)))
        for one in sections
    )


_WRITING = (ReportVerb.BLOCK_ADDED, ReportVerb.BLOCK_CHANGED)


def writers_of(section: Section) -> set[int]:
    """Who wrote in a section, by id: its lead writer, and whoever saved a block of it."""
    blocks = ReportBlock.objects.filter(section=section).order_by().values("pk")
    events = Event.objects.filter(
        subject_type=ReportBlock._meta.model_name, subject_id__in=blocks, verb__in=_WRITING
    )
    wrote = {pk for pk in events.values_list("by", flat=True) if pk is not None}
    return wrote | ({section.writer_id} if section.writer_id else set())
