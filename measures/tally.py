"""What the database adds up for a roll-up: sums by area, and the gaps in them.

Three queries, whatever the size: the returns; what was asked, the gaps, and what was corrected;
the sums of what was answered, grouped, which an index that carries the value serves, with the
numbers of returns that have a gap in an item of a ratio or are left out of a year, so that
``rollups`` can take them out of the sums exactly. Which returns those are is known by then, so
the database is told: asking it to find out again takes many times longer.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import BooleanField, Case, ExpressionWrapper, F, Func, Q, Sum, Value, When
from django.db.models.expressions import Expression
from django.db.models.fields import BigIntegerField, CharField
from django.db.models.functions import Cast, Coalesce

from measures.catalogue import MeasureSpec
from measures.models import CorrectedFigure, Figure, Question, ReportingQuarter, Return
from measures.querysets import Basis, FigureQuerySet, meets
from measures.workflow import CorrectionState, ReturnState
from teams.models import Locality
from teams.quarters import Quarter

# What a roll-up reads of a return, and the names beside it.
_RETURN = ("pk", "team_id", "key", "team_type_id", "quarter_id", "speaks", "state")
_NAMES = (
    *("team__position", "team__code", "team__name"),
    *("locality_id", "locality__position", "locality__code", "locality__name"),
)


# So few items are looked up one by one in the index of sums; of more, each return is read whole.
FEW_ITEMS = 10

# The area of a team-quarter: a locality's id (None is city-wide), or a team's id.
Key = int | None


@dataclass(frozen=True, slots=True)
class TeamQuarter:
    """One return in the span, as the arithmetic needs it."""

    return_id: int
    team_id: int
    key: Key
    type_id: int
    quarter: int
    speaks: bool
    is_signed_off: bool = False


@dataclass(frozen=True)
class Tally:
    """Everything a roll-up needs to know of the figures, already added up.

    ``sums`` holds, by area key, quarter and kind of team, each item's sum over the returns
    that speak; ``gaps`` the items without a number of returns that speak, with the answer
    (empty where unanswered); ``single`` the numbers of some returns, by return and item;
    ``revised`` the figures, by return, that a correction changed after they were signed off.
    The teams' names and the localities in which returns were made, in the framework's order,
    are there for pages that ask for them.
    """

    quarters: dict[int, ReportingQuarter]
    questions: dict[tuple[int, int], frozenset[int]]
    returns: Sequence[TeamQuarter]
    sums: dict[tuple[Key, int, int], dict[int, int]]
    gaps: dict[int, dict[int, str]]
    single: dict[int, dict[int, int]] = field(default_factory=dict)
    revised: dict[int, frozenset[int]] = field(default_factory=dict)
    team_names: dict[int, str] = field(default_factory=dict)
    localities: Sequence[Locality] = ()

    def is_asked(self, row: TeamQuarter, measure: MeasureSpec) -> bool:
        """Whether this team was asked every item of the measure in this quarter."""
        asked = self.questions.get((row.quarter, row.type_id), frozenset())
        return measure.item_ids <= asked

    def is_matched(self, row: TeamQuarter, measure: MeasureSpec) -> bool:
        """Whether its return speaks and answers every item of the measure with a number."""
        return (
            row.speaks
            and self.is_asked(row, measure)
            and measure.item_ids.isdisjoint(self.gaps.get(row.return_id, ()))
        )

    def opened_in(self, quarters: Iterable[Quarter]) -> list[Quarter]:
        """Those of ``quarters`` that were opened, in time order."""
        return sorted(quarter for quarter in quarters if quarter.index in self.quarters)


def take(
    measures: Sequence[MeasureSpec],
    quarters: Collection[Quarter],
    basis: Basis,
    *,
    by_team: bool = False,
    whole: bool = False,
    now: dict[int, Key] | None = None,
    where: Q | None = None,
    opened: Iterable[ReportingQuarter] | None = None,
    named: bool = False,
) -> Tally:
    """Add up the figures of ``measures`` in ``quarters``.

    ``by_team`` keeps teams apart instead of localities, ``whole`` keeps nothing apart (for
    ``RollUp`` of everything there is; much less to add up in a large council). ``now`` gives
    the locality, as it is now, of every team that ever stood elsewhere; without it a return
    counts where it was made. ``where`` narrows the returns (a locality, a team). Three
    queries, and one for the quarters unless ``opened`` brings those that were opened.
    ``named`` brings names too.
    """
    indexes = {quarter.index for quarter in quarters}
    if opened is None:
        opened = ReportingQuarter.objects.opened().filter(pk__in=sorted(indexes))
    known = {row.pk: row for row in opened if row.pk in indexes}
    item_ids = sorted({item_id for measure in measures for item_id in measure.item_ids})
    made = Return.objects.filter(where or Q(), quarter__in=sorted(known))
    rows = list(
        made.annotate(key=_key("", by_team, now), speaks=_speaks(basis))
        .order_by()
        .values_list(*_RETURN, *(_NAMES if named else ()))
    )
    returns = [
        TeamQuarter(pk, team, key, type_id, quarter, speaks, state == ReturnState.SIGNED_OFF)
        for pk, team, key, type_id, quarter, speaks, state, *_ in rows
    ]
    figures = Figure.objects.filter(
        _through(where or Q()),
        meets(basis, "return_made__"),
        return_made__quarter__in=sorted(known),
    ).order_by()
    questions, gaps, revised = _asked_gaps_and_corrections(
        figures, sorted(known), frozenset(item_ids)
    )
    team_names, localities = _names(rows) if named else ({}, [])
    tally = Tally(
        quarters=known,
        questions=questions,
        returns=returns,
        sums={},
        gaps=gaps,
        revised=revised,
        team_names=team_names,
        localities=localities,
    )
    key = _Constant(None, BigIntegerField()) if whole else _key("return_made__", by_team, now)
    if len(item_ids) < FEW_ITEMS:
        figures = figures.filter(item__in=item_ids)
    sums, single = _sums_and_numbers(figures, key, _needed(tally, measures))
    tally.sums.update(sums)
    tally.single.update(single)
    return tally


def _names(rows: Iterable[tuple[Any, ...]]) -> tuple[dict[int, str], list[Locality]]:
    """Teams by id and localities from rows of returns, each in the framework's order."""
    teams: dict[int, tuple[int, str, str]] = {}
    places: dict[int, tuple[int, str, str]] = {}
    for row in rows:
        teams[row[1]] = row[7:10]
        if row[10] is not None:
            places[row[10]] = row[11:]
    return (
        {pk: name for pk, (_, _, name) in sorted(teams.items(), key=lambda team: team[1])},
        [
            Locality(pk=pk, code=code, name=name, position=position)
            for pk, (position, code, name) in sorted(places.items(), key=lambda place: place[1])
        ],
    )


