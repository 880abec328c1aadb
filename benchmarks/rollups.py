"""P1 and P2: the roll-up against the same in raw SQL, and large against small."""

from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from benchmarks.councils import LARGE, SMALL, council_of
from benchmarks.fill import LAST
from benchmarks.timing import Line, compare
from measures.counting.aggregates import take
from measures.counting.catalogue import MeasureSpec, load_measures
from measures.counting.rollups import RollUp
from measures.models import Figure, ReportingQuarter
from measures.querysets import Basis
from teams.models import Locality
from teams.quarters import Quarter, span

EIGHT = span(LAST - 7, LAST)
Numbers = dict[tuple[int, int], tuple[int | None, int | None, int, int]]


def through_the_orm(
    measures: list[MeasureSpec], opened: list[Quarter], where: Q | None = None
) -> Numbers:
    """Thirty measures in eight quarters, as pages do it."""
    counted = take(
        measures, EIGHT, Basis.SIGNED_OFF, whole=True, where=where, opened=opened, years=False
    )
    area = RollUp(counted, None)
    found = {}
    for measure in measures:
        for quarter in EIGHT:
            cell = area.cell(measure, quarter)
            found[measure.id, quarter.index] = (
                cell.numerator, cell.denominator, cell.answered, cell.expected,
            )  # fmt: skip
    return found


def in_raw_sql(
    measures: list[MeasureSpec],
    locality_id: int | None = None,
    quarters: Sequence[Quarter] = EIGHT,
) -> Numbers:
    """The same numbers by hand: the sums, the returns, and the figures of returns with gaps."""
    first, last = quarters[0].index, quarters[-1].index
    here = "" if locality_id is None else f"AND r.locality_id = {locality_id}"
    speaks = f"r.quarter_id BETWEEN {first} AND {last} AND r.state = 'signed-off' {here}"
    with connection.cursor() as cursor:
        sums: dict[tuple[int, int, int], int] = {
            (quarter, kind, item): int(total or 0)
            for quarter, kind, item, total in _rows(
                cursor,
                f"""SELECT r.quarter_id, r.team_type_id, f.item_id, SUM(f.value)
                    FROM measures_figure f JOIN measures_return r ON r.id = f.return_id
                    WHERE {speaks} GROUP BY 1, 2, 3""",  # numbers of our own
            )
        }
        asked: dict[tuple[int, int], set[int]] = defaultdict(set)
        for quarter, kind, item in _rows(
            cursor,
            f"""SELECT quarter_id, team_type_id, item_id FROM measures_question
                WHERE quarter_id BETWEEN {first} AND {last}""",
        ):
            asked[quarter, kind].add(item)
        returns: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0])
        for quarter, kind, _, state in _rows(
            cursor,
            f"""SELECT quarter_id, team_type_id, id, state FROM measures_return r
                WHERE quarter_id BETWEEN {first} AND {last} {here}""",
        ):
            returns[quarter, kind][0] += 1
            returns[quarter, kind][1] += state == "signed-off"
        gapped: dict[tuple[int, int, int], dict[int, int | None]] = defaultdict(dict)
        for quarter, kind, made, item, value in _rows(
            cursor,
            f"""SELECT r.quarter_id, r.team_type_id, r.id, f.item_id, f.value
                FROM measures_figure f JOIN measures_return r ON r.id = f.return_id
                WHERE {speaks} AND r.id IN (
                    SELECT g.return_id FROM measures_figure g JOIN measures_return r
                    ON r.id = g.return_id WHERE {speaks} AND g.value IS NULL)""",
        ):
            gapped[quarter, kind, made][item] = value
    return _pooled(measures, sums, asked, returns, gapped, quarters)


def _rows(cursor: Any, sql: str) -> list[Any]:
    cursor.execute(sql)
    return cursor.fetchall()


