"""Which measure a stretch of text speaks of: the framework's names against the text's words.

Each name is a bag of stems, weighed by how well they tell one name from the others. A text's words
match by stem, by an everyday synonym, by an abbreviation of the framework's or the text's own.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log

from earlyhelp.report.checker.facts import CouncilFacts, ItemFact, MeasureFact
from earlyhelp.report.checker.words import (
    STOP,
    WEAK,
    content_stems,
    groups_of,
    initials,
    runs,
    stem,
    tokens,
)

_SYNONYM = 0.85
_DEFINED = 0.2
# The least weight that a whole name has.
_TELLING = 1.6
# What a name has in brackets, or after a comma, tells less than its head.
_QUALIFYING = 0.45
_COMMON = {
    "LAC": "looked after children",
    "CLA": "children looked after",
    "CIC": "children in care",
    "CIN": "children in need",
    "CP": "child protection",
    "CPP": "child protection plan",
    "EHA": "early help assessment",
    "CAF": "assessment",
    "YOS": "youth offending service",
    "YOT": "youth offending team",
    "CSE": "child sexual exploitation",
    "TAF": "team around the family",
    "DV": "domestic violence",
    "EHE": "elective home education",
}


@dataclass(frozen=True)
class Name:
    """One name of a measure, or of an item of it.

    ``part`` is what a count under this name is: the measure's ``value``, or the ratio's
    ``numerator`` or ``denominator``.
    """

    measure: str
    part: str
    stems: tuple[str, ...]
    factor: float = 1.0
    qualifying: frozenset[str] = frozenset()
    runs: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class NameMatch:
    """How well a measure fits the words: ``score`` from 0 to 1, and the whole weight matched."""

    measure: MeasureFact
    score: float
    mass: float
    part: str = "value"


@dataclass(frozen=True)
class Word:
    """A word of the text as names are matched by it: its stem, or several of an abbreviation."""

    start: int
    end: int
    stems: tuple[str, ...]
    group: int | None = None


class Namebook:
    """The names of a framework, and the words of a text that can be one."""

    def __init__(self, facts: CouncilFacts) -> None:
        self._facts = facts
        self.names = list(_names(facts.measures))
        self._document: Mapping[str, tuple[str, ...]] = {}

    @cached_property
    def _weights(self) -> dict[str, float]:
        """How well each stem tells names apart: rare ones well, common ones hardly."""
        seen: dict[str, set[tuple[str, ...]]] = defaultdict(set)
        for name in self.names:
            for one in name.stems:
                seen[one].add(name.stems)
        all_names = len({name.stems for name in self.names})
        return {
            one: (0.35 if one in WEAK else 1.0) * (0.4 + log(1 + all_names / len(names)))
            for one, names in seen.items()
        }

    @cached_property
    def _abbreviations(self) -> dict[str, tuple[str, ...]]:
        found = {short: tuple(content_stems(words)) for short, words in _COMMON.items()}
        for text in self._texts():
            words = [word for _, _, word in tokens(text)]
            for size in range(2, 6):
                for at in range(len(words) - size + 1):
                    run = words[at : at + size]
                    short = initials(run)
                    found.setdefault(short, tuple(content_stems(" ".join(run))))
            found.update(defined_in(text))
        return found

    def _texts(self) -> Iterable[str]:
        for measure in self._facts.measures:
            yield from (measure.name, *measure.also_called)
            for item in measure.items:
                yield from (item.name, *item.also_called)
        for measure in self._facts.measures:
            for text in (measure.definition, *(item.definition for item in measure.items)):
                yield from re.findall(r"(?:[\w-]+\s){1,6}\([A-Z]{2,6}s?\)", text)

    @cached_property
    def _compounds(self) -> dict[str, tuple[str, str]]:
        """Words that two words of a name are run together to: ``spidergraphs``."""
        pairs = (
            pair for name in self.names for pair in zip(name.stems, name.stems[1:], strict=False)
        )
        return {first + second: (first, second) for first, second in pairs}

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Every stem that a name has, and the groups' of their synonyms."""
        return frozenset(one for name in self.names for one in name.stems)

    def knows(self, one: str) -> bool:
        """Whether a stem, or a synonym of it, is in any name."""
        return one in self.vocabulary or bool(groups_of(one) & self._known_groups)

    @cached_property
    def _known_groups(self) -> frozenset[int]:
        return frozenset(group for one in self.vocabulary for group in groups_of(one))

    def learn(self, text: str) -> None:
        """Take the abbreviations that a text explains itself."""
        self._document = defined_in(text)

    def _explained(self, measure: MeasureFact, stems: Mapping[str, float]) -> float:
        """How much of what the text says is in the measure's definitions."""
        known = self._definitions[measure.code]
        whole = sum(stems.values())
        return (
            sum(weight for one, weight in stems.items() if one in known) / whole if whole else 0.0
        )

    @cached_property
    def _definitions(self) -> dict[str, frozenset[str]]:
        return {
            measure.code: frozenset(
                one
                for text in (measure.name, measure.definition, *_definitions_of(measure))
                for one in content_stems(text)
            )
            for measure in self._facts.measures
        }

    def words(self, text: str) -> list[Word]:
        """The words of a text that can be part of a name, with where they stand."""
        found: list[Word] = []
        listed = tokens(text)
        plain = [stem(word) for _, _, word in listed]
        for at, (start, end, word) in enumerate(listed):
            for run, group in runs().items():
                if tuple(plain[at : at + len(run)]) == run:
                    found.append(Word(start, listed[at + len(run) - 1][1], (), group))
            if (stems := self._of(word)) is not None:
                found.append(Word(start, end, stems))
        return found

    def _of(self, word: str) -> tuple[str, ...] | None:
        short = word.removesuffix("s").removesuffix("’").removesuffix("'")
        if 2 <= len(short) <= 6 and sum(letter.isupper() for letter in short) >= 2:
            known = self._document.get(short.upper()) or self._abbreviations.get(short.upper())
            if known:
                return (*known, stem(word))
        if word.lower() in STOP:
            return None
        one = stem(word)
        return self._compounds.get(one, (one,))

    def match(
        self, weighed: Iterable[tuple[Word, float]], *, at_end: bool = False
    ) -> list[NameMatch]:
        """The measures that some words speak of, the likeliest first.

        Each word comes with how near it stands to what is asked about, from 0 to 1; ``at_end`` says
        that the text speaks of the end of a quarter.
        """
        stems, groups = _strengths(weighed)
        best: dict[str, NameMatch] = {}
        for name in self.names:
            got = whole = 0.0
            for one in name.stems:
                weight = self._weights[one] * (_QUALIFYING if one in name.qualifying else 1.0)
                whole += weight
                own = (*groups_of(one), *(group for word, group in name.runs if word == one))
                by_group = max((groups.get(group, 0.0) for group in own), default=0.0)
                got += weight * max(stems.get(one, 0.0), _SYNONYM * by_group)
            if not got:
                continue
            measure = self._facts.by_code[name.measure]
            # A name of common words alone says little.
            score = name.factor * got / max(whole, _TELLING)
            score += _DEFINED * self._explained(measure, stems) + 0.08 * (
                at_end and measure.is_snapshot
            )
            match = NameMatch(measure, min(score, 1.0), got * name.factor + score, name.part)
            if name.measure not in best or _rank(match) > _rank(best[name.measure]):
                best[name.measure] = match
        return sorted(best.values(), key=_rank, reverse=True)


