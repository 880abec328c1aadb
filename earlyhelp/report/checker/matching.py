"""Whether a typed number says what it should: at its precision, within its word of size."""

import re
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from earlyhelp.report.checker.figures import cut, rounded
from earlyhelp.report.checker.numerals import Number

# How near "about" and "nearly" are, as a part of a number and in points of a percentage.
NEAR, NEAR_POINTS = Fraction(5, 100), Fraction(2)

_SIZES = (
    ("over", r"(?:well\s|far\s|slightly\s|a\slittle\s)?(?:over|more\sthan|above|exceed(?:ed|s|ing)|upwards\sof|in\sexcess\sof|greater\sthan|higher\sthan|better\sthan|beyond|topped|passed)"),
    ("just over", r"(?:just|slightly|a\slittle|a\sshade|a\sfraction|only\sjust)\s(?:over|above|more\sthan)"),
    ("under", r"(?:well\s|far\s)?(?:under|less\sthan|fewer\sthan|below|lower\sthan|short\sof|no\slonger)"),
    ("just under", r"(?:(?:just|slightly|a\slittle|a\sshade|a\sfraction)\s(?:under|below|short\sof|less\sthan|fewer\sthan)|almost|nearly|close\sto|approaching|not\squite|virtually|getting\son\sfor)"),
    ("about", r"(?:about|around|approximately|approx\.?|roughly|some|circa|c\.|~|in\sthe\sregion\sof|or\sso|broadly|something\slike)"),
    ("at least", r"(?:at\sleast|no\sfewer\sthan|no\sless\sthan|not\sless\sthan|a\sminimum\sof)"),
    ("at most", r"(?:at\smost|no\smore\sthan|up\sto|not\smore\sthan|a\smaximum\sof)"),
)  # fmt: skip
_SIZE = [
    (name, re.compile(rf"\b{rule}\s?(?:a\s|an\s|the\s|one\s)?$" if name != "about" else rf"(?:\b|(?<=\W)){rule}\s?(?:a\s|an\s|the\s)?$", re.IGNORECASE))
    for name, rule in _SIZES
]  # fmt: skip
_ORDER = ("just over", "just under", "at least", "at most", "over", "under", "about")


class Fit(StrEnum):
    """How a number fits what it should be."""

    YES = "yes"
    CUT = "cut"
    NO = "no"


def size_before(before: str) -> str:
    """The word of size that a number stands after; empty where there is none."""
    for wanted in _ORDER:
        for name, pattern in _SIZE:
            if name == wanted and pattern.search(before):
                return name
    return ""


@dataclass(frozen=True)
class TypedNumber:
    """A number as it is to be compared: its value, its decimals, and its word of size."""

    value: Fraction
    places: int
    size: str = ""
    is_share: bool = False
    in_words: bool = False
    sign: int = 0

    @classmethod
    def of(cls, number: Number, size: str) -> "TypedNumber":
        """A number of the text; shares are per cent."""
        in_words = number.unit == "part"
        value = number.value * 100 if in_words else number.value
        return cls(
            value,
            number.places,
            size,
            number.unit in ("%", "part", "points"),
            in_words,
            number.sign,
        )

    def fits(self, exact: Fraction) -> Fit:
        """Whether it says so much: half up at the decimals typed, or as its word of size has it."""
        exact = abs(exact)
        near = NEAR_POINTS if self.is_share else NEAR * self.value
        if self.size:
            return Fit.YES if self._within(exact, near) else Fit.NO
        if self.in_words:
            return Fit.YES if abs(exact - self.value) <= NEAR_POINTS else Fit.NO
        if rounded(exact, self.places) == self.value:
            return Fit.YES
        return Fit.CUT if cut(exact, self.places) == self.value else Fit.NO

    def _within(self, exact: Fraction, near: Fraction) -> bool:
        value = self.value
        # A number that is what it is called near to: "almost 75%" of 74.96.
        tests = {
            "over": exact > value,
            "just over": value < exact <= value + near,
            "under": exact < value,
            "just under": value - near <= exact < value,
            "about": abs(exact - value) <= max(near, Fraction(1, 2)),
            "at least": exact >= value,
            "at most": exact <= value,
        }
        return tests[self.size]
