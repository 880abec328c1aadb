"""What a release would tell: the city by quarter and year, localities by year, as they stand.

Closed quarters and years that are closed as a whole; on the signed-off basis, as it was.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from measures.counting.aggregates import Tally, take
from measures.counting.aggregates.span import closed_years
from measures.counting.catalogue import MeasureSpec, load_measures
from measures.counting.reporting import Reporting
from measures.counting.rollups import Cell, Period, RollUp
from measures.counting.spans import Spans
from measures.models import Figure, ReportingQuarter
from measures.querysets import Audience, Basis
from measures.releases.lines import CITY, Ground, Item, Key, Line, Part
from teams.quarters import FinancialYear, Quarter


@dataclass(frozen=True)
class Told:
    """A line with all that is said of it beside its numbers.

    ``teams`` are how many answered in the whole period, of how many; ``bears`` is whether the
    figure can be held against a target.
    """

    cell: Cell
    teams: tuple[int, int]
    bears: bool


@dataclass(frozen=True)
class Content:
    """What could be told today: each line, what it is worked out from, and who was asked what."""

    told: Mapping[Key, Told]
    ground: Ground
    tally: Tally


def content(closing: Quarter | None = None) -> Content | None:
    """What could be told of all that is closed; None while nothing is. A handful of queries.

    With ``closing`` as if that quarter were closed as well.
    """
    is_closed = {
        row.quarter: row.is_closed or row.quarter == closing
        for row in ReportingQuarter.objects.opened()
    }
    closed = sorted(quarter for quarter, closed in is_closed.items() if closed)
    if not closed:
        return None
    measures = load_measures()
    tally = take(
        *(measures, closed, Basis.SIGNED_OFF),
        audience=Audience.INTERNAL,
        opened=closed,
        compared=[[one, one - back] for one in closed for back in (1, 4)],
        named=True,
    )
    years = sorted(closed_years(is_closed))
    told: dict[Key, Told] = {}
    lines: list[Line] = []
    areas: list[tuple[int, frozenset[int | None] | None]] = [(CITY, None)]
    areas += [(one.pk, frozenset([one.pk])) for one in tally.localities]
    for locality, keys in areas:
        rollup = RollUp(tally, keys)
        periods: Sequence[Period] = years if keys else [*closed, *years]
        for measure, period in product(filter(rollup.was_asked, measures), periods):
            key = Key(measure.id, locality, str(period))
            told[key] = _told(rollup, measure, period)
            if told[key].cell.numerator is not None:
                lines.append(_line(rollup, measure, period, key))
    return Content(told, _ground(lines, measures, tally), tally)


def _told(rollup: RollUp, measure: MeasureSpec, period: Period) -> Told:
    cell = rollup.cell(measure, period)
    answered, expected = cell.answered, cell.expected
    if isinstance(period, FinancialYear):
        teams = Reporting(rollup).expected(measure, period) | cell.missing
        answered, expected = len(teams - cell.missing), len(teams)
    return Told(cell, (answered, expected), Spans(rollup).bears_verdict(cell, period))


def _line(rollup: RollUp, measure: MeasureSpec, period: Period, key: Key) -> Line:
    """The returns that each item of a measure is added up over (product.md, rules 2 and 3)."""
    quarters = rollup.quarters_of(measure, period)
    rows = [row for quarter in quarters for row in rollup.matched(measure, quarter)]
    last = quarters[-1].index
    if measure.is_mixed and len(quarters) > 1:
        ended_well = {row.team_id for row in rows if row.quarter == last}
        rows = [row for row in rows if row.team_id in ended_well]
    flows = frozenset(row.return_id for row in rows)
    at_end = frozenset(row.return_id for row in rows if row.quarter == last)
    above, *below = (
        Part(item.id, at_end if item.is_snapshot else flows)
        for item in (measure.numerator, *measure.denominators)
    )
    return Line(key, above, tuple(below), measure.rest)


def _ground(lines: Sequence[Line], measures: Sequence[MeasureSpec], tally: Tally) -> Ground:
    needed: dict[int, set[int]] = {}
    for part in (part for line in lines for part in line.parts):
        for made in part.made:
            needed.setdefault(made, set()).add(part.item)
    city_wide = {row.return_id for row in tally.returns if row.key is None}
    teams = {row.return_id: row.team_id for row in tally.returns if row.return_id in needed}
    return Ground(
        tuple(lines),
        _values(needed, tally),
        {made: None if made in city_wide else team for made, team in teams.items()},
        {
            item.id: Item(item.decimals, item.is_protected, item.is_snapshot, tuple(item.wholes))
            for measure in measures
            for item in measure.items
        },
    )


def _values(needed: Mapping[int, set[int]], tally: Tally) -> dict[int, dict[int, int]]:
    """The answers of the returns of these quarters, as far as they are told; one query."""
    found: dict[int, dict[int, int]] = {made: {} for made in needed}
    answers = Figure.objects.filter(
        return_made__quarter__in=sorted(tally.quarters), value__isnull=False
    ).order_by()
    for made, item, value in answers.values_list("return_made", "item", "value").iterator():
        if value is not None and item in needed.get(made, ()):
            found[made][item] = value
    return found
