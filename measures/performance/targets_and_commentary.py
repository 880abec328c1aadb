"""What was said of measures beside their figures: targets and commentary."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.db.models import DecimalField, Q, QuerySet, TextField, Value

from earlyhelp.core.compiled_queries import fetch
from measures.counting.catalogue import MeasureSpec
from measures.counting.comparison import TargetSpec, target_for
from measures.models import Commentary, Target
from measures.performance.places import Place
from teams.quarters import FinancialYear, Quarter

_NUMBER = DecimalField(max_digits=12, decimal_places=4)


@dataclass(frozen=True)
class Comment:
    """The story behind a figure, as it stands beside the number."""

    quarter: Quarter
    where: str
    text: str
    by: str


@dataclass(frozen=True)
class Said:
    """Targets and commentary of an area, by measure id."""

    targets: dict[tuple[int, int], dict[int | None, TargetSpec]]
    comments: dict[int, Sequence[Comment]]
    place: Place

    def target(
        self, measure: MeasureSpec, year: FinancialYear, *, is_year: bool
    ) -> TargetSpec | None:
        """The target that holds for a measure here (rule 10)."""
        found = self.targets.get((measure.id, year.start), {})
        city = found.get(None)
        if self.place.target_locality_id is None and self.place.comment_code == "city":
            return target_for(measure, is_year, city, None)
        return target_for(measure, is_year, found.get(self.place.target_locality_id or -1), city)


def said_of(
    place: Place,
    years: Collection[FinancialYear],
    quarters: Collection[Quarter],
    measure: MeasureSpec | None = None,
) -> Said:
    """The targets of these years and the commentary of these quarters here; one query.

    A team and a head's localities together have no targets of their own; commentary of a
    head's localities is each locality's.
    """
    rows = fetch(
        _rows,
        place.target_locality_id,
        tuple(place.locality_ids),
        tuple(year.start for year in years),
        tuple(quarter.index for quarter in quarters),
        None if measure is None else measure.id,
    )
    targets: dict[tuple[int, int], dict[int | None, TargetSpec]] = defaultdict(dict)
    comments: dict[int, list[tuple[int, Comment]]] = defaultdict(list)
    for pk, locality, when, target, close, position, where, text, by in rows:
        if text is None:
            goal = TargetSpec(Fraction(target), Fraction(close), is_citys=locality is None)
            targets[pk, when][locality] = goal
        else:
            comments[pk].append((position or 0, Comment(Quarter(when), where or "", text, by)))
    return Said(
        dict(targets),
        {
            pk: [one for _, one in sorted(found, key=lambda found: (found[0], found[1].quarter))]
            for pk, found in comments.items()
        },
        place,
    )


def _rows(
    at: int | None,
    locality_ids: tuple[int | None, ...],
    years: tuple[int, ...],
    quarters: tuple[int, ...],
    measure_id: int | None,
) -> QuerySet[Target, Any]:
    """Targets, and commentary, which has a text."""
    for_city = Q(locality__isnull=True)
    here = Q(locality__in=[pk for pk in locality_ids if pk is not None])
    aims = Target.objects.filter(for_city | Q(locality=at) if at else for_city, year__in=years)
    stories = Commentary.objects.filter(
        here | for_city if None in locality_ids else here, quarter__in=quarters
    )
    if measure_id is not None:
        aims, stories = aims.filter(measure=measure_id), stories.filter(measure=measure_id)
    no_number, no_text = Value(None, _NUMBER), Value(None, TextField())
    return (
        aims.order_by()
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


def targets_everywhere(
    places: Collection[Place], years: Collection[FinancialYear], measure: MeasureSpec
) -> dict[str, Said]:
    """The targets of one measure in several areas, by what addresses call them; one query."""
    targets: dict[tuple[int, int], dict[int | None, TargetSpec]] = defaultdict(dict)
    for aim in Target.objects.filter(measure=measure.id, year__in=[one.start for one in years]):
        targets[measure.id, aim.year][aim.locality_id] = TargetSpec(
            Fraction(aim.target), Fraction(aim.close_within), is_citys=aim.locality_id is None
        )
    return {place.param: Said(dict(targets), {}, place) for place in places}
