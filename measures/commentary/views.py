"""The story behind a figure, written beside the number."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods

from measures.commentary import pages as page
from measures.commentary.actions import StaleCommentary, write_commentary
from measures.commentary.forms import CommentaryForm
from measures.counting.catalogue import load_measures
from measures.models import Commentary, Measure, ReportingQuarter
from measures.performance.choices import period_of
from measures.permissions import comments_on, sees_areas_within_city
from teams.http import SignedInRequest, signed_in
from teams.models import Locality
from teams.permissions import Refused
from teams.quarters import Quarter


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: SignedInRequest, measure: str, area: str, quarter: str) -> HttpResponse:
    """Write, change or (emptied) remove the commentary of a measure, an area and a quarter."""
    about = _about(request, measure, area, quarter)
    if not comments_on(request.asked.standing, about.locality_id):
        raise Refused("The area's head of service writes this commentary.")
    if request.method == "POST":
        return _write(request, about)
    found = about.found()
    form = CommentaryForm(
        initial={
            "text": found.text if found else "",
            "version": found.version if found else 0,
        }
    )
    return _show(request, about, form)


def _about(request: SignedInRequest, measure: str, area: str, quarter: str) -> page.About:
    locality = None
    if area != "city":
        if not sees_areas_within_city(request.asked.standing):
            raise Http404("There is no such area")
        locality = get_object_or_404(Locality, code=area)
    try:
        period = period_of(quarter)
    except ValueError as wrong:
        raise Http404(str(wrong)) from None
    if not isinstance(period, Quarter):
        raise Http404("Commentary is written for a quarter, like 2015-16-q4")
    get_object_or_404(ReportingQuarter.objects.opened(), pk=period.index)
    return page.About(get_object_or_404(Measure, code=measure), locality, period)


def _show(
    request: SignedInRequest,
    about: page.About,
    form: CommentaryForm,
    theirs: Commentary | None = None,
) -> HttpResponse:
    [spec] = load_measures([about.measure.code])
    context = {
        "about": about,
        "form": form,
        "theirs": theirs,
        "mine": form.data.get("text", "") if theirs else "",
        "number": page.number(about, spec, request.asked.standing, request.user),
        "back": about.back,
    }
    return render(request, "measures/commentary/commentary.html", context)


def _write(request: SignedInRequest, about: page.About) -> HttpResponse:
    form = CommentaryForm(request.POST)
    if not form.is_valid():
        return _show(request, about, form)
    try:
        written = write_commentary(
            measure=about.measure,
            locality=about.locality,
            quarter=about.quarter,
            text=form.cleaned_data["text"],
            version=form.cleaned_data["version"],
            by=request.user,
            standing=request.asked.standing,
        )
    except StaleCommentary as stale:
        # Sent again from here, it answers the text that the writer has now seen.
        form.use_version(stale.current.version)
        return _show(request, about, form, stale.current)
    except ValidationError as refused:
        form.use_version(0)
        form.add_error("text", refused.messages[0])
        return _show(request, about, form)
    messages.success(
        request, "The commentary is saved." if written else "There is no commentary here now."
    )
    return redirect(about.back)


urlpatterns = [
    path(
        "performance/commentary/<slug:measure>/<slug:area>/<slug:quarter>/",
        edit,
        name="commentary-edit",
    ),
]
