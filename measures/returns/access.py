"""Returns loaded through who may see them ("not found" for everybody else), and their figures."""

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from earlyhelp.core.compiled_queries import fetch
from measures.counting.aggregates.ids import OneOf, one_of
from measures.models import Figure, Return
from measures.permissions import returns_seen
from teams.permissions import Authority


def seen_return(authority: Authority, pk: int) -> Return:
    """The return, if this person may see it; "not found" otherwise. One query."""
    seen = Return.objects.within(returns_seen(authority)).for_pages()
    names = seen.select_related("signed_off_by", "returned_by", "accepted_late_by")
    return get_object_or_404(names, pk=pk)


def figures_of(made: Return) -> list[Figure]:
    """The return's figures with their items, in the framework's order. One query."""
    return fetch(_figures, **one_of([made.pk]))


def _figures() -> QuerySet[Figure]:
    figures = Figure.objects.filter(OneOf("return_made_id")).select_related("item")
    return figures.order_by("item__position", "item__code")
