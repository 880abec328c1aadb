"""Taking a tally: the three queries, one after the other."""

from collections.abc import Collection, Iterable, Sequence

from django.db.models import Q

from measures.counting.aggregates.gaps import Beside, what_is_beside
from measures.counting.aggregates.ids import as_pairs
from measures.counting.aggregates.returns import listed_or_counted
from measures.counting.aggregates.shape import Key, Tally
from measures.counting.aggregates.span import Keyed, Span
from measures.counting.aggregates.sums import needed_numbers, sort_out, sums_and_numbers
from measures.counting.catalogue import MeasureSpec
from measures.models import ReportingQuarter
from measures.querysets import Basis
from teams.compiled_queries import fetch
from teams.quarters import Quarter

# So few items are looked up one by one in the index of sums; of more, each return is read whole.
FEW_ITEMS = 10


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
    ``named`` brings names too. Without ``years`` only quarters may be asked of it: returns of
    which there is nothing to say are counted and not listed (but teams are kept apart by them),
    and the numbers that a year may have to leave out stay where they are.
    """
    indexes = {quarter.index for quarter in quarters}
    if opened is None:
        opened = [row.quarter for row in ReportingQuarter.objects.opened()]
    known = frozenset(quarter.index for quarter in opened if quarter.index in indexes)
    item_ids = sorted({item_id for measure in measures for item_id in measure.item_ids})
    span = Span(where or Q(), tuple(sorted(known)), basis)
    keyed = Keyed(by_team, tuple(sorted((now or {}).items(), key=lambda move: move[0])))
    beside = Beside(frozenset(item_ids))
    beside.read(fetch(what_is_beside, span, named))
    returns, others = listed_or_counted(span, keyed, beside, is_each=years or by_team)
    tally = Tally(
        quarters=known,
        questions=beside.questions,
        returns=returns,
        others=others,
        sums={},
        gaps=beside.gaps,
        revised=beside.revised,
        for_years=years,
        team_names=beside.team_names,
        localities=beside.localities,
    )
    few = tuple(item_ids) if len(item_ids) < FEW_ITEMS else ()
    needed = sorted(needed_numbers(tally, measures, years=years))
    rows = fetch(
        sums_and_numbers, span, None if whole else keyed, few, bool(needed), **as_pairs(needed)
    )
    sort_out(rows, tally.sums, tally.single)
    return tally
