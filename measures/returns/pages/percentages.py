"""The percentages that a return's answers feed, worked out for the page where they are typed."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.db.models import Q, QuerySet

from earlyhelp.core.compiled_queries import fetch
from measures.counting.aggregates.ids import OneOf, one_of
from measures.counting.catalogue import MeasureSpec
from measures.counting.comparison import TargetSpec, target_for
from measures.counting.display import rounded, shown
from measures.counting.rollups import Cell
from measures.models import Return, Target
from measures.returns.checks import ratio_words
from measures.returns.usual import UsualRange, cell_of
from teams.quarters import FinancialYear, Quarter

NOT_WORKED_OUT = "not worked out"
# What follows the number; an average stands alone.
_UNITS = {"%": "%", **{f"per {many}": f" per {many}" for many in ("1,000", "10,000", "100,000")}}


@dataclass(frozen=True)
class WorkedOut:
    """One percentage or average of this return; the rest is for the script that works it out
    while somebody types.

    ``odd`` says why the number is not as it should be: its figures break a rule, or it is far
    from what is usual.
    """

    name: str
    odd: str
    shown: str
    parts: str
    beside: list[str]
    numerator: str
    denominators: str
    scale: int
    decimals: int
    unit: str
    usual: UsualRange | None
    usual_words: str


# Targets by measure, then by locality; None is the whole city's.
Targets = Mapping[int, Mapping[int | None, TargetSpec]]


def targets_of(returns: Sequence[Return]) -> Targets:
    """The targets of these returns' localities in the year of their quarter; one query."""
    year: FinancialYear = returns[0].quarter.quarter.year
    localities = sorted({made.locality_id for made in returns if made.locality_id is not None})
    found: dict[int, dict[int | None, TargetSpec]] = defaultdict(dict)
    for measure_id, locality_id, target, close in fetch(_targets, year.start, **one_of(localities)):
        found[measure_id][locality_id] = TargetSpec(Fraction(target), Fraction(close))
    return found


def targets_for(
    made: Return, measures: Sequence[MeasureSpec], targets: Targets
) -> dict[int, TargetSpec]:
    """Those that hold for these measures in one return, by measure id."""
    held = {}
    for measure in measures:
        of_measure = targets.get(measure.id, {})
        target_spec = target_for(
            measure, False, of_measure.get(made.locality_id), of_measure.get(None)
        )
        if target_spec is not None:
            held[measure.id] = target_spec
    return held


def _targets(year: int) -> QuerySet[Target, Any]:
    here = Q(OneOf("locality")) | Q(locality__isnull=True)
    targets = Target.objects.filter(here, year=year).order_by()
    return targets.values_list("measure", "locality", "target", "close_within")


def worked_out(
    measure: MeasureSpec,
    now: Mapping[int, int | None],
    last_quarter: Mapping[int, int | None],
    quarter: Quarter,
    target: TargetSpec | None,
    *,
    refused: str,
    why_odd: str,
    usual: UsualRange | None,
) -> WorkedOut:
    """The measure from what stands in the boxes, with last quarter's and the target beside it.

    Where its figures are ``refused`` that sentence stands instead of a number.
    """
    cell = cell_of(measure, now, quarter)
    before = cell_of(measure, last_quarter, quarter - 1)
    value = shown(cell) if cell.answered else ""
    return WorkedOut(
        name=measure.name,
        odd=refused or why_odd,
        shown=NOT_WORKED_OUT if refused else value,
        parts="" if refused else _parts(cell),
        beside=_beside(before, quarter, target),
        numerator=measure.numerator.code,
        denominators=" ".join(item.code for item in measure.denominators),
        scale=measure.scale,
        decimals=measure.decimals,
        unit=_UNITS.get(measure.unit, ""),
        usual=usual,
        usual_words=ratio_words(measure, usual) if usual else "",
    )


def _beside(before: Cell, quarter: Quarter, target: TargetSpec | None) -> list[str]:
    """Last quarter's and the target."""
    measure, beside = before.measure, []
    if before.answered:
        comparable = "" if not measure.breaks_between(quarter - 1, quarter) else " (not comparable)"
        beside.append(f"last quarter {shown(before)}{comparable}")
    if target is not None:
        level = f"{rounded(target.target, 4).normalize():,f}"
        beside.append(f"target {level}{_UNITS.get(measure.unit, '')} this year")
    return beside


def _parts(cell: Cell) -> str:
    """``27 of 36``: what was divided by what."""
    if cell.numerator is None or not cell.denominator:
        return ""
    measure = cell.measure
    top = rounded(measure.numerator.exact(cell.numerator), measure.numerator.decimals)
    places = measure.denominator_decimals
    return f"{top:,} of {rounded(Fraction(cell.denominator, 10**places), places):,}"
