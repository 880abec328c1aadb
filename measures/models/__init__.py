"""What is counted and when, the returns that hold it, and what was said and changed later."""

from measures.models.after import Commentary, CorrectedFigure, Correction, QuarterReading
from measures.models.framework import (
    DataItem,
    Denominator,
    Heading,
    Measure,
    Protect,
    Question,
    ReportingQuarter,
    SeriesBreak,
    Target,
    Timing,
    is_protected,
)
from measures.models.returns import Answer, Figure, Return

__all__ = [
    "Answer",
    "Commentary",
    "CorrectedFigure",
    "Correction",
    "DataItem",
    "Denominator",
    "Figure",
    "Heading",
    "Measure",
    "Protect",
    "QuarterReading",
    "Question",
    "ReportingQuarter",
    "Return",
    "SeriesBreak",
    "Target",
    "Timing",
    "is_protected",
]
