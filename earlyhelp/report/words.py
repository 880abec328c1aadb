"""What the checker says of a report: numbers without a source, and words against the data."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from earlyhelp.report.checker import Options, Period, TextFinding, Verdict, check, undeclared
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


def findings_of(passages: Sequence[Passage], period: ReportPeriod) -> list[WordFinding]:
    """What the checker finds in these passages, read one after the other, against the data."""
    text = "\n\n".join(passage.text for passage in passages)
    found = check(text, gather_facts(), Options(Period.parse(str(period))))
    return list(_said_of(found.faults, passages))


def _said_of(faults: Iterable[TextFinding], passages: Sequence[Passage]) -> Iterator[WordFinding]:
    starts, at = [], 0
    for passage in passages:
        starts.append(at)
        at += len(passage.text) + 2
    for one in faults:
        place = max(number for number, start in enumerate(starts) if start <= one.start)
        passage, start = passages[place], one.start - starts[place]
        if _is_placed(passage, start) and one.verdict is not Verdict.MISLEADING:
            continue
        yield WordFinding(passage, one.typed, one.verdict.value, _words(one, passage.text, start))


def _words(one: TextFinding, text: str, start: int) -> str:
    """The finding as its writer reads it."""
    typed = f"“{one.typed}” " if one.typed else ""
    right = f" It would be {one.should_be}." if one.should_be else ""
    token = _token(one)
    offer = f" Put in {token} instead." if token else ""
    return (
        f"{typed}{_SAID[one.verdict]}: {one.why.rstrip('.')}, in “{_around(text, start)}”."
        f"{right}{offer}"
    )


def _token(one: TextFinding) -> str:
    source = one.source
    if source is None or source.kind not in _PARTS or source.measure.startswith("item:"):
        return ""
    areas = [code for code in source.areas if code != "city"]
    where = f" in {' and '.join(areas)}" if areas else ""
    return f"{{{{{_PARTS[source.kind]}{source.measure}{where} in {source.period}}}}}"


def _is_placed(passage: Passage, start: int) -> bool:
    return any(first <= start < end for first, end, _ in passage.placed)


def _is_covered(passage: Passage, start: int, end: int) -> bool:
    """Whether a stretch comes from the data, or has a source."""
    spans = [*((first, last) for first, last, _ in passage.placed), *passage.declared]
    return any(first <= start and end <= last for first, last in spans)


def _around(text: str, at: int) -> str:
    """The sentence of a text in which a place lies, shortened where it is long."""
    first = max(text.rfind(". ", 0, at) + 2, 0) if ". " in text[:at] else 0
    last = text.find(". ", at)
    sentence = text[first : last + 1 if last >= 0 else len(text)].strip()
    return sentence if len(sentence) <= 160 else f"{sentence[:157]}..."
