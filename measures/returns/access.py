"""Returns loaded through who may see them ("not found" for everybody else), and their figures."""

from collections.abc import Sequence

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from earlyhelp.core.compiled_queries import fetch
from measures.counting.aggregates.ids import OneOf, one_of
from measures.models import Figure, Return
from measures.permissions import MeasuresPermission, returns_seen
from teams.permissions import Authority
from teams.quarters import Quarter


def seen_return(authority: Authority, pk: int) -> Return:
    """The return, if this person may see it; "not found" otherwise. One query."""
    seen = Return.objects.within(returns_seen(authority)).for_pages()
    names = seen.select_related("signed_off_by", "returned_by", "accepted_late_by")
    return get_object_or_404(names, pk=pk)


def entered_by(authority: Authority, quarter: Quarter) -> list[Return]:
    """The returns of a quarter that this person fills in, in any state. One query."""
    theirs = Return.objects.within(authority.scope(MeasuresPermission.ENTER_FIGURES))
    return list(
        theirs.for_quarter(quarter)
        .for_pages()
        .with_counts()
        .select_related("returned_by")
        .in_order()
    )


def figures_of(made: Return) -> list[Figure]:
    """The return's figures with their items, in the framework's order. One query."""
    return figures_of_all([made])[made.pk]


def figures_of_all(returns: Sequence[Return]) -> dict[int, list[Figure]]:
    """The figures of several returns by their ids, in the same order. One query."""
    found: dict[int, list[Figure]] = {made.pk: [] for made in returns}
    for figure in fetch(_figures, **one_of(list(found))):
        found[figure.return_made_id].append(figure)
    return found


def _figures() -> QuerySet[Figure]:
    figures = Figure.objects.filter(OneOf("return_made_id")).select_related("item")
    return figures.order_by("item__position", "item__code")
