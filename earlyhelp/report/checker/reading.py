"""A sentence as it is read: its numbers, periods, areas and words, and how near they stand.

For patterns of grammar the sentence is *masked*: each number, period and area is replaced by a
mark, so that "from 740 in 2014-15 to 633" is ``from {N0} in {T0} to {N1}``.
"""

import re
from dataclasses import dataclass
from functools import cached_property

from earlyhelp.report.checker.naming import Namebook, Word
from earlyhelp.report.checker.numerals import Number, find_numbers
from earlyhelp.report.checker.periods import Mention, find_periods
from earlyhelp.report.checker.places import AreaMention, Gazetteer

_MARKS = {"count": "N", "%": "%", "part": "%", "points": "P", "times": "X"}
# What stands between two things parts them so much.
_PARTING = (
    (re.compile(r";"), 0.5),
    (re.compile(r"\b(?:and|but|while|whereas|although|though|then|yet)\b", re.IGNORECASE), 0.7),
    (re.compile(r"[,()—]|\s[–-]\s"), 0.85),
    (re.compile(r"\b(?:compared|against|than|versus|with)\b", re.IGNORECASE), 0.92),
)
_SAME_GROUP = re.compile(
    r"[\s(/,=:–-]*(?:(?:of|out\sof|or|in|the|all|a|total|from|to|those|these|i\.e\.|that\sis|which\sis)\b[\s(/=,]*)*",
    re.IGNORECASE,
)
_END_OF = re.compile(
    r"\b(?:at\s)?(?:the\s)?(?:very\s)?end\sof\b|\b(?:year|quarter)[\s-]end\b", re.IGNORECASE
)
_OVER_A_NUMBER = 0.72


@dataclass(frozen=True)
class Tools:
    """What reads every sentence of one text."""

    names: Namebook
    places: Gazetteer
    counted: frozenset[str]


class SentenceReading:
    """One sentence, point or heading; all places are within it."""

    def __init__(self, text: str, tools: Tools, *, is_cell: bool = False) -> None:
        self.text = text
        self._is_cell = is_cell
        self._tools = tools

    @cached_property
    def areas(self) -> list[AreaMention]:
        """The areas it names."""
        return self._tools.places.find(self.text)

    @cached_property
    def periods(self) -> list[Mention]:
        """The periods it names."""
        return [
            one
            for one in find_periods(self.text)
            if not any(one.start < area.end and area.start < one.end for area in self.areas)
        ]

    @cached_property
    def numbers(self) -> list[Number]:
        """The numbers that could be figures, but for those of areas' names."""
        return [
            one
            for one in find_numbers(self.text, self._tools.counted, is_cell=self._is_cell)
            if not any(one.start < area.end and area.start < one.end for area in self.areas)
        ]

    @cached_property
    def words(self) -> list[Word]:
        """The words that can be part of a name."""
        areas = [area for area in self.areas if area.codes != ("city",)]
        taken = [(area.start, area.end) for area in areas]
        taken += [(period.start, period.end) for period in self.periods]
        taken += [match.span() for match in _END_OF.finditer(self.text)]
        return [
            word
            for word in self._tools.names.words(self.text)
            if not any(start <= word.start < end for start, end in taken)
        ]

    @cached_property
    def speaks_of_an_end(self) -> bool:
        """Whether it speaks of how things stood on a day, or at the end of a quarter."""
        return bool(_END_OF.search(self.text)) or any(one.is_point for one in self.periods)

    @cached_property
    def groups(self) -> list[int]:
        """The group of each number: numbers that stand together, as in ``373 of 499 (74.7%)``."""
        found: list[int] = []
        for at, number in enumerate(self.numbers):
            before = self.numbers[at - 1] if at else None
            between = "" if before is None else self.text[before.end : number.start]
            joined = before is not None and _SAME_GROUP.fullmatch(between)
            found.append(found[-1] if found and joined else at)
        return found

    @cached_property
    def masked(self) -> str:
        """The sentence with marks for its numbers, periods and areas."""
        marks = [
            *(
                (one.start, one.end, f"{{{_MARKS[one.unit]}{at}}}")
                for at, one in enumerate(self.numbers)
            ),
            *((one.start, one.end, f"{{T{at}}}") for at, one in enumerate(self.periods)),
            *((one.start, one.end, f"{{A{at}}}") for at, one in enumerate(self.areas)),
        ]
        text, last = "", 0
        for start, end, mark in sorted(marks):
            if start < last:
                continue
            text += self.text[last:start] + mark
            last = end
        return text + self.text[last:]

    def nearness(self, start: int, end: int, to: tuple[int, int]) -> float:
        """How near a stretch stands to another, from 0 to 1: what parts them, and numbers between."""
        low, high = (end, to[0]) if end <= to[0] else (to[1], start)
        if high <= low:
            return 1.0
        return self._nearness(low, high)

    def _nearness(self, low: int, high: int) -> float:
        key = low, high
        if key not in self._known:
            between = self.text[low:high]
            near = 1.0
            for pattern, factor in _PARTING:
                near *= factor ** min(2, len(pattern.findall(between)))
            inside = {
                group
                for group, one in zip(self.groups, self.numbers, strict=True)
                if low < one.start < high - 1 and one.end < high
            }
            edge = {
                group
                for group, one in zip(self.groups, self.numbers, strict=True)
                if one.start == high or one.end == low
            }
            self._known[key] = near * _OVER_A_NUMBER ** len(inside - edge)
        return self._known[key]

    @cached_property
    def _known(self) -> dict[tuple[int, int], float]:
        return {}

    def weighed(self, *places: tuple[int, int]) -> list[tuple[Word, float]]:
        """Its words with how near each stands to a place, or to the nearest of several."""
        return [
            (word, max(self.nearness(word.start, word.end, place) for place in places))
            for word in self.words
        ]

    def before(self, number: Number, size: int = 40) -> str:
        """What stands before a number."""
        return self.text[max(0, number.start - size) : number.start]

    def after(self, number: Number, size: int = 40) -> str:
        """What stands after a number."""
        return self.text[number.end : number.end + size]
