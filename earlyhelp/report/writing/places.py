"""Where a number that is read stands in the text that was typed: between marks and tokens."""

import re
from collections.abc import Sequence
from typing import Any

from earlyhelp.report.placing import Passage, Placing
from earlyhelp.report.text import TextReader
from earlyhelp.report.tokens.grammar import TOKEN
from earlyhelp.report.tree import Run

Span = tuple[int, int]
# Letters that no keyboard gives, one for each place at which a number is typed.
_FIRST, _MOST = 0xE100, 0x1000
_SOURCE_MARK = re.compile(r"\[[0-9]+\]")


class _Unanswered(Placing):
    """Tokens that are left alone: only what is typed is looked for."""

    def token(self, words: str, line: int = 1) -> Run:
        """Nothing is asked of the data."""
        return Run(f" {words} ", figure="-")


class TypedPlaces:
    """The typed numbers of one text, by where they stand in its passages."""

    def __init__(self, text: str, passages: Sequence[Passage]) -> None:
        self._text = text
        self._passages = passages
        self._known: dict[str, dict[tuple[int, int], Span]] = {}

    def span(self, passage: Passage, start: int, typed: str) -> Span | None:
        """Where it was typed; None where that cannot be told for sure."""
        if typed not in self._known:
            self._known[typed] = self._spans(typed)
        at = next(place for place, one in enumerate(self._passages) if one is passage)
        return self._known[typed].get((at, start))

    def _spans(self, typed: str) -> dict[tuple[int, int], Span]:
        number = re.compile(rf"(?<![^\W_])(?<![0-9][.,]){re.escape(typed)}(?![^\W_]|[.,]?[0-9])")
        tokens = [one.span() for one in TOKEN.finditer(self._text)]
        raw = [one.span() for one in number.finditer(self._text) if not _within(one, tokens)]
        read = [
            (at, one.start())
            for at, passage in enumerate(self._passages)
            for one in number.finditer(passage.text)
            if not _within(one, [*_placed(passage), *_marks(passage.text)])
        ]
        seen = self._seen(raw[:_MOST])
        if len(seen) != len(read):
            return {}
        return {place: raw[number] for place, number in zip(read, seen, strict=True)}

    def _seen(self, raw: Sequence[Span]) -> list[int]:
        """Which of the places are read as text, in the order of reading."""
        parts, at = [], 0
        for number, (start, end) in enumerate(raw):
            parts += [self._text[at:start], chr(_FIRST + number)]
            at = end
        nothing: Any = None
        placing = _Unanswered(nothing, {}, "")
        TextReader(placing).read("".join([*parts, self._text[at:]]))
        return [
            ord(letter) - _FIRST
            for passage in placing.passages
            for letter in passage.text
            if _FIRST <= ord(letter) < _FIRST + _MOST
        ]


def _within(found: re.Match[str], spans: Sequence[Span]) -> bool:
    return any(start < found.end() and found.start() < end for start, end in spans)


def _placed(passage: Passage) -> list[Span]:
    return [(start, end) for start, end, _ in passage.placed]


def _marks(text: str) -> list[Span]:
    return [one.span() for one in _SOURCE_MARK.finditer(text)]
