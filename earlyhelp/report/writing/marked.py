"""Which words of a paragraph changed, on either side: what was taken out, and what was put in."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby

# A word with the blanks after it.
_WORD = re.compile(r"\S+\s*|\s+")
# Where fewer words are alike, marking each of the others says less than the two sides do.
_ALIKE = 0.4


@dataclass(frozen=True)
class MarkedWords:
    """Words of a paragraph in a row, with whether the other side has others in their place."""

    text: str
    is_changed: bool


@dataclass(frozen=True)
class Marked:
    """Two sides of a paragraph, as they were and are."""

    was: Sequence[MarkedWords]
    now: Sequence[MarkedWords]


def marked(was: str, now: str) -> Marked:
    """What differs, word by word; all of it where one side is empty or little is alike."""
    sides = [_WORD.findall(side) for side in (was, now)]
    bare = [[word.strip() for word in side] for side in sides]
    matcher = SequenceMatcher(None, bare[0], bare[1], autojunk=False)
    if matcher.ratio() < _ALIKE:
        return Marked(
            *([MarkedWords(side, is_changed=True)] if side else [] for side in (was, now))
        )
    changed: tuple[list[bool], list[bool]] = ([], [])
    for kind, *ends in matcher.get_opcodes():
        for side, (first, last) in zip(changed, (ends[:2], ends[2:]), strict=True):
            side += [kind != "equal"] * (last - first)
    return Marked(
        *(_in_a_row(zip(*pair, strict=True)) for pair in zip(sides, changed, strict=True))
    )


def _in_a_row(words: Iterable[tuple[str, bool]]) -> list[MarkedWords]:
    return [
        MarkedWords("".join(word for word, _ in group), is_changed)
        for is_changed, group in groupby(words, key=lambda pair: pair[1])
    ]
