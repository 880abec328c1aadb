"""A round's numbers as tables: of each grade, each choice, each level of help."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from audits.grades import Grade, Threshold
from audits.models import Round
from audits.results.pages.areas import Place, address
from audits.results.pages.scored import OF_QUALITY, base, percent, score
from audits.results.scored_rounds import IndicatorResult, RoundResults
from audits.scoring import Share, Tally


@dataclass(frozen=True)
class GradeCount:
    """How often a grade was given, and its share of the cases it applied to.

    *Not applicable* is no share of them, so it has none.
    """

    name: str
    number: int
    percent: str


@dataclass(frozen=True)
class GradeRow:
    """The share and the actual number of each grade, and the average over those graded."""

    name: str
    counts: Sequence[GradeCount]
    applied: int
    average: str
    graded: int


@dataclass(frozen=True)
class CountRow:
    """A choice, or a level of help: on how many cases."""

    name: str
    count: int
    percent: str
    base: str


@dataclass(frozen=True)
class ChoiceTable:
    """What was chosen for one indicator; a case may have several."""

    name: str
    url: str
    words: str
    rows: Sequence[CountRow]


@dataclass(frozen=True)
class TextLine:
    """An indicator that was answered in words."""

    name: str
    url: str
    words: str


def indicator_url(made: Round, code: str, place: Place) -> str:
    """The page of one indicator in the same area."""
    return address(reverse("round-indicator", args=[made.code, code]), place.param)


def grade_count(grade: Grade, tally: Tally) -> GradeCount:
    """One answer of a tally."""
    share = Share(tally[grade], tally.applied)
    applies = grade != Grade.NOT_APPLICABLE
    return GradeCount(grade.label, tally[grade], share.percent if applies else "")


def grade_row(name: str, tally: Tally) -> GradeRow:
    """How often each grade was given, for one indicator."""
    return GradeRow(
        name=name,
        counts=[grade_count(grade, tally) for grade in (*OF_QUALITY, Grade.NOT_APPLICABLE)],
        applied=tally.applied,
        average=score(tally.average),
        graded=tally.graded,
    )


def choice_table(one: IndicatorResult, made: Round, place: Place) -> ChoiceTable:
    """How often each choice was made; where a case has several, the words say so."""
    chosen = sum(choice.share.part for choice in one.choices)
    cases = one.choices[0].share.of if one.choices else 0
    return ChoiceTable(
        name=one.indicator.name,
        url=indicator_url(made, one.indicator.code, place),
        words=f"{chosen} on {cases} cases: one case may be in several rows, so they do not add up."
        if one.several
        else "",
        rows=[count_row(choice.label, choice.share) for choice in one.choices],
    )


def count_row(name: str, share: Share) -> CountRow:
    """So many of so many."""
    return CountRow(name, share.part, percent(share), base(share))


def text_line(one: IndicatorResult, made: Round, place: Place) -> TextLine:
    """On how many cases something was written; the words are on the indicator's page."""
    return TextLine(
        name=one.indicator.name,
        url=indicator_url(made, one.indicator.code, place),
        words=f"written about on {one.texts} case{'' if one.texts == 1 else 's'}",
    )


def thresholds(found: RoundResults) -> list[CountRow]:
    """How often each level of help was judged right; nothing where nobody judged it."""
    total = sum(found.thresholds.values())
    return [
        count_row(level.label, Share(found.thresholds.get(level, 0), total))
        for level in Threshold
        if total
    ]
