"""What stands beside the figures of measures: targets and commentary."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from typing import Any

from django.db.models import DecimalField, Q, QuerySet, TextField, Value

from earlyhelp.core.compiled_queries import fetch
from measures.counting.catalogue import MeasureSpec
from measures.counting.comparison import TargetSpec, target_for
from measures.models import Commentary, Measure, Target
from measures.performance.places import Place
from teams.quarters import FinancialYear, Quarter

_NUMBER = DecimalField(max_digits=12, decimal_places=4)


@dataclass(frozen=True)
class CommentaryShown:
    """A commentary, as it stands beside the number."""

    quarter: Quarter
    where: str
    text: str
    by: str


@dataclass(frozen=True)
class Annotations:
    """Targets, by measure id and year, then locality id; commentary, by measure id."""

    targets: dict[tuple[int, int], dict[int | None, TargetSpec]]
    comments: Mapping[int, Sequence[CommentaryShown]]

    def target(
        self, place: Place, measure: MeasureSpec, year: FinancialYear, *, is_year: bool
    ) -> TargetSpec | None:
        """The target that holds for a measure in a place (rule 10).

        None for a measure without a good direction. A team and a head's localities together
        have none of their own.
        """
        if measure.good == Measure.Good.NEITHER:
            return None
        targets = self.targets.get((measure.id, year.start), {})
        own = targets.get(place.target_locality_id) if place.comment_code else None
        return target_for(measure, is_year, own, targets.get(None))

    def target_year(self, measures: Sequence[MeasureSpec], year: FinancialYear) -> FinancialYear:
        """The year whose targets a page shows: its own, or the coming one where it has none."""
        for shown in (year, year.next):
            if any((measure.id, shown.start) in self.targets for measure in measures):
                return shown
        return year


def annotations_of(
    places: Collection[Place],
    years: Collection[FinancialYear],
    quarters: Collection[Quarter] = (),
    measure: MeasureSpec | None = None,
) -> Annotations:
    """The targets of these years and the commentary of these quarters; one query.

    Commentary of a head's localities is each locality's.
    """
    localities = (place.target_locality_id for place in places)
    rows = fetch(
        _rows,
        tuple(filter(None, localities)),
        tuple(chain.from_iterable(place.locality_ids for place in places)),
        tuple(year.start for year in years),
        tuple(quarter.index for quarter in quarters),
        measure and measure.id,
    )
    targets: dict[tuple[int, int], dict[int | None, TargetSpec]] = defaultdict(dict)
    comments: dict[int, list[tuple[int, Quarter, CommentaryShown]]] = defaultdict(list)
    for pk, locality, when, target, close, position, where, text, by in rows:
        if text is None:
            goal = TargetSpec(Fraction(target), Fraction(close))
            targets[pk, when][locality] = goal
        else:
            quarter = Quarter(when)
            comments[pk].append(
                (position or 0, quarter, CommentaryShown(quarter, where or "", text, by))
            )
    in_order = {
        pk: [story for *_, story in sorted(found, key=lambda comment: comment[:2])]
        for pk, found in comments.items()
    }
    return Annotations(dict(targets), in_order)


def _rows(
    target_localities: tuple[int, ...],
    comment_localities: tuple[int | None, ...],
    years: tuple[int, ...],
    quarters: tuple[int, ...],
    measure_id: int | None,
) -> QuerySet[Target, Any]:
    """Targets, and commentary, which has a text."""
    for_city = Q(locality__isnull=True)
    here = Q(locality__in=[pk for pk in comment_localities if pk is not None])
    targets = Target.objects.filter(for_city | Q(locality__in=target_localities), year__in=years)
    stories = Commentary.objects.filter(
        here | for_city if None in comment_localities else here, quarter__in=quarters
    )
    if measure_id is not None:
        targets, stories = targets.filter(measure=measure_id), stories.filter(measure=measure_id)
    no_number, no_text = Value(None, _NUMBER), Value(None, TextField())
    return (
        targets.order_by()
        .values_list(
            *("measure_id", "locality_id", "year", "target", "close_within"),
            *(Value(0), no_text, no_text, no_text),
        )
        .union(
            stories.order_by().values_list(
                *("measure_id", "locality_id", "quarter", no_number, no_number),
                *("locality__position", "locality__name", "text", "written_by__name"),
            ),
            all=True,
        )
    )
