"""What the checker says of a report: numbers without a source, and words against the data."""

import re
from collections.abc import Iterable, Mapping, Sequence
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
from earlyhelp.report.checker.facts import CITY
from earlyhelp.report.checker.layout import sentences
from earlyhelp.report.facts import gather_facts
from earlyhelp.report.kept import kept
from earlyhelp.report.periods import ReportPeriod, spoken
from earlyhelp.report.placing import Passage

_SAID = {
    Verdict.WRONG: "does not match the data",
    Verdict.ROUNDING: "does not match the data",
    Verdict.CONTRADICTS: "is one of two numbers for one thing",
    Verdict.MISLEADING: "could be read wrongly",
}
# Where the checker points to another place of its text; pages say which sentence that is.
_LINE = re.compile(r"Line ([0-9]+) (says ([^ ]*[^ .]))")
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
    """Words that do not match the data, or could be read wrongly; ``words`` say so.

    ``sentence`` is where they stand.
    """

    passage: Passage
    typed: str
    verdict: str
    words: str
    sentence: str
    other: Passage | None = None


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
    """What the checker says of a number, or of a claim, and where in its passage it stands.

    ``why`` and ``right`` are its words as pages have them; ``other`` is where the other number
    stands, of two for one thing.
    """

    passage: Passage
    start: int
    finding: TextFinding
    why: str
    right: str
    other: Passage | None = None

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
        """What is wrong, and what would be right, as its writer reads it."""
        typed = f"“{self.finding.typed}” in " if self.finding.typed else ""
        said = _SAID[self.finding.verdict]
        right = "" if _holds(self.why, self.right) else f" It would be {self.right}."
        return f"{typed}“{self.around}” {said}. {self.why.rstrip('.')}.{right}"


@dataclass(frozen=True)
class CheckedWords:
    """What the checker says of passages: of each number and claim, and what it can say nothing of.

    ``unread`` are the sentences that it did not understand: its silence is no praise.
    """

    numbers: Sequence[CheckedNumber]
    unread: Sequence[tuple[Passage, str]]


def check_words(
    passages: Sequence[Passage], period: ReportPeriod, facts: CouncilFacts | None = None
) -> CheckedWords:
    """All that the checker says of these passages, read one after the other, against the data."""
    text = "\n\n".join(passage.text for passage in passages)
    facts = facts or gather_facts()
    found = check(text, facts, Options(Period.parse(str(period))))
    names = {area.code: area.name for area in facts.areas}
    places = _Places(passages, text)
    numbers = [_on_pages(one, places, names) for one in found.rows]
    unread = [(places.passage(one.start)[0], one.text) for one in found.not_understood]
    return CheckedWords(numbers, unread)


def check_passages(
    passages: Sequence[Passage], period: ReportPeriod, facts: CouncilFacts | None = None
) -> Sequence[CheckedNumber]:
    """What it says of each number and claim."""
    return check_words(passages, period, facts).numbers


class _Places:
    """Where the places of a text of several passages lie in them."""

    def __init__(self, passages: Sequence[Passage], text: str) -> None:
        self._passages, self._text = passages, text
        self._starts, at = [], 0
        for passage in passages:
            self._starts.append(at)
            at += len(passage.text) + 2

    def passage(self, at: int) -> tuple[Passage, int]:
        """The passage in which a place lies, and where in it."""
        number = max(number for number, start in enumerate(self._starts) if start <= at)
        return self._passages[number], at - self._starts[number]

    def said_at(self, line: int, typed: str) -> tuple[Passage, int]:
        """The same, of what is typed in a line of the text."""
        start = sum(len(one) + 1 for one in self._text.split("\n")[: line - 1])
        return self.passage(max(self._text.find(typed, start), start))


def _on_pages(one: TextFinding, places: _Places, names: Mapping[str, str]) -> CheckedNumber:
    """A finding with areas by their names, and the other place by its sentence."""
    why, right, other = one.why, names.get(one.should_be, one.should_be), None
    for code in names.keys() - {CITY}:
        why = re.sub(_alone(code), names[code].replace("\\", r"\\"), why)
    if one.area not in (CITY, "") and one.why and names.get(one.area, why) not in why:
        why = f"{why.rstrip('.')} ({names[one.area]})"
    if found := _LINE.search(one.why):
        other, at = places.said_at(int(found[1]), found[3])
        says = f"“{_around(other.text, at)}” {found[2]}"
        why = why.replace(found[0], says)
    return CheckedNumber(*places.passage(one.start), one, spoken(why), right, other)


def checked_words(passages: Sequence[Passage], period: ReportPeriod) -> CheckedWords:
    """All of it, of figures as they are now; kept until one of them or a word moves."""
    return kept(("words", *passages, period), lambda: check_words(passages, period))


def _holds(text: str, words: str) -> bool:
    return not words or bool(re.search(_alone(words), text))


def _alone(words: str) -> str:
    """A pattern for words, or a number, that are no part of a longer one."""
    return rf"(?<![\w,.-]){re.escape(words)}(?![\w%-]|[.,][0-9])"


def findings_in(checked: Iterable[CheckedNumber]) -> list[WordFinding]:
    """What is wrong with passages that were checked."""
    return [
        WordFinding(
            *(one.passage, one.finding.typed, one.finding.verdict.value),
            *(_words(one), one.around, one.other),
        )
        for one in checked
        if one.is_told
    ]


def _words(one: CheckedNumber) -> str:
    """The finding as its writer reads it, with what to do."""
    token = _token(one.finding)
    offer = f" Put in {token} instead." if token else ""
    return f"{one.words}{offer}"


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
