"""How the indicators of a case are asked: with what to choose from, and what each grade looks like.

Shared by the pages that grade a case and those that moderate it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from audits.grades import NEEDS_A_COMMENT, QUALITY, IndicatorKind
from audits.models import CaseAudit, Indicator


@dataclass(frozen=True)
class AnswerBox:
    """A radio button or a tick box."""

    id: str
    value: str
    label: str
    checked: bool
    needs_comment: bool = False


def indicators_with_guidance(audit: CaseAudit) -> list[Indicator]:
    """What the audit asks, in order, with choices and what each grade looks like."""
    asked = audit.case.round.tool.indicators.prefetch_related("choices", "grade_guidance")
    return list(asked.order_by("position", "code"))


def options(name: str, ways: Iterable[tuple[str, str]], chosen: str | None) -> list[AnswerBox]:
    """Radio buttons with ids ``<name>-1`` and on; none is chosen for None."""
    return [
        AnswerBox(f"{name}-{place}", value, label, value == chosen, value in NEEDS_A_COMMENT)
        for place, (value, label) in enumerate(ways, start=1)
    ]


def guidance_of(one: Indicator) -> list[tuple[str, str]]:
    """What each grade looks like, best first; its guidance comes prefetched."""
    said = {guidance.grade: guidance.text for guidance in one.grade_guidance.all()}
    return [(grade.label, said[grade]) for grade in QUALITY if grade in said]


def box_of(one: Indicator) -> str:
    """The id of the first box of an indicator."""
    kind = IndicatorKind(one.kind)
    if kind == IndicatorKind.TEXT:
        return f"text-{one.code}"
    return f"choice-{one.code}-1" if kind == IndicatorKind.CHOICES else f"grade-{one.code}-1"


def grades_quality(indicators: Iterable[Indicator]) -> bool:
    """Whether any indicator is graded, so that the case has an overall judgement."""
    return any(one.kind == IndicatorKind.GRADED for one in indicators)