def _pooled(
    measures: list[MeasureSpec],
    sums: dict[tuple[int, int, int], int],
    asked: dict[tuple[int, int], set[int]],
    returns: dict[tuple[int, int], list[int]],
    gapped: dict[tuple[int, int, int], dict[int, int | None]],
    quarters: Sequence[Quarter],
) -> Numbers:
    found: Numbers = {}
    by_group: dict[tuple[int, int], list[dict[int, int | None]]] = defaultdict(list)
    for (quarter, kind, _), row in gapped.items():
        by_group[quarter, kind].append(row)
    for measure in measures:
        for when in quarters:
            top = under = answered = expected = 0
            for (index, kind), (all_of_them, speaking) in returns.items():
                if index != when.index or not measure.item_ids <= asked[index, kind]:
                    continue
                expected += all_of_them
                answered += speaking
                top += sums[index, kind, measure.numerator.id]
                under += sum(sums[index, kind, item.id] for item in measure.denominators)
                for row in by_group[index, kind]:
                    if all(row[item] is not None for item in measure.item_ids):
                        continue
                    answered -= 1
                    top -= row[measure.numerator.id] or 0
                    under -= sum(row[item.id] or 0 for item in measure.denominators)
            found[measure.id, when.index] = (
                top if answered else None,
                under if answered and measure.denominators else None,
                answered,
                expected,
            )
    return found


def p1() -> list[Line]:
    """The city through the ORM, on both sizes."""
    lines = []
    for size, words in [(SMALL, "15 teams"), (LARGE, "2,280 teams")]:
        with council_of(size):
            measures, opened = (
                load_measures(),
                [row.quarter for row in ReportingQuarter.objects.opened()],
            )
            ours, floor = partial(through_the_orm, measures, opened), partial(in_raw_sql, measures)
            assert ours() == floor()
            found = compare(ours, floor)
        what = f"city roll-up, 30 measures x 8 quarters, {words}: ORM / raw SQL"
        lines.append(Line("P1", what, found.ratio, 1.5, detail=found.detail))
    return lines


def p2() -> list[Line]:
    """One locality of fifteen teams among 2,280, against a council that has no more."""
    with council_of(LARGE):
        measures_there, opened_there = (
            load_measures(),
            [row.quarter for row in ReportingQuarter.objects.opened()],
        )
        locality = Locality.objects.all()[70]
        among = through_the_orm(measures_there, opened_there, Q(locality=locality))
        assert among == in_raw_sql(measures_there, locality.pk)
    with council_of(SMALL):
        measures_here, opened_here = (
            load_measures(),
            [row.quarter for row in ReportingQuarter.objects.opened()],
        )
        alone = Q(locality=Locality.objects.get())

    def large() -> None:
        with council_of(LARGE):
            through_the_orm(measures_there, opened_there, Q(locality=locality))

    def small() -> None:
        with council_of(SMALL):
            through_the_orm(measures_here, opened_here, alone)

    found = compare(large, small)
    what = "one locality of 15 teams: among 2.7 M figures / alone"
    return [Line("P2", what, found.ratio, 1.5, detail=found.detail)]


TEN_YEARS = span(LAST - 39, LAST)


def p8() -> list[Line]:
    """Every year of the city, over all the figures there are; and what a save does to it."""
    with council_of(LARGE):
        measures = load_measures()
        opened = [row.quarter for row in ReportingQuarter.objects.opened()]
        years = list(dict.fromkeys(quarter.year for quarter in TEN_YEARS))

        def ours() -> dict[tuple[int, int], int | None]:
            counted = take(measures, TEN_YEARS, Basis.SIGNED_OFF, whole=True, opened=opened)
            city = RollUp(counted, None)
            cells = ((one, year, city.cell(one, year)) for one in measures for year in years)
            return {(one.id, year.start): cell.numerator for one, year, cell in cells}

        found = compare(ours, lambda: in_raw_sql(measures, None, TEN_YEARS), most=5)
        stale = _stale(ours, measures[1], TEN_YEARS[0].year.start)
    what = "every year of the city, 2.7 million figures, live / raw SQL"
    return [
        Line("P8", what, found.ratio, 2, detail=found.detail),
        Line("P8", "a save that the next read does not show", stale, 0, unit=""),
    ]


def _stale(ours: Any, measure: MeasureSpec, year: int) -> int:
    """Whether a figure that changes leaves the year as it was; the change does not stay."""
    before = ours()[measure.id, year]
    with transaction.atomic(using=LARGE):
        figure = Figure.objects.filter(
            item=measure.numerator.id,
            value__isnull=False,
            return_made__quarter=year * 4 + 3,
        ).first()
        assert figure and figure.value is not None and before is not None
        Figure.objects.filter(pk=figure.pk).update(value=figure.value + 1)
        after = ours()[measure.id, year]
        transaction.set_rollback(True, using=LARGE)
    return int(after != before + 1)
