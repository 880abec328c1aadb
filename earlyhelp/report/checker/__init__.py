"""The checker: a text held to the figures (docs/checker.md). Pure: text in, findings out.

``check(text, facts, options)`` gives :class:`Findings`: a row for each number that could be a
figure, and the sentences that were not understood. ``undeclared`` lists numbers by themselves.
"""

from earlyhelp.report.checker.checking import Checking, Options
from earlyhelp.report.checker.facts import CouncilFacts
from earlyhelp.report.checker.findings import (
    FigureSource,
    Findings,
    NotUnderstood,
    TextFinding,
    Verdict,
)
from earlyhelp.report.checker.numerals import Number, Possible, possible_figures, undeclared
from earlyhelp.report.checker.periods import Period

__all__ = [
    "CouncilFacts",
    "FigureSource",
    "Findings",
    "NotUnderstood",
    "Number",
    "Options",
    "Period",
    "Possible",
    "TextFinding",
    "Verdict",
    "check",
    "possible_figures",
    "undeclared",
]


def check(text: str, facts: CouncilFacts, options: Options) -> Findings:
    """What was found in a text: a row for each number that could be a figure, and false claims."""
    return Checking(text, facts, options).run()
