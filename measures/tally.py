"""What the database adds up for a roll-up: sums by area, and the gaps in them.

Whatever the size, the sums come from one grouped query, which an index that carries the value
serves. The figures of single returns are fetched only where a return has a gap in an item of
a ratio, or is left out of a year, so that ``rollups`` can take it out of the sums exactly.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import BooleanField, Case, F, Q, Sum, Value, When
from django.db.models.expressions import Expression
from django.db.models.fields import BigIntegerField

from measures.catalogue import MeasureSpec
from measures.models import Figure, Question, ReportingQuarter, Return
from measures.querysets import Basis, meets
from teams.quarters import Quarter

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


@dataclass(frozen=True)
class Tally:
    """Everything a roll-up needs to know of the figures, already added up.

    ``sums`` holds, by area key, quarter and kind of team, each item's sum over the returns
    that speak; ``gaps`` the items without a number of returns that speak, with the answer
    (empty where unanswered); ``single`` the numbers of some returns, by return and item.
    """

    quarters: dict[int, ReportingQuarter]
    questions: dict[tuple[int, int], frozenset[int]]
    returns: Sequence[TeamQuarter]
    sums: dict[tuple[Key, int, int], dict[int, int]]
    gaps: dict[int, dict[int, str]]
    single: dict[int, dict[int, int]] = field(default_factory=dict)

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
    now: dict[int, Key] | None = None,
    where: Q | None = None,
) -> Tally:
    """Add up the figures of ``measures`` in ``quarters``.

    ``by_team`` keeps teams apart instead of localities. ``now`` gives the locality, as it is
    now, of every team that ever stood elsewhere; without it a return counts where it was
    made. ``where`` narrows the returns (a locality, a team). Six queries at most.
    """
    indexes = sorted({quarter.index for quarter in quarters})
    opened = {row.pk: row for row in ReportingQuarter.objects.opened().filter(pk__in=indexes)}
    questions: dict[tuple[int, int], set[int]] = defaultdict(set)
    item_ids = sorted({item_id for measure in measures for item_id in measure.item_ids})
    for quarter, type_id, item_id in Question.objects.filter(
        quarter__in=indexes, item__in=item_ids
    ).values_list("quarter", "team_type", "item"):
        questions[quarter, type_id].add(item_id)
    made = Return.objects.filter(where or Q(), quarter__in=list(opened))
    returns = [
        TeamQuarter(*row)
        for row in made.annotate(key=_key("", by_team, now), speaks=_speaks(basis))
        .order_by()
        .values_list("pk", "team_id", "key", "team_type_id", "quarter_id", "speaks")
    ]
    figures = Figure.objects.filter(
        _through(where), meets(basis, "return_made__"), return_made__quarter__in=list(opened)
    ).filter(item__in=item_ids)
    sums: dict[tuple[Key, int, int], dict[int, int]] = defaultdict(dict)
    for key, quarter, type_id, item_id, total in (
        figures.annotate(key=_key("return_made__", by_team, now))
        .order_by()
        .values_list("key", "return_made__quarter_id", "return_made__team_type_id", "item_id")
        .annotate(total=Sum("value"))
    ):
        sums[key, quarter, type_id][item_id] = int(total or 0)
    gaps: dict[int, dict[int, str]] = defaultdict(dict)
    for return_id, item_id, answer in (
        figures.filter(value__isnull=True)
        .order_by()
        .values_list("return_made_id", "item_id", "answer")
    ):
        gaps[return_id][item_id] = answer
    tally = Tally(
        quarters=opened,
        questions={key: frozenset(items) for key, items in questions.items()},
        returns=returns,
        sums=dict(sums),
        gaps=dict(gaps),
    )
    tally.single.update(_single(tally, measures))
    return tally


def _through(where: Q | None) -> Q:
    """The same condition asked of a figure's return."""
    if where is None:
        return Q()
    return Q(return_made__in=Return.objects.filter(where))


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


def _single(tally: Tally, measures: Sequence[MeasureSpec]) -> dict[int, dict[int, int]]:
    """The numbers of the returns that may have to be taken out of the sums; one query.

    Those with a gap in an item of a ratio; and, where a ratio mixes quarter-end items with
    items of the quarter, every return of a team that some last quarter of a year leaves out.
    """
    ratios = [measure for measure in measures if measure.is_ratio]
    needed: set[int] = set()
    for return_id, gaps in tally.gaps.items():
        if any(not measure.item_ids.isdisjoint(gaps) for measure in ratios):
            needed.add(return_id)
    for measure in ratios:
        if measure.is_mixed:
            needed |= _left_out(tally, measure)
    if not needed:
        return {}
    wanted = sorted({item_id for measure in ratios for item_id in measure.item_ids})
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for return_id, item_id, value in Figure.objects.filter(
        return_made__in=sorted(needed), item__in=wanted, value__isnull=False
    ).values_list("return_made_id", "item_id", "value"):
        found[return_id][item_id] = value
    return dict(found)


def _left_out(tally: Tally, measure: MeasureSpec) -> set[int]:
    """Returns whose team is not matched, in the same area, in the last quarter of the year."""
    last: dict[int, int] = {}
    for index in sorted(tally.quarters):
        last[Quarter(index).year.start] = index
    matched = {
        (row.team_id, row.key, row.quarter) for row in tally.returns if tally.is_matched(row, measure)
    }
    return {
        row.return_id
        for row in tally.returns
        if row.speaks
        and (row.team_id, row.key, last[Quarter(row.quarter).year.start]) not in matched
    }
