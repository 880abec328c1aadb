"""The numbers of a document as they are put in their places: figures, sources, and problems."""

from dataclasses import dataclass, field, replace

from earlyhelp.report.models import ReportSource
from earlyhelp.report.tokens.grammar import TokenError
from earlyhelp.report.tokens.resolver import Resolver
from earlyhelp.report.tokens.shown import ShownFigure
from earlyhelp.report.tree import CountedAs, PlacedFigure, Run, SourceNote

# A figure of a document: its section, and the token that places it there.
FigureKey = tuple[str, str]


@dataclass(frozen=True)
class TokenProblem:
    """A token that names nothing: in which section and block, in which line, and what is wrong."""

    section_id: int
    block_id: int
    line: int
    token: str
    message: str


@dataclass(frozen=True)
class Passage:
    """A paragraph, point or heading as it reads, for whoever checks the words.

    ``placed`` are the stretches that come from the data (with the figure's reference),
    ``declared`` those whose numbers have a source.
    """

    section_id: int
    block_id: int
    text: str
    placed: tuple[tuple[int, int, str], ...] = ()
    declared: tuple[tuple[int, int], ...] = ()
    is_copied: bool = False


@dataclass
class Placing:
    """What one document places, in the order of reading."""

    resolver: Resolver
    sources: dict[str, ReportSource]
    prefix: str
    references: dict[FigureKey, str] = field(default_factory=dict)
    names_missing: bool = True
    figures: list[PlacedFigure] = field(default_factory=list)
    notes: list[SourceNote] = field(default_factory=list)
    problems: list[TokenProblem] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)
    shown: dict[str, ShownFigure] = field(default_factory=dict)
    section: str = ""
    section_id: int = 0
    block_id: int = 0
    _known: dict[FigureKey, PlacedFigure] = field(default_factory=dict)
    _anchors: set[str] = field(default_factory=set)

    def anchor(self, words: str) -> str:
        """A place to be led to, which no other of the document has: ``outlook``, ``outlook-2``."""
        found, number = words, 1
        while found in self._anchors:
            number += 1
            found = f"{words}-{number}"
        self._anchors.add(found)
        return found

    def token(self, words: str, line: int = 1) -> Run:
        """What a token shows, with its reference; a problem where it names nothing."""
        words = " ".join(words.split())
        try:
            return self.figure(self.resolver.answer(words), words)
        except TokenError as wrong:
            return self.problem(words, str(wrong), line)

    def problem(self, words: str, message: str, line: int = 1) -> Run:
        """What stands where a figure should; the message is on the checklist."""
        found = TokenProblem(self.section_id, self.block_id, line, words, message)
        self.problems.append(found)
        return Run(f"[no figure: {words}]", strong=True)

    def figure(self, shown: ShownFigure, token: str) -> Run:
        """A number with its reference: the same one again where a section repeats it."""
        key = self.section, token
        if key not in self._known:
            reference = self.references.setdefault(key, f"{self.prefix}{len(self.references) + 1}")
            placed = _placed(shown, token, reference, self.section)
            if not self.names_missing:
                placed = replace(placed, missing=())
            self._known[key] = placed
            self.figures.append(placed)
            self.shown[reference] = shown
        return Run(shown.text, figure=self._known[key].reference)

    @property
    def counted(self) -> tuple[CountedAs, ...]:
        """The measures of its figures as they are defined, in the order of the framework."""
        return self.resolver.counts.counted({one.measure for one in self.figures})

    def source(self, source: ReportSource) -> Run:
        """The mark of a source, which gets its number where it is first met."""
        for note in self.notes:
            if (note.what, note.when, note.who) == (source.what, source.when, source.who):
                return Run(f"[{note.number}]", note=note.number)
        number = len(self.notes) + 1
        self.notes.append(SourceNote(number, source.what, source.when, source.who))
        return Run(f"[{number}]", note=number)


def _placed(shown: ShownFigure, token: str, reference: str, section: str) -> PlacedFigure:
    return PlacedFigure(
        reference=reference,
        section=section,
        token=token,
        shown=shown.text,
        measure=shown.measure,
        area=shown.area,
        period=shown.period,
        numerator=shown.numerator,
        denominator=shown.denominator,
        answered=shown.answered,
        expected=shown.expected,
        missing=shown.missing,
        basis="signed-off",
        formula=shown.formula,
        is_hidden=shown.is_hidden,
        target=shown.target,
    )