def _through(where: Q) -> Q:
    """The same condition asked of a figure's return."""
    parts: list[Any] = list(where.children)
    found = Q(_connector=where.connector, _negated=where.negated)
    found.children = [
        _through(part) if isinstance(part, Q) else (f"return_made__{part[0]}", part[1])
        for part in parts
    ]
    return found


def _key(prefix: str, by_team: bool, now: dict[int, Key] | None) -> Expression:
    """The area of a team-quarter: its team, where it was made, or where its team is now."""
    if by_team:
        return F(f"{prefix}team_id")  # type: ignore[return-value]  # F resolves to one
    if not now:
        return F(f"{prefix}locality_id")  # type: ignore[return-value]
    there: dict[Key, list[int]] = defaultdict(list)
    for team_id, locality_id in now.items():
        there[locality_id].append(team_id)
    return Case(
        *(
            When(**{f"{prefix}team__in": teams}, then=Value(locality_id, BigIntegerField()))
            for locality_id, teams in there.items()
        ),
        default=F(f"{prefix}locality_id"),
        output_field=BigIntegerField(),
    )


def _speaks(basis: Basis) -> Case:
    return Case(When(meets(basis), then=True), default=False, output_field=BooleanField())


def _asked_gaps_and_corrections(
    figures: FigureQuerySet, quarters: Collection[int], item_ids: Collection[int]
) -> tuple[
    dict[tuple[int, int], frozenset[int]], dict[int, dict[int, str]], dict[int, frozenset[int]]
]:
    """What was asked, by quarter and kind of team; and by return the answers in place of
    numbers, and the items that were corrected. One query.

    The items are picked here: were they asked for, SQLite would leave the index of gaps aside
    and read every figure there is (fifty times slower on 2.7 million).
    """
    asked = Question.objects.filter(quarter__in=quarters)
    gaps = figures.filter(value__isnull=True)
    corrected = CorrectedFigure.objects.filter(
        correction__state=CorrectionState.COUNTERSIGNED,
        figure__return_made__quarter__in=quarters,
    )
    nobody, nothing = _Constant(0), _Constant("", CharField())
    questions: dict[tuple[int, int], set[int]] = defaultdict(set)
    found: dict[int, dict[int, str]] = defaultdict(dict)
    revised: dict[int, set[int]] = defaultdict(set)
    for kind, quarter, type_id, return_id, item_id, answer in (
        gaps.values_list(_Constant("gap"), nobody, nobody, "return_made_id", "item_id", "answer")
    ).union(
        asked.order_by().values_list(
            _Constant("asked"), "quarter_id", "team_type_id", nobody, "item_id", nothing
        ),
        corrected.order_by().values_list(
            *(_Constant("corrected"), nobody, nobody),
            *("figure__return_made_id", "figure__item_id", nothing),
        ),
        all=True,
    ):
        if item_id not in item_ids:
            continue
        if kind == "asked":
            questions[quarter, type_id].add(item_id)
        elif kind == "gap":
            found[return_id][item_id] = answer
        else:
            revised[return_id].add(item_id)
    return (
        {group: frozenset(items) for group, items in questions.items()},
        dict(found),
        {pk: frozenset(items) for pk, items in revised.items()},
    )


