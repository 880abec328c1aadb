"""Returns as people read them: the list, one return, its history and that of a figure."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.views.decorators.http import require_safe

from measures.access import quarter_asked_for
from measures.models import Figure
from measures.permissions import MeasuresPermission, on_return, returns_seen, reviews
from measures.returns.access import seen_return
from measures.returns.pages import history as histories
from measures.returns.pages import lists as page
from measures.returns.pages.fill_in import came_back
from measures.returns.pages.reading import corrections_of, reading
from measures.returns.pages.sheet import sheet_of
from measures.returns.status import late, status_line, why_closed
from measures.workflow import ReturnState
from teams.http import SignedInRequest, signed_in
from teams.permissions import require_anywhere


@signed_in
@require_safe
def returns(request: SignedInRequest) -> HttpResponse:
    """The returns a person may see: the open quarter's, or those of ``?quarter=2015-16-q4``.

    All or a locality's (``&locality=north``), a page at a time.
    """
    authority = request.actor.authority
    require_anywhere(authority, [MeasuresPermission.SEE_RETURNS])
    wanted = quarter_asked_for(request)
    locality = request.GET.get("locality") or None
    found = page.return_list(
        returns_seen(authority),
        authority,
        request.actor.today,
        wanted,
        locality,
        request.GET.get("page"),
    )
    if found is None and (wanted is not None or locality is not None):
        raise Http404("You have no returns in this quarter and locality")
    return render(request, "measures/returns/returns.html", {"page": found})


@signed_in
@require_safe
def read(request: SignedInRequest, pk: int) -> HttpResponse:
    """One return, read-only: every figure with its history beside it and what was said."""
    made = seen_return(request.actor.authority, pk)
    enters = on_return(request.actor.authority, MeasuresPermission.ENTER_FIGURES, made)
    context = {
        "made": made,
        "came_back": came_back(made),
        "page": reading(sheet_of(made)),
        "status": status_line(made),
        "state": ReturnState(made.state).label,
        "colour": ReturnState(made.state).colour,
        "late": late(made, request.actor.today),
        "may_fill_in": enters and not why_closed(made),
        "may_review": reviews(request.actor.authority, made),
        "has_receipt": made.submitted_by is not None,
    }
    return render(request, "measures/returns/return.html", context)


@signed_in
@require_safe
def history(request: SignedInRequest, pk: int) -> HttpResponse:
    """What happened to a return, latest first."""
    made = seen_return(request.actor.authority, pk)
    events, entries = histories.return_history(made, request.actor, request.GET.get("page"))
    context = {"made": made, "events": events, "entries": entries}
    return render(request, "measures/returns/return_history.html", context)


@signed_in
@require_safe
def figure(request: SignedInRequest, pk: int, item: str) -> HttpResponse:
    """One figure's whole history: values, people, words and corrections."""
    made = seen_return(request.actor.authority, pk)
    found = get_object_or_404(Figure.objects.of(made).select_related("entered_by"), item__code=item)
    found.return_made = made
    context = {
        "made": made,
        "figure": found,
        "entries": histories.figure_history(found, request.actor),
        "corrections": corrections_of(made, found.item).get(found.item_id, ()),
    }
    return render(request, "measures/returns/figure_history.html", context)


urlpatterns = [
    path("returns/", returns, name="returns"),
    path("returns/<int:pk>/", read, name="return"),
    path("returns/<int:pk>/history/", history, name="return-history"),
    path("returns/<int:pk>/figures/<slug:item>/", figure, name="figure-history"),
]
