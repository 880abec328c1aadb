"""How the indicators of a case are asked: with what to choose from, and what each grade looks like.

Shared by the pages that grade a case and those that moderate it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from audits.casework.answers import AnsweredIndicator, Errors
from audits.grades import NEEDS_A_COMMENT, QUALITY, QUALITY_CHOICES


@dataclass(frozen=True)
class AnswerBox:
    """A radio button or a tick box."""

    id: str
    value: str
    label: str
    checked: bool
    needs_comment: bool = False


def options(name: str, ways: Iterable[tuple[str, str]], chosen: str | None) -> list[AnswerBox]:
    """Radio buttons with ids ``<name>-1`` and on; none is chosen for None."""
    return [
        AnswerBox(f"{name}-{place}", value, label, value == chosen, value in NEEDS_A_COMMENT)
        for place, (value, label) in enumerate(ways, start=1)
    ]


def overall_options(chosen: str) -> list[AnswerBox]:
    """The radio buttons of the overall judgement."""
    return options("overall", QUALITY_CHOICES, chosen)


@dataclass(frozen=True)
class IndicatorRow(AnsweredIndicator):
    """One indicator as it stands on a page, its guidance prefetched."""

    number: int
    error: str

    @property
    def guidance(self) -> list[tuple[str, str]]:
        """What each grade looks like, best first."""
        looks = {one.grade: one.text for one in self.indicator.grade_guidance.all()}
        return [(grade.label, looks[grade]) for grade in QUALITY if grade in looks]

    @property
    def error_box(self) -> str:
        """The id of the box that the error is about."""
        return self.box


def problems_of(rows: Iterable[IndicatorRow], errors: Errors) -> list[tuple[str, str]]:
    """What is wrong, for the error summary: the box to go to and the sentence for each."""
    radios = ("overall", "threshold")
    return [(row.error_box, row.error) for row in rows if row.error] + [
        (f"{part}-1" if part in radios else part, text)
        for part, text in errors.items()
        if isinstance(part, str)
    ]