def _definitions_of(measure: MeasureFact) -> Iterable[str]:
    for item in measure.items:
        yield from (item.name, item.definition)


def _rank(match: NameMatch) -> float:
    return match.score + 0.02 * match.mass


def _strengths(
    weighed: Iterable[tuple[Word, float]],
) -> tuple[dict[str, float], dict[int, float]]:
    stems: dict[str, float] = defaultdict(float)
    groups: dict[int, float] = defaultdict(float)
    for word, weight in weighed:
        if word.group is not None:
            groups[word.group] = max(groups[word.group], weight)
        for one in word.stems:
            stems[one] = max(stems[one], weight)
            for group in groups_of(one):
                groups[group] = max(groups[group], weight)
    return stems, groups


def _names(measures: Sequence[MeasureFact]) -> Iterable[Name]:
    """Every name of every measure: its own, its items', and what definitions say, which counts less."""
    for measure in measures:
        for text in (measure.name, *measure.also_called):
            yield from _name(measure, "value", text)
        if not measure.is_ratio:
            yield from _item_names(measure, measure.numerator, "value")
            continue
        yield from _item_names(measure, measure.numerator, "numerator")
        for item in measure.denominators:
            yield from _item_names(measure, item, "denominator", 0.6)


def _item_names(
    measure: MeasureFact, item: ItemFact, part: str, factor: float = 0.97
) -> Iterable[Name]:
    for text in (item.name, *item.also_called):
        yield from _name(measure, part, text, factor)


def _name(measure: MeasureFact, part: str, text: str, factor: float = 1.0) -> Iterable[Name]:
    head = re.split(r"[,(]", text)[0]
    stems = tuple(dict.fromkeys(content_stems(text)))
    told = frozenset(content_stems(head)) - _TIMES
    qualifying = frozenset(stems) - told if told else frozenset()
    if stems:
        yield Name(measure.code, part, stems, factor, qualifying, tuple(_runs_in(text)))


_TIMES = frozenset(map(stem, ("day", "week", "month", "hour", "working", "year", "school")))


def _runs_in(text: str) -> Iterable[tuple[str, int]]:
    """The synonyms of several words in a name, by each of their words."""
    plain = [stem(word) for _, _, word in tokens(text)]
    for run, group in runs().items():
        if any(tuple(plain[at : at + len(run)]) == run for at in range(len(plain))):
            yield from ((word, group) for word in run)


_EXPLAINED = re.compile(r"((?:[A-Za-z][\w’'-]*[ -]){1,7})\(([A-Z][A-Za-z]{1,5}?)s?\)")


def defined_in(text: str) -> dict[str, tuple[str, ...]]:
    """The abbreviations that a text explains: ``How was it for you (HWIFY)``."""
    found: dict[str, tuple[str, ...]] = {}
    for words, short in _EXPLAINED.findall(text):
        listed = [word for _, _, word in tokens(words)]
        for size in range(len(listed), 0, -1):
            run = listed[-size:]
            letters = initials(run)
            strong = initials([word for word in run if word.lower() not in STOP] or run)
            if short.upper() in (letters, strong):
                found[short.upper()] = tuple(content_stems(" ".join(run)))
                break
    return found
