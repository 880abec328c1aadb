"""The story behind a figure, written beside the number."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path

from earlyhelp.core.pages import versioned_edit
from earlyhelp.core.pages.forms import get_or_post, posted
from measures.commentary.actions import NOT_YOURS, write_commentary
from measures.commentary.forms import CommentaryForm
from measures.commentary.pages import About, number
from measures.counting.catalogue import load_measures
from measures.models import Commentary, Measure, ReportingQuarter
from measures.performance.choices import period_of
from measures.permissions import comments_on, sees_areas_within_city
from teams.http import SignedInRequest, signed_in
from teams.models import Locality
from teams.permissions import Refused
from teams.quarters import Quarter


@signed_in
@get_or_post
def edit(request: SignedInRequest, measure: str, area: str, quarter: str) -> HttpResponse:
    """Write, change or (emptied) remove the commentary of a measure, an area and a quarter."""
    about = _about(request, measure, area, quarter)
    if not comments_on(request.actor.authority, about.locality.pk if about.locality else None):
        raise Refused(NOT_YOURS)
    row = about.commentary()
    form = CommentaryForm(posted(request), initial=_initial(row))
    return versioned_edit.edit(
        request,
        form,
        lambda: write_commentary(
            measure=about.measure,
            locality=about.locality,
            quarter=about.quarter,
            text=form.cleaned_data["text"],
            version=form.cleaned_data["version"],
            by=request.actor,
        ),
        row=row,
        initial=_initial,
        caption=f"Commentary · {about.measure}, {about.quarter.label}",
        crumbs=[(about.measure.name, about.back)],
        show=lambda: _show(request, about, form),
        done=lambda written: (
            "The commentary is saved." if written else "There is no commentary here now."
        ),
        then=about.back,
        saved_by=lambda row: str(row.written_by) if row.pk else "",
    )


def _initial(row: Commentary) -> dict[str, Any]:
    return {"text": row.text, "version": row.version}


def _about(request: SignedInRequest, measure: str, area: str, quarter: str) -> About:
    locality = None
    if area != "city":
        if not sees_areas_within_city(request.actor.authority):
            raise Http404("There is no such area")
        locality = get_object_or_404(Locality, code=area)
    try:
        period = period_of(quarter)
    except ValueError as wrong:
        raise Http404(str(wrong)) from None
    if not isinstance(period, Quarter):
        raise Http404("Commentary is written for a quarter, like 2015-16-q4")
    get_object_or_404(ReportingQuarter.objects.opened(), pk=period.index)
    return About(get_object_or_404(Measure, code=measure), locality, period)


def _show(request: SignedInRequest, about: About, form: CommentaryForm) -> HttpResponse:
    [spec] = load_measures([about.measure.code])
    explained = number(about, spec, request.actor.authority, request.user)
    context = {"about": about, "form": form, "number": explained, "back": about.back}
    return render(request, "measures/commentary/commentary.html", context)


_ADDRESS = "performance/commentary/<slug:measure>/<slug:area>/<slug:quarter>/"
urlpatterns = [path(_ADDRESS, edit, name="commentary-edit")]
