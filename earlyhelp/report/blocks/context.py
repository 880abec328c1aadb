"""What building a block needs, and the small nodes that every kind of block is made of."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from earlyhelp.report.models import Report, ReportBlock
from earlyhelp.report.periods import ReportPeriod
from earlyhelp.report.placing import Passage, Placing
from earlyhelp.report.text import TextReader
from earlyhelp.report.tokens.grammar import TokenError
from earlyhelp.report.tokens.resolver import Resolver
from earlyhelp.report.tokens.shown import ShownFigure
from earlyhelp.report.tree import Block as Node
from earlyhelp.report.tree import Paragraph, Run, TableCell, TableRow
from measures.counting.catalogue import MeasureSpec
from measures.counting.display import rounded
from measures.querysets import Audience


@dataclass(frozen=True)
class BlockContext:
    """A block of a report being put into a document."""

    report: Report
    block: ReportBlock
    placing: Placing
    audience: Audience
    today: dt.date
    anchor: str

    @property
    def resolver(self) -> Resolver:
        """What answers tokens."""
        return self.placing.resolver

    @property
    def period(self) -> ReportPeriod:
        """What the report is about."""
        return self.resolver.period

    @property
    def is_external(self) -> bool:
        """Whether the document leaves the house."""
        return self.audience == Audience.EXTERNAL

    def words(self, text: str) -> list[Node]:
        """A text as nodes; its numbers are declared where the block or its section has a source."""
        source = self.block.source or self.block.section.source
        reader = TextReader(
            self.placing, source, is_copied=bool(self.block.copied_from), anchor=self.anchor
        )
        return reader.read(text)

    def taken_in(self, text: str) -> Paragraph:
        """Words from elsewhere in the system, whose numbers are declared by whose they are."""
        placing = self.placing
        placing.passages.append(
            Passage(placing.section_id, placing.block_id, text, (), ((0, 1 << 30),), True)
        )
        return Paragraph((Run(text),))

    def measures(self) -> list[MeasureSpec]:
        """The measures that the block names, or the whole framework, as far as it was asked."""
        counts = self.resolver.counts
        codes = self.block.data_of.get("measures") or list(counts.measures)
        found = [counts.measures[code] for code in codes if code in counts.measures]
        for code in codes:
            if code not in counts.measures:
                self.placing.token(code)  # says that there is none
        rollup = counts.area(()).rollup
        return [one for one in found if rollup.was_asked(one)]

    def unchosen(self, what: str) -> Paragraph:
        """What stands where a block shows nothing before somebody chooses what."""
        run = self.placing.problem(f"choose {what}", f"Choose {what} for this block to show")
        return Paragraph((run,))

    def areas(self) -> tuple[str, ...]:
        """The codes of the localities that the block is about; nothing for the city."""
        names = self.block.data_of.get("areas") or []
        try:
            return self.resolver.measures.areas(names)
        except TokenError:
            self.placing.token(f"area {', '.join(names)}")
            return ()

    def figure(self, token: str) -> TableCell:
        """A cell that shows what a token says."""
        return self.cell(self.resolver.answer(token), token)

    def cell(self, shown: ShownFigure, token: str) -> TableCell:
        """A cell that shows a number, with the value behind it."""
        return TableCell((self.placing.figure(shown, token),), value_of(shown))


def value_of(shown: ShownFigure) -> str:
    """The number behind what is shown, rounded as it is; nothing for words."""
    if shown.is_hidden or shown.exact is None:
        return ""
    return str(rounded(Fraction(shown.exact), shown.places))


def words_cell(text: str) -> TableCell:
    """A cell of words."""
    return TableCell((Run(text),))


def words_row(texts: Iterable[str]) -> TableRow:
    """A row of words."""
    return TableRow(tuple(words_cell(text) for text in texts))


def group_row(text: str) -> TableRow:
    """A row that heads those after it."""
    return TableRow((words_cell(text),), is_group=True)


def note(text: str) -> Paragraph:
    """A note below a table."""
    return Paragraph((Run(text),), role="note")


def with_role(nodes: Sequence[Node], role: str) -> list[Node]:
    """The same, with the paragraphs standing out so."""
    return [
        replace(one, role=role) if isinstance(one, Paragraph) else one  # type: ignore[arg-type]
        for one in nodes
    ]
