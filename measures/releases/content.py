"""What a release would tell: the city by quarter and year, localities by year, as they stand.

Closed quarters and years that are closed as a whole; on the signed-off basis, as it was.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from measures.counting.aggregates import Tally, TeamQuarter, take
from measures.counting.aggregates.span import closed_years
from measures.counting.catalogue import MeasureSpec, load_measures
from measures.counting.reporting import Reporting
from measures.counting.rollups import Cell, Period, RollUp
from measures.counting.spans import Spans
from measures.models import Figure, ReportingQuarter
from measures.querysets import Audience, Basis
from measures.releases.lines import CITY, CountedItem, Ground, Key, ReleaseLine, ReleasePart
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
    is_closed = _closed(closing)
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
    lines: list[ReleaseLine] = []
    _add_up(tally, measures, closed, years, told, lines)
    return Content(told, _ground(lines, measures, tally), tally)


def _closed(closing: Quarter | None) -> dict[Quarter, bool]:
    return {
        row.quarter: row.is_closed or row.quarter == closing
        for row in ReportingQuarter.objects.opened()
    }


def _add_up(
    tally: Tally,
    measures: Sequence[MeasureSpec],
    closed: Sequence[Quarter],
    years: Sequence[FinancialYear],
    told: dict[Key, Told],
    lines: list[ReleaseLine],
) -> None:
    """Put every line, and what it is worked out from, into ``told`` and ``lines``."""
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


def _told(rollup: RollUp, measure: MeasureSpec, period: Period) -> Told:
    cell = rollup.cell(measure, period)
    answered, expected = cell.answered, cell.expected
    if isinstance(period, FinancialYear):
        teams = Reporting(rollup).expected(measure, period) | cell.missing
        answered, expected = len(teams - cell.missing), len(teams)
    return Told(cell, (answered, expected), Spans(rollup).bears_verdict(cell, period))


def _line(rollup: RollUp, measure: MeasureSpec, period: Period, key: Key) -> ReleaseLine:
    """The returns that each item of a measure is added up over (product.md, rules 2 and 3)."""
    quarters = rollup.quarters_of(measure, period)
    last = quarters[-1].index
    rows = _matched(rollup, measure, quarters)
    flows = frozenset(row.return_id for row in rows)
    at_end = frozenset(row.return_id for row in rows if row.quarter == last)
    above, *below = (
        ReleasePart(item.id, at_end if item.is_snapshot else flows)
        for item in (measure.numerator, *measure.denominators)
    )
    return ReleaseLine(key, above, tuple(below), measure.rest)


def _matched(
    rollup: RollUp, measure: MeasureSpec, quarters: Sequence[Quarter]
) -> list[TeamQuarter]:
    """The team-quarters that count; where timing is mixed, of teams matched in the last."""
    rows = [row for quarter in quarters for row in rollup.matched(measure, quarter)]
    if not measure.is_mixed or len(quarters) == 1:
        return rows
    ended_well = {row.team_id for row in rows if row.quarter == quarters[-1].index}
    return [row for row in rows if row.team_id in ended_well]


def _ground(lines: Sequence[ReleaseLine], measures: Sequence[MeasureSpec], tally: Tally) -> Ground:
    needed: dict[int, set[int]] = {}
    for part in (part for line in lines for part in line.parts):
        for made in part.made:
            needed.setdefault(made, set()).add(part.item)
    return Ground(
        tuple(lines),
        _values(needed, tally),
        _teams(needed, tally),
        _items(measures),
    )


def _teams(needed: Collection[int], tally: Tally) -> dict[int, int | None]:
    """The team of each of these returns; None of a city-wide one."""
    return {
        row.return_id: None if row.key is None else row.team_id
        for row in tally.returns
        if row.return_id in needed
    }


def _items(measures: Sequence[MeasureSpec]) -> dict[int, CountedItem]:
    return {
        item.id: CountedItem(item.decimals, item.is_protected, item.is_snapshot, tuple(item.wholes))
        for measure in measures
        for item in measure.items
    }


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
