"""What the checker says of a report: numbers without a source, and words against the data."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from earlyhelp.report.checker import (
    CouncilFacts,
    Options,
    Period,
    TextFinding,
    Verdict,
    check,
    undeclared,
)
from earlyhelp.report.checker.layout import sentences
from earlyhelp.report.facts import gather_facts
from earlyhelp.report.periods import ReportPeriod
from earlyhelp.report.placing import Passage

_SAID = {
    Verdict.WRONG: "does not match the data",
    Verdict.ROUNDING: "does not match the data: it is cut instead of rounded",
    Verdict.CONTRADICTS: "two numbers for one thing",
    Verdict.MISLEADING: "could be read wrongly",
}
# What of a measure a number is in the data, as a token says it.
_PARTS = {
    "value": "",
    "numerator": "number of ",
    "denominator": "base of ",
    "rest": "rest of ",
    "target": "target of ",
}


@dataclass(frozen=True)
class Undeclared:
    """A typed number that neither comes from the data nor has a source."""

    passage: Passage
    start: int
    typed: str
    sentence: str


@dataclass(frozen=True)
class WordFinding:
    """Words that do not match the data, or could be read wrongly; ``words`` say so."""

    passage: Passage
    typed: str
    verdict: str
    words: str


def undeclared_in(passages: Iterable[Passage]) -> list[Undeclared]:
    """The typed numbers of these passages that have no source."""
    return [
        Undeclared(passage, number.start, number.typed, _around(passage.text, number.start))
        for passage in passages
        for number in undeclared(passage.text, is_passage=True)
        if not _is_covered(passage, number.start, number.end)
    ]


@dataclass(frozen=True)
class CheckedNumber:
    """What the checker says of a number, or of a claim, and where in its passage it stands."""

    passage: Passage
    start: int
    finding: TextFinding

    @property
    def is_placed(self) -> bool:
        """Whether it comes from the data."""
        return any(first <= self.start < end for first, end, _ in self.passage.placed)

    @property
    def has_source(self) -> bool:
        """Whether it comes from the data, or somebody said where from."""
        end = self.start + len(self.finding.typed)
        return _is_covered(self.passage, self.start, end)

    @property
    def around(self) -> str:
        """The sentence in which it stands, shortened where it is long."""
        return _around(self.passage.text, self.start)

    @property
    def is_told(self) -> bool:
        """Whether its writer has to hear of it: of what is placed, what words make of it."""
        one = self.finding
        is_of_words = one.is_of_words or one.verdict is Verdict.MISLEADING
        return one.verdict.is_fault and (not self.is_placed or is_of_words)

    @property
    def words(self) -> str:
        """What is wrong, as its writer reads it, without what would be right."""
        one = self.finding
        typed = f"“{one.typed}” " if one.typed else ""
        end = "" if self.around.endswith((".", "!", "?")) else "."
        return f"{typed}{_SAID[one.verdict]}: {one.why.rstrip('.')}, in “{self.around}”{end}"


def check_passages(
    passages: Sequence[Passage], period: ReportPeriod, facts: CouncilFacts | None = None
) -> list[CheckedNumber]:
    """All that the checker says of these passages, read one after the other, against the data."""
    text = "\n\n".join(passage.text for passage in passages)
    options = Options(Period.parse(str(period)))
    found = check(text, gather_facts() if facts is None else facts, options)
    starts, at = [], 0
    for passage in passages:
        starts.append(at)
        at += len(passage.text) + 2
    placed = []
    for one in found.rows:
        place = max(number for number, start in enumerate(starts) if start <= one.start)
        placed.append(CheckedNumber(passages[place], one.start - starts[place], one))
    return placed


def findings_in(checked: Iterable[CheckedNumber]) -> list[WordFinding]:
    """What is wrong with passages that were checked."""
    return [
        WordFinding(one.passage, one.finding.typed, one.finding.verdict.value, _words(one))
        for one in checked
        if one.is_told
    ]


def _words(one: CheckedNumber) -> str:
    """The finding as its writer reads it, with what to do."""
    right = f" It would be {one.finding.should_be}." if one.finding.should_be else ""
    token = _token(one.finding)
    offer = f" Put in {token} instead." if token else ""
    return f"{one.words}{right}{offer}"


def _token(one: TextFinding) -> str:
    source = one.source
    if one.is_of_words or source is None or source.kind not in _PARTS:
        return ""
    if source.measure.startswith("item:"):
        return ""
    areas = [code for code in source.areas if code != "city"]
    where = f" in {' and '.join(areas)}" if areas else ""
    return f"{{{{{_PARTS[source.kind]}{source.measure}{where} in {source.period}}}}}"


def _is_covered(passage: Passage, start: int, end: int) -> bool:
    """Whether a stretch comes from the data, or has a source."""
    spans = [*((first, last) for first, last, _ in passage.placed), *passage.declared]
    return any(first <= start and end <= last for first, last in spans)


def _around(text: str, at: int) -> str:
    """The sentence of a text in which a place lies, shortened where it is long."""
    sentence = sentence_at(text, at)[1]
    return sentence if len(sentence) <= 160 else f"{sentence[:157]}..."


def sentence_at(text: str, at: int) -> tuple[int, str]:
    """The sentence of a text in which a place lies, with its number in the text."""
    found = [(start, one) for start, one in sentences(text) if start <= at] or [(0, "")]
    return len(found) - 1, found[-1][1].strip()
