"""Areas set against each other: "507 fewer than South", "no area had more than West"."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from earlyhelp.report.checker.facts import CITY
from earlyhelp.report.checker.figures import Areas
from earlyhelp.report.checker.places import AreaMention
from earlyhelp.report.checker.reading import SentenceReading

# What an area stands after where another is compared with it.
_HELD_AGAINST = re.compile(
    r"\b(?:than|as|against|compared\s(?:with|to)|versus|vs\.?|above|below|beyond|under|over)\s"
    r"(?:the\s)?(?:[0-9][0-9.,]*%?\s)?(?:(?:in|at|for|of|that\s(?:of|for|in)|those\s(?:in|of)|(?:average|figure|rate|level|mean)\s(?:of|for|in))\s)?(?:the\s)?$",
    re.IGNORECASE,
)
# "Over" and "under" a whole area are no more than where something is.
_ACROSS = re.compile(r"\b(?:over|under)\s(?:the\s)?$", re.IGNORECASE)
_MORE_OR_LESS = re.compile(
    r"\b(?:(?P<no>no|none|nowhere)\b[^.;{}]{0,25}?\s)?(?:(?P<more>more|higher|larger|greater|bigger)|(?P<less>fewer|less|lower|smaller))\b"
    r"(?=[^.;]{0,90}?\bthan\s(?:the\s)?(?:\{[N%][0-9]+\}\s)?(?:(?:in|at|for|of|that\s(?:of|for|in)|those\s(?:in|of))\s)?(?:the\s)?\{A(?P<than>[0-9]+)\})",
    re.IGNORECASE,
)
_ONLY = re.compile(r"\bonly\s(?:in\s)?\{A[0-9]+\}[^{};.]{0,40}$", re.IGNORECASE)
_ABOVE = re.compile(
    r"\b(?:(?P<more>above|exceed(?:ed|s|ing)?|topped)|(?P<less>below|beneath))\s(?:the\s|that\s(?:of|for)\s)?(?:\{[N%][0-9]+\}\s(?:of|in|for)\s)?(?:(?:average|figure|rate|level|mean)\s(?:of|for|in)\s)?(?:the\s)?\{A(?P<than>[0-9]+)\}(?P<no>(?!))?",
    re.IGNORECASE,
)
_KIND = r"(?:areas?|districts?|localit(?:y|ies)|clusters?|hubs?|neighbourhoods?|zones?|patch(?:es)?|wards?|quadrants?|centres?|parts?)"
_EVERY_AREA = re.compile(
    rf"\b(?:all|every|each)\s(?:\w+\s){{0,2}}?{_KIND}\b(?:\s(?:except|but|apart\sfrom|other\sthan|bar|save|excepting)\s(?:for\s|in\s)?(?:the\s)?\{{A(?P<but>[0-9]+)\}})?"
    rf"|\{{A(?P<only>[0-9]+)\}}\s(?:was|is|were|being)\sthe\sonly\s{_KIND}\b",
    re.IGNORECASE,
)
_SOME_AREAS = re.compile(
    rf"\{{N([0-9]+)\}}\s(?:out\s)?of\s(?:the\s|our\s)?\w+\s{_KIND}\b", re.IGNORECASE
)
_FAR = 90


def held_against(reading: SentenceReading, at: int) -> bool:
    """Whether an area of a sentence is what another is compared with."""
    start = reading.areas[at].start
    before = reading.text[max(0, start - 60) : start]
    return bool(_HELD_AGAINST.search(before)) and not _ACROSS.search(before)


def compared_after(reading: SentenceReading, place: int) -> Areas | None:
    """The area that a number is held against: the one after it, in its own sentence."""
    for at, mention in enumerate(reading.areas):
        if 0 <= mention.start - place < _FAR and held_against(reading, at):
            between = reading.text[place : mention.start]
            return None if re.search(r"[;.]\s|[0-9]", between) else mention.codes
    return None


@dataclass(frozen=True)
class AreasCompared:
    """What a sentence says of two areas: that one has more (``sign`` 1) or less than the other.

    ``own`` is None where no area is said to; ``is_only`` says that no other area has.
    """

    place: tuple[int, int]
    own: Areas | None
    than: Areas
    sign: int
    is_only: bool = False

    def holds(self, values: Mapping[str, Fraction]) -> bool | None:
        """Whether it is so; None where a value is missing."""
        named = set(values) - {CITY} if self.own is None else set(self.own)
        if not named | set(self.than) <= set(values) or len(self.than) != 1:
            return None
        gaps = {one: (values[one] - values[self.than[0]]) * self.sign for one in values}
        if self.own is None:
            return max(gaps[one] for one in named) <= 0
        others = set(values) - named - {CITY}
        is_alone = not self.is_only or max((gaps[one] for one in others), default=0) <= 0
        return is_alone and min(gaps[one] for one in named) > 0

    def told(self, values: Mapping[str, Fraction]) -> str:
        """What the areas have, as a reason."""
        named = values if self.own is None else (*self.own, *self.than)
        listed = ", ".join(f"{float(values[one]):.4g} in {one}" for one in named)
        return f"It is {listed}"


def comparisons(reading: SentenceReading) -> list[AreasCompared]:
    """The areas that a sentence compares."""
    return [
        AreasCompared(
            *(_place_of(reading, match), own, than.codes, 1 if match["more"] else -1),
            is_only=bool(_ONLY.search(reading.masked[: match.start()])),
        )
        for pattern in (_MORE_OR_LESS, _ABOVE)
        for match in pattern.finditer(reading.masked)
        for than in [reading.areas[int(match["than"])]]
        for own in [_compared(reading, match, than)]
        if own is not None or match["no"]
    ]


def _place_of(reading: SentenceReading, match: re.Match[str]) -> tuple[int, int]:
    """Where the word of comparison stands in the sentence itself: before its area."""
    word = match["more"] or match["less"]
    than = reading.areas[int(match["than"])]
    start = reading.text.lower().rfind(word.lower(), 0, than.start)
    return start, start + len(word)


def _compared(reading: SentenceReading, match: re.Match[str], than: AreaMention) -> Areas | None:
    """The area that is said to have more or less: the nearest that nothing is held against."""
    start, _ = _place_of(reading, match)
    others = [
        one
        for at, one in enumerate(reading.areas)
        if not held_against(reading, at) and one.codes != than.codes
    ]
    near = min(others, key=lambda one: abs(one.start - start), default=None)
    return None if match["no"] or near is None else near.codes


@dataclass(frozen=True)
class EveryArea:
    """What a sentence says of every area: that all went one way, all but some, or ``only`` one."""

    but: Areas = ()
    only: Areas = ()

    def holds(self, moved: Mapping[str, Fraction], sign: int) -> bool:
        """Whether the areas moved so; what is excepted did not."""
        so = {area for area, change in moved.items() if change * sign > 0}
        return so == set(self.only) if self.only else so == set(moved) - set(self.but)


def said_of_every(reading: SentenceReading) -> EveryArea | None:
    """What is said of every area, where something is."""
    found = _EVERY_AREA.search(reading.masked)
    if found is None:
        return None
    but, only = (
        reading.areas[int(one)].codes if one else () for one in (found["but"], found["only"])
    )
    return EveryArea(but, only)


def some_areas(reading: SentenceReading) -> int | None:
    """The number that says in how many of the areas something is so."""
    found = _SOME_AREAS.search(reading.masked)
    return int(found[1]) if found is not None else None
