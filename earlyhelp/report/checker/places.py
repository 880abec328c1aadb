"""The areas of a council as texts name them: whole names, their telling part, lists of them."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from earlyhelp.report.checker.facts import CITY, AreaFact, CouncilFacts

_KINDS = frozenset(
    ["locality", "area", "district", "cluster", "hub", "neighbourhood", "zone", "patch", "ward", "borough", "team", "region", "centre", "constituency", "partnership", "quadrant", "the", "and", "of"]
)  # fmt: skip
_WHOLE = re.compile(
    r"\b(?:across|throughout|in|for|of)\s(?:the\s)?(?:whole|entire)\s?(?:city|county|borough|council|service|area|district|island|authority)\b"
    r"|\bthe\s(?:city|county|borough|council|authority|island)(?:['’]s)?(?:\sas\sa\swhole|\soverall|\stotal)?\b(?!\scouncil|\scentre|['’]s\s(?:children|performance))"
    r"|\b(?:city|county|borough|council|authority|island|district)[\s-]?wide\b|\bacross\sall\s(?:the\s)?\w+\s?(?:localities|areas|districts|clusters|hubs)\b"
    r"|\ball\s(?:\w+\s)?(?:localities|areas|districts|clusters|hubs)\s(?:together|combined)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class AreaMention:
    """Areas that a text names at a place; several where it lists them."""

    start: int
    end: int
    codes: tuple[str, ...]


@dataclass(frozen=True)
class _Part:
    code: str
    name: str
    telling: str
    kind: str


class Gazetteer:
    """The areas of a council by the names that a text may use."""

    def __init__(self, facts: CouncilFacts) -> None:
        self._whole = [area for area in facts.areas if area.is_whole]
        self._councils = facts.council_names
        self._parts = _parts(facts.localities)

    @cached_property
    def _patterns(self) -> list[tuple[re.Pattern[str], tuple[str, ...]]]:
        found: list[tuple[re.Pattern[str], tuple[str, ...]]] = []
        for part in self._parts:
            found.append((_pattern(re.escape(part.name), flags=re.IGNORECASE), (part.code,)))
            if part.kind:
                both = rf"{re.escape(part.kind)}\s{re.escape(part.telling)}"
                other = rf"{re.escape(part.telling)}\s{re.escape(part.kind)}"
                found.append((_pattern(f"{both}|{other}", flags=re.IGNORECASE), (part.code,)))
        for part in self._parts:
            if re.fullmatch(r"[^\W0-9].{2,}", part.telling):
                found.append((_pattern(re.escape(part.telling)), (part.code,)))
                low = re.escape(part.telling.lower())
                found.append((_pattern(rf"(?<=the\s){low}(?=\W|$)"), (part.code,)))
        names = [area.name for area in self._whole] + list(self._councils)
        found += [
            (_pattern(re.escape(name), flags=re.IGNORECASE), (CITY,)) for name in names if name
        ]
        found.append((_WHOLE, (CITY,)))
        return found

    @cached_property
    def _lists(self) -> list[tuple[re.Pattern[str], dict[str, str]]]:
        """Lists of parts after what they are called: ``localities 1, 3 and 5``."""
        found = []
        kinds: dict[str, dict[str, str]] = {}
        for part in self._parts:
            if part.kind:
                kinds.setdefault(part.kind.lower(), {})[part.telling.lower()] = part.code
        for kind, codes in kinds.items():
            one = "(?:" + "|".join(sorted(map(re.escape, codes), key=len, reverse=True)) + ")"
            plural = f"(?:{re.escape(_plural(kind))}|{re.escape(kind)})"
            pattern = (
                rf"{plural}\s{one}(?:\s?(?:,|and|&|,\sand|/)\s?(?:{re.escape(kind)}\s)?{one}\b)+"
            )
            found.append((_pattern(pattern, flags=re.IGNORECASE), codes))
        return found

    def find(self, text: str) -> list[AreaMention]:
        """Every area that a text names, in order; none inside another."""
        found: list[AreaMention] = []
        for pattern, codes in self._lists:
            for match in pattern.finditer(text):
                named = re.findall(
                    "|".join(sorted(map(re.escape, codes), key=len, reverse=True)), match[0].lower()
                )
                found.append(AreaMention(*match.span(), tuple(codes[name] for name in named)))
        for pattern, areas in self._patterns:
            for match in pattern.finditer(text):
                if not any(match.start() < one.end and one.start < match.end() for one in found):
                    found.append(AreaMention(*match.span(), areas))
        return self._with_rest(text, _joined(text, sorted(found, key=lambda one: one.start)))

    def _rest(self, named: set[str]) -> tuple[str, ...]:
        """The parts that are not named, where some are."""
        return tuple(part.code for part in self._parts if named and part.code not in named)

    def _with_rest(self, text: str, found: list[AreaMention]) -> list[AreaMention]:
        """The areas found, and "the other three areas": all that are not named before."""
        for match in _OTHERS.finditer(text):
            before = [one for one in found if one.end <= match.start()]
            rest = self._rest({code for one in before for code in one.codes} - {CITY})
            if rest:
                after = [one for one in found if one.start >= match.end()]
                found = [*before, AreaMention(*match.span(), rest), *after]
        return found


_OTHERS = re.compile(
    r"\b(?:the\s)?(?:other|remaining)\s(?:\w+\s)?(?:localities|areas|districts|clusters|hubs|neighbourhoods|zones|patches|quadrants)\b(?!\s(?:together\s)?each)"
    r"|\b(?:in\s)?the\srest\sof\sthe\s(?:city|county|borough|council|authority|area|island)\b|\belsewhere\b",
    re.IGNORECASE,
)
_AND = re.compile(r"\s?(?:,|and|&|,\sand|,\splus|plus)\s(?:the\s)?")
_TOGETHER = re.compile(
    r"\b(?:together|combined|between\sthem|jointly|in\stotal|taken\sas\sone)\b", re.IGNORECASE
)


def _joined(text: str, found: Sequence[AreaMention]) -> list[AreaMention]:
    """Areas that are listed and counted together as one mention."""
    if not _TOGETHER.search(text):
        return list(found)
    joined: list[AreaMention] = []
    for one in found:
        if joined and _AND.fullmatch(text[joined[-1].end : one.start]):
            last = joined.pop()
            joined.append(AreaMention(last.start, one.end, (*last.codes, *one.codes)))
        else:
            joined.append(one)
    return joined


def _pattern(text: str, flags: int = 0) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{text})(?!\w)", flags)


def _plural(kind: str) -> str:
    return kind[:-1] + "ies" if kind.endswith("y") else f"{kind}s"


def _parts(areas: Sequence[AreaFact]) -> list[_Part]:
    """Each area with the words that tell it from the others, and what it is called beside them."""
    common = Counter(word for area in areas for word in {*area.name.lower().split()})
    return list(
        _split(areas, {word for word, count in common.items() if 2 * count > len(areas) > 1})
    )


def _split(areas: Sequence[AreaFact], common: set[str]) -> Iterator[_Part]:
    for area in areas:
        words = area.name.split()
        telling = [word for word in words if word.lower() not in common | _KINDS]
        kind = [
            word
            for word in words
            if word not in telling and word.lower() not in ("the", "and", "of")
        ]
        yield _Part(area.code, area.name, " ".join(telling) or area.name, " ".join(kind))
