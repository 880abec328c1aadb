"""A report put together as a document for one audience: what is previewed, checked and frozen."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from earlyhelp.core.version import VERSION
from earlyhelp.report.blocks.builders import BUILDERS, LAST, WIDE
from earlyhelp.report.blocks.context import BlockContext
from earlyhelp.report.models import BlockKind, Report, ReportBlock, Section
from earlyhelp.report.periods import title_of
from earlyhelp.report.placing import Passage, Placing
from earlyhelp.report.text import slug
from earlyhelp.report.tokens.resolver import Resolver
from earlyhelp.report.tree import Block as Node
from earlyhelp.report.tree import Document, DocumentSection, Paragraph, Run
from measures.querysets import Audience
from teams.models import Council


@dataclass(frozen=True)
class Assembled:
    """A document with what was found on the way: problems, passages and figures as they are."""

    document: Document
    placing: Placing


def sections_of(report: Report, only: Section | None = None) -> list[Section]:
    """Its sections in order, or ``only`` one, with blocks and numbers; two or three queries."""
    blocks = ReportBlock.objects.filter(removed_at__isnull=True).select_related("source", "only_by")
    sections = report.sections.filter(removed_at__isnull=True)
    if only is not None:
        sections = sections.filter(pk=only.pk)
    listed = list(sections.select_related("source", "writer", "reader").order_by("position", "id"))
    by_section: dict[int, list[ReportBlock]] = {one.pk: [] for one in listed}
    for block in blocks.filter(section__in=listed).order_by("position", "id"):
        by_section[block.section_id].append(block)
    numbers = _numbered(listed if only is None else _levels_of(report))
    for section in listed:
        section.report = report
        section.number = numbers[section.pk]  # type: ignore[attr-defined]  # ours alone
        section.blocks_in_order = by_section[section.pk]  # type: ignore[attr-defined]  # ours alone
        for block in section.blocks_in_order:  # type: ignore[attr-defined]
            block.section = section
    return listed


def _levels_of(report: Report) -> list[Section]:
    """All its sections in order, with what numbers them alone."""
    sections = report.sections.filter(removed_at__isnull=True).only("level")
    return list(sections.order_by("position", "id"))


def _numbered(sections: Iterable[Section]) -> dict[int, str]:
    """The numbers of sections as they are printed: ``3.1``."""
    found, numbers = {}, [0, 0, 0]
    for one in sections:
        numbers[one.level - 1] += 1
        numbers[one.level :] = [0] * (3 - one.level)
        found[one.pk] = ".".join(map(str, numbers[: one.level]))
    return found


def heading_of(section: Section) -> str:
    """The heading of a section that ``sections_of`` gave, as it is printed: ``3.1 Open cases``."""
    return f"{section.number} {section.heading}"  # type: ignore[attr-defined]  # see sections_of


def blocks_in(section: Section) -> list[ReportBlock]:
    """The blocks of a section that ``sections_of`` gave."""
    return list(section.blocks_in_order)  # type: ignore[attr-defined]  # see sections_of


def assemble(
    report: Report,
    *,
    audience: Audience,
    today: dt.date,
    edition: int = 0,
    state: str = "",
    of: Iterable[Section] | None = None,
    resolver: Resolver | None = None,
    beside: "Assembled | None" = None,
) -> Assembled:
    """The report as a document, its figures as they are now; ``of`` these sections alone.

    They are as ``sections_of`` gave them, or with blocks as somebody is typing them.

    ``beside`` is the same report for another audience: its references are taken, and what it read.
    """
    resolver = resolver or Resolver.load(report.period, today, audience)
    placing = _placing(report, resolver, audience, edition, beside)
    sections = sections_of(report) if of is None else of
    made = _Assembly(report, placing, audience, today).sections(sections)
    council = Council.objects.first()
    document = Document(
        code=report.code,
        title=report.title,
        council=council.name if council else "",
        area=resolver.counts.city.name,
        period=title_of(report.period),
        marking=report.marking,
        authors=tuple(report.authors.order_by("name").values_list("name", flat=True)),
        figures_as_at=today.isoformat(),
        edition=edition,
        state=state,
        published_on="",
        audience="external" if audience == Audience.EXTERNAL else "internal",
        sections=tuple(made),
        figures=tuple(placing.figures),
        sources=tuple(placing.notes),
        code_version=VERSION,
        counted=placing.counted,
    )
    return Assembled(document, placing)


def _placing(
    report: Report,
    resolver: Resolver,
    audience: Audience,
    edition: int,
    beside: Assembled | None,
) -> Placing:
    """Where numbers are put; what was read and referred to for another audience is taken over."""
    if beside is not None:
        resolver.audits = beside.placing.resolver.audits
        resolver.plans = beside.placing.resolver.plans
    return Placing(
        resolver,
        {one.code: one for one in report.sources.all()},
        f"{report.code}/" if edition < 2 else f"{report.code}/{edition}.",
        dict(beside.placing.references) if beside is not None else {},
        names_missing=audience == Audience.INTERNAL,
    )


class _Assembly:
    """Sections being put together, those that speak of all others last."""

    def __init__(
        self, report: Report, placing: Placing, audience: Audience, today: dt.date
    ) -> None:
        self._report = report
        self._placing = placing
        self._audience = audience
        self._today = today
        self._anchors: dict[int, str] = {}

    def sections(self, sections: Iterable[Section]) -> list[DocumentSection]:
        listed = list(sections)
        self._note(0, self._report.title)
        built: dict[int, list[Node]] = {}
        self._anchors = {one.pk: self._placing.anchor(slug(one.heading)) for one in listed}
        for is_last in (False, True):
            for section in listed:
                if not is_last:
                    self._note(section.pk, section.heading)
                for block in blocks_in(section):
                    if (block.kind in LAST) == is_last:
                        built[block.pk] = self._block(block, section, heading_of(section))
        return [self._section(one, heading_of(one), built) for one in listed]

    def _note(self, section_id: int, *texts: str, block_id: int = 0) -> None:
        """Have words checked that stand outside of any text: headings and titles."""
        passages = (Passage(section_id, block_id, text) for text in texts if text)
        self._placing.passages.extend(passages)

    def _block(self, block: ReportBlock, section: Section, heading: str) -> list[Node]:
        placing = self._placing
        placing.section, placing.section_id, placing.block_id = heading, section.pk, block.pk
        self._note(section.pk, *_titles(block), block_id=block.pk)
        context = BlockContext(
            *(self._report, block, placing, self._audience, self._today),
            anchor=placing.anchor(f"{self._anchors[section.pk]}-{block.position}"),
        )
        return list(BUILDERS[block.kind](context))

    def _section(
        self, section: Section, heading: str, built: dict[int, list[Node]]
    ) -> DocumentSection:
        nodes = [node for block in blocks_in(section) for node in built[block.pk]]
        if section.source is not None:
            mark = self._placing.source(section.source)
            nodes.append(Paragraph((Run("Numbers in this section: "), mark), role="note"))
        return DocumentSection(
            heading=heading,
            anchor=self._anchors[section.pk],
            level=section.level,
            blocks=tuple(nodes),
            is_landscape=any(block.kind in WIDE for block in blocks_in(section)),
        )


def _titles(block: ReportBlock) -> list[str]:
    """What was typed into a block beside its text, or is no text of its own."""
    is_listed = block.kind == BlockKind.ABBREVIATIONS
    return [str(block.data_of.get("title") or ""), block.text if is_listed else ""]
