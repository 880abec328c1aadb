"""What the database adds up for a roll-up: sums by area, and the gaps in them.

Three queries, whatever the size: what was asked, the gaps, what was corrected and the names of
those who made the returns (``gaps``); the returns, each or how many there are (``returns``);
the sums of what was answered, grouped, which an index that carries the value serves, with the
numbers of returns that have a gap in an item of a ratio or are left out of a year, so that
``rollups`` can take them out of the sums exactly (``sums``). Which returns those are is known by
then, so the database is told: asking it to find out again takes many times longer. Each query
is a function from plain values, compiled once (``earlyhelp.core.compiled_queries``).
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from itertools import chain

from django.db.models import Q

from earlyhelp.core import clock
from measures.counting.aggregates import outsiders
from measures.counting.aggregates.corrected import with_corrections
from measures.counting.aggregates.gaps import Facts, read_facts
from measures.counting.aggregates.returns import with_returns
from measures.counting.aggregates.shape import Key, Tally, TeamQuarter
from measures.counting.aggregates.span import Keyed, Span
from measures.counting.aggregates.sums import add_up
from measures.counting.catalogue import MeasureSpec
from measures.models import ReportingQuarter
from measures.querysets import Audience, Basis
from teams.quarters import Quarter

__all__ = ["Key", "Tally", "TeamQuarter", "take"]


def take(
    measures: Sequence[MeasureSpec],
    quarters: Collection[Quarter],
    basis: Basis,
    *,
    audience: Audience = Audience.INTERNAL,
    by_team: bool = False,
    whole: bool = False,
    now: dict[int, Key] | None = None,
    where: Q | None = None,
    opened: Iterable[Quarter] | None = None,
    named: bool = False,
    years: bool = True,
    compared: Sequence[Sequence[Quarter]] = (),
) -> Tally:
    """Add up the figures of ``measures`` in ``quarters``.

    ``by_team`` keeps teams apart instead of localities, ``whole`` keeps nothing apart (for
    ``RollUp`` of everything there is; much less to add up in a large council). ``now`` gives
    the locality, as it is now, of every team that ever stood elsewhere; without it a return
    counts where it was made. ``where`` narrows the returns (a locality, a team). Three
    queries, and one for the quarters unless ``opened`` brings those that were opened.
    ``named`` brings names too. Without ``years`` only quarters may be asked of it: returns of
    which there is nothing to say are counted and not listed (but teams are kept apart by them),
    and the numbers that a year may have to leave out stay where they are. ``compared`` are the
    quarters to be held against each other, put together by who is held against whom: of those
    every return is listed, with the numbers that the same teams alone may need.

    ``audience`` says who reads what comes out. Outsiders are given what was released of the
    quarters and their years (``outsiders``): the city and its localities, as it was.
    """
    if audience == Audience.EXTERNAL:
        if by_team or basis != Basis.SIGNED_OFF or now:
            raise ValueError("Outsiders read releases: signed off, no teams, as it was")
        return outsiders.read(measures, quarters, compared)
    indexes = _opened_of(quarters, opened)
    item_ids = {item_id for measure in measures for item_id in measure.item_ids}
    span = Span(Q() if where is None else where, indexes, basis)
    keyed = Keyed(by_team, tuple(sorted((now or {}).items())))
    tally = read_facts(span, item_ids, Facts(named=named, compared=bool(compared)))
    tally = replace(tally, for_years=years, over=_over_of(indexes), compared=compared)
    listed = tuple(sorted({quarter.index for quarter in chain.from_iterable(compared)}))
    tally = with_returns(tally, span, keyed, None if years or by_team else listed)
    add_up(tally, measures, span, None if whole else keyed)
    return with_corrections(tally)


def _opened_of(quarters: Collection[Quarter], opened: Iterable[Quarter] | None) -> tuple[int, ...]:
    """Those that were opened, in time order; asks which those are where that is not given."""
    if opened is None:
        opened = [row.quarter for row in ReportingQuarter.objects.opened()]
    indexes = {quarter.index for quarter in opened}
    return tuple(sorted(indexes.intersection(quarter.index for quarter in quarters)))


def _over_of(indexes: Iterable[int]) -> frozenset[int]:
    """Those whose last day is past."""
    today = clock.today()
    return frozenset(index for index in indexes if Quarter(index).last_day < today)
