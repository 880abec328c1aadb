"""What the checker says of a report: numbers without a source, and words against the data."""

from collections.abc import Iterable
from dataclasses import dataclass

from earlyhelp.report.placing import Passage
from earlyhelp.report.tokens.resolver import Resolver


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
    start: int
    end: int
    typed: str
    verdict: str
    should_be: str
    words: str


def undeclared_in(passages: Iterable[Passage]) -> list[Undeclared]:
    """The typed numbers of these passages that have no source."""
    return []


def findings_of(passages: Iterable[Passage], resolver: Resolver) -> list[WordFinding]:
    """What the checker finds in these passages, held against the data."""
    return []
