"""What a sentence says of a target: that it was met, missed, exceeded, that a figure is below it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

_TARGET = r"(?:targets?|benchmarks?)\b"
_GAP = r"(?:[^.;]|\.[0-9])"
# What the words say: the aim is reached or not; or only that the figure is more or less.
_WORDS = (
    ("met", r"(?:met|meets|meeting|meet|hit|hits|hitting|achiev(?:ed|es|ing|e)|reach(?:ed|es|ing)?|attain(?:ed|s)?|beat(?:s|en|ing)?|bettered|surpass(?:ed|es)|outperform(?:ed|s)|ahead\sof|better\sthan)"),
    ("missed", r"(?:miss(?:ed|es|ing)?|behind|worse\sthan|undershot|fell\sshort\sof|falls\sshort\sof|short\sof)"),
    ("more", r"(?:exceed(?:ed|s|ing)?|above|over|topped|higher\sthan|in\sexcess\sof|more\sthan)"),
    ("less", r"(?:below|under|beneath|lower\sthan|less\sthan|fewer\sthan)"),
)  # fmt: skip
_ONE = "|".join(rf"(?P<{name}>{words})" for name, words in _WORDS)
_WORD = re.compile(rf"\b(?:{_ONE})\b", re.IGNORECASE)
_SPOKEN = re.compile(rf"\b{_TARGET}(?!\s(?:group|famil|audience))", re.IGNORECASE)
_OTHER = re.compile(r"\b(?:that|those|the\sone|the\sother)\sfor\b", re.IGNORECASE)
_AFTER = re.compile(
    rf"{_GAP}{{0,110}}?\b(?:was|is|were|are|has\sbeen|have\sbeen|had\sbeen)\s(?:(?:also|again|just|only|easily|narrowly|comfortably|clearly|both|all|not|never|n['’]t)\s)*(?:{_ONE})\b",
    re.IGNORECASE,
)
# So far before a target, and by so many words parted from it, may stand what is said of it.
_FAR, _BETWEEN = 70, 5
_NOT = re.compile(
    r"\b(?:not|never|n['’]t|failed\sto|fails\sto|unable\sto|without|nor|neither|yet\sto|rather\sthan)\s(?:\w+\s){0,2}$",
    re.IGNORECASE,
)
# What is only wanted or supposed claims nothing; "failed to meet" does.
_WANTED = re.compile(
    r"\b(?:(?<!failed\s)(?<!fails\s)(?<!unable\s)(?<!yet\s)to|will|would|could|should|may|might|must|can|if|whether|towards?|for|of|before|when|until)\s(?:\w+ly\s|be\s)?$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class TargetSaid:
    """What is said of a target at a place: ``word`` is met, missed, more or less."""

    place: tuple[int, int]
    word: str

    def is_met(self, good: str) -> bool | None:
        """Whether that says that the target was met; None where it cannot be told."""
        if self.word in ("met", "missed"):
            return self.word == "met"
        return None if good != "higher" else self.word == "more"


_OPPOSITE = {"met": "missed", "missed": "met", "more": "less", "less": "more"}


def said_of_targets(text: str) -> Iterator[TargetSaid]:
    """All that a sentence says of targets."""
    first = _SPOKEN.search(text)
    if first is None:
        return
    taken: set[int] = set()
    for spoken in (*_SPOKEN.finditer(text), *_OTHER.finditer(text, first.end())):
        match = _word_of(text, spoken)
        if match is not None and match.start(match.lastgroup or "") not in taken:
            taken.add(match.start(match.lastgroup or ""))
            yield from _said(text, match)


def _word_of(text: str, spoken: re.Match[str]) -> re.Match[str] | None:
    """The word that says how a target stands: the nearest before it, else what it "was"."""
    before = re.split(r"[.;]\s", text[: spoken.start()])[-1]
    start = max(spoken.start() - len(before), spoken.start() - _FAR)
    words = [
        match
        for match in _WORD.finditer(text, start)
        if len(text[match.end() : spoken.start()].split()) <= _BETWEEN
        and match.end() <= spoken.start()
    ]
    after = _AFTER.match(text, spoken.end())
    is_for = re.search(r"\bfor$", spoken[0]) or re.match(r"\sfor\b", text[spoken.end() :])
    if after is not None and (not words or is_for):
        return after
    return words[-1] if words else after


def _said(text: str, match: re.Match[str]) -> Iterator[TargetSaid]:
    name = match.lastgroup or ""
    start, end = match.span(name)
    before = text[max(0, start - 40) : start]
    if not _WANTED.search(before):
        yield TargetSaid((start, end), _OPPOSITE[name] if _NOT.search(before) else name)


def is_met(value: Fraction, level: Fraction, good: str) -> bool:
    """Whether a value reaches its target."""
    return value >= level if good == "higher" else value <= level
