"""What the database adds up for a roll-up: sums by area, and the gaps in them.

Three queries, whatever the size: the returns; what was asked, the gaps, what was corrected and
the names of those who made the returns; the sums of what was answered, grouped, which an index
that carries the value serves, with the numbers of returns that have a gap in an item of a ratio
or are left out of a year, so that ``rollups`` can take them out of the sums exactly. Which
returns those are is known by then, so the database is told: asking it to find out again takes
many times longer. Each query is a function from plain values, so that it is put together once
(``teams.prepared``).
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.expressions import Expression
from django.db.models.fields import BigIntegerField
from django.db.models.functions import Cast, Coalesce

from measures.catalogue import MeasureSpec
from measures.models import (
    CorrectedFigure,
    Figure,
    KeptSum,
    Question,
    ReportingQuarter,
    Return,
)
from measures.querysets import Basis, FigureQuerySet, meets
from measures.workflow import CorrectionState, ReturnState
from teams.models import Locality, Team
from teams.prepared import Later, fetch
from teams.quarters import Quarter

# So few items are looked up one by one in the index of sums; of more, each return is read whole.
FEW_ITEMS = 10

# The area of a team-quarter: a locality's id (None is city-wide), or a team's id.
Key = int | None


class TeamQuarter(NamedTuple):
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

    ``quarters`` are the indexes of those that were opened. ``sums`` holds, by area key, quarter
    and kind of team, each item's sum over the returns that speak; ``gaps`` the items without a
    number of returns that speak, with the answer (empty where unanswered); ``single`` the
    numbers of some returns, by return and item; ``revised`` the figures, by return, that a
    correction changed after they were signed off; ``for_years`` whether a year may be asked of
    it. The teams' names and the localities in which returns were made, in the framework's
    order, are there for pages that ask for them.
    """

    quarters: frozenset[int]
    questions: dict[tuple[int, int], frozenset[int]]
    returns: Sequence[TeamQuarter]
    sums: dict[tuple[Key, int, int], dict[int, int]]
    gaps: dict[int, dict[int, str]]
    single: dict[int, dict[int, int]] = field(default_factory=dict)
    revised: dict[int, frozenset[int]] = field(default_factory=dict)
    for_years: bool = True
    team_names: dict[int, str] = field(default_factory=dict)
    localities: Sequence[Locality] = ()

    def types_asked(self, quarter: int, measure: MeasureSpec) -> set[int]:
        """The kinds of team, by id, that were asked every item of the measure in a quarter."""
        return {
            type_id
            for (index, type_id), asked in self.questions.items()
            if index == quarter and measure.item_ids <= asked
        }

    def has_gap(self, row: TeamQuarter, measure: MeasureSpec) -> bool:
        """Whether a return that speaks lacks a number for any item of the measure."""
        gaps = self.gaps.get(row.return_id)
        return gaps is not None and not measure.item_ids.isdisjoint(gaps)

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
    opened: Iterable[Quarter] | None = None,
    named: bool = False,
    years: bool = True,
) -> Tally:
    """Add up the figures of ``measures`` in ``quarters``.

    ``by_team`` keeps teams apart instead of localities, ``whole`` keeps nothing apart (for
    ``RollUp`` of everything there is; much less to add up in a large council). ``now`` gives
    the locality, as it is now, of every team that ever stood elsewhere; without it a return
    counts where it was made. ``where`` narrows the returns (a locality, a team). Three
    queries, and one for the quarters unless ``opened`` brings those that were opened.
    ``named`` brings names too. Without ``years`` only quarters may be asked of it, so that the
    numbers that a year may have to leave out stay where they are.
    """
    indexes = {quarter.index for quarter in quarters}
    if opened is None:
        opened = [row.quarter for row in ReportingQuarter.objects.opened()]
    known = frozenset(quarter.index for quarter in opened if quarter.index in indexes)
    item_ids = sorted({item_id for measure in measures for item_id in measure.item_ids})
    span = _Span(where or Q(), tuple(sorted(known)), basis)
    keyed = _Keyed(by_team, tuple(sorted((now or {}).items(), key=lambda move: move[0])))
    beside = _Beside(frozenset(item_ids))
    beside.read(fetch(_what_is_beside, span, named))
    tally = Tally(
        quarters=known,
        questions=beside.questions,
        returns=list(map(TeamQuarter._make, fetch(_returns, span, keyed))),
        sums={},
        gaps=beside.gaps,
        revised=beside.revised,
        for_years=years,
        team_names=beside.team_names,
        localities=beside.localities,
    )
    few = tuple(item_ids) if len(item_ids) < FEW_ITEMS else ()
    needed = sorted(_needed(tally, measures, years=years))
    rows = fetch(_sums, span, None if whole else keyed, few, bool(needed), **_listed(needed))
    _sort_out(rows, tally.sums, tally.single)
    return tally


