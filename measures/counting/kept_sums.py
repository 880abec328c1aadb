"""Keeping the sums of a quarter once it is closed, so that pages need not add its figures up.

A kept sum repeats what figures say and no more: forgetting to keep one costs time, never truth.
"""

from collections import defaultdict
from typing import Any

from django.db import transaction
from django.db.models import BooleanField, Case, QuerySet, Sum, When
from django.db.models.functions import Coalesce

from measures.models import Figure, KeptSum, ReportingQuarter, Return
from measures.querysets import Basis, meets
from measures.workflow import QuarterState, ReturnState
from teams import bulk


def keep_sums(quarter_id: int) -> None:
    """Keep the sums of a closed quarter, in place of those that are kept; else do nothing.

    Called last in every action that changes what a closed quarter says, within its transaction.
    """
    with transaction.atomic():
        quarter = ReportingQuarter.objects.select_for_update(no_key=True).get(pk=quarter_id)
        if quarter.state != QuarterState.CLOSED:
            return
        KeptSum.objects.filter(quarter=quarter).delete()
        apart = list(_sums(quarter))
        together: dict[tuple[int, int, bool], int] = defaultdict(int)
        for _, *group, total in apart:
            together[tuple(group)] += total
        bulk.insert(
            KeptSum,
            ("quarter", "is_whole", "locality", *_GROUP, "total"),
            [(quarter_id, False, *row) for row in apart]
            + [(quarter_id, True, None, *group, total) for group, total in together.items()],
        )


_GROUP = ("team_type", "item", "is_signed_off")


def _sums(quarter: ReportingQuarter) -> QuerySet[Figure, Any]:
    """By locality and ``_GROUP``: everything that speaks on either basis."""
    return (
        Figure.objects.filter(meets(Basis.SUBMITTED, "return_made__"), return_made__quarter=quarter)
        .order_by()
        .annotate(
            is_signed_off=Case(
                When(return_made__state=ReturnState.SIGNED_OFF, then=True),
                default=False,
                output_field=BooleanField(),
            )
        )
        .values_list("return_made__locality", "return_made__team_type", "item", "is_signed_off")
        .annotate(total=Coalesce(Sum("value"), 0))
    )


def keep_sums_with(made: Return) -> None:
    """The same for the quarter of a return that was just written; its quarter is loaded."""
    if made.quarter.state == QuarterState.CLOSED:
        keep_sums(made.quarter_id)


def keep_missing_sums() -> int:
    """Keep the sums of every closed quarter that has none; how many quarters that were.

    After an upgrade, and whenever figures were changed past the actions.
    """
    bare = ReportingQuarter.objects.filter(state=QuarterState.CLOSED).exclude(
        pk__in=KeptSum.objects.order_by().values("quarter")
    )
    quarters = [quarter.pk for quarter in bare]
    for pk in quarters:
        keep_sums(pk)
    return len(quarters)
