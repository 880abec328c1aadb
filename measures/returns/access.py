"""Returns loaded through who may see them; "not found" for everybody else."""

from django.shortcuts import get_object_or_404

from measures.models import Return
from measures.permissions import returns_seen
from teams.permissions import Authority


def seen_return(authority: Authority, pk: int) -> Return:
    """The return, if this person may see it; "not found" otherwise. One query."""
    seen = Return.objects.within(returns_seen(authority)).for_pages()
    names = seen.select_related("signed_off_by", "returned_by", "accepted_late_by")
    return get_object_or_404(names, pk=pk)
