"""What a team said before: the figures that stand beside the box and feed the checks."""

from collections import defaultdict
from collections.abc import Sequence

from measures.models import Figure, Return, SeriesBreak
from measures.querysets import Basis, meets
from teams.quarters import Quarter

# Two years: last quarter, the same quarter last year, and enough to know what is usual.
QUARTERS_BACK = 8


def earlier_figures(made: Return) -> dict[int, dict[Quarter, Figure]]:
    """The team's submitted and signed-off figures of the eight quarters before, by item id.

    One query.
    """
    quarter = made.quarter.quarter
    rows = (
        Figure.objects.filter(
            meets(Basis.SUBMITTED, "return_made__"),
            return_made__team=made.team_id,
            return_made__quarter__gte=(quarter - QUARTERS_BACK).index,
            return_made__quarter__lt=quarter.index,
        )
        .select_related("item", "return_made")
        .order_by("-return_made__quarter")
    )
    found: dict[int, dict[Quarter, Figure]] = defaultdict(dict)
    for figure in rows:
        found[figure.item_id][Quarter(figure.return_made.quarter_id)] = figure
    return dict(found)


def earlier_values(
    made: Return, figures: dict[int, dict[Quarter, Figure]] | None = None
) -> dict[int, Sequence[int | None]]:
    """Each item's values of the eight quarters before, latest first, for the checks.

    Values from before an item's last series break are left out: they say nothing about
    what is usual now. Two queries, or one when the figures are at hand.
    """
    quarter = made.quarter.quarter
    known = earlier_figures(made) if figures is None else figures
    breaks: dict[int, Quarter] = {}
    for item_id, start in SeriesBreak.objects.filter(
        item__in=known, quarter__lte=quarter
    ).values_list("item", "quarter"):
        breaks[item_id] = max(start, breaks.get(item_id, start))
    return {
        item_id: [
            by_quarter[past].value if past in by_quarter else None
            for past in (quarter - back for back in range(1, QUARTERS_BACK + 1))
            if item_id not in breaks or past >= breaks[item_id]
        ]
        for item_id, by_quarter in known.items()
    }