# -- what the queries are about ---------------------------------------------------------------


class _Span(NamedTuple):
    """Which returns, in which quarters, on which basis they speak."""

    where: Q
    quarters: tuple[int, ...]
    basis: Basis

    def returns(self) -> QuerySet[Return]:
        """All of them, whether they speak or not."""
        return Return.objects.filter(self.where, quarter__in=self.quarters).order_by()

    def figures(self) -> FigureQuerySet:
        """The figures of those that speak."""
        return Figure.objects.filter(
            _through(self.where),
            meets(self.basis, "return_made__"),
            return_made__quarter__in=self.quarters,
        ).order_by()

    @property
    def is_of_localities(self) -> bool:
        """Whether the returns are chosen by locality alone, as sums are kept."""
        return all(
            isinstance(part, tuple) and part[0].split("__")[0] == "locality"
            for part in self.where.children
        )


class _Keyed(NamedTuple):
    """What a team-quarter's area is called: its team, where it was made, or where it is now."""

    by_team: bool
    now: tuple[tuple[int, Key], ...]

    def key(self, prefix: str) -> Expression:
        """The same as an expression; ``prefix`` leads to the return."""
        if self.by_team:
            return F(f"{prefix}team_id")  # type: ignore[return-value]  # F resolves to one
        if not self.now:
            return F(f"{prefix}locality_id")  # type: ignore[return-value]
        there: dict[Key, list[int]] = defaultdict(list)
        for team_id, locality_id in self.now:
            there[locality_id].append(team_id)
        return Case(
            *(
                When(**{f"{prefix}team__in": teams}, then=Value(locality_id, BigIntegerField()))
                for locality_id, teams in there.items()
            ),
            default=F(f"{prefix}locality_id"),
            output_field=BigIntegerField(),
        )


MADE_THERE = _Keyed(by_team=False, now=())


def _through(where: Q) -> Q:
    """The same condition asked of a figure's return."""
    parts: list[Any] = list(where.children)
    found = Q(_connector=where.connector, _negated=where.negated)
    found.children = [
        _through(part) if isinstance(part, Q) else (f"return_made__{part[0]}", part[1])
        for part in parts
    ]
    return found


# -- the returns ------------------------------------------------------------------------------


def _returns(span: _Span, keyed: _Keyed) -> QuerySet[Return, Any]:
    """The columns of ``TeamQuarter``."""
    return (
        span.returns()
        .annotate(
            key=keyed.key(""),
            speaks=_whether(meets(span.basis)),
            is_signed_off=_whether(Q(state=ReturnState.SIGNED_OFF)),
        )
        .values_list(*("pk", "team_id", "key", "team_type_id", "quarter_id"), *_FLAGS)
    )


_FLAGS = ("speaks", "is_signed_off")


def _whether(condition: Q) -> Case:
    return Case(When(condition, then=True), default=False, output_field=BooleanField())


# -- what was asked, what is missing, what was corrected, and names ---------------------------

_NOBODY = Value(0)
_NOTHING = Value("", CharField())


def _what_is_beside(span: _Span, named: bool) -> QuerySet[Figure, Any]:
    """Rows of several kinds, which the first column tells; ``_Beside`` reads them.

    The items are picked there: were they asked for, SQLite would leave the index of gaps aside
    and read every figure there is (fifty times slower on 2.7 million).
    """
    asked = Question.objects.filter(quarter__in=span.quarters)
    gaps = span.figures().filter(value__isnull=True)
    # Of all quarters: asked for some, SQLite would look for the few there are in all figures.
    corrected = CorrectedFigure.objects.filter(correction__state=CorrectionState.COUNTERSIGNED)
    parts: list[QuerySet[Any, Any]] = [
        asked.order_by().values_list(
            Value("asked"), "quarter_id", "team_type_id", "item_id", _NOTHING, _NOTHING
        ),
        corrected.order_by().values_list(
            *(Value("corrected"), "figure__return_made_id", _NOBODY, "figure__item_id"),
            *(_NOTHING, _NOTHING),
        ),
    ]
    if named:
        made = span.returns()
        teams = Team.objects.all()
        if span.where:
            teams = teams.filter(Exists(made.filter(team=OuterRef("pk"))))
        places = Locality.objects.filter(Exists(made.filter(locality=OuterRef("pk"))))
        parts += [
            rows.order_by().values_list(Value(kind), "pk", "position", _NOBODY, "code", "name")
            for kind, rows in (("team", teams), ("locality", places))
        ]
    return gaps.values_list(
        Value("gap"), "return_made_id", _NOBODY, "item_id", "answer", _NOTHING
    ).union(*parts, all=True)


