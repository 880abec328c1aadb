"""Quarters by the addresses that name them; "not found" for anything else."""

from django.http import Http404, HttpRequest

from teams.quarters import Quarter


def quarter_or_404(slug: str) -> Quarter:
    """The quarter that an address names, like ``2015-16-q4``."""
    try:
        return Quarter.from_slug(slug)
    except ValueError:
        raise Http404("There is no such quarter") from None


def quarter_asked_for(request: HttpRequest) -> Quarter | None:
    """The quarter of ``?quarter=2015-16-q4``; None where the address names none."""
    return quarter_or_404(request.GET["quarter"]) if "quarter" in request.GET else None
