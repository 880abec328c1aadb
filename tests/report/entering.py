"""A written report entered as its writer would, and what became of its numbers.

Every number that the checker is certain of is placed, then those that it knows to be wrong are
placed at what they come to; what is left is declared, with one source for a section.
"""

from collections import Counter
from collections.abc import Iterator

from earlyhelp.report.assembly import assemble
from earlyhelp.report.checker import possible_figures, undeclared
from earlyhelp.report.models import Report, ReportBlock
from earlyhelp.report.words import undeclared_in
from earlyhelp.report.writing import actions
from earlyhelp.report.writing.desk import beside
from earlyhelp.report.writing.mending import Mend, TextRemark, all_sure
from measures.querysets import Audience
from teams.authority import Actor

PLACED, MENDED, DECLARED, SOURCES = "placed", "placed at what they come to", "declared", "sources"
NOTHING, LEFT = "no figure", "left without a source"
BECAME = (PLACED, MENDED, DECLARED, SOURCES, NOTHING, LEFT)


def sections_of(text: str) -> Iterator[tuple[str, str]]:
    """The headings of a text with what stands under each; nothing for one with nothing."""
    heading = "Report"
    lines: list[str] = []
    for line in [*text.splitlines(), "# "]:
        if line.startswith("# "):
            words = "\n".join(lines).strip()
            if words:
                yield heading, words
            heading = line[2:].strip()
            lines = []
        else:
            lines.append(line)


def _from_data(remarks: list[TextRemark]) -> list[Mend]:
    """What would place a number that is wrong, the last one first."""
    mends = [one.mends[0] for one in remarks if one.mends and one.mends[0].shows]
    return sorted(mends, key=lambda one: one.start, reverse=True)


class Entering:
    """One report, entered section by section; ``counts`` is what became of its numbers."""

    def __init__(self, period: str, by: Actor) -> None:
        self.by = by
        self.counts: Counter[str] = Counter()
        code = f"{period.lower().replace(' ', '-')}-entered"
        self.report: Report = actions.begin_report(
            code=code, period=period, title="A report entered by a script", by=by
        )

    def section(self, heading: str, words: str) -> None:
        """One section: its numbers placed as far as the data have them, the others declared."""
        typed = len(undeclared(words))
        self.counts[NOTHING] += len(possible_figures(words)) - typed
        section = actions.add_section(
            self.report, heading=heading, writer=self.by.person, reader=None, by=self.by
        )
        block = actions.add_block(section, text=words, by=self.by)
        for name, change in ((PLACED, self._sure), (MENDED, self._wrong)):
            before = self._open(block)
            text = change(block)
            block = actions.write_block(block, {"text": text}, version=block.version, by=self.by)
            self.counts[name] += before - self._open(block)
        self._declare(block, heading)

    def _open(self, block: ReportBlock) -> int:
        """How many numbers of a block are typed and have no source."""
        made = assemble(self.report, audience=Audience.INTERNAL, today=self.by.today)
        return sum(one.passage.block_id == block.pk for one in undeclared_in(made.placing.passages))

    def _sure(self, block: ReportBlock) -> str:
        return all_sure(block.text, beside(block, self.by).remarks)

    def _wrong(self, block: ReportBlock) -> str:
        text = block.text
        for mend in _from_data(beside(block, self.by).remarks):
            text = mend.applied(text)
        return text

    def _declare(self, block: ReportBlock, heading: str) -> None:
        left = self._open(block)
        if not left:
            return
        number = self.counts[SOURCES] + 1
        source = actions.give_source(
            self.report,
            code=f"source-{number}",
            what=f"What “{heading[:150]}” rests on",
            when="2016",
            who="Its writer",
            by=self.by,
        )
        values = {"source": source}
        block = actions.write_block(block, values, version=block.version, by=self.by)
        self.counts[SOURCES] = number
        self.counts[LEFT] += self._open(block)
        self.counts[DECLARED] += left - self._open(block)


def entered(text: str, period: str, by: Actor) -> Counter[str]:
    """Enter a text, section by section, and count; the report stays."""
    entering = Entering(period, by)
    for heading, words in sections_of(text):
        entering.section(heading, words)
    return entering.counts
