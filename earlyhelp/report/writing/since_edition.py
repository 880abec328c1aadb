"""What changed in a report since the edition that the committee saw, section by section."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import starmap, zip_longest

from earlyhelp.report.assembly import assemble, sections_of
from earlyhelp.report.content import content_digest, identity_of
from earlyhelp.report.kept import kept
from earlyhelp.report.models import Edition, Report
from earlyhelp.report.publishing.editions import document_in
from earlyhelp.report.publishing.passages import text_of
from earlyhelp.report.tree import (
    Block,
    ChartBlock,
    Document,
    DocumentSection,
    Points,
    Quote,
    TableBlock,
)
from earlyhelp.report.writing.marked import Marked, marked
from measures.querysets import Audience
from teams.authority import Actor

# Between the cells of a table's row.
_CELLS = " | "


@dataclass(frozen=True)
class SectionChange:
    """A section that reads otherwise: paragraphs and rows of tables, as they were and are.

    ``is_new`` and ``is_gone`` are of whole sections; a row's side is empty where there is none.
    """

    heading: str
    rows: Sequence[tuple[str, str]]
    is_new: bool = False
    is_gone: bool = False

    @property
    def marked(self) -> list[Marked]:
        """The same, with what differs word by word."""
        return list(starmap(marked, self.rows))


def newest_edition(report: Report) -> Edition | None:
    """The edition that people were given last, withdrawn or not; None before the first."""
    return report.editions.order_by("-number").first()


def changes_since(edition: Edition, report: Report, by: Actor) -> list[SectionChange]:
    """The sections that read otherwise now, figures included, in their order; then those gone.

    A section is known by its heading, wherever it stands.
    """
    sections = sections_of(report)

    def made() -> list[SectionChange]:
        now = assemble(report, audience=Audience.INTERNAL, today=by.today, of=sections)
        return _changed(document_in(edition, Audience.INTERNAL), now.document)

    content = content_digest(report, sections)
    return kept(("since", edition.internal_digest, content, identity_of(sections), by.today), made)


def _changed(earlier: Document, later: Document) -> list[SectionChange]:
    now, before = (_by_heading(one.sections) for one in (later, earlier))
    found = [
        SectionChange(
            heading[0],
            list(_differing(before.get(heading, []), now.get(heading, []))),
            is_new=heading not in before,
            is_gone=heading not in now,
        )
        for heading in dict.fromkeys([*now, *before])
    ]
    return [one for one in found if one.rows or one.is_new or one.is_gone]


def _by_heading(sections: Iterable[DocumentSection]) -> dict[tuple[str, int], list[str]]:
    """The lines of each section, by its heading without its number; equal ones in their order."""
    found: dict[tuple[str, int], list[str]] = {}
    for one in sections:
        heading = one.heading.partition(" ")[2]
        found[heading, sum(other == heading for other, _ in found)] = list(_lines(one))
    return found


def _differing(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The lines that differ, side by side where one took another's place."""
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind != "equal":
            yield from starmap(_shorter, zip_longest(before[a:b], after[c:d], fillvalue=""))


def _shorter(was: str, now: str) -> tuple[str, str]:
    """Of a row of a table, on either side, its head and the cells that differ."""
    cells = [side.split(_CELLS) for side in (was, now)]
    if len(cells[0]) != len(cells[1]) or len(cells[0]) == 1 or cells[0][0] != cells[1][0]:
        return was, now
    pairs = [(one, other) for one, other in zip(*cells, strict=True) if one != other]
    before, after = zip((cells[0][0],) * 2, *pairs, strict=True)
    return _CELLS.join(before), _CELLS.join(after)


def _lines(section: DocumentSection) -> Iterator[str]:
    """What a section says, line by line: paragraphs, points, rows of tables."""
    for block in section.blocks:
        yield from (" ".join(line.split()) for line in _of_block(block) if line.strip())


def _of_block(block: Block) -> Iterator[str]:
    match block:
        case Points():
            yield from (text_of(item) for item in block.items)
        case Quote():
            yield text_of(block)
        case TableBlock() | ChartBlock():
            table = block.table if isinstance(block, ChartBlock) else block
            yield table.title
            for row in table.rows:
                yield _CELLS.join(text_of(cell).replace("|", "/") for cell in row.cells)
            yield from map(text_of, table.notes)
        case _:
            yield text_of(block)
