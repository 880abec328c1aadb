"""What a report's own words tell of figures that readers outside are not shown.

Placed numbers obey the releases by themselves. Typed ones, and those that are declared with a
source, stand in every copy as they were written.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from earlyhelp.report.checker import TextFinding, Verdict
from earlyhelp.report.checker.facts import CITY
from earlyhelp.report.periods import HalfYear, parse_period, quarters_of
from earlyhelp.report.words import CheckedNumber
from measures.counting.catalogue import MeasureSpec
from measures.counting.rollups import Period
from measures.releases.reading import ReleaseMask, masks_of

HIDDEN, NOT_RELEASED = "is hidden in the release", "is in no release"
# All of a period: said once, not of every number.
NOT_YET = "is not released yet"
# A number that is something else than the figure tells nothing of it.
_NOT_THE_FIGURE = (Verdict.WRONG, Verdict.UNKNOWN)


def told_in_words(
    checked: Iterable[CheckedNumber], measures: Mapping[str, MeasureSpec]
) -> Iterator[tuple[CheckedNumber, str]]:
    """The numbers that are typed and tell a figure that outsiders are not shown, each with how.

    A constant number of queries.
    """
    telling = [
        (one, _periods(one.finding, measures[one.finding.measure]))
        for one in checked
        if one.finding.measure in measures and _tells(one)
    ]
    masks = masks_of({period for _, periods in telling for period in periods})
    for one, periods in telling:
        if how := _how(one.finding, [masks[period] for period in periods]):
            yield one, how


def _tells(one: CheckedNumber) -> bool:
    """Whether a number is typed, and is a figure or made of figures."""
    finding = one.finding
    is_figure = finding.source is not None and finding.source.kind != "target"
    return is_figure and not one.is_placed and finding.verdict not in _NOT_THE_FIGURE


def _periods(finding: TextFinding, measure: MeasureSpec) -> list[Period]:
    """The quarters and years whose figures a number is worked out from."""
    found: list[Period] = []
    for words in (finding.period, finding.source.earlier if finding.source else ""):
        try:
            period = parse_period(words)
        except ValueError:
            continue  # a span of quarters, or none
        if isinstance(period, HalfYear):
            found += quarters_of(period)[-1:] if measure.is_snapshot else quarters_of(period)
        else:
            found.append(period)
    return found


def _how(finding: TextFinding, masks: Sequence[ReleaseMask]) -> str:
    """Whether one of the figures is hidden, or not released; empty where all are shown."""
    areas = finding.source.areas if finding.source else ()
    lines = [
        mask.line(finding.measure, "" if area == CITY else area) for mask in masks for area in areas
    ]
    if any(line is not None and line.is_hidden for line in lines):
        return HIDDEN
    if None not in lines:
        return ""
    return NOT_RELEASED if all(mask.lines for mask in masks) else NOT_YET
