"""A second look at free text: does it seem to name or place a person? Pure.

An audit needs no names. These rules look for what slips in: a name, a date of birth, an
address or a postcode, an NHS number. They only warn, and the writer decides: a rule that cries
wolf is soon clicked away, so each stays quiet about ordinary sentences of the field.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class PersonalDataKind(StrEnum):
    """What a piece of text looks like."""

    NAME = "a person's name"
    DATE_OF_BIRTH = "a date of birth"
    ADDRESS = "an address"
    POSTCODE = "a postcode"
    NHS_NUMBER = "an NHS number"


@dataclass(frozen=True)
class TextWarning:
    """A piece of text and what it looks like."""

    kind: PersonalDataKind
    found: str

    @property
    def text(self) -> str:
        """The sentence for the writer."""
        return f"“{self.found}” looks like {self.kind.value}. Please leave it out."


def _listed(name: str) -> frozenset[str]:
    text = Path(__file__).with_name(f"personal_data_{name}.txt").read_text(encoding="utf-8")
    return frozenset(text.split())


# First names that are no other word of ordinary English, common in Britain over the last
# sixty years; enough to notice one that stands alone.
_FIRST_NAMES = _listed("first_names")
# Capitalised words of the field that stand side by side without being anybody's name.
_FIELD = _listed("field_words")

_WORD = r"[A-Z][a-z]+(?:['’-](?!s\b)[A-Za-z]+)*"
_RUN = re.compile(rf"{_WORD}(?: {_WORD})*")
_TITLED = re.compile(rf"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr)\.? ({_WORD})")
_INITIAL = re.compile(rf"(?<![\w'’.])([A-Z])(?:\. ?|\.?[A-Z]\.? | )({_WORD})\b")
_CUED = re.compile(
    r"\b(?i:called|named|mother|father|mum|dad|son|daughter|brother|sister|sibling|child|"
    rf"baby|partner|stepfather|stepmother|uncle|aunt|grandmother|grandfather),? ({_WORD})"
)
_DATE = (
    r"(?:[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{2,4}|[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"|[0-9]{1,2}(?:st|nd|rd|th)?(?: of)? [A-Za-z]{3,9},? [0-9]{4})"
)
_BORN = re.compile(
    rf"\b(?:d\.?o\.?b\.?|date of birth|born(?: on)?|birthday)(?: (?:is|was))?\W{{0,3}}({_DATE})",
    re.IGNORECASE,
)
_POSTCODE = re.compile(
    r"\b(?:GIR ?0AA|[A-PR-UWYZ][A-HK-Y]?[0-9][A-Z0-9]? ?[0-9][ABD-HJLNP-UW-Z]{2})\b", re.IGNORECASE
)
_ORDINAL = re.compile(r"[0-9](?:st|nd|rd|th)$")
_STREET = (
    "Street|Road|Avenue|Lane|Close|Drive|Crescent|Way|Court|Place|Terrace|Gardens|Grove|Hill|"
    "Square|Walk|Mews|Row|Rise|Green|Croft|Rd|Ave|Cres"
)
_ADDRESS = re.compile(
    rf"\b(?:[Ff]lat|[Aa]partment) [0-9]{{1,3}}[A-Za-z]?\b"
    rf"|\b[0-9]{{1,4}}[A-Za-z]?,? (?:{_WORD} ){{1,3}}(?:{_STREET})\b"
)
_COURTS = re.compile(r"\b(?:Family|Crown|County|High|Youth|Magistrates['’]?) Court\b")
_TEN_DIGITS = re.compile(r"(?<![0-9-])[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{4}(?![0-9-])")


def warnings(text: str, known: Collection[str] = ()) -> list[TextWarning]:
    """What in ``text`` looks like a person, where they live or a number of theirs, in order.

    ``known`` are names that are no person's: teams, localities, the council.
    """
    ours = _FIELD | {word.lower() for name in known for word in re.findall(r"[\w'’-]+", name)}
    found: dict[tuple[int, int], TextWarning] = {}
    for kind, start, end in (*_numbers(text), *_places(text), *_names(text, ours)):
        if not any(start < past and begun < end for begun, past in found):
            found[start, end] = TextWarning(kind, text[start:end])
    return [found[where] for where in sorted(found)]


Found = tuple[PersonalDataKind, int, int]


def _numbers(text: str) -> Iterator[Found]:
    for match in _BORN.finditer(text):
        yield PersonalDataKind.DATE_OF_BIRTH, match.start(1), match.end(1)
    for match in _TEN_DIGITS.finditer(text):
        if is_nhs_number(match[0]):
            yield PersonalDataKind.NHS_NUMBER, match.start(), match.end()


def is_nhs_number(digits: str) -> bool:
    """Whether ten digits end in the check digit of an NHS number.

    Modulus 11: the first nine digits times 10 down to 2; what the sum lacks of a multiple of
    11 is the tenth (11 counts as 0, and 10 is never given out).
    """
    plain = [int(digit) for digit in digits if digit in "0123456789"]
    if len(plain) != 10 or len(set(plain)) == 1:
        return False
    total = sum(digit * weight for digit, weight in zip(plain, range(10, 1, -1), strict=False))
    check = (11 - total % 11) % 11
    return check != 10 and check == plain[9]


def _places(text: str) -> Iterator[Found]:
    for match in _POSTCODE.finditer(text):
        if not _ORDINAL.search(match[0]) and (match[0].isupper() or " " in match[0]):
            yield PersonalDataKind.POSTCODE, match.start(), match.end()
    for match in _ADDRESS.finditer(text):
        if not _COURTS.search(match[0]):
            yield PersonalDataKind.ADDRESS, match.start(), match.end()


def _names(text: str, ours: Collection[str]) -> Iterator[Found]:
    for match in _TITLED.finditer(text):
        yield PersonalDataKind.NAME, match.start(), match.end()
    for match in _CUED.finditer(text):
        if match[1].lower() not in ours:
            yield PersonalDataKind.NAME, match.start(1), match.end(1)
    for match in _INITIAL.finditer(text):
        is_article = match[1] in "AI" and _starts_a_sentence(text, match.start())
        if match[2].lower() not in ours and not is_article:
            yield PersonalDataKind.NAME, match.start(), match.end()
    for match in _RUN.finditer(text):
        yield from _in_run(text, match, ours)


def _in_run(text: str, run: re.Match[str], ours: Collection[str]) -> Iterator[Found]:
    """Names in a run of capitalised words: two strange ones together, or one known first name.

    The word that starts a sentence has its capital from that, and counts only as a first name.
    """
    strange: list[tuple[int, int, bool]] = []
    for word in re.finditer(_WORD, run[0]):
        start, end = run.start() + word.start(), run.start() + word.end()
        plain = re.sub(r"['’]s$", "", word[0]).lower()
        is_first_name = plain in _FIRST_NAMES and plain not in ours
        # A first name makes a following word a surname, whatever else it means.
        follows_a_name = bool(strange) and strange[-1][2] and plain not in ours
        if (
            is_first_name
            or follows_a_name
            or (plain not in ours and not _starts_a_sentence(text, start))
        ):
            strange.append((start, end, is_first_name))
            continue
        yield from _told(strange)
        strange = []
    yield from _told(strange)


def _told(strange: list[tuple[int, int, bool]]) -> Iterator[Found]:
    if len(strange) > 1 or (strange and strange[0][2]):
        yield PersonalDataKind.NAME, strange[0][0], strange[-1][1]


def _starts_a_sentence(text: str, place: int) -> bool:
    before = text[:place].rstrip(" \t\"'“‘(")
    return not before or before[-1] in ".!?:;\n•–-" or text[:place].rstrip(" \t").endswith("\n")
