"""Which measures of an area a page shows: all, or those that came out in one way.

Every measure is in one group by its change and in one by its target, so each row of tiles adds
up to the measures that the other row leaves.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, Self

from django.db.models import TextChoices
from django.http import Http404

from measures.counting.comparison import Meaning, TargetVerdict
from measures.counting.revisions import Revision
from measures.performance.choices import Choices
from measures.performance.rows import TargetJudgement


class ByChange(TextChoices):
    """What became of a measure since the time before."""

    IMPROVED = "improved", "improved"
    WORSENED = "worsened", "worsened"
    NO_CLEAR_CHANGE = "no-clear-change", "no clear change"
    NEITHER_WAY = "neither-way", "neither good nor bad"
    NOT_COMPARABLE = "not-comparable", "not comparable"


class ByTarget(TextChoices):
    """How a measure stands to its target."""

    MET = "met", "met"
    CLOSE = "close", "close"
    MISSED = "missed", "missed"
    NOT_JUDGED = "not-judged", "not judged"


_BY_MEANING = {
    Meaning.IMPROVED: ByChange.IMPROVED,
    Meaning.WORSENED: ByChange.WORSENED,
    Meaning.NO_CLEAR_CHANGE: ByChange.NO_CLEAR_CHANGE,
    Meaning.SAME: ByChange.NO_CLEAR_CHANGE,
    Meaning.MORE: ByChange.NEITHER_WAY,
    Meaning.FEWER: ByChange.NEITHER_WAY,
    Meaning.HIGHER: ByChange.NEITHER_WAY,
    Meaning.LOWER: ByChange.NEITHER_WAY,
    Meaning.NOT_COMPARABLE: ByChange.NOT_COMPARABLE,
    Meaning.PART_OF_AREA: ByChange.NOT_COMPARABLE,
    Meaning.FIRST: ByChange.NOT_COMPARABLE,
    Meaning.NONE: ByChange.NOT_COMPARABLE,
}
_BY_VERDICT = {
    TargetVerdict.MET: ByTarget.MET,
    TargetVerdict.CLOSE: ByTarget.CLOSE,
    TargetVerdict.MISSED: ByTarget.MISSED,
}


class Grouped(Protocol):
    """What a filter looks at: a measure's change, its target, and whether it was revised."""

    @property
    def meaning(self) -> Meaning:
        """What its change says."""

    @property
    def verdict(self) -> TargetJudgement | None:
        """How it stands to its target."""

    @property
    def revision(self) -> Revision | None:
        """What was revised of it."""


def by_change(row: Grouped) -> ByChange:
    """The group of a measure by its change."""
    return _BY_MEANING[row.meaning]


def by_target(row: Grouped) -> ByTarget:
    """The group of a measure by its target."""
    return _BY_VERDICT[row.verdict.verdict] if row.verdict else ByTarget.NOT_JUDGED


@dataclass(frozen=True)
class Tile:
    """How many measures are in a group, and the page of just those; all again where it is shown."""

    number: int
    words: str
    url: str
    current: bool


@dataclass(frozen=True)
class TileRow:
    """The groups by change, or by target."""

    name: str
    tiles: Sequence[Tile]


@dataclass(frozen=True)
class Filter:
    """What an address asks for: ``?change=worsened&target=missed``; None shows all.

    ``revised`` narrows it to figures that changed after they were published.
    """

    change: ByChange | None = None
    target: ByTarget | None = None
    revised: bool = False

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> Self:
        """Read an address's query; ``Http404`` for a group that there is not."""
        change, target = asked.get("change"), asked.get("target")
        if change and change not in ByChange.values:
            raise Http404(f"A change is one of {', '.join(ByChange.values)}")
        if target and target not in ByTarget.values:
            raise Http404(f"A target is one of {', '.join(ByTarget.values)}")
        revised = asked.get("revised")
        if revised and revised != "yes":
            raise Http404("Only what was revised is asked for with revised=yes")
        return cls(
            ByChange(change) if change else None,
            ByTarget(target) if target else None,
            bool(revised),
        )

    def __bool__(self) -> bool:
        return bool(self.change or self.target or self.revised)

    def __str__(self) -> str:
        words = [self.change.label] if self.change else []
        if self.target:
            words.append(f"target {self.target.label}")
        if self.revised:
            words.append("revised")
        return ", ".join(words)

    def shows(self, row: Grouped) -> bool:
        """Whether a measure is among those asked for."""
        return self._is_revised(row) and self._has_change(row) and self._has_target(row)

    def tiles(self, rows: Sequence[Grouped], choices: Choices) -> Iterator[TileRow]:
        """Both rows of tiles; each counts what the other leaves."""
        rows = [row for row in rows if self._is_revised(row)]
        changes = [by_change(row) for row in rows if self._has_target(row)]
        targets = [by_target(row) for row in rows if self._has_change(row)]
        yield TileRow(
            "Change",
            [
                Tile(
                    number=changes.count(one),
                    words=str(one.label),
                    url=choices.url(change=None if one == self.change else one.value),
                    current=one == self.change,
                )
                for one in ByChange
            ],
        )
        yield TileRow(
            "Target",
            [
                Tile(
                    number=targets.count(one),
                    words=str(one.label),
                    url=choices.url(target=None if one == self.target else one.value),
                    current=one == self.target,
                )
                for one in ByTarget
            ],
        )

    def _is_revised(self, row: Grouped) -> bool:
        return not self.revised or row.revision is not None

    def _has_change(self, row: Grouped) -> bool:
        return self.change is None or by_change(row) == self.change

    def _has_target(self, row: Grouped) -> bool:
        return self.target is None or by_target(row) == self.target
