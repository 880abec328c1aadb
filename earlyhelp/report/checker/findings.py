"""What the checker found: a row for each number that could be a figure, and each false claim."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

COLUMNS = ("line", "typed", "verdict", "measure", "area", "period", "should_be", "why")


class Verdict(StrEnum):
    """How a number, or a claim, stands to the data."""

    AGREES = "agrees"
    ROUNDING = "rounding"
    WRONG = "wrong"
    CONTRADICTS = "contradicts"
    MISLEADING = "misleading"
    UNKNOWN = "unknown"

    @property
    def is_fault(self) -> bool:
        """Whether something has to be mended or answered."""
        return self not in (Verdict.AGREES, Verdict.UNKNOWN)


# Where several apply, the first of these counts.
_WEIGHT = (
    *(Verdict.WRONG, Verdict.CONTRADICTS, Verdict.MISLEADING, Verdict.ROUNDING),
    *(Verdict.AGREES, Verdict.UNKNOWN),
)


@dataclass(frozen=True)
class FigureSource:
    """What a number is in the data, so that it can be placed instead of typed.

    ``kind`` is what of the measure: ``value``, ``numerator``, ``denominator``, ``rest``, ``change``,
    ``relative``, ``between`` areas, ``target``, ``gap``, ``mean``, ``highest`` ...
    """

    measure: str
    areas: tuple[str, ...]
    period: str
    kind: str = "value"
    earlier: str = ""


@dataclass
class TextFinding:
    """A number of the text, or a claim without one (``typed`` empty), and what was found.

    ``start`` and ``end`` are where it stands in the text. ``replacement`` is what would be right in
    its place, as it would be typed; ``source`` what it is in the data where that is known.
    ``is_of_words`` says that not the number is at fault but what the sentence says of it.
    """

    line: int
    start: int
    end: int
    typed: str
    verdict: Verdict = Verdict.UNKNOWN
    measure: str = ""
    area: str = ""
    period: str = ""
    should_be: str = ""
    why: str = ""
    replacement: str = ""
    source: FigureSource | None = None
    is_of_words: bool = False

    def blame(
        self, verdict: Verdict, why: str, should_be: str = "", *, of_words: bool = False
    ) -> None:
        """Say what is wrong with it, unless something weightier was said."""
        if _WEIGHT.index(verdict) < _WEIGHT.index(self.verdict):
            self.verdict, self.why, self.is_of_words = verdict, why, of_words
            if should_be:
                self.should_be = self.replacement = should_be

    def row(self) -> list[str]:
        """The row of the command's file."""
        return [
            *(str(self.line), self.typed, self.verdict.value),
            *(self.measure, self.area, self.period, self.should_be, self.why),
        ]


@dataclass(frozen=True)
class NotUnderstood:
    """A sentence with numbers or claims of which nothing could be said."""

    line: int
    start: int
    end: int
    text: str


@dataclass
class Findings:
    """All that was found in a text, in its order."""

    rows: list[TextFinding] = field(default_factory=list)
    not_understood: list[NotUnderstood] = field(default_factory=list)

    @property
    def faults(self) -> list[TextFinding]:
        """What has to be mended or answered."""
        return [row for row in self.rows if row.verdict.is_fault]


def write_csv(rows: Iterable[TextFinding], to: Any) -> None:
    """Write the rows as the command does."""
    writer = csv.writer(to, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(row.row() for row in rows)