class _Beside:
    """Reads the rows of ``_what_is_beside``, as far as they are about these items."""

    def __init__(self, item_ids: Collection[int]) -> None:
        self._item_ids = item_ids
        self.questions: dict[tuple[int, int], frozenset[int]] = {}
        self.gaps: dict[int, dict[int, str]] = {}
        self.revised: dict[int, frozenset[int]] = {}
        self.team_names: dict[int, str] = {}
        self.localities: list[Locality] = []

    def read(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """Take every row for what its kind says it is."""
        questions: dict[tuple[int, int], set[int]] = defaultdict(set)
        gaps: dict[int, dict[int, str]] = defaultdict(dict)
        revised: dict[int, set[int]] = defaultdict(set)
        named: dict[str, list[tuple[int, str, str, int]]] = {"team": [], "locality": []}
        for kind, first, second, item_id, text, more in rows:
            if kind in named:
                named[kind].append((second, text, more, first))
            elif item_id not in self._item_ids:
                continue
            elif kind == "gap":
                gaps[first][item_id] = text
            elif kind == "asked":
                questions[first, second].add(item_id)
            else:
                revised[first].add(item_id)
        self.questions = {group: frozenset(items) for group, items in questions.items()}
        self.gaps = dict(gaps)
        self.revised = {pk: frozenset(items) for pk, items in revised.items()}
        self.team_names = {pk: name for _, _, name, pk in sorted(named["team"])}
        self.localities = [
            Locality(pk=pk, code=code, name=name, position=position)
            for position, code, name, pk in sorted(named["locality"])
        ]


# -- sums, and the numbers beside a gap -------------------------------------------------------

# Quarter, kind of team and item are put into one number, a *place*, with room for sixteen
# million ids of each; it stays below 2**63.
ROOM = 2**24
NUMBER = -1


def _sums(
    span: _Span, keyed: _Keyed | None, few: tuple[int, ...], with_numbers: bool
) -> QuerySet[Figure, Any]:
    """The sums by area, quarter and kind of team; and numbers, by return and item.

    ``few`` are the only items to add up; none stands for all. ``keyed`` None puts all areas
    together. Where areas are localities as they were, or all of them, the sums that are kept of
    closed quarters are read instead of their figures.
    """
    figures = span.figures()
    if few:
        figures = figures.filter(item__in=few)
    parts: list[QuerySet[Any, Any]] = []
    if with_numbers:
        numbers = Figure.objects.filter(_Among("return_made_id", "item_id"), value__isnull=False)
        # Early, so that PostgreSQL knows the key for a number where all areas are together.
        parts.append(
            numbers.order_by().values_list(
                "return_made_id", Value(NUMBER, BigIntegerField()), "item_id", "value"
            )
        )
    if span.is_of_localities and (keyed is None or keyed == MADE_THERE):
        figures = figures.filter(return_made__quarter__in=_without_kept_sums(span))
        parts.append(_summed(_kept(span, few, is_whole=keyed is None), keyed, "", "total"))
    rows = _summed(figures, keyed, "return_made__", "value")
    return rows.union(*parts, all=True) if parts else rows


def _kept(span: _Span, few: tuple[int, ...], *, is_whole: bool) -> QuerySet[KeptSum]:
    """The sums that are kept: of the whole council where it is asked for, or of localities."""
    kept = KeptSum.objects.filter(
        span.where, quarter__in=span.quarters, is_whole=is_whole and not span.where
    )
    if span.basis == Basis.SIGNED_OFF:
        kept = kept.filter(is_signed_off=True)
    return (kept.filter(item__in=few) if few else kept).order_by()


def _without_kept_sums(span: _Span) -> QuerySet[ReportingQuarter, Any]:
    """The quarters whose sums are not kept; found out in the very statement that reads sums."""
    of_quarter = KeptSum.objects.filter(quarter=OuterRef("pk"))
    quarters = ReportingQuarter.objects.filter(~Exists(of_quarter), pk__in=span.quarters)
    return quarters.order_by().values("pk")


def _summed(
    rows: QuerySet[Any, Any], keyed: _Keyed | None, prefix: str, number: str
) -> QuerySet[Any, Any]:
    """Add up one column by area and place; ``prefix`` leads to what has the place."""
    key = Value(None, BigIntegerField()) if keyed is None else keyed.key(prefix)
    # Databases sort by one number twice as fast as by three.
    place = ExpressionWrapper(
        F(f"{prefix}quarter_id") * Value(ROOM * ROOM)
        + F(f"{prefix}team_type_id") * Value(ROOM)
        + F("item_id"),
        BigIntegerField(),
    )
    summed: QuerySet[Any, Any] = (
        rows.annotate(key=key, place=place)
        .values("key", "place")
        # PostgreSQL adds up to a decimal, which would make decimals of the numbers beside it too.
        .annotate(sum=Cast(Coalesce(Sum(number), 0), BigIntegerField()))
        .values_list("key", "place", Value(0), "sum")
    )
    return summed


def _sort_out(
    rows: Iterable[tuple[Any, ...]],
    sums: dict[tuple[Key, int, int], dict[int, int]],
    numbers: dict[int, dict[int, int]],
) -> None:
    """Put the rows of ``_sums`` where they belong."""
    for area, place, item_id, total in rows:
        if place == NUMBER:
            numbers.setdefault(area, {})[item_id] = total
            continue
        quarter, rest = divmod(place, ROOM * ROOM)
        type_id, summed_id = divmod(rest, ROOM)
        sums.setdefault((area, quarter, type_id), {})[summed_id] = total


class _Among(Func):
    """Whether two ids are one of the pairs that ``_listed`` gives, however many those are."""

    output_field = BooleanField()

    def __init__(self, first: str, second: str) -> None:
        super().__init__(F(first), F(second))

    def _columns(self, compiler: Any) -> tuple[str, list[Any]]:
        parts = [compiler.compile(expression) for expression in self.source_expressions]
        return ", ".join(sql for sql, _ in parts), [one for _, given in parts for one in given]

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """A list in one piece of JSON."""
        columns, params = self._columns(compiler)
        pairs = "SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(%s)"
        return f"({columns}) IN ({pairs})", (*params, Later("pairs"))

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Two arrays, side by side."""
        columns, params = self._columns(compiler)
        pairs = "SELECT * FROM unnest(%s::bigint[], %s::bigint[])"
        return f"({columns}) IN ({pairs})", (*params, Later("firsts"), Later("seconds"))


def _listed(pairs: Sequence[tuple[int, int]]) -> Mapping[str, Any]:
    """The pairs as either database takes them."""
    return {
        "pairs": json.dumps(pairs),
        "firsts": [first for first, _ in pairs],
        "seconds": [second for _, second in pairs],
    }


def _needed(tally: Tally, measures: Sequence[MeasureSpec], *, years: bool) -> set[tuple[int, int]]:
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
    mixed = [measure for measure in ratios if measure.is_mixed]
    if mixed and years:
        by_year = _Years(tally)
        for measure in mixed:
            left_out = by_year.left_out(measure)
            needed.update((pk, item_id) for pk in left_out for item_id in measure.item_ids)
    return needed


class _Years:
    """The returns that speak, by quarter and by team and area, for years that leave teams out."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._rows: dict[int, dict[tuple[int, Key], TeamQuarter]] = defaultdict(dict)
        for row in tally.returns:
            if row.speaks:
                self._rows[row.quarter][row.team_id, row.key] = row
        self._last = {Quarter(index).year.start: index for index in sorted(tally.quarters)}

    def left_out(self, measure: MeasureSpec) -> list[int]:
        """Returns whose team, in their area, has no matched last quarter in their year."""
        ended_well = {year: self._matched(index, measure) for year, index in self._last.items()}
        return [
            rows[where].return_id
            for index, rows in self._rows.items()
            for where in rows.keys() - ended_well[index // 4]
        ]

    def _matched(self, quarter: int, measure: MeasureSpec) -> set[tuple[int, Key]]:
        """The teams, in their areas, that are matched in this quarter."""
        types = self._tally.types_asked(quarter, measure)
        return {
            where
            for where, row in self._rows.get(quarter, {}).items()
            if row.type_id in types and not self._tally.has_gap(row, measure)
        }