def _sums_and_numbers(
    figures: FigureQuerySet, key: Expression, needed: Collection[tuple[int, int]]
) -> tuple[dict[tuple[Key, int, int], dict[int, int]], dict[int, dict[int, int]]]:
    """The sums by area, quarter and kind of team, and the numbers ``needed``, by return and item.

    One query.
    """
    rows = (
        figures.annotate(key=key, place=_PLACE)
        .values("key", "place")
        # PostgreSQL adds up to a decimal, which would make decimals of the numbers below too.
        .annotate(total=_Total(Coalesce(Sum("value"), 0), BigIntegerField()))
        .values_list("key", "place", _Constant(0), "total")
    )
    if needed:
        numbers = Figure.objects.filter(
            _Among("return_made_id", "item_id", sorted(needed)), value__isnull=False
        )
        rows = rows.union(
            numbers.order_by().values_list(
                *("return_made_id", _Constant(NUMBER, BigIntegerField()), "item_id", "value")
            ),
            all=True,
        )
    sums: dict[tuple[Key, int, int], dict[int, int]] = defaultdict(dict)
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for area, place, item_id, total in rows:
        if place == NUMBER:
            found[area][item_id] = total
            continue
        quarter, rest = divmod(place, ROOM * ROOM)
        type_id, summed_id = divmod(rest, ROOM)
        sums[area, quarter, type_id][summed_id] = total
    return dict(sums), dict(found)


# Databases sort by one number twice as fast as by three, so quarter, kind of team and item are
# put into one, with room for sixteen million ids of each; it stays below 2**63.
ROOM = 2**24
NUMBER = -1


class _AsItIs:
    """Takes what the database gives: asking each of many numbers to be one costs more than it."""

    def get_db_converters(self, connection: Any) -> list[Any]:
        """None."""
        return []


class _Constant(_AsItIs, Value):
    """The same in every row."""


class _Total(_AsItIs, Cast):
    """A sum as a whole number."""


_PLACE = ExpressionWrapper(
    F("return_made__quarter_id") * _Constant(ROOM * ROOM)
    + F("return_made__team_type_id") * _Constant(ROOM)
    + F("item_id"),
    BigIntegerField(),
)


class _Among(Func):
    """Whether two ids are one of these pairs: one parameter or two, whatever their number."""

    output_field = BooleanField()

    def __init__(self, first: str, second: str, pairs: Sequence[tuple[int, int]]) -> None:
        super().__init__(F(first), F(second))
        self.pairs = pairs

    def _columns(self, compiler: Any) -> tuple[str, list[Any]]:
        parts = [compiler.compile(expression) for expression in self.source_expressions]
        return ", ".join(sql for sql, _ in parts), [one for _, given in parts for one in given]

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """A list in one piece of JSON."""
        columns, params = self._columns(compiler)
        pairs = "SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(%s)"
        return f"({columns}) IN ({pairs})", (*params, json.dumps(self.pairs))

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Two arrays, side by side."""
        columns, params = self._columns(compiler)
        pairs = "SELECT * FROM unnest(%s::bigint[], %s::bigint[])"
        firsts, seconds = (list(ids) for ids in zip(*self.pairs, strict=True))
        return f"({columns}) IN ({pairs})", (*params, firsts, seconds)


def _needed(tally: Tally, measures: Sequence[MeasureSpec]) -> set[tuple[int, int]]:
    """The numbers, by return and item, that may have to be taken out of the sums.

    Those beside a gap in an item of a ratio; and, where a ratio mixes quarter-end items with
    items of the quarter, those of every return of a team that a year leaves out.
    """
    ratios = [measure for measure in measures if measure.is_ratio]
    beside: dict[int, set[int]] = defaultdict(set)
    for measure in ratios:
        for item_id in measure.item_ids:
            beside[item_id] |= measure.item_ids
    needed = {
        (return_id, item_id)
        for return_id, gaps in tally.gaps.items()
        for gap in gaps
        for item_id in beside.get(gap, ())
        if item_id not in gaps
    }
    for measure in ratios:
        if measure.is_mixed:
            left_out = _left_out(tally, measure)
            needed.update((pk, item_id) for pk in left_out for item_id in measure.item_ids)
    return needed


def _left_out(tally: Tally, measure: MeasureSpec) -> list[int]:
    """Returns that speak and whose team, in their area, has no matched last quarter that year."""
    last = {Quarter(index).year.start: index for index in sorted(tally.quarters)}
    ended_well = {
        (row.team_id, row.key, row.quarter)
        for row in tally.returns
        if row.quarter in last.values() and tally.is_matched(row, measure)
    }
    return [
        row.return_id
        for row in tally.returns
        if row.speaks and (row.team_id, row.key, last[row.quarter // 4]) not in ended_well
    ]
