"""A block while it is written: how it reads, what is to be looked at, and figures to put in."""

from dataclasses import dataclass

from django.utils.safestring import SafeString

from earlyhelp.report.assembly import Assembled, assemble, blocks_in, sections_of
from earlyhelp.report.formats.markup import joined
from earlyhelp.report.formats.web import Writer
from earlyhelp.report.models import ReportBlock
from earlyhelp.report.writing.finding import FigureFinder, audience_for, figure_finder
from earlyhelp.report.writing.mending import Remarks, TextRemark
from measures.querysets import Audience
from teams.authority import Actor


@dataclass(frozen=True)
class BesideText:
    """What stands beside a text: how it reads now, and what is to be looked at in it."""

    content: SafeString
    remarks: list[TextRemark]

    @property
    def sure(self) -> int:
        """How many numbers surely come from the data."""
        return sum(one.is_sure for one in self.remarks)


@dataclass(frozen=True)
class Desk:
    """Everything beside the form of a block."""

    beside: BesideText
    finder: FigureFinder


def desk_of(block: ReportBlock, asked: str, by: Actor) -> Desk:
    """The desk of a block with its words as they are typed, saved or not."""
    made, beside = _read(block, by)
    finder = figure_finder(block.section.report, asked, by, made.placing.resolver)
    return Desk(beside, finder)


def beside(block: ReportBlock, by: Actor) -> BesideText:
    """How a block reads with its words as they are typed, and what is to be looked at in it."""
    return _read(block, by)[1]


def _read(block: ReportBlock, by: Actor) -> tuple[Assembled, BesideText]:
    report, audience = block.section.report, audience_for(by)
    [section] = sections_of(report, block.section)
    block.section = section
    blocks = [block if one.pk == block.pk else one for one in blocks_in(section)]
    section.blocks_in_order = [one for one in blocks if one.pk == block.pk]  # type: ignore[attr-defined]  # as sections_of does
    made = assemble(report, audience=audience, today=by.today, of=[section])
    remarks = Remarks(
        made.placing,
        {block.pk: block.text} if block.has_words else {},
        list(report.sources.order_by("-id")),
        holds_to_data=audience == Audience.INTERNAL,
    )
    return made, BesideText(read_aloud(made), remarks.listed())


def read_aloud(made: Assembled) -> SafeString:
    """The blocks of a document's sections as they read."""
    writer = Writer(made.document)
    return joined(
        [writer.block(one) for section in made.document.sections for one in section.blocks]
    )
